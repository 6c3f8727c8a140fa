import type { Day } from '../../shared/days.ts';
import { Amounts, fromMicros, micros } from '../amounts.ts';
import { CurrencySums } from '../currency-sums.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext, type Restated, type Total } from '../shape.ts';
import { folded, isTotal, type Table } from '../table.ts';
import { repeated, repeatsOf } from './repeats.ts';
import { dayReader } from './report-days.ts';

/** A heading that may name its currency: `Amount spent (EUR)`. */
export const inCurrency = (names: string): RegExp => new RegExp(`^(?:${names})(?: (?<currency>[a-z]{3}))?$`);

/** Fields that hold numbers, and what each is. */
const numbers = {
  sends: 'count',
  impressions: 'count',
  clicks: 'count',
  spend: 'money',
  conversions: 'money',
  value: 'money',
} as const;
type NumberField = keyof typeof numbers;

/** One row of an advertising report, of one day. Numbers are digits and a point; empty for nothing. */
export interface ReportRow extends Readonly<Record<NumberField, string>> {
  readonly row: number;
  readonly day: Day;
  readonly account: { readonly id: string; readonly name: string };
  readonly currency: string;
  readonly campaign: Named;
  readonly adGroup: Named | undefined;
  readonly ad: Named | undefined;
  readonly keyword: Keyword | undefined;
  /** Whether the report is one of keywords or of search terms, which see a part of an account: see `ad_spend.level`. */
  readonly isView: boolean;
  readonly cell: (field: string) => string;
}

/** A keyword, and how the platform matches it with what people search for, by the name that its API has. */
export interface Keyword {
  readonly text: string;
  readonly matchType?: string;
}

/** Fields of a report of keywords or of search terms. */
export const keywordFields = {
  keyword: /^(?:(?:search )?keyword|mot cle(?: du reseau de recherche)?|(?:such)?keyword(?: im suchnetzwerk)?)$/,
  match_type:
    /^(?:(?:(?:search )?keyword |bid |delivered )?match type|type de correspondance(?: d(?:u|es) mots? cles?(?: du reseau de recherche)?)?|(?:keyword )?(?:option|ubereinstimmungstyp))$/,
  search_term: /^(?:search (?:term|query)|terme de recherche|suchbegriff)$/,
};

/** What pages call a match type in English, French and German; the more particular one first. */
const matchTypes: readonly (readonly [RegExp, string])[] = [
  [/phrase|expression|wortgruppe/, 'PHRASE'],
  [/broad|large|weitgehend/, 'BROAD'],
  [/exact|genau/, 'EXACT'],
];

function keywordOf(text: string, match: string): Keyword | undefined {
  if (text === '') return undefined;
  const matchType = matchTypes.find(([words]) => words.test(folded(match)))?.[1];
  return { text, ...(matchType !== undefined && { matchType }) };
}

/** What a platform names: its id, or its name where the report has no id. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * @throws Refused where the report is broken down by something over which its spend does not add up: each of its rows
 * has the whole of it
 */
export function assertAddsUp(table: Table, field: string, instead: string): void {
  if (table.has(field))
    throw new Refused(
      `It is broken down by “${table.headingOf(field)}”, over which “${table.headingOf('spend')}” does not add up. ${instead}`,
    );
}

/** How a platform's page is told to give what its report lacks. */
export interface Platform {
  readonly account: string;
  /** How to get one row a day. */
  readonly byDay: string;
  /** How to get the currency. */
  readonly currency: string;
  /** Whether a row without a campaign adds up the others. */
  readonly totalsHaveNoCampaign: boolean;
  /** What is to be done where it does not tell what was spent; without it, each such row is told of. */
  readonly withoutSpend?: string;
}

const longest = 500_000;

/** The rows of a report in memory, those that add up others apart. */
async function gathered(
  table: Table,
  { totalsHaveNoCampaign }: Platform,
): Promise<{ rows: Row[]; totals: Row[]; headings: Row[]; remarks: Row[] }> {
  const [rows, totals, headings, remarks]: [Row[], Row[], Row[], Row[]] = [[], [], [], []];
  for await (const row of table.rows()) {
    if (table.cell(row, 'campaign') === table.headingOf('campaign')) headings.push(row);
    else if (isTotal(row) || (totalsHaveNoCampaign && table.cell(row, 'campaign') === '')) totals.push(row);
    else if (row.cells.filter((cell) => cell.trim() !== '').length === 1) remarks.push(row);
    else rows.push(row);
    if (rows.length > longest)
      throw new Refused(`It has more than ${longest.toLocaleString('en-GB')} rows. Export it month by month.`);
  }
  return { rows, totals, headings, remarks };
}

