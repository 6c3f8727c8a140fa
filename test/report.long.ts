/**
 * `sillage report`: every figure of every format is what other SQL over the lake says, and a stranger's text stays a
 * text.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { dayNumber } from '../lambdas/shared/day-numbers.ts';
import { reportHtml } from '../dashboard/report/page.mjs';
import { reportOfLake } from '../cli/report.ts';
import { adviceOf } from '../lambdas/attribute/response/advice.ts';
import type { KnownResponse } from '../lambdas/attribute/response/known-response.ts';
import { reportCsv } from '../dashboard/report/csv.ts';
import { reportOf, type Report } from '../dashboard/report/report.ts';
import type { NamedSums } from '../dashboard/report/figures.ts';
import { reportStyle } from '../dashboard/report/style.ts';
import { reportXlsx } from '../dashboard/report/xlsx.ts';
import { reportPeriod } from '../cli/report-period.ts';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { mailWeek } from '../lambdas/report/weekly.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { house, type Row, type Workspace } from './house.ts';

const asked = { from: '2025-01-06', to: '2025-01-09', comparison: 'previous' } as const;
const inside = "BETWEEN DATE '2025-01-06' AND DATE '2025-01-09'";

let lake: Workspace;
let report: Report;

beforeAll(async () => {
  lake = await house({ from: '2025-01-02', to: '2025-01-10', eventsPerDay: 1000, initialCustomers: 100 });
  report = await reportOfLake(lake.root, asked, 'fr');
});
afterAll(() => lake.remove());

const numberOf = (value: unknown) => Number(value ?? 0);
const one = async (sql: string): Promise<Row> => (await lake.rows(sql))[0] ?? {};

/** Sums by name, by SQL that the report does not ask. */
async function byName(sql: string): Promise<Record<string, Record<string, number>>> {
  return Object.fromEntries(
    (await lake.rows(sql)).map(({ name, ...sums }) => [
      typeof name === 'string' ? name : '',
      Object.fromEntries(Object.entries(sums).map(([column, value]) => [column, numberOf(value)])),
    ]),
  );
}

const shown = (rows: readonly NamedSums[]) =>
  Object.fromEntries(
    rows.map(({ name, spend, revenue, orders }) => [
      name,
      {
        ...(spend !== null && { spend: expect.closeTo(spend, 4) }),
        revenue: expect.closeTo(revenue, 4),
        orders: expect.closeTo(orders, 6),
      },
    ]),
  );

test('the sums are those of the orders and the costs, each once', async () => {
  const orders = await one(`SELECT count(*) AS orders, sum(e.net_revenue_eur) AS revenue, sum(e.margin_eur) AS margin,
    count_if(e.is_new_customer) AS fresh FROM order_economics AS e WHERE e.local_date ${inside}`);
  const before = await one(
    "SELECT sum(net_revenue_eur) AS revenue FROM order_economics WHERE local_date BETWEEN DATE '2025-01-02' " +
      "AND DATE '2025-01-05'",
  );
  const spend = numberOf(
    (await one(`SELECT sum(spend_eur) AS spend FROM marketing_costs WHERE day ${inside}`))['spend'],
  );
  const revenue = numberOf(orders['revenue']);
  expect(revenue).toBeGreaterThan(0);
  expect(spend).toBeGreaterThan(0);
  expect(Object.fromEntries(report.kpis.map(({ id, now }) => [id, now]))).toEqual({
    revenue: expect.closeTo(revenue, 4),
    orders: numberOf(orders['orders']),
    spend: expect.closeTo(spend, 4),
    mer: expect.closeTo(revenue / spend, 6),
    margin: expect.closeTo(numberOf(orders['margin']), 4),
    newCustomers: numberOf(orders['fresh']),
    blendedCac: expect.closeTo(spend / numberOf(orders['fresh']), 4),
  });
  expect(report.kpis[0]?.before).toBeCloseTo(numberOf(before['revenue']), 4);
});

