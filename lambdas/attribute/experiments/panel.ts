import { addDays, type Day } from '../../shared/days.ts';

/** What is summed over the orders of an area and a day. */
export const measures = ['orders', 'revenue', 'margin'] as const;
export type Measure = (typeof measures)[number];

/** The area of orders of which it is not known: one that nothing can be withheld in. */
export const unknownArea = '(unknown)';

/**
 * A row of the lake: the orders of one area on one day. Money in EUR; `squares` are those of single orders, added up.
 */
export interface PanelRow {
  readonly area: string;
  readonly day: Day;
  readonly orders: number;
  readonly revenue: number;
  readonly revenueSquares: number;
  readonly margin: number;
  readonly marginSquares: number;
}

/**
 * One measure in one area, by day: the sum over orders, and that of their squares, which tells how far chance moves the
 * sum.
 */
export interface Series {
  readonly area: string;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** All areas over the same days, one after the other. */
export interface Panel {
  readonly days: number;
  readonly series: readonly Series[];
}

/** Days by their places in the panel, `to` not among them. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A sum over orders with that of their squares. */
export interface Sum {
  readonly value: number;
  readonly squares: number;
}

/** What an area had before the experiment, and during it. */
export interface BeforeDuring {
  readonly before: Sum;
  readonly during: Sum;
}

/**
 * The days of the rows between two days, both included: an area without an order on a day has 0 there.
 * @param without days that have no place in it
 */
export function panelOf(
  rows: readonly PanelRow[],
  measure: Measure,
  {
    from,
    to,
    without = new Set(),
  }: { readonly from: Day; readonly to: Day; readonly without?: ReadonlySet<Day> | undefined },
): Panel {
  const places = new Map<Day, number>();
  for (let day = from; day <= to; day = addDays(day, 1)) if (!without.has(day)) places.set(day, places.size);
  const days = places.size;
  const areas = new Map<string, Series>();
  for (const row of rows) {
    const at = places.get(row.day);
    if (at === undefined) continue;
    const one = areas.get(row.area) ?? {
      area: row.area,
      sums: new Float64Array(days),
      squares: new Float64Array(days),
    };
    areas.set(row.area, one);
    const [sum, squares] =
      measure === 'orders'
        ? [row.orders, row.orders]
        : measure === 'revenue'
          ? [row.revenue, row.revenueSquares]
          : [row.margin, row.marginSquares];
    one.sums[at] = (one.sums[at] ?? 0) + sum;
    one.squares[at] = (one.squares[at] ?? 0) + squares;
  }
  return { days, series: [...areas.values()].toSorted((a, b) => (a.area < b.area ? -1 : 1)) };
}

/** The sum of a series over a window. */
export function sumIn({ sums, squares }: Series, { from, to }: Window): Sum {
  let [value, square] = [0, 0];
  for (let day = from; day < to; day += 1) {
    value += sums[day] ?? 0;
    square += squares[day] ?? 0;
  }
  return { value, squares: square };
}

/** A series before and during. */
export const beforeDuring = (series: Series, before: Window, during: Window): BeforeDuring => ({
  before: sumIn(series, before),
  during: sumIn(series, during),
});

const added = (a: Sum, b: Sum): Sum => ({ value: a.value + b.value, squares: a.squares + b.squares });

/** Several areas as one. */
export const together = (areas: readonly BeforeDuring[]): BeforeDuring =>
  areas.reduce((sum, one) => ({ before: added(sum.before, one.before), during: added(sum.during, one.during) }), {
    before: { value: 0, squares: 0 },
    during: { value: 0, squares: 0 },
  });

/** The variance of the logarithm of a sum, by the chance of its orders alone: 1/n of n orders. */
export const logVariance = ({ value, squares }: Sum): number => squares / value ** 2;

/** How far chance alone moves the logarithm of during ÷ before. */
export const ratioVariance = ({ before, during }: BeforeDuring): number => logVariance(before) + logVariance(during);

/** All of these areas as one series. */
export function wholeOf(series: readonly Series[], days: number): Series {
  const [sums, squares] = [new Float64Array(days), new Float64Array(days)];
  for (const one of series)
    for (let day = 0; day < days; day += 1) {
      sums[day] = (sums[day] ?? 0) + (one.sums[day] ?? 0);
      squares[day] = (squares[day] ?? 0) + (one.squares[day] ?? 0);
    }
  return { area: 'all', sums, squares };
}
