import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openWorkshop, pick, text, withGoods, type Row, type Tables, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const view = (name: string, tables: Tables): Promise<Row[]> => workshop.view(name, withGoods(tables));

/** A conversion of EUR 60.00, of which 10.00 are VAT. */
const order = (id: string, more: Row = {}): Row => ({
  order_id: id,
  order_number: `N${id}`,
  customer_id: 'A',
  created_at: '2026-03-10 12:00:00.000',
  processed_at: '2026-03-10 12:00:00.000',
  updated_at: '2026-03-10 12:00:00.000',
  local_date: '2026-03-10',
  is_conversion: true,
  is_test: false,
  country: 'FR',
  paid_amount_eur: '60.00',
  needs_shipping: true,
  net_revenue_eur: '50.00',
  promo_code: null,
  promo_codes: [],
  ...more,
});
const item = (id: string, orderId: string, more: Row = {}): Row => ({
  line_item_id: id,
  order_id: orderId,
  product_id: 'P1',
  variant_id: 'V1',
  quantity: 1,
  shipped_quantity: more['quantity'] ?? 1,
  net_revenue_eur: '25.00',
  created_at: '2026-03-10 12:00:00.000',
  ...more,
});
const refund = (id: string, orderId: string, more: Row = {}): Row => ({
  refund_line_id: id,
  refund_id: 'R',
  order_id: orderId,
  part: 'goods',
  refunded_at: '2026-03-20 09:00:00.000',
  amount_eur: '12.00',
  tax_eur: '2.00',
  quantity: 1,
  ...more,
});
const product = (variant: string, more: Row = {}): Row => ({
  variant_id: variant,
  product_id: `P${variant.slice(1)}`,
  title: `Product ${variant}`,
  category: 'Sérums',
  sku: `S${variant.slice(1)}`,
  created_at: '2023-01-01 00:00:00.000',
  ...more,
});
const products = [product('V1'), product('V2')];
/** What a variant costs from a day on. */
const cost = (variant: string, eur: string, day = '2023-01-01', more: Row = {}): Row => ({
  variant_id: variant,
  reported_at: `${day} 06:00:00.000`,
  seen_on: day,
  local_date: day,
  cost_eur: eur,
  ...more,
});
const product_costs = [cost('V1', '7.50'), cost('V2', '2.25')];

interface Case {
  readonly name: string;
  readonly tables: Tables;
  /** In the order of the order's number. */
  readonly rows: readonly Row[];
}

const byOrder = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (text(a, 'order_id') < text(b, 'order_id') ? -1 : 1));

/** What an order costs besides its goods, from a day until another. */
const costs = (from: string, until: string | null, eur: string): Row => ({
  holds_from: from,
  holds_until: until,
  fulfilment_eur: eur,
  payment_rate: '0.00000',
  payment_fixed_eur: '0.00',
});

test('what an order costs besides its goods is that of its day; before the first day it is unknown, and the order stays', async () => {
  const days = ['2025-12-31', '2026-01-01', '2026-03-09', '2026-03-10', '2026-03-19', '2026-03-20'];
  const rows = await view('order_economics', {
    shop_costs: [
      costs('2026-01-01', '2026-03-10', '1.00'),
      costs('2026-03-10', '2026-03-20', '2.00'),
      costs('2026-03-20', null, '3.00'),
    ],
    orders: days.map((local_date, n) => order(String(n), { local_date })),
  });
  expect(pick(rows, 'local_date', 'fulfilment_eur', 'margin_eur')).toEqual([
    ['2025-12-31', null, null],
    ['2026-01-01', '1.00', '49.00'],
    ['2026-03-09', '1.00', '49.00'],
    ['2026-03-10', '2.00', '48.00'],
    ['2026-03-19', '2.00', '48.00'],
    ['2026-03-20', '3.00', '47.00'],
  ]);
});

/** A customer with the shop's count of their orders, some hours after the orders of these tests. */
const counted = (id: string, orders_count: number | null, more: Row = {}): Row => ({
  customer_id: id,
  orders_count,
  created_at: '2026-03-10 08:00:00.000',
  updated_at: '2026-03-10 18:00:00.000',
  ...more,
});
const later = { created_at: '2026-03-10 13:00:00.000', processed_at: '2026-03-10 13:00:00.000' };

