import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { readKeyRecord, writeKeyRecord } from '../../../lambdas/transform/key-record.ts';
import type { PseudonymKey } from '../../../lambdas/transform/pseudonyms.ts';
import { listKeys } from '../lake/list.ts';
import type { Workspace } from './workspace.ts';
import { pseudonymSecret } from './pseudonym-secret.ts';

interface KeyRequest {
  /** Days that alone are built. */
  readonly days?: object | undefined;
  /** Takes another key than before, or makes one. */
  readonly newKey?: boolean | undefined;
}

/**
 * The key of the lake's pseudonyms, held against the lake's record of it before anything is built.
 * @throws LakeUnavailable where it is another, or gone
 */
export async function keyOfLake(
  root: string,
  { lake, ledger }: Pick<Workspace, 'lake' | 'ledger'>,
  { days, newKey: isNew }: KeyRequest,
  onWarning: (line: string) => void,
): Promise<PseudonymKey> {
  const hasSlices = ledger.standings().slices.length > 0 || listKeys(root, 'curated/').length > 0;
  const record = await readKeyRecord(lake);
  const key = await pseudonymSecret(root, { hasSlices, record, isNew, onWarning });
  const isWhole = !hasSlices || (record?.isWhole === true && record.fingerprint === key.fingerprint);
  if (days !== undefined && !isWhole) {
    throw new LakeUnavailable(
      `Nothing was done: not all slices of the lake in ${root} are known to be made with the present ` +
        'pseudonym key, and a run of some days would mix two keys in one table. Run once without --from and ' +
        '--to.',
    );
  }
  await writeKeyRecord(lake, { fingerprint: key.fingerprint, isWhole });
  return key;
}
