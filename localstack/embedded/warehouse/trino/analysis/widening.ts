import { duckType, isInteger, same, type Type } from '../types.ts';

/**
 * A value's text in the wider type that Trino gives it, where DuckDB must be told: it takes a small whole number beside
 * a literal for a small one still, and makes a real of a decimal by way of a double.
 */
export function widened(text: string, from: Type, to: Type): string {
  if (same(from, to) || from.name === 'unknown') return text;
  if (to.name === 'real') return asReal(text, from);
  return isSmall(from) ? `CAST(${text} AS ${duckType(to)})` : text;
}

/** Trino divides a decimal of up to 18 digits as reals: both its units and the power of ten are rounded first. */
export const asReal = (text: string, from: Type): string =>
  from.name === 'decimal' && from.precision <= 18 && from.scale > 0
    ? `real_of(${text}, ${from.scale})`
    : `CAST(${text} AS FLOAT)`;

const isSmall = (type: Type): boolean => isInteger(type) && type.name !== 'integer' && type.name !== 'bigint';
