import * as z from 'zod';
import { addDays, dayOfKey, type Day } from '../days.ts';
import { jsonObject } from '../json-object.ts';
import type { Lake } from '../ports/lake.ts';
import type { Catalog } from '../schema/catalog.ts';
import type { Table } from '../schema/table.ts';
import { expiredKey } from '../schema/ops-keys.ts';

/**
 * Of tables with a retention (`sillage.retention_days`), the day before which objects that are gone have expired:
 * nobody misses them.
 */
export type Expirations = ReadonlyMap<string, Day>;

const expiredDocument = z.record(z.string(), z.iso.date());

export const today = (): Day => new Date().toISOString().slice(0, 10);

/** The first day of a table that its retention keeps; undefined where it has none. */
export const firstKept = ({ retentionDays }: Table, now: Day): Day | undefined =>
  retentionDays === undefined ? undefined : addDays(now, -retentionDays);

/** What `sillage expire` has taken from a lake. */
export async function removedBefore(lake: Lake): Promise<Expirations> {
  return new Map(Object.entries((await jsonObject(lake, expiredKey, expiredDocument)) ?? {}));
}

/**
 * What may have expired in a lake. On a laptop it is what `sillage expire` took, and says so; a bucket's lifecycle says
 * nothing, so there it is all that is past its retention and gone.
 */
export async function expirations(lake: Lake, catalog: Catalog, now = today()): Promise<Expirations> {
  const expired = new Map(await removedBefore(lake));
  if (lake.hasLifecycle === true)
    for (const table of catalog.values()) {
      const before = firstKept(table, now);
      if (before !== undefined && before > (expired.get(table.name) ?? '')) expired.set(table.name, before);
    }
  return expired;
}

/**
 * Says that the objects of some tables before a day have expired. To be said before they are removed: who is killed
 * between goes on.
 */
export async function noteExpired(lake: Lake, before: Expirations): Promise<void> {
  const known = new Map(await removedBefore(lake));
  for (const [table, day] of before) if (day > (known.get(table) ?? '')) known.set(table, day);
  await lake.put(expiredKey, `${JSON.stringify(Object.fromEntries(known), undefined, 1)}\n`, {
    contentType: 'application/json',
  });
}

/** Whether an object that is gone has expired. */
export function hasExpired(expired: Expirations, { name, prefix }: Table, key: string): boolean {
  const [before, day] = [expired.get(name), dayOfKey(key)];
  return before !== undefined && day !== undefined && key.startsWith(prefix) && day < before;
}
