import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin } from '../lambdas/lease/lease.ts';
import { underLease } from '../lambdas/lease/under-lease.ts';
import { memoryLake } from '../lambdas/shared/ports/memory-lake.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { leaseKey } from '../lambdas/shared/schema/ops-keys.ts';
import { shopifyOrder } from '../lambdas/webhook/samples.ts';
import { importTarget } from './import-target.ts';
import { importFiles } from './import.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-import-bucket-'));
  file = join(folder, 'orders.json');
  await writeFile(file, JSON.stringify({ orders: [shopifyOrder()] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const flags = { yes: true, run: false, lake: '' };

async function contents(lake: Lake): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of lake.list('')) found[key] = (await lake.get(key)).toString();
  return found;
}

const into = (lake: Lake) => ({
  lake,
  name: 's3://a-lake',
  flag: ' --lake s3://a-lake',
  alone: <T>(work: () => Promise<T>) => underLease(lake, work),
  run: () => Promise.reject(new Error('Nothing was to be run.')),
});

test('a bucket is given what a folder is given, under the lease of its runs, which is given back', async () => {
  const [bucket, root] = [memoryLake(), join(folder, 'lake')];
  await importFiles([file], flags, into(bucket));
  const own = importTarget(root, false);
  await importFiles([file], flags, own);
  const there = await contents(bucket);
  const orders = Object.keys(there).filter((key) => key.startsWith('raw/crm/orders/dt='));
  expect(orders).toHaveLength(1);
  for (const key of orders) expect((await own.lake.get(key)).toString()).toBe(there[key]);
  expect(there[leaseKey]).toBeUndefined();
  await importFiles([file], flags, into(bucket));
  expect(await contents(bucket)).toEqual(there);
});

test('while a run has the lease nothing is landed', async () => {
  const bucket = memoryLake();
  await begin(bucket, 'another');
  const before = await contents(bucket);
  await expect(importFiles([file], flags, into(bucket))).rejects.toThrow('another run holds its lease');
  expect(await contents(bucket)).toEqual(before);
});

test('a bucket that is to be run over needs its key before anything is landed', () => {
  const before = process.env['SILLAGE_PSEUDONYM_KEY'];
  delete process.env['SILLAGE_PSEUDONYM_KEY'];
  try {
    expect(() => importTarget('s3://a-lake', true)).toThrow('set SILLAGE_PSEUDONYM_KEY');
  } finally {
    if (before !== undefined) process.env['SILLAGE_PSEUDONYM_KEY'] = before;
  }
});