function amountsOf(table: Table, rows: readonly Row[]): Amounts {
  const amounts = new Amounts(table.language);
  for (const row of rows)
    for (const [field, kind] of Object.entries(numbers)) amounts.learn(table.cell(row, field), kind);
  return amounts;
}

/** ISO 4217 that the file, the person or the shop gives. */
function currencyOf(
  table: Table,
  context: ImportContext,
  platform: Platform,
  notes: Set<string>,
): (row: Row) => string {
  const { options, shop } = context;
  return (row) => {
    const own = table.cell(row, 'currency').toUpperCase() || table.heading.currency;
    if (own !== undefined && own !== '') {
      if (options.currency !== undefined && options.currency !== own)
        throw new Refused(`It is in ${own}, not in ${options.currency}: leave out --currency.`);
      return own;
    }
    if (options.currency === undefined)
      notes.add(
        `It does not name its currency: ${shop.currency} is taken, the shop's. ${platform.currency} Else say it with --currency.`,
      );
    return options.currency ?? shop.currency;
  };
}

const named = (id: string, name: string): Named | undefined =>
  id === '' && name === '' ? undefined : { id: id || name, name: name || id };

function accountOf(
  table: Table,
  { options }: ImportContext,
  platform: Platform,
  notes: Set<string>,
): (row: Row) => Named {
  return (row) => {
    const own = named(table.cell(row, 'account_id').replace(/^act_/, ''), table.cell(row, 'account'));
    if (own) return own;
    if (options.account === undefined)
      notes.add(
        `It does not name its account, so all such files are taken for reports of one: the newer one replaces the days of the older. ${platform.account} Else say --account NAME.`,
      );
    const name = options.account ?? 'unnamed';
    return { id: name, name };
  };
}

/**
 * Reads the numbers of a report.
 * @throws Refused where one is none, or below 0: its row would be refused after its sum was confirmed
 */
function numberReader(table: Table, amounts: Amounts): (row: Row, field: NumberField) => string {
  return (row, field) => {
    const text = table.cell(row, field);
    const number = amounts.read(text, numbers[field]);
    if (number === '' || micros(number) !== undefined) {
      if (!number.startsWith('-')) return number;
      throw new Refused(
        `In row ${row.row}, “${table.headingOf(field)}” is “${text}”, which is less than nothing. A correction is no row of a report: download it again, and take the row out where it is still there.`,
      );
    }
    throw new Refused(
      `In row ${row.row}, “${table.headingOf(field)}” is “${text}”, which is no number. Was the file changed in a spreadsheet? Download it again.`,
    );
  };
}

/**
 * The rows that count. Of rows that are equal in every cell one does, unless the report's own total says that all do:
 * two ads without a name or an id may have cost the same.
 */
function countedRows(
  table: Table,
  rows: readonly Row[],
  totals: readonly Row[],
  amounts: Amounts,
): { readonly counted: readonly Row[]; readonly twice: readonly Row[] } {
  const found = repeatsOf(rows);
  const spent = (row: Row) => micros(amounts.read(table.cell(row, 'spend'), 'money')) ?? 0n;
  const sum = rows.reduce((all, row) => all + spent(row), 0n);
  if (found.length === 0 || totals.some((row) => table.cell(row, 'spend') !== '' && spent(row) === sum))
    return { counted: rows, twice: [] };
  const without = new Set(found);
  return { counted: rows.filter((row) => !without.has(row)), twice: found };
}

/**
 * The sums of a report against those of its own totals: of several, the one that fits, for a page adds up parts of it
 * too.
 */
function totalsOf(
  table: Table,
  rows: readonly ReportRow[],
  totalRows: readonly Row[],
  amounts: Amounts,
): { totals: Total[]; notes: string[] } {
  const notes: string[] = [];
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const unit = currencies.length === 1 ? ` ${currencies[0]}` : '';
  const totals = (['spend', 'sends', 'impressions', 'clicks'] as const).flatMap((field): Total[] => {
    if (!table.has(field)) return [];
    if (field === 'spend' && currencies.length > 1) {
      // A total row that adds them up says nothing.
      const sums = new CurrencySums();
      for (const { spend, currency } of rows) sums.add(field, micros(spend) ?? 0n, currency);
      return sums.totals;
    }
    const imported = rows.reduce((sum, row) => sum + (micros(row[field]) ?? 0n), 0n);
    const own = totalRows.flatMap((row) => micros(amounts.read(table.cell(row, field), numbers[field])) ?? []);
    const nearest = own.find((one) => one === imported) ?? own.at(-1);
    const shown = (amount: bigint) => (field === 'spend' ? `${fromMicros(amount)}${unit}` : fromMicros(amount, 0));
    if (nearest !== undefined && nearest !== imported)
      notes.push(
        `Its own total of “${table.headingOf(field)}” is ${shown(nearest)}, its rows add up to ${shown(imported)}. Were rows filtered out or removed before the export?`,
      );
    return [{ what: field, imported: shown(imported), ...(nearest !== undefined && { own: shown(nearest) }) }];
  });
  return { totals, notes };
}

