import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { catalog, order, smallLake, withSmallLake, type SmallLake } from '../../test/small-lake.ts';
import { counts, found, json, keyOf, kindOf, kinds, put, type Export } from './moved-records.samples.ts';

/** Records whose day is corrected in a later export: each is in the table once, on its new day. */
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-moved-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const [early, late, later] = ['2025-01-05', '2025-01-14', '2025-02-20'];
const first: Export = {
  exported: '2025-03-01',
  records: [
    [1, early, 10],
    [2, early, 20],
  ],
};

test('the kinds are all the tables in which the day of a record may change', () => {
  expect(kinds.map(({ table }) => table).toSorted()).toEqual(
    [...catalog.values()]
      .filter(({ dayMayChange }) => dayMayChange)
      .map(({ name }) => name)
      .toSorted(),
  );
});

/** What a second export says anew of records of the first: each on days of its own, so that one lake holds them all. */
const corrections = {
  later: { from: '2025-01-05', to: '2025-01-14', of: 1, stays: 2, value: 11 },
  earlier: { from: '2025-01-07', to: '2025-01-02', of: 3, stays: 4, value: 11 },
  refused: { from: '2025-01-09', to: '2025-01-16', of: 5, stays: 6, value: -5 },
} as const;
const all = Object.values(corrections);

describe.each(kinds.map((kind) => [kind.table, kind] as const))('%s', (table, kind) => {
  let small: SmallLake;
  beforeAll(async () => {
    small = await smallLake(engine);
    await put(small, kind, {
      exported: '2025-03-01',
      records: all.flatMap(({ from, of, stays }) => [[of, from, 10] as const, [stays, from, 20] as const]),
    });
    await small.transform(table, { workers: 2 });
    await put(small, kind, { exported: '2025-03-02', records: all.map(({ of, to, value }) => [of, to, value]) });
    await small.transform(table, { workers: 2 });
  });
  afterAll(() => small.dispose());

  const recordsOf = async ({ of, stays }: (typeof all)[number]) =>
    (await found(small, kind)).filter(([id]) => id === of || id === stays);

  test.each(['later', 'earlier'] as const)(
    'corrected to a %s day is on that day alone, and counted once on each',
    async (name) => {
      const { from, to, of, stays, value } = corrections[name];
      expect(await recordsOf(corrections[name])).toEqual([
        [of, to, value],
        [stays, from, 20],
      ]);
      expect(await counts(small, kind, from)).toEqual([2, 1, 0, 1]);
      expect(await counts(small, kind, to)).toEqual([1, 1, 0, 0]);
      expect((await small.entry(table, from))?.reason).toBe(`${keyOf(kind, '2025-03-02')} added`);
    },
  );

  test('a correction that is refused moves nothing, and is a reject of its own day', async () => {
    const { from, to, of, stays } = corrections.refused;
    expect(await recordsOf(corrections.refused)).toEqual([
      [of, from, 10],
      [stays, from, 20],
    ]);
    expect((await counts(small, kind, to))[2]).toBe(1);
  });

  test('corrected, it is up to date', async () => {
    expect((await small.transform(table, { workers: 2 })).built).toEqual([]);
  });
});

