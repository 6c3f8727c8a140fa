import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { openEngine } from '../../lambdas/shared/duckdb.ts';
import type { Engine } from '../../lambdas/shared/duckdb.ts';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { catalog, smallLake } from '../../test/small-lake.ts';
import { tableNamed } from '../../lambdas/shared/schema/catalog.ts';
import { demoShop } from './shop.ts';
import { openTill } from './till.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-demo-shop-test') });
});
afterAll(() => engine.close());

const now = Date.parse('2026-01-05T23:30:00.000Z');

function request(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    email: 'Lea@Mail.example',
    first_name: 'Léa',
    last_name: 'Martin',
    address1: '1 rue du Port',
    city: 'Brest',
    zip: '29200',
    newsletter: true,
    code: 'bienvenue10',
    landing_site: '/shop/?utm_source=instagram&utm_medium=paid_social&utm_campaign=hiver',
    referring_site: 'https://l.instagram.com/',
    lines: [
      { sku: 'SIL-CRE-001', quantity: 1 },
      { sku: 'SIL-CLE-023', quantity: 2 },
    ],
    ...over,
  };
}

async function keys(lake: Lake): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of lake.list('')) found.push(key);
  return found;
}

const contentOf = async (lake: Lake, key: string) =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(gunzipSync(await lake.get(key)).toString()));

test('an order and its customer become curated rows, and every amount agrees', async () => {
  const small = await smallLake(engine);
  try {
    const { transaction_id, customer_id, value } = await openTill(small.lake).place(request(), now);
    expect(transaction_id).toBe(String(now / 1000));
    // 32.90 + 2 × 14.90 = 62.70, less 10 %: shipping is free. VAT, line by line: 29.61 has 4.94 (4.935), 26.82 has
    // 4.47.
    expect(value).toBe(56.43);
    for (const table of ['orders', 'order_items', 'customers']) {
      await small.transform(table);
      expect(await small.rejects(table)).toEqual([]);
    }
    const [order] = await small.rows('orders');
    expect(order).toMatchObject({
      order_number: transaction_id,
      is_conversion: true,
      promo_code: 'BIENVENUE10',
      landing_source: 'instagram',
      landing_campaign: 'hiver',
      landing_channel: 'Paid Social',
      item_count: 3,
    });
    expect(
      [
        order?.['total_price'],
        order?.['subtotal_price'],
        order?.['total_discounts'],
        order?.['total_tax'],
        order?.['net_revenue'],
      ].map(String),
    ).toEqual(['56.43', '56.43', '6.27', '9.41', '47.02']);
    const [customer] = await small.rows('customers');
    expect(customer).toMatchObject({ accepts_marketing: true, country: 'FR' });
    // Both are the pseudonym of the id that the page hands to the tracker.
    expect(customer?.['customer_id']).toBe(order?.['customer_id']);
    expect(customer_id).toMatch(/^7[5-8]\d{11}$/);
    expect(
      (await small.rows('order_items'))
        .map(({ sku, total_discount }) => `${String(sku)} ${String(total_discount)}`)
        .sort(),
    ).toEqual(['SIL-CLE-023 2.98', 'SIL-CRE-001 3.29']);
  } finally {
    await small.dispose();
  }
});

test.each(['orders', 'customers'])('a line of raw %s has no field that the schema does not know', async (feed) => {
  const lake = memoryLake();
  await openTill(lake).place(request(), now);
  const key = (await keys(lake)).find((each) => each.startsWith(`raw/crm/${feed}/`)) ?? '';
  const columns = new Set(tableNamed(catalog, `raw_crm_${feed}`).columns.map(({ name }) => name));
  expect(Object.keys(await contentOf(lake, key)).filter((name) => !columns.has(name))).toEqual([]);
  expect((await lake.head(key))?.metadata).toEqual({ rows: '1', producer: 'demo-shop' });
});

test('who orders again is the same customer since the first order; two orders of one second have two numbers', async () => {
  const lake = memoryLake();
  const till = openTill(lake);
  const first = await till.place(request(), now);
  const second = await till.place(request({ email: 'lea@mail.example' }), now + 100);
  const other = await till.place(request({ email: 'noe@mail.example' }), now + 200);
  const later = await till.place(request(), now + 86_400_000);
  expect([second, later].map(({ customer_id }) => customer_id)).toEqual([first.customer_id, first.customer_id]);
  expect(new Set([first, second, other, later].map(({ transaction_id }) => transaction_id)).size).toBe(4);
  expect(
    await contentOf(
      lake,
      `raw/crm/customers/dt=2026-01-06/demo-${later.transaction_id}-of-${later.customer_id}.jsonl.gz`,
    ),
  ).toMatchObject({
    created_at: '2026-01-06T00:30:00+01:00',
    updated_at: '2026-01-07T00:30:00+01:00',
    orders_count: 3,
  });
  expect((await keys(lake)).filter((key) => key.startsWith('raw/crm/orders/'))).toHaveLength(4);
  expect((await keys(lake)).filter((key) => key.startsWith('raw/'))).toHaveLength(8);
});