test.each<readonly [string, Tables, readonly boolean[]]>([
  ['a count of this order alone', { orders: [order('1')], customers: [counted('A', 1)] }, [true]],
  ['a count of more', { orders: [order('1')], customers: [counted('A', 2)] }, [false]],
  [
    'a count that has an order in it which was only tried',
    { orders: [order('1'), order('2', { is_test: true, is_conversion: false })], customers: [counted('A', 2)] },
    [false],
  ],
  [
    'two orders that tell the same count at one moment',
    {
      orders: ['1', '2'].map((id) =>
        order(id, { customer_orders_count: 3, updated_at: '2026-03-10 18:00:00.000', ...(id === '2' && later) }),
      ),
    },
    [false, false],
  ],
  [
    'of two counts one says that there was more before',
    { orders: [order('1', { customer_orders_count: 1 })], customers: [counted('A', 1, { updated_at: '2026-03-10 09:00:00.000' })] }, // prettier-ignore
    [false],
  ],
  [
    'two accounts of one address, of which the other bought before',
    {
      orders: [order('1', { email_hash: 'h' }), order('2', { customer_id: 'B', email_hash: 'h', ...later })],
      customers: [counted('A', 1), counted('B', 4)],
    },
    [false, false],
  ],
  [
    // An export of orders tells no customer, and one of customers tells all that they ordered.
    'guests of one account, which has ordered nothing else',
    {
      orders: ['1', '2'].map((id) => order(id, { customer_id: null, email_hash: 'h', ...(id === '2' && later) })),
      customers: [counted('A', 2, { email_hash: 'h' })],
    },
    [true, false],
  ],
  [
    'guests of one account, which has ordered more',
    {
      orders: ['1', '2'].map((id) => order(id, { customer_id: null, email_hash: 'h', ...(id === '2' && later) })),
      customers: [counted('A', 3, { email_hash: 'h' })],
    },
    [false, false],
  ],
  [
    // Each order was last changed on its own day; the shop was asked after both.
    'two orders of one answer, both with the count of today',
    {
      orders: ['1', '2'].map((id) =>
        order(id, {
          customer_orders_count: 2,
          updated_at: '2026-03-10 12:00:00.000',
          ...(id === '2' && { ...later, updated_at: later.created_at }),
        }),
      ),
    },
    [true, false],
  ],
  [
    'two orders of one answer, of an account that is older than the lake and has no other',
    {
      orders: ['1', '2'].map((id) =>
        order(id, {
          customer_orders_count: 2,
          updated_at: '2026-03-10 12:00:00.000',
          ...(id === '2' && { ...later, updated_at: later.created_at }),
        }),
      ),
      customers: [counted('A', null, { created_at: '2020-01-01 00:00:00.000' })],
    },
    [true, false],
  ],
  [
    'two orders of one answer, and a third before the lake',
    {
      orders: ['1', '2'].map((id) =>
        order(id, {
          customer_orders_count: 3,
          updated_at: '2026-03-10 12:00:00.000',
          ...(id === '2' && { ...later, updated_at: later.created_at }),
        }),
      ),
    },
    [false, false],
  ],
  [
    'a guest with the address of two accounts: the one of the lower number',
    {
      orders: [order('1', { customer_id: null, email_hash: 'h' })],
      customers: [counted('B', null, { email_hash: 'h' }), counted('A', 5, { email_hash: 'h' })],
    },
    [false],
  ],
])('whether a customer is new: %s', async (_, tables, expected) => {
  const rows = byOrder(await view('order_economics', tables));
  expect(rows.map((row) => row['is_new_customer'])).toEqual(expected);
});

