/**
 * Orders of other shop systems and interfaces, and visits of another tool: from their files to curated rows that were
 * worked out by hand.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importFiles, rowsOf, runWhole, type Files } from './hand-lake.ts';

const set = (amount: string) => ({ shopMoney: { amount, currencyCode: 'EUR' } });
const jsonl = (...records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');

const order = {
  id: 'gid://shopify/Order/1',
  name: '#1001',
  email: 'a@ex.test',
  createdAt: '2025-03-10T09:00:00Z',
  updatedAt: '2025-03-11T09:00:00Z',
  currencyCode: 'EUR',
  taxesIncluded: true,
  subtotalPriceSet: set('18.00'),
  totalPriceSet: set('18.00'),
  totalTaxSet: set('3.00'),
  displayFinancialStatus: 'PAID',
  tags: [],
};
const line = {
  id: 'gid://shopify/LineItem/9',
  __parentId: order.id,
  title: 'Savon',
  sku: 'SAVON-1',
  quantity: 2,
  originalUnitPriceSet: set('10.00'),
  discountAllocations: [{ allocatedAmountSet: set('2.00') }],
  product: { id: 'gid://shopify/Product/3' },
  variant: { id: 'gid://shopify/ProductVariant/4' },
  taxLines: [{ priceSet: set('3.00') }],
};
const product = {
  id: 'gid://shopify/Product/3',
  title: 'Savon',
  status: 'ACTIVE',
  tags: [],
  createdAt: '2025-01-01T00:00:00Z',
  updatedAt: '2025-03-01T00:00:00Z',
};
const variant = {
  id: 'gid://shopify/ProductVariant/4',
  __parentId: product.id,
  sku: 'SAVON-1',
  title: '',
  price: '10.00',
  inventoryItem: { unitCost: { amount: '2.00' } },
};
const woo = {
  id: 501,
  number: '501',
  status: 'processing',
  currency: 'EUR',
  date_created_gmt: '2025-03-11T23:30:00',
  date_modified_gmt: '2025-03-12T09:00:00',
  discount_total: '0.00',
  shipping_total: '4.08',
  shipping_tax: '0.82',
  total: '24.90',
  total_tax: '4.15',
  billing: { email: 'b@ex.test', country: 'FR' },
  refunds: [{ id: 7, total: '-6.00' }],
  line_items: [
    {
      id: 1,
      name: 'Savon',
      product_id: 8,
      quantity: 3,
      subtotal: '16.67',
      total: '16.67',
      total_tax: '3.33',
      sku: 'SAVON-1',
    },
  ],
};
const presta =
  'id_order;reference;order_state;date_add;email;iso_code;currency;total_discounts_tax_incl;' +
  'total_products_wt;total_shipping_tax_incl;total_paid_tax_incl;total_tax;refunded;payment;' +
  'product_reference;product_name;product_quantity;unit_price_tax_incl\n' +
  '12;ABCDEFGHI;Paiement accepté;2025-03-13 10:00:00;c@ex.test;FR;EUR;6.00;60.00;4.90;58.90;9.82;0;Carte bancaire;CREME-50;Crème;1;40.00\n' +
  '12;ABCDEFGHI;Paiement accepté;2025-03-13 10:00:00;c@ex.test;FR;EUR;6.00;60.00;4.90;58.90;9.82;0;Carte bancaire;SAVON-1;Savon;2;10.00\n';
const visit = {
  idVisit: '5',
  visitorId: 'a1b2c3d4',
  referrerUrl: '',
  siteCurrency: 'EUR',
  // In UTC, and those of the actions by the clock of a site in Paris.
  firstActionTimestamp: 1_741_596_600,
  lastActionTimestamp: 1_741_597_200,
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)',
  actionDetails: [
    {
      type: 'action',
      url: 'https://shop.example/savon?utm_source=newsletter&utm_medium=email&utm_campaign=Mars',
      pageTitle: 'Savon',
      timestamp: 1_741_600_200,
    },
    { type: 'ecommerceOrder', orderId: '1001', revenue: 18, timestamp: 1_741_600_800 },
  ],
};

const files: Files = {
  'orders.jsonl': jsonl(order, line),
  'products.jsonl': jsonl(product, variant),
  'woo.json': JSON.stringify([woo]),
  'presta.csv': presta,
  'matomo.json': JSON.stringify([visit]),
};

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shops-lake-'));
  await importFiles(root, files);
  await runWhole(root);
});
afterAll(() => rm(root, { recursive: true }));

const rows = (sql: string) => rowsOf(root, sql);

test('what orders are worth, and when', async () => {
  expect(
    await rows(
      'SELECT order_id, order_number, CAST(local_date AS varchar), currency, total_price, total_tax, ' +
        'total_shipping, net_revenue, is_conversion FROM orders ORDER BY 1',
    ),
  ).toEqual([
    '1 | 1001 | 2025-03-10 | EUR | 18.00 | 3.00 | 0.00 | 15.00 | true',
    'prestashop:12 | 12 | 2025-03-13 | EUR | 58.90 | 9.82 | 4.90 | 49.08 | true',
    // Half an hour before midnight in UTC, and after it in Paris.
    'woo:501 | 501 | 2025-03-12 | EUR | 24.90 | 4.15 | 4.08 | 20.75 | true',
  ]);
});

test('their lines', async () => {
  expect(
    await rows(
      'SELECT line_item_id, variant_id, sku, quantity, total_discount, total_tax, net_revenue FROM ' +
        'order_items ORDER BY 1',
    ),
  ).toEqual([
    '9 | 4 | SAVON-1 | 2 | 2.00 | 3.00 | 15.00',
    'prestashop:12-1 | sku:CREME-50 | CREME-50 | 1 | 4.00 | 6.00 | 30.00',
    'prestashop:12-2 | sku:SAVON-1 | SAVON-1 | 2 | 2.00 | 3.00 | 15.00',
    // Three of 5.56 less a cent: 16.67 without tax.
    'woo:501-1 | sku:SAVON-1 | SAVON-1 | 3 | 0.01 | 3.33 | 16.67',
  ]);
});

test('what they leave: costs of Shopify’s inventory hold for the same SKU in any shop', async () => {
  expect(await rows('SELECT order_id, cost_of_goods_eur, refunded_eur FROM order_economics ORDER BY 1')).toEqual([
    '1 | 4.00 | 0.00',
    'prestashop:12 |  | 0.00',
    // 6.00 with its part of the tax: 6.00 - 1.00.
    'woo:501 | 6.00 | 5.00',
  ]);
});

test('visits of Matomo, with the order that one ended in', async () => {
  expect(
    await rows(
      `SELECT event_name, date_format(event_at, '%Y-%m-%d %H:%i:%s'), page_path, source, medium, campaign, ` +
        'device, transaction_id, value FROM web_events ORDER BY event_at',
    ),
  ).toEqual([
    'page_view | 2025-03-10 08:50:00 | /savon | newsletter | email | mars | mobile |  | ',
    'purchase | 2025-03-10 09:00:00 | /savon | newsletter | email | mars | mobile | 1001 | 18.00',
  ]);
  expect(await rows("SELECT channel, campaign FROM touchpoints WHERE order_id = '1'")).toEqual(['Email | mars']);
});
