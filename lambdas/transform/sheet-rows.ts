/** One row of a sheet that is saved as text. */
export interface SheetRow {
  /** As a spreadsheet numbers it, from 1: a cell that holds line breaks is in one row, and an empty row counts. */
  readonly row: number;
  /** Undefined where its quotes do not close, or stand within a cell. */
  readonly cells: readonly string[] | undefined;
  /** As it stands in the text. */
  readonly text: string;
}

/** Where the line ends that `from` stands in, and where the next one begins: CR LF, LF, or CR alone. */
function lineEnd(text: string, from: number): { readonly end: number; readonly next: number } {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\n') return { end: at, next: at + 1 };
    if (text[at] === '\r') return { end: at, next: at + (text[at + 1] === '\n' ? 2 : 1) };
  }
  return { end: text.length, next: text.length };
}

/** A row that was read, and where its text ends and the next row begins. */
export interface Read {
  readonly cells: string[];
  readonly end: number;
  readonly next: number;
}

/**
 * The row that begins at `from` (RFC 4180); undefined where a quote is not closed, or is followed or preceded by other
 * signs.
 */
export function readRow(text: string, from: number, delimiter: string): Read | undefined {
  const cells: string[] = [];
  for (let at = from; ;) {
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close < 0) return undefined;
      cells.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
    } else {
      const begin = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
      const cell = text.slice(begin, at);
      if (cell.includes('"')) return undefined;
      cells.push(cell);
    }
    if (text[at] === delimiter) at++;
    else if (at === text.length || text[at] === '\n' || text[at] === '\r') return { cells, ...lineEnd(text, at) };
    else return undefined;
  }
}

/**
 * The rows of a sheet. A row whose quotes are wrong is given without cells, and the next one begins at the next line:
 * one bad quote takes no other row with it. The same holds for a row over several lines that has not `width` cells: it
 * is a quote that was closed by chance.
 */
export function* sheetRows(text: string, delimiter: string, width?: number): Generator<SheetRow> {
  for (let from = 0, row = 1; from < text.length; row++) {
    const own = lineEnd(text, from);
    const read = readRow(text, from, delimiter);
    if (read && (read.end === own.end || width === undefined || read.cells.length >= width)) {
      yield { row, cells: read.cells, text: text.slice(from, read.end) };
      from = read.next;
    } else {
      yield { row, cells: undefined, text: text.slice(from, own.end) };
      from = own.next;
    }
  }
}
