import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { deletedOrders } from './deleted-orders.ts';
import { look } from './import.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'deleted-orders-'));
});
afterEach(() => rm(home, { recursive: true }));

const rest = (id: number, updated_at: string) => ({
  id,
  name: `#${id}`,
  order_number: id,
  created_at: '2025-03-01T10:00:00Z',
  processed_at: '2025-03-01T10:00:00Z',
  updated_at,
  currency: 'EUR',
  taxes_included: true,
  subtotal_price: '20.00',
  total_price: '20.00',
  total_tax: '3.33',
  financial_status: 'paid',
  line_items: [{ id: id * 10, quantity: 1, price: '20.00', title: 'Soap' }],
});
const head =
  'Id,Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,' +
  'Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,' +
  'Lineitem requires shipping,Lineitem taxable,Cancelled at,Refunded Amount,Discount Code';
const row = (id: number) =>
  `${id},#${id},a@b.fr,paid,2025-03-01 10:00:00 +0100,EUR,20.00,0.00,3.33,20.00,0.00,2025-03-01 10:00:00 +0100,1,Soap,20.00,S,true,true,,0.00,`;
const woo = (id: number) => ({
  id,
  number: String(id),
  status: 'completed',
  currency: 'EUR',
  date_created_gmt: '2025-03-01T10:00:00',
  date_modified_gmt: '2025-03-01T10:00:00',
  total: '20.00',
  total_tax: '3.33',
  line_items: [
    { id: 1, name: 'Soap', product_id: 9, quantity: 1, subtotal: '16.67', total: '16.67', total_tax: '3.33' },
  ],
});
const [before, after] = ['2025-03-02T10:00:00Z', '2025-03-09T10:00:00Z'];

async function told(name: string, text: string): Promise<string[]> {
  const lake = memoryLake();
  const gone = (id: string) => `{"id":${id},"deleted_at":"2025-03-05T10:00:00Z"}\n`;
  await lake.put('raw/crm/orders/dt=2025-03-05/webhook-shopify-a.jsonl', gone('1'));
  await lake.put('raw/crm/orders/dt=2025-03-05/webhook-shopify-joined-b.jsonl.gz', gzipSync(gone('2') + gone('3')));
  await lake.put('raw/crm/orders/dt=2025-03-05/webhook-woocommerce-c.jsonl', gone('"woo:7"'));
  await writeFile(join(home, name), text);
  const looked = await look(lake, [join(home, name)], { scratch: await mkdtemp(join(home, 'scratch-')) });
  expect(looked).toMatchObject([{ kind: 'understood' }]);
  return deletedOrders(lake, looked);
}

const pages = (...ids: readonly number[]) => JSON.stringify({ orders: ids.map((id) => rest(id, before)) });
test.each([
  [
    'an export',
    'o.csv',
    [head, row(1), row(2), row(4)].join('\n'),
    /^2 orders \(the first is #1\) of o\.csv were deleted/,
  ],
  ['an answer', 'o.json', pages(3, 4), /^An order \(#3\) of o\.json was deleted in the shop, .*it does not count/],
  [
    'an order a line',
    'o.jsonl',
    `${JSON.stringify(rest(1, before))}\n${JSON.stringify(rest(4, before))}\n`,
    /^An order \(#1\)/,
  ],
  ['WooCommerce', 'w.json', JSON.stringify([woo(7), woo(8)]), /^An order \(#7\) of w\.json was deleted/],
])('orders that were deleted are told: %s', async (_, name, text, words) => {
  expect(await told(name, text)).toEqual([expect.stringMatching(words)]);
});

test.each([
  ['none of them', pages(4, 5)],
  [
    'a line that has the number of one',
    JSON.stringify({
      orders: [{ ...rest(4, before), line_items: rest(1, before).line_items.map((line) => ({ ...line, id: 1 })) }],
    }),
  ],
  ['one that was taken back, and changed', JSON.stringify({ orders: [rest(1, after)] })],
])('others are not: %s', async (_, text) => {
  expect(await told('o.json', text)).toEqual([]);
});
