import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '../../../lambdas/shared/duckdb.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { loadCatalog, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { Ledger } from '../../../lambdas/shared/slices/ledger.ts';
import { isGone, thisOwner } from '../lake/owner.ts';

/** What the engine of a run may take. */
export const engineMemoryMb = 900;

/** What the engine that checks and publishes may take beside it, which still holds what it built with. */
export const readerMemoryMb = 700;

/**
 * A folder in the lake for what a run needs only while it lasts. Its name tells the process: those of dead ones are
 * swept.
 */
export async function scratchFolder(root: string): Promise<string> {
  const parent = join(root, '.sillage', 'scratch');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (isGone(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, thisOwner, randomBytes(3).toString('hex'));
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What reads the lake: its objects, its schemas, an engine and the ledger. */
export interface Workspace {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly scratch: string;
  readonly workers: number;
}

/** Opens the workspace over a scratch folder, and removes that at the end. */
export async function withWorkspace<T>(
  lake: Lake,
  scratch: string,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  try {
    const catalog = loadCatalog();
    const workers = availableParallelism();
    await mkdir(join(scratch, 'spill'), { recursive: true });
    const engine = await openEngine({ threads: workers, memoryMb: engineMemoryMb, spill: join(scratch, 'spill') });
    try {
      const ledger = await Ledger.open(lake, catalog, await engine.connect(), scratch);
      return await work({ lake, catalog, engine, ledger, scratch, workers });
    } finally {
      engine.close();
    }
  } catch (error) {
    throw inWords(lake, error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const outOfRoom: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|No space left on device/, 'is full. Free some space and run again'],
  [/EDQUOT|Disk quota exceeded/, 'has no room left for you. Free some space, or ask for a larger quota, and run again'],
  [
    /EFBIG|File too large/,
    'takes no file so large. Raise the limit (ulimit -f), or choose another disk, and run again',
  ],
];

/**
 * A full disk in the words of the port, whoever met it: the file system, or the engine where its files or its spill
 * found no room.
 */
export function inWords({ location }: Pick<Lake, 'location'>, error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const [, why] = outOfRoom.find(([pattern]) => pattern.test(message)) ?? [];
  if (error instanceof LakeUnavailable || why === undefined) return error;
  return new LakeUnavailable(
    `The lake in ${location} cannot be used: its disk, or that of ${tmpdir()}, ${why}; nothing that stands was ` +
      `harmed (${message.split('\n')[0]}).`,
    { cause: error },
  );
}

/** Looks at the lake without writing to it: it may be read-only, or full. */
export async function withLake<T>(lake: Lake, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withWorkspace(lake, await mkdtemp(join(tmpdir(), 'sillage-')), work);
}
