import { expect, test } from '@jest/globals';
import { martOf } from '../data/mart.fixture.ts';
import { defaultState } from '../app/state.ts';
import { choiceOf, computed, totalsOf } from './totals.ts';

const orders = { country: 'FR', net_revenue_eur: 50, covered_eur: 50, margin_eur: 20 };
const shares = { attribution_model: 'linear', orders: 3, new_customers: 2, ...orders };
const marts = {
  // Eight orders, of which three are of visitors who were measured.
  orders_daily: martOf([{ day: 0, ...orders, is_new_customer: 1, orders: 8 }]),
  channel_returns_daily: martOf([
    { day: 0, ...shares, channel: 'Email' },
    { day: 0, ...shares, channel: 'Display' },
  ]),
  channel_costs_daily: martOf([
    { day: 0, channel: 'Email', sessions: 60, spend_eur: 0 },
    { day: 0, channel: 'Display', sessions: 40, spend_eur: 30 },
  ]),
  campaign_funnel_daily: martOf([
    { day: 0, channel: 'Email', device: 'mobile', sessions: 60, purchase_sessions: 3 },
    { day: 0, channel: 'Display', device: 'mobile', sessions: 40, purchase_sessions: 0 },
  ]),
};

test('what the whole shop spent before reports of ads begin is not known, and not 0; of one channel it is what it cost', () => {
  const costs = { ...marts, channel_costs_daily: martOf([{ day: 1, channel: 'Display', spend_eur: 30 }]) };
  const spend = (from: number, channel?: string) => {
    const filters = { ...defaultState.filters, ...(channel !== undefined && { channel }) };
    const { all, daily } = totalsOf(costs, choiceOf(filters, 'linear', { spendFrom: 1 }), { from, to: 1 });
    return [all.spend, computed.cac(all), daily.map((day) => day.spend)];
  };
  expect(spend(0)).toEqual([null, null, [null, 30]]);
  expect(spend(1)).toEqual([30, null, [30]]);
  expect(spend(0, 'Display')).toEqual([30, 15, [0, 30]]);
});

test.each([
  ['the whole shop', {}, { conversion: 0.03, cac: 30 / 8 }],
  ['a channel that costs nothing', { channel: 'Email' }, { conversion: 0.05, cac: null }],
  ['a channel that costs something', { channel: 'Display' }, { conversion: 0, cac: 15 }],
])('of %s, conversion is of sessions that bought, and no customer is won for nothing', (_, filters, expected) => {
  const { all, daily } = totalsOf(marts, choiceOf({ ...defaultState.filters, ...filters }, 'linear'), {
    from: 0,
    to: 0,
  });
  for (const totals of [all, ...daily])
    expect({ conversion: computed.conversion(totals), cac: computed.cac(totals) }).toEqual(expected);
});

test('where no visit of the days was measured, sessions are not known; of a channel that nobody came by they are 0', () => {
  const sessionsOf = (of: typeof marts, channel: string | undefined) => {
    const { all, daily } = totalsOf(of, choiceOf({ ...defaultState.filters, channel }, 'linear'), { from: 0, to: 0 });
    return [all, ...daily].map(({ sessions, purchases }) => [sessions, purchases]);
  };
  const later = { ...marts, campaign_funnel_daily: martOf([{ day: 1, channel: 'Email', device: 'mobile', sessions: 60, purchase_sessions: 3 }]) }; // prettier-ignore
  expect(sessionsOf(later, undefined)).toEqual([[null, null], [null, null]]); // prettier-ignore
  expect(sessionsOf(later, 'Email')).toEqual([[null, null], [null, null]]); // prettier-ignore
  expect(sessionsOf(marts, 'Paid Search')).toEqual([[0, 0], [0, 0]]); // prettier-ignore
});

test('where there is no order in all that is published, what came back is not known, and what was spent is', () => {
  const { all, daily } = totalsOf(marts, choiceOf(defaultState.filters, 'linear', { hasOrders: false }), {
    from: 0,
    to: 0,
  });
  for (const totals of [all, ...daily])
    expect(totals).toEqual({ revenue: null, orders: null, newCustomers: null, margin: null, spend: 30, sessions: 100, purchases: 3 }); // prettier-ignore
  expect([computed.roas(all), computed.roi(all), computed.cac(all)]).toEqual([null, null, null]);
});
