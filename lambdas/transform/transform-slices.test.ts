import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { macros, macrosCalledBy } from './names.ts';
import { catalog, keyOf, order, secret, withSmallLake, uuid, webEvent, type SmallLake } from '../../test/small-lake.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-slices-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const built = ({ built: slices }: Awaited<ReturnType<SmallLake['transform']>>) =>
  slices.map(({ day }) => day).toSorted();
const at = (day: string, n: number, over: Readonly<Record<string, unknown>> = {}) =>
  webEvent(n, { event_time: `${day}T10:00:00.000Z`, received_at: `${day}T10:00:01.000Z`, ...over });
const web = (day: string, name: string) => `raw/web/events/dt=${day}/${name}.jsonl.gz`;
const column = async (small: SmallLake, table: string, ...names: string[]) =>
  (await small.rows(table)).map((row) => names.map((name) => row[name]));

describe('of several records with one key', () => {
  test('the event first received is kept, over several objects and whatever their names', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [
        at('2025-01-05', 1, { received_at: '2025-01-05T10:00:09.000Z', visitor_id: 'late' }),
        at('2025-01-05', 2),
      ]);
      await small.drop(web('2025-01-05', 'b'), [
        at('2025-01-05', 1, { received_at: '2025-01-05T10:00:02.000Z', visitor_id: 'first' }),
        at('2025-01-05', 1, { received_at: '2025-01-05T10:00:05.000Z', visitor_id: 'second' }),
      ]);
      const [slice] = (await small.transform('web_events')).built;
      expect(slice).toMatchObject({ rowsIn: 4, rowsOut: 2, rejected: 0, duplicates: 2 });
      expect(await column(small, 'web_events', 'event_id', 'visitor_id')).toEqual([
        [uuid(1), 'first'],
        [uuid(2), 'v2'],
      ]);
    }));

  test('of one event the record with consent is kept, though it came later: a yes on the second page is a yes to the first', () =>
    withLake(async (small) => {
      const refused = { visitor_id: null, consent: { analytics: false, ads: false } };
      const landing = {
        url: 'https://shop.example/?utm_source=newsletter&utm_campaign=mars',
        referrer: '',
        title: 'Accueil',
      };
      await small.drop(web('2025-01-05', 'a'), [
        at('2025-01-05', 1, { ...refused, page: landing }),
        at('2025-01-05', 2, refused),
      ]);
      await small.drop(web('2025-01-05', 'b'), [
        at('2025-01-05', 1, { page: landing, visitor_id: 'v', received_at: '2025-01-05T10:04:00.000Z' }),
        at('2025-01-05', 1, { page: landing, visitor_id: 'w', received_at: '2025-01-05T10:05:00.000Z' }),
      ]);
      await small.transform('web_events');
      expect(await column(small, 'web_events', 'event_id', 'visitor_id', 'campaign', 'consent_analytics')).toEqual([
        [uuid(1), 'v', 'mars', true],
        [uuid(2), null, null, false],
      ]);
    }));

  test('an id is the same whatever the case of its letters, within an object and over several', () =>
    withLake(async (small) => {
      const id = 'abcdef00-0000-4000-8000-00000000000a';
      await small.drop(web('2025-01-05', 'a'), [
        at('2025-01-05', 1, { event_id: id.toUpperCase() }),
        at('2025-01-05', 1, { event_id: 'AbCdEf00-0000-4000-8000-00000000000A' }),
      ]);
      await small.drop(web('2025-01-06', 'a'), [at('2025-01-05', 1, { event_id: id })]);
      expect((await small.transform('web_events')).built).toMatchObject([
        { rowsIn: 3, rowsOut: 1, rejected: 0, duplicates: 2 },
      ]);
      expect(await column(small, 'web_events', 'event_id')).toEqual([[id]]);
    }));

  test('a retry received after midnight meets its first try on the day of the event', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [
        at('2025-01-05', 1, { event_time: '2025-01-05T23:59:59.900Z', received_at: '2025-01-05T23:59:59.950Z' }),
      ]);
      await small.drop(web('2025-01-06', 'a'), [
        at('2025-01-06', 1, { event_time: '2025-01-05T23:59:59.900Z', received_at: '2025-01-06T00:00:10.000Z' }),
      ]);
      expect((await small.transform('web_events')).built).toMatchObject([
        { day: '2025-01-05', rowsIn: 2, rowsOut: 1, duplicates: 1 },
      ]);
    }));

  test('a bad record takes the place of none', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [
        at('2025-01-05', 1, { received_at: '2025-01-05T10:00:00.500Z', event_name: 'nonsense' }),
        at('2025-01-05', 1),
      ]);
      expect((await small.transform('web_events')).built).toMatchObject([
        { rowsIn: 2, rowsOut: 1, rejected: 1, duplicates: 0 },
      ]);
    }));

  test('two that differ in nothing but the user agent give the same choice whatever their order', () =>
    withLake(async (small) => {
      const pair = [
        at('2025-01-05', 1, {
          user_agent:
            'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 ' +
            'Mobile/15E148 Safari/604.1',
        }),
        at('2025-01-05', 1),
      ];
      const kept: unknown[] = [];
      for (const records of [pair, pair.toReversed()]) {
        await small.drop(web('2025-01-05', 'a'), records);
        await small.transform('web_events');
        kept.push((await column(small, 'web_events', 'device'))[0]?.[0]);
      }
      expect(kept[0]).toBe(kept[1]);
    }));

  test('the order last updated is kept, over the exports of several days', () =>
    withLake(async (small) => {
      const sent = (day: string, over: object) =>
        small.drop(`raw/crm/orders/dt=${day}/orders.jsonl.gz`, [order(1, { updated_at: `${day}T12:00:00Z`, ...over })]);
      await sent('2025-01-08', { financial_status: 'refunded' });
      await sent('2025-01-06', { financial_status: 'pending' });
      await sent('2025-01-07', { financial_status: 'paid' });
      expect((await small.transform('orders')).built).toMatchObject([
        { day: '2025-01-05', rowsIn: 3, rowsOut: 1, duplicates: 2 },
      ]);
      expect(await column(small, 'orders', 'financial_status', 'is_conversion')).toEqual([['refunded', true]]);
      // Lines and refunds are those of the same version of the order.
      await small.transform('order_items');
      expect(await column(small, 'order_items', 'updated_at')).toEqual([
        ['2025-01-08 12:00:00'],
        ['2025-01-08 12:00:00'],
      ]);
    }));

  test('the newest pull of an advertisement restates the older ones, and a day of its own stays', () =>
    withLake(async (small) => {
      const pull = (name: string, spends: readonly (readonly [day: string, spend: string])[]) =>
        small.drop(
          `raw/advertising/meta_ads/dt=2025-01-05/${name}.json`,
          JSON.stringify({
            data: spends.map(([day, spend]) => ({
              account_id: '1',
              account_currency: 'EUR',
              campaign_id: '2',
              campaign_name: 'c',
              adset_id: '3',
              ad_id: '4',
              date_start: day,
              device_platform: 'desktop',
              impressions: '1',
              spend,
            })),
          }),
        );
      await pull('pulled-2025-01-06', [
        ['2025-01-04', '1.00'],
        ['2025-01-05', '1.00'],
      ]);
      await pull('pulled-2025-01-08', [['2025-01-05', '3.00']]);
      await pull('pulled-2025-01-07', [['2025-01-05', '2.00']]);
      await small.transform('ad_spend');
      expect(await column(small, 'ad_spend', 'dt', 'spend')).toEqual([
        ['2025-01-04', '1.000000'],
        ['2025-01-05', '3.000000'],
      ]);
    }));
});

