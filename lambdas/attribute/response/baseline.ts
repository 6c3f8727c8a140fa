import { meanOf } from './curve.ts';

/** What there would be without any channel: columns of a regression, how firmly each is held near 0, and the noise of a day. */
export interface Baseline {
  readonly columns: readonly Float64Array[];
  readonly precisions: readonly number[];
  readonly variance: number;
}

/** Seasons and promotions move in so many days; what is faster may be a channel. */
const knotDays = 14;

/** A level, weekdays, and knots between which the season moves straight. The noise is what a week's running mean leaves, and never less than chance in counts. */
export function baselineOf(orders: readonly number[], weekday: number): Baseline {
  const mean = Math.max(meanOf(orders), 1e-9);
  const days = orders.length;
  const knots = Math.max(2, Math.ceil(days / knotDays) + 1);
  const gap = (days - 1) / (knots - 1);
  const column = (of: (day: number) => number) => Float64Array.from(orders, (_, day) => of(day));
  const level = column(() => 1);
  const weekdays = Array.from({ length: 7 }, (_, which) =>
    column((day) => ((day + weekday) % 7 === which ? 6 / 7 : -1 / 7)),
  );
  const seasons = Array.from({ length: knots }, (_, knot) =>
    column((day) => Math.max(0, 1 - Math.abs(day / gap - knot))),
  );
  // Difference of days a week apart: what weekdays and slow seasons do cancels out, and the noise is there twice.
  const differences = orders.slice(7).map((order, day) => (order - (orders[day] ?? 0)) ** 2 / 2);
  const variance = Math.max(mean, differences.length === 0 ? mean : meanOf(differences));
  return {
    columns: [level, ...weekdays, ...seasons],
    precisions: [
      1 / (10 * mean) ** 2,
      ...weekdays.map(() => 1 / (0.4 * mean) ** 2),
      ...seasons.map(() => 1 / (0.4 * mean) ** 2),
    ],
    variance,
  };
}
