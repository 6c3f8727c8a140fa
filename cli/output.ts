import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { AnswerColumn, AnswerRow, AnswerValue, StreamedAnswer } from '../lambdas/shared/ports/warehouse.ts';
import { visible, visibleJson } from '../lambdas/shared/visible.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { UsageError } from './context.ts';
import { csvLines, withoutFormula } from './csv.ts';
import { Columns } from './table.ts';

export const formats = ['table', 'csv', 'json', 'jsonl'] as const;
export type Format = (typeof formats)[number];

export interface OutputOptions {
  readonly format: Format;
  /** CSV of the values as they are: nothing is withoutFormula from a spreadsheet or a terminal. */
  readonly raw?: boolean | undefined;
}

const isNumeric = (type: string) => /^(bigint|integer|smallint|tinyint|double|real|decimal)/.test(type);
/** Of these types a value may hold what a stranger wrote. */
const isText = (type: string) => /^(varchar|char|array|row|map)/.test(type);

/** A value in a cell: lists and rows as JSON, a double with at most six digits after the point. */
export function cell(value: AnswerValue | undefined, type = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return visibleJson(value);
  if (typeof value === 'number' && type === 'double') return String(Number(value.toFixed(6)));
  return String(value);
}

/** Rows and text that are shown as one page of a table. */
const page = { rows: 1000, characters: 1_000_000 } as const;

async function* tableText({ columns, rows }: StreamedAnswer): AsyncGenerator<string> {
  const layout = new Columns(
    columns.map(({ name }) => name),
    columns.map(({ type }) => isNumeric(type)),
  );
  let waiting: string[][] = [];
  let [characters, count] = [0, 0];
  for await (const batch of rows) {
    for (const row of batch) {
      const cells = row.map((value, i) => cell(value, columns[i]?.type));
      waiting.push(cells);
      characters += cells.reduce((sum, one) => sum + one.length, 0);
    }
    count += batch.length;
    if (waiting.length < page.rows && characters < page.characters) continue;
    yield layout.page(waiting);
    [waiting, characters] = [[], 0];
  }
  yield `${layout.page(waiting)}(${count} ${count === 1 ? 'row' : 'rows'})\n`;
}

async function* csvText({ columns, rows }: StreamedAnswer, raw: boolean): AsyncGenerator<string> {
  const asItIs = (written: string) => written;
  const asText = raw ? asItIs : withoutFormula;
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

/** The answer, whose columns each have a name of their own: an object has one value under a name. @throws UsageError that names one that stands twice */
function named(answer: StreamedAnswer): StreamedAnswer {
  const names = answer.columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return answer;
  throw new UsageError(
    `Two columns are named ${visible(twice)}, and JSON can show only one of them: give one another name, as "… AS ${visible(twice)}_2".`,
  );
}

/** An answer as people or programs read it, piece by piece. Every format ends with a newline, and is begun when the first rows are there. */
function text(answer: StreamedAnswer, { format, raw = false }: OutputOptions): AsyncIterable<string> {
  switch (format) {
    case 'csv':
      return csvText(answer, raw);
    case 'json':
      return jsonText(named(answer));
    case 'jsonl':
      return jsonLines(named(answer));
    case 'table':
      return tableText(answer);
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