describe('the lines of many files', () => {
  test.each([
    [3, 'side by side'],
    [40, 'in one scan'],
  ])('%i files, read %s: each reject names its own object and line', (files) =>
    withLake(async (small) => {
      const expected: unknown[] = [];
      for (let i = 0; i < files; i++) {
        const key = web('2025-01-05', `part-${String(i).padStart(3, '0')}`);
        // Unpacked and trusted objects in turn; a bad line further down in each; an empty line where nobody counts
        // them.
        const lines = [...Array.from({ length: i % 5 }, (_, n) => at('2025-01-05', 100 * i + n)), `broken ${i}`];
        await small.drop(
          key,
          i % 2 === 0 ? lines : ['', ...lines],
          i % 4 === 2 ? { rows: String(lines.length), 'single-day': 'true' } : {},
        );
        expected.push([key, lines.length + (i % 2), `broken ${i}`]);
      }
      await small.transform('web_events');
      expect((await small.rejects('web_events')).map(({ object, line, record }) => [object, line, record])).toEqual(
        expected,
      );
    }),
  );
});

describe('what makes a slice stale', () => {
  test('nothing: nothing is built, and no object changes', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1)], { rows: '1', 'single-day': 'true' });
      await small.transform('web_events');
      const before = await small.etags('web_events');
      const summary = await small.transform('web_events');
      expect({ built: summary.built, removed: summary.removed, slices: summary.slices }).toEqual({
        built: [],
        removed: [],
        slices: 1,
      });
      expect(await small.etags('web_events')).toEqual(before);
    }));

  test("records of many days in one object that a person dropped go each to its own day; one that cannot be told, to the object's", () =>
    withLake(async (small) => {
      await small.drop(web('2025-03-01', 'export'), [
        at('2025-01-05', 1),
        'nonsense',
        at('2025-02-07', 2),
        at('2025-01-05', 3),
        at('2025-03-01', 4, { event_time: null }),
      ]);
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-05', '2025-02-07', '2025-03-01']);
      expect(await column(small, 'web_events', 'dt', 'event_id')).toEqual([
        ['2025-01-05', uuid(1)],
        ['2025-01-05', uuid(3)],
        ['2025-02-07', uuid(2)],
      ]);
      expect((await small.rejects('web_events')).map(({ line, reasons }) => [line, reasons])).toEqual([
        [2, ['malformed:record']],
        [5, ['required:event_at']],
      ]);
      // Each slice accounts for its own records alone.
      expect(await small.entry('web_events', '2025-03-01')).toMatchObject({
        rowsIn: 2,
        rowsOut: 0,
        rejected: 2,
        duplicates: 0,
      });
    }));

  test('the lines of refused records are their own: through several files, blank lines, and equal records', () =>
    withLake(async (small) => {
      const noName = at('2025-01-05', 7, { event_name: null });
      await small.drop(web('2025-01-05', 'a'), [
        'bad',
        at('2025-01-05', 1),
        '',
        noName,
        'bad',
        noName,
        at('2025-01-05', 2),
      ]);
      await small.drop(web('2025-01-05', 'b'), ['', at('2025-01-05', 3), 'bad', noName]);
      for (let i = 0; i < 9; i++)
        await small.drop(web('2025-01-05', `c${i}`), [
          ...Array.from({ length: i }, (_, n) => at('2025-01-05', 100 + 10 * i + n)),
          'worse',
        ]);
      await small.transform('web_events', { workers: 2 });
      expect((await small.rejects('web_events')).map(({ object, line, reasons }) => [object, line, reasons])).toEqual([
        ...[
          [1, 'malformed:record'],
          [4, 'required:event_name'],
          [5, 'malformed:record'],
          [6, 'required:event_name'],
        ].map(([line, reason]) => [web('2025-01-05', 'a'), line, [reason]]),
        ...[
          [3, 'malformed:record'],
          [4, 'required:event_name'],
        ].map(([line, reason]) => [web('2025-01-05', 'b'), line, [reason]]),
        ...Array.from({ length: 9 }, (_, i) => [web('2025-01-05', `c${i}`), i + 1, ['malformed:record']]),
      ]);
    }));

  test("equal orders with two bad lines each: every order's own line has both", () =>
    withLake(async (small) => {
      const bad = order(1, {
        line_items: [
          { id: 1, sku: 'A', title: 'a', quantity: -1, price: '5.00' },
          { id: 2, sku: 'B', title: 'b', quantity: -1, price: '5.00' },
        ],
      });
      await small.drop('raw/crm/orders/dt=2025-01-06/a.jsonl.gz', [order(2), bad, order(3), bad]);
      await small.transform('order_items');
      expect((await small.rejects('order_items')).map(({ line }) => line)).toEqual([2, 2, 4, 4]);
    }));

  test('a late object: its own day alone, and the ledger names it', () =>
    withLake(async (small) => {
      for (const day of ['2025-01-05', '2025-01-06', '2025-01-07'])
        await small.drop(web(day, 'a'), [at(day, Number(day.slice(-2)))]);
      await small.transform('web_events');
      await small.drop(web('2025-01-08', 'late'), [at('2025-01-06', 99, { received_at: '2025-01-08T09:00:00.000Z' })]);
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-06']);
      expect((await small.entry('web_events', '2025-01-06'))?.reason).toBe(`${web('2025-01-08', 'late')} added`);
      expect((await small.entry('web_events', '2025-01-05'))?.reason).toBe('never built');
      await small.drop(web('2025-01-06', 'a'), [at('2025-01-06', 6), at('2025-01-06', 66)]);
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-06']);
      expect((await small.entry('web_events', '2025-01-06'))?.reason).toBe(`${web('2025-01-06', 'a')} changed`);
    }));

  test('an object of one promised day that is written anew under its key', () =>
    withLake(async (small) => {
      const promise = { rows: '1', 'single-day': 'true' };
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1)], promise);
      await small.drop(web('2025-01-06', 'a'), [at('2025-01-06', 2)], promise);
      await small.transform('web_events');
      await small.drop(web('2025-01-06', 'a'), [at('2025-01-06', 3)], promise);
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-06']);
      expect((await small.rows('web_events')).map(({ event_id }) => event_id)).toEqual([uuid(1), uuid(3)]);
    }));

  test('a record outside the one day that its writer promised is refused, not routed', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1), at('2025-01-06', 2)], {
        rows: '2',
        'single-day': 'true',
      });
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-05']);
      expect((await small.rejects('web_events')).map(({ line, reasons }) => [line, reasons])).toEqual([
        [2, ['partition:dt']],
      ]);
    }));

  test('an object that goes: its slice is built without it, and goes with the last one', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1), 'bad']);
      await small.drop(web('2025-01-05', 'b'), [at('2025-01-05', 2)]);
      await small.transform('web_events');
      await small.lake.delete(web('2025-01-05', 'b'));
      await small.transform('web_events');
      expect(await column(small, 'web_events', 'event_id')).toEqual([[uuid(1)]]);
      expect((await small.entry('web_events', '2025-01-05'))?.reason).toBe(`${web('2025-01-05', 'b')} removed`);
      await small.lake.delete(web('2025-01-05', 'a'));
      expect((await small.transform('web_events')).removed).toEqual(['2025-01-05']);
      expect([...(await small.keys('curated/')), ...(await small.keys('ops/rejects/'))]).toEqual([]);
      expect(await small.entry('web_events', '2025-01-05')).toBeUndefined();
      expect((await small.transform('web_events')).removed).toEqual([]);
    }));

  test('an object that a killed run left without its row goes with its raw objects too; a stranger beside it stays', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-06', 'a'), [at('2025-01-06', 1)]);
      await small.transform('web_events');
      await small.lake.put(keyOf('web_events', '2025-01-05'), 'left behind');
      await small.lake.put('curated/web_events/dt=2025-01-05/notes.txt', "a person's own");
      expect((await small.transform('web_events', { days: { from: '2025-01-06', to: '2025-01-09' } })).removed).toEqual(
        [],
      );
      expect((await small.transform('web_events')).removed).toEqual(['2025-01-05']);
      expect(await small.keys('curated/')).toEqual([
        'curated/web_events/dt=2025-01-05/notes.txt',
        keyOf('web_events', '2025-01-06'),
      ]);
    }));

  test('a rate: the orders of its ten days, and no others', () =>
    withLake(async (small) => {
      const fx = (rate: string) =>
        small.drop('raw/reference/fx_rates/dt=2025-01-05/ecb.csv', `Date,CHF,\n2025-01-05,${rate},\n`);
      await fx('0.50');
      const days = ['2025-01-04', '2025-01-05', '2025-01-15', '2025-01-16'];
      await small.drop(
        'raw/crm/orders/dt=2025-01-20/orders.jsonl.gz',
        days.map((day, n) =>
          order(n, {
            created_at: `${day}T12:00:00Z`,
            updated_at: '2025-01-20T12:00:00Z',
            currency: 'CHF',
            total_price: '10.00',
            total_tax: '0.00',
          }),
        ),
      );
      await small.transform('fx_rates');
      await small.transform('orders');
      expect(await column(small, 'orders', 'dt', 'total_price_eur')).toEqual([
        ['2025-01-05', '20.00'],
        ['2025-01-15', '20.00'],
      ]);
      expect((await small.rejects('orders')).map(({ reasons }) => reasons)).toEqual([
        ['no_rate:currency'],
        ['no_rate:currency'],
      ]);
      await fx('0.25');
      await small.transform('fx_rates');
      expect(built(await small.transform('orders'))).toEqual(['2025-01-05', '2025-01-15']);
      expect(await column(small, 'orders', 'total_price_eur')).toEqual([['40.00'], ['40.00']]);
      expect((await small.entry('orders', '2025-01-15'))?.reason).toBe(`${keyOf('fx_rates', '2025-01-05')} changed`);
    }));

  test('an event without a rate stands, its value unknown until there is one', () =>
    withLake(async (small) => {
      const bought = (n: number, currency: string) =>
        at('2025-01-05', n, { event_name: 'purchase', ecommerce: { transaction_id: `${n + 1}`, value: 10, currency } });
      await small.drop(
        'raw/web/events/dt=2025-01-05/events.jsonl.gz',
        ['EUR', 'chf', 'EURO', '', '€'].map((currency, n) => bought(n, currency)),
      );
      await small.transform('web_events');
      const found = () => column(small, 'web_events', 'transaction_id', 'currency', 'value', 'value_eur');
      const others = [
        ['3', 'EURO', '10.00', null],
        ['4', null, '10.00', null],
        ['5', '€', '10.00', null],
      ];
      expect(await found()).toEqual([['1', 'EUR', '10.00', '10.00'], ['2', 'CHF', '10.00', null], ...others]);
      expect(await small.rejects('web_events')).toEqual([]);
      await small.drop('raw/reference/fx_rates/dt=2025-01-05/ecb.csv', 'Date,CHF,\n2025-01-05,0.50,\n');
      await small.transform('fx_rates');
      expect(built(await small.transform('web_events'))).toEqual(['2025-01-05']);
      expect(await found()).toEqual([['1', 'EUR', '10.00', '10.00'], ['2', 'CHF', '10.00', '20.00'], ...others]);
    }));

  test('another hand: an object changed or deleted is built again to the same bytes', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1)]);
      await small.transform('web_events');
      const before = await small.etags('web_events');
      for (const [harm, reason] of [
        [() => small.lake.delete(keyOf('web_events', '2025-01-05')), 'its object is missing'],
        [
          () => small.lake.put(keyOf('web_events', '2025-01-05'), 'something else'),
          'its object was changed by another hand',
        ],
      ] as const) {
        await harm();
        await small.transform('web_events');
        expect((await small.entry('web_events', '2025-01-05'))?.reason).toBe(reason);
        expect(await small.etags('web_events')).toEqual(before);
      }
    }));

  test('another key for pseudonyms: every slice', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1), at('2025-01-06', 2)]);
      await small.transform('web_events');
      const other = 'another secret, as long as the first';
      expect(built(await small.transform('web_events', { secret: other }))).toEqual(['2025-01-05', '2025-01-06']);
      expect((await small.entry('web_events', '2025-01-05'))?.reason).toBe('code changed');
      expect(await column(small, 'web_events', 'ip_hash')).toEqual(
        Array.from({ length: 2 }, () => [
          createHmac('sha256', other).update('192.0.2.0/24').digest('hex').slice(0, 32),
        ]),
      );
    }));

  test('what an object has records for is found out again where other code found it', () =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1), at('2025-01-06', 2)]);
      await small.transform('web_events');
      const key = 'ops/routes/web_events.json';
      const routes = (await small.lake.get(key)).toString();
      // As an older release had it: its SELECT put both on one day.
      await small.lake.put(
        key,
        routes.replace('"2025-01-05","2025-01-06"', '"2025-01-05"').replace(/"code":"[^"]*"/, '"code":"older"'),
      );
      expect((await small.transform('web_events')).slices).toBe(2);
      expect((await small.lake.get(key)).toString()).toBe(routes);
    }));
});

