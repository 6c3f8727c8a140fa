import { addDays } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import { checkedRun, dayOfRun, ledgerRun } from '../shared/schema/ops-keys.ts';

/** The last object of an ops table, and the run that it is of. */
export interface LastObject {
  readonly key: string;
  readonly run: string;
}

/** Each object of these tables is named after its run, and runs are named after their start. */
async function lastOf(
  keys: AsyncIterable<string> | Iterable<string>,
  runIn: (key: string) => string | undefined,
): Promise<LastObject | undefined> {
  let last: LastObject | undefined;
  for await (const key of keys) {
    const run = runIn(key);
    if (run !== undefined && (last === undefined || run > last.run)) last = { key, run };
  }
  return last;
}

const keysOf = (lake: Lake, catalog: Catalog, table: string) => lake.keys(tableNamed(catalog, table).prefix);

/** The last checks of a lake, and whether a run has built or removed anything since. */
export async function lastChecks(
  lake: Lake,
  catalog: Catalog,
): Promise<{ readonly last: LastObject | undefined; readonly isBuiltSince: boolean }> {
  const last = await lastOf(keysOf(lake, catalog, 'check_results'), checkedRun);
  const built = await lastOf(keysOf(lake, catalog, 'pipeline_runs'), ledgerRun);
  return { last, isBuiltSince: built !== undefined && (last === undefined || built.run > last.run) };
}

/**
 * Whether a run has built or removed anything since the last checks, for who has listed the ledger: the checks of the run
 * that did are looked for by their name, so that a query does not list those of all runs.
 */
export async function isBuiltSinceChecks(lake: Lake, catalog: Catalog, ledger: readonly string[]): Promise<boolean> {
  const built = await lastOf(ledger, ledgerRun);
  if (built === undefined) return false;
  const { prefix } = tableNamed(catalog, 'check_results');
  // A run may go on past midnight.
  for (const day of [dayOfRun(built.run), addDays(dayOfRun(built.run), 1)])
    if ((await lake.head(`${prefix}dt=${day}/${built.run}.parquet`)) !== undefined) return false;
  return (await lastChecks(lake, catalog)).isBuiltSince;
}