describe('order_economics', () => {
  const cases: readonly Case[] = [
    {
      // 50.00 - (2 x 7.50 + 3 x 2.25) - 5.50 - (0.90 + 0.25) = 21.60
      name: 'what an order leaves, by hand',
      tables: {
        orders: [order('1')],
        product_costs,
        order_items: [item('a', '1', { quantity: 2 }), item('b', '1', { variant_id: 'V2', quantity: 3 })],
      },
      rows: [
        {
          order_id: '1',
          order_number: 'N1',
          net_revenue_eur: '50.00',
          cost_of_goods_eur: '21.75',
          fulfilment_eur: '5.50',
          payment_fee_eur: '1.15',
          refunded_eur: '0.00',
          margin_eur: '21.60',
          is_new_customer: true,
          local_date: '2026-03-10',
          country: 'FR',
        },
      ],
    },
    {
      // Items and refunds must each be summed before they meet: 2 x 2 rows would double both.
      name: 'several lines and several refunds do not multiply',
      tables: {
        orders: [order('1')],
        product_costs,
        order_items: [item('a', '1'), item('b', '1', { variant_id: 'V2' })],
        refunds: [
          refund('x', '1', { line_item_id: 'a' }),
          refund('y', '1', { line_item_id: 'b', amount_eur: '6.00', tax_eur: '1.00' }),
        ],
      },
      rows: [{ cost_of_goods_eur: '9.75', refunded_eur: '15.00', margin_eur: '18.60' }],
    },
    {
      name: 'a refund that names no line counts, whenever it was given',
      tables: {
        orders: [order('1')],
        refunds: [refund('x', '1', { refunded_at: '2026-05-01 09:00:00.000', amount_eur: '60.00', tax_eur: '0.00' })],
      },
      rows: [{ refunded_eur: '60.00', margin_eur: '-16.65' }],
    },
    {
      name: 'a cost that nobody knows is unknown, and so is the margin',
      tables: {
        orders: [order('1'), order('2')],
        product_costs,
        order_items: [item('a', '1'), item('b', '1', { variant_id: 'V9' }), item('c', '2', { variant_id: null })],
      },
      rows: [
        { cost_of_goods_eur: null, margin_eur: null, refunded_eur: '0.00' },
        { cost_of_goods_eur: null, margin_eur: null },
      ],
    },
    {
      name: 'orders and products of two doors meet by the SKU that one variant has',
      tables: {
        orders: ['1', '2', '3', '4'].map((id) => order(id)),
        product_costs: [
          cost('V1', '7.50', '2023-01-01', { sku: 'CREAM' }),
          cost('sku:SOAP', '2.25', '2023-01-01', { sku: 'SOAP' }),
          cost('V3', '3.00', '2023-01-01', { sku: 'TWICE' }),
          cost('V4', '4.00', '2023-01-01', { sku: 'TWICE' }),
        ],
        order_items: [
          // An export's line with an API's product; an API's line with an export's product.
          item('a', '1', { variant_id: 'sku:CREAM', sku: 'CREAM' }),
          item('b', '2', { variant_id: '4711', sku: 'SOAP' }),
          // Nobody can say which of two it is; a variant's own cost goes before that of its SKU.
          item('c', '3', { variant_id: 'sku:TWICE', sku: 'TWICE' }),
          item('d', '4', { variant_id: 'V4', sku: 'CREAM' }),
        ],
      },
      rows: ['7.50', '2.25', null, '4.00'].map((eur) => ({ cost_of_goods_eur: eur })),
    },
    {
      name: 'what was not sent needs no cost',
      tables: {
        orders: [order('1')],
        product_costs,
        order_items: [item('a', '1'), item('b', '1', { variant_id: 'V9', shipped_quantity: 0 })],
      },
      rows: [{ cost_of_goods_eur: '7.50', margin_eur: '35.85' }],
    },
    {
      name: 'a cost holds from its day on: the first one for all before too, a later one for nothing before',
      tables: {
        orders: ['2022-05-01', '2024-01-31', '2024-02-01', '2024-06-30', '2024-07-01'].map((day, n) =>
          order(String(n), { local_date: day }),
        ),
        order_items: [0, 1, 2, 3, 4].map((n) => item(`i${n}`, String(n))),
        product_costs: [
          cost('V1', '7.50'),
          cost('V1', '8.00', '2024-02-01'),
          cost('V1', '8.00', '2024-03-01'),
          cost('V1', '9.00', '2024-07-01'),
          cost('V1', '9.50', '2024-07-01', { reported_at: '2024-07-01 09:00:00.000' }),
        ],
      },
      rows: ['7.50', '7.50', '8.00', '8.00', '9.50'].map((eur) => ({ cost_of_goods_eur: eur })),
    },
    {
      name: 'a cost that changed although the product did not holds from the day on which it came',
      tables: {
        orders: ['2024-01-31', '2024-02-01'].map((day, n) => order(String(n), { local_date: day })),
        order_items: [item('a', '0'), item('b', '1')],
        product_costs: [cost('V1', '8.00', '2023-01-01', { seen_on: '2024-02-01' }), cost('V1', '7.50')],
      },
      rows: [{ cost_of_goods_eur: '7.50' }, { cost_of_goods_eur: '8.00' }],
    },
    {
      name: 'a payment of nothing costs nothing, and where nothing is sent nothing is packed',
      tables: { orders: [order('1', { paid_amount_eur: '0.00', needs_shipping: false, net_revenue_eur: '0.00' })] },
      rows: [{ payment_fee_eur: '0.00', fulfilment_eur: '0.00', margin_eur: '0.00' }],
    },
    {
      name: 'gift cards, tips and duties given back were no revenue',
      tables: {
        orders: [order('1')],
        refunds: ['gift_card', 'tip', 'duties', 'shipping', 'discrepancy'].map((part) => refund(part, '1', { part })),
      },
      rows: [{ refunded_eur: '20.00' }],
    },
    {
      // 60.01 x 0.015 + 0.25 = 1.15015; 60.10: 1.1515; 56.67: 1.10005; 57.00: 1.105, half up
      name: 'the payment fee is rounded half up',
      tables: {
        orders: ['60.01', '60.10', '56.67', '57.00'].map((total, n) => order(String(n), { paid_amount_eur: total })),
      },
      rows: ['1.15', '1.15', '1.10', '1.11'].map((fee) => ({ payment_fee_eur: fee })),
    },
    {
      name: 'cancelled, unpaid and test orders are not there, and do not make a later order a second one',
      tables: {
        orders: [
          order('1', { is_conversion: false, processed_at: '2026-03-09 12:00:00.000', local_date: '2026-03-09' }),
          order('2'),
        ],
        refunds: [refund('x', '1')],
      },
      rows: [{ order_id: '2', is_new_customer: true, refunded_eur: '0.00' }],
    },
    {
      name: 'a customer is new once: with the earliest order, at one time with the lower number',
      tables: {
        orders: [
          order('3', { processed_at: '2026-03-11 12:00:00.000' }),
          order('2'),
          order('1'),
          order('4', { customer_id: 'B' }),
        ],
      },
      rows: [true, false, false, true].map((isNew) => ({ is_new_customer: isNew })),
    },
    {
      name: 'one address is one buyer: the guest, the account, and the second account of the same address',
      tables: {
        orders: [
          order('1', { customer_id: null, email_hash: 'e' }),
          order('2', { customer_id: 'A', email_hash: 'e', processed_at: '2026-03-11 12:00:00.000' }),
          order('3', { customer_id: 'A', email_hash: 'f', processed_at: '2026-03-12 12:00:00.000' }),
          order('4', { customer_id: 'B', email_hash: 'f', processed_at: '2026-03-13 12:00:00.000' }),
          order('5', { customer_id: null, email_hash: 'f', processed_at: '2026-03-14 12:00:00.000' }),
          order('6', { customer_id: null, email_hash: 'g' }),
        ],
      },
      rows: [true, false, false, false, false, true].map((isNew) => ({ is_new_customer: isNew })),
    },
    {
      name: 'three accounts chained by their addresses are one buyer',
      tables: {
        orders: [
          ['903', 'f9'],
          ['903', 'f5'],
          ['905', 'f5'],
          ['905', 'f7'],
          ['901', 'f7'],
        ].map(([customer_id = '', email_hash = ''], n) =>
          order(String(n + 11), { customer_id, email_hash, processed_at: `2026-03-10 12:0${n}:00.000` }),
        ),
      },
      rows: [true, false, false, false, false].map((isNew) => ({ buyer_id: '901', is_new_customer: isNew })),
    },
    {
      name: 'a guest is the account of the same address, and as old as it',
      tables: {
        orders: [order('1', { customer_id: null, email_hash: 'e' })],
        customers: [
          {
            customer_id: 'A',
            email_hash: 'e',
            created_at: '2025-01-01 00:00:00.000',
            updated_at: '2025-01-01 00:00:00.000',
          },
        ],
      },
      rows: [{ is_new_customer: false }],
    },
    {
      // The account of A is old, but this is its first order; B's is of today, and the shop counts one more than the
      // lake has.
      name: 'the shop’s count of orders tells who bought before, better than the age of the account',
      tables: {
        orders: [
          order('1'),
          order('2', { customer_id: 'B' }),
          order('3', { customer_id: 'C' }),
          order('4', { customer_id: 'D', customer_orders_count: 2 }),
          order('5', { customer_id: 'E', customer_orders_count: 1 }),
        ],
        customers: [
          {
            customer_id: 'A',
            orders_count: 1,
            created_at: '2020-01-01 00:00:00.000',
            updated_at: '2026-03-10 12:00:00.000',
          },
          {
            customer_id: 'B',
            orders_count: 2,
            created_at: '2026-03-10 11:00:00.000',
            updated_at: '2026-03-10 12:00:00.000',
          },
          // Counted before the lake's order: 0 then, and one now.
          {
            customer_id: 'C',
            orders_count: 0,
            created_at: '2020-01-01 00:00:00.000',
            updated_at: '2026-03-01 12:00:00.000',
          },
        ],
      },
      rows: [true, false, true, false, true].map((isNew) => ({ is_new_customer: isNew })),
    },
    {
      name: 'a count that is out of date proves nothing',
      tables: {
        orders: [order('1')],
        customers: [
          {
            customer_id: 'A',
            orders_count: 0,
            created_at: '2020-01-01 00:00:00.000',
            updated_at: '2026-03-11 12:00:00.000',
          },
        ],
      },
      rows: [{ is_new_customer: false }],
    },
    {
      name: 'guests are new, each of them',
      tables: { orders: [order('1', { customer_id: null }), order('2', { customer_id: null })] },
      rows: [{ is_new_customer: true }, { is_new_customer: true }],
    },
    {
      name: 'who was a customer before the lake’s first order is not new; who came on its day is',
      tables: {
        orders: [
          order('1'),
          order('2', { customer_id: 'B' }),
          order('0', {
            customer_id: 'T',
            is_conversion: false,
            processed_at: '2026-03-08 08:00:00.000',
            local_date: '2026-03-08',
          }),
        ],
        customers: [
          { customer_id: 'A', created_at: '2026-03-07 23:59:59.999' },
          { customer_id: 'B', created_at: '2026-03-08 00:00:00.000' },
        ],
      },
      rows: [{ is_new_customer: false }, { is_new_customer: true }],
    },
  ];

  test.each(cases)('$name', async ({ tables, rows }) => {
    const found = byOrder(await view('order_economics', tables));
    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
  });
});

