import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { order, webEvent, withSmallLake, type SmallLake } from '../../test/small-lake.ts';
import { google, meta } from './good-advertising.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-transform-rejects-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const day = 'dt=2025-01-05';
const web = `raw/web/events/${day}/bad.jsonl.gz`;
const orders = `raw/crm/orders/${day}/bad.jsonl.gz`;
const line = (record: Record<string, unknown>) => JSON.stringify(record);
const withPurchase = (n: number, over: object) =>
  line(
    webEvent(n, {
      event_name: 'purchase',
      ecommerce: { transaction_id: '1', value: 10, currency: 'EUR', items: [], ...over },
    }),
  );

/**
 * Bad records of one object each: the record and its reasons. A good one stands before and behind each, so that a line
 * that swallows the next one is seen.
 */
const bad: readonly {
  readonly table: string;
  readonly key: string;
  readonly before: readonly string[];
  readonly cases: readonly (readonly [record: string, ...reasons: string[]])[];
}[] = [
  {
    table: 'web_events',
    key: web,
    before: [line(webEvent(1))],
    cases: [
      ['{"event_id":', 'malformed:record'],
      ['{"event_id":"a","items":[', 'malformed:record'],
      ['{"event_id":"a",', 'malformed:record'],
      ['{', 'malformed:record'],
      ['not json', 'malformed:record'],
      ['[]', 'malformed:record'],
      ['5', 'malformed:record'],
      ['"text"', 'malformed:record'],
      ['null', 'malformed:record'],
      ['   ', 'malformed:record'],
      ['"a";"b', 'malformed:record'],
      [
        '{}',
        'required:event_id',
        'required:event_name',
        'required:event_at',
        'required:received_at',
        'required:page_host',
        'required:consent_analytics',
        'required:consent_ads',
      ],
      [line(webEvent(10, { event_id: 'not-a-uuid' })), 'pattern:event_id'],
      [line(webEvent(11, { event_id: null })), 'required:event_id'],
      [line(webEvent(12, { event_id: '' })), 'required:event_id'],
      [line(webEvent(13, { event_name: 'scroll' })), 'accepted:event_name'],
      [line(webEvent(14, { event_name: 'Page_View' })), 'accepted:event_name'],
      [line(webEvent(15, { event_time: 'yesterday' })), 'type:event_time'],
      [line(webEvent(16, { event_time: 'infinity' })), 'type:event_time'],
      [
        line(webEvent(17, { event_time: '20255-01-05T10:00:00Z', received_at: '20255-01-05T10:00:00Z' })),
        'type:event_time',
        'required:received_at',
      ],
      [line(webEvent(18, { event_time: '2025-01-07T10:00:00Z' })), 'future:event_time'],
      [line(webEvent(19, { event_time: '2024-11-30T10:00:00Z' })), 'too_old:event_time'],
      [line(webEvent(20, { received_at: null })), 'required:received_at'],
      [line(webEvent(21, { page: 'https://shop.example/' })), 'required:page_host'],
      [line(webEvent(22, { page: { url: 'shop', referrer: '', title: '' } })), 'required:page_host'],
      [line(webEvent(23, { consent: { analytics: 'perhaps', ads: true } })), 'type:consent_analytics'],
      [line(webEvent(24, { consent: null })), 'required:consent_analytics', 'required:consent_ads'],
      [withPurchase(25, { value: -1 }), 'min:value'],
      [withPurchase(26, { value: 'ten' }), 'type:value'],
      [withPurchase(27, { value: 1e30 }), 'type:value'],
      [withPurchase(29, { items: 'serum' }), 'type:items'],
      [withPurchase(30, { items: { item_id: 'a' } }), 'type:items'],
      [withPurchase(31, { items: [{ item_id: 'a', price: 'free', quantity: 1 }] }), 'type:items'],
      [withPurchase(32, { items: [5] }), 'type:items'],
      [withPurchase(33, { value: -1, currency: 'XXX', items: 'x' }), 'min:value', 'type:items'],
    ],
  },
  {
    table: 'orders',
    key: orders,
    before: [line(order(1))],
    cases: [
      ['{"id":1,', 'malformed:record'],
      [line(order(10, { id: null })), 'required:order_id'],
      [line(order(11, { created_at: 'soon' })), 'type:created_at'],
      [line(order(12, { created_at: '20255-01-05' })), 'type:created_at'],
      [line(order(13, { created_at: null })), 'required:created_at'],
      [line(order(14, { created_at: '2025-01-07T00:00:00Z' })), 'future:created_at'],
      [line(order(15, { total_price: '-5.00' })), 'min:total_price'],
      [line(order(16, { total_price: '5,00' })), 'type:total_price'],
      [line(order(17, { financial_status: 'free' })), 'accepted:financial_status'],
      [line(order(18, { currency: null })), 'required:currency'],
      [line(order(19, { currency: 'XXX' })), 'no_rate:currency'],
      [line(order(20, { line_items: [] })), 'required:item_count'],
      [line(order(21, { line_items: 'none' })), 'required:item_count'],
      [line(order(22, { test: 'maybe' })), 'type:is_test'],
      [line(order(23, { processed_at: 'Black Friday' })), 'type:processed_at'],
      [line(order(24, { processed_at: '2025-02-06T10:00:00Z' })), 'future:processed_at'],
    ],
  },
  {
    table: 'customers',
    key: `raw/crm/customers/${day}/bad.jsonl.gz`,
    before: [line({ id: 1, created_at: '2025-01-05T10:00:00Z', updated_at: '2025-01-05T10:00:00Z' })],
    cases: [
      ['[1]', 'malformed:record'],
      [line({ created_at: '2025-01-05', updated_at: '2025-01-05' }), 'required:customer_id'],
      [line({ id: 2, created_at: '2025-01-06', updated_at: '2025-01-05' }), 'future:created_at'],
      [line({ id: 3, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: 'many' }), 'type:orders_count'],
      [line({ id: 4, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: 1.5 }), 'type:orders_count'],
      [line({ id: 5, created_at: '2025-01-05', updated_at: '2025-01-05', orders_count: -1 }), 'min:orders_count'],
    ],
  },
  {
    table: 'products',
    key: `raw/crm/products/${day}/bad.jsonl.gz`,
    before: [line({ id: 1, title: 'a', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [{ id: 1 }] })],
    cases: [
      ['x', 'malformed:record'],
      [
        line({ id: 2, title: 'a', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [] }),
        'required:variant_id',
      ],
      [
        line({
          id: 3,
          title: 'a',
          created_at: '2025-01-05',
          updated_at: '2025-01-05',
          variants: [{ id: 3, price: 'dear' }],
        }),
        'type:price',
      ],
      [
        line({ id: 4, title: '', created_at: '2025-01-05', updated_at: '2025-01-05', variants: [{ id: 4 }] }),
        'required:title',
      ],
    ],
  },
];

