import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../athena/fixture.ts';
import { order, tellingOfShops } from './fixture.ts';

const { toldOf } = tellingOfShops();

describe('paid channels without a cost', () => {
  const words = (spent: readonly Row[], share = 1) =>
    toldOf('paid channels without a cost', {
      orders: [order(1, 'paid', { net_revenue_eur: '100.00' })],
      attribution: [
        { channel: 'Paid Social', credit: 0.2 * share },
        { channel: 'Display', credit: 0.1 * share },
        { channel: 'Email', credit: 0.3 },
        { channel: 'Paid Search', credit: 0.7 - 0.3 * share },
      ].map((row) => ({ order_id: 'O1', attribution_model: 'last_non_direct', lookback_days: 30, ...row })),
      ad_spend: spent,
    });
  const spend = (channel: string): Row => ({ channel, platform: 'google_ads', campaign_id: '1', spend_eur: '30.00' });

  test('are told where only the reports of another platform were imported', async () => {
    expect(await words([spend('Paid Search')])).toEqual([
      expect.stringMatching(
        /^Paid Social, Display: these paid channels are credited with 30 % of the revenue, and nothing is known of what they cost/,
      ),
    ]);
    expect(await words([spend('Paid Search'), spend('Paid Social')])).toEqual([
      expect.stringMatching(/^Display: this paid channel is credited with 10 % of the revenue/),
    ]);
  });

  test('are not where each has a cost, or where a link or two say so', async () => {
    expect(await words(['Paid Search', 'Paid Social', 'Display'].map(spend))).toEqual([]);
    expect(await words([spend('Paid Search')], 0.04)).toEqual([]);
  });
});

describe('a cost that is entered by hand and reported, too', () => {
  const cost = (name: string, more: Row = {}): Row => ({
    name,
    channel: 'Paid Social',
    first_day: '2026-01-01',
    last_day: null,
    amount_eur: '900.00',
    per: 'month',
    dt: '1970-01-01',
    ...more,
  });
  const ad_spend = [10, 11].map((day) => ({
    platform: 'meta_ads',
    channel: 'Paid Social',
    dt: `2026-03-${day}`,
    spend_eur: '30.00',
  }));
  const ofCosts = (...shop_marketing_costs: readonly Row[]) =>
    toldOf('a cost entered by hand beside its report', { shop_marketing_costs, ad_spend });

  test('is told', async () => {
    expect(await ofCosts(cost('Facebook / Meta Ads'))).toEqual([
      '“Facebook / Meta Ads” in marketing_costs of shop.json is a cost of days of which meta_ads reports its own spend, ' +
        'too (60.00 EUR from 2026-03-10 to 2026-03-11): if it is the same money, it counts twice. End it (to) on the ' +
        'day before the reports begin, or take it out.',
    ]);
  });

  test.each([
    ['that ended before', cost('Facebook', { last_day: '2026-03-09' })],
    ['of another platform', cost('Google Ads')],
    ['of an agency', cost('Agence Meta Ads')],
    ['of nothing', cost('Meta', { amount_eur: '0.00' })],
    ['once, long before', cost('Meta', { per: 'once' })],
  ])('one %s is not', async (_, one) => {
    expect(await ofCosts(one)).toEqual([]);
  });
});

test('amounts that count at a rate which is older than any holidays are told, and no others', async () => {
  const fx_rates = ['2025-04-16', '2025-04-17'].map((dt) => ({ rate_date: dt, dt, currency: 'USD', rate: '1.1' }));
  const sold = (dt: string, currency: string) =>
    order(Number(dt.slice(-2)), 'paid', { dt, currency, net_revenue_eur: '50.00' });
  // From Maundy Thursday to Easter Monday.
  const inDollars = [
    sold('2025-04-21', 'USD'),
    sold('2025-04-22', 'USD'),
    sold('2025-04-23', 'USD'),
    sold('2025-04-24', 'EUR'),
  ];
  const ad_spend = [
    { platform: 'meta_ads', channel: 'Paid Social', dt: '2025-04-21', currency: 'USD', spend_eur: '9.00' },
  ];
  expect(await toldOf('rates that are old', { fx_rates, orders: inDollars, ad_spend })).toEqual([
    'orders: amounts in USD of 2025-04-22 to 2025-04-23 (100.00 EUR) count at the rate of 2025-04-17, the last that is ' +
      'known. Import eurofxref-hist.csv of the European Central Bank again.',
  ]);
});
