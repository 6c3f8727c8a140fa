import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { sliceKey } from '../../../lambdas/shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import {
  checkedRun,
  damagedPrefix,
  erasureOf,
  expiredKey,
  isLandReject,
  isRemembered,
  joinsPrefix,
  checkedDaysKey,
  leaseKey,
  keyRecordKey,
  ledgerRun,
  plansPrefix,
  rejectsKey,
  snapshotKey,
} from '../../../lambdas/shared/schema/ops-keys.ts';
import { expirations, hasExpired } from '../../../lambdas/shared/slices/expirations.ts';
import type { Standings } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { isClosed } from '../lake/errors.ts';

/** The objects of derived zones held against the ledger. */
export interface Survey {
  /** Objects that the ledger does not name: no query counts them. */
  readonly strangers: readonly string[];
  /** Objects that the ledger names and that are not there. */
  readonly missing: readonly string[];
}

/** The objects that slices of the ledger have: their rows, and their rejects. */
function namedKeys(catalog: Catalog, { slices }: Pick<Standings, 'slices'>): Set<string> {
  return new Set(
    slices.flatMap(({ table: name, day, part, rejected }) => {
      const table = catalog.get(name);
      return table === undefined
        ? []
        : [sliceKey(table, day, part), ...(rejected > 0 ? [rejectsKey(catalog, table, day, part)] : [])];
    }),
  );
}

/** What a run keeps so that the next one is quicker, or can go on: each can be found out again. */
export const isMemory = (catalog: Catalog, key: string): boolean =>
  key === snapshotKey ||
  key === keyRecordKey ||
  key === leaseKey ||
  key === checkedDaysKey ||
  key.startsWith(plansPrefix) ||
  key.startsWith(joinsPrefix) ||
  [...catalog.values()].some((table) => table.zone === 'curated' && isRemembered(table, key));

/** Whether the pipeline itself keeps such an object beside its slices. */
function isHousekeeping(catalog: Catalog, key: string): boolean {
  return (
    isMemory(catalog, key) ||
    key.startsWith(damagedPrefix) ||
    isLandReject(key) ||
    erasureOf(key) !== undefined ||
    key === expiredKey ||
    checkedRun(key) !== undefined ||
    ledgerRun(key) !== undefined
  );
}

/** Which of these objects of derived zones the ledger does not name. */
export function strangersAmong(
  keys: Iterable<string>,
  catalog: Catalog,
  standings: Pick<Standings, 'slices'>,
): string[] {
  const named = namedKeys(catalog, standings);
  return [...keys].filter((key) => !named.has(key) && !isHousekeeping(catalog, key));
}

/** Looks for strangers in `curated/`, `marts/` and `ops/`, and for what is missing there. */
export async function survey(lake: Lake, catalog: Catalog, standings: Pick<Standings, 'slices'>): Promise<Survey> {
  const missing = namedKeys(catalog, standings);
  const strangers: string[] = [];
  for (const zone of ['curated/', 'marts/', 'ops/']) {
    try {
      for await (const key of lake.keys(zone)) {
        if (!missing.delete(key) && !isHousekeeping(catalog, key)) strangers.push(key);
      }
    } catch (error) {
      // Of a folder that is closed to this person, nothing can be said.
      if (!isClosed(error)) throw error;
      for (const key of missing) if (key.startsWith(zone)) missing.delete(key);
    }
  }
  const expired = await expirations(lake, catalog);
  const rejects = tableNamed(catalog, 'rejects');
  return { strangers, missing: [...missing].filter((key) => !hasExpired(expired, rejects, key)).toSorted() };
}
