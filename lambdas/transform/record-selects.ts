import { bareSql } from '../shared/bare-sql.ts';
import { identifier } from '../shared/duckdb.ts';
import type { Table } from '../shared/schema/table.ts';
import { placeOf, type Part } from '../shared/schema/parts.ts';
import { cast } from './column-values.ts';
import { text } from './described.ts';
import { impersonal } from './impersonal.ts';
import { read } from './names.ts';

/**
 * The SELECT of the `file` and the `day` of each record, and of `record`, which tells it from others: 64 bits of its
 * key (or of what it is a part of, where that is sent again whole) as it is staged, null where a part of it is missing, and it is refused. Two records may share them: a slice then
 * reads an object too many, and finds no version in it.
 */
export function recordsSelect(table: Table, select: string): string {
  const key = table.columns
    .filter(({ name }) =>
      table.versionsOf === undefined ? table.primaryKey.includes(name) : name === table.versionsOf,
    )
    .map((column) => impersonal(table, column, cast(column, text)));
  return `SELECT DISTINCT _at.file AS file, CASE WHEN _at.is_single_day THEN _at.day ELSE coalesce(CAST(dt AS DATE), _at.day) END AS day,
    CASE WHEN ${key.map((value) => `${value} IS NOT NULL`).join(' AND ')} THEN hash(${key.join(', ')}) END AS record
  FROM (${table.records === undefined ? select : read(table.records)})`;
}

/**
 * The SELECT of records with `_is_own`: whether each is in a part of its day. Equal keys, as they are staged, are in
 * one part, and a record without a key is where its own text is. By MD5, which is the same in every release of the
 * engine.
 * @param records gives `_record` and `_at`
 */
export function partedRecords(table: Table, part: Part, records: string): string {
  const column = table.columns.find(({ name }) => table.primaryKey.includes(name));
  if (table.part === undefined || column === undefined || table.primaryKey.length > 1)
    throw new Error(`${table.name} cannot be cut into parts: nothing says by what, or its key is not one column.`);
  const { index, count } = placeOf(part);
  const key = impersonal(table, column, cast(column, text));
  return `SELECT _record, _at, md5_number_lower(coalesce(CAST(${key} AS VARCHAR), _record)) % ${count} = ${index} AS _is_own
    FROM (SELECT _record, _at, ${bareSql(read(table.part))} AS ${identifier(column.name)} FROM (${records}))`;
}
