import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
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
  smallint: (value) => (typeof value === 'number' ? value : undefined),
  integer: (value) => (typeof value === 'number' ? value : undefined),
  bigint: (value) => (typeof value === 'bigint' ? exact(value) : typeof value === 'number' ? value : undefined),
  double: (value) => (typeof value === 'number' ? value : undefined),
  varchar: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: (value) => (value instanceof DuckDBDateValue ? value.toString() : undefined),
  real: (value) => (typeof value === 'number' ? shortest(value) : undefined),
  'timestamp(0)': (value) => (value instanceof DuckDBTimestampValue ? clock(value.micros) : undefined),
  'interval day to second': (value) => (value instanceof DuckDBIntervalValue ? span(value) : undefined),
  'interval year to month': (value) => (value instanceof DuckDBIntervalValue ? months(value) : undefined),
  timestamp: (value) => (value instanceof DuckDBTimestampValue ? clock(value.micros) : undefined),
  utc: (value) => (value instanceof DuckDBTimestampTZValue ? `${clock(value.micros)} UTC` : undefined),
};

/** The shortest number that is this float. */
function shortest(value: number): number {
  for (let digits = 6; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** `2 03:04:05.678`, of days and a time of day. */
function span({ days, micros }: DuckDBIntervalValue): string {
  const total = BigInt(days) * 86_400_000n + micros / 1000n;
  const [sign, milliseconds] = total < 0n ? ['-', -total] : ['', total];
  const time = new Date(Number(milliseconds % 86_400_000n)).toISOString().slice(11, 23);
  return `${sign}${milliseconds / 86_400_000n} ${time}`;
}

/** `1-2`: a year and two months. */
function months(value: DuckDBIntervalValue): string {
  const total = Math.abs(value.months);
  return `${value.months < 0 ? '-' : ''}${Math.floor(total / 12)}-${total % 12}`;
}

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
