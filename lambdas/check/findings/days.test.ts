import { describe, expect, test } from '@jest/globals';
import type { Row, Tables } from '../../../athena/fixture.ts';
import { order, orders, tellingOfShops } from './fixture.ts';

const { told, toldOf } = tellingOfShops();

test.each<[string, readonly string[], readonly string[]]>([
  ['on the days of the orders', ['2026-03-10', '2026-03-11'], []],
  ['a little before them', ['2026-03-09', ...Array.from({ length: 30 }, () => '2026-03-10')], []],
  [
    'long before them',
    ['2026-01-09', '2026-03-09', '2026-03-10'],
    ['67 % of the advertising spend (10.00 EUR of 15.00 EUR) is of days before 2026-03-10, the first day of which'],
  ],
])('spend %s', async (_, days, words) => {
  const ad_spend = days.map((dt) => ({ platform: 'criteo', channel: 'Display', spend_eur: '5.00', dt }));
  const found = await toldOf('spend older than orders', { orders: orders(1), ad_spend });
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
  expect(await told('spend older than orders', 'ad_spend', ad_spend)).toEqual([]);
});

test.each<[string, Tables, readonly string[]]>([
  ['none', {}, []],
  [
    'of the days of the orders',
    { influencer_deals: [{ deal_id: 'D', contract_date: '2026-03-10', end_date: '2026-03-19', fee_eur: '10.00' }] },
    [],
  ],
  [
    'a little before them',
    { influencer_deals: [{ deal_id: 'D', contract_date: '2026-03-09', end_date: '2026-04-07', fee_eur: '30.00' }] },
    [],
  ],
  [
    'long before them',
    {
      influencer_deals: [
        { deal_id: 'D', contract_date: '2026-01-01', end_date: '2026-01-10', fee_eur: '30.00' },
        { deal_id: 'E', contract_date: '2026-03-10', end_date: '2026-03-10', fee_eur: '10.00' },
      ],
      shop_marketing_costs: [
        { name: 'Agency', channel: 'Email', first_day: '2026-03-08', amount_eur: '5.00', per: 'day', dt: '1970-01-01' },
      ],
    },
    [
      "75 % of what influencers' deals cost (30.00 EUR of 40.00 EUR) is of days before 2026-03-10, the first day of",
      '67 % of the marketing costs of shop.json (10.00 EUR of 15.00 EUR) is of days before 2026-03-10, the first day of',
    ],
  ],
])('fees and other costs: %s', async (_, tables, words) => {
  const found = await toldOf('fees and other costs older than orders', { orders: orders(1), ...tables });
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
  expect(await toldOf('fees and other costs older than orders', tables)).toEqual([]);
});

describe('customers counted after the last order', () => {
  const counted = (orders_count: number, day: string, more: Row = {}): Row => ({
    customer_id: 'A',
    orders_count,
    updated_at: `${day} 10:00:00.000`,
    ...more,
  });
  const tables = (customers: readonly Row[], own: Row = { customer_id: 'A' }) => ({
    orders: [order(1, 'paid', own), order(2, 'paid', { customer_id: 'T', is_test: true, is_conversion: false })],
    customers,
  });

  test.each<[string, Readonly<Record<string, readonly Row[]>>, readonly string[]]>([
    ['as many as the lake has', tables([counted(1, '2026-06-01')]), []],
    ['more, on the days of the lake', tables([counted(2, '2026-03-13')]), []],
    [
      'more, months later',
      tables([counted(2, '2026-06-01'), counted(5, '2026-06-02', { customer_id: 'B' })]),
      [
        "1 customer has more orders by the shop's count than the lake, which ends on 2026-03-10; they were " +
          'counted later, up to 2026-06-01.',
      ],
    ],
    [
      'more, of guests of the address',
      tables([counted(2, '2026-06-01', { email_hash: 'h' })], { email_hash: 'h' }),
      ['1 customer has more orders'],
    ],
  ])('%s', async (_, rows, words) => {
    const found = await toldOf('customers counted after the last order', rows);
    expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
  });
});

