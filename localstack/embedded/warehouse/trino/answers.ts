import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { AnswerValue } from '../../../../lambdas/shared/ports/warehouse.ts';
import { spell, type Type } from './types.ts';

/** A value of DuckDB as the value of its Trino type. @throws TypeError where DuckDB has given another type than Trino would */
export function answerValue(value: DuckDBValue, type: Type): AnswerValue {
  if (value === null) return null;
  if (type.name === 'array' && value instanceof DuckDBListValue)
    return value.items.map((item) => answerValue(item, type.element));
  if (type.name === 'row' && value instanceof DuckDBStructValue) {
    const values = Object.values(value.entries);
    return Object.fromEntries(
      type.fields.map((field, i) => [field.name ?? `field${i}`, answerValue(values[i] ?? null, field.type)]),
    );
  }
  if (type.name === 'map' && value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map(({ key, value: entry }) => [
        keyText(answerValue(key, type.key)),
        answerValue(entry, type.value),
      ]),
    );
  }
  if (type.name === 'decimal' && value instanceof DuckDBDecimalValue && value.scale === type.scale)
    return value.toString();
  const read = scalars[type.name]?.(value);
  if (read === undefined)
    throw new TypeError(`the embedded engine has given ${value.toString()} where Trino gives ${spell(type)}`);
  return read;
}

/** Each scalar type's reading of a value; undefined for a value of another type. */
const scalars: Readonly<Record<string, ((value: DuckDBValue) => AnswerValue | undefined) | undefined>> = {
  integer: (value) => (typeof value === 'number' ? value : undefined),
  bigint: (value) => (typeof value === 'bigint' ? exact(value) : typeof value === 'number' ? value : undefined),
  double: (value) => (typeof value === 'number' ? value : undefined),
  varchar: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: (value) => (value instanceof DuckDBDateValue ? value.toString() : undefined),
  timestamp: (value) => (value instanceof DuckDBTimestampValue ? clock(value.micros) : undefined),
  utc: (value) => (value instanceof DuckDBTimestampTZValue ? `${clock(value.micros)} UTC` : undefined),
};

const keyText = (key: AnswerValue): string =>
  typeof key === 'string'
    ? key
    : JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));

const exact = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** `YYYY-MM-DD HH:MM:SS.mmm` of microseconds since 1970; Trino keeps milliseconds here. */
function clock(micros: bigint): string {
  const milliseconds = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
