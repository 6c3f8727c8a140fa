import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parquetRows } from '../shared/parquet-rows.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { aggregated } from '../land/samples.ts';
import { unpacked } from '../land/aggregated.ts';
import { parquetRowsOf } from './opened.ts';
import type { Person } from './person.ts';
import { noChanges, type Changes } from './changes.ts';
import { Rewriter } from './rewrite.ts';

const catalog = loadCatalog();
const bob: Person = {
  emails: new Set(['bob@x.fr']),
  phones: new Set(['33612345678']),
  sharedPhones: new Set(),
  customers: new Set(['7100000000312']),
  visitors: new Set(['visitor-of-bob']),
  sharedVisitors: new Set(['tablet']),
  orders: new Set(['1001', '62001']),
};
const keeping = new Rewriter(catalog, bob, [[[...bob.customers, ...bob.emails], '99000000000001']], new Set(), new Set(['gift'])); // prettier-ignore
const erasing = new Rewriter(catalog, bob, undefined);

const jsonl = (...records: readonly (object | string)[]) =>
  records.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
const other = { visitor_id: 'v1', customer_id: null, page: { url: 'https://shop.example/' } };
const named = { ...other, page: { url: 'https://shop.example/?e=bob%40x.fr' } };
const orderOfBob = {
  id: 62001,
  order_number: 1001,
  email: 'Bob@x.fr',
  note: 'at the back door',
  total_price: '10.00',
  landing_site: '/?utm_source=a&gclid=Cj0',
  customer: { id: 7_100_000_000_312, first_name: 'Bob' },
  shipping_address: { address1: '1 rue X', country_code: 'FR' },
  line_items: [{ id: 1, title: 'Savon', properties: [{ name: 'gravure', value: 'Bob' }] }],
  shop_app: { anything: 'Bob' },
};

test('a file that was imported goes as a whole where it holds the person, and only there', async () => {
  const heading = 'Name,Email,Shipping Name,Shipping Street,Total\n';
  const object = (key: string, text: string) => keeping.object(key, Buffer.from(text), {});
  const original = 'raw/imports/0a1b/orders_export.csv';
  expect(await object(original, `${heading}#1,Bob@x.fr,Bob,1 rue X,10.00\n`)).toMatchObject({
    body: undefined,
    changes: { removed: 1 },
  });
  expect(await object(original, `${heading}#2,eva@x.fr,Eva,2 rue X,10.00\n`)).toBeUndefined();
  expect(await object('raw/imports/0a1b/import.json', '{"file":"orders_export.csv"}')).toBeUndefined();
});

interface Case {
  readonly what: string;
  readonly key: string;
  readonly before: string;
  readonly after: string;
  readonly changes: Partial<Changes>;
  readonly rewriter?: Rewriter;
}

