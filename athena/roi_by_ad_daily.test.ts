import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { greatest, groups, latest, measured, plain, n, sum } from './sums.fixture.ts';
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

/** Reports in which ads share their names, or one has another's id as its name; and links that tell either. */
function linked(seed: number): Tables {
  const shop = shopByChance(seed);
  const names = [
    ['Carousel  Red', 'Solo'],
    ['Twin', 'Solo + B'],
    ['twin', 'a1'],
  ];
  const told = ['carousel red', 'solo', 'solo++b', 'twin', 'a0', 'a1', ' a2', 'unknown', null];
  const credited = new Map(
    (shop['attribution'] ?? []).map((row) => [`${text(row, 'order_id')} ${text(row, 'touch_id')}`, row]),
  );
  return {
    ...shop,
    ad_spend: (shop['ad_spend'] ?? []).map((row, i) => ({
      ...row,
      ad_name: names[['A0', 'A1', 'A2'].findIndex((id) => id === row['ad_id'])]?.[i % 2] ?? null,
    })),
    touchpoints: [...credited.values()].flatMap(({ order_id = null, touch_id = null }, i): Row[] => {
      const touch = { order_id, touch_id, content: told[i % told.length] ?? null };
      return i % 11 === 0 ? [] : i % 4 === 0 ? [touch, { ...touch, content: null }] : [touch];
    }),
  };
}
const folded = (told: AnswerValue): string | null =>
  typeof told === 'string' ? told.toLowerCase().split(/[ +]+/u).join(' ').trim() : null;

test.each([31, 32])('each ad of each day is what its reports and its links tell (seed %i)', async (seed) => {
  const tables = linked(seed);
  const reports = (tables['ad_spend'] ?? []).map((row): Row => ({ ...row, day: row['dt'] ?? null }));
  const alike = (row: Row, other: Row, ...names: readonly string[]) =>
    names.every((name) => (row[name] ?? null) === (other[name] ?? null));
  const ofAds = reports.filter((row) => (row['ad_id'] ?? null) !== null);
  const adOf = (order: Row): Row => {
    const links = (tables['touchpoints'] ?? []).filter((row) => alike(row, order, 'order_id', 'touch_id'));
    const told = folded(greatest(links, 'content'));
    const called = ofAds.filter(
      (row) =>
        alike(row, order, 'platform', 'campaign_id') &&
        told !== null &&
        [folded(row['ad_name'] ?? null), text(row, 'ad_id').toLowerCase()].includes(told),
    );
    const ad_id = new Set(called.map((row) => row['ad_id'])).size === 1 ? (called[0]?.['ad_id'] ?? null) : null;
    const own = ofAds.filter((row) => alike(row, order, 'platform', 'campaign_id') && row['ad_id'] === ad_id);
    return { ad_id, ad_group_id: latest(own, 'ad_group_id') };
  };
  const bought = (await workshop.view('credited_orders', tables)).map((row): Row => ({ ...row, ...adOf(row) }));
  expect(bought.filter((row) => row['ad_id'] !== null).length).toBeGreaterThan(4);
  const names = ['day', 'channel', 'platform', 'campaign_id', 'ad_group_id', 'ad_id'] as const;
  const expected = groups([...reports, ...bought], ...names).map(([named, all]) => {
    const within = (rows: readonly Row[], ...by: readonly string[]) =>
      rows.filter((row) => alike(row, named, 'platform', 'campaign_id', ...by));
    return {
      ...named,
      campaign: latest(within(reports), 'campaign_name'),
      ad_group: named['ad_group_id'] === null ? null : latest(within(reports, 'ad_group_id'), 'ad_group_name'),
      ad: named['ad_id'] === null ? null : latest(within(reports, 'ad_id'), 'ad_name'),
      ...measured(
        all,
        'impressions',
        'clicks',
        'spend_eur',
        'orders',
        'new_customers',
        'net_revenue_eur',
        'covered_eur',
      ),
      margin_eur: all.some((row) => (row['margin_eur'] ?? null) !== null) ? sum(all, 'margin_eur') : null,
    };
  });
  expect(plain(await workshop.view('roi_by_ad_daily', tables))).toEqual(plain(expected));
});
