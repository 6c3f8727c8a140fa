/** What an order earned is unknown where its products have no cost: no sum over a view's rows may take that for 0. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { analystsQuestions } from '../cdk/questions.ts';
import { roiReport } from '../cli/roi-report.ts';
import { attributionModels as models } from '../lambdas/shared/attribution-models.ts';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import type { Figures } from '../localstack/embedded/mcp/figures.ts';
import { influencersOf, roiOf } from '../localstack/embedded/mcp/ready-answers.ts';
import { catalog, openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const [day, nextDay] = ['2026-03-10', '2026-03-11'];
const order = (id: string, more: Row = {}): Row => ({
  order_id: id,
  customer_id: `C${id}`,
  country: 'FR',
  created_at: `${day} 12:00:00.000`,
  processed_at: `${day} 12:00:00.000`,
  local_date: day,
  is_conversion: true,
  is_test: false,
  paid_amount_eur: '60.00',
  needs_shipping: true,
  net_revenue_eur: '50.00',
  promo_codes: ['CODE1'],
  ...more,
});
const item = (order_id: string): Row => ({
  line_item_id: order_id,
  order_id,
  product_id: 'P1',
  variant_id: 'V1',
  quantity: 1,
  shipped_quantity: 1,
  net_revenue_eur: '50.00',
});
const touch = { channel: 'Influencer', deal_id: '1', influencer_id: 'I' };
const spent = (channel: string, dt: string): Row => ({
  platform: 'google_ads',
  account_id: '1',
  campaign_id: channel,
  campaign_name: channel,
  campaign_folded: channel,
  channel,
  impressions: 1000,
  clicks: 50,
  spend_eur: '20.000000',
  dt,
});

/** Paid Search brought order 1, the deal's code order 2; Display and the second influencer brought nothing. */
const sold: Tables = {
  products: ['1', '2'].map((n) => ({
    variant_id: `V${n}`,
    product_id: `P${n}`,
    title: n,
    category: 'Soins',
    sku: n,
    created_at: '2025-01-01 00:00:00.000',
  })),
  web_events: ['1', '2'].map((n) => ({
    event_id: n,
    event_name: 'view_item',
    visitor_id: 'A',
    local_date: nextDay,
    is_bot: false,
    items: [{ item_id: n }],
  })),
  orders: [order('1', { promo_codes: [] }), order('2')],
  order_items: [item('1'), item('2')],
  ad_spend: ['Paid Search', 'Display'].flatMap((channel) => [spent(channel, day), spent(channel, nextDay)]),
  influencers: ['I', 'J'].map((id) => ({ influencer_id: id, handle: id, platform: 'instagram', tier: 'micro' })),
  influencer_deals: ['I', 'J'].map((influencer_id, n) => ({
    deal_id: String(n + 1),
    influencer_id,
    contract_date: day,
    end_date: nextDay,
    promo_code: `CODE${String(n + 1)}`,
    fee_eur: '100.00',
    commission_rate: '0.1000',
  })),
  touchpoints: [
    {
      order_id: '2',
      touch_id: 'code-1',
      touch_type: 'promo_code',
      touched_at: `${day} 12:00:00.000`,
      converted_at: `${day} 12:00:00.000`,
      position: 1,
      code_deal_id: '1',
      ...touch,
    },
  ],
  attribution: models.flatMap((attribution_model) =>
    [
      { order_id: '1', channel: 'Paid Search', platform: 'google_ads', campaign_id: 'Paid Search' },
      { order_id: '2', ...touch },
    ].map((credit) => ({
      attribution_model,
      lookback_days: 30,
      touch_id: credit.order_id,
      credit: 1,
      dt: day,
      ...credit,
    })),
  ),
};
const costs: readonly Row[] = [
  {
    variant_id: 'V1',
    cost_eur: '7.50',
    reported_at: '2025-01-01 00:00:00.000',
    local_date: '2025-01-01',
    seen_on: '2025-01-01',
  },
];
const withoutOrders: Tables = { ...sold, orders: [], order_items: [], touchpoints: [], attribution: [] };

/** These days are of no occasion (occasions.test.ts has its unknown costs), and have no other look-back. */
const withoutRows = new Set(['occasion_effects', 'returns_other_lookbacks_daily']);
/**
 * Each view of margins, and the margin of an order that cost 7.50 (5.50 to send, 1.15 to be paid; the products' view
 * has neither).
 */
const views = [...catalog.values()].flatMap(({ name, isView, columns }) => {
  const margin = columns.find((column) => /^(?:gross_)?margin_eur$/.test(column.name))?.name;
  // One order's own margin is of its own revenue.
  const revenues = name === 'order_economics' ? [] : ['covered_eur', 'net_revenue_eur'];
  return isView && margin !== undefined && !withoutRows.has(name)
    ? [{ name, margin, revenues, isOfProducts: margin === 'gross_margin_eur' }]
    : [];
});
/**
 * What sums over all rows of each view are, as an analyst asks for them: `view.column`. One statement, since each opens
 * an engine; one look at each view, since they are costly.
 */
