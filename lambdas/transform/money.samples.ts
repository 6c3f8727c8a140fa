/** Orders as Shopify sends them, to the cent, and what the transform makes of them. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { smallLake, type Row } from '../../test/small-lake.ts';
import { openEngine } from '../shared/duckdb.ts';

export type Json = Readonly<Record<string, unknown>>;

export const money = (cents: number): string => (cents / 100).toFixed(2);
export const cents = (value: unknown): number => Math.round(Number(value) * 100);
export const tax = (amount: string): Json[] => [{ title: 'TVA', rate: 0.2, price: amount }];

/** EUR 60.00 for a cream, 10.00 of it VAT. `over` is laid upon it. */
export const line = (id: number, over: Json = {}): Json => ({
  id,
  product_id: 7,
  variant_id: 8,
  sku: 'C',
  title: 'Crème',
  quantity: 1,
  price: '60.00',
  total_discount: '0.00',
  discount_allocations: [],
  gift_card: false,
  tax_lines: tax('10.00'),
  ...over,
});
export const order = (id: number, over: Json = {}): Json => ({
  id,
  order_number: id,
  created_at: '2025-03-10T10:00:00+01:00',
  updated_at: '2025-03-12T10:00:00+01:00',
  cancelled_at: null,
  financial_status: 'paid',
  test: false,
  currency: 'EUR',
  taxes_included: true,
  total_price: '60.00',
  total_tax: '10.00',
  subtotal_price: '60.00',
  total_discounts: '0.00',
  line_items: [line(id * 10)],
  shipping_lines: [],
  refunds: [],
  ...over,
});
export const paid = (amount: string, over: Json = {}): Json => ({
  kind: 'refund',
  status: 'success',
  amount,
  currency: 'EUR',
  ...over,
});
export const refund = (id: number, over: Json = {}): Json => ({
  id,
  created_at: '2025-03-12T10:00:00+01:00',
  refund_line_items: [],
  transactions: [],
  order_adjustments: [],
  ...over,
});
/** The cream comes back. */
export const back = (id: number, lineId: number, over: Json = {}): Json => ({
  id,
  line_item_id: lineId,
  quantity: 1,
  restock_type: 'return',
  subtotal: 60,
  total_tax: 10,
  ...over,
});
export const adjustment = (kind: string, amount: string, taxAmount: string): Json => ({
  kind,
  amount,
  tax_amount: taxAmount,
});
export const shop = (amount: string): Json => ({ shop_money: { amount, currency_code: 'EUR' } });
export const gift = (id: number, over: Json = {}): Json =>
  line(id, { gift_card: true, price: '50.00', tax_lines: [], requires_shipping: false, ...over });

/** What the three tables say of one order. */
export interface Found {
  readonly order: Row;
  readonly items: readonly Row[];
  readonly refunds: readonly Row[];
}

export async function tablesOf(orders: readonly Json[]): Promise<Map<string, Found>> {
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), `sillage-money-${process.pid}`) });
  try {
    const small = await smallLake(engine);
    try {
      await small.drop('raw/crm/orders/dt=2025-03-12/o.jsonl.gz', orders);
      for (const table of ['orders', 'order_items', 'refunds']) {
        await small.transform(table);
        expect(await small.rejects(table)).toEqual([]);
      }
      const [items, refunds] = [await small.rows('order_items'), await small.rows('refunds')];
      return new Map(
        (await small.rows('orders')).map((row) => [
          String(row['order_id']),
          {
            order: row,
            items: items.filter((one) => one['order_id'] === row['order_id']),
            refunds: refunds.filter((one) => one['order_id'] === row['order_id']),
          },
        ]),
      );
    } finally {
      await small.dispose();
    }
  } finally {
    engine.close();
  }
}

const revenueParts = new Set(['goods', 'shipping', 'discrepancy']);
export const sum = (rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);
export const refundedNet = ({ refunds }: Found): number =>
  sum(
    refunds.filter((row) => revenueParts.has(String(row['part']))),
    (row) => cents(row['amount']) - cents(row['tax']),
  );

export interface Case {
  readonly name: string;
  readonly order: Json;
  /** Net revenue, and what was given back of it, without VAT. */
  readonly net: string;
  readonly refunded: string;
  /** Every cent given back, VAT, duties and gift cards included. */
  readonly amount?: string;
  /** Part, amount and tax in cents of each row of its refunds. */
  readonly parts?: readonly (readonly [part: string, amount: number, tax: number])[];
  readonly shipped?: readonly number[];
  readonly more?: Json;
}

export const shipped = {
  shipping_lines: [{ price: '6.00', discounted_price: '6.00', tax_lines: tax('1.00') }],
  total_price: '66.00',
  total_tax: '11.00',
};
/** EUR 50.00 and 10.00 of VAT on top. */
export const untaxed = { taxes_included: false, total_price: '60.00', line_items: [line(5, { price: '50.00' })] };
export const two = { total_price: '120.00', total_tax: '20.00', subtotal_price: '120.00' };

/** Tests of orders by hand: what each earned, and what it gave back. */
export const byHand = (cases: readonly Case[]): void =>
  describe('by hand', () => {
    let found: Map<string, Found>;
    beforeAll(async () => {
      // Ids of lines and refunds are unique in a shop: each case has its own.
      const apart = (id: number, over: Json): Json => {
        const numbered = z
          .record(z.string(), z.unknown())
          .parse(
            JSON.parse(JSON.stringify(order(1, over)), (key: string, value: unknown) =>
              key === 'line_item_id' || key === 'id' ? `${String(id)}-${String(value)}` : value,
            ),
          );
        return { ...numbered, id, order_number: id };
      };
      found = await tablesOf(cases.map((one, n) => apart(n + 1, one.order)));
    });

    test.each(cases.map((one, n) => ({ ...one, id: String(n + 1) })))(
      '$name',
      ({ id, net, refunded, amount, parts, shipped: units, more = {} }) => {
        const one = found.get(id);
        if (one === undefined) throw new Error(`There is no order ${id}.`);
        expect({
          net: one.order['net_revenue'],
          refunded: money(refundedNet(one)),
          amount: amount === undefined ? undefined : money(sum(one.refunds, (row) => cents(row['amount']))),
          parts:
            parts === undefined
              ? undefined
              : one.refunds.map((row) => [row['part'], cents(row['amount']), cents(row['tax'])]),
          shipped: units === undefined ? undefined : one.items.map((item) => item['shipped_quantity']),
          ...Object.fromEntries(Object.keys(more).map((name) => [name, one.order[name]])),
        }).toEqual({ net, refunded, amount, parts, shipped: units, ...more });
      },
    );
  });
