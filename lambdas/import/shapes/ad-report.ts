import { Amounts, micros, saysNothing } from '../amounts.ts';
import { whyConverted } from '../converted-costs.ts';
import { currencyBeside, currencyOfCell, isIn } from '../currencies.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { SpendSeen, type Level, type SpendRow } from '../restated.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext } from '../shape.ts';
import { folded } from '../folded.ts';
import { isTotal } from '../totals.ts';
import type { Table } from '../table.ts';
import { refuseRepeatedWholes, toldAgain, toldApart, toldTwice } from './breakdowns.ts';
import { addedUp, otherSpend, refuseCutNumber, refuseHalfRead } from './columns-and-sums.ts';
import { correctionNotes, correctionsIn } from './corrections.ts';
import { saysWithVat } from './currency-headings.ts';
import { keywordOf } from './keywords.ts';
import { repeated, repeatsOf } from './repeats.ts';
import { dayReader } from './report-days.ts';
import type { Platform } from './report-platform.ts';
import { numbers, type Named, type NumberField, type ReportRow } from './report-row.ts';
import { totalsOf } from './report-totals.ts';
import { refuseRoundedIds } from './rounded-ids.ts';
import { statedRemarks } from './stated-remarks.ts';
import { refuseNameless, subtotalsIn, sumsOfParts } from './sums-of-parts.ts';

const longest = 500_000;