test('one customer is one buyer, and a buyer is one chain of accounts and addresses, of any orders', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const one = fc.record({
    customer: fc.option(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F')),
    email: fc.option(fc.constantFrom('p', 'q', 'r', 's', 't', 'u')),
  });
  for (const drafts of fc.sample(fc.array(one, { minLength: 1, maxLength: 14 }), { numRuns: 25, seed })) {
    const orders = drafts.map(({ customer, email }, n) =>
      order(`o${n}`, { customer_id: customer, email_hash: email, processed_at: `2026-03-10 12:${10 + n}:00.000` }),
    );
    const rows = await view('order_economics', { orders });
    const buyerOf = new Map(rows.map((row) => [text(row, 'order_id'), text(row, 'buyer_id')]));
    // Whoever shares an account or an address with one of a chain is of the chain.
    const chains: Set<string>[] = [];
    for (const { customer, email } of drafts) {
      const keys = [customer && `account ${customer}`, email && `address ${email}`].filter(
        (key) => typeof key === 'string',
      );
      const joined = chains.filter((chain) => keys.some((key) => chain.has(key)));
      for (const chain of joined) chains.splice(chains.indexOf(chain), 1);
      if (keys.length > 0) chains.push(new Set([...keys, ...joined.flatMap((chain) => [...chain])]));
    }
    const chainOf = new Map<string | undefined, number>();
    const accounts = new Map<string, string | undefined>();
    for (const [n, { customer, email }] of drafts.entries()) {
      const buyer = buyerOf.get(`o${n}`);
      const at = chains.findIndex(
        (chain) => chain.has(`account ${String(customer)}`) || chain.has(`address ${String(email)}`),
      );
      const told = { seed, drafts, n };
      expect({ ...told, chain: chainOf.get(buyer) ?? at }).toEqual({ ...told, chain: at });
      chainOf.set(buyer, at);
      if (customer === null) continue;
      expect({ ...told, buyer: accounts.get(customer) ?? buyer }).toEqual({ ...told, buyer });
      accounts.set(customer, buyer);
    }
    const fresh = rows.filter((row) => row['is_new_customer'] === true).map((row) => text(row, 'buyer_id'));
    expect({ seed, drafts, fresh: fresh.length }).toEqual({ seed, drafts, fresh: new Set(buyerOf.values()).size });
  }
});

test('an order whose lines are not there costs what nobody knows', async () => {
  expect(
    await workshop.view('order_economics', { orders: [order('1')], order_items: [item('a', '2')], product_costs }),
  ).toMatchObject([{ cost_of_goods_eur: null, margin_eur: null }]);
  // What was taken along at a till had a cost, too; an order of which all was taken off has none.
  const atTill = { needs_shipping: false, item_count: 1 };
  expect(
    await workshop.view('order_economics', {
      orders: [order('1', atTill), order('2', atTill)],
      order_items: [item('a', '2', { quantity: 0, shipped_quantity: 0 })],
      product_costs,
    }),
  ).toMatchObject([{ cost_of_goods_eur: null }, { cost_of_goods_eur: '0.00' }]);
});

