/** Days that no month has: JavaScript takes 30 February for 2 March, and the run would refuse what import had counted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'impossible-days-'));
});
afterEach(() => rm(home, { recursive: true }));

const csv = (created: string, cancelled = '') =>
  'Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,' +
  'Lineitem name,Lineitem price,Cancelled at\n' +
  `#1,paid,EUR,20.00,0.00,3.33,20.00,${created},1,Soap,20.00,${cancelled}\n`;
const woo = (created: string) =>
  'Order Number,Order Status,Order Date,Order Currency,Order Subtotal Amount,Order Shipping Amount,' +
  'Order Total Amount,Order Total Tax Amount,Item Name,Quantity,Item Cost\n' +
  `501,Completed,${created},EUR,20.00,0.00,24.00,4.00,Soap,1,20.00\n`;
const wooJson = (created: string) =>
  JSON.stringify([
    {
      id: 501,
      status: 'completed',
      currency: 'EUR',
      date_created_gmt: created,
      discount_total: '0.00',
      shipping_total: '0.00',
      shipping_tax: '0.00',
      total: '24.00',
      total_tax: '4.00',
      line_items: [
        { id: 1, name: 'Soap', quantity: 1, subtotal: '20.00', total: '20.00', total_tax: '4.00', sku: 'S' },
      ],
    },
  ]);
const set = { shopMoney: { amount: '20.0', currencyCode: 'EUR' } };
const graphql = (created: string) =>
  `${JSON.stringify({ id: 'gid://shopify/Order/1', name: '#1', createdAt: created, updatedAt: '2025-03-10T09:00:00Z', currencyCode: 'EUR', subtotalPriceSet: set, totalPriceSet: set, totalTaxSet: set, displayFinancialStatus: 'PAID', lineItems: { nodes: [{ id: 'gid://shopify/LineItem/9', title: 'Soap', quantity: 1, originalUnitPriceSet: set }] } })}\n`;

test.each([
  ['Shopify’s export', 'o.csv', csv('2025-02-30 10:00:00 +0100'), /row 2, “Created at” is “2025-02-30/u],
  [
    'its day of cancellation',
    'o.csv',
    csv('2025-02-20 10:00:00 +0100', '2025-02-31 10:00:00 +0100'),
    /“Cancelled at”/u,
  ],
  ['WooCommerce’s table', 'w.csv', woo('2025-02-30 10:00'), /row 2, “Order Date” is “2025-02-30.*no day/u],
  [
    'WooCommerce’s table, an hour',
    'w.csv',
    woo('2025-02-20 25:00'),
    /row 2, “Order Date” is “2025-02-20 25:00”.*no time/u,
  ],
  [
    'WooCommerce’s API',
    'w.json',
    wooJson('2025-02-30T10:00:00'),
    /Order 501 .*“2025-02-30T10:00:00”, which is no moment/u,
  ],
  ['GraphQL', 'o.jsonl', graphql('2025-02-30T10:00:00Z'), /Order in line 1 is of “2025-02-30T10:00:00Z”.*no moment/u],
])('%s is refused', async (_, name, text, why) => {
  const [one] = await lookAt(home, name, text);
  expect(one).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) as unknown });
});

test.each([
  ['Shopify’s export', 'o.csv', csv('2024-02-29 10:00:00 +0100')],
  ['WooCommerce’s table', 'w.csv', woo('2024-02-29 10:00')],
  ['WooCommerce’s API', 'w.json', wooJson('2024-02-29T10:00:00')],
  ['GraphQL', 'o.jsonl', graphql('2024-02-29T10:00:00Z')],
])('the day that a leap year has is read: %s', async (_, name, text) => {
  const [part] = await partsOf(home, name, text);
  expect(part?.days).toEqual({ from: '2024-02-29', to: '2024-02-29' });
});

test('the REST API: the order is told to be refused, and no day is told of it', async () => {
  const order = (id: number, created: string) => ({ id, name: `#${id}`, currency: 'EUR', created_at: created, updated_at: created, total_price: '20.00', subtotal_price: '20.00', financial_status: 'paid', line_items: [{ id, title: 'Soap', quantity: 1, price: '20.00' }] }); // prettier-ignore
  const orders = [order(1, '2025-03-10T10:00:00+01:00'), order(2, '2025-02-30T10:00:00+01:00')];
  const [part] = await partsOf(home, 'o.json', JSON.stringify({ orders }));
  expect(part?.days).toEqual({ from: '2025-03-10', to: '2025-03-10' });
  expect(part?.notes).toContainEqual(
    expect.stringMatching(/^1 order has no day that a month has \(the first is #2\), and is going to be refused/u),
  );
});

test('a visit of such a day is left out, and told', async () => {
  const event = (uuid: string, timestamp: string) => ({
    uuid,
    event: '$pageview',
    distinct_id: 'v1',
    timestamp,
    properties: { $current_url: 'https://shop.example/', $lib: 'web' },
  });
  const results = [
    event('0190a1b2-0000-7000-8000-0000000000a1', '2025-03-10T09:00:00.000Z'),
    event('0190a1b2-0000-7000-8000-0000000000a2', '2025-02-30T09:00:00.000Z'),
  ];
  const [part] = await partsOf(home, 'p.json', JSON.stringify({ results }));
  expect(part?.leftOut).toMatchObject([{ why: 'no time that can be read', rows: 1 }]);
  expect(part?.days).toEqual({ from: '2025-03-10', to: '2025-03-10' });
});