/** A lake that fails, or tells, as a test wants it to. */
function faulty(lake: Lake, over: Partial<Lake>): Lake {
  return { ...lake, ...over };
}

describe('a fault', () => {
  test('in the SELECT that loses records: nothing is written for its slices', () =>
    withLake(async (small) => {
      // An order without lines gives the SELECT of order_items no row: wrong, where the document promises one a record
      // at least.
      const table = tableNamed(catalog, 'order_items');
      const wrong = new Map([...catalog, ['order_items', { ...table, rowsPerRecord: 'many' as const }]]);
      await small.drop('raw/crm/orders/dt=2025-01-05/o.jsonl.gz', [
        order(1),
        order(2, { line_items: [] }),
        order(3, { line_items: [] }),
      ]);
      await expect(small.transform('order_items', { catalog: wrong })).rejects.toThrow(
        'raw/crm/orders/dt=2025-01-05/o.jsonl.gz has 3 records, but the SELECT of order_items saw 2. Nothing ' +
          'was written for its slices.',
      );
      expect(await small.keys('curated/')).toEqual([]);
      expect(await small.entry('order_items', '2025-01-05')).toBeUndefined();
    }));

  test('of the lake: what was in place stays, no worker goes on, and the next run does the rest', () =>
    withLake(async (small) => {
      const days = Array.from({ length: 12 }, (_, i) => `2025-01-${String(i + 1).padStart(2, '0')}`);
      for (const [i, day] of days.entries()) await small.drop(web(day, 'a'), [at(day, i)]);
      let failed = false;
      let writesAfter = 0;
      let isOver = false;
      const failing = faulty(small.lake, {
        putFile: async (key, ...rest) => {
          if (isOver) writesAfter++;
          if (key.includes('dt=2025-01-04') && !failed) {
            failed = true;
            throw new Error('the disk is full');
          }
          return small.lake.putFile(key, ...rest);
        },
      });
      await expect(small.transform('web_events', { lake: failing, workers: 3 })).rejects.toThrow('the disk is full');
      isOver = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(writesAfter).toBe(0);
      await small.transform('web_events');
      expect(await column(small, 'web_events', 'dt')).toEqual(days.map((day) => [day]));
    }));
});

