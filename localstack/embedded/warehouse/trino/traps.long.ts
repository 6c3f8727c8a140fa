import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { QueryFailed, UnportableSql } from '../../../../lambdas/shared/ports/warehouse.ts';
import { type DuckdbWarehouse, duckdbWarehouse } from '../duckdb-warehouse.ts';
import { expressions, fails, refused, relations, statements, stops, type Trap } from './traps.ts';

let warehouse: DuckdbWarehouse;
beforeAll(async () => {
  warehouse = await duckdbWarehouse({ relations: relations, resolve: (key) => key, threads: 1 });
});
afterAll(() => warehouse.close());

/** What the warehouse makes of a query: its answer, or the way in which it says no. */
async function outcome<T>(asked: Promise<T>): Promise<T | symbol> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnportableSql) return refused;
    if (error instanceof QueryFailed) return fails;
    throw error;
  }
}

/** What Trino fails at may fail or be refused; what the workspace stops at fails. */
const allowed = (expected: Trap[2]): readonly unknown[] =>
  expected === fails ? [fails, refused] : expected === stops ? [fails] : [expected];

describe('an expression has the value that Trino gives it, or is refused', () => {
  test.each(expressions)('%s', async (_, expression, expected) => {
    // All in one engine: to open one for each takes longer than the expression.
    const answers = await outcome(warehouse.queryAll([`SELECT ${expression}`]));
    expect(allowed(expected)).toContainEqual(typeof answers === 'symbol' ? answers : answers[0]?.rows[0]?.[0]);
  });
});

describe('a statement has the rows that Trino gives it, or is refused', () => {
  test.each(statements)('%s', async (_, sql, expected) => {
    const answer = await outcome(warehouse.query(sql));
    expect(allowed(expected)).toContainEqual(typeof answer === 'symbol' ? answer : answer.rows);
  });
});

const refusals = (traps: readonly Trap[]): number =>
  traps.filter(([, , expected]) => expected === refused || expected === stops).length;

test('the refusals do not grow unseen', () => {
  expect([expressions.length, refusals(expressions), statements.length, refusals(statements)]).toEqual([
    958, 137, 193, 38,
  ]);
});

test('every trap has a name of its own', () => {
  const names = [...expressions, ...statements].map(([id]) => id);
  expect(new Set(names).size).toBe(names.length);
});
