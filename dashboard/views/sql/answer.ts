import { dayNumber, type Days } from '../../../lambdas/shared/day-numbers.ts';
import type { Answer } from '../../data/source.ts';
import type { Figure } from '../../figures/ratios.ts';

export const isNumeric = (type: string) => /^(?:bigint|integer|smallint|tinyint|double|real|decimal)/.test(type);

/** A value as it came, to the last digit: no figure of a query is rounded. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a chart of an answer is made of; undefined where it would show something else than the answer. */
export type ChartOf =
  | { readonly kind: 'days'; readonly days: Days; readonly values: readonly Figure[] }
  | { readonly kind: 'bars'; readonly bars: readonly { readonly label: string; readonly value: Figure }[] };

/** More bars are a table. */
const barsAtMost = 60;
/** Ten years: of more days a line is drawn too fine to be read. */
const daysAtMost = 3660;

const figureOf = (value: unknown): Figure => {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
};

/** The columns of numbers behind the first column, which a chart can show. */
export const chartable = ({ columns }: Answer): string[] =>
  columns.slice(1).flatMap(({ name, type }) => (isNumeric(type) ? [name] : []));

/**
 * One value a row, by the first column: a line where that is a day, else bars. A value that stands twice there would
 * hide another.
 */
export function chartOf({ columns, rows }: Answer, column: string | undefined): ChartOf | undefined {
  const at = columns.findIndex(({ name, type }, i) => i > 0 && name === column && isNumeric(type));
  const keys = rows.map(([key]) => shownValue(key));
  if (at < 0 || rows.length === 0 || new Set(keys).size < keys.length) return undefined;
  if (columns[0]?.type === 'date' && rows.every(([key]) => key !== null)) {
    const known = new Map(rows.map((row, i) => [dayNumber(keys[i] ?? ''), figureOf(row[at])]));
    const [from, to] = [Math.min(...known.keys()), Math.max(...known.keys())];
    if (to - from >= daysAtMost) return undefined;
    return {
      kind: 'days',
      days: { from, to },
      values: Array.from({ length: to - from + 1 }, (_, i) => known.get(from + i) ?? null),
    };
  }
  if (rows.length > barsAtMost) return undefined;
  return { kind: 'bars', bars: rows.map((row, i) => ({ label: keys[i] ?? '', value: figureOf(row[at]) })) };
}
