import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Tables, type Workshop } from './fixture.ts';
import { groups, n, sum } from './sums.fixture.ts';
import { day, touchedOrders } from './touched-orders.samples.ts';
import { shopByChance } from './views.samples.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const spent = (ad_id: string | null, ad_name: string | null, spend_eur: string): Row => ({
  platform: 'meta_ads',
  account_id: '1',
  campaign_id: '7',
  campaign_name: 'Spring',
  channel: 'Paid Social',
  ad_group_id: ad_id === null ? null : 'G1',
  ad_group_name: ad_id === null ? null : 'Look-alikes',
  ad_id,
  ad_name,
  impressions: 100,
  clicks: 10,
  spend_eur,
  dt: day,
});
test('an order is its ad’s by the id or the name in its link; of a name that two ads have had, nobody’s', async () => {
  const links = ['a1', 'carousel', 'twin', 'unknown', null, 'vidéo 1 ugc', 'vidéo 1 + ugc'].map((content) => ({
    content,
  }));
  const found = await workshop.view('roi_by_ad_daily', {
    ...touchedOrders(links, { channel: 'Paid Social', platform: 'meta_ads', campaign_id: '7' }),
    ad_spend: [
      spent('A1', 'Carousel', '5.000000'),
      spent('A2', 'Twin', '3.000000'),
      spent('A3', 'twin', '2.000000'),
      // Links have single spaces.
      spent('A4', 'Vidéo  1 + UGC ', '4.000000'),
      spent(null, null, '1.000000'),
    ],
  });
  const shown = found.map((row) => [
    row['ad_id'] ?? null,
    row['ad_group'] ?? null,
    n(row, 'spend_eur'),
    n(row, 'orders'),
  ]);
  const bySpend = shown.toSorted((a, b) => Number(b[2]) - Number(a[2]));
  expect(bySpend).toEqual([
    ['A1', 'Look-alikes', 5, 2],
    ['A4', 'Look-alikes', 4, 2],
    ['A2', 'Look-alikes', 3, 0],
    ['A3', 'Look-alikes', 2, 0],
    [null, null, 1, 3],
  ]);
});

test.each([11, 12, 13])('adds up to all revenue and all spend of advertisements (seed %i)', async (seed) => {
  const tables: Tables = shopByChance(seed);
  const [ads, channels] = [
    await workshop.view('roi_by_ad_daily', tables),
    await workshop.view('marketing_daily', tables),
  ];
  const spend = sum(tables['ad_spend'] ?? [], 'spend_eur');
  expect(spend).toBeGreaterThan(10);
  expect(sum(ads, 'spend_eur')).toBeCloseTo(spend, 6);
  expect(sum(ads, 'orders')).toBeGreaterThan(5);
  for (const figure of ['orders', 'new_customers', 'net_revenue_eur', 'covered_eur', 'margin_eur'])
    expect(sum(ads, figure)).toBeCloseTo(sum(channels, figure), 6);
});

test.each([11, 12, 13])('each conversion that is attributed is credited once (seed %i)', async (seed) => {
  const tables = shopByChance(seed);
  const rows = await workshop.view('credited_orders', tables);
  const shares = groups(rows, 'order_id').map(([, own]) => sum(own, 'orders'));
  expect(shares.length).toBeGreaterThan(5);
  const credited = (tables['attribution'] ?? []).filter(
    (row) => row['attribution_model'] === 'linear' && Number(row['lookback_days']) === 30,
  );
  for (const [{ order_id = null }, own] of groups(rows, 'order_id'))
    expect(sum(own, 'orders')).toBeCloseTo(
      sum(
        credited.filter((row) => row['order_id'] === order_id),
        'credit',
      ),
      9,
    );
});
