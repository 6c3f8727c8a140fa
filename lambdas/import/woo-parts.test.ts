/** Orders of a marketplace's vendors are parts of another: both counted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { partsOf, totals } from './samples/look-at.ts';
import { platforms } from '../webhook/platforms.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'woo-parts-'));
});
afterEach(() => rm(home, { recursive: true }));

const goods = { cream: '50.00', soap: '10.00' };
const order = (id: number, parent: number, names: readonly (keyof typeof goods)[], more: object = {}) => ({
  id,
  parent_id: parent,
  status: 'completed',
  currency: 'EUR',
  date_created_gmt: '2025-03-10T09:00:00',
  date_modified_gmt: '2025-03-10T09:00:00',
  total: names.reduce((sum, name) => sum + Number(goods[name]), 0).toFixed(2),
  total_tax: '0.00',
  line_items: names.map((name, at) => ({
    id: at,
    name,
    product_id: name.length,
    quantity: 1,
    subtotal: goods[name],
    total: goods[name],
    total_tax: '0.00',
  })),
  refunds: [],
  meta_data: [],
  ...more,
});
const part = async (...orders: readonly object[]) => (await partsOf(home, 'w.json', JSON.stringify(orders)))[0];

test('of an order and its vendors’ orders the whole one counts, which is told', async () => {
  const refunded = { refunds: [{ id: 1, total: '-10.00' }] };
  const made = await part(
    order(103, 101, ['soap'], refunded),
    order(102, 101, ['cream']),
    order(101, 0, ['cream', 'soap']),
  );
  expect(totals(made)?.slice(0, 2)).toEqual(['orders 1', 'total 60.00 EUR']);
  expect(made?.leftOut).toEqual([
    { why: expect.stringMatching(/^a part of another order/) as unknown, rows: 2, first: 1 },
  ]);
  expect(made?.notes).toContainEqual(expect.stringMatching(/^1 order of a vendor has refunds/));
});

test('what was split off an order, or whose whole is not there, counts', async () => {
  const split = await part(order(102, 101, ['cream']), order(101, 0, ['soap']));
  expect(totals(split)?.slice(0, 2)).toEqual(['orders 2', 'total 60.00 EUR']);
  const alone = await part(order(103, 101, ['soap']), order(102, 101, ['cream']));
  expect(totals(alone)?.slice(0, 2)).toEqual(['orders 2', 'total 60.00 EUR']);
});

test('of a webhook, where each comes alone, a vendor’s is known by its note', () => {
  const read = (one: object) => platforms.woocommerce.read(one, '');
  const ofVendor = { meta_data: [{ key: '_dokan_vendor_id', value: '7' }] };
  expect(read(order(102, 101, ['cream'], ofVendor))).toEqual({
    left: expect.stringMatching(/^a part of order 101/) as unknown,
  });
  expect(read(order(101, 0, ['cream'], ofVendor))).toHaveProperty('line');
});
