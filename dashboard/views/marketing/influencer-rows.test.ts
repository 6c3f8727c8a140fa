import { expect, test } from '@jest/globals';
import { martOf } from '../../data/mart.fixture.ts';
import { influencerRows } from './influencer-rows.ts';

const days = { from: 0, to: 6 };
const lea = { influencer_id: 'instagram:lea', handle: 'lea', platform: 'instagram', posts: 1, views: 900 };
const nothing = { orders: 0, new_customers: 0, net_revenue_eur: 0, covered_eur: 0, code_orders: 0, leaked_orders: 0 };
const sold = { orders: 3, new_customers: 2, net_revenue_eur: 90, covered_eur: 90, code_orders: 2, leaked_orders: 1 };

test('an influencer has what their deals cost and their orders brought on the days', () => {
  const mart = martOf([
    { day: 0, ...lea, spend_eur: 20, ...nothing, margin_eur: null },
    { day: 1, ...lea, posts: 0, views: 0, spend_eur: 20, ...sold, margin_eur: 60 },
    { day: 7, ...lea, posts: 0, views: 0, spend_eur: 20, ...nothing, margin_eur: null },
  ]);
  expect(influencerRows(mart, days, true)).toEqual([
    {
      id: 'instagram:lea',
      handle: 'lea',
      platform: 'instagram',
      posts: 1,
      views: 900,
      spend: 40,
      orders: 3,
      newCustomers: 2,
      revenue: 90,
      margin: 60,
      roi: 0.5,
      coverage: 1,
      leakage: 0.5,
    },
  ]);
});

test('an influencer whom no order came from lost what they cost; without any order in the lake that is not known', () => {
  const mart = martOf([{ day: 0, ...lea, spend_eur: 20, ...nothing, margin_eur: 0 }]);
  expect(influencerRows(mart, days, true)).toMatchObject([{ spend: 20, orders: 0, revenue: 0, margin: 0, roi: -1 }]);
  expect(influencerRows(mart, days, false)).toMatchObject([
    { spend: 20, posts: 1, orders: null, newCustomers: null, revenue: null, margin: null, roi: null },
  ]);
});
