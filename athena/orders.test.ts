import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, pick, text, type Row, type Tables, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** A conversion of EUR 60.00, of which 10.00 are VAT. */
const order = (id: string, more: Row = {}): Row => ({
  order_id: id, order_number: `N${id}`, customer_id: 'A', created_at: '2026-03-10 12:00:00.000', updated_at: '2026-03-10 12:00:00.000', local_date: '2026-03-10', is_conversion: true,
  country: 'FR', total_price_eur: '60.00', net_revenue_eur: '50.00', promo_code: null, promo_codes: [], ...more,
});
const item = (id: string, orderId: string, more: Row = {}): Row => ({ line_item_id: id, order_id: orderId, product_id: 'P1', variant_id: 'V1', quantity: 1, net_revenue_eur: '25.00', created_at: '2026-03-10 12:00:00.000', ...more });
const refund = (id: string, orderId: string, more: Row = {}): Row => ({ refund_line_id: id, refund_id: 'R', order_id: orderId, refunded_at: '2026-03-20 09:00:00.000', amount_eur: '12.00', tax_eur: '2.00', quantity: 1, ...more });
const product = (variant: string, more: Row = {}): Row => ({ variant_id: variant, product_id: `P${variant.slice(1)}`, title: `Product ${variant}`, category: 'Sérums', sku: `S${variant.slice(1)}`, cost_eur: '7.50', created_at: '2023-01-01 00:00:00.000', ...more });
const products = [product('V1'), product('V2', { cost_eur: '2.25' })];

interface Case {
  readonly name: string;
  readonly tables: Tables;
  /** In the order of the order's number. */
  readonly rows: readonly Row[];
}

const byOrder = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => (text(a, 'order_id') < text(b, 'order_id') ? -1 : 1));

describe('order_economics', () => {
  const cases: readonly Case[] = [
    {
      // 50.00 - (2 x 7.50 + 3 x 2.25) - 5.50 - (0.90 + 0.25) = 21.60
      name: 'what an order leaves, by hand',
      tables: { orders: [order('1')], products, order_items: [item('a', '1', { quantity: 2 }), item('b', '1', { variant_id: 'V2', quantity: 3 })] },
      rows: [{ order_id: '1', order_number: 'N1', net_revenue_eur: '50.00', cost_of_goods_eur: '21.75', fulfilment_eur: '5.50', payment_fee_eur: '1.15', refunded_eur: '0.00', margin_eur: '21.60', is_new_customer: true, local_date: '2026-03-10', country: 'FR' }],
    },
    {
      // Items and refunds must each be summed before they meet: 2 x 2 rows would double both.
      name: 'several lines and several refunds do not multiply',
      tables: { orders: [order('1')], products, order_items: [item('a', '1'), item('b', '1', { variant_id: 'V2' })], refunds: [refund('x', '1', { line_item_id: 'a' }), refund('y', '1', { line_item_id: 'b', amount_eur: '6.00', tax_eur: '1.00' })] },
      rows: [{ cost_of_goods_eur: '9.75', refunded_eur: '15.00', margin_eur: '18.60' }],
    },
    { name: 'a refund that names no line counts, whenever it was given', tables: { orders: [order('1')], refunds: [refund('x', '1', { refunded_at: '2026-05-01 09:00:00.000', amount_eur: '60.00', tax_eur: '0.00' })] }, rows: [{ refunded_eur: '60.00', margin_eur: '-16.65' }] },
    { name: 'a variant that nobody knows costs nothing', tables: { orders: [order('1')], products, order_items: [item('a', '1', { variant_id: 'V9' }), item('b', '1', { variant_id: null })] }, rows: [{ cost_of_goods_eur: '0.00', margin_eur: '43.35' }] },
    {
      // 60.01 x 0.015 + 0.25 = 1.15015; 60.10: 1.1515; 56.67: 1.10005; 57.00: 1.105, half up
      name: 'the payment fee is rounded half up',
      tables: { orders: ['60.01', '60.10', '56.67', '57.00'].map((total, n) => order(String(n), { total_price_eur: total })) },
      rows: ['1.15', '1.15', '1.10', '1.11'].map((fee) => ({ payment_fee_eur: fee })),
    },
    {
      name: 'cancelled, unpaid and test orders are not there, and do not make a later order a second one',
      tables: { orders: [order('1', { is_conversion: false, created_at: '2026-03-09 12:00:00.000' }), order('2')], refunds: [refund('x', '1')] },
      rows: [{ order_id: '2', is_new_customer: true, refunded_eur: '0.00' }],
    },
    {
      name: 'a customer is new once: with the earliest order, at one time with the lower number',
      tables: { orders: [order('3', { created_at: '2026-03-11 12:00:00.000' }), order('2'), order('1'), order('4', { customer_id: 'B' })] },
      rows: [true, false, false, true].map((isNew) => ({ is_new_customer: isNew })),
    },
    { name: 'guests are new, each of them', tables: { orders: [order('1', { customer_id: null }), order('2', { customer_id: null })] }, rows: [{ is_new_customer: true }, { is_new_customer: true }] },
    {
      name: 'who was a customer before the lake’s first order is not new; who came on its day is',
      tables: {
        orders: [order('1'), order('2', { customer_id: 'B' }), order('0', { customer_id: 'T', is_conversion: false, created_at: '2026-03-08 08:00:00.000' })],
        customers: [{ customer_id: 'A', created_at: '2026-03-07 23:59:59.999' }, { customer_id: 'B', created_at: '2026-03-08 00:00:00.000' }],
      },
      rows: [{ is_new_customer: false }, { is_new_customer: true }],
    },
  ];

  test.each(cases)('$name', async ({ tables, rows }) => {
    const found = byOrder(await workshop.view('order_economics', tables));
    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
  });
});