describe.each(
  kinds
    .filter(({ table }) => ['influencer_deals', 'products', 'orders'].includes(table))
    .map((kind) => [kind.table, kind] as const),
)('%s', (table, kind) => {
  test('the export that corrects may come first, or go again', () =>
    withLake(async (small) => {
      const correction: Export = { exported: '2025-03-02', records: [[1, late, 11]] };
      await put(small, kind, correction);
      await small.transform(table, { workers: 2 });
      await put(small, kind, first);
      await small.transform(table, { workers: 2 });
      const corrected = await small.etags(table);
      expect(await found(small, kind)).toEqual([
        [1, late, 11],
        [2, early, 20],
      ]);
      await small.lake.delete(keyOf(kind, '2025-03-02'));
      expect((await small.transform(table, { workers: 2 })).removed).toEqual([late]);
      expect(await found(small, kind)).toEqual([
        [1, early, 10],
        [2, early, 20],
      ]);
      await put(small, kind, correction);
      await small.transform(table, { workers: 2 });
      expect(await small.etags(table)).toEqual(corrected);
    }));

  test('three versions, and one that goes back to its first day', () =>
    withLake(async (small) => {
      await put(small, kind, first);
      await put(small, kind, { exported: '2025-03-02', records: [[1, late, 11]] });
      await put(small, kind, {
        exported: '2025-03-03',
        records: [
          [1, later, 12],
          [2, early, 22],
        ],
      });
      await small.transform(table, { workers: 2 });
      expect(await found(small, kind)).toEqual([
        [1, later, 12],
        [2, early, 22],
      ]);
      expect([
        await counts(small, kind, early),
        await counts(small, kind, late),
        await counts(small, kind, later),
      ]).toEqual([
        [3, 1, 0, 2],
        [1, 0, 0, 1],
        [1, 1, 0, 0],
      ]);
      await put(small, kind, { exported: '2025-03-04', records: [[1, early, 13]] });
      await small.transform(table, { workers: 2 });
      expect(await found(small, kind)).toEqual([
        [1, early, 13],
        [2, early, 22],
      ]);
    }));

  test('two versions in one file: one is left', () =>
    withLake(async (small) => {
      await put(small, kind, {
        exported: '2025-03-01',
        records: [
          [1, early, 10],
          [1, late, 10],
          [2, late, 20],
        ],
      });
      await small.transform(table, { workers: 2 });
      expect((await found(small, kind)).map(([id]) => id)).toEqual([1, 2]);
      const days = [await counts(small, kind, early), await counts(small, kind, late)];
      expect(days.map(([rowsIn, , rejected]) => [rowsIn, rejected])).toEqual([
        [1, 0],
        [2, 0],
      ]);
      expect(days.reduce((sum, [, , , duplicates]) => sum + Number(duplicates), 0)).toBe(1);
    }));
});

test('objects whose writers promise one day each are looked into too', () =>
  withLake(async (small) => {
    const deals = kindOf('influencer_deals');
    for (const day of [early, late]) {
      await small.drop(
        keyOf(deals, day),
        deals.file(
          [
            [1, day, 10],
            [Number(day.slice(-2)), day, 20],
          ],
          day,
        ),
        { rows: '2', 'single-day': 'true' },
      );
      await small.transform('influencer_deals', { workers: 2 });
    }
    expect(await found(small, deals)).toEqual([
      [1, late, 10],
      [5, early, 20],
      [14, late, 20],
    ]);
    // A record outside the day that was promised is a reject of that day, and moves nothing.
    await small.drop(keyOf(deals, later), deals.file([[1, early, 30]], later), { rows: '1', 'single-day': 'true' });
    await small.transform('influencer_deals', { workers: 2 });
    expect((await found(small, deals)).length).toBe(3);
    expect(await counts(small, deals, later)).toEqual([1, 0, 1, 0]);
  }));

