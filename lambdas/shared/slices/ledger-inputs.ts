import type { Day } from '../days.ts';
import { literal, textOf, type Session } from '../duckdb.ts';
import type { Table } from '../schema/catalog.ts';
import { lastRowsOf, type Source } from './ledger-rows.ts';

const list = (values: readonly string[]): string => `(${values.map(literal).join(', ')})`;

/** The inputs of some slices of a table, as `key@etag`, from the objects of the ledger. */
export async function inputRows(
  session: Session,
  ledger: Table,
  sources: readonly Source[],
  table: string,
  days: readonly Day[],
): Promise<Map<Day, readonly string[]>> {
  if (sources.length === 0 || days.length === 0) return new Map();
  const rows = await session.rows(`SELECT CAST(slice AS VARCHAR) AS day, input_keys
    FROM (${lastRowsOf(ledger.columns, sources, `table_name = ${literal(table)} AND CAST(slice AS VARCHAR) IN ${list(days)}`)})`);
  return new Map(
    rows.map((row) => [textOf(row['day']), Array.isArray(row['input_keys']) ? row['input_keys'].map(textOf) : []]),
  );
}

/** The keys of the raw objects that the slices of some tables were made from. */
export async function rawKeys(
  session: Session,
  ledger: Table,
  sources: readonly Source[],
  tables: readonly string[],
): Promise<string[]> {
  if (sources.length === 0 || tables.length === 0) return [];
  const rows = await session.rows(`SELECT DISTINCT regexp_replace(input, '@[^@]*$', '') AS key
    FROM (SELECT unnest(input_keys) AS input FROM (${lastRowsOf(ledger.columns, sources, `table_name IN ${list(tables)}`)}) WHERE action = 'built')
    WHERE starts_with(input, 'raw/')`);
  return rows.map((row) => textOf(row['key']));
}
