/** What the SELECT gives of a column, as a value of the column's type. */
import { identifier, literal } from '../shared/duckdb.ts';
import type { Column, Table } from '../shared/schema/table.ts';
import { duckdbType, jsonStructure } from '../shared/schema/types.ts';
import { text } from './described.ts';

/** The column in its declared type; null where a text cannot be read as one. */
export function cast(column: Column, described: string): string {
  const name = identifier(column.name);
  if (described !== text) return `CAST(${name} AS ${duckdbType(column.type)})`;
  const trimmed = `nullif(${name}, '')`;
  switch (column.type.kind) {
    case 'string':
      return trimmed;
    case 'timestamp':
      return `instant(${trimmed})`;
    // A text that is no JSON would fail the whole statement, not its row.
    case 'array':
    case 'struct':
      return `CASE WHEN json_valid(${trimmed}) THEN json_transform(${trimmed}, ${literal(JSON.stringify(jsonStructure(column.type)))}) END`;
    // 1.7 pieces are no 2 pieces, as the engine's cast has it; and a number that is not finite has no sum.
    case 'int':
    case 'bigint':
      return `whole(${trimmed}, TRY_CAST(${trimmed} AS ${duckdbType(column.type)}))`;
    case 'double':
      return `finite(TRY_CAST(${trimmed} AS DOUBLE))`;
    case 'boolean':
    case 'date':
    case 'decimal':
    case 'map':
      return `TRY_CAST(${trimmed} AS ${duckdbType(column.type)})`;
  }
}

/**
 * Whether a text could not be read as the column's type. In a list of structs every number must be readable: `TRY`
 * around the strict conversion would say so too, at six times the cost.
 */
export function untyped(column: Column, value: string): string {
  const { type } = column;
  const unread =
    type.kind === 'array' && type.element.kind === 'struct'
      ? ` OR len(list_filter(${value}, lambda e: e IS NULL${type.element.fields
          .filter((f) => f.type.kind !== 'string')
          .map((f) => ` OR e.${identifier(f.name)} IS NULL`)
          .join('')})) > 0`
      : '';
  return `nullif(${identifier(column.name)}, '') IS NOT NULL AND (${value} IS NULL${unread})`;
}

/** EUR at the rate of the slice's day: rounded to the cent where the column has cents, exact for EUR. */
export function converted(column: Column, amount: string): string {
  const ratio = `CAST(${identifier(amount)} AS DOUBLE) / _rate`;
  const { type } = column;
  const value = type.kind === 'decimal' ? `CAST(round(${ratio}, ${type.scale}) AS ${duckdbType(type)})` : ratio;
  return `CASE WHEN currency = 'EUR' THEN ${identifier(amount)} ELSE ${value} END`;
}

/** The amount that `amount_eur` is the EUR value of, where the SELECT leaves the conversion to the house. */
export function convertedFrom(table: Table, column: Column, given: ReadonlySet<string>): string | undefined {
  const amount = column.name.endsWith('_eur') && !given.has(column.name) ? column.name.slice(0, -4) : undefined;
  return amount !== undefined && given.has(amount) && table.columns.some((c) => c.name === 'currency')
    ? amount
    : undefined;
}