/** The rows of a report in memory, those that add up others apart. */
async function gathered(
  table: Table,
  { totalsHaveNoCampaign }: Platform,
): Promise<{ rows: Row[]; totals: Row[]; headings: Row[]; remarks: Row[] }> {
  const [rows, totals, headings, remarks]: [Row[], Row[], Row[], Row[]] = [[], [], [], []];
  const telling = [table.has('day') ? 'day' : 'start', 'campaign_id'];
  const isNameless = (row: Row) => ['campaign', 'campaign_id'].every((field) => saysNothing(table.cell(row, field)));
  for await (const row of table.rows()) {
    const filled = row.cells.filter((cell) => cell.trim() !== '');
    if (table.cell(row, 'campaign') === table.headingOf('campaign')) headings.push(row);
    else if (filled.length === 1 && !isTotal(row) && /\p{L}/u.test(filled[0] ?? '')) remarks.push(row);
    else if (table.addsUp(row, telling) || (totalsHaveNoCampaign && isNameless(row))) totals.push(row);
    else if (filled.length === 1) remarks.push(row);
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

/** Fields beside whose amounts a currency may stand. */
const money = ['spend', 'value'] as const;

/**
 * ISO 4217 that the file, the person or the shop gives.
 * @throws Refused where a cell is in another
 */
function currencyOf(
  table: Table,
  rows: readonly Row[],
  context: ImportContext,
  platform: Platform,
  notes: Set<string>,
): (row: Row) => string {
  const { options, shop } = context;
  // Some cells hold nothing, or no sign: what one says holds for all that say no other.
  const beside =
    rows.flatMap((row) => money.flatMap((field) => currencyBeside(table.cell(row, field)) ?? []))[0] ??
    (rows.some((row) => table.cell(row, 'currency') === '$') ? 'USD' : undefined);
  const saidOf = (row: Row) =>
    currencyOfCell(saidIn(table, row, 'currency'), () => `In row ${row.row}, “${table.headingOf('currency')}”`);
  const [only, another] = new Set(rows.flatMap((row) => saidOf(row) || []));
  return (row) => {
    const told = saidOf(row) || table.heading.currency || (another === undefined ? only : undefined);
    if (told && options.currency !== undefined && options.currency !== told)
      throw new Refused(`It is in ${told}, not in ${options.currency}: leave out --currency.`);
    // Of a bare $ a person may know which it is.
    const own = told || options.currency || beside;
    // What has no amounts needs none.
    if (own === undefined && money.some((field) => table.has(field)))
      notes.add(
        `It does not name its currency: ${shop.currency} is taken, the shop's. ${[platform.currency, 'Else say it with --currency.'].filter((text) => text !== '').join(' ')}`,
      );
    else if (own !== undefined && own === beside && !told && options.currency === undefined)
      notes.add(`It names its currency beside its amounts alone: ${own} is taken. If that is wrong, say --currency.`);
    const other = money.find((field) => own !== undefined && !isIn(table.cell(row, field), own));
    if (other !== undefined)
      throw new Refused(
        `In row ${row.row}, “${table.headingOf(other)}” is “${table.cell(row, other)}”, and the report is in ` +
          `${own}. Is that what it is in? Download it again, and import it as it came.`,
      );
    return own ?? shop.currency;
  };
}

/** A cell of words; empty where a sign says that there is none, as ` --`. */
const saidIn = (table: Table, row: Row, field: string): string => {
  const text = table.cell(row, field);
  return saysNothing(text) ? '' : text;
};

const named = (id: string, name: string): Named | undefined =>
  id === '' && name === '' ? undefined : { id: id || name, name: name || id };

/** An account's id as the platform's interface writes it: pages have `act_` before it, or signs within. */
const accountId = (text: string) => text.replace(/^act_/, '').replace(/^(\d{3})-(\d{3})-(\d{4})$/, '$1$2$3');

function accountOf(
  table: Table,
  rows: readonly Row[],
  { options }: ImportContext,
  platform: Platform,
  notes: Set<string>,
): (row: Row) => Pick<ReportRow, 'account' | 'hasAccount'> {
  // What a row leaves out all others say: it is of a report of one account.
  const [only = '', another] = new Set(rows.flatMap((row) => accountId(saidIn(table, row, 'account_id')) || []));
  return (row) => {
    const cell = (field: string) => saidIn(table, row, field);
    const own = accountId(cell('account_id')) || (another === undefined ? only : '');
    // A name may be spelled otherwise, and a number is another thing than the id: a person may know whose they are.
    const others = [cell('account_number'), accountId(cell('account'))];
    const other = others.find((text) => text !== '') ?? '';
    const said = accountId(options.account ?? '');
    if (own !== '' && said !== '' && ![own, ...others].includes(said))
      throw new Refused(`It is of the account ${own}, not of ${said}: leave out --account.`);
    if (own === '' && said !== '' && other !== '' && !others.includes(said))
      notes.add(`Its account “${other}” is taken for ${said}, as you said.`);
    const id = own || said || other;
    if (id !== '') return { account: { id, name: cell('account') || id }, hasAccount: true };
    notes.add(
      `It does not name its account${
        platform.isKnownByCampaigns === true
          ? ': it replaces the days of older reports that share a campaign with it, and counts beside those that share none.'
          : ', so all such files are taken for reports of one: the newer one replaces the days of the older.'
      } ${platform.account} Else say --account NAME.`,
    );
    return { account: { id: 'unnamed', name: 'unnamed' }, hasAccount: false };
  };
}

/**
 * Reads the numbers of a report.
 * @throws Refused where one is none, or below 0: its row would be refused after its sum was confirmed
 */
function numberReader(table: Table, amounts: Amounts): (row: Row, field: NumberField) => string {
  return (row, field) => {
    const text = table.cell(row, field);
    if (amounts.isOpen(text, numbers[field]))
      throw new Refused(
        `In row ${row.row}, “${table.headingOf(field)}” is “${text}”, which is ambiguous: its sign may part ` +
          'thousands or decimals, and nothing in the file says which. Export it again in English, or as .xlsx, ' +
          'and import it as it came.',
      );
    const number = amounts.read(text, numbers[field]);
    if (number === '' || micros(number) !== undefined) {
      if (!number.startsWith('-')) return number;
      throw new Refused(
        `In row ${row.row}, “${table.headingOf(field)}” is “${text}”, which is less than nothing. Was the ` +
          'file changed, or are its signs turned? Download it again.',
      );
    }
    throw new Refused(
      `In row ${row.row}, “${table.headingOf(field)}” is “${text}”, which is no number. Was the file changed ` +
        'in a spreadsheet? Download it again.',
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

function levelOf({ isView, ad, adGroup }: ReportRow): Level {
  if (isView) return 'view';
  return ad ? 'ad' : adGroup ? 'ad_group' : 'campaign';
}

/** A row as it is compared with those of other reports, and with the finer ones of its own. */
function spendRow(row: ReportRow, { isKnownByCampaigns = false }: Platform): SpendRow {
  const { account, hasAccount, currency, campaign, day } = row;
  return {
    account: isKnownByCampaigns && !hasAccount ? undefined : account.id,
    level: levelOf(row),
    currency,
    campaign,
    day,
    spend: micros(row.spend) ?? 0n,
    isIdle: [row.sends, row.impressions, row.clicks, row.spend, row.conversions, row.value].every(
      (figure) => !/[1-9]/.test(figure),
    ),
  };
}

/** What no click costs, in any currency of the west, and no impression: such amounts are millionths, or cents. */
const dearest = { click: 500, impression: 100 } as const;

/** Amounts that may be in millionths: old downloads had them under a plain heading. A report of videos may have no click. */
function dearClicks(rows: readonly ReportRow[]): string[] {
  const sumOf = (field: 'spend' | 'clicks' | 'impressions') => rows.reduce((sum, row) => sum + Number(row[field]), 0);
  const spend = sumOf('spend');
  const priceOf = (number: number) => (number > 0 ? spend / number : 0);
  const prices = { click: priceOf(sumOf('clicks')), impression: priceOf(sumOf('impressions')) };
  const what = (['click', 'impression'] as const).find((one) => prices[one] > dearest[one]);
  return what === undefined
    ? []
    : [
        `${what === 'click' ? 'A click' : 'An impression'} of it costs ${prices[what].toFixed(2)} on average. ` +
          'Are its amounts in millionths (micros), or in cents? Then take it out again (sillage import --undo ' +
          'FILE), and download it with amounts in full.',
      ];
}

/** Reads a report of one row a day and campaign, ad group or ad, and what it comes to. @throws Refused */
export async function readReport(
  table: Table,
  context: ImportContext,
  platform: Platform,
): Promise<{ readonly rows: readonly ReportRow[]; readonly converted: Converted }> {
  const converted = whyConverted([folded(table.headingOf('spend'))]);
  if (converted !== undefined) throw new Refused(converted);
  // Who an e-mail is sent to is known, and none gets it twice.
  if (platform.isOfMoments !== true) refuseRepeatedWholes(table);
  const { rows, totals, headings, remarks } = await gathered(table, platform);
  const notes = new Set<string>();
  const besides = await table.besides();
  const amounts = amountsOf(table, [...rows, ...totals, ...besides]);
  // A row without a campaign is a total only where no column names one.
  refuseHalfRead(table, [...rows, ...totals.filter((row) => !isTotal(row))]);
  refuseCutNumber(rows);
  refuseRoundedIds(table, rows, notes);
  const { counted: once, twice } = countedRows(table, rows, totals, amounts);
  const sumsOfVariations = addedUp(
    table,
    once,
    (row) => Object.entries(numbers).map(([field, kind]) => micros(amounts.read(table.cell(row, field), kind)) ?? 0n),
    notes,
  );
  const figure = (row: Row, field: NumberField) => micros(amounts.read(table.cell(row, field), numbers[field])) ?? 0n;
  const figuresOf = (row: Row) => ({
    spend: figure(row, 'spend'),
    counts: [figure(row, 'impressions'), figure(row, 'clicks')],
    claims: [figure(row, 'conversions'), figure(row, 'value')],
  });
  refuseNameless(table, once, totals, figuresOf);
  const subtotals = platform.isOfMoments === true ? new Map<Row, string>() : subtotalsIn(table, once, figuresOf, notes);
  const single = once.filter((row) => !subtotals.has(row));
  const parted = platform.isOfMoments === true ? new Map<Row, string>() : sumsOfParts(table, single, figuresOf, notes);
  const wholes = new Map([...subtotals, ...parted]);
  // A draft of an e-mail, which has no day.
  const unsent = new Set(
    once.filter(
      (row) =>
        platform.isOfMoments === true &&
        saidIn(table, row, 'day') === '' &&
        (['impressions', 'clicks', 'spend', 'value'] as const).every((field) => figure(row, field) === 0n),
    ),
  );
  const corrections = correctionsIn(once, (row) => ({
    spend: figure(row, 'spend'),
    counts: [figure(row, 'sends'), figure(row, 'impressions'), figure(row, 'clicks')],
  }));
  const counted = once.filter((row) => ![sumsOfVariations, wholes, unsent, corrections].some((set) => set.has(row)));
  const numberIn = numberReader(table, amounts);
  const [dayIn, currencyIn, accountIn] = [
    dayReader(table, { rows, besides, totals }, platform, context, notes),
    currencyOf(table, [...rows, ...totals], context, platform, notes),
    accountOf(table, rows, context, platform, notes),
  ];
  const days = new DaySpan();
  const all = counted.map((row): ReportRow => {
    const day = dayIn(row);
    days.add(day);
    const cell = (field: string) => saidIn(table, row, field);
    const number = (field: NumberField) => numberIn(row, field);
    const campaign = named(cell('campaign_id'), cell('campaign'));
    if (!campaign)
      throw new Refused(`Row ${row.row} has no “${table.headingOf('campaign')}”. Export the report of campaigns.`);
    return {
      row: row.row,
      day,
      ...accountIn(row),
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
  const seen = new SpendSeen();
  for (const row of all) seen.add(spendRow(row, platform));
  const overlaid = new Set(all.filter((row) => seen.isOverlaid(spendRow(row, platform))));
  const read = all.filter((row) => !overlaid.has(row));
  for (const note of seen.notes) notes.add(note);
  if (!table.has('campaign_id'))
    notes.add(
      'It has no ids of campaigns, so they are known by their names. Reports of the same days with ids count ' +
        'beside it: import one kind only.',
    );
  if (amounts.guess)
    notes.add(
      `“${amounts.guess.text}” is read as ${amounts.guess.read}, as numbers are written in the language of ` +
        'the headings.',
    );
  if (amounts.byCounts)
    notes.add(
      `“${amounts.byCounts.text}” is read as ${amounts.byCounts.read}: the sign that parts the thousands of ` +
        'counts does so in amounts.',
    );
  const unpaid = read.filter(({ spend }) => spend === '').length;
  if (!table.has('spend') && platform.withoutSpend !== undefined) notes.add(platform.withoutSpend);
  else if (unpaid === read.length && read.some(({ conversions, value }) => /[1-9]/.test(conversions + value)))
    notes.add(
      `No row has “${table.headingOf('spend')}”, and some tell of conversions: a report by kinds of ` +
        'conversions tells nothing else. Then take it out again (sillage import --undo FILE), and export it ' +
        'without that: what was spent on its days would be missing.',
    );
  else if (unpaid > 0)
    notes.add(
      `${unpaid} ${unpaid === 1 ? 'row has' : 'rows have'} no “${table.headingOf('spend')}”: nothing was spent there.`,
    );
  if (table.has('spend') && saysWithVat(folded(table.headingOf('spend'))))
    notes.add(
      `“${table.headingOf('spend')}” says that VAT is in it, and its amounts are taken whole: all other costs ` +
        'are without VAT. Export what was spent without it, where it can be had.',
    );
  for (const note of otherSpend(table, once, (text) => micros(amounts.read(text, 'money')))) notes.add(note);
  for (const note of dearClicks(read)) notes.add(note);
  for (const note of correctionNotes(corrections, (row) => figure(row, 'spend'))) notes.add(note);
  for (const note of statedRemarks(table.heading.above, context.shop.timeZone)) notes.add(note);
  const apart = toldApart(table, once);
  for (const note of apart) notes.add(note);
  if (platform.isOfMoments !== true && apart.length === 0)
    for (const note of toldTwice(table, counted, figure)) notes.add(note);
  for (const note of toldAgain(table, counted)) notes.add(note);
  const sums = totalsOf(table, read, totals, amounts);
  const leftOut = new LeftOuts();
  for (const { row } of totals) leftOut.add('a totals row', row);
  for (const { row } of headings) leftOut.add('the heading again', row);
  for (const { row, cells } of remarks)
    leftOut.add(cells.some((cell) => /©|\bcopyright\b/i.test(cell)) ? 'the line of copyright' : 'a remark', row);
  for (const { row } of twice) leftOut.add(repeated, row);
  for (const { row } of sumsOfVariations)
    leftOut.add('adds up the variations of its campaign, which are here too', row);
  for (const [{ row }, why] of wholes) leftOut.add(why, row);
  for (const { row } of corrections) leftOut.add('comes to less than nothing: a credit or a correction', row);
  for (const { row } of unsent) leftOut.add('it has no day and no figures: it was not sent', row);
  for (const { row } of overlaid) leftOut.add('its campaign has finer rows of that day here, and they count', row);
  const accounts = [
    ...new Set(
      read.map(({ account }) => (account.name === account.id ? account.id : `${account.name} (${account.id})`)),
    ),
  ];
  return {
    rows: read,
    converted: {
      account: accounts.join(', '),
      restated: seen.restated,
      currencies: [...new Set(read.map(({ currency }) => currency))],
      days: days.range,
      rows: rows.length + totals.length + headings.length + remarks.length,
      leftOut: leftOut.all,
      totals: sums.totals,
      notes: [...notes, ...sums.notes],
    },
  };
}
