/** The rows of a spreadsheet of influencers, whoever they are about and however their days are written. */
import { loadCatalog, tableNamed } from '../../shared/schema/catalog.ts';
import { Dates, isDayAlone } from '../dates.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { ImportContext, LeftOuts } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { accountsIn } from './influencer-columns.ts';
import { priceOf } from './written-prices.ts';

/** The headings of a sheet, as the transform reads it. */
export const headingsOf = (table: 'raw_influencer_deals' | 'raw_influencer_roster') =>
  tableNamed(loadCatalog(), table).columns.map(({ name }) => name);

const platforms: readonly (readonly [RegExp, string])[] = [
  [/insta|\big\b/i, 'Instagram'],
  [/tik ?tok|\btt\b/i, 'TikTok'],
  [/you ?tube|\byt\b/i, 'YouTube'],
];
const platformIn = (text: string) => platforms.find(([pattern]) => pattern.test(text))?.[1];

/** Rows as they are read: cells that are merged over several rows stand in the first of them alone. */
export interface Filled {
  readonly row: number;
  readonly cells: readonly string[];
  readonly cell: (field: string) => string;
  /** A price as it stands in the sheet. */
  readonly written: (field: string) => string;
  /** The headings under which it names an account, that which is taken first. */
  readonly accounts: readonly string[];
}

/** What a row may have from the one above, with which its cells are merged; nothing that adds up, as a fee. */
const isWhose = new Set(['handle', 'name', 'platform', 'followers', 'tier', 'currency']);
/** What it has from there only as a further row of the same deal: another code is another deal. */
const isOfDeal = new Set(['commission', 'commission_on', 'state']);

/** Fills in whom merged cells are about. Rows without one are no record. */
export async function filledRows(
  table: Table,
  leftOut: LeftOuts,
): Promise<{ rows: Filled[]; totals: Row[]; merged: number }> {
  const [rows, totals]: [Filled[], Row[]] = [[], []];
  const all: Row[] = [];
  for await (const row of table.rows()) all.push(row);
  const accountsOf = accountsIn(table, all);
  /** Whom a row is about stands in it, or in the one above of which its cells are merged. */
  const filled = (row: Row, whose: Row): Omit<Filled, 'cells'> => {
    const accounts = accountsOf(whose);
    const code = folded(table.cell(row, 'code'));
    const isSameDeal = code === '' || code === folded(table.cell(whose, 'code'));
    const isMerged = (field: string) => isWhose.has(field) || (isSameDeal && isOfDeal.has(field));
    return {
      row: row.row,
      accounts: accounts.map(({ heading }) => heading),
      cell: (field) =>
        field === 'handle'
          ? (accounts[0]?.text ?? '')
          : field === 'fee'
            ? priceOf(table.cell(row, field))
            : table.cell(row, field) || (isMerged(field) ? table.cell(whose, field) : ''),
      written: (field) => table.cell(row, field),
    };
  };
  let above: Row | undefined;
  let merged = 0;
  for (const row of all) {
    const said = row.cells.filter((cell) => cell.trim() !== '').length;
    const [account] = accountsOf(row);
    if (table.addsUp(row, ['start'])) {
      totals.push(row);
      leftOut.add('a totals row', row.row);
    } else if (account !== undefined && folded(account.text) === folded(account.heading))
      leftOut.add('the heading again', row.row);
    else if (account !== undefined && said > 1) {
      above = row;
      rows.push({ ...filled(row, row), cells: row.cells });
    } else if (
      table.name !== undefined &&
      above !== undefined &&
      said > 1 &&
      (table.cell(row, 'start') !== '' || table.cell(row, 'code') !== '')
    ) {
      // Whose it is stands in no cell of its own.
      rows.push({ ...filled(row, above), cells: [...row.cells, String(above.row)] });
      merged++;
    } else leftOut.add(said > 1 ? 'it names no influencer' : 'a remark', row.row);
  }
  return { rows, totals, merged };
}

/**
 * Reads days, and writes them as the transform reads them: day first.
 * @throws Refused where nobody can say which they are
 */
export function dayWriter(
  table: Table,
  rows: readonly Filled[],
  fieldsOfDays: readonly string[],
  { options }: ImportContext,
  notes: Set<string>,
): (text: string) => { written: string; day: string | undefined } {
  const dates = new Dates(options.dates, table.language);
  for (const { cell } of rows) for (const field of fieldsOfDays) dates.learn(cell(field));
  if (dates.ambiguous !== undefined)
    throw new Refused(
      `${table.name === undefined ? '' : `In the sheet ${table.name}, `}“${dates.ambiguous}” may be two days, ` +
        'and no day of it shows which: say --dates dmy where the day stands first, or --dates mdy where the ' +
        'month does.',
    );
  if (dates.isMixed)
    throw new Refused('Its days are written in two orders. Write them all in one, or say --dates dmy or --dates mdy.');
  if (dates.halfTurned !== undefined) throw new Refused(`${dates.halfTurned} Write them all in one way.`);
  for (const note of dates.notes) notes.add(note);
  return (text) => {
    const day = dates.read(text);
    if (day !== undefined && !isDayAlone(text))
      notes.add(`“${text}” is more than a day, and ${day} is taken of it. Write one day a cell; a column “Fin” has the last day of a deal.`); // prettier-ignore
    // What is no day stands as it is: the transform refuses it by its row.
    return { written: day === undefined ? text : day.split('-').toReversed().join('/'), day };
  };
}

/** The platform of a row, by what it says, its account, the heading above that, its links, or its sheet's name. */
export function platformOf(
  table: Table,
  { cell, accounts }: Pick<Filled, 'cell' | 'accounts'>,
  notes: Set<string>,
): string {
  const said = cell('platform');
  const ofAccounts = [...new Set(accounts.flatMap((heading) => platformIn(heading) ?? []))];
  if (accounts[0] !== undefined && accounts[0] !== table.headingOf('handle'))
    notes.add(`Where “${table.headingOf('handle')}” is empty, the account is that of “${accounts[0]}”.`);
  if (accounts.length > 1 && ofAccounts.length > 1)
    notes.add(
      `Rows name accounts of ${ofAccounts.join(' and ')}, and a deal is of one: that of ${ofAccounts[0]} is ` +
        'taken. Make one row of each with its share of the fee.',
    );
  if (platforms.filter(([pattern]) => pattern.test(said)).length > 1)
    notes.add(
      `“${said}” names several platforms, and a deal is of one: ${platformIn(said)} is taken, the first that ` +
        'is known. Make one row of each with its share of the fee.',
    );
  const known =
    platformIn(said) ??
    (said === ''
      ? (platformIn(cell('handle')) ?? ofAccounts[0] ?? platformIn(table.name ?? '') ?? platformIn(cell('link')))
      : said);
  if (known !== undefined) return known;
  notes.add('It does not name the platform, so Instagram is taken. Add a column “Platform”.');
  return 'Instagram';
}