function levelOf(rows: readonly ReportRow[]): Restated['level'] {
  if (rows.some(({ isView }) => isView)) return 'view';
  if (rows.some(({ ad }) => ad)) return 'ad';
  return rows.some(({ adGroup }) => adGroup) ? 'ad_group' : 'campaign';
}

/** Reads a report of one row a day and campaign, ad group or ad, and what it comes to. @throws Refused */
export async function readReport(
  table: Table,
  context: ImportContext,
  platform: Platform,
): Promise<{ readonly rows: readonly ReportRow[]; readonly converted: Converted }> {
  const { rows, totals, headings, remarks } = await gathered(table, platform);
  const notes = new Set<string>();
  const amounts = amountsOf(table, [...rows, ...totals]);
  const { counted, twice } = countedRows(table, rows, totals, amounts);
  const numberIn = numberReader(table, amounts);
  const [dayIn, currencyIn, accountIn] = [
    dayReader(table, { rows, totals }, platform.byDay, context, notes),
    currencyOf(table, context, platform, notes),
    accountOf(table, context, platform, notes),
  ];
  const days = new DaySpan();
  const read = counted.map((row): ReportRow => {
    const day = dayIn(row);
    days.add(day);
    const cell = (field: string) => table.cell(row, field);
    const number = (field: NumberField) => numberIn(row, field);
    const campaign = named(cell('campaign_id'), cell('campaign'));
    if (!campaign)
      throw new Refused(`Row ${row.row} has no “${table.headingOf('campaign')}”. Export the report of campaigns.`);
    return {
      row: row.row,
      day,
      account: accountIn(row),
      currency: currencyIn(row),
      campaign,
      adGroup: named(cell('ad_group_id'), cell('ad_group')),
      ad: named(cell('ad_id'), cell('ad')),
      // A report of search terms lacks the rare ones: it is no report of their keywords.
      keyword: table.has('search_term') ? undefined : keywordOf(cell('keyword'), cell('match_type')),
      isView: table.has('keyword') || table.has('search_term'),
      sends: number('sends'),
      impressions: number('impressions'),
      clicks: number('clicks'),
      spend: number('spend'),
      conversions: number('conversions'),
      value: number('value'),
      cell,
    };
  });
  if (!table.has('campaign_id'))
    notes.add(
      'It has no ids of campaigns, so they are known by their names. Reports of the same days with ids count beside it: import one kind only.',
    );
  if (amounts.guess)
    notes.add(
      `“${amounts.guess.text}” is read as ${amounts.guess.read}, as numbers are written in the language of the headings.`,
    );
  const unpaid = read.filter(({ spend }) => spend === '').length;
  if (!table.has('spend') && platform.withoutSpend !== undefined) notes.add(platform.withoutSpend);
  else if (unpaid > 0)
    notes.add(
      `${unpaid} ${unpaid === 1 ? 'row has' : 'rows have'} no “${table.headingOf('spend')}”: nothing was spent there.`,
    );
  const sums = totalsOf(table, read, totals, amounts);
  const leftOut = new LeftOuts();
  for (const { row } of totals) leftOut.add('a totals row', row);
  for (const { row } of headings) leftOut.add('the heading again', row);
  for (const { row } of remarks) leftOut.add('a remark', row);
  for (const { row } of twice) leftOut.add(repeated, row);
  const accounts = [
    ...new Set(
      read.map(({ account }) => (account.name === account.id ? account.id : `${account.name} (${account.id})`)),
    ),
  ];
  return {
    rows: read,
    converted: {
      account: accounts.join(', '),
      restated: {
        account: accounts.join(', '),
        level: levelOf(read),
        campaigns: Object.fromEntries(read.map(({ campaign }) => [campaign.id, campaign.name])),
      },
      currencies: [...new Set(read.map(({ currency }) => currency))],
      days: days.range,
      rows: rows.length + totals.length + headings.length + remarks.length,
      leftOut: leftOut.all,
      totals: sums.totals,
      notes: [...notes, ...sums.notes],
    },
  };
}
