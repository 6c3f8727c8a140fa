import type { Day } from '../days.ts';
import { literal, textOf, type Session } from '../duckdb.ts';
import type { Table } from '../schema/table.ts';
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

/** The inputs of slices that stand, as `key@etag`, each once: those whose keys begin so, of some tables or of all. */
export async function inputsUnder(
  session: Session,
  ledger: Table,
  sources: readonly Source[],
  prefixes: readonly string[],
  tables?: readonly string[],
): Promise<string[]> {
  if (sources.length === 0 || tables?.length === 0) return [];
  const named = tables === undefined ? 'true' : `table_name IN ${list(tables)}`;
  const rows = await session.rows(`SELECT DISTINCT input
    FROM (SELECT unnest(input_keys) AS input FROM (${lastRowsOf(ledger.columns, sources, named)}) WHERE action = 'built')
    WHERE ${prefixes.map((prefix) => `starts_with(input, ${literal(prefix)})`).join(' OR ')}`);
  return rows.map((row) => textOf(row['input']));
}

/** The key of an input. */
export const keyOfInput = (input: string): string => input.slice(0, input.lastIndexOf('@'));