const cases: readonly Case[] = [
  {
    what: "events: the person's by customer, by visitor, by order, on a shared device; others' stay to the byte",
    key: 'raw/web/events/dt=2025-01-05/a.jsonl',
    before: jsonl(
      '{ "visitor_id":"v1",  "n": 1.50 }',
      { ...other, customer_id: '7100000000312' },
      { ...other, visitor_id: 'visitor-of-bob' },
      { visitor_id: 'v9', ecommerce: { transaction_id: '1001' } },
      { visitor_id: 'tablet', customer_id: null },
      { visitor_id: 'tablet', customer_id: '77' },
      named,
    ),
    after: jsonl(
      '{ "visitor_id":"v1",  "n": 1.50 }',
      { visitor_id: 'tablet', customer_id: '77' },
      { ...other, page: { url: 'https://shop.example/?e=[email]' } },
    ),
    changes: { removed: 4, masked: 1 },
  },
  {
    what: 'a line that cannot be read goes where it holds the person',
    key: 'raw/web/events/dt=2025-01-05/a.jsonl',
    before: jsonl('{"page":{"url":"?e=bob@x.fr","tit', '{"page":{"url":"?e=eve@x.fr","tit'),
    after: jsonl('{"page":{"url":"?e=eve@x.fr","tit'),
    changes: { removed: 1 },
  },
  {
    what: 'the elements of a list in an answer over many lines',
    key: 'raw/crm/customers/dt=2025-01-05/a.json',
    before:
      '{\n  "customers": [\n    {\n      "id": 1,\n      "note": "friend of bob@x.fr"\n    },\n    { "id": ' +
      '7100000000312 },\n    { "id": 3 }\n  ]\n}\n',
    after:
      '{\n  "customers": [\n    {\n      "id": 1,\n      "note": "friend of [email]"\n    },\n    { "id": 3 ' +
      '}\n  ]\n}\n',
    changes: { removed: 1, masked: 1 },
    rewriter: erasing,
  },
  {
    what: 'a list of which nothing is left',
    key: 'raw/crm/customers/dt=2025-01-05/a.json',
    before: '[{"id":7100000000312},\n {"id":"7100000000312"}]',
    after: '[]',
    changes: { removed: 2 },
    rewriter: erasing,
  },
  {
    what: 'one customer, wrapped',
    key: 'raw/crm/customers/dt=2025-01-05/a.json',
    before: '{"customer":{"id":7100000000312}}',
    after: '',
    changes: { removed: 1 },
    rewriter: erasing,
  },
  {
    what: 'a document that is cut off: what is whole of it',
    key: 'raw/crm/customers/dt=2025-01-05/a.json',
    before: '[\n{"id":1},\n{"id":7100000000312},\n{"id":3,"email":"bob@x.fr","fir',
    after: '[\n{"id":1}',
    changes: { removed: 2 },
    rewriter: erasing,
  },
  {
    what: 'an order, kept for the books',
    key: 'raw/crm/orders/dt=2025-01-05/a.jsonl',
    before: jsonl(orderOfBob),
    after: jsonl({
      id: 62001,
      order_number: 1001,
      total_price: '10.00',
      landing_site: '/?utm_source=a',
      shipping_address: { country_code: 'FR' },
      line_items: [{ id: 1, title: 'Savon' }],
      customer: { id: 99_000_000_000_001 },
    }),
    changes: { stripped: 1 },
  },
  {
    what: 'an order, kept for the books, as its teller had it, and that the shop deleted it since',
    key: 'raw/crm/orders/dt=2025-01-05/a.jsonl',
    before: jsonl(
      { id: 62001, told_by: 'export', email: 'bob@x.fr' },
      { id: 62001, deleted_at: '2025-01-05T10:00:00Z' },
    ),
    after: jsonl(
      { id: 62001, told_by: 'export', customer: { id: 99_000_000_000_001 } },
      { id: 62001, deleted_at: '2025-01-05T10:00:00Z', customer: { id: 99_000_000_000_001 } },
    ),
    changes: { stripped: 2 },
  },
  {
    what: 'an order, kept for the books: of its tags those by which it counts as a test or as a renewal',
    key: 'raw/crm/orders/dt=2025-01-05/a.jsonl',
    before: jsonl(
      { id: 62001, email: 'bob@x.fr', tags: 'Cadeau Bob, GIFT , recurring_order Bob' },
      { id: 62001, email: 'bob@x.fr', tags: 'Bob, gifts' },
    ),
    after: jsonl(
      { id: 62001, tags: 'GIFT, recurring order', customer: { id: 99_000_000_000_001 } },
      { id: 62001, customer: { id: 99_000_000_000_001 } },
    ),
    changes: { stripped: 2 },
  },
  {
    what: 'an order, erased',
    key: 'raw/crm/orders/dt=2025-01-05/a.jsonl',
    before: jsonl(orderOfBob, { id: 2 }),
    after: jsonl({ id: 2 }),
    changes: { removed: 1 },
    rewriter: erasing,
  },
  {
    what: "a customer whose orders are kept: the books' customer",
    key: 'raw/crm/customers/dt=2025-01-05/a.jsonl',
    before: jsonl({ id: 7_100_000_000_312, email: 'bob@x.fr', created_at: '2025-01-01T00:00:00Z', orders_count: 2 }),
    after: jsonl({ id: 99_000_000_000_001, created_at: '2025-01-01T00:00:00Z', orders_count: 2 }),
    changes: { stripped: 1 },
  },
  {
    what: 'a sheet: a row with a cell that is the person; a longer text is masked',
    key: 'raw/influencers/roster/dt=2025-01-05/a.csv',
    before: '\uFEFFpseudo;nom\r\n@a;"L;éa"\r\n@b;bob@x.fr\r\n@c;"Zoé; voir BOB@x.fr"\r\n',
    after: '\uFEFFpseudo;nom\r\n@a;"L;éa"\r\n@c;"Zoé; voir [email]"\r\n',
    changes: { removed: 1, masked: 1 },
  },
  {
    what: 'a sheet of fees: the amount stays in the books',
    key: 'raw/influencers/deals/dt=2025-01-05/a.csv',
    before: 'pseudo;cachet\nbob@x.fr;300,00\n',
    after: 'pseudo;cachet\n[email];300,00\n',
    changes: { masked: 1 },
  },
  {
    what: "a platform's report",
    key: 'raw/advertising/google_ads/dt=2025-01-05/a.json',
    before: '{"results":[{"campaign":{"name":"bob@x.fr"},"id":7100000000312}]}',
    after: '{"results":[{"campaign":{"name":"[email]"},"id":null}]}',
    changes: { masked: 1 },
  },
  {
    what: "a platform's report over many lines stays JSON",
    key: 'raw/advertising/meta_ads/dt=2025-01-05/a.json',
    before: '{\n "data": [\n  { "id": 7100000000312,\n   "ids": [\n    7100000000312,\n    1\n   ] }\n ]\n}\n',
    after: '{\n "data": [\n  { "id": null,\n   "ids": [\n    null,\n    1\n   ] }\n ]\n}\n',
    changes: { masked: 2 },
  },
  {
    what: 'any other object',
    key: 'truth/notes.txt',
    before: 'call +33 6 12 34 56 78\nand eve\n',
    after: 'call [phone]\nand eve\n',
    changes: { masked: 1 },
  },
];

