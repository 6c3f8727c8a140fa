import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { parseProfile } from '../shared/shop/profile.ts';
import { order, smallLake } from '../../test/small-lake.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 400, spill: join(tmpdir(), 'sillage-landings') });
});
afterAll(() => engine.close());

/**
 * What an order says of its visit; then source, medium and channel, where the shop is known to stand on shop.example.
 */
const landings: readonly (readonly [landing: string | null, referrer: string | null, expected: string])[] = [
  ['/products/creme', 'https://www.shop.example/', '(direct) / (none) / Direct'],
  ['/products/creme', 'https://checkout.shop.example/', '(direct) / (none) / Direct'],
  ['/checkouts/1/thank_you', 'https://www.paypal.com/', '(direct) / (none) / Direct'],
  ['/', 'https://accounts.google.com/', '(direct) / (none) / Direct'],
  ['/', 'https://www.google.fr/', 'google / organic / Organic Search'],
  ['/?utm_medium=email', 'https://www.paypal.com/', '(not set) / email / Email'],
  ['/?fbclid=x', 'https://l.facebook.com/', 'facebook / referral / Organic Social'],
  ['', 'https://www.google.fr/', 'google / organic / Organic Search'],
  [null, 'https://www.google.fr/', 'google / organic / Organic Search'],
  ['/', '', '(direct) / (none) / Direct'],
  ['/', null, '(direct) / (none) / Direct'],
  [null, null, 'none'],
];

/** The landings of orders that say `more` of where the shop stands. */
async function found(more: object, others: readonly object[] = [], profile = parseProfile('{}')): Promise<string[]> {
  const small = await smallLake(engine);
  try {
    const orders = landings.map(([landing_site, referring_site], n) =>
      order(n, { landing_site, referring_site, ...more }),
    );
    await small.drop('raw/crm/orders/dt=2025-01-06/orders.jsonl', [...orders, ...others]);
    await small.transform('orders', { profile });
    const rows = new Map(
      (await small.rows('orders')).map((row) => [
        row['order_number'],
        row['landing_source'] === null
          ? 'none'
          : [row['landing_source'], row['landing_medium'], row['landing_channel']].join(' / '),
      ]),
    );
    return landings.map((_, n) => rows.get(String(1000 + n)) ?? 'no row');
  } finally {
    await small.dispose();
  }
}

const expected = landings.map(([, , line]) => line);

test('the shop’s own hosts are those of its profile', async () => {
  expect(await found({}, [], parseProfile('{"domains": ["www.shop.example"]}'))).toEqual(expected);
});

test('of the page on which the shop shows the order', async () => {
  expect(
    await found({ order_status_url: 'https://shop.example/548380009/orders/b1946ac9/authenticate?key=x' }),
  ).toEqual(expected);
});

test('or of another order of the same answer that tells its landing page whole', async () => {
  expect(await found({}, [order(90, { landing_site: 'https://shop.example/?utm_source=x' })])).toEqual(expected);
});

test('else the shop’s host is not known, and is a referral like any other', async () => {
  expect((await found({})).slice(0, 4)).toEqual([
    'shop.example / referral / Referral',
    '(direct) / (none) / Direct',
    '(direct) / (none) / Direct',
    '(direct) / (none) / Direct',
  ]);
});
