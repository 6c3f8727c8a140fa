import { hash } from 'node:crypto';
import { parquetRows } from '../shared/parquet-rows.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { QueriesTogether } from '../shared/ports/warehouse.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { putSealed } from '../shared/sealed.ts';
import type { Check } from './check-definition.ts';
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

/** Runs every check of the schema documents and writes what they found to `ops/check_results`, one object a run. */
export async function check(
  lake: Lake,
  catalog: Catalog,
  warehouse: QueriesTogether,
  runId: string,
): Promise<CheckResultsRow[]> {
  const results: CheckResultsRow[] = [];
  const queries = together(checksOf(catalog));
  const answers = await warehouse.queryAll(queries.map(({ sql }) => sql));
  for (const [n, { checks }] of queries.entries()) {
    const [row] = answers[n]?.rows ?? [];
    checks.forEach((one, i) =>
      results.push({
        run_id: runId,
        check_name: one.name,
        table_name: one.table,
        severity: one.severity,
        failures: Number(row?.[2 * i]),
        checked: Number(row?.[2 * i + 1]),
        checked_at: new Date(),
      }),
    );
  }
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
