import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { AnswerColumn, AnswerRow, AnswerValue, StreamedAnswer } from '../lambdas/shared/ports/warehouse.ts';
import { visible, visibleJson } from '../lambdas/shared/visible.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { isNumeric, tableCell } from './cell.ts';
import { UsageError } from './context.ts';
import { csvLines, safeCell } from './csv.ts';
import { Columns } from './table.ts';
import { Records } from './vertical.ts';

export const formats = ['table', 'vertical', 'csv', 'json', 'jsonl'] as const;
export type Format = (typeof formats)[number];

export interface OutputOptions {
  readonly format: Format;
  /** CSV of the values as they are: nothing is kept from a spreadsheet or a terminal. */
  readonly raw?: boolean | undefined;
  /** Columns of the terminal that a table must fit into; undefined where it goes to a file, in which nothing is cut. */
  readonly width?: number | undefined;
  /** The last column is shown whole, over several lines. */
  readonly wrapsLast?: boolean;
}

/** Whether people read a format; programs read the others, in which every value is exact. */
export const isForPeople = (format: Format): boolean => format === 'table' || format === 'vertical';

/** The width of the terminal on standard output; undefined where there is none. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns || 80 : undefined;

/** Of these types a value may hold what a stranger wrote. */
const isText = (type: string) => /^(varchar|char|array|row|map)/.test(type);

/** Rows and text that are shown as one page of a table. */
const pageOf = { rows: 1000, characters: 1_000_000 } as const;

/** What is told of the rows at the end. */
const footer = (count: number, isCut: boolean) =>
  `(${count} ` +
  `${count === 1 ? 'row' : 'rows'}${isCut ? '; … marks what was cut to fit: --format vertical shows it' : ''})\n`;

/** A table, or records below one another where they are asked for or a line would not fit. */
async function* tableText(
  { columns, rows }: StreamedAnswer,
  { format, width, wrapsLast }: OutputOptions,
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  const rightAligned = columns.map(({ type }) => isNumeric(type));
  const lines = new Columns(names, { rightAligned, width, ...(wrapsLast !== undefined && { wrapsLast }) });
  let layout: Columns | Records | undefined;
  let waiting: string[][] = [];
  let [characters, count] = [0, 0];
  const page = () => {
    layout ??= format === 'vertical' || !lines.fits(waiting) ? new Records(names, width) : lines;
    return layout.page(waiting);
  };
  for await (const batch of rows) {
    for (const row of batch) {
      const cells = columns.map((column, i) => tableCell(row[i], column));
      waiting.push(cells);
      characters += cells.reduce((sum, one) => sum + one.length, 0);
    }
    count += batch.length;
    if (waiting.length < pageOf.rows && characters < pageOf.characters) continue;
    yield page();
    [waiting, characters] = [[], 0];
  }
  yield `${page()}${footer(count, lines.isCut)}`;
}

async function* csvText({ columns, rows }: StreamedAnswer, raw: boolean): AsyncGenerator<string> {
  const asItIs = (written: string) => written;
  const asText = raw ? asItIs : safeCell;
  const fields = columns.map(({ type }) => (isText(type) ? asText : asItIs));
  const field = (value: AnswerValue, i: number) =>
    value === null ? null : (fields[i] ?? asText)(typeof value === 'object' ? visibleJson(value) : String(value));
  let head = csvLines([columns.map(({ name }) => asText(name))]);
  for await (const batch of rows) {
    yield head + csvLines(batch.map((row) => row.map(field)));
    head = '';
  }
  if (head !== '') yield head;
}

const asObject = (columns: readonly AnswerColumn[], row: AnswerRow) =>
  Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]));

async function* jsonText({ columns, rows }: StreamedAnswer): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of rows) {
    let objects = '';
    for (const row of batch) {
      objects += `${before}\n  ${visibleJson(asObject(columns, row), 2).replaceAll('\n', '\n  ')}`;
      before = ',';
    }
    yield objects;
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

async function* jsonLines({ columns, rows }: StreamedAnswer): AsyncGenerator<string> {
  for await (const batch of rows) yield batch.map((row) => `${visibleJson(asObject(columns, row))}\n`).join('');
}

/**
 * The answer, whose columns each have a name of their own: an object has one value under a name.
 * @throws UsageError that names one that stands twice
 */
function named(answer: StreamedAnswer): StreamedAnswer {
  const names = answer.columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return answer;
  throw new UsageError(
    `Two columns are named ${visible(twice)}, and JSON can show only one of them: give one another name, as ` +
      `"… AS ${visible(twice)}_2".`,
  );
}

/**
 * An answer as people or programs read it, piece by piece. Every format ends with a newline, and is begun when the
 * first rows are there.
 */
function text(answer: StreamedAnswer, options: OutputOptions): AsyncIterable<string> {
  switch (options.format) {
    case 'csv':
      return csvText(answer, options.raw ?? false);
    case 'json':
      return jsonText(named(answer));
    case 'jsonl':
      return jsonLines(named(answer));
    case 'table':
    case 'vertical':
      return tableText(answer, options);
  }
}

/** Writes an answer no faster than it is read. A reader that has seen enough ends it, which is no failure. */
export async function print(
  answer: StreamedAnswer,
  to: Writable,
  options: OutputOptions,
  signal?: AbortSignal,
): Promise<void> {
  try {
    for await (const piece of text(answer, options)) {
      if (to.errored) return;
      if (!to.write(piece)) await once(to, 'drain', signal ? { signal } : {});
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (codeOf(error) !== 'EPIPE') throw error;
  }
}
