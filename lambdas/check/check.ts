import { hash } from 'node:crypto';
import { parquetRows } from '../shared/parquet-rows.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { QueriesTogether } from '../shared/ports/warehouse.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { putSealed } from '../shared/sealed.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import type { Check } from './check-definition.ts';
import { CheckedDays, type Remembering } from './checked-days.ts';
import { checksOf } from './checks.ts';

/**
 * One query for all the checks of a table: it is read once, and planning a query takes longer than most checks. Those
 * that look at each row alone are one SELECT, each other is one of its own beside it; each has one row.
 */
function together(checks: readonly Check[]): { readonly sql: string; readonly checks: readonly Check[] }[] {
  return [...new Set(checks.map(({ table }) => table))].map((table) => {
    const own = checks.filter((one) => one.table === table);
    const byRow = own.filter(({ broken }) => broken !== undefined);
    const counts = byRow.map(({ broken }) => `count_if(${broken}), count(*)`);
    const parts = [
      ...(byRow.length === 0 ? [] : [{ checks: byRow, sql: `SELECT ${counts.join(', ')} FROM ${table}` }]),
      ...own.filter((one) => !byRow.includes(one)).map((one) => ({ checks: [one], sql: one.sql })),
    ];
    const columns = parts.map((part, n) =>
      part.checks.map((_, i) => `failures_${n}_${i}, checked_${n}_${i}`).join(', '),
    );
    const from = parts.map(({ sql }, n) => `(${sql}) AS part_${n}(${columns[n]})`);
    return {
      checks: parts.flatMap((part) => part.checks),
      sql: `SELECT ${columns.join(', ')} FROM ${from.join(' CROSS JOIN ')}`,
    };
  });
}

/** What the checks of a catalogue promise: where this changes, what they found no longer tells whether they hold. */
export function promisesOf(catalog: Catalog): string {
  return hash(
    'sha256',
    JSON.stringify(checksOf(catalog).map(({ name, severity, sql, broken }) => [name, severity, sql, broken ?? null])),
  );
}

/** What stands, of a run whose slices are known. */
export interface CheckOptions {
  readonly slices?: readonly NamedSlice[];
  readonly remembering?: Remembering;
}

/**
 * Runs every check of the schema documents and writes what they found to `ops/check_results`, one object a run. What
 * depends on the rows of one day alone is not asked again of a day of `slices` that stands as it did.
 */
export async function check(
  lake: Lake,
  catalog: Catalog,
  warehouse: QueriesTogether,
  runId: string,
  { slices = [], remembering }: CheckOptions = {},
): Promise<CheckResultsRow[]> {
  const all = checksOf(catalog);
  const days = await CheckedDays.open(lake, all, slices, remembering);
  const queries = together(all.filter((one) => !days.checks.has(one)));
  const answers = await warehouse.queryAll([...days.queries, ...queries.map(({ sql }) => sql)]);
  const counts = await days.take(answers.slice(0, days.queries.length));
  for (const [n, { checks }] of queries.entries()) {
    const [row] = answers[days.queries.length + n]?.rows ?? [];
    checks.forEach(({ name }, i) =>
      counts.set(name, { failures: Number(row?.[2 * i]), checked: Number(row?.[2 * i + 1]) }),
    );
  }
  const results = all.map(({ name, table, severity }): CheckResultsRow => ({
    run_id: runId,
    check_name: name,
    table_name: table,
    severity,
    failures: counts.get(name)?.failures ?? Number.NaN,
    checked: counts.get(name)?.checked ?? Number.NaN,
    checked_at: new Date(),
  }));
  const table = tableNamed(catalog, 'check_results');
  const day = new Date().toISOString().slice(0, 10);
  await putSealed(
    lake,
    `${table.prefix}dt=${day}/${runId}.parquet`,
    await parquetRows(
      table,
      results.map((result) => ({ ...result, dt: new Date(day) })),
    ),
    { metadata: { promises: promisesOf(catalog) } },
  );
  return results;
}
