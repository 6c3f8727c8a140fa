import { expect, test } from '@jest/globals';
import { defaultState } from '../../app/state.ts';
import { martOf } from '../../data/mart.fixture.ts';
import { coverageColumn, toldColumns } from '../../parts/data-table.tsx';
import { returnsRows } from './channel-rows.ts';

const days = { from: 0, to: 6 };
const page = { days, before: undefined, model: 'last', state: defaultState, hasOrders: true };
const none = { country: null, device: null, attribution_model: 'last' };
const earned = {
  orders: 2,
  new_customers: 1,
  net_revenue_eur: 100,
  covered_eur: 100,
  margin_eur: 50,
  net_revenue_squares: 5000,
  margin_squares: 1250,
};
const social = { channel: 'Paid Social', platform: 'meta_ads', campaign_id: '1' };
const shopping = { channel: 'Cross-network', platform: 'google_ads', campaign_id: '2' };
const ad = (day: number, more: object) => ({
  day,
  ...social,
  ad_group_id: 'g',
  ad_group: 'Lookalike',
  spend_eur: 4,
  ...more,
});

const marts = {
  returns_daily: martOf([
    { day: 0, ...social, campaign: null, ...none, ...earned },
    { day: 1, ...shopping, campaign: null, ...none, ...earned },
  ]),
  roi_by_campaign_daily: martOf([
    { day: 0, ...social, campaign: 'Réels', spend_eur: 30 },
    { day: 0, ...shopping, campaign: 'Meilleures ventes', spend_eur: 20 },
    { day: 0, channel: 'Paid Social', platform: 'shop', campaign_id: 'shop:Agency', campaign: 'agency', spend_eur: 5 },
  ]),
  campaign_funnel_daily: martOf([
    { day: 0, ...social, campaign: null, device: 'mobile', sessions: 30, purchase_sessions: 2 },
    { day: 0, ...social, campaign: null, device: 'desktop', sessions: 10, purchase_sessions: 1 },
    {
      day: 0,
      channel: 'Paid Social',
      platform: null,
      campaign_id: null,
      campaign: 'typo',
      device: 'mobile',
      sessions: 10,
      purchase_sessions: 0,
    },
  ]),
  ads_daily: martOf([
    ad(0, { ad_id: 'a', ad: 'Vidéo' }),
    ad(3, { ad_id: 'a', ad: 'Vidéo, version 2' }),
    ad(2, { ad_id: null, ad: null, ad_group_id: null, ad_group: null, spend_eur: 22 }),
    // The same campaign was in another channel before its type was known.
    ad(1, { ad_id: 'b', ad: 'Image', channel: 'Paid Other' }),
    { day: 0, ...shopping, ad_group_id: null, ad_group: null, ad_id: null, ad: null, spend_eur: 20 },
  ]),
};
const open = new Set(['Paid Social', 'Cross-network', 'meta_ads/1', 'google_ads/2']);
const rows = returnsRows(page, marts, open, (level) => level);
const rowOf = (id: string) => rows.find((row) => row.id === id);

test('an ad is one row of its channel’s campaign, under its last name, and what is of no ad a row beside it', () => {
  expect(
    rows.filter(({ level }) => level === 'ad').map(({ id, name, aside, spend }) => [id, name, aside, spend]),
  ).toEqual([
    ['Paid Social/meta_ads/1/a', 'Vidéo, version 2', 'Lookalike', 8],
    ['Paid Social/meta_ads/1/', null, null, 22],
  ]);
});

test('a campaign of which no ad is reported has nothing to be opened', () => {
  expect(rowOf('Cross-network/google_ads/2')?.hasMore).toBe(false);
  expect(rowOf('Paid Social/meta_ads/1')?.hasMore).toBe(true);
});

test('a campaign has the sessions of its links, and those of no campaign are a row of their own', () => {
  expect(rowOf('Paid Social/meta_ads/1')).toMatchObject({ sessions: 40, purchases: 3, orders: 2, name: 'Réels' });
  expect(rowOf('Paid Social/ typo')).toMatchObject({ sessions: 10, orders: 0, name: 'typo' });
  expect(rowOf('Paid Social')).toMatchObject({ sessions: 50, purchases: 3 });
});

test('a cost of the shop’s profile is a row of its channel, and no campaign that earned nothing', () => {
  expect(rowOf('Paid Social/shop/shop:Agency')).toMatchObject({ spend: 5, orders: null, revenue: null, margin: null });
  expect(rowOf('Paid Social')).toMatchObject({ spend: 35, orders: 2 });
});

test('the share of the revenue that a margin is of stands beside it, where it is not all of it', () => {
  const half = { ...marts, returns_daily: martOf([{ day: 0, ...social, ...none, ...earned, covered_eur: 50 }]) };
  const columns = [coverageColumn('Cost coverage')];
  const rowsOf = (of: typeof marts) => returnsRows(page, of, new Set(), (level) => level);
  expect(rowsOf(half).map(({ id, coverage }) => [id, coverage])).toEqual([
    ['Paid Social', 0.5],
    ['Cross-network', null],
  ]);
  expect(toldColumns(columns, rowsOf(half))).toEqual(columns);
  expect(toldColumns(columns, rowsOf(marts))).toEqual([]);
});

test('where there is no order in all that is published, no row tells what came back', () => {
  const spent = returnsRows({ ...page, hasOrders: false }, marts, open, (level) => level);
  expect(spent.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  expect(spent.map(({ spend }) => spend)).toEqual(rows.map(({ spend }) => spend));
  for (const row of spent)
    expect([row.revenue, row.orders, row.newCustomers, row.margin]).toEqual([null, null, null, null]);
});
