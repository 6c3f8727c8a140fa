/** For the tests that compute a view once more by loops over its rows. */
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { grouped, type Row } from './fixture.ts';

/** A number; null counts as none. */
export const n = (row: Row | undefined, name: string): number => Number(row?.[name] ?? 0);

/** Of a column, or of what is computed of each row. */
export const sum = (rows: readonly Row[], value: string | ((row: Row) => number)): number =>
  rows.reduce((all, row) => all + (typeof value === 'string' ? n(row, value) : value(row)), 0);

/** Null where there is no denominator. */
export const ratio = (numerator: number | null, denominator: number): number | null =>
  numerator === null || denominator === 0 ? null : numerator / denominator;

/** The greatest value of a column that is not null. */
export const greatest = (rows: readonly Row[], name: string): AnswerValue =>
  rows.reduce<AnswerValue>((most, { [name]: one = null }) => {
    if (one === null || (most !== null && most >= one)) return most;
    return one;
  }, null);

/** The value of a column that stands in the row of the last day; of several of that day, the greatest. */
export const latest = (rows: readonly Row[], name: string): AnswerValue => {
  const told = rows.filter((row) => (row[name] ?? null) !== null);
  const lastDay = greatest(told, 'dt');
  return greatest(
    told.filter((row) => row['dt'] === lastDay),
    name,
  );
};

/** What tells rows by these columns. */
export const key = (row: Row, ...names: readonly string[]): string =>
  JSON.stringify(names.map((name) => row[name] ?? null));

/** Rows that are alike in these columns, null too, and these columns. */
export const groups = (rows: readonly Row[], ...names: readonly string[]): (readonly [Row, Row[]])[] =>
  [...grouped(rows, (row) => key(row, ...names)).values()].map((all) => [
    Object.fromEntries(names.map((name) => [name, all[0]?.[name] ?? null])),
    all,
  ]);

/**
 * Numbers to the millionth, whatever their type; rows in one order. Half a millionth, which two ways of adding up may
 * round apart, is no border.
 */
export const plain = (rows: readonly Row[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => name !== 'dt')
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [
            name,
            typeof value === 'number' || (typeof value === 'string' && /^-?\d+\.\d+$/u.test(value))
              ? (Math.round(Number(value) * 1e6 + 0.123) / 1e6 + 0).toFixed(6)
              : value,
          ]),
      ),
    )
    .toSorted();

/** The sums of these columns. */
export const measured = (rows: readonly Row[], ...names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, sum(rows, name)]));
