import type { AnswerValue, Relation } from '../../../../../lambdas/shared/ports/warehouse.ts';

/**
 * Where Trino and DuckDB are known to part, with what Trino gives by its documentation and source. A trap holds if the
 * warehouse gives Trino's very value, or refuses the construct; `refused` says that today it is refused. `npm run
 * test:trino` asks a Trino for every one of them.
 */
export type Trap = readonly [
  id: string,
  sql: string,
  expected: AnswerValue | Refused | Fails | Stops,
  /** The first release of Trino that a proof asks which has it, where others have it not. */
  since?: number,
];

/** Outside the subset, by name (UnportableSql). */
export type Refused = typeof refused;
/** Trino fails as well (QueryFailed, or UnportableSql). */
export type Fails = typeof fails;
/**
 * Trino answers; the workspace stops, for that value alone, rather than answer otherwise (QueryFailed, or
 * UnportableSql).
 */
export type Stops = typeof stops;
export const refused = Symbol('refused');
export const fails = Symbol('fails');
export const stops = Symbol('stops');

const view = (name: string, sql: string): Relation => ({ name, kind: 'view', sql });

/** The little lake that the traps read. */
export const relations: readonly Relation[] = [
  view('numbers', 'SELECT * FROM (VALUES (1, CAST(1.25 AS decimal(10,2))), (3, 2.50), (4, 3.75)) AS t(n, amount)'),
  view('words', "SELECT * FROM (VALUES (1, 'apple'), (2, 'fig'), (3, 'pear')) AS t(n, word)"),
  view(
    'days',
    "SELECT * FROM (VALUES (DATE '2024-01-01', 'a', 1), (DATE '2024-01-01', 'b', 2), (DATE '2024-01-02', 'a', " +
      "2), (DATE '2024-01-02', 'b', 1)) AS t(dt, k, n)",
  ),
  view(
    'orders',
    "SELECT id, CAST(items AS array(row(sku varchar, qty integer))) AS items FROM (VALUES ('o1', " +
      "ARRAY[ROW('s1', 1), ROW('s2', 2)]), ('o2', NULL)) AS t(id, items)",
  ),
  view(
    'views',
    `SELECT * FROM (VALUES ('u1', TIMESTAMP '2024-01-01 10:00:00', 'a'), ('u1', TIMESTAMP '2024-01-01 10:20:00', 'b'), ('u1', TIMESTAMP '2024-01-01 11:00:00', 'c'),
      ('u2', TIMESTAMP '2024-01-01 10:00:00', 'a')) AS t(u, ts, page)`,
  ),
  view('totals', 'SELECT dt, sum(n) AS s FROM days GROUP BY dt'),
];

/** A trap that is called by its own text. */
export const asked = (sql: string, expected: Trap[2], since?: number): Trap =>
  since === undefined ? [sql, sql, expected] : [sql, sql, expected, since];
