import { expect, test } from '@jest/globals';
import { readSheet } from 'read-excel-file/node';
import { firstSpendSql } from '../../lambdas/shared/known-spend.ts';
import type { AnswerRow } from '../../lambdas/shared/ports/warehouse.ts';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import { columnsOf } from './columns.ts';
import { reportCsv } from './csv.ts';
import { reportFigures, sumOf, type DaySums, type NamedSums, type ReportFigures } from './figures.ts';
import { reportOf } from './report.ts';
import { reportXlsx } from './xlsx.ts';

const [day, dayBefore] = [dayNumber('2026-03-02'), dayNumber('2026-03-01')];
const days = { from: day, to: day };
const before = { from: dayBefore, to: dayBefore };
const sums = { spend: 50, revenue: 200, orders: 4, newCustomers: 2, margin: 60, covered: 120 };
const channel: NamedSums = { ...sums, name: 'Paid Social', aside: null, before: 100, units: null };
const figures: ReportFigures = {
  shop: { name: 'Shop', zone: 'Europe/Paris', model: 'linear', lookback: 30 },
  daily: [{ ...sums, day }],
  dailyBefore: [{ ...sums, revenue: 100, day: dayBefore }],
  channels: [channel],
  campaigns: [],
  influencers: [],
  products: [],
  incremental: [],
  spendFrom: dayBefore,
  lateSpend: [],
  unknownSpend: [],
  uncredited: undefined,
  endedSpend: [],
  failedChecks: [],
  refused: [],
  hasOrders: true,
  response: { days: { from: '', to: '', count: 0 }, channels: [] },
};
const of = (one: ReportFigures) => reportOf(one, { days, before, comparison: 'previous', isCut: false }, 'en');

/** The lines of a CSV as records; none of its texts has a comma or a quote. */
function recordsOf(csv: string): Record<string, string>[] {
  const [head = [], ...lines] = csv
    .replace('\uFEFF', '')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replaceAll('"', '').replace(', Linear', ' Linear').split(','));
  return lines.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}

test('what is of the whole shop does not stand under the name of what is attributed', () => {
  const [total, social] = recordsOf(reportCsv(of(figures), 'en'));
  expect(total).toMatchObject({ ROAS: '', CAC: '', 'Blended ROAS': '4', 'Blended CAC': '25', Change: '1' });
  expect(social).toMatchObject({ ROAS: '4', CAC: '25', 'Blended ROAS': '', 'Blended CAC': '', Change: '1' });
});

test('what products bring, which is without shipping, does not stand under the name of what the shop takes', () => {
  const sold = of({ ...figures, products: [{ ...channel, name: 'Soap' }] });
  const label = (id: 'products' | 'influencers') =>
    columnsOf(sold, id).find((column) => column.id === 'revenue')?.label;
  expect([label('influencers'), label('products')]).toEqual(['Revenue', 'Product revenue']);
  expect(reportCsv(sold, 'en')).toContain('(Product revenue, Gross margin)');
});

test('what is sold of no product has a name in each language', () => {
  const sold = { ...figures, products: [{ ...channel, name: '(no product)', units: 3 }] };
  const named = (language: 'en' | 'fr') =>
    reportOf(sold, { days, before, comparison: 'previous', isCut: false }, language)
      .tables.find(({ id }) => id === 'products')
      ?.rows.map(({ name }) => name);
  expect([named('en'), named('fr')]).toEqual([['(no product)'], ['(sans produit)']]);
});

test('of which part of the revenue margin and ROI are is said, and stands beside them', () => {
  const report = of(figures);
  expect(report.notes).toContain(
    'Margin and ROI are of 60.0% of the revenue: of the rest no cost of goods is known, so they are too low.',
  );
  expect(recordsOf(reportCsv(report, 'en')).map((line) => line['Cost coverage'])).toEqual(['0.6', '0.6', '0.6']);
  const whole = of({ ...figures, daily: figures.daily.map((one) => ({ ...one, covered: 200 })) });
  expect(whole.notes).toHaveLength(1);
  expect(reportCsv(whole, 'en')).not.toContain('Cost coverage');
  const none = of({ ...figures, daily: figures.daily.map((one) => ({ ...one, covered: 0, margin: null })) });
  expect(none.notes).toContain('Of nothing that was sold the cost of goods is known: margin and ROI are not known.');
});

test('the margin of an order without revenue counts on a day on which no other cost is known', () => {
  const free = { ...sums, revenue: 10, covered: 0, margin: -1, day: dayBefore };
  const marginOf = (...all: readonly DaySums[]) => sumOf(all).margin;
  expect(marginOf({ ...sums, day }, free)).toBe(59);
  expect(marginOf(free)).toBeNull();
  expect(marginOf({ ...free, revenue: 0 })).toBe(-1);
});

test('what was spent on days before the first report is not known, and is not 0', () => {
  const dailyBefore = [{ ...sums, spend: null, revenue: 100, day: dayBefore }];
  const late = [{ channel: 'Paid Social', first: '2026-03-02' }];
  const report = of({ ...figures, dailyBefore, spendFrom: day, lateSpend: late });
  expect(report.kpis.flatMap(({ id, now, before: then }) => (then === null ? [[id, now]] : []))).toEqual([
    ['spend', 50],
    ['mer', 4],
    ['blendedCac', 25],
  ]);
  expect(report.notes.slice(0, 2)).toEqual([
    'The advertising reports begin on 2 Mar 2026: what was spent before is not known, and is not in the ' +
      'figures of channels and campaigns.',
    'Paid Social is credited with orders of days before 2 Mar 2026, the first day on which spend of it is ' +
      'known: its ROAS and ROI are too high.',
  ]);
  const within = of({
    ...figures,
    daily: [...figures.daily, { ...sums, spend: null, day: dayBefore }],
    spendFrom: day,
  });
  expect(within.kpis.flatMap(({ id, now }) => (now === null ? [id] : []))).toEqual(['spend', 'mer', 'blendedCac']);
  expect(within.sentence).not.toContain('earned');
});