test('the tables are what the attribution, the codes and the lines of the orders say', async () => {
  const { channels, influencers, products } = report.figures;
  const credited =
    await byName(`SELECT t.channel AS name, sum(a.credit * e.net_revenue_eur) AS revenue, sum(a.credit) AS orders
    FROM attribution AS a JOIN touchpoints AS t ON t.order_id = a.order_id AND t.touch_id = a.touch_id
    JOIN order_economics AS e ON e.order_id = a.order_id JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
    WHERE e.local_date ${inside} GROUP BY t.channel`);
  const french = report.tables[0]?.rows.map(({ name }) => name) ?? [];
  expect(french.some((name, i) => name !== channels[i]?.name)).toBe(true);
  const earning = channels.filter(({ revenue }) => revenue > 0);
  for (const { name, revenue, orders } of earning.filter((row) => credited[row.name]))
    expect({ name, ...credited[name] }).toEqual({
      name,
      revenue: expect.closeTo(revenue, 4),
      orders: expect.closeTo(orders, 6),
    });
  expect(earning.reduce((sum, row) => sum + row.revenue, 0)).toBeCloseTo(numberOf(report.kpis[0]?.now), 2);

  const sold =
    await byName(`SELECT max(i.title) AS name, sum(i.net_revenue_eur) AS revenue, count(DISTINCT i.order_id) AS orders
    FROM order_items AS i JOIN orders AS o ON o.order_id = i.order_id WHERE o.is_conversion AND o.local_date ${inside} GROUP BY i.product_id`);
  expect(products.length).toBeGreaterThan(0);
  // What sold before and sells no more is told, too.
  for (const row of products.filter(({ orders }) => orders > 0))
    expect({ [row.name]: sold[row.name] }).toEqual(shown([row]));

  const codes =
    await byName(`SELECT r.handle AS name, count(*) AS orders, sum(e.net_revenue_eur) AS revenue FROM influencer_orders AS i
    JOIN order_economics AS e ON e.order_id = i.order_id JOIN influencers AS r ON r.influencer_id = i.influencer_id WHERE e.local_date ${inside} GROUP BY r.handle`);
  for (const row of influencers.filter(({ orders }) => orders > 0))
    expect(codes[row.name]).toEqual({ orders: row.orders, revenue: expect.closeTo(row.revenue, 4) });
});

test('what channels caused is what they are credited with, times what is known of each', async () => {
  const rows =
    await lake.rows(`SELECT i.channel AS name, max(i.incrementality) AS share, max(i.incrementality_low) AS low,
      max(i.incrementality_high) AS high, sum(a.credit) AS orders, sum(a.credit * e.net_revenue_eur) AS revenue,
      sum(a.credit * e.margin_eur) AS margin
    FROM channel_incrementality AS i JOIN attribution AS a ON a.channel = i.channel AND a.attribution_model = i.attribution_model
    JOIN order_economics AS e ON e.order_id = a.order_id
    WHERE a.lookback_days = 30 AND e.local_date ${inside} GROUP BY i.channel`);
  expect(rows.length).toBeGreaterThan(2);
  const shownRows = report.tables.find(({ id }) => id === 'incremental')?.rows ?? [];
  for (const row of rows) {
    const of = (name: string) => numberOf(row[name]);
    const at = report.figures.incremental.findIndex(({ channel }) => channel === row['name']);
    const found = report.figures.incremental[at];
    expect(found).toMatchObject({
      orders: expect.closeTo(of('orders'), 6),
      revenue: expect.closeTo(of('revenue'), 4),
      caused: {
        orders: expect.closeTo(of('orders') * of('share'), 6),
        revenue: expect.closeTo(of('revenue') * of('share'), 4),
        revenueLow: expect.closeTo(of('revenue') * of('low'), 4),
        revenueHigh: expect.closeTo(of('revenue') * of('high'), 4),
      },
    });
    const spend = found?.spend ?? 0;
    const isKnown = row['margin'] !== null && spend > 0;
    const expected = isKnown ? (of('margin') * of('share') - spend) / spend : null;
    expect(shownRows[at]?.caused?.roi?.toFixed(6)).toBe(expected?.toFixed(6));
  }
});

test('the budget says why nothing is known of so few days, in the language of the report', async () => {
  expect(report.budget.sentences).toEqual([
    '9 jours ne suffisent pas : il en faut 56 pour distinguer une tendance d’un effet.',
  ]);
  expect(reportHtml(report, '')).toContain('9 jours ne suffisent pas');
});