describe('whatever the records, in whatever objects and order', () => {
  const days = ['2025-01-05', '2025-01-06', '2025-01-07'] as const;
  const record = fc
    .record({
      n: fc.integer({ min: 1, max: 12 }),
      day: fc.constantFrom(...days),
      delay: fc.integer({ min: 0, max: 3 }),
      dirt: fc.constantFrom('', '', '', '', 'cut', 'name', 'uuid', 'blank'),
    })
    .map(({ n, day, delay, dirt }) => {
      // An event belongs to one day: its number says which, so that its retries agree.
      const own = days[n % 3] ?? day;
      const text = JSON.stringify(
        at(own, n, {
          received_at: `${own}T10:00:0${delay}.000Z`,
          visitor_id: `v${delay}`,
          ...(dirt === 'name' ? { event_name: 'x' } : dirt === 'uuid' ? { event_id: 'x' } : {}),
        }),
      );
      return dirt === 'cut' ? text.slice(0, 40) : dirt === 'blank' ? '' : text;
    });
  const placed = fc.array(fc.tuple(record, fc.constantFrom(...days), fc.constantFrom('a', 'b')), {
    minLength: 1,
    maxLength: 40,
  });

  async function load(
    small: SmallLake,
    records: readonly (readonly [text: string, day: string, name: string])[],
  ): Promise<void> {
    const objects = new Map<string, string[]>();
    for (const [text, day, name] of records)
      objects.set(web(day, name), [...(objects.get(web(day, name)) ?? []), text]);
    for (const [key, lines] of objects) await small.drop(key, lines);
  }

  test('each is accounted for once, the order of the lines changes nothing, and one worker writes what two do', async () => {
    await fc.assert(
      fc.asyncProperty(placed, async (records) => {
        const first = await withLake(async (small) => {
          await load(small, records);
          const summary = await small.transform('web_events', { workers: 1 });
          const sums = { in: 0, out: 0, rejected: 0, duplicates: 0 };
          for (const one of summary.built) {
            expect(one.rowsIn).toBe(one.rowsOut + one.rejected + one.duplicates);
            sums.in += one.rowsIn;
            sums.out += one.rowsOut;
            sums.rejected += one.rejected;
            sums.duplicates += one.duplicates;
          }
          // Counted without the code under test.
          const texts = records.map(([text]) => text).filter((text) => text !== '');
          const good = texts.flatMap((text) =>
            text.endsWith('}') && !text.includes('"x"') ? [/"event_id":"([^"]*)"/.exec(text)?.[1] ?? ''] : [],
          );
          const empty =
            new Set(records.map(([, day, name]) => web(day, name))).size -
            new Set(records.filter(([text]) => text !== '').map(([, day, name]) => web(day, name))).size;
          expect(sums).toEqual({
            in: texts.length + empty,
            out: new Set(good).size,
            rejected: texts.length - good.length + empty,
            duplicates: good.length - new Set(good).size,
          });
          const rejects = await small.rejects('web_events');
          expect(rejects).toHaveLength(sums.rejected);
          for (const one of rejects.filter(({ record: text }) => text !== '')) {
            const lines = records.filter(([, day, name]) => web(day, name) === one.object).map(([text]) => text);
            expect(lines[Number(one.line) - 1]).toBe(one.record);
          }
          return {
            etags: await small.etags('web_events'),
            rejects: rejects.map(({ reasons, record: text }) => `${String(reasons)} ${String(text)}`).toSorted(),
          };
        });
        await withLake(async (small) => {
          await load(small, records.toReversed());
          await small.transform('web_events', { workers: 2 });
          expect(await small.etags('web_events')).toEqual(first.etags);
          expect(
            (await small.rejects('web_events'))
              .map(({ reasons, record: text }) => `${String(reasons)} ${String(text)}`)
              .toSorted(),
          ).toEqual(first.rejects);
        });
      }),
      { numRuns: 3, seed: 20250106 },
    );
  });

  test('lines are told right where several threads read a large object', () =>
    withLake(async (small) => {
      const lines = Array.from({ length: 30_000 }, (_, i) =>
        i % 1000 === 7
          ? `{"cut": ${i}`
          : i % 1000 === 8
            ? ''
            : i % 1000 === 9
              ? '{}'
              : JSON.stringify(at('2025-01-05', i)),
      );
      await small.drop(web('2025-01-05', 'large'), lines);
      await small.transform('web_events');
      const rejects = await small.rejects('web_events');
      expect(rejects.map(({ line }) => line)).toEqual(
        lines.flatMap((line, i) => (line.length > 0 && line.length < 20 ? [i + 1] : [])),
      );
      expect(rejects.every(({ line, record: text }) => lines[Number(line) - 1] === text)).toBe(true);
    }));
});