describe('what is remembered of the days of records', () => {
  const deals = kindOf('influencer_deals');
  /**
   * The first export has record 1; the second, 2; the third has 2 on another day, and 3: nothing else tells its first
   * day of it.
   */
  const record = (n: number): Export => ({
    exported: `2025-0${n}-01`,
    records:
      n === 3
        ? [
            [2, late, 32],
            [3, later, 33],
          ]
        : [[n, early, n]],
  });

  test.each([
    ['is gone', (small: SmallLake) => small.lake.delete('ops/routes/influencer_deals/2025-02.parquet')],
    [
      'is damaged',
      (small: SmallLake) => small.lake.put('ops/routes/influencer_deals/2025-02.parquet', 'something else'),
    ],
    [
      'is of other objects',
      async (small: SmallLake) => {
        const other = await small.lake.get('ops/routes/influencer_deals/2025-01.parquet');
        await small.lake.put('ops/routes/influencer_deals/2025-02.parquet', other);
      },
    ],
    ['is gone with the routes', (small: SmallLake) => small.lake.delete('ops/routes/influencer_deals.json')],
  ])('%s: it is found out again', (_, harm) =>
    withLake(async (small) => {
      await put(small, deals, record(1));
      await put(small, deals, record(2));
      await small.transform('influencer_deals', { workers: 2 });
      await harm(small);
      await put(small, deals, record(3));
      await small.transform('influencer_deals', { workers: 2 });
      expect(await found(small, deals)).toEqual([
        [1, early, 1],
        [2, late, 32],
        [3, later, 33],
      ]);
      expect((await small.keys('ops/routes/')).filter((key) => key.endsWith('.parquet'))).toEqual(
        ['2025-01', '2025-02', '2025-03'].map((month) => `ops/routes/influencer_deals/${month}.parquet`),
      );
    }),
  );

  test('goes with the objects of its month; a new object leaves the other months as they are', () =>
    withLake(async (small) => {
      const months = async () => {
        const etags = new Map<string, string>();
        for await (const { key, etag } of small.lake.list('ops/routes/influencer_deals/'))
          etags.set(key.slice(-15, -8), etag);
        return etags;
      };
      await put(small, deals, record(1));
      await put(small, deals, record(2));
      await small.transform('influencer_deals', { workers: 2 });
      const before = await months();
      await put(small, deals, record(3));
      await small.transform('influencer_deals', { workers: 2 });
      const after = await months();
      expect([...after.keys()]).toEqual(['2025-01', '2025-02', '2025-03']);
      expect([...after].slice(0, 2)).toEqual([...before]);
      for (const month of ['2025-01', '2025-03']) await small.lake.delete(keyOf(deals, `${month}-01`));
      await small.transform('influencer_deals', { workers: 2 });
      expect([...(await months()).keys()]).toEqual(['2025-02']);
      expect(await found(small, deals)).toEqual([[2, early, 2]]);
      await small.lake.delete(keyOf(deals, '2025-02-01'));
      await small.transform('influencer_deals', { workers: 2 });
      expect([...(await months()).keys()]).toEqual([]);
    }));
});

// Each day is built by a worker of its own: what one batch happens to hold of another day proves nothing.
test('a correction that waits for a rate moves its record once the rate is there', () =>
  withLake(async (small) => {
    const sent = (name: string, day: string, updated: string) =>
      small.drop(
        `raw/crm/orders/dt=${updated}/${name}.json`,
        json([
          order(1, {
            currency: 'CHF',
            created_at: '2025-01-01T10:00:00Z',
            processed_at: `${day}T10:00:00Z`,
            updated_at: `${updated}T10:00:00Z`,
          }),
        ]),
      );
    const rate = (day: string) => small.drop(`raw/reference/fx_rates/dt=${day}/ecb.csv`, `Date,CHF,\n${day},0.50,\n`);
    await rate('2025-01-05');
    await small.transform('fx_rates');
    await sent('a', '2025-01-05', '2025-03-01');
    await sent('b', '2025-02-20', '2025-03-02');
    await small.transform('orders', { workers: 2 });
    const days = async () => (await small.rows('orders')).map((row) => row['dt']);
    expect(await days()).toEqual(['2025-01-05']);
    expect(await small.messages('orders')).toEqual([expect.stringContaining('CHF')]);
    await rate('2025-02-19');
    await small.transform('fx_rates');
    await small.transform('orders', { workers: 2 });
    expect(await days()).toEqual(['2025-02-20']);
    expect(await small.entry('orders', '2025-01-05')).toMatchObject({
      rowsIn: 1,
      rowsOut: 0,
      rejected: 0,
      duplicates: 1,
    });
    expect(await small.entry('orders', '2025-02-20')).toMatchObject({
      rowsIn: 1,
      rowsOut: 1,
      rejected: 0,
      duplicates: 0,
    });
  }));
