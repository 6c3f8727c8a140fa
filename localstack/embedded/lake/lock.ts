import { readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { codeOf, explain } from './errors.ts';
import { intoFolder } from './folders.ts';
import { isGone, thisOwner } from './owner.ts';
import { tempPath } from './temp.ts';

const Holder = z.object({ owner: z.string(), pid: z.number(), machine: z.string(), since: z.string() });
type Holder = z.infer<typeof Holder>;

/** Another process that still runs has the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  readonly pid: number;
  readonly since: Date;
  /** The process is one of another machine. */
  readonly isElsewhere: boolean;
  constructor(name: string, root: string, path: string, holder: Holder) {
    const isElsewhere = holder.machine !== hostname();
    const where = isElsewhere ? ` on ${holder.machine}` : '';
    const advice = isElsewhere ? `If it no longer runs there, delete ${path}` : 'Wait for it to end, or stop it';
    super(
      `The lake in ${root} is in use: process ${holder.pid}${where} has held its "${name}" lock since ` +
        `${holder.since}. ${advice}.`,
    );
    this.pid = holder.pid;
    this.isElsewhere = isElsewhere;
    this.since = new Date(holder.since);
  }
}

/** Who holds a lock; undefined where nobody does any more. */
function holderOf(path: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LakeUnavailable(`The lock ${path} cannot be read. If no sillage runs, delete it.`, { cause: error });
  }
}

/**
 * Takes the lock file at `path`, or returns who has it.
 *
 * link(2) makes the whole file appear at once, for one process only. A lock whose holder is gone is removed under a
 * second lock of the same kind: else two processes could both find it stale, and the slower remove the faster's new
 * one.
 */
async function take(root: string, path: string): Promise<Holder | undefined> {
  const temp = tempPath(root);
  const mine: Holder = { owner: thisOwner, pid: process.pid, machine: hostname(), since: new Date().toISOString() };
  try {
    await writeFile(temp, JSON.stringify(mine));
    for (;;) {
      try {
        await intoFolder(path, () => link(temp, path));
        return undefined;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const holder = holderOf(path);
      if (holder === undefined) continue;
      if (!isGone(holder.owner)) return holder;
      const takeover = `${path}.takeover`;
      const rival = await take(root, takeover);
      if (rival !== undefined) return rival;
      try {
        // Read again: until the takeover was ours, another process may have taken the stale lock over.
        const now = holderOf(path);
        if (now?.owner === holder.owner && now.since === holder.since) await rm(path, { force: true });
      } finally {
        await rm(takeover, { force: true });
      }
    }
  } finally {
    await rm(temp, { force: true });
  }
}

const lockPath = (root: string, name: string) => join(root, '.sillage', 'locks', name);

/** Whether a process that is alive has a lock of a lake; not, for who may not look. */
export function isLocked(folder: string, name: string): boolean {
  try {
    const holder = holderOf(lockPath(resolve(folder), name));
    return holder !== undefined && !isGone(holder.owner);
  } catch {
    return false;
  }
}

/**
 * Takes a named lock of a lake for this process, e.g. `run`: one run at a time. It survives no process: the lock of one
 * that was killed is taken over.
 *
 * @throws LockHeld naming the process that has it, and since when
 * @throws LakeUnavailable
 */
export async function acquireLock(folder: string, name: string): Promise<{ release(): Promise<void> }> {
  const root = resolve(folder);
  const path = lockPath(root, name);
  const holder = await take(root, path).catch((error: unknown) => {
    throw explain(root, error);
  });
  if (holder !== undefined) throw new LockHeld(name, root, path, holder);
  let held = true;
  return {
    async release() {
      // Only once: by the second call the lock may be someone else's.
      if (!held) return;
      held = false;
      await rm(path, { force: true });
    },
  };
}

/** How long a lock that is held only for moments may be waited for: on a busy machine moments are long. */
const patienceMs = 60_000;

async function awaitLock(root: string, name: string): Promise<{ release(): Promise<void> }> {
  // Not by the clock, which may be set meanwhile.
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await acquireLock(root, name);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
      if (performance.now() > deadline) throw new LakeUnavailable(error.message, { cause: error });
      await sleep(5 + Math.random() * 10);
    }
  }
}

/** Does something under a lock that every process holds only for moments: this one waits for its turn. */
export async function underLock<T>(root: string, name: string, action: () => Promise<T>): Promise<T> {
  const lock = await awaitLock(root, name);
  try {
    return await action();
  } finally {
    await lock.release();
  }
}
