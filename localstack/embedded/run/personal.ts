/** Works on all that a lake on this machine holds of a person: its objects and its streams. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Held, exportPerson } from '../../../lambdas/forget/export-person.ts';
import type { Certificate } from '../../../lambdas/forget/certificate.ts';
import { forget, type ForgetPorts } from '../../../lambdas/forget/forget.ts';
import type { Request } from '../../../lambdas/forget/plan.ts';
import type { Seeds } from '../../../lambdas/forget/person.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import type { RecordLog } from '../../../lambdas/shared/ports/record-log.ts';
import { loadCatalog, tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { readKeyRecord } from '../../../lambdas/transform/key-record.ts';
import { filesLake } from '../lake/files-lake.ts';
import { acquireLock } from '../lake/lock.ts';
import { refuseStrange } from '../lake/plain.ts';
import { openErasableLog, type ErasableLog } from '../stream/log-erase.ts';
import { pseudonymSecret } from './pseudonym-secret.ts';
import { runLocked } from './runner.ts';

/** The logs of all streams of a lake as one. */
function asOne(logs: readonly ErasableLog[]): RecordLog {
  return {
    async visit(see) {
      let records = 0;
      for (const log of logs) records += await log.visit(see);
      return records;
    },
    async rewrite(change) {
      for (const log of logs) await log.rewrite(change);
    },
    async removeDamaged(isTheirs) {
      for (const log of logs) await log.removeDamaged(isTheirs);
    },
  };
}

/** The lake's pseudonyms; undefined where their key is not at hand. */
async function pseudonymsOf(root: string, lake: Lake): Promise<((value: string) => string) | undefined> {
  try {
    const key = await pseudonymSecret(root, { hasSlices: true, record: await readKeyRecord(lake) });
    return (value) => key.pseudonym(value);
  } catch (error) {
    if (error instanceof LakeUnavailable) return undefined;
    throw error;
  }
}

interface Opened extends Pick<ForgetPorts, 'lake' | 'log' | 'pseudonym'> {
  readonly catalog: Catalog;
}

/** Holds the lake's lock and those of its streams. @throws LockHeld where a run, or what serves the lake, is at work */
async function withPersonal<T>(root: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  refuseStrange(root);
  const lock = await acquireLock(root, 'run');
  const logs: ErasableLog[] = [];
  try {
    const streams = join(root, '.sillage', 'streams');
    for (const name of existsSync(streams) ? readdirSync(streams) : []) logs.push(await openErasableLog(root, name));
    const lake = filesLake(root);
    return await work({ lake, catalog: loadCatalog(), log: asOne(logs), pseudonym: await pseudonymsOf(root, lake) });
  } finally {
    for (const log of logs) await log.release();
    await lock.release();
  }
}

/** Whether a run has made anything of the lake. */
async function isBuilt(lake: Lake, catalog: Catalog): Promise<boolean> {
  return !(await lake.keys(tableNamed(catalog, 'pipeline_runs').prefix)[Symbol.asyncIterator]().next()).done;
}

/** Erases a person from the lake in a folder. @throws LockHeld @throws NotErased */
export function forgetIn(root: string, request: Request, onProgress?: ForgetPorts['onProgress']): Promise<Certificate> {
  return withPersonal(root, async (opened) => {
    const built = await isBuilt(opened.lake, opened.catalog);
    return forget(
      {
        ...opened,
        ...(onProgress && { onProgress }),
        rebuild: async () => {
          if (built) await runLocked(root);
        },
      },
      request,
    );
  });
}

/** Hands out all that the lake in a folder holds of a person. @throws LockHeld */
export function exportFrom(root: string, seeds: Seeds, take: (held: Held) => void): Promise<void> {
  return withPersonal(root, async (opened) => {
    for await (const held of exportPerson(opened, seeds)) take(held);
  });
}
