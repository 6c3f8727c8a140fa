import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { manifestSchema, manifestVersion } from '../../lambdas/publish/manifest-schema.ts';
import { martsWith, publishedLookbacks } from './lookbacks.ts';
import { martOf } from './mart.fixture.ts';
import type { DataSource } from './source.ts';

const days = { from: 0, to: 9 };
const columns = [{ name: 'day', type: 'date' }];
const mart = { use: 'detail', columns, rows: 1, files: [] };
const manifest = (marts: Readonly<Record<string, unknown>>) =>
  v.parse(manifestSchema, {
    version: manifestVersion,
    inputs: '0'.repeat(64),
    code: '0'.repeat(64),
    data_from: '2025-01-01',
    data_to: '2025-01-01',
    shop: { name: 'S', currency: 'EUR', time_zone: 'Europe/Paris', attribution_model: 'last', lookback_days: 30 },
    checks: { made: 1, warnings: [] },
    tables: {},
    marts,
  });
const all = martOf(
  [7, 30, 90].map((lookback_days) => ({ day: 1, channel: 'Email', lookback_days, orders: lookback_days })),
);

/** A source that has what each name says, and notes what it was asked for. */
function sourceOf(marts: Readonly<Record<string, unknown>>): DataSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    manifest: manifest(marts),
    query: undefined,
    api: undefined,
    tells: new Set(),
    asked,
    async marts(names) {
      asked.push(...names);
      return Object.fromEntries(
        names.map((name) => [name, name === 'returns_other_lookbacks_daily' ? all : martOf([{ day: 1, name }])]),
      );
    },
  };
}

test('another look-back is of the rows with it, under the names that figures ask for', async () => {
  const source = sourceOf({ returns_other_lookbacks_daily: mart });
  const found = await martsWith(source, 7, ['orders_daily', 'returns_daily', 'channel_returns_daily'], days);
  expect(source.asked).toEqual(['orders_daily', 'returns_other_lookbacks_daily']);
  expect(Object.keys(found).toSorted()).toEqual(['channel_returns_daily', 'orders_daily', 'returns_daily']);
  for (const name of ['returns_daily', 'channel_returns_daily'])
    expect(found[name]).toEqual(martOf([{ day: 1, channel: 'Email', lookback_days: 7, orders: 7 }]));
});

test('the look-back of the profile, and what is not attributed, are read as they stand', async () => {
  const source = sourceOf({ returns_other_lookbacks_daily: mart });
  await martsWith(source, 30, ['returns_daily'], days);
  await martsWith(source, 90, ['product_performance_daily'], days);
  expect(source.asked).toEqual(['returns_daily', 'product_performance_daily']);
});

test('a choice is offered where each look-back is published', () => {
  expect(publishedLookbacks(manifest({ returns_other_lookbacks_daily: mart }))).toEqual([7, 30, 90]);
  expect(publishedLookbacks(manifest({}))).toEqual([30]);
});
