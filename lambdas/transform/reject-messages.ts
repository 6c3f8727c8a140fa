import { textOf, type Session } from '../shared/duckdb.ts';
import { fieldIn, type Column, type Table } from '../shared/schema/table.ts';
import { inWords, partsOf } from '../shared/schema/reject-rules.ts';
import { visible } from '../shared/visible.ts';
import type { BatchFile } from './raw-objects.ts';

/** What a message tells of a record's file. */
type FileOfReject = Pick<BatchFile, 'feed' | 'headings'>;

/** Longest value that a message repeats. */
const longest = 60;

/** The column that a reason's subject names, by its own name or by that of its field. */
function columnOf(table: Table, feed: string, subject: string): Column | undefined {
  return (
    table.columns.find((column) => column.name === subject) ??
    table.columns.find((column) => fieldIn(column, feed) === subject)
  );
}

function fieldOf(table: Table, feed: string, subject: string): string {
  const column = table.columns.find(({ name }) => name === subject);
  return column ? fieldIn(column, feed) : subject;
}

/**
 * One reason for each field: what cannot be read is not missing too, and two columns that are made of one field have
 * one fault.
 */
export function oneAField(table: Table, file: FileOfReject, reasons: readonly string[]): string[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const field = fieldOf(table, file.feed.name, partsOf(reason).subject);
    return seen.size < seen.add(field).size;
  });
}

/** The text or number that stands in a record's field; undefined where that is none, or no record. */
function valueIn(record: string, field: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch {
    return undefined;
  }
  for (const name of field.split('.'))
    value = typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).slice(0, 1000)
    : undefined;
}

/** Where a record stands in the file that a person imported: its row there is not the line of what was made of it. */
function ownPlace(record: string): string {
  const [row, name] = [valueIn(record, '_import.row'), valueIn(record, '_import.file')];
  return row === undefined || name === undefined ? '' : ` It is row ${row} of ${visible(name)}.`;
}

interface Refused {
  readonly file: FileOfReject;
  readonly record: string;
  readonly reasons: readonly string[];
}

/** Each of some texts without what looks personal in it, by the rules of every table. */
export async function maskedTexts(
  session: Pick<Session, 'rows'>,
  texts: readonly string[],
): Promise<Map<string, string>> {
  const distinct = [...new Set(texts)];
  const rows =
    distinct.length === 0
      ? []
      : await session.rows(
          'SELECT value, masked(value) AS masked FROM (SELECT unnest(from_json(?, \'["VARCHAR"]\')) AS value)',
          [JSON.stringify(distinct)],
        );
  return new Map(rows.map((row) => [textOf(row['value']), textOf(row['masked'])]));
}

/** What puts the reasons of these records in words, once their values were looked at for personal data. */
export async function explainer(
  session: Pick<Session, 'rows'>,
  table: Table,
  refused: readonly Refused[],
): Promise<(file: FileOfReject, reason: string, record: string, found?: string) => string> {
  const shown = ({ file: { feed }, record }: Pick<Refused, 'file' | 'record'>, subject: string): string | undefined => {
    const isPersonal = columnOf(table, feed.name, subject)?.pii !== undefined;
    return isPersonal ? undefined : valueIn(record, fieldOf(table, feed.name, subject));
  };
  const masked = await maskedTexts(
    session,
    refused.flatMap((one) => one.reasons.map((reason) => shown(one, partsOf(reason).subject) ?? '')),
  );
  return (file, reason, record, found) => {
    const { rule, subject } = partsOf(reason);
    const { feed, headings } = file;
    const { type, accepted, min, max } = columnOf(table, feed.name, subject) ?? {};
    const field = fieldOf(table, feed.name, subject);
    const value = masked.get(shown({ file, record }, subject) ?? '')?.slice(0, longest);
    const words = inWords(rule, {
      field: headings?.get(field) ?? field,
      isSheet: feed.format?.kind === 'csv',
      value: value === '' ? undefined : value,
      found: found?.slice(0, 200),
      type,
      accepted,
      min,
      max,
      prefix: feed.prefix,
      headings: feed.columns.filter(({ optional }) => optional === undefined).map(({ name }) => name),
    });
    return words + ownPlace(record);
  };
}
