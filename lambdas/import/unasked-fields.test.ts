import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'unasked-fields-'));
});
afterEach(() => rm(home, { recursive: true }));

const shop = (amount: string) => ({ shopMoney: { amount } });
const rest = {
  id: 1,
  name: '#1',
  created_at: '2025-03-10T10:00:00+01:00',
  updated_at: '2025-03-10T10:00:00+01:00',
  cancelled_at: null,
  financial_status: 'paid',
  test: false,
  currency: 'EUR',
  taxes_included: true,
  total_price: '40.00',
  refunds: [],
  discount_codes: [],
  line_items: [{ id: 2, price: '40.00', quantity: 1, gift_card: false, tax_lines: [], discount_allocations: [] }],
};
const graphql = {
  id: 'gid://shopify/Order/1',
  name: '#1',
  createdAt: '2025-03-10T09:00:00Z',
  updatedAt: '2025-03-10T09:00:00Z',
  cancelledAt: null,
  displayFinancialStatus: 'PAID',
  test: false,
  currencyCode: 'EUR',
  taxesIncluded: true,
  totalPriceSet: shop('40.00'),
  currentTotalPriceSet: shop('40.00'),
  refunds: [],
  discountCodes: [],
  lineItems: {
    edges: [
      {
        node: {
          id: 'gid://shopify/LineItem/2',
          quantity: 1,
          originalUnitPriceSet: shop('40.00'),
          isGiftCard: false,
          taxLines: [],
          discountAllocations: [],
        },
      },
    ],
  },
};
const woo = {
  id: 1,
  status: 'completed',
  currency: 'EUR',
  date_created_gmt: '2025-03-10T09:00:00',
  total: '40.00',
  total_tax: '0.00',
  fee_lines: [],
  coupon_lines: [],
  refunds: [],
  line_items: [{ id: 2, name: 'Savon', quantity: 1, total: '40.00', total_tax: '0.00' }],
};
const notesOf = async (orders: readonly object[]) => {
  const [part] = await partsOf(home, 'o.json', orders.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return part?.notes.join('\n') ?? '';
};
const without = (order: object, name: string) =>
  Object.fromEntries(Object.entries(order).filter(([key]) => key !== name));

test.each<[string, object]>([
  ['REST', rest],
  ['GraphQL', graphql],
  ['WooCommerce', woo],
])('an answer with all fields is told nothing of: %s', async (_, order) => {
  expect(await notesOf([order])).not.toContain('The answer lacks');
});

test.each<[string, object, RegExp]>([
  ['refunds', without(rest, 'refunds'), /lacks refunds: what was given back is not known\. Ask for orders\.json without “fields”/],
  ['tests and cancellations', without(without(rest, 'test'), 'cancelled_at'), /lacks test, cancelled_at: test orders count as sales; orders that were cancelled count/],
  ['a field of lines', { ...rest, line_items: [{ id: 2, price: '40.00', quantity: 1, tax_lines: [], discount_allocations: [] }] }, /lacks gift_card of line_items: gift cards that were sold are revenue/],
  ['a field of GraphQL', without(graphql, 'taxesIncluded'), /lacks taxesIncluded: prices are taken to hold their tax\. Ask for all fields of the query/],
  ['codes', without(rest, 'discount_codes'), /lacks discount_codes: what influencers sold by their codes, and their commission, is not known/],
  ['codes of GraphQL', without(graphql, 'discountCodes'), /lacks discountCodes: /],
  ['codes of WooCommerce', without(woo, 'coupon_lines'), /lacks coupon_lines: /],
  ['a field of WooCommerce', without(woo, 'refunds'), /lacks refunds: .* without _fields/],
])('a field that no order has is told, with what figures then hold: %s', async (_, order, told) => {
  expect(await notesOf([order])).toMatch(told);
}); // prettier-ignore

test('one code of GraphQL tells it, too', async () => {
  expect(await notesOf([{ ...without(graphql, 'discountCodes'), discountCode: null }])).not.toContain(
    'The answer lacks',
  );
});

test('a field that one order has was asked for', async () => {
  expect(await notesOf([without(rest, 'refunds'), { ...rest, id: 3 }])).not.toContain('The answer lacks');
});
