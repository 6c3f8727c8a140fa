import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { advice } from './advice.ts';
import { buyersComeBack } from './erased-persons.ts';
import { keptOrder } from '../forget/kept-order.ts';
import { exported, lookAt, sample } from './samples/look-at.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'erased-persons-'));
});
afterAll(() => rm(home, { recursive: true }));

test('a file that is older than an erasure is told to bring persons back; a newer one, and one of ads, is not', async () => {
  const lake = memoryLake();
  const told = async (name: string) =>
    (await advice(lake, await lookAt(home, name, sample(name)))).filter((line) => line.includes('sillage forget'));
  const erasedAt = (id: string, at: string) =>
    lake.put(`ops/erasures/${id}.json`, JSON.stringify({ state: 'done', begun_at: at, objects: [] }));
  await erasedAt('a', new Date(exported.getTime() - 1000).toISOString());
  expect(await told('orders_export.csv')).toEqual([]);
  await erasedAt('b', '2025-05-02T10:00:00.000Z');
  expect([await told('orders_export.csv'), await told('meta-en.csv')]).toEqual([
    [
      'orders_export.csv was exported before a person was erased from this lake (2025-05-02): who is in it is ' +
        'in the lake again. Import an export that was made since the shop erased them, or repeat the erasure: ' +
        'sillage forget',
    ],
    [],
  ]);
  expect(await told('ga4-bigquery.json')).toHaveLength(1);
});

test('a newer file that still tells whose an order was, of which an erasure kept no buyer, is told; one that does not is not', async () => {
  const lake = memoryLake();
  const order = (n: number) => ({
    id: n,
    name: `#${n}`,
    email: `b${n}@ex.test`,
    customer: { id: n + 7_000_000_000, email: `b${n}@ex.test`, orders_count: 1 },
    created_at: '2025-03-10T09:00:00Z',
    updated_at: '2025-03-10T09:00:00Z',
    financial_status: 'paid',
    currency: 'EUR',
    total_price: '10.00',
    line_items: [],
  });
  const key = 'raw/crm/orders/dt=2025-03-10/a.json';
  const kept = keptOrder(order(1001), '12345678901234', new Set());
  await lake.put(key, JSON.stringify({ orders: [kept, order(1002)] }));
  await lake.put(
    'ops/erasures/a.json',
    JSON.stringify({ begun_at: '2025-03-20T10:00:00.000Z', objects: [{ key, removed: 0, masked: 0, stripped: 1 }] }),
  );
  const told = async (orders: readonly object[]) =>
    (await advice(lake, await lookAt(home, 'orders.json', JSON.stringify({ orders })))).filter((line) =>
      line.includes('sillage forget'),
    );
  expect(await told([order(1001), order(1002)])).toEqual([
    'orders.json tells of an order (#1001) whose buyer was erased from this lake, and who it was: they are in the ' +
      'lake again, for the shop still has them. Erase them there first, then here again: sillage forget',
  ]);
  expect(await told([kept, order(1002), order(1003)])).toEqual([]);

  // What the tables have, whichever door it came by.
  const { id } = order(1001);
  const inTables = async (...rows: (readonly (string | null)[])[]) => {
    const asked: string[] = [];
    const query = async (sql: string) => {
      asked.push(sql);
      return { columns: [], rows, warnings: [], approximations: [] };
    };
    const said = await buyersComeBack(lake, { query });
    expect(asked).toEqual([expect.stringContaining(`order_id IN ('${id}')`)]);
    return said;
  };
  expect(await inTables([`${id}`, '#1001', '12345678901234', null])).toEqual([]);
  expect(await inTables([`${id}`, '#1001', '7000001001', null])).toHaveLength(1);
  expect(await inTables([`${id}`, '#1001', '12345678901234', 'ab12'])).toEqual([
    'An order (#1001) whose buyer was erased from this lake told anew who it was: by a webhook of the shop, or a ' +
      'later file, they are in the lake again, for the shop still has them. Erase them there first, then here ' +
      'again: sillage forget',
  ]);
});