const deal = (id: string, more: Row = {}): Row => ({
  deal_id: id,
  influencer_id: `I${id}`,
  campaign: 'printemps',
  contract_date: '2026-03-01',
  end_date: '2026-03-31',
  promo_code: `CODE${id}`,
  link_path: `/${id}`,
  commission_rate: '0.1000',
  ...more,
});
const touch = (orderId: string, dealId: string, position: number, more: Row = {}): Row => ({
  order_id: orderId,
  touch_id: `${orderId}-${position}`,
  touch_type: 'session',
  deal_id: dealId,
  influencer_id: `I${dealId}`,
  position,
  touched_at: '2026-03-09 12:00:00.000',
  converted_at: '2026-03-10 12:00:00.000',
  channel: 'Influencer',
  ...more,
});
/** The touch of a deal's code; where a link of the deal is the touch, that one has it instead. */
const code = (orderId: string, dealId: string): Row =>
  touch(orderId, dealId, 9, { touch_type: 'promo_code', touched_at: '2026-03-10 12:00:00.000', code_deal_id: dealId });
const paidBack = (orderId: string, part: string, eur: string, tax: string): Row => ({
  refund_line_id: `${orderId}-${part}`,
  order_id: orderId,
  part,
  amount_eur: eur,
  tax_eur: tax,
  refunded_at: '2026-03-20 12:00:00.000',
});

describe('influencer_orders', () => {
  const cases: readonly Case[] = [
    {
      name: 'by code, with the commission on net revenue',
      tables: { orders: [order('1')], influencer_deals: [deal('1')], touchpoints: [code('1', '1')] },
      rows: [
        {
          order_id: '1',
          deal_id: '1',
          influencer_id: 'I1',
          brought_by: 'promo_code',
          // No visit is known: whether the code was found elsewhere is not.
          is_leaked: null,
          local_date: '2026-03-10',
          net_revenue_eur: '50.00',
          refunded_eur: '0.00',
          commission_eur: '5.00',
        },
      ],
    },
    {
      name: 'by link, the last one',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1'), deal('2')],
        touchpoints: [touch('1', '2', 1), touch('1', '1', 2)],
      },
      rows: [{ deal_id: '1', brought_by: 'link', is_leaked: null }],
    },
    {
      name: 'a code goes before a link',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1'), deal('2')],
        touchpoints: [touch('1', '2', 1, { code_deal_id: '1' }), touch('1', '2', 2, { code_deal_id: '1' })],
      },
      rows: [{ deal_id: '1', brought_by: 'promo_code', is_leaked: true }],
    },
    {
      name: 'a code is not leaked whose buyer came by a link of its deal at least once',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1'), deal('2')],
        touchpoints: [touch('1', '1', 1, { code_deal_id: '1' }), touch('1', '2', 2, { code_deal_id: '1' })],
      },
      rows: [{ deal_id: '1', brought_by: 'promo_code', is_leaked: false }],
    },
    {
      name: 'nor one whose buyer came by the link of the same influencer before their deal was renewed',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1'), deal('2', { influencer_id: 'I1' })],
        touchpoints: [touch('1', '1', 1, { code_deal_id: '2' }), code('1', '2')],
      },
      rows: [{ deal_id: '2', brought_by: 'promo_code', is_leaked: false }],
    },
    {
      name: 'of a deal without a link of its own nobody can tell whether its code is leaked',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1', { link_path: null }), deal('2')],
        touchpoints: [touch('1', '2', 1, { code_deal_id: '1' }), code('1', '1')],
      },
      rows: [{ deal_id: '1', brought_by: 'promo_code', is_leaked: null }],
    },
    {
      name: 'each order once, whatever the codes, links and deals',
      tables: {
        orders: [order('1'), order('2')],
        influencer_deals: [deal('1'), deal('2'), deal('3')],
        touchpoints: [
          touch('1', '1', 1, { code_deal_id: '3' }),
          touch('1', '2', 2, { code_deal_id: '3' }),
          code('1', '3'),
          touch('2', '1', 1),
          touch('2', '1', 2),
          touch('2', '2', 3),
        ],
      },
      rows: [
        { order_id: '1', deal_id: '3' },
        { order_id: '2', deal_id: '2' },
      ],
    },
    {
      name: 'a link brings for 30 days to the millisecond',
      tables: {
        orders: [order('1'), order('2')],
        influencer_deals: [deal('1')],
        touchpoints: [
          touch('1', '1', 1, { touched_at: '2026-02-08 12:00:00.000' }),
          touch('2', '1', 1, { touched_at: '2026-02-08 11:59:59.999' }),
        ],
      },
      rows: [{ order_id: '1', brought_by: 'link' }],
    },
    {
      name: 'a deal without a commission owes none',
      tables: {
        orders: [order('1')],
        influencer_deals: [deal('1', { commission_rate: null, end_date: null })],
        touchpoints: [code('1', '1')],
      },
      rows: [{ commission_eur: '0.00' }],
    },
    {
      name: 'a commission is rounded half up to the cent',
      tables: {
        orders: [order('1', { net_revenue_eur: '33.35' })],
        influencer_deals: [deal('1')],
        touchpoints: [code('1', '1')],
      },
      rows: [{ commission_eur: '3.34' }],
    },
    {
      name: 'what is no conversion brings nothing',
      tables: {
        orders: [order('1', { is_conversion: false })],
        influencer_deals: [deal('1')],
        touchpoints: [code('1', '1')],
      },
      rows: [],
    },
    {
      name:
        'no commission on what was given back, where the deal says so: goods, shipping and differences, without ' +
        'VAT',
      tables: {
        orders: [order('1'), order('2'), order('3')],
        influencer_deals: [deal('1', { commission_on: 'net' }), deal('2', { commission_on: 'gross' })],
        touchpoints: [code('1', '1'), code('2', '2'), code('3', '1')],
        refunds: [
          paidBack('1', 'goods', '12.00', '2.00'),
          paidBack('1', 'shipping', '6.00', '1.00'),
          paidBack('1', 'discrepancy', '1.00', '0.00'),
          paidBack('1', 'gift_card', '9.00', '0.00'),
          paidBack('2', 'goods', '12.00', '2.00'),
          paidBack('3', 'goods', '72.00', '12.00'),
        ],
      },
      rows: [
        { commission_on: 'net', refunded_eur: '16.00', commission_eur: '3.40' },
        { commission_on: 'gross', refunded_eur: '10.00', commission_eur: '5.00' },
        { refunded_eur: '60.00', commission_eur: '0.00' },
      ],
    },
  ];

  test.each(cases)('$name', async ({ tables, rows }) => {
    const found = byOrder(await view('influencer_orders', tables));
    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
  });
});