test('a small order pays its shipping', async () => {
  expect(
    (await openTill(memoryLake()).place(request({ code: null, lines: [{ sku: 'SIL-CRE-001', quantity: 1 }] }), now))
      .value,
  ).toBe(37.8);
});

const spoilt: readonly { name: string; body: string; status: number; says: RegExp }[] = [
  { name: 'no JSON', body: '{', status: 400, says: /not JSON/ },
  { name: 'no lines', body: JSON.stringify(request({ lines: [] })), status: 400, says: /lines/ },
  { name: 'no e-mail address', body: JSON.stringify(request({ email: 'lea' })), status: 400, says: /email/ },
  {
    name: 'an unknown product',
    body: JSON.stringify(request({ lines: [{ sku: 'X', quantity: 1 }] })),
    status: 400,
    says: /no product \\"X\\"/,
  },
  {
    name: 'an unknown code',
    body: JSON.stringify(request({ code: 'LEA10' })),
    status: 400,
    says: /Le code LEA10 n’existe pas/,
  },
  { name: 'too much', body: 'x'.repeat(70_000), status: 413, says: /larger than 65536 bytes/ },
];

test.each(spoilt)('the till refuses $name, and writes nothing', async ({ body, status, says }) => {
  const lake = memoryLake();
  const shop = await demoShop({ lake, clock: () => now });
  const answer = await shop({
    method: 'POST',
    url: new URL('http://localhost/shop/orders'),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
  });
  expect(answer?.status).toBe(status);
  expect(answer?.body).toMatch(says);
  expect(await keys(lake)).toEqual([]);
});

test('the shop serves its files and the tracker, its page under every other address, and nothing else', async () => {
  const shop = await demoShop({ lake: memoryLake() });
  const at = async (path: string, method = 'GET') => {
    const answer = await shop({ method, url: new URL(path, 'http://localhost'), headers: {}, body: Buffer.alloc(0) });
    return [answer?.status, answer?.headers['content-type']?.split(';')[0] ?? answer?.headers['location']];
  };
  expect(await at('/?utm_source=a')).toEqual([302, '/shop/?utm_source=a']);
  expect(await at('/tracker.js')).toEqual([200, 'text/javascript']);
  expect(await at('/shop/shop.css')).toEqual([200, 'text/css']);
  expect(await at('/shop/produits/creme')).toEqual([200, 'text/html']);
  expect(await at('/shop/../orders.ts')).toEqual([undefined, undefined]);
  expect(await at('/shop/orders')).toEqual([405, 'application/json']);
  expect(await at('/shop/', 'DELETE')).toEqual([undefined, undefined]);
  const framed = await shop({
    method: 'GET',
    url: new URL('http://localhost/shop/commande'),
    headers: {},
    body: Buffer.alloc(0),
  });
  expect(framed?.headers['content-security-policy']).toBe("frame-ancestors 'none'");
});

const deals = (end: string) =>
  `\ufeffid_contrat;pseudo;code_promo;date_fin\nINF-1;lea;Lea2X15;${end}\nINF-2;noe;NOE;${end}\nINF-3;ana;;${end}\n`;

test.each([
  ['LEA2X15', '31/01/2026', 15],
  ['lea2x15', '05/01/2026', 15],
  ['NOE', '31/01/2026', 10],
  ['BIENVENUE10', '31/12/2025', 10],
  ['LEA2X15', '04/01/2026', undefined],
  ['LEA', '31/01/2026', undefined],
  ['', '31/01/2026', undefined],
])('the code %j of a deal that ends on %s takes off %s per cent', async (code, end, percent) => {
  const lake = memoryLake();
  await lake.put('raw/influencers/deals/dt=2026-01-02/export-2026-01-02.csv', deals(end), { contentType: 'text/csv' });
  const shop = await demoShop({ lake, clock: () => now });
  const answer = await shop({
    method: 'GET',
    url: new URL(`http://localhost/shop/code?code=${code}`),
    headers: {},
    body: Buffer.alloc(0),
  });
  const told = z.object({ code: z.string().optional(), percent_off: z.number().optional() });
  expect([answer?.status, told.parse(JSON.parse(String(answer?.body)))]).toEqual(
    percent === undefined ? [404, {}] : [200, { code: code.toUpperCase(), percent_off: percent }],
  );
});
