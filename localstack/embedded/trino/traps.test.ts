import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnswerValue, QueryFailed, type Relation, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';
import { type DuckdbWarehouse, duckdbWarehouse } from '../duckdb-warehouse.ts';
import { EXPRESSIONS, fails, refused, STATEMENTS, type Trap } from './traps.ts';

const view = (name: string, sql: string): Relation => ({ name, kind: 'view', sql });

/** The little lake that the traps read. */
const RELATIONS = [
  view('numbers', 'SELECT * FROM (VALUES (1, CAST(1.25 AS decimal(10,2))), (3, 2.50), (4, 3.75)) AS t(n, amount)'),
  view('words', "SELECT * FROM (VALUES (1, 'apple'), (2, 'fig'), (3, 'pear')) AS t(n, word)"),
  view('days', "SELECT * FROM (VALUES (DATE '2024-01-01', 'a', 1), (DATE '2024-01-01', 'b', 2), (DATE '2024-01-02', 'a', 2), (DATE '2024-01-02', 'b', 1)) AS t(dt, k, n)"),
  view('orders', "SELECT id, CAST(items AS array(row(sku varchar, qty integer))) AS items FROM (VALUES ('o1', ARRAY[ROW('s1', 1), ROW('s2', 2)]), ('o2', NULL)) AS t(id, items)"),
  view(
    'views',
    `SELECT * FROM (VALUES ('u1', TIMESTAMP '2024-01-01 10:00:00', 'a'), ('u1', TIMESTAMP '2024-01-01 10:20:00', 'b'), ('u1', TIMESTAMP '2024-01-01 11:00:00', 'c'),
      ('u2', TIMESTAMP '2024-01-01 10:00:00', 'a')) AS t(u, ts, page)`,
  ),
  view('totals', 'SELECT dt, sum(n) AS s FROM days GROUP BY dt'),
];

let warehouse: DuckdbWarehouse;
beforeAll(async () => {
  warehouse = await duckdbWarehouse({ relations: RELATIONS, resolve: key => key, threads: 1 });
});
afterAll(() => warehouse.close());

/** What the warehouse makes of a query: its rows, or the way in which it says no. */
async function outcome(sql: string): Promise<readonly (readonly AnswerValue[])[] | symbol> {
  try {
    return (await warehouse.query(sql)).rows;
  } catch (error) {
    if (error instanceof UnportableSql) return refused;
    if (error instanceof QueryFailed) return fails;
    throw error;
  }
}

/** What Trino fails at may fail or be refused. */
const allowed = (expected: Trap[2]): readonly unknown[] => (expected === fails ? [fails, refused] : [expected]);

describe('an expression has the value that Trino gives it, or is refused', () => {
  test.each(EXPRESSIONS)('%s', async (_, expression, expected) => {
    const rows = await outcome(`SELECT ${expression}`);
    expect(allowed(expected)).toContainEqual(typeof rows === 'symbol' ? rows : rows[0]?.[0]);
  });
});

describe('a statement has the rows that Trino gives it, or is refused', () => {
  test.each(STATEMENTS)('%s', async (_, sql, expected) => {
    expect(allowed(expected)).toContainEqual(await outcome(sql));
  });
});

const refusals = (traps: readonly Trap[]): number => traps.filter(([, , expected]) => expected === refused).length;

test('the refusals do not grow unseen', () => {
  expect([EXPRESSIONS.length, refusals(EXPRESSIONS), STATEMENTS.length, refusals(STATEMENTS)]).toEqual([434, 93, 108, 38]);
});

test('every trap has a name of its own', () => {
  const names = [...EXPRESSIONS, ...STATEMENTS].map(([id]) => id);
  expect(new Set(names).size).toBe(names.length);
});