const deal = (id: string, more: Row = {}): Row => ({ deal_id: id, influencer_id: `I${id}`, campaign: 'printemps', contract_date: '2026-03-01', end_date: '2026-03-31', promo_code: `CODE${id}`, commission_rate: '0.1000', ...more });
const touch = (orderId: string, dealId: string, position: number, more: Row = {}): Row => ({ order_id: orderId, touch_id: `${orderId}-${position}`, touch_type: 'session', deal_id: dealId, influencer_id: `I${dealId}`, position, touched_at: '2026-03-09 12:00:00.000', converted_at: '2026-03-10 12:00:00.000', channel: 'Influencer', ...more });
const coded = (code: string): Row => ({ promo_code: code, promo_codes: [code] });

describe('influencer_orders', () => {
  const cases: readonly Case[] = [
    {
      name: 'by code, with the commission on net revenue',
      tables: { orders: [order('1', coded('CODE1'))], influencer_deals: [deal('1')] },
      rows: [{ order_id: '1', deal_id: '1', influencer_id: 'I1', brought_by: 'promo_code', local_date: '2026-03-10', net_revenue_eur: '50.00', margin_eur: '43.35', commission_eur: '5.00' }],
    },
    { name: 'by link, the last one', tables: { orders: [order('1')], influencer_deals: [deal('1'), deal('2')], touchpoints: [touch('1', '2', 1), touch('1', '1', 2)] }, rows: [{ deal_id: '1', brought_by: 'link' }] },
    { name: 'a code goes before a link', tables: { orders: [order('1', coded('CODE1'))], influencer_deals: [deal('1'), deal('2')], touchpoints: [touch('1', '2', 1)] }, rows: [{ deal_id: '1', brought_by: 'promo_code' }] },
    {
      name: 'each order once, whatever the codes, links and deals',
      tables: { orders: [order('1', { promo_code: 'CODE1', promo_codes: ['CODE1', 'CODE1', 'CODE2'] }), order('2')], influencer_deals: [deal('1'), deal('2'), deal('3', { promo_code: 'CODE1', contract_date: '2026-03-05' })], touchpoints: [touch('1', '1', 1), touch('1', '2', 2), touch('2', '1', 1), touch('2', '1', 2), touch('2', '2', 3)] },
      rows: [{ order_id: '1', deal_id: '3' }, { order_id: '2', deal_id: '2' }],
    },
    { name: 'the deal’s code may be the second one', tables: { orders: [order('1', { promo_code: 'BIENVENUE', promo_codes: ['BIENVENUE', 'CODE1'] })], influencer_deals: [deal('1')] }, rows: [{ deal_id: '1', brought_by: 'promo_code' }] },
    { name: 'a code outside its deal’s days brings nothing', tables: { orders: [order('1', coded('CODE1')), order('2', coded('CODE2'))], influencer_deals: [deal('1', { end_date: '2026-03-09' }), deal('2', { contract_date: '2026-03-11' })] }, rows: [] },
    { name: 'a link brings for 30 days to the millisecond', tables: { orders: [order('1'), order('2')], influencer_deals: [deal('1')], touchpoints: [touch('1', '1', 1, { touched_at: '2026-02-08 12:00:00.000' }), touch('2', '1', 1, { touched_at: '2026-02-08 11:59:59.999' })] }, rows: [{ order_id: '1', brought_by: 'link' }] },
    { name: 'a deal without a commission owes none', tables: { orders: [order('1', coded('CODE1'))], influencer_deals: [deal('1', { commission_rate: null, end_date: null })] }, rows: [{ commission_eur: '0.00' }] },
    { name: 'a commission is rounded half up to the cent', tables: { orders: [order('1', { ...coded('CODE1'), net_revenue_eur: '33.35' })], influencer_deals: [deal('1')] }, rows: [{ commission_eur: '3.34' }] },
    { name: 'what is no conversion brings nothing', tables: { orders: [order('1', { ...coded('CODE1'), is_conversion: false })], influencer_deals: [deal('1')], touchpoints: [] }, rows: [] },
  ];

  test.each(cases)('$name', async ({ tables, rows }) => {
    const found = byOrder(await workshop.view('influencer_orders', tables));
    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
  });
});

