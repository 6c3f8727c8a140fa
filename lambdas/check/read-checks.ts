import { types } from 'node:util';
import { parquetFiles, type Engine } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import { checkedRun } from '../shared/schema/ops-keys.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { isUnbroken } from '../shared/sealed.ts';
import type { Damaged } from '../shared/slices/ledger-rows.ts';

/** What reads objects of checks. */
export interface Shelf {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly scratch: string;
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
