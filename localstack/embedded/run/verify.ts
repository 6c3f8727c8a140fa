import { checksIn } from '../../../lambdas/check/read-checks.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { sliceKey } from '../../../lambdas/shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import {
  checkedRun,
  erasureOf,
  expiredKey,
  isLandReject,
  ledgerRun,
  rejectsKey,
} from '../../../lambdas/shared/schema/ops-keys.ts';
import { sitePrefix } from '../../../lambdas/shared/schema/site-keys.ts';
import { setAside, type Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import type { Ledger } from '../../../lambdas/shared/slices/ledger.ts';
import { profileKey } from '../../../lambdas/shared/shop/profile.ts';
import { listKeys } from '../lake/list.ts';
import { acquireLock } from '../lake/lock.ts';
import { withLake } from './workspace.ts';
import { filesLake } from '../lake/files-lake.ts';
import { isMemory, survey } from './survey.ts';

/** An object that is not as it was written, and what becomes of it. */
export interface Finding extends Damaged {
  readonly remedy: string;
}

/** What reading every byte of a lake has found. */
export interface Verified {
  /** Objects read. */
  readonly objects: number;
  readonly bytes: number;
  readonly damaged: readonly Finding[];
  /** Objects that the ledger names and that are not there: the next run builds them again. */
  readonly missing: readonly string[];
  /** Objects that the ledger does not name: nothing counts them. */
  readonly strangers: readonly string[];
  /** The next run knows of the damage; not so where the lake may not be written. */
  readonly isMarked: boolean;
}

const remedies = {
  slice: '"sillage run" builds it again',
  ledger: '"sillage run" does without it, and builds again what it named',
  checks: 'it was put aside, under ops/damaged/',
  memory: '"sillage run" finds out again what it told',
  profile: 'if you did not edit it, put it back from a backup; "sillage shop" shows it',
  raw: 'if you did not edit it, put it back from a backup; "sillage run" reads it as it is',
  site: '"sillage run" publishes it again',
  land: 'nothing can make it again: put it back from a backup',
} as const;

const otherBytes = 'its bytes are not those that were written';

/** What an object should be. */
interface Expected {
  readonly remedy: string;
  /** The etag in the ledger; else the one that the lake has noted. */
  readonly etag?: string;
  readonly rows?: number;
}

/**
 * Why an object is not what it should be. What the lake noted of other bytes is forgotten, so that the next run sees
 * it.
 */
async function problemOf(
  lake: Lake,
  key: string,
  { etag, rows }: Expected,
  count: (bytes: number) => void,
): Promise<string | undefined> {
  const noted = await lake.head(key);
  const found = await lake.verify(key);
  // It is gone: the survey tells.
  if (noted === undefined || found === undefined) return undefined;
  count(found.size);
  if (found.etag !== noted.etag) return otherBytes;
  if (found.etag !== (etag ?? noted.etag)) return 'it was changed by another hand';
  if (rows !== undefined && found.metadata['rows'] !== String(rows))
    return 'nothing vouches for its bytes: it was changed, copied without its time, or written by an older release';
  return undefined;
}

/** Every object of the lake that somebody vouches for, in the order of keys. */
async function expectations(root: string, catalog: Catalog, ledger: Ledger): Promise<Map<string, Expected>> {
  const expected = new Map<string, Expected>([[profileKey, { remedy: remedies.profile }]]);
  for (const { table: name, day, part, etag, rejected } of ledger.standings().slices) {
    const table = catalog.get(name);
    if (table === undefined || etag === undefined) continue;
    expected.set(sliceKey(table, day, part), { remedy: remedies.slice, etag });
    if (rejected > 0) expected.set(rejectsKey(catalog, table, day, part), { remedy: remedies.slice, rows: rejected });
  }
  for (const key of listKeys(root, 'ops/')) {
    if (isLandReject(key) || erasureOf(key) !== undefined || key === expiredKey)
      expected.set(key, { remedy: remedies.land });
    if (isMemory(catalog, key)) expected.set(key, { remedy: remedies.memory });
  }
  for (const key of listKeys(root, sitePrefix)) expected.set(key, { remedy: remedies.site });
  for (const key of listKeys(root, 'raw/')) expected.set(key, { remedy: remedies.raw });
  return expected;
}

/** Holds the lake's lock, so that no run changes what is read; a lake that may not be written has none. */
async function underRunLock<T>(root: string, work: (isWritable: boolean) => Promise<T>): Promise<T> {
  const lock = await acquireLock(root, 'run').catch((error: unknown) => {
    if (error instanceof LakeUnavailable) return undefined;
    throw error;
  });
  try {
    return await work(lock !== undefined);
  } finally {
    await lock?.release();
  }
}

/**
 * Reads every byte of the lake: slices are held against the ledger, other objects against what their writers noted.
 * What is damaged is marked: the next run takes it for what it is.
 * @throws LockHeld where a run is at work
 */
export async function verify(
  root: string,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Verified> {
  return underRunLock(root, (isMarked) =>
    withLake(filesLake(root), async (workspace) => {
      const { lake, catalog, ledger } = workspace;
      const damaged: Finding[] = ledger.damaged.map((one) => ({ ...one, remedy: remedies.ledger }));
      let [objects, bytes] = [0, 0];
      const count = (size: number) => {
        objects++;
        bytes += size;
      };
      const expected = await expectations(root, catalog, ledger);
      let done = 0;
      for (const [key, wanted] of expected) {
        const problem = await problemOf(lake, key, wanted, count);
        if (problem !== undefined) damaged.push({ key, problem, remedy: wanted.remedy });
        onProgress(++done, expected.size);
      }
      // The ledger was read when it was opened, and has named what is damaged.
      for await (const { key, size } of lake.list(tableNamed(catalog, 'pipeline_runs').prefix))
        if (ledgerRun(key) !== undefined) count(size);
      for await (const { key, size } of lake.list(tableNamed(catalog, 'check_results').prefix)) {
        if (checkedRun(key) === undefined) continue;
        count(size);
        const found = await checksIn(workspace, key);
        if (!('problem' in found)) continue;
        damaged.push({ ...found, remedy: isMarked ? remedies.checks : remedies.ledger });
        if (isMarked) await setAside(lake, found);
      }
      return { objects, bytes, damaged, ...(await survey(lake, catalog, ledger.standings())), isMarked };
    }),
  );
}
