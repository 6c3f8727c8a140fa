import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import { checkedRun, ledgerRun } from '../shared/schema/ops-keys.ts';

/** The last object of an ops table, and the run that it is of. */
export interface LastObject {
  readonly key: string;
  readonly run: string;
}

/** Each object of these tables is named after its run, and runs are named after their start. */
async function lastOf(
  lake: Lake,
  catalog: Catalog,
  table: string,
  runIn: (key: string) => string | undefined,
): Promise<LastObject | undefined> {
  let last: LastObject | undefined;
  for await (const key of lake.keys(tableNamed(catalog, table).prefix)) {
    const run = runIn(key);
    if (run !== undefined && (last === undefined || run > last.run)) last = { key, run };
  }
  return last;
}

/** The last checks of a lake, and whether a run has built or removed anything since. */
export async function lastChecks(
  lake: Lake,
  catalog: Catalog,
): Promise<{ readonly last: LastObject | undefined; readonly isBuiltSince: boolean }> {
  const last = await lastOf(lake, catalog, 'check_results', checkedRun);
  const built = await lastOf(lake, catalog, 'pipeline_runs', ledgerRun);
  return { last, isBuiltSince: built !== undefined && (last === undefined || built.run > last.run) };
}