test('the budget of a report is what the draws say', async () => {
  const draws = Array.from({ length: 20 }, (_, draw) => ({ margin: 100 + draw, halfSaturation: 1 + draw / 20 }));
  const still = { basis: 'prior', learnt: 0.5, reference: 50, today: 50, curves: draws };
  const response: KnownResponse = {
    days: { from: '2025-01-01', to: '2025-03-01', count: 60 },
    channels: [
      { ...still, channel: 'Paid Search' },
      { ...still, channel: 'Display', curves: draws.map((draw) => ({ ...draw, margin: draw.margin / 10 })) },
      { ...still, channel: 'Paid Video', refusal: { kind: 'few_days', value: 13 } },
    ],
  };
  const period = reportPeriod(asked, { from: dayNumber('2025-01-02'), to: dayNumber('2025-01-10') });
  const made = reportOf({ ...report.figures, response }, period, 'en');
  const advice = adviceOf(response);
  expect(made.budget.lines.map(({ advised, reason }) => [advised, reason])).toEqual([
    [advice.channels[0]?.advised, undefined],
    [advice.channels[1]?.advised, undefined],
    [null, 'Spend on 13 days only, of 14 at least.'],
  ]);
  expect(advice.channels[0]?.advised).toBeGreaterThan(50);
  const sheet = await readSheet(await reportXlsx(made), 'Budget what if');
  const search = sheet.find(([name]) => name === 'Paid Search');
  expect(search?.slice(1, 5)).toEqual([50, 109.5, expect.closeTo(100.95, 6), expect.closeTo(118.05, 6)]);
  expect(reportHtml(made, '')).toContain('Spend on 13 days only, of 14 at least.');
});

const cents = (value: number | null | undefined) =>
  value === null || value === undefined ? null : Number(value.toFixed(2));
const exact = () =>
  report.tables.flatMap(({ rows }) => rows.map(({ name, revenue, spend }) => [name, cents(revenue), cents(spend)]));

test.each([
  ['fr', ';', ','],
  ['en', ',', '.'],
] as const)(
  'the CSV as %s has the same figures, and a spreadsheet of that language reads them',
  (locale, delimiter, point) => {
    const csv = reportCsv(report, locale);
    expect(csv.startsWith('\ufeff')).toBe(true);
    const rows: string[][] = parse(csv, { bom: true, delimiter, record_delimiter: '\r\n' });
    const [head = []] = rows;
    const at = (label: string) => head.indexOf(label);
    const number = (text = '') => (text === '' ? null : Number(text.replace(point, '.')));
    const revenue = at('Chiffre d’affaires');
    const found = rows
      .slice(2)
      .filter(([section]) => section !== report.words.day)
      .map((row) => [row[1], number(row[revenue]), number(row[at('Dépenses marketing')])]);
    expect(found).toEqual(exact());
    expect(rows.filter(([section]) => section === report.words.day)).toHaveLength(4);
    // A file is read without its page: the model and the days that it compares with stand in it.
    const sections = rows.map(([section]) => section);
    expect(sections).toContainEqual(expect.stringContaining(`, ${report.model})`));
    expect(head.filter((label) => label.startsWith(`${report.words.before} (20`))).toHaveLength(1);
  },
);

test('the workbook has numbers as numbers and days as days', async () => {
  const workbook = await reportXlsx(report);
  for (const { id } of report.tables) await expect(readSheet(workbook, report.words.sheets[id])).resolves.toBeDefined();
  expect(JSON.stringify(await readSheet(workbook, report.words.total))).toContain(report.model);
  const channels = await readSheet(workbook, report.words.channels);
  expect(channels.slice(1).map(([name, , spend, revenue]) => [name, spend, revenue])).toEqual(
    report.tables[0]?.rows.map(({ name, spend, revenue }) => [name, spend, revenue]),
  );
  const days = await readSheet(workbook, report.words.day);
  expect(days[1]?.[0]).toEqual(new Date('2025-01-06T00:00:00Z'));
  expect(days.slice(1).map(([, revenue]) => revenue)).toEqual(report.figures.daily.map(({ revenue }) => revenue));
});

test('the page has the same figures, no script, and asks for nothing', () => {
  const html = reportHtml(report, reportStyle());
  const values = (id: string) =>
    [
      ...(new RegExp(`<table id="${id}">.*?</table>`, 'su').exec(html)?.[0] ?? '').matchAll(
        /<data value="(?<value>[^"]*)"/gu,
      ),
    ].map((match) => Number(match.groups?.['value']));
  for (const { id, rows } of report.tables) {
    expect(values(id)).toEqual(expect.arrayContaining(rows.map(({ revenue }) => revenue)));
    expect(values(id)).toEqual(expect.arrayContaining(rows.flatMap(({ roas }) => roas ?? [])));
  }
  expect(html).not.toMatch(/<script|\burl\(|@import|src=|href=/u);
  expect(html).toContain('<svg');
});

