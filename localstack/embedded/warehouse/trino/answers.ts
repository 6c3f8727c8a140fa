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
import { type AnswerValue, QueryFailed } from '../../../../lambdas/shared/ports/warehouse.ts';
import { javaDouble } from './java-double.ts';
import { spell, type Type } from './types.ts';

/**
 * A value of DuckDB as the value of its Trino type.
 * @throws TypeError where DuckDB has given another type than Trino would
 */
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
        keyText(answerValue(key, type.key), type.key),
        answerValue(entry, type.value),
      ]),
    );
  }
  if (type.name === 'decimal' && value instanceof DuckDBDecimalValue && value.scale === type.scale)
    return value.toString();
  // Of code points, as Trino counts.
  if (type.name === 'char' && typeof value === 'string')
    return value + ' '.repeat(Math.max(0, type.length - Array.from(value).length));
  const read = scalars[type.name]?.(value);
  if (read === undefined)
    throw new TypeError(`the embedded engine has given ${value.toString()} where Trino gives ${spell(type)}`);
  return read;
}

/** Each scalar type's reading of a value; undefined for a value of another type. */
const scalars: Readonly<Record<string, ((value: DuckDBValue) => AnswerValue | undefined) | undefined>> = {
  tinyint: (value) => (typeof value === 'number' ? value : undefined),
  smallint: (value) => (typeof value === 'number' ? value : undefined),
  integer: (value) => (typeof value === 'number' ? value : undefined),
  bigint: (value) => (typeof value === 'bigint' ? exact(value) : typeof value === 'number' ? value : undefined),
  double: (value) => (typeof value === 'number' ? value : undefined),
  varchar: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: (value) => (value instanceof DuckDBDateValue ? written(value.days, value.toString()) : undefined),
  real: (value) => (typeof value === 'number' ? shortest(value) : undefined),
  'timestamp(0)': (value) => (value instanceof DuckDBTimestampValue ? clock(value.micros) : undefined),
  'interval day to second': (value) => (value instanceof DuckDBIntervalValue ? span(value) : undefined),
  'interval year to month': (value) => (value instanceof DuckDBIntervalValue ? months(value) : undefined),
  timestamp: (value) => (value instanceof DuckDBTimestampValue ? clock(value.micros) : undefined),
  utc: (value) => (value instanceof DuckDBTimestampTZValue ? `${clock(value.micros)} UTC` : undefined),
};

/** The days 0001-01-01 and 9999-12-31, counted from 1970-01-01. */
const [firstDay, lastDay] = [-719_162, 2_932_896];

/**
 * A text of a day of four digits of a year. Beyond, releases of Trino write the same day in several ways.
 * @throws QueryFailed there
 */
function written(days: number, text: string): string {
  if (days < firstDay || days > lastDay)
    throw new QueryFailed(
      'a day outside the years 1 to 9999 is written apart by the engines: keep it out of the answer',
    );
  return text;
}

/** The shortest number that is this float. */
function shortest(value: number): number {
  // Digits have no sign of a zero.
  if (value === 0) return value;
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

const keyText = (key: AnswerValue, type: Type): string => {
  if (typeof key === 'string') return key;
  if (typeof key === 'bigint') return String(key);
  if (typeof key === 'number' && (type.name === 'double' || type.name === 'real')) return javaDouble(key);
  return JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
};

const exact = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** `YYYY-MM-DD HH:MM:SS.mmm` of microseconds since 1970; Trino keeps milliseconds here. */
function clock(micros: bigint): string {
  const milliseconds = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
  const days = Math.floor(milliseconds / 86_400_000);
  if (days < firstDay || days > lastDay) return written(days, '');
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