describe('nobody is known by what is written', () => {
  test('no address, number, name or network of a person stands in a curated object', () =>
    withLake(async (small) => {
      const [email, phone, given, family, street, ip] = [
        'marie.curie@example.fr',
        '0612345678',
        'Prénomsecret',
        'Nomsecret',
        'rue Secrète',
        '198.51.100.77',
      ];
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1, { ip, customer_id: '7' })]);
      await small.drop('raw/crm/customers/dt=2025-01-05/c.jsonl.gz', [
        {
          id: 7,
          created_at: '2025-01-05',
          updated_at: '2025-01-05',
          email,
          phone,
          first_name: given,
          last_name: family,
          default_address: { address1: street, country_code: 'FR' },
        },
      ]);
      await small.drop('raw/crm/orders/dt=2025-01-05/o.jsonl.gz', [
        order(1, {
          email: email.toUpperCase(),
          customer: { id: 7, email, first_name: given, last_name: family },
          shipping_address: { first_name: given, last_name: family, address1: street, phone, country_code: 'FR' },
        }),
      ]);
      await small.drop(
        'raw/influencers/roster/dt=2025-01-05/r.csv',
        `pseudo;nom;plateforme;palier;abonnes;inscrit_le\nlea;${given} ${family};TikTok;nano;1;05/01/2025\n`,
      );
      const written: string[] = [];
      for (const table of ['web_events', 'customers', 'orders', 'order_items', 'influencers']) {
        await small.transform(table);
        const rows = await small.rows(table);
        expect(rows.length).toBeGreaterThan(0);
        written.push(JSON.stringify(rows).toLowerCase());
      }
      for (const trace of [email, phone, phone.slice(1), '612345678', given, family, street, ip, '198.51.100', 'curie'])
        expect(written.filter((text) => text.includes(trace.toLowerCase()))).toEqual([]);
      const hmac = (value: string) => createHmac('sha256', secret).update(value).digest('hex').slice(0, 32);
      expect(await column(small, 'customers', 'email_hash', 'phone_hash')).toEqual([
        [hmac(email), hmac('33612345678')],
      ]);
      // One person has one pseudonym in both tables, however the address was typed.
      expect(await column(small, 'orders', 'email_hash')).toEqual([[hmac(email)]]);
      expect(await column(small, 'web_events', 'ip_hash')).toEqual([[hmac('198.51.100.0/24')]]);
    }));
});

