import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
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

test('a file that was there is brought to the tables too: the run of its import may have been cut short', async () => {
  const bucket = memoryLake();
  await importFiles([file], flags, into(bucket));
  await expect(importFiles([file], { ...flags, run: true }, into(bucket))).rejects.toThrow('Nothing was to be run.');
});

test('what another import has done meanwhile is seen: of two versions of a sheet the newer one counts', async () => {
  const [older, newer] = [join(folder, 'older.csv'), join(folder, 'newer.csv')];
  const sheet = (fee: number) => `Pseudo;Cachet;Devise;Date;Code\n@lea;${fee};EUR;15/03/2025;LEA10\n`;
  await writeFile(older, sheet(500));
  await writeFile(newer, sheet(600));
  await utimes(older, new Date('2025-03-20'), new Date('2025-03-20'));
  await utimes(newer, new Date('2025-03-22'), new Date('2025-03-22'));
  const bucket = memoryLake();
  let isFirst = true;
  const beside: ReturnType<typeof into> = {
    ...into(bucket),
    async alone(work) {
      if (isFirst) {
        isFirst = false;
        await importFiles([older], flags, into(bucket));
      }
      return work();
    },
  };
  await importFiles([newer], flags, beside);
  const deals = Object.entries(await contents(bucket)).filter(([key]) => key.startsWith('raw/influencers/deals/'));
  expect(deals.map(([, text]) => /;(?:500|600);/.exec(text)?.[0])).toEqual([undefined, ';600;']);
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