const event = (name: string, items: readonly string[] | null, more: Row = {}): Row => ({
  event_id: `${name}${JSON.stringify(items)}${JSON.stringify(more)}`,
  event_name: name,
  is_bot: false,
  event_at: '2026-03-10 12:00:00.000',
  local_date: '2026-03-10',
  items:
    items?.map((sku) => ({ item_id: sku, item_name: null, item_category: null, price: null, quantity: 1 })) ?? null,
  ...more,
});

test('product_pairs_daily has each pair of an order once, whatever the lines, and of conversions alone', async () => {
  const tables: Tables = {
    orders: [order('1'), order('2'), order('3', { local_date: '2026-03-11' }), order('4', { is_conversion: false })],
    order_items: [
      // Two variants of one product are no pair.
      item('a', '1', { product_id: 'P1' }),
      item('b', '1', { product_id: 'P1', variant_id: 'V2' }),
      item('c', '1', { product_id: 'P2' }),
      item('d', '2', { product_id: 'P2' }),
      item('e', '2', { product_id: 'P1' }),
      item('f', '2', { product_id: 'P3' }),
      item('g', '2', { product_id: null, variant_id: null }),
      item('h', '3', { product_id: 'P1' }),
      item('i', '4', { product_id: 'P1' }),
      item('j', '4', { product_id: 'P2' }),
    ],
  };
  const pairs = await workshop.view('product_pairs_daily', tables);
  expect(
    pairs
      .map((row) =>
        [text(row, 'day'), text(row, 'product_id'), text(row, 'other_product_id'), Number(row['orders'])].join(' '),
      )
      .toSorted(),
  ).toEqual(['2026-03-10 P1 P2 2', '2026-03-10 P1 P3 1', '2026-03-10 P2 P3 1']);
});

test('what a line costs is that of its variant, else of its SKU, else of the name by which an export knows it', async () => {
  const rows = await view('order_item_costs', {
    orders: [order('1')],
    product_costs: [
      cost('V1', '1.00', '2023-01-01', { sku: 'S1' }),
      cost('V2', '2.00', '2023-01-01', { sku: 'S2' }),
      cost('name:Soap', '3.00', '2023-01-01', { sku: 'BOTH' }),
      cost('name:Balm', '4.00', '2023-01-01', { sku: 'BOTH' }),
    ],
    order_items: [
      item('a', '1', { variant_id: 'V1', sku: 'S2', title: 'Soap' }),
      item('b', '1', { variant_id: 'sku:S2', sku: 'S2', title: 'Soap' }),
      item('c', '1', { variant_id: 'sku:BOTH', sku: 'BOTH', title: 'Balm' }),
      item('d', '1', { variant_id: 'sku:BOTH', sku: 'BOTH', title: 'Cream' }),
    ],
  });
  expect(new Set(pick(rows, 'line_item_id', 'unit_cost_eur'))).toEqual(
    new Set([
      ['a', '1.00'],
      ['b', '2.00'],
      ['c', '4.00'],
      ['d', null],
    ]),
  );
});

test.each<[string, Row, string | null]>([
  ['its own id', { product_id: 'P2', variant_id: 'V1', sku: 'S1' }, 'P2'],
  ['its variant', { product_id: 'woo:7', variant_id: 'V1', sku: 'S2' }, 'P1'],
  ['its SKU', { product_id: 'woo:7', variant_id: 'sku:S2', sku: 'S2' }, 'P2'],
  ['its SKU, of a line without ids', { product_id: null, variant_id: null, sku: 'S2' }, 'P2'],
  ['an SKU that two products have', { product_id: null, variant_id: 'name:Soap', sku: 'BOTH' }, 'name:Soap'],
  [
    'the name by which an export knows it',
    { product_id: null, variant_id: 'sku:BOTH', sku: 'BOTH', title: 'Balm' },
    'P5',
  ],
  ['nothing of the catalogue', { product_id: 'gone', variant_id: 'gone too', sku: 'S9' }, 'gone'],
  ['its variant alone', { product_id: null, variant_id: 'sku:S9', sku: 'S9' }, 'sku:S9'],
  ['nothing', { product_id: null, variant_id: null, sku: null }, null],
  ['a tip', { product_id: null, variant_id: 'name:Tip', shipped_quantity: 0, net_revenue_eur: '0.00' }, null],
])('the product of a line, by %s', async (_, line, product_id) => {
  const tables: Tables = {
    products: [
      product('V1', { product_id: 'P1', sku: 'S1' }),
      product('V2', { product_id: 'P2', sku: 'S2' }),
      product('V3', { product_id: 'P1', sku: 'BOTH' }),
      product('V4', { product_id: 'P2', sku: 'BOTH' }),
      product('name:Balm', { product_id: 'P5', sku: 'BOTH' }),
    ],
    orders: [order('1')],
    order_items: [item('a', '1', line)],
  };
  expect(pick(await workshop.view('order_item_products', tables), 'product_id')).toEqual([[product_id]]);
  expect(pick(await workshop.view('order_item_costs', tables), 'product_id')).toEqual([[product_id]]);
});