describe('the word of a writer is taken where it holds, and found out where it does not', () => {
  const day = (i: number) => `2025-02-${String(i + 1).padStart(2, '0')}`;
  /** Content of an object by its lines, and how many records its writer promised. */
  const cases: readonly (readonly [
    what: string,
    content: (line: (n: number) => string) => string | Buffer,
    rows: number,
  ])[] = [
    ['clean lines', (line) => `${line(1)}\n${line(2)}\n`, 2],
    ['clean lines in gzip', (line) => gzipSync(`${line(1)}\n{}\n${line(3)}\n`), 3],
    ['no final newline', (line) => `${line(1)}\n${line(2)}`, 2],
    ['blank lines', (line) => `\n${line(1)}\n\n{}\n`, 2],
    ['a byte order mark', (line) => `\uFEFF${line(1)}\n${line(2)}\n`, 2],
    ['CRLF', (line) => `${line(1)}\r\n{}\r\n${line(2)}\r\n`, 3],
    ['a lone return', (line) => `${line(1)}\n${line(2)}\r${line(3)}\n`, 2],
    ['a NUL', (line) => `${line(1)}\n{"a":"\0"}\n${line(2)}\n`, 3],
    [
      'a byte that is not UTF-8',
      (line) =>
        Buffer.concat([Buffer.from(`${line(1)}\n{"a":"`), Buffer.from([0xe9]), Buffer.from(`"}\n${line(2)}\n`)]),
      3,
    ],
    ['a line of 3 MB', (line) => `${line(1)}\n"${'x'.repeat(3 * 2 ** 20)}"\n${line(2)}\n`, 3],
    ['quotes', (line) => `${line(1)}\n"a\n${line(2)}\n`, 3],
    ['gzip cut short', (line) => gzipSync(`${line(1)}\n${line(2)}\n${line(3)}\n`).subarray(0, -30), 9],
    ['gzip in two members', (line) => Buffer.concat([gzipSync(`${line(1)}\n`), gzipSync(`{}\n${line(2)}\n`)]), 3],
    ['fewer lines than promised', (line) => `${line(1)}\n`, 2],
    ['more lines than promised', (line) => `${line(1)}\n${line(2)}\n`, 1],
    ['an empty object', () => '', 1],
  ];

  /**
   * What comes of the cases, each on a day and in a batch of its own: with and without the promise of their writers.
   */
  const outcome = (isPromised: boolean) =>
    withLake(async (small) => {
      for (const [i, [, content, rows]] of cases.entries()) {
        await small.drop(
          web(day(i), 'a'),
          content((n) => JSON.stringify(at(day(i), n))),
          isPromised ? { rows: String(rows), 'single-day': 'true' } : {},
        );
      }
      await small.transform('web_events', { workers: 8 });
      const rows = await column(small, 'web_events', 'dt', 'event_id');
      const rejects = (await small.rejects('web_events')).map(({ object, line, reasons, record }) => [
        object,
        line,
        String(reasons),
        String(record).slice(0, 300),
      ]);
      return cases.map((_, i) => ({
        rows: rows.filter(([dt]) => dt === day(i)),
        rejects: rejects.filter(([object]) => object === web(day(i), 'a')),
      }));
    });
  let looked: Awaited<ReturnType<typeof outcome>>;
  let trusted: typeof looked;
  beforeAll(async () => {
    looked = await outcome(false);
    trusted = await outcome(true);
  });

  test.each(cases.map(([what], i) => [what, i] as const))('%s', (_, i) => {
    const [found, told] = [looked[i], trusted[i]];
    expect((found?.rows.length ?? 0) + (found?.rejects.length ?? 0)).toBeGreaterThan(0);
    // A promise that does not hold is one problem more; nothing else differs.
    expect({
      rows: told?.rows,
      rejects: told?.rejects.filter(([, , reason]) => reason !== 'row_count:object'),
    }).toEqual(found);
  });

  test.each([
    ['fewer lines than promised', '2 row_count:object'],
    ['more lines than promised', '3 row_count:object'],
    ['gzip cut short', '2 truncated:object'],
  ])('%s: it is told', (what, told) => {
    const i = cases.findIndex(([name]) => name === what);
    expect(trusted[i]?.rejects.map(([, line, reason]) => `${String(line)} ${String(reason)}`)).toContain(told);
  });
});

