import { readRow } from '../transform/sheet-rows.ts';
import type { Encoding } from './text.ts';
import { brokenIn, textOf } from './text.ts';
import { Refused } from './refused.ts';

/** One row of a table, as a spreadsheet numbers it. */
export interface Row {
  readonly row: number;
  readonly cells: readonly string[];
  /** The text ends with it, without a line's end: it may have been cut. */
  readonly isUnended?: boolean;
  /** A workbook shows it struck through. */
  readonly isStruck?: boolean;
  /** A workbook hides it, or the sheet that it is of. */
  readonly hidden?: 'row' | 'sheet';
}

/** A table of a file: the whole of a CSV, or a sheet of a workbook. It can be read again from its first row. */
export interface Sheet {
  /** A workbook's name of it. */
  readonly name?: string | undefined;
  rows(): AsyncIterable<Row>;
  /** Once its rows were read, the first letter in them that is broken, with what stands around it. */
  broken(): string | undefined;
}

/** Longest row, in signs: an order's note may be long, a quote that is never closed has no end. */
const longestRow = 1 << 20;

const delimiters = [',', ';', '\t', '|'] as const;

/** `sep=;`: Excel's own first line, which it does not show. */
const excelsLine = /^"?sep=(?<sign>.)"?(?:\r\n|\r|\n)/iu;

/** The sign between the cells: the one with which most of the first rows have the same, largest number of cells. */
export function delimiterOf(sample: string): string {
  const named = excelsLine.exec(sample)?.groups?.['sign'];
  if (named !== undefined) return named;
  let best: { readonly delimiter: string; readonly score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of delimiters) {
    const widths: number[] = [];
    for (let from = 0; from < sample.length && widths.length < 50;) {
      const read = readRow(sample, from, delimiter);
      // The last one may be cut; a heading alone is all there is.
      if (!read || (read.next >= sample.length && widths.length > 0)) break;
      widths.push(read.cells.length);
      from = read.next;
    }
    const score = Math.max(0, ...widths.map((width) => (width - 1) * widths.filter((one) => one === width).length));
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** The first piece of a text. */
export async function sampleOf(path: string, encoding: Encoding): Promise<string> {
  for await (const text of textOf(path, encoding)) return text;
  return '';
}

/**
 * The rows of a CSV file (RFC 4180), read in pieces: what is held is one piece and one row.
 * @throws Refused where quotes are wrong, with the row: what stands behind such a row cannot be trusted
 */
export async function* csvRows(
  path: string,
  encoding: Encoding,
  delimiter: string,
  onBroken?: (around: string) => void,
): AsyncGenerator<Row> {
  let text = '';
  let row = 0;
  let isFirst = true;
  for await (const piece of textOf(path, encoding, onBroken)) {
    text += piece;
    if (isFirst) {
      const sep = excelsLine.exec(text);
      if (sep) {
        text = text.slice(sep[0].length);
        row = 1;
      }
      isFirst = false;
    }
    let from = 0;
    for (;;) {
      // A carriage return at the very end may be half of a line's end.
      const read = readRow(text, from, delimiter);
      if (!read || read.next >= text.length) break;
      row++;
      yield { row, cells: read.cells };
      from = read.next;
    }
    text = text.slice(from);
    if (text.length > longestRow && piece.length < text.length) throw wrongQuotes(row + 1, text);
  }
  for (let from = 0; from < text.length;) {
    const read = readRow(text, from, delimiter);
    row++;
    if (!read) throw wrongQuotes(row, text.slice(from));
    yield { row, cells: read.cells, isUnended: read.end === text.length };
    from = read.next;
  }
}

function wrongQuotes(row: number, text: string): Refused {
  return new Refused(
    `Its quotes are wrong in row ${row} (“${text.slice(0, 60).split(/[\r\n]/u, 1)[0] ?? ''}…”): a cell with a ` +
      'quote (") in it is not written as CSV asks, or the file was cut there. Open it in a spreadsheet, mend ' +
      'that row, and save it as “CSV UTF-8”; where it looks cut, download it again.',
  );
}

/** Rows that are read already, as a sheet. */
export const sheetOf = (name: string, rows: readonly Row[]): Sheet => ({
  name,
  async *rows() {
    yield* rows;
  },
  broken() {
    for (const { cells } of rows)
      for (const cell of cells) {
        const around = brokenIn(cell);
        if (around !== undefined) return around;
      }
    return undefined;
  },
});

/** A CSV file as one sheet. */
export async function csvSheet(path: string, encoding: Encoding): Promise<Sheet & { readonly delimiter: string }> {
  const delimiter = delimiterOf((await sampleOf(path, encoding)).slice(0, 1 << 16));
  let broken: string | undefined;
  const rows = () => csvRows(path, encoding, delimiter, (around) => (broken = around));
  return { delimiter, rows, broken: () => broken };
}
