import { expect, test } from '@jest/globals';
import type { Row } from '../../../athena/fixture.ts';
import { numbered, order, orders, tellingOfShops } from './fixture.ts';

const { told, toldOf } = tellingOfShops();

test.each<[string, readonly Row[], readonly string[]]>([
  ['none', [], []],
  ['all paid', orders(3), []],
  ['a few wait, as always', orders(19, order(20, 'pending')), []],
  [
    'a part that is odd',
    orders(3, order(20, 'pending'), order(21, 'authorized')),
    ['2 of 5 orders (20.00 EUR of 50.00 EUR) are not paid by their state'],
  ],
  ['all', [order(1, 'pending')], ['1 of 1 orders (10.00 EUR of 10.00 EUR) are not paid by their state']],
  [
    'what is cancelled, void or a test waits for nothing',
    orders(
      2,
      order(20, 'voided'),
      order(21, 'pending', { is_test: true }),
      order(22, 'pending', { cancelled_at: '2026-03-11 10:00:00.000' }),
    ),
    [],
  ],
])('orders that are not paid: %s', async (_, rows, words) => {
  const found = await told('orders that are not paid', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

const buyers = (count: number, more: Row): Row[] =>
  Array.from({ length: count }, (_, n) => order(n, 'paid', { order_number: `1${n}`, ...more }));

test.each<[string, readonly Row[], readonly string[]]>([
  ['none', [], []],
  ['all known, by the one or the other', [...buyers(10, { customer_id: 'c' }), ...buyers(10, { email_hash: 'e' })], []],
  ['a few of a till', [...buyers(9, {}), ...buyers(3, { email_hash: 'e' })], []],
  ['a part of a till', [...buyers(10, {}), ...buyers(41, { email_hash: 'e' })], []],
  ['what is no sale', buyers(20, { is_conversion: false }), []],
  [
    'an export without its column',
    [...buyers(10, {}), ...buyers(40, { email_hash: 'e' })],
    ['10 of 50 orders (one is 10) name neither a customer nor an e-mail address'],
  ],
])('orders that name no buyer: %s', async (_, rows, words) => {
  const found = await told('orders that name no buyer', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, readonly Row[], readonly string[]]>([
  ['none', [order(1, 'paid', { source_name: 'web', net_revenue_eur: '10.00' })], []],
  [
    'one of two',
    [
      order(1, 'paid', { source_name: 'web', net_revenue_eur: '10.00' }),
      order(2, 'paid', { source_name: 'subscription_contract', net_revenue_eur: '8.00' }),
      order(3, 'pending', { source_name: 'subscription_contract', net_revenue_eur: '8.00' }),
    ],
    ['1 of 2 orders (8.00 EUR) is a renewal of a subscription'],
  ],
])('renewals of subscriptions: %s', async (_, rows, words) => {
  const found = await told('renewals of subscriptions', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

const given = (n: number, more: Row = {}): Row =>
  order(n, 'paid', { order_number: `1${n}`, total_price_eur: '0.00', net_revenue_eur: '0.00', needs_shipping: true, processed_at: `2026-03-10 1${n}:00:00.000`, ...more }); // prettier-ignore

test.each<[string, readonly Row[], readonly string[]]>([
  ['none', [given(1, { total_price_eur: '4.90', net_revenue_eur: '4.08' })], []],
  ['nothing was sent', [given(1, { needs_shipping: false })], []],
  ['what is no sale', [given(1, { is_conversion: false, is_test: true })], []],
  [
    'a gift',
    [given(1), given(2, { total_price_eur: '9.00' })],
    ['1 of 2 orders (one is 11) cost its buyer nothing, by a discount of 100 % or a price of 0, and counts as any order (new customers among them: 1), with what the goods cost (6.00 EUR).'], // prettier-ignore
  ],
  [
    'two for one person',
    [given(1, { email_hash: 'e' }), given(2, { email_hash: 'e' })],
    ['2 of 2 orders (one is 11) cost their buyer nothing, by a discount of 100 % or a price of 0, and count as any order (new customers among them: 1), with what the goods cost (12.00 EUR).'], // prettier-ignore
  ],
])('orders that cost their buyer nothing: %s', async (_, rows, words) => {
  const found = await toldOf('orders that cost their buyer nothing', {
    orders: rows,
    order_items: rows.map((_row, at) => ({ line_item_id: `L${at}`, order_id: `O${at + 1}`, variant_id: 'V', title: 'Savon', quantity: 2, shipped_quantity: 2, net_revenue_eur: '0.00' })), // prettier-ignore
    product_costs: [{ variant_id: 'V', cost_eur: '3.00', reported_at: '2026-01-01 10:00:00.000', local_date: '2026-01-01', seen_on: '2026-01-01' }], // prettier-ignore
    shop_costs: [{ fulfilment_eur: '5.50', payment_rate: '0.015', payment_fixed_eur: '0.25', holds_from: '1970-01-01', dt: '1970-01-01' }], // prettier-ignore
  });
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, Row, readonly string[]]>([
  ['told with its order', { updated_at: '2026-03-12 10:00:00.000' }, []],
  ['told by an export, after the answer that has the order', { updated_at: '2026-03-14 10:00:00.000' }, []],
  [
    'told by an older export alone',
    { updated_at: '2026-03-11 10:00:00.000' },
    [
      '1 order has a refund of which only an older export or answer tells, and the newest says nothing of ' +
        'refunds: #7 (6.00 EUR)',
    ],
  ],
  ['one that gave nothing back', { updated_at: '2026-03-11 10:00:00.000', amount_eur: '0.00' }, []],
])('a refund is %s', async (_, more, words) => {
  const found = await toldOf('refunds that a newer telling of their order lacks', {
    orders: [order(1, 'paid', { order_name: '#7', order_number: '7', updated_at: '2026-03-12 10:00:00.000' })],
    refunds: [{ order_id: 'O1', refund_line_id: 'R', amount_eur: '6.00', ...more }],
  });
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, readonly Row[], readonly string[]]>([
  ['numbers apart', [numbered(1, '1'), numbered(2, '2')], []],
  ['a number of two shops, on other days', [numbered(1, '1'), numbered(2, '1', { local_date: '2020-03-10' })], []],
  ['a number of two shops, of other totals', [numbered(1, '1'), numbered(2, '1', { total_price_eur: '9.00' })], []],
  [
    'one order by two doors',
    [numbered(1, '1'), numbered(2, '1'), numbered(3, '2')],
    ['1 order is there twice under two ids, with one number, day and total: #1. So 8.00 EUR of revenue count twice'],
  ],
])('one order told twice: %s', async (_, rows, words) => {
  const found = await told('one order told twice', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test.each<[string, readonly Row[], readonly string[]]>([
  ['numbers apart', [numbered(1, '1'), numbered(2, '2', { total_price_eur: '9.00' })], []],
  ['one order by two doors', [numbered(1, '1'), numbered(2, '1')], []],
  ['a shop that was numbered anew', [numbered(1, '1'), numbered(2, '1', { local_date: '2020-03-10' })], []],
  [
    'two shops',
    [numbered(1, '1'), numbered(2, '1', { total_price_eur: '9.00' }), numbered(3, '2')],
    ['1 order number is of two orders that were placed within a day of another: #1. What pages tell of the one'],
  ],
])('one number of two orders: %s', async (_, rows, words) => {
  const found = await told('one number of two orders', 'orders', rows);
  expect(found).toEqual(words.map((one) => expect.stringContaining(one)));
});

test('orders of marketplaces are told with what is taken of them in place of what these keep', async () => {
  const placed = (n: number, source_name: string) =>
    order(n, 'paid', {
      source_name,
      net_revenue_eur: '50.00',
      paid_amount_eur: '60.00',
      needs_shipping: false,
      processed_at: '2026-03-10 10:00:00.000',
    });
  const sold = ['web', 'marketplace_ebay', 'marketplace_amazon', 'marketplace_amazon'];
  const costs = {
    payment_rate: '0.01500',
    payment_fixed_eur: '0.25',
    fulfilment_eur: '5.50',
    holds_from: '1970-01-01',
  };
  const tables = { orders: sold.map((source, n) => placed(n, source)), shop_costs: [{ ...costs, dt: '1970-01-01' }] };
  // 60.00 at 1.5 % and 0.25 each.
  expect(await toldOf('orders of marketplaces', tables)).toEqual([
    expect.stringMatching(
      /^3 of 4 orders \(150\.00 EUR\) were sold by marketplaces \(amazon: 2, ebay: 1\)\..*payment fee \(3\.45 EUR\).*marketing_costs/u,
    ),
  ]);
  expect(await toldOf('orders of marketplaces', { ...tables, orders: [placed(1, 'web')] })).toEqual([]);
});