test.each([
  ['its SKU', 'S1', 'P1'],
  ['the id of its variant', '4411', 'P4'],
  ['its own id', '99', '99'],
  ['the name that Shopify gives it in feeds', 'shopify_FR_99_4412', '99'],
  ['an SKU before an id', '4413', 'P6'],
  ['another name', 'shopify_FR_99', undefined],
])('a page shows a product by %s', async (_, name, product_id) => {
  const rows = await workshop.view('product_performance_daily', {
    products: [
      ...products,
      product('4411', { product_id: 'P4' }),
      product('4412', { product_id: '99' }),
      product('4413', { product_id: 'P5' }),
      product('V6', { sku: '4413' }),
    ],
    web_events: [event('view_item', [name]), event('add_to_cart', [name, name])],
  });
  expect(pick(rows, 'product_id', 'item_views', 'cart_adds')).toEqual(
    product_id === undefined ? [] : [[product_id, 1, 1]],
  );
});

test('of days before the first look at a product or after the last one nothing is known of looks; between, nobody looked', async () => {
  const days = ['2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12'];
  const tables: Tables = {
    products,
    web_events: [
      event('view_item', ['S1'], { local_date: '2026-03-09' }),
      event('add_to_cart', ['S2'], { local_date: '2026-03-11' }),
    ],
    orders: days.map((local_date) => order(local_date, { local_date })),
    order_items: days.map((id) => item(id, id)),
  };
  const looked = async (from: Tables) => {
    const rows = await workshop.view('product_performance_daily', from);
    const first = rows.filter((row) => row['product_id'] === 'P1');
    return new Set(pick(first, 'day', 'item_views', 'cart_adds'));
  };
  expect(await looked(tables)).toEqual(
    new Set([
      ['2026-03-08', null, null],
      ['2026-03-09', 1, 0],
      ['2026-03-10', 0, 0],
      ['2026-03-11', 0, 0],
      ['2026-03-12', null, null],
    ]),
  );
  expect(await looked({ ...tables, web_events: [] })).toEqual(new Set(days.map((day) => [day, null, null])));
  const whole = async (from: Tables) =>
    new Set(pick(await workshop.view('product_performance', from), 'product_id', 'item_views', 'cart_adds'));
  expect(await whole(tables)).toEqual(
    new Set([
      ['P1', 1, 0],
      ['P2', 0, 1],
    ]),
  );
  expect(await whole({ ...tables, web_events: [] })).toEqual(
    new Set([
      ['P1', null, null],
      ['P2', null, null],
    ]),
  );
});

test('product_performance_daily adds up to product_performance, each order on its day', async () => {
  const tables: Tables = {
    products: [...products, product('V4')],
    product_costs,
    web_events: [
      event('view_item', ['S1'], { local_date: '2026-03-09' }),
      event('view_item', ['S1'], { local_date: '2026-03-10' }),
      event('add_to_cart', ['S2'], { local_date: '2026-03-10' }),
    ],
    orders: [order('1'), order('2', { local_date: '2026-04-10' })],
    order_items: [
      item('a', '1', { quantity: 2 }),
      item('b', '2'),
      item('c', '2', { product_id: 'P4', variant_id: 'V4' }),
      item('d', '2', { product_id: 'gone', variant_id: 'gone too', title: 'No more' }),
    ],
    refunds: [refund('w', '2', { line_item_id: 'b' })],
  };
  const [daily, whole] = [
    await workshop.view('product_performance_daily', tables),
    await workshop.view('product_performance', tables),
  ];
  const sums = (rows: readonly Row[], name: string): Record<string, number> =>
    Object.fromEntries(
      [...new Set(whole.map((row) => text(row, 'product_id')))]
        .toSorted()
        .map((id) => [
          id,
          rows.filter((row) => row['product_id'] === id).reduce((sum, row) => sum + Number(row[name] ?? 0), 0),
        ]),
    );
  for (const name of [
    'item_views',
    'cart_adds',
    'orders',
    'units',
    'units_refunded',
    'net_revenue_eur',
    'cost_of_goods_eur',
    'refunded_eur',
    'gross_margin_eur',
  ])
    expect([name, sums(daily, name)]).toEqual([name, sums(whole, name)]);
  expect(new Set(daily.map((row) => `${text(row, 'day')} ${text(row, 'product_id')}`)).size).toBe(daily.length);
  // What the shop exports no more was sold all the same.
  expect(whole.find((row) => row['product_id'] === 'gone')).toMatchObject({
    title: 'No more',
    orders: 1,
    net_revenue_eur: '25.00',
  });
  expect(daily.find((row) => row['product_id'] === 'P1' && row['day'] === '2026-04-10')).toMatchObject({
    item_views: null,
    orders: 1,
    units_refunded: 1,
  });
});