describe('revenue older than spend', () => {
  const words = (tables: Tables) => toldOf('revenue older than spend', tables);
  const sold = (days: Readonly<Record<string, number>>): Tables => {
    const rows = Object.entries(days).map(([local_date, eur], n) => ({ n, local_date, eur: eur.toFixed(2) }));
    return {
      orders: rows.map(({ n, local_date, eur }) => order(n, 'paid', { local_date, net_revenue_eur: eur })),
      attribution: rows.map(({ n }) => ({
        order_id: `O${n}`,
        channel: 'Paid Social',
        attribution_model: 'last_non_direct',
        lookback_days: 30,
        credit: 1,
      })),
      ad_spend: [
        { channel: 'Paid Social', platform: 'meta_ads', campaign_id: '1', spend_eur: '30.00', dt: '2026-03-10' },
      ],
    };
  };

  test('is told: orders of a year, and reports of a month', async () => {
    expect(await words(sold({ '2025-06-01': 600, '2026-03-09': 300, '2026-03-12': 100 }))).toEqual([
      expect.stringMatching(
        /^Paid Social: 90 % of its attributed revenue \(900\.00 EUR of 1000\.00 EUR\) is of days before 2026-03-10,.* too high/,
      ),
    ]);
  });

  test.each<[string, Readonly<Record<string, number>>]>([
    ['orders since the first day of spend', { '2026-03-10': 600, '2026-03-12': 100 }],
    ['a visit by an old link', { '2026-03-01': 10, '2026-03-12': 900 }],
  ])('is not told: %s', async (_, days) => {
    expect(await words(sold(days))).toEqual([]);
  });
});

test('days on which no e-mail was sent are not missing; days of a report of ads are', async () => {
  const sent = (platform: string, channel: string, dt: string): Row => ({ platform, channel, dt, spend_eur: '1.00' });
  const found = await told('days missing in the middle', 'ad_spend', [
    ...['2026-03-01', '2026-03-15'].map((dt) => sent('klaviyo', 'Email', dt)),
    ...['2026-03-01', '2026-03-03'].map((dt) => sent('meta_ads', 'Paid Social', dt)),
  ]);
  expect(found).toEqual([expect.stringMatching(/^meta_ads: 1 day has nothing between others/u)]);
});

test('events that wrong clocks put before the first day are no beginning; a day without any is missing', async () => {
  const visits = (dt: string, count: number) =>
    Array.from({ length: count }, (_, n): Row => ({ event_id: `${dt}-${n}`, dt }));
  const found = await told('days missing in the middle', 'web_events', [
    ...visits('2026-02-11', 2),
    ...visits('2026-02-20', 1),
    ...['2026-03-01', '2026-03-02', '2026-03-04'].flatMap((dt) => visits(dt, 400)),
  ]);
  expect(found).toEqual([
    expect.stringMatching(/^web events: 1 day has nothing between others that have \(the first is 2026-03-03\)/u),
  ]);
});

describe('order numbers that no file has', () => {
  /** An order every ten minutes, of these numbers. */
  const inTurn = (numbers: readonly number[], at = (number: number) => number): Row[] =>
    numbers.map((number) => ({
      order_id: `O${number}`,
      order_number: String(number),
      processed_at: new Date(Date.UTC(2026, 2, 1) + at(number) * 600_000)
        .toISOString()
        .replace('T', ' ')
        .replace('Z', ''),
      local_date: '2026-03-01',
    }));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

  test('a page of an answer that is not here is told', async () => {
    const found = await told(
      'order numbers missing in the middle',
      'orders',
      inTurn([...range(1, 100), ...range(151, 300)]),
    );
    expect(found).toEqual([
      'orders: the numbers 101 to 150 (50 beside 250 that are here) are in no file, and hardly another is missing. Is a ' +
        'page of an answer, or an export, not imported? All figures lack them: export the orders of 2026-03-01 to ' +
        '2026-03-02 again.',
    ]);
  });

  test.each([
    ['some orders here and there', inTurn(range(1, 300).filter((one) => one % 40 > 1))],
    [
      'numbers that a shop skipped',
      inTurn([...range(1, 100), ...range(10_001, 10_150)], (one) => (one > 9000 ? one - 9900 : one)),
    ],
    ['numbers that posts and orders share', inTurn(range(1, 300).map((one) => one * 7 + (one > 150 ? 60 : 0)))],
    ['numbers that are far apart everywhere', inTurn(range(1, 300).map((one) => one * 97 + ((one * one) % 53)))],
    ['no order', []],
  ])('%s are not', async (_, rows) => {
    expect(await told('order numbers missing in the middle', 'orders', rows)).toEqual([]);
  });
});
