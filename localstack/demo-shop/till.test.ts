import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import { LakeUnavailable } from '../../lambdas/shared/ports/lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { filesLake } from '../embedded/lake/files-lake.ts';
import type { PageAnswer } from '../embedded/http/collector.ts';
import { demoShop } from './shop.ts';
import { openTill } from './till.ts';

const now = Date.parse('2026-01-05T23:30:00.000Z');
const order = (email: string) => ({
  email,
  first_name: 'Léa',
  last_name: 'Martin',
  address1: '1 rue du Port',
  city: 'Brest',
  zip: '29200',
  lines: [{ sku: 'SIL-CRE-001', quantity: 1 }],
});

const Resource = z.object({ orders_count: z.number().optional(), created_at: z.string().optional() });

async function lines(lake: Lake, feed: 'orders' | 'customers') {
  const found: (z.infer<typeof Resource> & { readonly key: string })[] = [];
  for await (const { key } of lake.list(`raw/crm/${feed}/`)) {
    found.push({ key, ...Resource.parse(JSON.parse(gunzipSync(await lake.get(key)).toString())) });
  }
  return found;
}

/** What a lake was asked for, by the name of the operation. */
function counted(lake: Lake): { readonly lake: Lake; readonly asked: Record<string, number> } {
  const asked: Record<string, number> = {};
  const count = (name: string) => {
    asked[name] = (asked[name] ?? 0) + 1;
  };
  return {
    asked,
    lake: {
      ...lake,
      list: (prefix) => (count('list'), lake.list(prefix)),
      get: (key) => (count('get'), lake.get(key)),
      head: (key) => (count('head'), lake.head(key)),
      put: (key, body, options) => (count('put'), lake.put(key, body, options)),
      delete: (key) => (count('delete'), lake.delete(key)),
    },
  };
}

test.each([50, 400])(
  '%d orders of one second ask the lake for two writes each, and for its listing once',
  async (count) => {
    const { lake, asked } = counted(memoryLake());
    const till = openTill(lake);
    const placed = await Promise.all(
      Array.from({ length: count }, (_, n) => till.place(order(`buyer-${n % 7}@mail.example`), now)),
    );
    // Once more of each for the secret that customer ids are made with.
    expect(asked).toEqual({ list: 1, get: 1, put: 2 * count + 1 });
    expect(new Set(placed.map(({ transaction_id }) => transaction_id)).size).toBe(count);
    expect(
      (await lines(lake, 'customers')).map(({ orders_count }) => orders_count).sort((a, b) => Number(a) - Number(b)),
    ).toEqual(Array.from({ length: count }, (_, n) => 1 + Math.floor(n / 7)));
  },
);

test('a till that opens again goes on where the last one ended: numbers, customers and their counts', async () => {
  const inner = memoryLake();
  const first = await Promise.all(
    ['a@mail.example', 'a@mail.example', 'b@mail.example'].map((email, n) =>
      openTill(inner).place(order(email), now + n * 60_000),
    ),
  );
  const { lake, asked } = counted(inner);
  const again = openTill(lake);
  // Within the second of the last one.
  const second = await Promise.all(
    ['a@mail.example', 'c@mail.example'].map((email) => again.place(order(email), now + 120_000)),
  );
  expect(second.map(({ transaction_id }) => Number(transaction_id)).sort((a, b) => a - b)).toEqual(
    [1, 2].map((more) => Number(first.at(-1)?.transaction_id) + more),
  );
  expect(asked).toEqual({ list: 1, get: 2, put: 5 });
  const last = (await lines(inner, 'customers')).find(({ key }) => key.includes(`demo-${second[0]?.transaction_id}-`));
  expect(last).toMatchObject({ orders_count: 3, created_at: '2026-01-06T00:30:00+01:00' });
});

test('two tills of one lake never give one number twice', async () => {
  const lake = memoryLake();
  const [one, other] = [openTill(lake), openTill(lake)];
  const placed = await Promise.all(
    Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : other).place(order(`buyer-${n}@mail.example`), now)),
  );
  expect(new Set(placed.map(({ transaction_id }) => transaction_id)).size).toBe(40);
  expect([(await lines(lake, 'orders')).length, (await lines(lake, 'customers')).length]).toEqual([40, 40]);
});

/** A lake whose disk is full from the n-th write on, until it is told otherwise. */
function filling(lake: Lake, code: string, from: number) {
  let writes = 0;
  let isFull = true;
  const full: Lake = {
    ...lake,
    async put(key, body, options) {
      writes += 1;
      if (isFull && writes >= from)
        throw new LakeUnavailable('The lake in /home/lea/lake cannot be used: its disk is full.', {
          cause: Object.assign(new Error(code), { code }),
        });
      return lake.put(key, body, options);
    },
  };
  return {
    lake: full,
    free: () => {
      isFull = false;
    },
  };
}

const post = async (shop: Awaited<ReturnType<typeof demoShop>>, email: string): Promise<PageAnswer | undefined> =>
  shop({
    method: 'POST',
    url: new URL('http://localhost/shop/orders'),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(order(email))),
  });

test.each([
  { code: 'ENOSPC', from: 1, status: 507, says: 'its disk is full' },
  { code: 'ENOSPC', from: 2, status: 507, says: 'its disk is full' },
  { code: 'EDQUOT', from: 2, status: 507, says: 'its disk is full' },
  { code: 'EROFS', from: 2, status: 503, says: 'its disk cannot be written' },
])(
  '$code at write $from of an order: it is told, nothing of it stands, and the order comes in once there is room',
  async ({ code, from, status, says }) => {
    const inner = memoryLake();
    const { lake, free } = filling(inner, code, from);
    const log: unknown[] = [];
    const shop = await demoShop({ lake, clock: () => now, log: (line) => log.push(line) });
    const answer = await post(shop, 'lea@mail.example');
    expect(answer).toMatchObject({
      status,
      body: JSON.stringify({
        error: `The shop cannot write the order down: ${says}. Nothing was ordered; try again later.`,
      }),
    });
    expect(log).toEqual([{ level: 'ERROR', message: expect.stringContaining('/home/lea/lake cannot be used') }]);
    expect([await lines(inner, 'orders'), await lines(inner, 'customers')]).toEqual([[], []]);
    free();
    expect((await post(shop, 'lea@mail.example'))?.status).toBe(201);
    expect(await lines(inner, 'customers')).toMatchObject([{ orders_count: 1 }]);
  },
);

/** Mounting a small disk takes root on Linux. */
const disk = mkdtempSync(join(tmpdir(), 'sillage-till-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

(mounted ? describe : describe.skip)(
  'on a small disk (skipped where none can be mounted: that takes root on Linux)',
  () => {
    test('orders come in until it is full, and each that was taken stands whole', async () => {
      const lake = filesLake(join(disk, 'lake'));
      const shop = await demoShop({ lake, clock: () => now, log: () => {} });
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(100_000));
      const statuses: (number | undefined)[] = [];
      while (statuses.at(-1) !== 507)
        statuses.push((await post(shop, `buyer-${statuses.length}@mail.example`))?.status);
      statuses.push((await post(shop, 'last@mail.example'))?.status);
      const taken = statuses.filter((status) => status === 201).length;
      expect(statuses).toEqual([...Array.from({ length: taken }, () => 201), 507, 507]);
      expect(taken).toBeGreaterThan(0);
      expect([(await lines(lake, 'orders')).length, (await lines(lake, 'customers')).length]).toEqual([taken, taken]);
      rmSync(join(disk, 'ballast'));
      expect((await post(shop, 'last@mail.example'))?.status).toBe(201);
    });
  },
);
