/** Where a rule of the SELECTs begins and ends: the last value on either side of it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { order, smallLake, webEvent, type SmallLake } from '../../test/small-lake.ts';

let engine: Engine;
let small: SmallLake;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-boundaries-test') });
});
afterAll(() => engine.close());

/** The rows and the reasons for refusal that records come to, each known by its place. */
async function transformed(
  table: string,
  key: string,
  records: readonly object[],
  columns: readonly string[],
): Promise<{ rows: unknown[][]; rejects: unknown[][]; days: string[] }> {
  small = await smallLake(engine);
  try {
    await small.drop(key, records);
    const { built } = await small.transform(table);
    return {
      rows: (await small.rows(table)).map((row) => columns.map((name) => row[name])),
      rejects: (await small.rejects(table)).map(({ line, reasons }) => [line, reasons]),
      days: built.map(({ day }) => day).toSorted(),
    };
  } finally {
    await small.dispose();
  }
}

const web = 'raw/web/events/dt=2025-02-10/a.jsonl.gz';
const orders = 'raw/crm/orders/dt=2025-01-06/o.jsonl.gz';
const customers = 'raw/crm/customers/dt=2025-01-06/c.jsonl.gz';
const products = 'raw/crm/products/dt=2025-01-06/p.jsonl.gz';

const customer = (id: number, over: object = {}) => ({
  id,
  created_at: '2025-01-05T10:00:00Z',
  updated_at: '2025-01-06T10:00:00Z',
  email: `c${id}@example.fr`,
  ...over,
});
const product = (id: number, over: object = {}) => ({
  id,
  title: 'Sérum',
  product_type: 'Sérums',
  status: 'active',
  tags: '',
  created_at: '2025-01-05T10:00:00Z',
  updated_at: '2025-01-06T10:00:00Z',
  variants: [{ id: id * 10, sku: `S-${id}`, price: '25.00' }],
  ...over,
});

describe('consent to analytics', () => {
  const personal = ['visitor_id', 'customer_id', 'page_query', 'click_id', 'ip_hash', 'language', 'screen'];
  const landing = (n: number, consent: unknown) =>
    webEvent(n, {
      event_time: `2025-02-10T10:00:0${n}.000Z`,
      received_at: `2025-02-10T10:00:0${n}.100Z`,
      customer_id: '7000000000001',
      page: { url: 'https://shop.example/?utm_source=google&gclid=Cj0abc', referrer: '', title: 'Accueil' },
      consent,
    });

  test('without it, nothing that tells one browser from another is kept; the kind of click is', async () => {
    const { rows } = await transformed(
      'web_events',
      web,
      [landing(1, { analytics: false, ads: true }), landing(2, { analytics: false, ads: false })],
      [...personal, 'click_id_name', 'source'],
    );
    const nothing = personal.map(() => null);
    expect(rows).toEqual([
      [...nothing, 'gclid', 'google'],
      [...nothing, 'gclid', 'google'],
    ]);
  });

  test('with it, all of it is', async () => {
    const { rows } = await transformed('web_events', web, [landing(1, { analytics: true, ads: false })], personal);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[3]).toBe('Cj0abc');
    expect(rows[0]).not.toContain(null);
  });
});

test('an event is believed up to 35 days before its reception and a day after, to the millisecond', async () => {
  const received = '2025-02-10T10:00:00.000Z';
  const times = [
    '2025-01-06T10:00:00.000Z',
    '2025-01-06T09:59:59.999Z',
    '2025-02-11T10:00:00.000Z',
    '2025-02-11T10:00:00.001Z',
  ];
  const { rows, rejects, days } = await transformed(
    'web_events',
    web,
    times.map((time, n) => webEvent(n, { event_time: time, received_at: received })),
    ['client_at', 'dt'],
  );
  expect(rows).toEqual([
    ['2025-01-06 10:00:00', '2025-01-06'],
    ['2025-02-11 10:00:00', '2025-02-11'],
  ]);
  // A time that is not believed says no day: the record is refused on the day of its object.
  expect(rejects).toEqual([
    [2, ['too_old:event_time']],
    [4, ['future:event_time']],
  ]);
  expect(days).toEqual(['2025-01-06', '2025-02-10', '2025-02-11']);
});

test('no day but the one of its object is touched by an event that is not believed', async () => {
  const { days } = await transformed(
    'web_events',
    web,
    ['2025-01-06T09:59:59.999Z', '2025-01-05T10:00:00.000Z', '2025-02-11T10:00:00.001Z'].map((time, n) =>
      webEvent(n, { event_time: time, received_at: '2025-02-10T10:00:00.000Z' }),
    ),
    [],
  );
  expect(days).toEqual(['2025-02-10']);
});

test('only who has subscribed accepts marketing, whatever other states there are', async () => {
  const states = ['subscribed', 'not_subscribed', 'pending', 'unsubscribed', 'redacted', 'invalid', null];
  const { rows } = await transformed(
    'customers',
    customers,
    [
      ...states.map((state, n) => customer(n + 1, { email_marketing_consent: { state } })),
      customer(8, { email_marketing_consent: null }),
      customer(9),
    ],
    ['customer_id', 'accepts_marketing'],
  );
  expect(rows).toEqual(Array.from({ length: 9 }, (_, n) => [String(n + 1), n === 0]));
});

