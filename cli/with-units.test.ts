import { expect, test } from '@jest/globals';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { knowingUnits } from './with-units.ts';

/** An engine that answers with columns of these names, whatever is asked. */
const engine = (...names: readonly string[]): Warehouse => ({
  query: () => Promise.reject(new Error('It is streamed.')),
  stream: () =>
    Promise.resolve({
      columns: names.map((name) => ({ name, type: 'double' })),
      rows: (async function* none() {})(),
    }),
  close: async () => undefined,
});
const unitsOf = async (sql: string, ...names: readonly string[]) =>
  (await knowingUnits(engine(...names)).stream(sql)).columns.map(({ unit }) => unit);

test.each([
  ['a share, whatever it is called', 'SELECT channel, roi AS r FROM roi_by_campaign', ['channel', 'r'], [undefined, 'share']], // prettier-ignore
  ['what is computed of one, which is none', 'SELECT 100 * roi AS roi FROM roi_by_campaign', ['roi'], [undefined]],
  ['SQL that the gate refuses', 'SELECT CAST(roi AS json) AS roi FROM roi_by_campaign', ['roi'], [undefined]],
  ['a table that only that engine has', 'SELECT roi FROM elsewhere', ['roi'], [undefined]],
  ['columns that are others than were asked', 'SELECT roi FROM roi_by_campaign', ['roas'], [undefined]],
  ['more columns than were asked', 'SELECT roi FROM roi_by_campaign', ['roi', 'roi'], [undefined, undefined]],
  ['a plan', 'EXPLAIN SELECT roi FROM roi_by_campaign', ['roi'], [undefined]],
  ['a listing', 'SHOW TABLES', ['Table'], [undefined]],
])('the units of %s', async (_, sql, names, units) => {
  expect(await unitsOf(sql, ...names)).toEqual(units);
});
