import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { advice } from './advice.ts';
import { lookAt } from './samples/look-at.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tagged-tests-'));
});
afterAll(() => rm(home, { recursive: true }));

const order = (id: number, tags: string) => ({
  id,
  name: `#${id}`,
  tags,
  created_at: '2025-03-10T09:00:00Z',
  updated_at: '2025-03-10T09:00:00Z',
  financial_status: 'paid',
  currency: 'EUR',
  total_price: '10.00',
  line_items: [],
});

test('orders that a tag calls tests are told, unless the profile names it or the words are of something else', async () => {
  const lake = memoryLake();
  const told = async (...orders: readonly object[]) =>
    (await advice(lake, await lookAt(home, 'orders.json', JSON.stringify({ orders })))).filter((line) =>
      line.includes('test_orders'),
    );
  expect(await told(order(1, 'vip, Test'), order(2, 'commande test'), order(3, 'testeuse, latest, Contest'))).toEqual([
    '2 orders (the first is #1) of orders.json have a tag that calls them tests (“commande test”, “test”), and count ' +
      `as any other. If they are, name the tag: sillage shop --set 'test_orders={"tags":["commande test","test"]}'`,
  ]);
  await lake.put('shop.json', JSON.stringify({ test_orders: { tags: ['test'] } }));
  expect(await told(order(1, 'vip, Test'), order(3, ''))).toEqual([]);
  expect(await told({ ...order(1, 'test-order'), test: true })).toEqual([]);
  expect(await told(order(4, 'test-order'))).toEqual([
    'An order (#4) of orders.json has a tag that calls it a test (“test-order”), and counts as any other. If it is ' +
      `one, name the tag: sillage shop --set 'test_orders={"tags":["test","test-order"]}'`,
  ]);
});