describe('product_performance', () => {
  test('what was looked at, sold and given back, by hand', async () => {
    const rows = await workshop.view('product_performance', {
      products: [...products, product('V3', { product_id: 'P1', sku: 'S3' }), product('V4')],
      product_costs: [...product_costs, cost('V3', '5.00')],
      web_events: [
        ...[1, 2, 3, 4].map((n) => event('view_item', ['S1'], { visitor_id: String(n) })),
        event('view_item', ['S1'], { is_bot: true }),
        event('view_item', ['S2'], { visitor_id: null }),
        event('view_item', ['S9']),
        event('view_item', null),
        event('add_to_cart', ['S1', 'S2']),
        event('view_item_list', ['S1', 'S2']),
        event('purchase', ['S1']),
      ],
      orders: [order('1'), order('2'), order('3', { is_conversion: false })],
      // Order 1 has product P1 in two lines: it is one order.
      order_items: [
        item('a', '1', { quantity: 2 }),
        item('b', '1', { variant_id: 'V3' }),
        item('c', '2'),
        item('d', '2', { product_id: 'P4', variant_id: 'V4', quantity: 4 }),
        item('e', '3', { quantity: 100 }),
      ],
      // Line a comes back in two refunds; line e belongs to no conversion; the last names no line.
      refunds: [
        refund('w', '1', { line_item_id: 'a' }),
        refund('x', '1', { line_item_id: 'a', refund_id: 'R2' }),
        refund('y', '3', { line_item_id: 'e', quantity: 100 }),
        refund('z', '2', { line_item_id: null, quantity: null }),
      ],
    });
    expect(rows.toSorted((a, b) => (text(a, 'product_id') < text(b, 'product_id') ? -1 : 1))).toEqual([
      // Cost: 2 x 7.50 + 5.00 + 7.50. Margin: 75.00 - 27.50 - 20.00.
      {
        product_id: 'P1',
        title: 'Product V3',
        category: 'Sérums',
        item_views: 4,
        cart_adds: 1,
        orders: 2,
        units: 4,
        units_refunded: 2,
        net_revenue_eur: '75.00',
        cost_of_goods_eur: '27.50',
        refunded_eur: '20.00',
        covered_eur: '75.00',
        gross_margin_eur: '27.50',
        cost_coverage: 1,
        gross_margin_rate: 27.5 / 75,
        view_to_cart_rate: 0.25,
        return_rate: 0.5,
      },
      {
        product_id: 'P2',
        title: 'Product V2',
        category: 'Sérums',
        item_views: 1,
        cart_adds: 1,
        orders: 0,
        units: 0,
        units_refunded: 0,
        net_revenue_eur: '0.00',
        cost_of_goods_eur: null,
        refunded_eur: '0.00',
        covered_eur: '0.00',
        gross_margin_eur: null,
        cost_coverage: null,
        gross_margin_rate: null,
        view_to_cart_rate: 1,
        return_rate: null,
      },
      {
        product_id: 'P4',
        title: 'Product V4',
        category: 'Sérums',
        item_views: 0,
        cart_adds: 0,
        orders: 1,
        units: 4,
        units_refunded: 0,
        net_revenue_eur: '25.00',
        cost_of_goods_eur: null,
        refunded_eur: '0.00',
        covered_eur: '0.00',
        gross_margin_eur: null,
        cost_coverage: 0,
        gross_margin_rate: null,
        view_to_cart_rate: null,
        return_rate: 0,
      },
    ]);
  });

  test('two products with one SKU: an event of it counts once, for the older one; an empty SKU is nobody’s', async () => {
    const rows = await workshop.view('product_performance', {
      products: [
        product('V2', { sku: 'S1', created_at: '2024-01-01 00:00:00.000' }),
        product('V1'),
        product('V3', { sku: null }),
      ],
      web_events: [event('view_item', ['S1']), event('view_item', [''])],
    });
    expect(pick(rows, 'product_id', 'item_views')).toEqual([
      ['P1', 1],
      ['P2', 0],
      ['P3', 0],
    ]);
  });

  test('where some units cost what nobody knows, the margin is that of the others', async () => {
    const rows = await workshop.view('product_performance', {
      products: [product('V1'), product('V3', { product_id: 'P1', sku: 'S3' })],
      product_costs,
      orders: [order('1')],
      order_items: [
        item('a', '1', { net_revenue_eur: '30.00' }),
        item('b', '1', { variant_id: 'V3', net_revenue_eur: '10.00' }),
      ],
      refunds: [
        refund('w', '1', { line_item_id: 'a' }),
        refund('x', '1', { line_item_id: 'b', amount_eur: '6.00', tax_eur: '1.00' }),
      ],
    });
    // 30.00 - 7.50 - 10.00 of line a.
    expect(rows).toMatchObject([
      {
        net_revenue_eur: '40.00',
        cost_of_goods_eur: '7.50',
        refunded_eur: '15.00',
        gross_margin_eur: '12.50',
        cost_coverage: 0.75,
        gross_margin_rate: 12.5 / 30,
      },
    ]);
  });

  test('an event with two variants of one product is one view of it', async () => {
    const rows = await workshop.view('product_performance', {
      products: [product('V1'), product('V3', { product_id: 'P1', sku: 'S3' })],
      web_events: [event('view_item', ['S1', 'S3', 'S1'])],
    });
    expect(pick(rows, 'item_views', 'cart_adds')).toEqual([[1, 0]]);
  });
});