describe('a record is made before it is changed', () => {
  const at = '2025-01-05T10:00:00.000Z';
  const later = '2025-01-05T10:00:00.001Z';
  const sent: readonly (readonly [
    table: string,
    key: string,
    record: (n: number, over: Readonly<Record<string, unknown>>) => object,
  ])[] = [
    ['customers', customers, customer],
    ['orders', orders, order],
    ['products', products, product],
  ];

  test.each(sent)('or at that moment: %s', async (table, key, record) => {
    const { rows, rejects } = await transformed(
      table,
      key,
      [record(1, { created_at: at, updated_at: at }), record(2, { created_at: later, updated_at: at })],
      ['created_at'],
    );
    expect(rows).toEqual([['2025-01-05 10:00:00']]);
    expect(rejects).toEqual([[2, ['future:created_at']]]);
  });

  test('and an order is placed at most a day after', async () => {
    const { rows, rejects } = await transformed(
      'orders',
      orders,
      ['2025-01-06T10:00:00.000Z', '2025-01-06T10:00:00.001Z'].map((processed_at, n) =>
        order(n, { created_at: at, updated_at: at, processed_at }),
      ),
      ['processed_at'],
    );
    expect(rows).toEqual([['2025-01-06 10:00:00']]);
    expect(rejects).toEqual([[2, ['future:processed_at']]]);
  });
});

test('a code that is empty, or of spaces, is none', async () => {
  const codes: readonly unknown[] = [
    [{ code: '' }],
    [{ code: ' ' }, { code: null }],
    [{ code: '' }, { code: ' été ' }],
    [],
    null,
  ];
  const { rows } = await transformed(
    'orders',
    orders,
    codes.map((discount_codes, n) => order(n, { discount_codes })),
    ['promo_code', 'promo_codes'],
  );
  expect(rows.slice(0, 4)).toEqual([
    [null, []],
    [null, []],
    ['ÉTÉ', ['ÉTÉ']],
    [null, []],
  ]);
  expect(rows[4]?.[0]).toBe(null);
});

test('a refund says of each line what it gives back: goods, a tip or a gift card', async () => {
  const line = (id: number, over: object) => ({
    id,
    title: 'x',
    quantity: 1,
    price: '10.00',
    total_discount: '0.00',
    tax_lines: [],
    product_id: 1,
    variant_id: id,
    ...over,
  });
  const { rows } = await transformed(
    'refunds',
    orders,
    [
      order(1, {
        line_items: [
          line(1, {}),
          line(2, { product_id: null, variant_id: null, title: 'Tip' }),
          line(3, { gift_card: true }),
          line(4, { tip: { payment_gateway: 'x' } }),
        ],
        refunds: [
          {
            id: 31,
            created_at: '2025-01-08T10:00:00Z',
            transactions: [{ amount: '40.00' }],
            refund_line_items: [1, 2, 3, 4].map((id) => ({
              id: 40 + id,
              line_item_id: id,
              quantity: 1,
              subtotal: 10,
              total_tax: 0,
            })),
          },
        ],
      }),
    ],
    ['refund_line_id', 'part', 'amount'],
  );
  expect(rows).toEqual([
    ['41', 'goods', '10.00'],
    ['42', 'tip', '10.00'],
    ['43', 'gift_card', '10.00'],
    ['44', 'tip', '10.00'],
  ]);
});

test('a slice whose rejects are gone, or are not those that were written, is built again', async () => {
  small = await smallLake(engine);
  try {
    const event = (n: number, over: object = {}) =>
      webEvent(n, { event_time: '2025-02-10T10:00:00.000Z', received_at: '2025-02-10T10:00:01.000Z', ...over });
    await small.drop(web, [event(1), event(2, { event_name: 'nonsense' })]);
    const reasons: unknown[] = [];
    const run = async () => {
      const { built } = await small.transform('web_events');
      reasons.push(built.length === 0 ? undefined : (await small.entry('web_events', '2025-02-10'))?.reason);
    };
    await run();
    await run();
    const [key = ''] = await small.keys('ops/rejects/');
    const written = await small.lake.get(key);
    await small.lake.delete(key);
    await run();
    expect(await small.lake.get(key)).toEqual(written);
    await small.lake.put(key, written, { metadata: { rows: '2' } });
    await run();
    await run();
    expect(reasons).toEqual([
      'never built',
      undefined,
      'its rejects are missing',
      'its rejects were changed by another hand',
      undefined,
    ]);
  } finally {
    await small.dispose();
  }
});

test('of a file too long to be read again, a row’s place tells its line, as the text does in one that is not', async () => {
  const lines = (n: number) =>
    Array.from({ length: n }, (_, i) => customer(i + 1, [3, n - 7, n - 1].includes(i) ? { created_at: 'soon' } : {}));
  for (const n of [1000, 100_001]) {
    const { rejects } = await transformed('customers', customers, lines(n), ['customer_id']);
    expect(rejects).toEqual([4, n - 6, n].map((line) => [line, ['type:created_at']]));
  }
});

test('what is wrong with an object as a whole is told of on the day of its folder, where it has no record of that day', async () => {
  small = await smallLake(engine);
  try {
    await small.drop('raw/advertising/meta_ads/dt=2025-01-05/a.json', '{"data": [');
    const { built } = await small.transform('ad_spend');
    expect(built.map(({ day, rowsIn, rejected }) => [day, rowsIn, rejected])).toEqual([['2025-01-05', 1, 1]]);
    expect((await small.rejects('ad_spend')).map(({ object, line }) => [object, line])).toEqual([
      ['raw/advertising/meta_ads/dt=2025-01-05/a.json', 1],
    ]);
  } finally {
    await small.dispose();
  }
});
