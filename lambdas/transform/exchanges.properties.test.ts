/** Exchanges as Shopify tells them: what stays of the order is what its current total says, whichever total it began with. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { smallLake } from '../../test/small-lake.ts';
import { openEngine } from '../shared/duckdb.ts';

const money = (cents: number): string => (cents / 100).toFixed(2);
const cents = (value: unknown): number => Math.round(Number(value) * 100);
const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

const goods = fc.record({
  price: fc.integer({ min: 500, max: 9000 }),
  quantity: fc.integer({ min: 1, max: 2 }),
  discount: fc.integer({ min: 0, max: 300 }),
});
const exchanges = fc.record({
  returned: fc.array(goods, { minLength: 1, maxLength: 2 }),
  kept: fc.array(goods, { maxLength: 2 }),
  taken: fc.array(goods, { minLength: 1, maxLength: 2 }),
  shipping: fc.constantFrom(0, 490),
  untaxed: fc.boolean(),
  /** Whether the total is the one before the exchange, or holds what was taken, too. */
  isBefore: fc.boolean(),
});

const vatOf = (charged: number, untaxed: boolean) =>
  untaxed ? Math.round(charged * 0.2) : charged - Math.round(charged / 1.2);

/** The order as Shopify tells it; what is left of it, without VAT; and what its buyer paid in: in cents. */
function told(n: number, draft: typeof exchanges extends fc.Arbitrary<infer Draft> ? Draft : never) {
  const { untaxed } = draft;
  let id = n * 100;
  const priced = (all: typeof draft.kept) =>
    all.map((one) => {
      const charged = one.price * one.quantity - one.discount;
      const vat = vatOf(charged, untaxed);
      id += 1;
      return { ...one, id, charged, vat, paid: charged + (untaxed ? vat : 0) };
    });
  const [returned, kept, taken] = [priced(draft.returned), priced(draft.kept), priced(draft.taken)];
  const lines = [...returned, ...kept, ...taken];
  const shippingVat = vatOf(draft.shipping, untaxed);
  const total = (all: typeof lines) => sum(all, ({ paid }) => paid) + draft.shipping + (untaxed ? shippingVat : 0);
  const vat = (all: typeof lines) => sum(all, (one) => one.vat) + shippingVat;
  const [first, left] = [
    [...returned, ...kept],
    [...kept, ...taken],
  ];
  const owned = draft.isBefore ? first : lines;
  const back = Math.max(0, sum(returned, ({ paid }) => paid) - sum(taken, ({ paid }) => paid));
  const resource = {
    id: n,
    order_number: n,
    created_at: '2025-03-10T10:00:00+01:00',
    updated_at: '2025-03-12T10:00:00+01:00',
    financial_status: back > 0 ? 'partially_refunded' : 'paid',
    test: false,
    currency: 'EUR',
    taxes_included: !untaxed,
    total_price: money(total(owned)),
    total_tax: money(vat(owned)),
    current_total_price: money(total(left)),
    current_total_tax: money(vat(left)),
    total_outstanding: '0.00',
    subtotal_price: money(sum(owned, ({ charged }) => charged)),
    total_discounts: '0.00',
    line_items: lines.map((one) => ({
      id: one.id,
      product_id: 7,
      variant_id: 8,
      title: 'Crème',
      quantity: one.quantity,
      current_quantity: returned.includes(one) ? 0 : one.quantity,
      price: money(one.price),
      discount_allocations: [{ amount: money(one.discount) }],
      tax_lines: [{ price: money(one.vat) }],
    })),
    shipping_lines: [{ price: money(draft.shipping), tax_lines: [{ price: money(shippingVat) }] }],
    refunds: [
      {
        id: n,
        created_at: '2025-03-12T10:00:00+01:00',
        order_adjustments: [],
        transactions: back > 0 ? [{ kind: 'refund', status: 'success', amount: money(back), currency: 'EUR' }] : [],
        refund_line_items: returned.map((one) => ({
          id: one.id,
          line_item_id: one.id,
          quantity: one.quantity,
          restock_type: 'return',
          subtotal: one.charged / 100,
          total_tax: one.vat / 100,
        })),
      },
    ],
  };
  return { resource, left: total(left) - vat(left), paid: Math.max(total(first), total(left)) };
}

test('an exchange leaves what the current total says, of a total that holds what was taken and of one that does not', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const orders = fc.sample(exchanges, { numRuns: 200, seed }).map((draft, at) => ({ draft, ...told(at + 1, draft) }));
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-exchanges') });
  const small = await smallLake(engine);
  try {
    await small.drop(
      'raw/crm/orders/dt=2025-03-12/o.jsonl.gz',
      orders.map(({ resource }) => resource),
    );
    for (const table of ['orders', 'refunds']) await small.transform(table);
    const refunds = await small.rows('refunds');
    const found = new Map((await small.rows('orders')).map((row) => [String(row['order_id']), row]));
    for (const [at, { draft, left, paid }] of orders.entries()) {
      const id = String(at + 1);
      const own = refunds.filter((row) => row['order_id'] === id);
      const stays = cents(found.get(id)?.['net_revenue']) - sum(own, (row) => cents(row['amount']) - cents(row['tax']));
      // Fees are of what was paid: goods that are taken for goods cost none.
      expect({ seed, draft, paid: cents(found.get(id)?.['paid_amount']) }).toEqual({ seed, draft, paid });
      // What came back in part has its part of the tax, in whole cents.
      expect({ seed, draft, stays: Math.abs(stays - left) <= 1 ? left : stays }).toEqual({ seed, draft, stays: left });
    }
  } finally {
    await small.dispose();
    engine.close();
  }
});
