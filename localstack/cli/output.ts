import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { Answer, AnswerValue } from '../../lambdas/shared/ports/warehouse.ts';

export const formats = ['table', 'csv', 'json', 'jsonl'] as const;
export type Format = (typeof formats)[number];

const isNumeric = (type: string) => /^(bigint|integer|smallint|tinyint|double|real|decimal)/.test(type);

/** A value in a cell: lists and rows as JSON, a double with at most six digits after the point. */
export function cell(value: AnswerValue | undefined, type = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value, bigints);
  if (typeof value === 'number' && type === 'double') return String(Number(value.toFixed(6)));
  return String(value);
}

/** A bigint that a JSON number cannot hold is written as text. */
function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Tells a person, beside an answer that a program may read, what should be known of it. */
export function warn(line: string): void {
  process.stderr.write(`warning: ${line}\n`);
}

/** Rows with headings, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], rightAligned: readonly boolean[]): string {
  const drawn = new Table({
    head: [...headings], colAligns: rightAligned.map((right) => (right ? 'right' : 'left')), style: { head: [], border: [], compact: true },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '─', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '─', middle: '  ' },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** An answer as people or programs read it. Every format ends with a newline. */
export function render({ columns, rows }: Answer, format: Format): string {
  const names = columns.map((column) => column.name);
  const asObject = (row: readonly AnswerValue[]) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]));
  switch (format) {
    case 'csv': return stringify([names, ...rows.map((row) => row.map((value) => (value !== null && typeof value === 'object' ? JSON.stringify(value, bigints) : value === null ? null : String(value))))]);
    case 'json': return `${JSON.stringify(rows.map(asObject), bigints, 2)}\n`;
    case 'jsonl': return rows.map((row) => `${JSON.stringify(asObject(row), bigints)}\n`).join('');
    case 'table': {
      const cells = rows.map((row) => row.map((value, i) => cell(value, columns[i]?.type ?? '')));
      return `${table(names, cells, columns.map((column) => isNumeric(column.type)))}\n(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})\n`;
    }
  }
}