test('a text of strangers is no formula, and no markup', async () => {
  const evil = '=HYPERLINK("http://x.example";"<b>")';
  const spoilt: NamedSums = {
    name: evil,
    aside: '+A1',
    before: 1,
    units: null,
    spend: 1,
    revenue: 2,
    orders: 1,
    newCustomers: 1,
    margin: 1,
    covered: 2,
  };
  const period = reportPeriod(asked, { from: dayNumber('2025-01-02'), to: dayNumber('2025-01-10') });
  const bad = reportOf({ ...report.figures, campaigns: [spoilt] }, period, 'en');
  expect(reportCsv(bad, 'en')).toContain(`"'${evil.replaceAll('"', '""')}",'+A1,`);
  expect((await readSheet(await reportXlsx(bad), bad.words.sheets.campaigns))[1]?.slice(0, 2)).toEqual([
    `'${evil}`,
    "'+A1",
  ]);
  expect(reportHtml(bad, '')).not.toContain('<b>');
});

const known = { from: dayNumber('2025-01-02'), to: dayNumber('2025-01-31') };
test.each([
  [{}, '2025-01-25', '2025-01-31', '2025-01-18'],
  [{ from: '2025-01-10' }, '2025-01-10', '2025-01-16', '2025-01-03'],
  [{ to: '2025-01-20' }, '2025-01-14', '2025-01-20', '2025-01-07'],
  [{ from: '2025-01-13', to: '2025-01-15' }, '2025-01-13', '2025-01-15', '2025-01-06'],
  [{ from: '2024-12-01', to: '2025-01-15' }, '2025-01-02', '2025-01-15', undefined],
])('%j is of the days %s to %s, compared from %s', (days, from, to, before) => {
  expect(reportPeriod({ ...days, comparison: 'weekday' }, known)).toMatchObject({
    days: { from: dayNumber(from), to: dayNumber(to) },
    before: before === undefined ? undefined : { from: dayNumber(before) },
  });
});

test('days that the lake does not have are refused', () => {
  expect(() => reportPeriod({ from: '2026-01-01', comparison: 'none' }, known)).toThrow(/knows nothing of these days/u);
});

test('the mail of the week says what the report says, with the page and the workbook; without a week there is none', async () => {
  const mailed = async (now: string): Promise<SendEmailCommandInput[]> => {
    const sent: SendEmailCommandInput[] = [];
    await withWarehouse(filesLake(lake.root), loadCatalog(), (warehouse) =>
      mailWeek({
        warehouse,
        now: new Date(now),
        timeZone: 'Europe/Paris',
        language: 'fr',
        from: 'sillage@shop.fr',
        to: ['boss@shop.fr'],
        send: async (mail) => sent.push(mail),
      }),
    );
    return sent;
  };
  const [{ FromEmailAddress, Destination, Content } = {}] = await mailed('2025-01-13T07:00:00Z');
  const week = await reportOfLake(lake.root, { from: '2025-01-06', to: '2025-01-10', comparison: 'weekday' }, 'fr');
  expect([FromEmailAddress, Destination]).toEqual(['sillage@shop.fr', { ToAddresses: ['boss@shop.fr'] }]);
  const { Subject, Body, Attachments = [] } = Content?.Simple ?? {};
  expect(Subject?.Data).toContain(week.formats.days(week.days));
  for (const { label, kind, now } of week.kpis)
    expect(Body?.Text?.Data).toContain(`${label}: ${week.formats.figure(kind, now)}`);
  // Two days of the week are not in the lake, and the mail says so.
  expect(Body?.Text?.Data).toContain(week.words.cut);
  expect(Body?.Html?.Data).not.toMatch(/<script|<img|https?:/);
  const [page, workbook] = Attachments.map(({ RawContent }) => Buffer.from(RawContent ?? []));
  expect(Attachments.map(({ FileName }) => FileName)).toEqual([
    'sillage-report-2025-01-06-2025-01-10.html',
    'sillage-report-2025-01-06-2025-01-10.xlsx',
  ]);
  expect(page?.toString()).toContain(week.sentence.slice(0, 20));
  expect((await readSheet(workbook ?? Buffer.alloc(0))).flat()).toContain(week.kpis[0]?.now);
  await expect(mailed('2025-02-03T07:00:00Z')).rejects.toThrow(/knows nothing of the last week/);
});