const event = (name: string, items: readonly string[] | null, more: Row = {}): Row => ({
  event_id: `${name}${JSON.stringify(items)}${JSON.stringify(more)}`, event_name: name, is_bot: false, event_at: '2026-03-10 12:00:00.000',
  items: items?.map((sku) => ({ item_id: sku, item_name: null, item_category: null, price: null, quantity: 1 })) ?? null, ...more,
});

describe('product_performance', () => {
  test('what was looked at, sold and given back, by hand', async () => {
    const rows = await workshop.view('product_performance', {
      products: [...products, product('V3', { product_id: 'P1', sku: 'S3', cost_eur: '5.00' }), product('V4', { cost_eur: null })],
      web_events: [
        ...[1, 2, 3, 4].map((n) => event('view_item', ['S1'], { visitor_id: String(n) })), event('view_item', ['S1'], { is_bot: true }), event('view_item', ['S2'], { visitor_id: null }), event('view_item', ['S9']),
        event('view_item', null), event('add_to_cart', ['S1', 'S2']), event('view_item_list', ['S1', 'S2']), event('purchase', ['S1']),
      ],
      orders: [order('1'), order('2'), order('3', { is_conversion: false })],
      // Order 1 has product P1 in two lines: it is one order.
      order_items: [item('a', '1', { quantity: 2 }), item('b', '1', { variant_id: 'V3' }), item('c', '2'), item('d', '2', { product_id: 'P4', variant_id: 'V4', quantity: 4 }), item('e', '3', { quantity: 100 })],
      // Line a comes back in two refunds; line e belongs to no conversion; the last names no line.
      refunds: [refund('w', '1', { line_item_id: 'a' }), refund('x', '1', { line_item_id: 'a', refund_id: 'R2' }), refund('y', '3', { line_item_id: 'e', quantity: 100 }), refund('z', '2', { line_item_id: null, quantity: null })],
    });
    expect(rows.toSorted((a, b) => (text(a, 'product_id') < text(b, 'product_id') ? -1 : 1))).toEqual([
      // Cost: 2 x 7.50 + 5.00 + 7.50. Margin: 75.00 - 27.50 - 20.00.
      { product_id: 'P1', title: 'Product V3', category: 'Sérums', item_views: 4, cart_adds: 1, orders: 2, units: 4, units_refunded: 2, net_revenue_eur: '75.00', cost_of_goods_eur: '27.50', refunded_eur: '20.00', gross_margin_eur: '27.50', gross_margin_rate: 27.5 / 75, view_to_cart_rate: 0.25, return_rate: 0.5 },
      { product_id: 'P2', title: 'Product V2', category: 'Sérums', item_views: 1, cart_adds: 1, orders: 0, units: 0, units_refunded: 0, net_revenue_eur: '0.00', cost_of_goods_eur: '0.00', refunded_eur: '0.00', gross_margin_eur: '0.00', gross_margin_rate: null, view_to_cart_rate: 1, return_rate: null },
      { product_id: 'P4', title: 'Product V4', category: 'Sérums', item_views: 0, cart_adds: 0, orders: 1, units: 4, units_refunded: 0, net_revenue_eur: '25.00', cost_of_goods_eur: '0.00', refunded_eur: '0.00', gross_margin_eur: '25.00', gross_margin_rate: 1, view_to_cart_rate: null, return_rate: 0 },
    ]);
  });

  test('an event with two variants of one product is one view of it', async () => {
    const rows = await workshop.view('product_performance', { products: [product('V1'), product('V3', { product_id: 'P1', sku: 'S3' })], web_events: [event('view_item', ['S1', 'S3', 'S1'])] });
    expect(pick(rows, 'item_views', 'cart_adds')).toEqual([[1, 0]]);
  });
});