const sums = async (tables: Tables) => {
  const asked = views.map(({ name, margin, revenues }, i) => ({
    from: `(SELECT ${[margin, ...revenues].map((column, k) => `sum(${column}) AS s${String(i)}_${String(k)}`).join(', ')} FROM ${name})`,
    columns: [margin, ...revenues].map((column, k): [string, string] => [
      `${name}.${column}`,
      `s${String(i)}_${String(k)}`,
    ]),
  }));
  const [row = {}] = await workshop.view(
    'roi_by_channel_daily',
    tables,
    `SELECT * FROM ${asked.map(({ from }) => from).join(' CROSS JOIN ')}`,
  );
  return new Map(asked.flatMap(({ columns }) => columns.map(([name, place]) => [name, row[place] ?? null] as const)));
};

test('the views of margins are more than a few', () => {
  expect(views.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['roi_by_channel_daily', 'roi_by_campaign', 'orders_daily', 'product_performance']),
  );
  expect(views.length).toBeGreaterThan(10);
});

describe('a sum of margins', () => {
  let [unknown, without, known] = [
    new Map<string, AnswerValue>(),
    new Map<string, AnswerValue>(),
    new Map<string, AnswerValue>(),
  ];
  beforeAll(async () => {
    unknown = await sums(sold);
    without = await sums(withoutOrders);
    known = await sums({ ...sold, product_costs: costs });
  });

  test.each(views)('of $name is null where none is known', ({ name, margin, revenues, isOfProducts }) => {
    expect([unknown.get(`${name}.${margin}`), without.get(`${name}.${margin}`)]).toEqual([null, null]);
    const orders = name.startsWith('roi_by_influencer') ? 1 : 2;
    const times = catalog.get(name)?.columns.some((column) => column.name === 'attribution_model') ? models.length : 1;
    const expected = (orders * times * (isOfProducts ? 42.5 : 35.85)).toFixed(2);
    expect(Number(known.get(`${name}.${margin}`)).toFixed(2)).toBe(expected);
    const [covered, revenue] = revenues.map((column) => `${name}.${column}`);
    if (covered === undefined || revenue === undefined) return;
    expect(Number(unknown.get(covered) ?? 0)).toBe(0);
    expect([known.get(covered), Number(unknown.get(revenue)) > 0]).toEqual([known.get(revenue), true]);
  });
});

describe('the ROI that the questions of docs/analysts.md and the printed table give', () => {
  const roi = async (number: number, column: string, tables: Tables) => {
    const { sql = '' } = analystsQuestions().find((one) => one.number === number) ?? {};
    const rows = await workshop.view('roi_by_channel_daily', tables, sql);
    return Object.fromEntries(rows.map((row) => [text(row, column), row['roi']]));
  };

  test('is unknown where orders came and no cost is known; what brought no order has lost what it cost', async () => {
    expect(await roi(1, 'channel', sold)).toEqual({ 'Paid Search': null, Display: -1, Influencer: null });
    expect(await roi(2, 'channel', sold)).toEqual({ 'Paid Search': null, Display: -1 });
    expect(await roi(4, 'handle', sold)).toEqual({ I: null, J: -1 });
  });

  test('is of what is known where some cost is', async () => {
    const known = { ...sold, product_costs: costs };
    expect(await roi(1, 'channel', known)).toEqual({
      'Paid Search': expect.closeTo((35.85 - 20) / 20, 9),
      Display: -1,
      Influencer: expect.closeTo((35.85 - 105) / 105, 9),
    });
    expect(await roi(4, 'handle', known)).toEqual({ I: expect.closeTo((35.85 - 105) / 105, 9), J: -1 });
  });

  test('is the same in the ready answers of an assistant', async () => {
    const plain = (value: AnswerValue | undefined) =>
      typeof value === 'number' || typeof value === 'string' ? value : value === null ? null : JSON.stringify(value);
    const ask = async (sql: string) =>
      (await workshop.view('roi_by_channel_daily', sold, sql)).map((row) =>
        Object.fromEntries(Object.keys(row).map((name) => [name, plain(row[name])])),
      );
    const period = { from: day, to: nextDay };
    const roiOfEach = (lines: readonly Figures[], by: string) =>
      Object.fromEntries(
        lines.map((line): [string, unknown] => [typeof line[by] === 'string' ? line[by] : '', line['roi']]),
      );
    expect(roiOfEach((await roiOf(ask, period, 'channel')).lines, 'channel')).toEqual({
      'Paid Search': null,
      Display: -1,
      Influencer: null,
      'channels with spend': null,
    });
    expect(roiOfEach((await roiOf(ask, period, 'campaign')).lines, 'campaign')).toMatchObject({
      'Paid Search': null,
      Display: -1,
    });
    expect(roiOfEach((await influencersOf(ask, period)).lines, 'influencer_id')).toEqual({ I: null, J: -1 });
  });

  test('stands in the printed table too', async () => {
    const query = async (sql: string) => {
      const rows = await workshop.view('roi_by_channel_daily', sold, sql);
      return { columns: [], rows: rows.map((row) => Object.values(row)) };
    };
    const lines = (await roiReport({ query })).split('\n').map((line) => line.trim().split(/ {2,}/u));
    const of = (name: string) => lines.find(([first]) => first === name)?.slice(5);
    expect([of('Paid Search'), of('Display'), of('Influencer')]).toEqual([
      ['–', '–'],
      ['0', '-100 %', 'few orders'],
      ['–', '–'],
    ]);
    expect([of('instagram:I'), of('I'), of('J')]).toEqual([undefined, ['–', '–'], ['0', '-100 %', 'few orders']]);
  });
});
