import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { defaultProfile, parseProfile, type ShopPart } from '../shared/shop/profile.ts';
import { smallLake } from '../../test/small-lake.ts';
import { knowingNames, listsReadBy, macros, macrosCalledBy, read } from './names.ts';

/** The name by which the SELECTs know a part of the profile. */
const knownAs: Readonly<Record<string, ShopPart>> = {
  shop_currency: 'currency',
  shop_day: 'time_zone',
  own_domains: 'domains',
  unwanted_referrals: 'unwanted_referrals',
  own_paths: 'own_paths',
  test_tags: 'test_orders',
  test_gateways: 'test_orders',
};

/** The parts that a text uses, itself or through the macros that it names. */
function partsOf(text: string): ShopPart[] {
  const bodies = new Map(
    [...macros().matchAll(/CREATE OR REPLACE TEMP MACRO (\w+)\(([\s\S]*?);\n(?=\n|--|CREATE|$)/g)].map(
      ([, name = '', body = '']) => [name, body],
    ),
  );
  const seen = new Set<string>();
  const found = new Set<ShopPart>();
  const visit = (body: string): void => {
    for (const [word] of body.replaceAll(/--.*/g, '').matchAll(/\w+/g)) {
      const part = knownAs[word];
      if (part !== undefined) found.add(part);
      const next = bodies.get(word);
      if (next === undefined || seen.has(word)) continue;
      seen.add(word);
      visit(next);
    }
  };
  visit(text);
  return [...found].toSorted();
}

describe('a table says which parts of the profile it is made from', () => {
  const tables = [...loadCatalog().values()].filter(({ zone }) => zone === 'curated');
  test.each(tables.map((table) => [table.name, table] as const))('%s', (name, table) => {
    const used = partsOf(`${read(`${name}.sql`)}\n${table.duplicates === undefined ? '' : read(table.duplicates)}`);
    // One that is named and not used would only build slices in vain; one that is used and not named would leave them
    // as they were.
    expect(table.shop.filter((part) => !used.includes(part))).toEqual([]);
    expect(used.filter((part) => !table.shop.includes(part))).toEqual([]);
  });
});

describe('the shop’s day', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ threads: 1, memoryMb: 400, spill: join(tmpdir(), 'sillage-shop') });
  });
  afterAll(() => engine.close());

  test.each([
    'Europe/Paris',
    'Europe/Madrid',
    'Europe/London',
    'America/New_York',
    'Asia/Kolkata',
    'Pacific/Auckland',
    'UTC',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
  ])('in %s is what its clocks say', async (zone) => {
    const session = knowingNames(await engine.connect(), parseProfile(JSON.stringify({ time_zone: zone })));
    const moments = Array.from({ length: 400 }, (_, i) => new Date(Date.UTC(2018, 0, 1) + i * 11.37 * 86_400_000));
    const rows = await session.rows(
      'SELECT CAST(shop_day(CAST(m AS TIMESTAMP)) AS VARCHAR) AS day FROM (SELECT ' +
        `unnest([${moments.map((moment) => `'${moment.toISOString().slice(0, -1)}'`).join(', ')}]) AS m)`,
    );
    const clocks = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
    expect(rows.map((row) => row['day'])).toEqual(moments.map((moment) => clocks.format(moment)));
    session.close();
  });

  test('and its currency rebuild what is made from them, and nothing else', async () => {
    const lake = await smallLake(engine);
    try {
      await lake.drop('raw/crm/customers/dt=2025-03-01/a.jsonl.gz', [
        { id: 1, email: 'a@shop.example', created_at: '2025-03-01T03:00:00Z', updated_at: '2025-03-01T03:00:00Z' },
      ]);
      const summary = async (profile = defaultProfile) => (await lake.transform('customers', { profile })).built.length;
      const day = async () => (await lake.rows('customers')).map((row) => String(row['local_date']));
      expect([await summary(), await day()]).toEqual([1, ['2025-03-01']]);
      expect([await summary(parseProfile('{"currency":"USD"}')), await day()]).toEqual([0, ['2025-03-01']]);
      expect([await summary(parseProfile('{"time_zone":"America/New_York"}')), await day()]).toEqual([
        1,
        ['2025-02-28'],
      ]);
      expect((await lake.entry('customers', '2025-03-01'))?.reason).toBe('shop.json#time_zone changed');
    } finally {
      await lake.dispose();
    }
  });

  test('an order is a test by the tag or the gateway that the shop says, whatever its case', async () => {
    const lake = await smallLake(engine);
    const order = (id: number, more: object) => ({
      id,
      order_number: id,
      created_at: '2025-03-01T10:00:00Z',
      updated_at: '2025-03-01T10:00:00Z',
      currency: 'EUR',
      total_price: '10.00',
      total_tax: '0.00',
      subtotal_price: '10.00',
      total_discounts: '0.00',
      financial_status: 'paid',
      line_items: [{ id: 1, variant_id: 2, product_id: 3, sku: 'S', title: 'Soap', quantity: 1, price: '10.00' }],
      ...more,
    });
    try {
      await lake.drop('raw/crm/orders/dt=2025-03-01/a.jsonl.gz', [
        order(1, { tags: 'gift, QA-Test' }),
        order(2, { payment_gateway_names: ['(for testing) Bogus Gateway'] }),
        order(3, { test: true }),
        order(4, { tags: 'qa-tests', test: false }),
        order(5, {}),
      ]);
      await lake.transform('orders', { profile: parseProfile('{"test_orders":{"tags":["qa-test"]}}') });
      expect(await lake.rejects('orders')).toEqual([]);
      const rows = await lake.rows('orders');
      expect(
        rows
          .toSorted((a, b) => Number(a['order_id']) - Number(b['order_id']))
          .map((row) => [row['order_id'], row['is_test'], row['is_conversion']]),
      ).toEqual([
        ['1', true, false],
        ['2', true, false],
        ['3', true, false],
        ['4', false, true],
        ['5', false, true],
      ]);
    } finally {
      await lake.dispose();
    }
  });
});

test('what a slice is made from holds a list of traffic sources, and the rules by which it is read', () => {
  const [file = '', rules = ''] = listsReadBy(macrosCalledBy(read('web_events.sql')));
  expect(file).toContain('mail.google.com');
  // A host that begins with www. is spelt by a rule, not by the file.
  expect([file, rules].map((text) => text.includes("'www.' || host"))).toEqual([false, true]);
  expect(listsReadBy(macrosCalledBy(read('fx_rates.sql')))).toEqual([]);
});
