import type { Column, Table } from '../shared/schema/table.ts';
import type { LineWriter } from './line-writer.ts';
import { SheetHabits } from './sheet-numbers.ts';
import { sheetRows, type SheetRow } from './sheet-rows.ts';

/** A spreadsheet's heading as a column is named: `Coût produits` → `cout_produits`. */
function plainName(heading: string): string {
  return heading
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
}

/** The name of the feed's column under a heading, which may have others. */
function columnName(heading: string, feed: Table): string {
  const name = plainName(heading);
  return feed.columns.find(({ optional }) => optional?.includes(name))?.name ?? name;
}

/** Without the spaces of any kind, and the signs of no width, around it. */
const trimmed = (cell: string) =>
  cell.replaceAll(/^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/gu, '');

/** `sep=;`: Excel's own first line, which it does not show. */
const excelsLine = /^(?:"?)sep=(?<sign>.)"?(?:\r\n|\r|\n|$)/iu;

/**
 * What a spreadsheet shows where a formula failed, in English, French and German, of Excel and LibreOffice; `####`
 * where a column was too narrow.
 */
const errorValue = /^(?:#(?:N\/[AD]|NA|NV|[\p{Lu}/0_]+[!?])|#{2,}|Err:\d+)$/u;
/** What people write where there is nothing. */
const filler = /^(?:[-–—]+|n\/a|n\.a\.|n\/d|null|nan)$/iu;
const totals = /^(?:(?:grand|sous|sub)[- ]?)?(?:total|totaux|somme|sum|summe|gesamt)\b/iu;

/** A row without the spaces around its cells. */
const bare = (row: SheetRow): SheetRow => ({ ...row, cells: row.cells?.map(trimmed) });
const isEmpty = ({ cells }: SheetRow) => cells?.every((cell) => cell === '') ?? false;

type Kinds = ReadonlyMap<string, Column['cell']>;

interface Heading {
  /** Names of the columns, in the order of the sheet; empty where there is none. */
  readonly names: readonly string[];
  /** Each as it is written, by its name. */
  readonly written: ReadonlyMap<string, string>;
}

function headingOf(cells: readonly string[], feed: Table): Heading {
  const names = cells.map((cell) => columnName(cell, feed));
  return { names, written: new Map(cells.map((cell, at) => [names[at] ?? '', trimmed(cell)])) };
}

/** The first row that says anything. */
function firstRow(text: string, delimiter: string): SheetRow | undefined {
  for (const row of sheetRows(text, delimiter)) if (!isEmpty(bare(row))) return bare(row);
  return undefined;
}

/** The sign between the cells: the one under which the first row names the most columns of the feed. */
function delimiterOf(text: string, feed: Table, usual: string): string {
  const known = new Set(feed.columns.map(({ name }) => name));
  const named = (delimiter: string) =>
    firstRow(text, delimiter)?.cells?.filter((cell) => known.has(columnName(cell, feed))).length ?? 0;
  return [usual, ';', ',', '\t', '|'].reduce((best, one) => (named(one) > named(best) ? one : best));
}

/** What is wrong with the heading, and so with the whole sheet. */
function wrongHeading(
  { names, written }: Heading,
  feed: Table,
): { readonly reason: string; readonly found?: string | undefined } | undefined {
  const repeated = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (repeated !== undefined) return { reason: `repeated_column:${repeated}`, found: written.get(repeated) };
  // A table with one column a currency may gain one on any day; elsewhere an unknown column is somebody's mistake.
  if (feed.format?.openColumns) return undefined;
  const known = new Set(feed.columns.map((column) => column.name));
  if (!names.some((name) => known.has(name)))
    return { reason: 'no_heading:document', found: [...written.values()].filter((one) => one !== '').join(', ') };
  const missing = feed.columns.find(({ name, optional }) => optional === undefined && !names.includes(name));
  if (missing)
    return {
      reason: `missing_column:${missing.name}`,
      found: [...written.values()].filter((one) => one !== '').join(', '),
    };
  const unknown = names.find((name) => name !== '' && !known.has(name));
  return unknown === undefined ? undefined : { reason: `unknown_column:${unknown}`, found: written.get(unknown) };
}

/** A line that adds up others: `Total`, and beside it nothing but numbers. */
function isTotal(cells: readonly string[], names: readonly string[], kinds: Kinds): boolean {
  const first = cells.findIndex((cell) => cell !== '');
  return (
    totals.test(cells[first] ?? '') &&
    cells.every(
      (cell, at) => at === first || cell === '' || /^(?:count|money|share)$/.test(kinds.get(names[at] ?? '') ?? ''),
    )
  );
}

/** The cells of one row as SQL reads them, and what is wrong with them as `rule:column`. */
function recordOf(
  cells: readonly string[],
  names: readonly string[],
  feed: Table,
  habits: SheetHabits,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  const faults: string[] = [];
  const columns = new Map(feed.columns.map((column) => [column.name, column]));
  const currency = cells[names.findIndex((name) => columns.get(name)?.cell === 'currency')];
  for (const [at, name] of names.entries()) {
    if (name === '') continue;
    const cell = cells[at] ?? '';
    const kind = columns.get(name)?.cell;
    const isNumber = kind === 'count' || kind === 'money' || kind === 'share';
    record[name] = cell;
    if (feed.format?.openColumns) continue;
    if (errorValue.test(cell) || (isNumber && filler.test(cell))) faults.push(`error_value:${name}`);
    else if (filler.test(cell)) record[name] = '';
    else if (cell !== '' && kind !== undefined && kind !== 'currency') {
      // A column that is in one currency is so whatever the row's own is.
      const read = habits.read(cell, kind, columns.get(name)?.unit ?? currency);
      if ('fault' in read) faults.push(`${read.fault}:${name}`);
      else record[name] = read.value;
    }
  }
  return faults.length === 0 ? record : { ...record, _faults: faults };
}

/** Why a row is none of the table, and what shows it; undefined where it is one. */
function wrongRow(
  cells: readonly string[] | undefined,
  names: readonly string[],
  width: number,
  kinds: Kinds,
): { readonly reason: string; readonly found?: string } | undefined {
  if (!cells) return { reason: 'quotes:record' };
  if (isTotal(cells, names, kinds)) return { reason: 'total_line:record' };
  const filled = cells.findLastIndex((cell) => cell !== '') + 1;
  if (cells.length < width) return { reason: 'malformed:record', found: `${cells.length} cells for ${width} headings` };
  if (filled > names.length) return { reason: 'malformed:record', found: `${filled} cells for ${width} headings` };
  const unnamed = cells.findIndex((cell, at) => cell !== '' && names[at] === '');
  return unnamed < 0
    ? undefined
    : { reason: 'malformed:record', found: `something in column ${unnamed + 1}, which has no heading` };
}

/** Writes the rows below the heading. */
async function writeRows(
  rows: readonly SheetRow[],
  names: readonly string[],
  width: number,
  feed: Table,
  writer: LineWriter,
): Promise<void> {
  const kinds: Kinds = new Map(feed.columns.map(({ name, cell }) => [name, cell]));
  const habits = new SheetHabits();
  for (const { cells = [] } of rows) {
    for (const [at, cell] of cells.entries()) {
      const kind = kinds.get(names[at] ?? '');
      if (kind !== undefined && kind !== 'currency') habits.learn(cell, kind);
    }
  }
  for (const { row, cells, text } of rows) {
    if (cells && names.every((name, at) => columnName(cells[at] ?? '', feed) === name)) continue;
    await writer.skipTo(row);
    const wrong = wrongRow(cells, names, width, kinds);
    if (wrong || !cells) await writer.problem(wrong?.reason ?? '', text, wrong?.found);
    else await writer.line(Buffer.from(JSON.stringify(recordOf(cells, names, feed, habits))));
  }
}

/**
 * Reads a sheet that a spreadsheet saved as text: one record a row, at its row's place. Empty rows, empty columns at
 * the end and headings that come again say nothing. A sheet whose heading is wrong is one problem. Numbers are written
 * as SQL reads them; how the whole sheet writes them decides what a single cell leaves open. Gives the headings as they
 * are written, by the names of their columns.
 */
export async function unpackSheet(
  text: string,
  feed: Table,
  usual: string,
  writer: LineWriter,
): Promise<ReadonlyMap<string, string>> {
  const excels = excelsLine.exec(text);
  const body = excels ? text.slice(excels[0].length) : text;
  const delimiter = excels?.groups?.['sign'] ?? delimiterOf(body, feed, usual);
  const first = firstRow(body, delimiter);
  if (!first) return new Map();
  await writer.skipTo(first.row);
  if (!first.cells) {
    await writer.problem('malformed:document', first.text);
    return new Map();
  }
  const { names, written } = headingOf(first.cells, feed);
  const wrong = wrongHeading({ names, written }, feed);
  if (wrong) await writer.problem(wrong.reason, text, wrong.found);
  else {
    const width = names.findLastIndex((name) => name !== '') + 1;
    const rows = [...sheetRows(body, delimiter, width)]
      .filter(({ row }) => row > first.row)
      .map(bare)
      .filter((row) => !isEmpty(row));
    await writeRows(rows, names, width, feed, writer);
  }
  return written;
}
