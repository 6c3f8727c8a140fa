import { describe, expect, test } from '@jest/globals';
import type { Row, Tables } from '../../../athena/fixture.ts';
import { credited, numbered, tellingOfShops } from './fixture.ts';

const { told, toldOf } = tellingOfShops();

test.each<[string, Tables, readonly string[]]>([
  ['one in ten, as always', credited(1), []],
  ['all of them', credited(10), ['Nothing tells what brought 10 of 10 orders (Unassigned)']],
  ['three of ten', credited(3), ['Nothing tells what brought 3 of 10 orders (Unassigned)']],
  ['where nothing was spent', credited(10, { ad_spend: [] }), []],
  ['no order at all', credited(0, { orders: [], attribution: [] }), []],
])('orders that nobody is credited with: %s', async (_, tables, words) => {
  const found = await toldOf('orders that nobody is credited with', tables);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

describe('purchases that no order has', () => {
  const purchase = (transaction_id: string | null, more: Row = {}): Row => ({
    event_id: `e-${transaction_id ?? JSON.stringify(more)}`,
    event_name: 'purchase',
    local_date: '2026-03-10',
    is_bot: false,
    transaction_id,
    ...more,
  });
  const known = [
    numbered(1, '1'),
    numbered(2, '2', { order_name: 'FR-2' }),
    numbered(3, '3', { order_id: 'woo:33' }),
    numbered(4, '4'),
  ];

  test.each<[string, readonly Row[], readonly string[]]>([
    ['all are of orders', ['1', 'fr-2', '33', '#4'].map((one) => purchase(one.replace('#', ''))), []],
    [
      'numbers that the shop does not know',
      ['1', 'ORDER-2', 'ORDER-2', 'ORDER-3'].map((one, n) => purchase(one, { event_id: `e${n}` })),
      ['2 of 3 purchases that pages tell are of no order that is here, as “order-2”; orders are called as “FR-2”.'],
    ],
    [
      'a fifth',
      [...['1', '2', '3', '4', 'x1'].map((one) => purchase(one)), purchase('x2', { is_bot: true })],
      ['1 of 5 purchases that pages tell are of no order that is here'],
    ],
    ['fewer, as always', ['1', '2', '3', '4', '33', 'x1'].map((one) => purchase(one)), []],
    ['days without orders', [purchase('1'), purchase('9', { local_date: '2026-03-11' })], []],
    [
      'no number',
      [purchase('1'), purchase(null, { event_id: 'e1' }), purchase(null, { event_id: 'e2' })],
      ['2 of 3 purchases that pages tell have no order number: they are in no conversion rate'],
    ],
    ['no purchase', [purchase('9', { event_name: 'page_view' })], []],
  ])('%s', async (_, web_events, words) => {
    const found = await toldOf('purchases that no order has', { orders: known, web_events });
    expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
  });
});

test.each<[string, readonly string[], readonly string[]]>([
  ['the shop', ['shop.example', 'www.shop.example', 'fr.shop.example', 'devine.example', 'stages.example'], []],
  [
    'copies of it',
    ['staging.shop.example', 'localhost', '127.0.0.1', 'preprod2.shop.example', 'shop-dev.example'],
    ['5 events are of pages that look like a copy of the shop'],
  ],
])('visits of pages that are no shop: %s', async (_, hosts, words) => {
  const found = await told(
    'visits of pages that are no shop',
    'web_events',
    hosts.map((page_host, n) => ({ event_id: `e${n}`, page_host, is_bot: false, visitor_id: 'v' })),
  );
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<
  [string, readonly (readonly [host: string, referrer: string, count: number, more?: Row])[], readonly string[]]
>([
  [
    'none',
    [
      ['shop.fr', 'www.google.com', 9],
      ['shop.fr', 'blog.example', 3],
    ],
    [],
  ],
  [
    'a shop of two domains',
    [
      ['shop.fr', 'shop.com', 2],
      ['shop.com', 'shop.fr', 1],
      ['shop.com', 'blog.example', 3],
    ],
    ['3 pages were reached from shop.com, shop.fr, .*domains=shop.com,shop.fr$'],
  ],
  [
    'domains that are named',
    [
      ['shop.fr', 'shop.com', 2, { medium: null }],
      ['shop.com', 'blog.example', 3],
    ],
    [],
  ],
  [
    'an archive that somebody looked at',
    [
      ['shop.fr', 'web.archive.org', 199],
      ['web.archive.org', 'blog.example', 1],
    ],
    [],
  ],
  [
    'a link of its own',
    [
      ['shop.fr', 'shop.com', 2, { campaign: 'x' }],
      ['shop.com', 'blog.example', 3],
    ],
    [],
  ],
])('referrals from the shop itself: %s', async (_, visits, words) => {
  const events = visits.flatMap(([page_host, referrer_host, count, more], at) =>
    Array.from({ length: count }, (__, n) => ({
      event_id: `e${at}-${n}`,
      page_host,
      referrer_host,
      medium: 'referral',
      is_bot: false,
      ...more,
    })),
  );
  const found = await told('referrals from the shop itself', 'web_events', events);
  expect(found).toEqual(words.map((one) => expect.stringMatching(one)));
});

test.each<[string, readonly number[], readonly string[]]>([
  ['one clock', [0, 0, 1, 0, 2, 0], []],
  ['an hour', [61, 60, 59, 62, 60, 0], ['5 of 6 orders of which pages tell were placed 1 h earlier by the shop']],
  ['eight hours the other way', [-480, -479, -478, -480, -470], ['5 of 5 .* 8 h later']],
  ['some that are paid late', [0, 0, 0, 120, 121, 119, 0, 0, 120], []],
  ['too few', [60, 60, 60], []],
])('orders and pages in two time zones: %s', async (_, minutes, words) => {
  const found = await toldOf('orders and pages in two time zones', {
    orders: minutes.map((__, n) => ({
      order_id: `${900 + n}`,
      order_number: `${1000 + n}`,
      order_name: `FR-${1000 + n}`,
      created_at: '2026-03-10 10:00:00.000',
    })),
    purchases: minutes.flatMap((late, n) => {
      const at = (more: number) =>
        new Date(Date.parse('2026-03-10T10:00:00Z') + (late + more) * 60_000)
          .toISOString()
          .slice(0, 23)
          .replace('T', ' ');
      // A page of thanks that is opened again tells of the order again.
      return [0, 300].map((more) => ({
        transaction_id: `FR-${1000 + n}`,
        event_id: `e${n}-${more}`,
        purchased_at: at(more),
      }));
    }),
  });
  expect(found).toEqual(words.map((one) => expect.stringMatching(one)));
});

test('events without a rate', async () => {
  const event = (n: number, more: Row): Row => ({
    event_id: `e${n}`,
    event_name: 'purchase',
    is_bot: false,
    value: '10.00',
    ...more,
  });
  const rows = [
    event(1, { currency: 'EUR', value_eur: '10.00' }),
    event(2, { currency: 'CHF', value_eur: '10.50' }),
    event(3, { currency: null }),
    event(4, { currency: 'EURO', value: null }),
  ];
  expect(await told('events without a rate', 'web_events', rows)).toEqual([]);
  const without = [
    event(5, { currency: 'EURO' }),
    event(6, { currency: 'EURO', event_name: 'add_to_cart' }),
    event(7, { currency: 'USD' }),
    event(8, { currency: 'USD', is_bot: true }),
  ];
  expect(await told('events without a rate', 'web_events', [...rows, ...without])).toEqual([
    expect.stringMatching(
      /^Events of pages tell their value in “EURO” \(2, 1 of purchases\), “USD” \(1, 1 of purchases\), of which there is no exchange rate/,
    ),
  ]);
});