describe('a bad record', () => {
  test.each(bad)('of $table has its reasons, its object, its line and its text', ({ table, key, before, cases }) =>
    withLake(async (small) => {
      const [good1 = ''] = before;
      const records = cases.flatMap(([record]) => [good1, record, '']);
      await small.drop(key, [...records, good1]);
      const { built } = await small.transform(table);
      expect(await small.rejects(table)).toEqual(
        cases.map(([record, ...reasons], i) => ({ object: key, line: 3 * i + 2, reasons, record })),
      );
      expect(await small.rows(table)).toHaveLength(1);
      const sum = (of: (one: (typeof built)[number]) => number) => built.reduce((total, one) => total + of(one), 0);
      expect([
        sum((one) => one.rowsIn),
        sum((one) => one.rowsOut),
        sum((one) => one.rejected),
        sum((one) => one.duplicates),
      ]).toEqual([2 * cases.length + 1, 1, cases.length, cases.length]);
    }),
  );

  test.each([
    [
      'ad_spend',
      'raw/advertising/google_ads/dt=2025-01-05/a.json',
      JSON.stringify([
        {
          results: [
            google,
            5,
            { ...google, segments: {} },
            { ...google, segments: { date: 'x' } },
            { ...google, metrics: { ...google.metrics, clicks: '1.5', costMicros: '-1', conversions: 'NaN' } },
          ],
        },
      ]),
      [
        [2, 'malformed:record'],
        [3, 'required:date'],
        [4, 'type:date'],
        [5, 'type:clicks', 'min:spend', 'type:claimed_conversions'],
      ],
    ],
    [
      'fx_rates',
      'raw/reference/fx_rates/dt=2025-01-05/a.csv',
      'Date,USD,\n2025-01-05,1.03,\nsomeday,1.03,\n2025-01-05,N/A,\n2025-01-05,0,\n2025-01-05,x,\n,1.03,\n',
      [
        [3, 'type:rate_date'],
        [4, 'required:currency', 'required:rate'],
        [5, 'min:rate'],
        [6, 'type:rate'],
        [7, 'required:rate_date'],
      ],
    ],
    [
      'fx_rates',
      'raw/reference/fx_rates/dt=2025-01-05/b.csv',
      'Date, USD, JPY, CHF, \n05 January 2025, N/A, 162.41, N/A, \n32 March 2025, 1.03, 162.4, 0.94, \n28 ' +
        'mars 2025, 1.03, 162.4, 0.94, \n, 1.03, 162.4, 0.94, \n',
      [
        [3, 'type:rate_date'],
        [4, 'type:rate_date'],
        [5, 'required:rate_date'],
      ],
    ],
    [
      'ad_spend',
      'raw/advertising/meta_ads/dt=2025-01-05/a.json',
      JSON.stringify({
        data: [
          meta,
          { ...meta, date_stop: '2025-01-11' },
          { ...meta, date_stop: 'later' },
          { ...meta, date_start: '2025-01-04' },
        ],
      }),
      [
        [2, 'range:date_stop'],
        [3, 'range:date_stop'],
        [4, 'range:date_stop'],
      ],
    ],
    [
      'influencers',
      'raw/influencers/roster/dt=2025-01-05/a.csv',
      'pseudo;nom;plateforme;palier;abonnes;inscrit_le\n' +
        'a;b;Instagram;nano;1;05/01/2025\na;b;Instagram;nano;many;05/01/2025\n' +
        'a;b;Myspace;giant;1;05/01/25\n;b;Instagram;nano;1;\n' +
        'a;b\n',
      [
        [3, 'type:followers'],
        [4, 'type:inscrit_le', 'accepted:platform', 'accepted:tier'],
        [5, 'required:influencer_id', 'required:signed_on'],
        [6, 'malformed:record'],
      ],
    ],
    [
      'influencer_deals',
      'raw/influencers/deals/dt=2025-01-05/a.csv',
      'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;' +
        'campagne;date_contrat;date_fin\nD;a;TikTok;1;EUR;1;0,1;c;;x;05/01/2025;\n' +
        'E;a;TikTok;1;EUR;1;10;c;;x;05/01/2025;31/02/2025\n',
      [[3, 'type:date_fin', 'max:commission_rate']],
    ],
  ] as const)('of a document of %s has its place among the records', (table, key, content, expected) =>
    withLake(async (small) => {
      await small.drop(key, content);
      await small.transform(table);
      expect((await small.rejects(table)).map(({ object, line: at, reasons }) => ({ object, at, reasons }))).toEqual(
        expected.map(([at, ...reasons]) => ({ object: key, at, reasons })),
      );
      expect(await small.rows(table)).toHaveLength(1);
    }),
  );

  test('of an order that is refused is refused in the lines of it that are bad, and only there', () =>
    withLake(async (small) => {
      await small.drop(orders, [
        order(1, {
          line_items: [
            { id: 1, quantity: 1.5, price: '1.00' },
            { id: 2, quantity: 1, price: 'x' },
            { id: 3, quantity: 1, price: '1.00', total_discount: '2.00' },
            { id: 4, quantity: 1, price: '1.00' },
          ],
        }),
        '{"id":',
      ]);
      await small.transform('order_items');
      expect(
        (await small.rejects('order_items'))
          .map(({ line: at, reasons }) => ({ at, reasons }))
          .toSorted((a, b) => String(a.reasons).localeCompare(String(b.reasons))),
      ).toEqual([
        { at: 1, reasons: ['min:net_revenue'] },
        { at: 1, reasons: ['type:quantity'] },
        { at: 1, reasons: ['type:unit_price'] },
      ]);
      expect((await small.rows('order_items')).map((row) => row['line_item_id'])).toEqual(['4']);
    }));
});
