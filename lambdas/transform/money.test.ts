/**
 * What an order earned and gave back, by what Shopify sends: cases by hand, and a property against books kept from
 * payments and tax.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { smallLake, type Row } from '../../test/small-lake.ts';
import { openEngine } from '../shared/duckdb.ts';

type Json = Readonly<Record<string, unknown>>;

const money = (cents: number): string => (cents / 100).toFixed(2);
const cents = (value: unknown): number => Math.round(Number(value) * 100);
const tax = (amount: string): Json[] => [{ title: 'TVA', rate: 0.2, price: amount }];

/** EUR 60.00 for a cream, 10.00 of it VAT. `over` is laid upon it. */
const line = (id: number, over: Json = {}): Json => ({
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
const order = (id: number, over: Json = {}): Json => ({
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
const paid = (amount: string, over: Json = {}): Json => ({
  kind: 'refund',
  status: 'success',
  amount,
  currency: 'EUR',
  ...over,
});
const refund = (id: number, over: Json = {}): Json => ({
  id,
  created_at: '2025-03-12T10:00:00+01:00',
  refund_line_items: [],
  transactions: [],
  order_adjustments: [],
  ...over,
});
/** The cream comes back. */
const back = (id: number, lineId: number, over: Json = {}): Json => ({
  id,
  line_item_id: lineId,
  quantity: 1,
  restock_type: 'return',
  subtotal: 60,
  total_tax: 10,
  ...over,
});
const adjustment = (kind: string, amount: string, taxAmount: string): Json => ({ kind, amount, tax_amount: taxAmount });
const shop = (amount: string): Json => ({ shop_money: { amount, currency_code: 'EUR' } });
const gift = (id: number, over: Json = {}): Json =>
  line(id, { gift_card: true, price: '50.00', tax_lines: [], requires_shipping: false, ...over });

/** What the three tables say of one order. */
interface Found {
  readonly order: Row;
  readonly items: readonly Row[];
  readonly refunds: readonly Row[];
}

async function tablesOf(orders: readonly Json[]): Promise<Map<string, Found>> {
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-money') });
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
const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
const refundedNet = ({ refunds }: Found): number =>
  sum(
    refunds.filter((row) => revenueParts.has(String(row['part']))),
    (row) => cents(row['amount']) - cents(row['tax']),
  );

interface Case {
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

const shipped = {
  shipping_lines: [{ price: '6.00', discounted_price: '6.00', tax_lines: tax('1.00') }],
  total_price: '66.00',
  total_tax: '11.00',
};
/** EUR 50.00 and 10.00 of VAT on top. */
const untaxed = { taxes_included: false, total_price: '60.00', line_items: [line(5, { price: '50.00' })] };
const two = { total_price: '120.00', total_tax: '20.00', subtotal_price: '120.00' };

const cases: readonly Case[] = [
  {
    name: 'an order',
    order: {},
    net: '50.00',
    refunded: '0.00',
    shipped: [1],
    more: { paid_amount: '60.00', needs_shipping: true, total_shipping: '0.00' },
  },
  {
    name: 'a discount on shipping makes it free',
    order: {
      shipping_lines: [
        { price: '6.00', discounted_price: '6.00', discount_allocations: [{ amount: '6.00' }], tax_lines: [] },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_shipping: '0.00' },
  },
  {
    name: 'a shipping line that an edit removed',
    order: { shipping_lines: [{ price: '6.00', is_removed: true }] },
    net: '50.00',
    refunded: '0.00',
    more: { total_shipping: '0.00' },
  },

  // Refunds.
  {
    name: 'a line and the shipping, as an adjustment',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('66.00')],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'the shipping in lines of its own, as since 2024-10',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('66.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('6.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'the shipping in both: once',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          transactions: [paid('6.00')],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('6.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
    amount: '6.00',
  },
  {
    name: 'a part of the shipping',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          transactions: [paid('3.00')],
          order_adjustments: [adjustment('shipping_refund', '-2.50', '-0.50')],
        }),
      ],
    },
    net: '55.00',
    refunded: '2.50',
    amount: '3.00',
  },
  {
    name: 'a goodwill without a line',
    order: {
      refunds: [
        refund(1, {
          transactions: [paid('7.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-7.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '7.00',
    amount: '7.00',
  },
  ...(
    [
      // Refunded, adjustment, what of it was revenue without VAT, and the part of the rest.
      [
        'all',
        '110.00',
        ['-100.00', '-10.00'],
        '50.00',
        [
          ['discrepancy', 6000, 1000],
          ['gift_card', 5000, 0],
        ],
      ],
      [
        'more than the goods came to',
        '70.00',
        ['-63.64', '-6.36'],
        '50.00',
        [
          ['discrepancy', 6000, 1000],
          ['gift_card', 1000, 0],
        ],
      ],
      ['less than the goods came to', '30.00', ['-25.00', '-5.00'], '25.00', [['discrepancy', 3000, 500]]],
    ] as const
  ).map(([what, amount, [net, vat], refunded, parts]): Case => ({
    name: `${what} of goods and a gift card, without a line: the card was no revenue`,
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: [
        refund(1, { transactions: [paid(amount)], order_adjustments: [adjustment('refund_discrepancy', net, vat)] }),
      ],
    },
    net: '50.00',
    refunded,
    amount,
    parts,
  })),
  ...(
    [
      // The refunds in the shop's list, each on its day; the parts, in the order of the days.
      [
        'in two, the first of more than the goods',
        [['12', '70.00', '-63.64', '-6.36'], ['13', '40.00', '-36.36', '-3.64']], // prettier-ignore
        [['discrepancy', 6000, 1000], ['gift_card', 1000, 0], ['gift_card', 4000, 0]], // prettier-ignore
      ],
      [
        'in two, the later one first in the list',
        [['13', '80.00', '-73.33', '-6.67'], ['12', '30.00', '-25.00', '-5.00']], // prettier-ignore
        [['discrepancy', 3000, 500], ['discrepancy', 3000, 500], ['gift_card', 5000, 0]], // prettier-ignore
      ],
      [
        'in three',
        [['12', '20.00', '-16.67', '-3.33'], ['13', '20.00', '-16.67', '-3.33'], ['14', '70.00', '-66.66', '-3.34']], // prettier-ignore
        [['discrepancy', 2000, 333], ['discrepancy', 2000, 333], ['discrepancy', 2000, 334], ['gift_card', 5000, 0]], // prettier-ignore
      ],
    ] as const
  ).map(([how, refunds, parts]): Case => ({
    name: `all of goods and a gift card ${how}, without a line`,
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: refunds.map(([day, amount, net, vat], index) =>
        refund(index + 1, {
          created_at: `2025-03-${day}T10:00:00+01:00`,
          transactions: [paid(amount)],
          order_adjustments: [adjustment('refund_discrepancy', net, vat)],
        }),
      ),
    },
    net: '50.00',
    refunded: '50.00',
    amount: '110.00',
    parts,
  })),
  {
    name: 'all of a gift card alone, without a line',
    order: {
      total_price: '50.00',
      total_tax: '0.00',
      line_items: [gift(1)],
      refunds: [
        refund(1, {
          transactions: [paid('50.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '0.00')],
        }),
      ],
    },
    net: '0.00',
    refunded: '0.00',
    amount: '50.00',
    parts: [['gift_card', 5000, 0]],
  },
  {
    name: 'all of an order with a tip, without a line: the tip was no revenue',
    order: {
      total_price: '65.00',
      total_tip_received: '5.00',
      refunds: [
        refund(1, {
          transactions: [paid('65.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-55.00', '-10.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '65.00',
    parts: [
      ['discrepancy', 6000, 1000],
      ['tip', 500, 0],
    ],
  },
  {
    name: 'goods by their line, and then the gift card beside them without one',
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2)], transactions: [paid('60.00')] }),
        refund(2, {
          transactions: [paid('50.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '110.00',
    parts: [
      ['goods', 6000, 1000],
      ['gift_card', 5000, 0],
    ],
  },
  {
    name: 'a goodwill whose VAT the shop corrected',
    order: {
      refunds: [
        refund(1, {
          transactions: [paid('12.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-10.00', '-2.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '10.00',
    amount: '12.00',
  },
  {
    name: 'a return of which the shop kept 5.00',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('55.00')],
          order_adjustments: [adjustment('refund_discrepancy', '5.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '45.00',
    amount: '55.00',
  },
  {
    name: 'a failed payment, then one that went through',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('60.00', { status: 'failure' }), paid('60.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'a payment that waits, though the shop has it as a discrepancy',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('60.00', { status: 'pending' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
  },
  {
    name: 'a payment that failed',
    order: {
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('60.00', { status: 'error' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
    shipped: [1],
  },
  {
    name: 'half by gift card, which went through, and half by card, which waits',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('30.00'), paid('30.00', { status: 'pending' })],
        }),
      ],
    },
    net: '50.00',
    refunded: '25.00',
    amount: '30.00',
  },
  {
    name: 'half of the goods and the shipping went through',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: [paid('33.00'), paid('33.00', { status: 'failure' })],
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '27.50',
    amount: '33.00',
  },
  {
    name: 'an authorization voided is no refund',
    order: { refunds: [refund(1, { transactions: [paid('60.00', { kind: 'void' })] })] },
    net: '50.00',
    refunded: '0.00',
  },
  {
    name: 'goods that came back for no money',
    order: { refunds: [refund(1, { refund_line_items: [back(1, 10)] })] },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
    shipped: [1],
  },
  {
    name: 'an export that has no payments',
    order: { refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: undefined })] },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'an export that has no payments, and the shipping',
    order: {
      ...shipped,
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10)],
          transactions: undefined,
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '55.00',
    amount: '66.00',
  },
  {
    name: 'tax on top of the prices',
    order: {
      ...untaxed,
      refunds: [refund(1, { refund_line_items: [back(1, 5, { subtotal: 50 })], transactions: [paid('60.00')] })],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'tax on top, and the shipping',
    order: {
      ...untaxed,
      total_price: '66.00',
      total_tax: '11.00',
      shipping_lines: [{ price: '5.00', tax_lines: tax('1.00') }],
      refunds: [
        refund(1, {
          transactions: [paid('6.00')],
          refund_shipping_lines: [{ subtotal_amount_set: shop('5.00'), tax_amount_set: shop('1.00') }],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
    amount: '6.00',
  },
  {
    name: 'a customer who paid in dollars',
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
    more: { total_price: '60.00', paid_amount: '60.00' },
    order: {
      presentment_currency: 'USD',
      total_price_set: { shop_money: { amount: '60.00' }, presentment_money: { amount: '66.00' } },
      transactions: [
        { kind: 'sale', status: 'success', gateway: 'shopify_payments', amount: '66.00', currency: 'USD' },
      ],
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('66.00', { currency: 'USD' })] })],
    },
  },
  {
    name: 'a refund cancelled before it was sent costs no goods',
    order: {
      ...two,
      line_items: [line(1), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'cancel' })], transactions: [paid('60.00')] }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    shipped: [1, 0],
    more: { needs_shipping: true },
  },
  {
    name: 'nothing is left to send',
    order: {
      refunds: [
        refund(1, { refund_line_items: [back(1, 10, { restock_type: 'cancel' })], transactions: [paid('60.00')] }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    shipped: [0],
    more: { needs_shipping: false },
  },
  {
    name: "what is bought at the shop's till is taken along",
    order: { source_name: 'pos' },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: false },
  },
  {
    name: 'what is sent from the till is sent, though it costs the buyer nothing',
    order: { source_name: 'POS', shipping_lines: [{ price: '0.00', tax_lines: [] }] },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: true },
  },
  ...[
    'Click & Collect',
    'Click and collect – Boutique Lyon',
    'Click&Collect',
    'Retrait en boutique',
    'Retrait gratuit au magasin',
    'Retrait à la boutique de Lyon',
    'Retrait sur place',
    'Local pickup',
    'In-store pickup',
    'Store Pick-Up',
    'Pick up in store',
    'Pickup at our shop',
    'Selbstabholung',
    'Abholung vor Ort',
    'Recogida en tienda',
    'Ritiro in negozio',
    'Afhalen in de winkel',
    'À retirer en boutique',
    'Retrait Boutique Lyon',
    'Retrait magasin',
    'Retrait dans nos boutiques',
    'Retrait en main propre',
    'Click-and-Collect',
    'Click & Collect, 12 rue de la Poste',
    'Collect from our store',
  ].map((title) => ({
    name: `what the buyer fetches is no parcel: ${title}`,
    order: { shipping_lines: [{ title, price: '0.00', tax_lines: [] }] },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: false },
  })),
  ...[
    'Pickup',
    'Chronopost - Relais Pickup',
    'Pickup point',
    'Retrait en point relais',
    'Point de retrait Mondial Relay',
    'Boutique Lyon',
    'Local delivery',
    'Lieferung an Abholstation',
    'Abholung im Paketshop',
    'Retrait en magasin Mondial Relay',
    'Retrait en boutique partenaire',
    'Retrait en magasin Pickup',
    'Click & Collect – Evri ParcelShop',
    'Click & Collect via DPD Pickup',
    'InPost Click & Collect',
    'Click & Collect (La Poste)',
    'Click and Collect Chronopost',
    'Abholung im Shop (GLS PaketShop)',
    'Afhalen in de winkel (PostNL)',
    '',
  ].map((title) => ({
    name: `a parcel, also to a pickup point, and what may be anything: ${title || 'no name'}`,
    order: { shipping_lines: [{ title, price: '0.00', tax_lines: [] }] },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: true },
  })),
  {
    name: 'an order of which a part is sent is a parcel',
    order: {
      shipping_lines: [
        { title: 'Click & Collect', price: '0.00', tax_lines: [] },
        { title: 'Colissimo', price: '0.00', tax_lines: [] },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: true },
  },
  {
    name: 'a way of sending that was taken off counts no more',
    order: {
      shipping_lines: [
        { title: 'Click & Collect', price: '0.00', tax_lines: [] },
        { title: 'Colissimo', price: '0.00', is_removed: true, tax_lines: [] },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { needs_shipping: false },
  },

  // Edits: taken off, and never paid.
  {
    name: 'a line taken off',
    order: {
      ...two,
      current_total_price: '60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
    more: { total_price: '60.00', total_tax: '10.00', paid_amount: '60.00' },
  },
  {
    name: 'a line taken off an order whose total is the new one',
    order: {
      current_total_price: '60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [refund(1, { refund_line_items: [back(1, 2, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
  },
  {
    name: 'a line taken off of which no refund tells',
    order: { ...two, line_items: [line(1), line(2, { current_quantity: 0 })] },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
  },
  {
    name: 'one of two taken off',
    order: {
      ...two,
      line_items: [line(1, { quantity: 2, current_quantity: 1, tax_lines: tax('20.00') })],
      refunds: [refund(1, { refund_line_items: [back(1, 1, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1],
  },
  {
    name: 'a line taken off and paid back',
    order: {
      ...two,
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'cancel' })], transactions: [paid('60.00')] }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    shipped: [1, 0],
  },
  {
    name: 'a line exchanged for another',
    order: {
      ...two,
      current_total_price: '60.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { current_quantity: 1 })],
      refunds: [refund(1, { refund_line_items: [back(1, 1, { restock_type: 'cancel' })] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [0, 1],
  },
  {
    name: 'goods cancelled and the money kept',
    order: {
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10, { restock_type: 'cancel' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '60.00',
    refunded: '0.00',
    shipped: [0],
  },

  {
    name: 'shipping taken off, of which no refund tells',
    order: {
      total_price: '66.00',
      total_tax: '11.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      shipping_lines: [{ price: '6.00', discounted_price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_price: '60.00', total_tax: '10.00', total_shipping: '0.00', paid_amount: '60.00' },
  },
  {
    name: 'shipping taken off an order whose total is the new one',
    order: {
      current_total_price: '60.00',
      shipping_lines: [{ price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
    },
    net: '50.00',
    refunded: '0.00',
  },
  {
    name: 'shipping taken off and paid back is a refund',
    order: {
      total_price: '66.00',
      total_tax: '11.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      shipping_lines: [{ price: '6.00', is_removed: true, tax_lines: tax('1.00') }],
      refunds: [
        refund(1, {
          order_adjustments: [adjustment('shipping_refund', '-5.00', '-1.00')],
          transactions: [paid('6.00')],
        }),
      ],
    },
    net: '55.00',
    refunded: '5.00',
  },
  {
    name: 'a discount given by an edit',
    order: { current_total_price: '54.00', current_total_tax: '9.00', current_total_discounts: '6.00' },
    net: '45.00',
    refunded: '0.00',
    more: { total_price: '54.00', total_tax: '9.00', paid_amount: '54.00' },
  },
  {
    name: 'a discount given by an edit, of whose tax nothing is told',
    order: { current_total_price: '54.00' },
    net: '45.00',
    refunded: '0.00',
  },
  {
    name: 'a discount given by an edit before the rest was paid back',
    order: {
      current_total_price: '0.00',
      current_total_tax: '0.00',
      refunds: [
        refund(1, { refund_line_items: [back(1, 10, { subtotal: 54, total_tax: 9 })], transactions: [paid('54.00')] }),
      ],
    },
    net: '45.00',
    refunded: '45.00',
  },
  {
    name: 'a total that a payment alone lowered is a refund',
    order: {
      current_total_price: '48.00',
      current_total_tax: '8.00',
      refunds: [refund(1, { transactions: [paid('12.00')] })],
    },
    net: '50.00',
    refunded: '12.00',
  },
  {
    name: 'a total that a refund lowered which failed',
    order: {
      current_total_price: '0.00',
      current_total_tax: '0.00',
      refunds: [refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('60.00', { status: 'failure' })] })],
    },
    net: '50.00',
    refunded: '0.00',
  },
  ...(
    [
      ['an edit, and the money after it', {}, []],
      ['an edit whose sum is told as kept, and the money after it', {}, [adjustment('refund_discrepancy', '60.00', '0.00')]], // prettier-ignore
      ['a return, and the money after it', { restock_type: 'return' }, []],
    ] as const
  ).map(([name, over, more]): Case => ({
    name: `a line given back by ${name}: taken off once`,
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '0.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 2, { restock_type: 'no_restock', ...over })],
          order_adjustments: more,
        }),
        refund(2, {
          created_at: '2025-03-14T10:00:00+01:00',
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-60.00', '0.00')],
        }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    amount: '60.00',
    parts: [['goods', 6000, 1000]],
    shipped: 'restock_type' in over ? [1, 1] : [1, 0],
  })),
  {
    name: 'a goodwill, and a line of the same amount taken off later, of which the shop owes the money',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-60.00', '0.00')],
        }),
        refund(2, {
          created_at: '2025-03-14T10:00:00+01:00',
          refund_line_items: [back(1, 2, { restock_type: 'no_restock' })],
        }),
      ],
    },
    net: '50.00',
    refunded: '60.00',
    amount: '60.00',
    parts: [['discrepancy', 6000, 0]],
  },
  {
    name: 'a line taken off before the order was paid, and the rest refunded without a line',
    order: {
      financial_status: 'refunded',
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '0.00',
      current_total_tax: '0.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 1 }), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, {
          transactions: [paid('60.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-50.00', '-10.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'two lines taken off one after the other, and paid back at once',
    order: {
      total_price: '180.00',
      total_tax: '30.00',
      current_total_price: '60.00',
      line_items: [line(1), line(2), line(3)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, { refund_line_items: [back(2, 3, { restock_type: 'no_restock' })] }),
        refund(3, { transactions: [paid('120.00')] }),
      ],
    },
    net: '150.00',
    refunded: '100.00',
    amount: '120.00',
  },
  {
    name: 'one line taken off and paid back, another owed, and a goodwill',
    order: {
      total_price: '180.00',
      total_tax: '30.00',
      current_total_price: '60.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2), line(3)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 2, { restock_type: 'no_restock' })] }),
        refund(2, { refund_line_items: [back(2, 3, { restock_type: 'no_restock' })] }),
        refund(3, { transactions: [paid('60.00')] }),
        refund(4, {
          transactions: [paid('12.00')],
          order_adjustments: [adjustment('refund_discrepancy', '-10.00', '-2.00')],
        }),
      ],
    },
    net: '100.00',
    refunded: '60.00',
    amount: '72.00',
  },
  {
    name: 'a line taken off, of which the shop still owes the money',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '-60.00',
      line_items: [line(1), line(2, { current_quantity: 0 })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 2, { restock_type: 'no_restock' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '0.00',
  },
  ...(
    [
      // What is owed, what came back for it, and what was given back of revenue.
      ['0.00', '60.00', '50.00'],
      ['-20.00', '40.00', '33.33'],
      ['-60.00', '0.00', '0.00'],
    ] as const
  ).map(([owed, amount, refunded]): Case => ({
    name: `a line exchanged for another, of which the shop owes ${owed}`,
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: owed,
      line_items: [line(1, { current_quantity: 0 }), line(2)],
      refunds: [refund(1, { refund_line_items: [back(1, 1)] })],
    },
    net: '100.00',
    refunded,
    amount,
    shipped: [1, 1],
  })),
  ...(
    [
      // The total as it was before, or with what was put on; the price of what was taken, its tax, and net revenue.
      ['60.00', '10.00', '60.00', '10.00', '100.00'],
      ['120.00', '20.00', '60.00', '10.00', '100.00'],
      ['60.00', '10.00', '84.00', '14.00', '120.00'],
      ['144.00', '24.00', '84.00', '14.00', '120.00'],
    ] as const
  ).map(([before, beforeTax, price, priceTax, net]): Case => ({
    name: `a line exchanged for one of ${price}, of an order whose total is ${before}`,
    order: {
      total_price: before,
      total_tax: beforeTax,
      current_total_price: price,
      current_total_tax: priceTax,
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price, tax_lines: tax(priceTax) })],
      refunds: [refund(1, { refund_line_items: [back(1, 1)] })],
    },
    net,
    refunded: '50.00',
    amount: '60.00',
    shipped: [1, 1],
  })),
  {
    name: 'a line exchanged for a cheaper one, of an order whose total is the one before',
    order: {
      current_total_price: '36.00',
      current_total_tax: '6.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price: '36.00', tax_lines: tax('6.00') })],
      refunds: [refund(1, { refund_line_items: [back(1, 1)], transactions: [paid('24.00')] })],
    },
    // As if the total were 96.00: 60.00 came in, and 24.00 went back.
    net: '80.00',
    refunded: '50.00',
    amount: '60.00',
  },
  ...(
    [
      // What the shop says of the rest, and what was given back of revenue.
      ['paid in part, and the rest exchanged', {}, [], '50.00', '60.00'],
      ['of which a fee was kept', {}, [adjustment('refund_discrepancy', '36.00', '0.00')], '14.00', '24.00'],
      ['paid in part, of which the shop owes the rest', { total_outstanding: '-36.00' }, [], '14.00', '24.00'],
      ['paid in part, of which nobody says what is owed', { total_outstanding: undefined }, [], '14.00', '24.00'],
    ] as const
  ).map(([name, more, adjustments, refunded, amount]): Case => ({
    name: `goods ${name}`,
    order: {
      total_price: '96.00',
      total_tax: '16.00',
      current_total_price: '36.00',
      current_total_tax: '6.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2, { price: '36.00', tax_lines: tax('6.00') })],
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 1)],
          order_adjustments: adjustments,
          transactions: [paid('24.00')],
        }),
      ],
      ...more,
    },
    net: '80.00',
    refunded,
    amount,
    shipped: [1, 1],
  })),
  {
    name: 'goods paid in part, and the rest by a payment that follows',
    order: {
      total_price: '120.00',
      total_tax: '20.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      total_outstanding: '0.00',
      line_items: [line(1, { current_quantity: 0 }), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 1)], transactions: [paid('24.00')] }),
        refund(2, { transactions: [paid('36.00')] }),
      ],
    },
    net: '100.00',
    refunded: '50.00',
    amount: '60.00',
  },
  {
    name: 'goods cancelled, the money kept, and the total of nothing',
    order: {
      current_total_price: '0.00',
      refunds: [
        refund(1, {
          refund_line_items: [back(1, 10, { restock_type: 'cancel' })],
          order_adjustments: [adjustment('refund_discrepancy', '60.00', '0.00')],
        }),
      ],
    },
    net: '60.00',
    refunded: '0.00',
  },
  {
    name: 'a line put on by an edit',
    order: { current_total_price: '120.00', current_total_tax: '20.00', line_items: [line(1), line(2)] },
    net: '100.00',
    refunded: '0.00',
  },
  {
    name: 'duties taken off by an edit',
    order: {
      total_price: '70.00',
      current_total_price: '60.00',
      current_total_tax: '10.00',
      original_total_duties_set: shop('10.00'),
      current_total_duties_set: shop('0.00'),
    },
    net: '50.00',
    refunded: '0.00',
    more: { total_duties: '0.00' },
  },

  // What is no revenue.
  {
    name: 'a gift card sold',
    order: { total_price: '50.00', total_tax: '0.00', line_items: [gift(1)] },
    net: '0.00',
    refunded: '0.00',
    shipped: [0],
    more: { gift_cards_sold: '50.00', paid_amount: '50.00', needs_shipping: false },
  },
  {
    name: 'a gift card beside goods, and given back',
    order: {
      total_price: '110.00',
      line_items: [gift(1), line(2)],
      refunds: [
        refund(1, { refund_line_items: [back(1, 1, { subtotal: 50, total_tax: 0 })], transactions: [paid('50.00')] }),
      ],
    },
    net: '50.00',
    refunded: '0.00',
    amount: '50.00',
    shipped: [0, 1],
  },
  {
    name: 'paid by gift card alone',
    order: { payment_gateway_names: ['gift_card'] },
    net: '50.00',
    refunded: '0.00',
    more: { paid_amount: '0.00' },
  },
  ...[
    'cash',
    'Cash on Delivery (COD)',
    'cash_on_delivery',
    'Cash on pickup',
    'manual',
    'Chèque',
    'Money Order',
    'Espèces',
    'Contre-remboursement',
    'COD',
  ].map((gateway) => ({
    name: `${gateway} costs no fee`,
    order: { payment_gateway_names: [gateway] },
    net: '50.00',
    refunded: '0.00',
    more: { paid_amount: '0.00' },
  })),
  ...[
    'shopify_payments',
    'paypal',
    'Bank Deposit',
    'Cash App Pay',
    'cashapp',
    'Checkout.com',
    'manual-bank',
    'Klarna',
    'Paiement à la livraison',
  ].map((gateway) => ({
    name: `${gateway} costs a fee`,
    order: { payment_gateway_names: [gateway] },
    net: '50.00',
    refunded: '0.00',
    more: { paid_amount: '60.00' },
  })),
  {
    name: 'half in cash, half by card',
    order: {
      payment_gateway_names: ['cash', 'shopify_payments'],
      transactions: [
        { kind: 'sale', status: 'success', gateway: 'cash', amount: '40.00' },
        { kind: 'sale', status: 'success', gateway: 'shopify_payments', amount: '20.00' },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { paid_amount: '20.00' },
  },
  {
    name: 'paid by gift card in part, and the shop says how much',
    order: {
      payment_gateway_names: ['gift_card', 'shopify_payments'],
      transactions: [
        { kind: 'sale', status: 'success', gateway: 'gift_card', amount: '40.00' },
        { kind: 'capture', status: 'success', gateway: 'shopify_payments', amount: '20.00' },
        { kind: 'authorization', status: 'success', gateway: 'shopify_payments', amount: '20.00' },
      ],
    },
    net: '50.00',
    refunded: '0.00',
    more: { paid_amount: '20.00' },
  },
  {
    name: 'a tip',
    order: { total_price: '65.00', total_tip_received: '5.00' },
    net: '50.00',
    refunded: '0.00',
    more: { total_tips: '5.00' },
  },
  ...['Tip', 'Pourboire', 'Trinkgeld', 'Mancia'].map((title): Case => ({
    name: `a tip as a line, once: ${title}`,
    order: {
      total_price: '65.00',
      total_tip_received: '5.00',
      line_items: [line(1), line(2, { product_id: null, variant_id: null, title, price: '5.00', tax_lines: [] })],
    },
    net: '50.00',
    refunded: '0.00',
    shipped: [1, 0],
    more: { total_tips: '5.00' },
  })),
  {
    name: 'duties, and given back',
    order: {
      total_price: '70.00',
      original_total_duties_set: shop('10.00'),
      refunds: [
        refund(1, { refund_line_items: [back(1, 10)], transactions: [paid('70.00')], total_duties_set: shop('10.00') }),
      ],
    },
    net: '50.00',
    refunded: '50.00',
    amount: '70.00',
  },
  {
    name: 'duties of the lines alone',
    order: { total_price: '70.00', line_items: [line(1, { duties: [shop('10.00')] })] },
    net: '50.00',
    refunded: '0.00',
    more: { total_duties: '10.00' },
  },
  {
    name: 'an order that costs nothing',
    order: {
      total_price: '0.00',
      total_tax: '0.00',
      line_items: [line(1, { discount_allocations: [{ amount: '60.00' }], tax_lines: [] })],
    },
    net: '0.00',
    refunded: '0.00',
    more: { paid_amount: '0.00', is_conversion: true, needs_shipping: true },
  },

  // Its state and its day.
  ...['paid', 'partially_refunded', 'refunded', 'PAID'].map((state): Case => ({
    name: `${state} is a conversion`,
    order: { financial_status: state },
    net: '50.00',
    refunded: '0.00',
    more: { is_conversion: true, financial_status: state.toLowerCase() },
  })),
  ...['pending', 'authorized', 'partially_paid', 'voided', 'expired'].map((state): Case => ({
    name: `${state} is none`,
    order: { financial_status: state },
    net: '50.00',
    refunded: '0.00',
    more: { is_conversion: false },
  })),
  ...['pending', 'in_progress', 'on_hold', 'unheard_of'].map((state): Case => ({
    name: `no order is lost for its delivery being ${state}`,
    order: { fulfillment_status: state },
    net: '50.00',
    refunded: '0.00',
    more: { is_conversion: true, fulfillment_status: state },
  })),
  {
    name: 'cancelled is none',
    order: { cancelled_at: '2025-03-10T12:00:00+01:00' },
    net: '50.00',
    refunded: '0.00',
    more: { is_conversion: false },
  },
  { name: 'a test is none', order: { test: true }, net: '50.00', refunded: '0.00', more: { is_conversion: false } },
  {
    name: 'an order brought from another shop is of the day on which it was placed',
    order: { processed_at: '2024-11-29T23:30:00+01:00' },
    net: '50.00',
    refunded: '0.00',
    more: { local_date: '2024-11-29', processed_at: '2024-11-29 22:30:00', dt: '2024-11-29' },
  },
];

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

/** A random order, told twice: as Shopify's resource, and as the shop's cash book and VAT account. */
interface Booked {
  readonly resource: Json;
  readonly book: {
    readonly cash: number;
    readonly vat: number;
    readonly liabilities: number;
    readonly hidden: number;
    readonly sent: readonly number[];
  };
}

interface Draft {
  readonly untaxed: boolean;
  readonly lines: readonly {
    readonly price: number;
    readonly quantity: number;
    readonly discount: number;
    readonly rate: number;
    readonly isGift: boolean;
    readonly removed: number;
    readonly back: number;
    readonly restock: string;
  }[];
  readonly shipping: number;
  readonly tip: number;
  readonly duties: number;
  readonly dollars: boolean;
  readonly outcome: string;
  readonly shippingBack: boolean;
  readonly inLines: boolean;
  readonly goodwill: number;
  readonly dutiesBack: boolean;
  /**
   * What the order tells of its new total: nothing, or what is left after the edits, or after all refunds too, or after
   * those that were paid.
   */
  readonly current: 'none' | 'edited' | 'refunded' | 'paid';
  /** Per cent of what the edits left of the goods that an edit gave as a discount: it stands in the new total alone. */
  readonly lateDiscount: number;
  readonly shippingOff: boolean;
  /** Whether the money of what came back stands in a refund of its own. */
  readonly isApart: boolean;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  untaxed: fc.boolean(),
  lines: fc.array(
    fc.record({
      price: fc.integer({ min: 100, max: 9000 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      discount: fc.integer({ min: 0, max: 100 }),
      rate: fc.constantFrom(0, 0.055, 0.2),
      isGift: fc.boolean(),
      removed: fc.integer({ min: 0, max: 2 }),
      back: fc.integer({ min: 0, max: 3 }),
      restock: fc.constantFrom('return', 'cancel', 'no_restock'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  shipping: fc.constantFrom(0, 490, 1250),
  tip: fc.constantFrom(0, 0, 300),
  duties: fc.constantFrom(0, 0, 777),
  dollars: fc.boolean(),
  outcome: fc.constantFrom('success', 'success', 'split', 'retried', 'pending', 'failure'),
  shippingBack: fc.boolean(),
  inLines: fc.boolean(),
  goodwill: fc.constantFrom(0, 0, 500, -100),
  dutiesBack: fc.boolean(),
  current: fc.constantFrom('none', 'edited', 'refunded', 'paid'),
  lateDiscount: fc.constantFrom(0, 0, 10, 25),
  shippingOff: fc.boolean(),
  isApart: fc.boolean(),
});

/** Tax in an amount, or on top of it. */
const taxOf = (amount: number, rate: number, isOnTop: boolean): number =>
  Math.round(isOnTop ? amount * rate : (amount * rate) / (1 + rate));

function booked(draft: Draft, n: number): Booked {
  const { untaxed: isOnTop } = draft;
  const lines = draft.lines.map((each, index) => {
    const rate = each.isGift ? 0 : each.rate;
    const charged = each.price * each.quantity - each.discount;
    const vat = taxOf(charged, rate, isOnTop);
    const removed = Math.min(each.removed, each.quantity);
    const returned = Math.min(each.back, each.quantity - removed);
    // Shopify's own shares: whole cents, the rest with the last units.
    const share = (whole: number, units: number): number => Math.floor((whole * units) / each.quantity);
    return {
      ...each,
      id: n * 10 + index,
      charged,
      vat,
      removed,
      returned,
      off: share(charged, removed),
      offVat: share(vat, removed),
      given: share(charged, returned),
      givenVat: share(vat, returned),
    };
  });
  const total = (of: (each: (typeof lines)[number]) => number): number =>
    lines.reduce((all, each) => all + of(each), 0);
  const onTop = (amount: number, vat: number): number => amount + (isOnTop ? vat : 0);
  const shippingVat = taxOf(draft.shipping, 0.2, isOnTop);
  const price =
    total((each) => onTop(each.charged, each.vat)) + onTop(draft.shipping, shippingVat) + draft.tip + draft.duties;
  const edited = total((each) => onTop(each.off, each.offVat));

  // Of an edit by which the total alone goes down the shop tells only where it tells the new total.
  const isTold = draft.current !== 'none';
  const isShippingOff = isTold && draft.shippingOff;
  const shippingOff = isShippingOff ? onTop(draft.shipping, shippingVat) : 0;
  const shippingOffVat = isShippingOff ? shippingVat : 0;
  const kept = (of: (each: (typeof lines)[number]) => number): number => total((each) => (each.isGift ? 0 : of(each)));
  const part = (whole: number): number => (isTold ? Math.floor((whole * draft.lateDiscount) / 100) : 0);
  const lateVat = part(kept((each) => each.vat - each.offVat - each.givenVat));
  const late = onTop(part(kept((each) => each.charged - each.off - each.given)), lateVat);

  const isShippingBack = draft.shippingBack && !isShippingOff;
  const shippingGiven = isShippingBack ? onTop(draft.shipping, shippingVat) : 0;
  const shippingGivenVat = isShippingBack ? shippingVat : 0;
  const dutiesGiven = draft.dutiesBack ? draft.duties : 0;
  const named = total((each) => onTop(each.given, each.givenVat)) + shippingGiven + dutiesGiven;
  const given = Math.max(named + draft.goodwill, 0);
  const isGiven = given > 0 && ['success', 'split', 'retried'].includes(draft.outcome);
  // Two dollars to the euro: no rounding of the customer's money.
  const pay = (amount: number, status: string): Json =>
    draft.dollars
      ? { kind: 'refund', status, amount: money(amount * 2), currency: 'USD' }
      : { kind: 'refund', status, amount: money(amount), currency: 'EUR' };
  const payments: Record<string, Json[]> = {
    success: [pay(given, 'success')],
    split: [pay(Math.floor(given / 3), 'success'), pay(given - Math.floor(given / 3), 'success')],
    retried: [pay(given, 'failure'), pay(given, 'success')],
    pending: [pay(given, 'pending')],
    failure: [pay(given, 'failure')],
  };
  const adjustments = [
    ...(shippingGiven > 0 && !draft.inLines
      ? [adjustment('shipping_refund', money(shippingGivenVat - shippingGiven), money(-shippingGivenVat))]
      : []),
    ...(given === named ? [] : [adjustment('refund_discrepancy', money(named - given), '0.00')]),
  ];
  // An amount of which nobody can say for what it was is left out, and units of which an edit could not take any.
  const isApart =
    draft.isApart && isGiven && given === named && dutiesGiven === 0 && given !== edited &&
    lines.some((each) => each.returned > 0) &&
    lines.every((each) => each.returned === 0 || each.restock !== 'no_restock'); // prettier-ignore
  const refunds = [
    ...(edited > 0 || total((each) => each.removed) > 0
      ? [
          refund(n * 2, {
            refund_line_items: lines
              .filter((each) => each.removed > 0)
              .map((each) => ({
                id: `e${String(each.id)}`,
                line_item_id: each.id,
                quantity: each.removed,
                restock_type: 'cancel',
                subtotal: each.off / 100,
                total_tax: each.offVat / 100,
              })),
          }),
        ]
      : []),
    ...(given === 0
      ? []
      : [
          refund(n * 2 + 1, {
            refund_line_items: lines
              .filter((each) => each.returned > 0)
              .map((each) => ({
                id: `r${String(each.id)}`,
                line_item_id: each.id,
                quantity: each.returned,
                restock_type: each.restock,
                subtotal: each.given / 100,
                total_tax: each.givenVat / 100,
              })),
            transactions: isApart ? [] : (payments[draft.outcome] ?? []),
            order_adjustments: adjustments,
            total_duties_set: shop(money(dutiesGiven)),
            refund_shipping_lines:
              shippingGiven > 0 && draft.inLines
                ? [{ subtotal_amount_set: shop(money(draft.shipping)), tax_amount_set: shop(money(shippingVat)) }]
                : [],
          }),
          ...(isApart ? [refund(n * 2 + 100_000, { transactions: payments[draft.outcome] ?? [] })] : []),
        ]),
  ];
  const vat = total((each) => each.vat) + shippingVat;
  const [lowered, loweredVat] = {
    none: [0, 0],
    edited: [0, 0],
    refunded: given === 0 ? [0, 0] : [named, total((each) => each.givenVat) + shippingGivenVat],
    paid: isGiven ? [given, total((each) => each.givenVat) + shippingGivenVat] : [0, 0],
  }[draft.current];
  const vatLeft = vat - total((each) => each.offVat) - shippingOffVat - lateVat;
  const resource = order(n, {
    ...(isTold && {
      current_total_price: money(price - edited - shippingOff - late - (lowered ?? 0)),
      current_total_tax: money(vatLeft - (loweredVat ?? 0)),
    }),
    taxes_included: !isOnTop,
    total_price: money(price),
    total_tax: money(vat),
    total_tip_received: money(draft.tip),
    original_total_duties_set: shop(money(draft.duties)),
    ...(draft.dollars && {
      presentment_currency: 'USD',
      total_price_set: { shop_money: { amount: money(price) }, presentment_money: { amount: money(price * 2) } },
    }),
    line_items: lines.map((each) =>
      line(each.id, {
        quantity: each.quantity,
        price: money(each.price),
        discount_allocations: [{ amount: money(each.discount) }],
        gift_card: each.isGift,
        tax_lines: tax(money(each.vat)),
      }),
    ),
    shipping_lines:
      draft.shipping === 0
        ? []
        : [{ price: money(draft.shipping), is_removed: isShippingOff, tax_lines: tax(money(shippingVat)) }],
    refunds,
  });
  // A refund of nothing has no record: nothing came back.
  const cancelled = (each: (typeof lines)[number]): number =>
    given > 0 && each.restock === 'cancel' ? each.returned : 0;
  const gifts = total((each) => (each.isGift ? each.charged - each.off - (isGiven ? each.given : 0) : 0));
  return {
    resource,
    book: {
      // What came in after the edits, less what the bank paid back.
      cash: price - edited - shippingOff - late - (isGiven ? given : 0),
      vat: vatLeft - (isGiven ? total((each) => each.givenVat) + shippingGivenVat : 0),
      // A discount of which the total alone tells may hide in what a refund took off.
      hidden: given === 0 ? 0 : late - lateVat,
      liabilities: gifts + draft.tip + draft.duties - (isGiven ? dutiesGiven : 0),
      sent: lines.map((each) => (each.isGift ? 0 : each.quantity - each.removed - cancelled(each))),
    },
  };
}

test('net revenue less refunds is what the cash book and the VAT account leave, of any order', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const orders = fc.sample(drafts, { numRuns: 300, seed }).map((draft, n) => ({ draft, ...booked(draft, n + 1) }));
  const found = await tablesOf(orders.map(({ resource }) => resource));
  expect(found.size).toBe(orders.length);
  for (const [n, { draft, book }] of orders.entries()) {
    const one = found.get(String(n + 1));
    if (one === undefined) throw new Error(`There is no order ${n + 1}.`);
    const told = { seed, draft };
    const left = cents(one.order['net_revenue']) - refundedNet(one);
    const least = book.cash - book.vat - book.liabilities;
    // What was given back beyond all revenue, of a tip, say: never more than such money as the shop still held.
    const beyond = one.refunds.filter((row) => String(row['refund_line_id']).endsWith('-unearned'));
    const unearned = sum(beyond, (row) => cents(row['amount']));
    const taxWithIt = unearned === 0 ? 0 : sum(one.refunds, (row) => (row['part'] === 'discrepancy' ? cents(row['tax']) : 0)); // prettier-ignore
    expect({ ...told, isHeld: unearned <= book.liabilities, isBeyond: unearned === 0 || left <= 0 }).toEqual({
      ...told,
      isHeld: true,
      isBeyond: true,
    });
    expect({
      ...told,
      // Never less: nothing is taken off twice.
      left: Math.min(Math.max(left, least), least + book.hidden + unearned + taxWithIt),
      sent: one.items.map((item) => item['shipped_quantity']),
    }).toEqual({ ...told, left, sent: book.sent });
    // The lines and the shipping make the order, but for what its total alone tells.
    if (draft.current !== 'none' && draft.lateDiscount > 0) continue;
    const isTaxApart = draft.untaxed || one.order['total_shipping'] === '0.00';
    const shipping = cents(one.order['total_shipping']) - (isTaxApart ? 0 : taxOf(draft.shipping, 0.2, false));
    expect({ ...told, lines: sum(one.items, (item) => cents(item['net_revenue'])) + shipping }).toEqual({
      ...told,
      lines: cents(one.order['net_revenue']),
    });
  }
});
