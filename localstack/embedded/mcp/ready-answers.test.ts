/** The ready answers, over views of a small shop. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Tables, type Workshop } from '../../../athena/fixture.ts';
import { jsonOf } from '../../../lambdas/ask/first-rows.ts';
import type { Ask } from './figures.ts';
import { compared, influencersOf, roiOf } from './ready-answers.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const asking =
  (tables: Tables): Ask =>
  async (sql) => {
    const rows = await workshop.view('roi_by_campaign_daily', tables, sql);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonOf(value)])));
  };
const day = '2026-03-10';
const period = { from: day, to: day };

/** An order of the day, credited as told. */
const sold = (order_id: string, eur: string, credit: Row): { readonly order: Row; readonly credit: Row } => ({
  order: {
    order_id,
    local_date: day,
    created_at: `${day} 10:00:00.000`,
    processed_at: `${day} 10:00:00.000`,
    is_conversion: true,
    net_revenue_eur: eur,
  },
  credit: {
    order_id,
    touch_id: order_id,
    attribution_model: 'last_non_direct',
    lookback_days: 30,
    credit: 1,
    ...credit,
  },
});
const shopOf = (...all: readonly ReturnType<typeof sold>[]): Tables => ({
  orders: all.map(({ order }) => order),
  attribution: all.map(({ credit }) => credit),
});

test('campaigns that no platform reports are a line each, by the name of their links', async () => {
  const { lines } = await roiOf(
    asking(
      shopOf(
        sold('1', '10.00', { channel: 'Email', campaign: 'welcome' }),
        sold('2', '20.00', { channel: 'Email', campaign: 'basket' }),
        sold('3', '40.00', { channel: 'Email', campaign: 'basket' }),
        sold('4', '80.00', { channel: 'Email', campaign: null }),
      ),
    ),
    period,
    'campaign',
  );
  expect(lines.map((line) => [line['campaign'], line['orders'], line['net_revenue_eur']])).toEqual([
    [null, 1, 80],
    ['basket', 2, 60],
    ['welcome', 1, 10],
  ]);
});

test('a cost of the shop’s profile is no campaign that earned nothing: what came back by it is not known', async () => {
  const tables = {
    ...shopOf(sold('1', '10.00', { channel: 'Paid Social', platform: 'meta_ads', campaign_id: '7' })),
    ad_spend: [{ platform: 'meta_ads', channel: 'Paid Social', campaign_id: '7', spend_eur: '20.000000', dt: day }],
    shop_marketing_costs: [
      { name: 'Agency', channel: 'Paid Social', amount_eur: '5.00', per: 'once', first_day: day, dt: '1970-01-01' },
    ],
  };
  const { lines } = await roiOf(asking(tables), period, 'campaign');
  expect(lines.map((line) => ['platform', 'spend_eur', 'orders', 'roas', 'roi'].map((name) => line[name]))).toEqual([
    ['meta_ads', 20, 1, 0.5, -0.5],
    ['shop', 5, null, null, null],
  ]);
});

test('without any order in the lake no answer tells a return, nor which days could be compared', async () => {
  const ask = asking({
    ad_spend: [{ platform: 'meta_ads', channel: 'Paid Social', campaign_id: '7', spend_eur: '20.000000', dt: day }],
    influencer_deals: [
      { deal_id: 'D', influencer_id: 'tiktok:bob', contract_date: day, end_date: day, fee_eur: '5.00' },
    ],
  });
  for (const { lines } of [
    await roiOf(ask, period, 'channel'),
    await roiOf(ask, period, 'campaign'),
    await influencersOf(ask, period),
  ]) {
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect([line['roas'], line['roi']]).toEqual([null, null]);
  }
  const { lines, notes } = await compared(ask, period, { from: '2026-03-09', to: '2026-03-09' });
  expect(lines.find(({ metric }) => metric === 'marketing_efficiency_ratio')?.['value']).toBeNull();
  expect(notes.filter((note) => /no orders|null/u.test(note))).toEqual(['The lake has no orders and no visits yet.']);
});
