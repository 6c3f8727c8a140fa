/** What makes the figures of a report wrong without a look at all of it: columns that are two, rows that add up others. */
import { saysNothing } from '../amounts.ts';
import { currencyNamed, isIn } from '../currencies.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { Table } from '../table.ts';

const figure = /[1-9\p{L}]/u;

/** @throws Refused where headings or cells name currencies of which a row can have one */
function refuseTwoCurrencies(table: Table, rows: readonly Row[]): void {
  const named = [...table.heading.currencies];
  if (named.length > 1)
    throw new Refused(
      `Its headings name ${named.join(' and ')}, and an amount has one currency. Export each currency in a ` +
        'file of its own.',
    );
  const other = rows.find((row) => {
    const own = table.cell(row, 'currency');
    if (saysNothing(own) || named[0] === undefined) return false;
    return own === '$' ? !isIn('$1', named[0]) : currencyNamed(own) !== named[0];
  });
  if (other)
    throw new Refused(
      `In row ${other.row}, “${table.headingOf('currency')}” is “${table.cell(other, 'currency')}”, and a ` +
        `heading says that amounts are in ${named[0]}: which of them holds cannot be known. Export each account ` +
        'by itself.',
    );
}

/**
 * @throws Refused where columns that mean the same would be read in part: amounts of two currencies, or a cell that is
 * empty where the column beside it has something
 */
export function refuseHalfRead(table: Table, rows: readonly Row[]): void {
  refuseTwoCurrencies(table, rows);
  for (const field of table.heading.rivals.keys())
    for (const row of rows) {
      if (!saysNothing(table.cell(row, field))) continue;
      const other = table.rivalsOf(row, field).find(({ text }) => !saysNothing(text) && figure.test(text));
      if (other)
        throw new Refused(
          `“${table.headingOf(field)}” and “${other.heading}” mean the same, and row ${row.row} has ` +
            `“${other.text}” in the latter alone, which would not be read. Export it with one of the two ` +
            'columns, filled in each row.',
        );
    }
}

const decimalsOf = (text: string): number => /[.,](?<decimals>\d+)\D*$/.exec(text)?.groups?.['decimals']?.length ?? 0;

/**
 * @throws Refused where the file ends within a number: its last cell has fewer decimals than all above it, and no line's end
 * behind it
 */
export function refuseCutNumber(rows: readonly Row[]): void {
  const last = rows.at(-1);
  if (last?.isUnended !== true || rows.length < 3) return;
  const at = last.cells.length - 1;
  const cell = last.cells[at] ?? '';
  const [usual, ...others] = new Set(rows.slice(0, -1).map(({ cells }) => decimalsOf(cells[at] ?? '')));
  // Three may be thousands.
  if (usual === undefined || usual === 3 || others.length > 0 || !/^\d/.test(cell) || decimalsOf(cell) >= usual) return;
  throw new Refused(
    `It was cut short: the last cell of its last row, row ${last.row}, is “${cell}”, and all above it have ` +
      `${usual} decimals. Download it again.`,
  );
}

/** What is to be known where another column says something else of what was spent than the one that is read. */
export function otherSpend(table: Table, rows: readonly Row[], read: (text: string) => bigint | undefined): string[] {
  if (!table.heading.rivals.has('spend')) return [];
  const own = (row: Row) => table.cell(row, 'spend');
  for (const row of rows) {
    const other = table
      .rivalsOf(row, 'spend')
      .find(({ text }) => !saysNothing(text) && (read(text) ?? 0n) !== (read(own(row)) ?? 0n));
    if (other)
      return [
        `“${table.headingOf('spend')}” is what was spent, and “${other.heading}” is not read, though they ` +
          `differ (row ${row.row}: ${own(row)} and ${other.text}). Where the latter is meant, export it without ` +
          'the former.',
      ];
  }
  return [];
}

/** Whether a cell says that its row is of all variations. */
const isOfAll = (variation: string) => saysNothing(variation) || /^(?:total|all|overall)\b/i.test(variation);

/**
 * Rows of a campaign whose every figure is the sum of those of its variations (A/B tests of an e-mail). Where one is of
 * all of them and is no sum, that is noted.
 */
export function addedUp(
  table: Table,
  rows: readonly Row[],
  figuresOf: (row: Row) => readonly bigint[],
  notes: Set<string>,
): ReadonlySet<Row> {
  if (!table.has('variation')) return new Set();
  const campaigns = new Map<string, { readonly whole: Row[]; readonly variations: Row[] }>();
  for (const row of rows) {
    const id = table.cell(row, 'campaign_id') || table.cell(row, 'campaign');
    const own = campaigns.get(id) ?? { whole: [], variations: [] };
    campaigns.set(id, own);
    (isOfAll(table.cell(row, 'variation')) ? own.whole : own.variations).push(row);
  }
  return new Set(
    [...campaigns.values()].flatMap(({ whole, variations }) => {
      const [first] = whole;
      if (first === undefined || whole.length > 1 || variations.length === 0) return [];
      const parts = variations.map(figuresOf);
      const isSum = figuresOf(first).every(
        (sum, at) => sum === parts.reduce((added, figures) => added + (figures[at] ?? 0n), 0n),
      );
      if (isSum) return whole;
      notes.add(
        `Row ${first.row} is of all of “${table.cell(first, 'campaign')}”, and its figures are not the sum of ` +
          'its variations: both count. If it adds them up, take the file out again (sillage import --undo ' +
          'FILE), and export it without variations.',
      );
      return [];
    }),
  );
}