test('paid channels of which no cost is known are told, and the first sentence claims no return', () => {
  const report = of({ ...figures, unknownSpend: ['Paid Social', 'Display'] });
  expect(report.notes[0]).toMatch(
    /^Nothing is known of what these paid channels cost: Paid Social, Display\. No report/,
  );
  expect([of(figures).sentence, report.sentence].map((one) => one.includes('per euro of marketing'))).toEqual([
    true,
    false,
  ]);
});

test('orders of which nothing tells what brought them are told: what was spent for them looks lost', () => {
  expect(of({ ...figures, uncredited: 0.714 }).notes[0]).toMatch(
    /^Nothing tells what brought 71(\.4)? ?% of the orders \(Unassigned\): .* ROAS and ROI .* too low/u,
  );
});

test('what the last run found wrong is told first, and last days that are long past', () => {
  const failed = { ...figures, failedChecks: ['orders.order_id:unique'] };
  const report = reportOf(failed, { days, before, comparison: 'previous', isCut: false, isOld: true }, 'en');
  expect(report.notes.slice(0, 2)).toEqual([
    'The last run found something wrong in the data (orders.order_id:unique), so these figures may be wrong: ' +
      '"sillage status" says what.',
    'The data end on 2 Mar 2026: this is no report of the last days. Import newer exports.',
  ]);
});

test('records of the days that were refused are told', () => {
  const refused = [{ table: 'ad_spend', records: 1 }, { table: 'orders', records: 2 }] as const; // prettier-ignore
  expect(of({ ...figures, refused }).notes[0]).toBe(
    'Records of these days were refused, and are missing in these figures: 1 line of advertising reports, 2 ' +
      'orders. "sillage rejects" says why.',
  );
  expect(reportOf({ ...figures, refused }, { days, before, comparison: 'previous', isCut: false }, 'fr').notes[0]).toBe(
    'Des enregistrements de ces jours ont été refusés, et manquent dans ces chiffres : 1 ligne de rapport ' +
      'publicitaire, 2 commandes. « sillage rejects » dit pourquoi.',
  );
});

test('reports of a platform that end before the days of the report are told', () => {
  expect(of({ ...figures, endedSpend: [{ platform: 'meta_ads', last: '2026-03-01' }] }).notes[0]).toBe(
    'The reports of Meta Ads end on 1 Mar 2026: what it cost after that day is not known, and missing here. ' +
      'Spend may be too low, and what it brought back too high.',
  );
});

test('without any order in the lake it is told that nothing is known of what came back', () => {
  const said = 'There are no orders in the data: what marketing brought back is not known, and is not nothing.';
  const report = of({ ...figures, hasOrders: false });
  expect([report.notes[0], of(figures).notes.includes(said)]).toEqual([said, false]);
  // A return of -100 % would be a claim.
  expect(report.tables.flatMap(({ rows }) => rows.flatMap(({ roas, roi }) => [roas, roi]))).toEqual([null, null]);
  expect(report.kpis.filter(({ now }) => now !== null).map(({ id }) => id)).toEqual(['spend', 'blendedCac']);
  expect(report.sentence).toBe('Revenue reached – on one day.');
});

test('a workbook writes whole orders without the point of their decimals', async () => {
  const report = of({ ...figures, channels: [channel, { ...channel, name: 'Email', orders: 1.5 }] });
  const workbook = await reportXlsx(report);
  expect((await readSheet(workbook, report.words.sheets.channels)).map((row) => row[4])).toEqual(['Orders', 4, 1.5]);
  expect(workbook.length).toBeGreaterThan(0);
});

test('what sold before and sells no more is a row', async () => {
  const rows: Readonly<Record<string, readonly AnswerRow[]>> = {
    '2026-03-02': [['Paid Social', '', '', 50, 200, 4, 2, 120, 60, null]],
    '2026-03-01': [
      ['Paid Social', '', '', 50, 100, 2, 2, 60, 30, null],
      ['Email', '', '', 0, 80, 2, 0, 80, 40, null],
    ],
  };
  const { channels } = await reportFigures(
    {
      query: async (sql) => {
        const from = /FROM marketing_daily WHERE day BETWEEN DATE '(?<from>[\d-]+)'/.exec(sql)?.groups?.['from'];
        return { columns: [], rows: from === undefined ? [] : (rows[from] ?? []) };
      },
    },
    days,
    before,
  );
  expect(channels).toMatchObject([
    { name: 'Paid Social', revenue: 200, before: 100 },
    { name: 'Email', revenue: 0, orders: 0, before: 80 },
  ]);
});

test('of the days of a report, those before the first known spend have none', async () => {
  const asked: string[] = [];
  const made = await reportFigures(
    {
      query: (sql) => {
        asked.push(sql);
        return Promise.resolve({ columns: [], rows: sql === firstSpendSql ? [['2026-03-02']] : [] });
      },
    },
    { from: dayBefore, to: day },
    undefined,
  );
  expect([made.spendFrom, ...made.daily.map(({ spend }) => spend)]).toEqual([day, null, 0]);
});
