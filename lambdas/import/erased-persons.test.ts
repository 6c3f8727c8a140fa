import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { advice } from './advice.ts';
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
