import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { catalog, order, withSmallLake, type SmallLake } from '../../test/small-lake.ts';
import { goodAdvertising } from './good-advertising.samples.ts';
import { rates, ratesKey } from './good-case.samples.ts';
import { goodInfluencers } from './good-influencers.samples.ts';
import { goodShop } from './good-shop.samples.ts';
import { goodVisits } from './good-visits.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-transform-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const good = [...goodVisits, ...goodShop, ...goodAdvertising, ...goodInfluencers];

describe('a good record', () => {
  test('the cases cover every curated table', () => {
    expect(new Set(good.map((one) => one.table))).toEqual(
      new Set([...catalog.values()].filter((table) => table.zone === 'curated').map((table) => table.name)),
    );
  });

  test('of orders: a test of the staff is no conversion, however it is marked', () =>
    withLake(async (small) => {
      await small.drop(
        'raw/crm/orders/dt=2025-01-06/o.jsonl.gz',
        [true, 1, 'true', 'yes', false, null].map((mark, n) => order(n, { test: mark })),
      );
      await small.transform('orders');
      expect((await small.rows('orders')).map((row) => [row['is_test'], row['is_conversion']])).toEqual([
        [true, false],
        [true, false],
        [true, false],
        [true, false],
        [false, true],
        [false, true],
      ]);
    }));

  test.each(good)('of $table: $id', ({ table, key, content, rows }) =>
    withLake(async (small) => {
      if (table !== 'fx_rates') await small.drop(ratesKey, rates);
      await small.drop(key, content);
      await small.transform('fx_rates');
      await small.transform(table);
      expect({ rows: await small.rows(table), rejects: await small.rejects(table) }).toEqual({ rows, rejects: [] });
      // Nothing but the columns of the schema, in its order, and the partition.
      expect(Object.keys((await small.rows(table))[0] ?? {})).toEqual([
        ...tableNamed(catalog, table).columns.map((column) => column.name),
        'dt',
      ]);
    }),
  );
});