describe('objects', () => {
  test.each(cases.map((one) => [one.what, one] as const))(
    '%s',
    async (_, { key, before, after, changes, rewriter = keeping }) => {
      for (const isGzip of [false, true]) {
        const pack = (text: string) => (isGzip ? gzipSync(text) : Buffer.from(text));
        const made = await rewriter.object(key, pack(before), {});
        const body = made?.body ?? Buffer.alloc(0);
        expect((isGzip ? gunzipSync(body) : body).toString('utf8')).toBe(after);
        expect(made?.changes).toEqual({ ...noChanges(), ...changes });
        // Again, there is nothing to do.
        expect(await rewriter.object(key, body, made?.metadata ?? {})).toBeUndefined();
      }
    },
  );

  test('the promise of rows stays true, and all other promises stay', async () => {
    const body = gzipSync(jsonl(other, { ...other, customer_id: '7100000000312' }));
    const metadata = { rows: '2', producer: 'land', 'single-day': 'true' };
    const made = await keeping.object('raw/web/events/dt=2025-01-05/a.jsonl.gz', body, metadata);
    expect(made?.metadata).toEqual({ ...metadata, rows: '1' });
  });

  test('an object of which nothing is left says so', async () => {
    const body = Buffer.from(jsonl({ visitor_id: 'visitor-of-bob' }));
    expect((await keeping.object('raw/web/events/dt=2025-01-05/a.jsonl', body, {}))?.metadata).toEqual({ rows: '0' });
  });

  test('a gzip that ends early still does', async () => {
    const lines = jsonl(...Array.from({ length: 2000 }, (_, n) => ({ ...other, n: Math.sin(n) })), named, named);
    const body = gzipSync(jsonl(named) + lines).subarray(0, -400);
    const made = await keeping.object('raw/web/events/dt=2025-01-05/a.jsonl.gz', body, {});
    expect(made?.changes.masked).toBeGreaterThan(0);
    expect(() => gunzipSync(made?.body ?? Buffer.alloc(0))).toThrow('unexpected end of file');
  });

  test.each(['utf16le', 'latin1'] as const)('a sheet in %s keeps its letters', async (letters) => {
    const key = 'raw/influencers/roster/dt=2025-01-05/a.csv';
    const made = await keeping.object(key, Buffer.from('pseudo;nom\r\n@é;Zoé\r\n@b;bob@x.fr\r\n', letters), {});
    expect(made?.body?.toString(letters)).toBe('pseudo;nom\r\n@é;Zoé\r\n');
  });

  test("events in UTF-16: others' lines stay", async () => {
    const lines = jsonl(other, { visitor_id: 'visitor-of-bob' }, named);
    const made = await keeping.object('raw/web/events/dt=2025-01-05/a.jsonl', Buffer.from(lines, 'utf16le'), {});
    const left = jsonl(other, { ...other, page: { url: 'https://shop.example/?e=[email]' } });
    expect(made?.body?.toString('utf16le')).toBe(left);
  });

  test("rejects of `land`: the person's go", async () => {
    const table = tableNamed(catalog, 'rejects');
    const row = (line: number, record: string) => ({
      table_name: 'raw_web_events',
      feed: 'raw_web_events',
      object: 'web/s/1',
      line,
      reasons: ['malformed:record'],
      messages: ['no'],
      record,
      dt: new Date('2025-01-05'),
    });
    const rows = [row(1, 'no event of bob%40x.fr'), row(2, 'no event of eve@x.fr')];
    const made = await keeping.object('ops/rejects/dt=2025-01-05/land-s-1.parquet', await parquetRows(table, rows), {});
    const left: unknown[] = [];
    for await (const some of parquetRowsOf(made?.body ?? Buffer.alloc(0))) left.push(...some);
    expect(left).toEqual([{ ...rows[1], line: 2n }]);
    expect(made?.changes.removed).toBe(1);
  });
});

describe('records of the stream', () => {
  const bytes = (record: object) => Buffer.from(JSON.stringify(record));

  test("one of the person's goes, another's is left as it is", () => {
    const changes = noChanges();
    expect(keeping.message(bytes({ visitor_id: 'visitor-of-bob' }), changes)).toBeUndefined();
    const data = bytes(other);
    expect(keeping.message(data, changes)).toBe(data);
    expect(changes).toEqual({ removed: 1, masked: 0, stripped: 0 });
  });

  test('an aggregate keeps the others', () => {
    const changes = noChanges();
    const made = keeping.message(
      aggregated([bytes(other), bytes({ visitor_id: 'visitor-of-bob' }), bytes(named)]),
      changes,
    );
    expect(unpacked(made ?? Buffer.alloc(0)).map(String)).toEqual([
      JSON.stringify(other),
      JSON.stringify({ ...other, page: { url: 'https://shop.example/?e=[email]' } }),
    ]);
    expect(changes).toEqual({ removed: 1, masked: 1, stripped: 0 });
  });
});
