import type { Table } from '../shared/schema/table.ts';
import { sheetRows } from '../transform/sheet-rows.ts';
import type { Changes } from './changes.ts';
import type { Finder } from './person.ts';

/** Sheets whose rows are amounts that the books keep: a person in one is masked, and the row stays. */
const inTheBooks = new Set(['raw_influencer_deals', 'raw_fx_rates']);

/** The sign between the cells, as the first line has it. */
export function delimiterOf(text: string, usual: string): string {
  const [first = ''] = text.split(/\r|\n/, 1);
  const count = (sign: string) => first.split(sign).length;
  return [usual, ';', ',', '\t', '|'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/**
 * A sheet without the person: a row with a cell that is the person's address or id and no more goes; in other texts it
 * is masked.
 */
export function changedSheet(text: string, feed: Table, finder: Finder, changes: Changes): string {
  if (!finder.isIn(text)) return text;
  let made = '';
  let at = 0;
  for (const { cells, text: row } of sheetRows(text, delimiterOf(text, feed.format?.delimiter ?? ','))) {
    const end = at + row.length;
    const next = end + (text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0);
    const lineEnd = text.slice(end, next);
    const isOwn = cells?.some((cell) => {
      const [found] = finder.find(cell.trim());
      return found !== undefined && found.from === 0 && found.to === cell.trim().length;
    });
    at = next;
    if (!finder.isIn(row)) made += row + lineEnd;
    else if (isOwn === true && !inTheBooks.has(feed.name)) changes.removed++;
    else {
      changes.masked++;
      made += finder.masked(row) + lineEnd;
    }
  }
  return made + text.slice(at);
}
