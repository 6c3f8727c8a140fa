import { promisesOf } from '../../../lambdas/check/check.ts';
import { checksIn, type Shelf } from '../../../lambdas/check/read-checks.ts';
import { tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import { checkedRun, ledgerRun } from '../../../lambdas/shared/schema/ops-keys.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';

/** The last object of an ops table: each is named after its run, and runs are named after their start. */
async function lastOf(
  { lake, catalog }: Shelf,
  table: string,
  runIn: (key: string) => string | undefined,
): Promise<{ readonly key: string; readonly run: string } | undefined> {
  let last: { key: string; run: string } | undefined;
  for await (const key of lake.keys(tableNamed(catalog, table).prefix)) {
    const run = runIn(key);
    if (run !== undefined && (last === undefined || run > last.run)) last = { key, run };
  }
  return last;
}

/**
 * What the last checks found, where no run has built or removed anything since and they promise the same; `checks` is
 * undefined where they must be made again.
 */
export async function standingChecks(
  shelf: Shelf,
): Promise<{ readonly checks?: CheckResultsRow[]; readonly damaged?: Damaged }> {
  const [last, built] = [
    await lastOf(shelf, 'check_results', checkedRun),
    await lastOf(shelf, 'pipeline_runs', ledgerRun),
  ];
  if (last === undefined) return {};
  const found = await checksIn(shelf, last.key);
  if ('problem' in found) return { damaged: found };
  const isOfOld =
    (built !== undefined && built.run > last.run) ||
    (await shelf.lake.head(last.key))?.metadata['promises'] !== promisesOf(shelf.catalog);
  return isOfOld ? {} : { checks: found };
}
