/** Removes what is past the retention of its table from a lake in a folder. In a bucket, the lifecycle does. */
import { dayOfKey, type Day } from '../../../lambdas/shared/days.ts';
import type { LakeObject } from '../../../lambdas/shared/ports/lake.ts';
import type { Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import type { Table } from '../../../lambdas/shared/schema/table.ts';
import { firstKept, noteExpired, today } from '../../../lambdas/shared/slices/expirations.ts';
import type { Ledger } from '../../../lambdas/shared/slices/ledger.ts';
import { acquireLock } from '../lake/lock.ts';
import { filesLake } from '../lake/files-lake.ts';
import { withLake, type Workspace } from './workspace.ts';

/** What has expired of one table. */
export interface ExpiredTable {
  readonly table: string;
  readonly retentionDays: number;
  /** Its first day that is kept. */
  readonly before: Day;
  /** What is past it, and may go. */
  readonly objects: number;
  readonly bytes: number;
  /** Past it, and in no table yet, as it stands now: it would be lost. */
  readonly unbuilt: readonly string[];
  /** Past it, with records of later days: these could not be built again. */
  readonly needed: readonly string[];
}

interface Found {
  readonly told: ExpiredTable;
  /** The objects that go. */
  readonly keys: readonly string[];
}

/** The raw objects that slices stand for, as `key@etag`, and those of days that are kept. */
async function usesOf(ledger: Ledger, catalog: Catalog, feed: Table, before: Day) {
  const [built, needed] = [new Set<string>(), new Set<string>()];
  for (const { name, reads } of catalog.values()) {
    if (!reads.some(({ table }) => table === feed.name)) continue;
    for (const [day, inputs] of await ledger.inputKeys(name, ledger.days(name)))
      for (const input of inputs) (day < before ? built : needed).add(input);
  }
  return { built, needed };
}

async function foundOf({ lake, catalog, ledger }: Workspace, table: Table, now: Day): Promise<Found | undefined> {
  const before = firstKept(table, now);
  if (before === undefined || table.retentionDays === undefined) return undefined;
  const past: LakeObject[] = [];
  for await (const object of lake.list(table.prefix)) if ((dayOfKey(object.key) ?? before) < before) past.push(object);
  const { built, needed } = await usesOf(ledger, catalog, table, before);
  const uses = ({ key, etag }: LakeObject) => `${key}@${etag}`;
  // Nothing is made from rejects.
  const isMadeFrom = table.zone === 'raw';
  const isNeeded = (one: LakeObject) => needed.has(uses(one));
  const isUnbuilt = (one: LakeObject) => isMadeFrom && !built.has(uses(one)) && !isNeeded(one);
  const going = past.filter((one) => !isNeeded(one) && !isUnbuilt(one));
  return {
    told: {
      table: table.name,
      retentionDays: table.retentionDays,
      before,
      objects: going.length,
      bytes: going.reduce((sum, { size }) => sum + size, 0),
      unbuilt: past.filter(isUnbuilt).map(({ key }) => key),
      needed: past.filter(isNeeded).map(({ key }) => key),
    },
    keys: going.map(({ key }) => key),
  };
}

/**
 * Finds what is past its retention, and removes it unless it is only asked about. Slices that were made from it stay as
 * they are. Killed at any moment and called again it goes on.
 * @throws LockHeld where a run is at work
 */
export async function expire(
  root: string,
  { isDry = false, now = today() }: { readonly isDry?: boolean; readonly now?: Day } = {},
): Promise<readonly ExpiredTable[]> {
  const lock = await acquireLock(root, 'run');
  try {
    return await withLake(filesLake(root), async (workspace) => {
      const { lake, catalog } = workspace;
      const all: Found[] = [];
      for (const table of catalog.values()) {
        const found = await foundOf(workspace, table, now);
        if (found !== undefined) all.push(found);
      }
      const going = all.filter(({ keys }) => keys.length > 0);
      if (!isDry && going.length > 0) {
        await noteExpired(lake, new Map(going.map(({ told: { table, before } }) => [table, before])));
        for (const key of going.flatMap(({ keys }) => keys)) await lake.delete(key);
      }
      return all.map(({ told }) => told);
    });
  } finally {
    await lock.release();
  }
}