test('fewer lines than promised are told though none is of the day of the folder, whatever else is built with them', () =>
  withLake(async (small) => {
    const [folder, other] = ['2025-01-04', '2025-01-05'];
    const events = [1, 2].map((n) =>
      webEvent(n, { event_time: `${other}T10:00:00.000Z`, received_at: `${other}T10:00:01.000Z` }),
    );
    const key = `raw/web/events/dt=${folder}/a.jsonl.gz`;
    await small.drop(key, events, { rows: '3' });
    await small.transform('web_events');
    expect(await small.rejects('web_events')).toMatchObject([{ object: key, reasons: ['row_count:object'] }]);
    expect(await small.entry('web_events', folder)).toMatchObject({ rowsIn: 1, rejected: 1 });
    expect(await small.entry('web_events', other)).toMatchObject({ rowsIn: 2, rowsOut: 2 });
  }));

describe('what makes a slice stale', () => {
  /** The catalogue where something is different of each column or table. */
  const changed = (change: (table: Table) => Table): Catalog =>
    new Map([...catalog].map(([name, table]) => [name, change(table)]));

  test.each<[string, (table: Table) => Table, number]>([
    ['a description', (table) => ({ ...table, description: `${table.description} Indeed.` }), 0],
    [
      'the comments of columns',
      (table) => ({
        ...table,
        columns: table.columns.map((one) => ({ ...one, comment: 'something else', unit: 'EUR' })),
      }),
      0,
    ],
    [
      'a promise of uniqueness',
      (table) => ({ ...table, columns: table.columns.map((one) => ({ ...one, unique: 'warning' as const })) }),
      0,
    ],
    [
      'a rule that refuses records',
      (table) => ({
        ...table,
        columns: table.columns.map((one) => (one.name === 'page_title' ? { ...one, required: true } : one)),
      }),
      1,
    ],
    [
      'a type',
      (table) => ({
        ...table,
        columns: table.columns.map((one) =>
          one.name === 'lateness_ms' ? { ...one, type: { kind: 'double' as const }, glueType: 'double' } : one,
        ),
      }),
      1,
    ],
    ['the order of rows', (table) => ({ ...table, sort: [...table.sort].toReversed() }), 1],
  ])('%s', (_, change, rebuilt) =>
    withLake(async (small) => {
      await small.drop(web('2025-01-05', 'a'), [at('2025-01-05', 1), at('2025-01-05', 2)]);
      await small.transform('web_events');
      expect((await small.transform('web_events', { catalog: changed(change) })).built).toHaveLength(rebuilt);
    }),
  );
});

describe('the macros that a text calls', () => {
  test('are all that it can call, through others too, and no others', () => {
    const of = (sql: string) =>
      new Set([...macrosCalledBy(sql).matchAll(/TEMP MACRO (\w+)\(/g)].map(([, name]) => name));
    expect(of('SELECT 1')).toEqual(new Set());
    expect(of('SELECT utm_in(q) -- shop_day(x)')).toEqual(
      new Set(['utm_in', 'are_plain', 'as_sent', 'folded', 'decoded']),
    );
    expect(of('SELECT shop_day(x)')).toEqual(new Set(['shop_day', 'central_european_day', 'last_sunday']));
  });

  test('are whole statements, each once', () => {
    const names = [...macros().matchAll(/^CREATE OR REPLACE TEMP MACRO (\w+)\(/gm)].map(([, name]) => name);
    const all = [...macrosCalledBy(names.join(' ')).matchAll(/^CREATE OR REPLACE TEMP MACRO (\w+)\(/gm)].map(
      ([, name]) => name,
    );
    expect(all).toEqual(names.toSorted((a = '', b = '') => (a < b ? -1 : 1)));
    expect(macros().match(/CREATE /g)).toHaveLength(names.length);
  });
});
