import type { ColumnInfo, Row } from '@aws-sdk/client-athena';
import { type AnswerColumn, type AnswerRow, type AnswerValue, QueryFailed, UnportableSql } from '../ports/warehouse.ts';

/** A column of an answer, and how its texts are read. */
export interface AthenaColumn extends AnswerColumn {
  readonly read: (text: string) => AnswerValue | undefined;
}

const asItIs = (text: string) => text;
const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

const integerPattern = /^-?\d+$/;

function integer(text: string): AnswerValue | undefined {
  if (!integerPattern.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** `1.5`, `1.0E10`, `NaN`, `-Infinity`. */
function double(text: string): number | undefined {
  const number = Number(text);
  return text.trim() === '' || (Number.isNaN(number) && text !== 'NaN') ? undefined : number;
}

const clockPattern = /^(?<clock>\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?: (?<zone>\S+))?$/;

/** `YYYY-MM-DD HH:MM:SS.mmm`, whatever digits of the second were told. */
function timestamp(text: string): string | undefined {
  const { clock, fraction = '', zone } = clockPattern.exec(text)?.groups ?? {};
  return clock === undefined || zone !== undefined ? undefined : `${clock}.${fraction.padEnd(3, '0').slice(0, 3)}`;
}

/** The same in UTC, with its ` UTC`. What a region's clock shows may be one of two instants, so it is refused. */
function zonedTimestamp(text: string): string | undefined {
  const zone = clockPattern.exec(text)?.groups?.['zone'] ?? '';
  const local = timestamp(text.slice(0, text.length - zone.length - 1));
  if (local === undefined) return undefined;
  if (/^(?:UTC|Z|GMT)$/.test(zone)) return `${local} UTC`;
  const { sign, hours, minutes } = /^(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)$/.exec(zone)?.groups ?? {};
  if (sign === undefined)
    throw new UnportableSql(`the time zone ${zone} in an answer of Athena: write at_timezone(x, 'UTC')`);
  const ahead = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const instant = Date.parse(`${local.replace(' ', 'T')}Z`) - ahead * 60_000;
  return `${new Date(instant).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** Of each type of Athena that its own name is enough for: the type in Trino's spelling, and how its texts are read. */
const scalars: Readonly<Record<string, readonly [type: string, read: AthenaColumn['read']]>> = {
  boolean: ['boolean', (text) => ({ true: true, false: false })[text]],
  tinyint: ['tinyint', integer],
  smallint: ['smallint', integer],
  integer: ['integer', integer],
  bigint: ['bigint', integer],
  float: ['real', double],
  real: ['real', double],
  double: ['double', double],
  varchar: ['varchar', asItIs],
  string: ['varchar', asItIs],
  char: ['char', asItIs],
  json: ['json', asItIs],
  // Athena shows bytes in pairs of digits, `e2 98 83`.
  varbinary: ['varbinary', (text) => text.replaceAll(' ', '').toUpperCase()],
  date: ['date', matching(/^-?\d{4,}-\d\d-\d\d$/)],
  timestamp: ['timestamp(3)', timestamp],
  'timestamp with time zone': ['timestamp(3) with time zone', zonedTimestamp],
};

const nested: ReadonlySet<string> = new Set(['array', 'map', 'row', 'struct']);

/**
 * Reads the description of a column.
 * @throws UnportableSql for a type whose texts cannot be read back, with what to write
 */
export function columnOf({ Name: name = '', Type = '', Precision = 0, Scale = 0 }: ColumnInfo): AthenaColumn {
  if (nested.has(Type))
    throw new UnportableSql(
      `column ${name} of type ${Type} in an answer: Athena gives it as a text that can be read in two ways; ` +
        `write CAST(x AS json) AS ${name}`,
    );
  if (Type === 'decimal') {
    const digits = new RegExp(Scale === 0 ? '^-?\\d+$' : `^-?\\d+\\.\\d{${Scale}}$`);
    return { name, type: `decimal(${Precision},${Scale})`, read: matching(digits) };
  }
  // Times, intervals, UUIDs and what is yet to come are what their texts say.
  const [type, read] = scalars[Type] ?? [Type, asItIs];
  return { name, type, read };
}

/**
 * A row of a page as values. Athena gives no text for null, and an empty one for an empty text.
 * @throws QueryFailed for a text that is not of its type
 */
export function rowOf({ Data = [] }: Row, columns: readonly AthenaColumn[]): AnswerRow {
  const texts = Data.map(({ VarCharValue }) => VarCharValue);
  // Of DESCRIBE the cells stand in one, filled up with blanks, with tabs between.
  const cells = columns.length > 1 && texts.length === 1 ? texts[0]?.split('\t').map((cell) => cell.trim()) : texts;
  return columns.map(({ name, type, read }, i) => {
    const text = cells?.[i];
    if (text === undefined) return null;
    const value = read(text);
    if (value === undefined)
      throw new QueryFailed(`Athena answered ${JSON.stringify(text)} in column ${name}, which is no ${type}`);
    return value;
  });
}
