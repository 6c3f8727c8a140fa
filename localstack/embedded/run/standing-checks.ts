import { types } from 'node:util';
import { promisesOf } from '../../../lambdas/check/check.ts';
import { parquetFiles, type Engine } from '../../../lambdas/shared/duckdb.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import { checkedRun, ledgerRun } from '../../../lambdas/shared/schema/ops-keys.ts';
import type { CheckResultsRow } from '../../../lambdas/shared/schema/rows.generated.ts';
import { isUnbroken } from '../../../lambdas/shared/sealed.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';

interface Shelf {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly scratch: string;
}

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

/** The rows of an object of checks, or why it cannot be believed. */
export async function checksIn(shelf: Shelf, key: string): Promise<CheckResultsRow[] | Damaged> {
  if (!(await isUnbroken(shelf.lake, key))) return { key, problem: 'its bytes are not those that were written' };
  try {
    const checks = await rowsOf(shelf, key);
    const isTheirs = checks.every(
      ({ run_id: run, failures, checked }) =>
        run === checkedRun(key) && Number.isFinite(failures) && Number.isFinite(checked),
    );
    return isTheirs ? checks : { key, problem: 'it has rows that no check wrote' };
  } catch (error) {
    if (!types.isNativeError(error)) throw error;
    return {
      key,
      problem: `it cannot be read (${(error.message.split('\n')[0] ?? '').replaceAll(`${shelf.lake.location}/`, '')})`,
    };
  }
}

/** What the last checks found, where no run has built or removed anything since and they promise the same; `checks` is undefined where they must be made again. */
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

async function rowsOf({ lake, engine, scratch }: Shelf, key: string): Promise<CheckResultsRow[]> {
  const session = await engine.connect();
  try {
    const rows = await session.rows(
      `SELECT * FROM ${parquetFiles([await lake.localPath(key, scratch)])} ORDER BY check_name`,
    );
    return rows.map((row) => {
      const text = (name: string) => (typeof row[name] === 'string' ? row[name] : '');
      return {
        run_id: text('run_id'),
        check_name: text('check_name'),
        table_name: text('table_name'),
        severity: text('severity') === 'error' ? 'error' : 'warning',
        failures: Number(row['failures']),
        checked: Number(row['checked']),
        checked_at: new Date(`${text('checked_at').replace(' ', 'T')}Z`),
      };
    });
  } finally {
    session.close();
  }
}
