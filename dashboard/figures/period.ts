import type { Comparison, Period } from '../app/state.ts';
import { dateOf, dayBefore, isoOf, dayNumber, lengthOf, type Days } from '../../lambdas/shared/day-numbers.ts';

/**
 * The days of a period, within those that are known: no figure is of days that nobody has seen. Undefined where none is
 * known.
 * @param over the last day that is over: the last days do not end with the few hours of today
 */
export function daysOf(period: Period, known: Days, over = known.to): Days | undefined {
  const last = Math.min(known.to, over);
  const wanted = 'last' in period ? { from: last - period.last + 1, to: last } : period;
  const days = { from: Math.max(wanted.from, known.from), to: Math.min(wanted.to, known.to) };
  return days.from > days.to ? undefined : days;
}

/** What a manifest tells of the last days; see its schema. */
interface Ends {
  readonly data_whole_to?: string | null | undefined;
  readonly shop: { readonly time_zone: string };
}

/** The last day that is over in the shop's time zone, and of which no export left out a part. */
export function lastWholeDay({ data_whole_to: whole, shop }: Ends, now: Date): number {
  const over = dayBefore(now, shop.time_zone);
  return typeof whole === 'string' ? Math.min(over, dayNumber(whole)) : over;
}

/** The same day of the year before; 29 February is 28 February. */
function aYearBefore(day: number): number {
  const date = dateOf(day);
  const year = date.getUTCFullYear() - 1;
  const iso = `${year}-${isoOf(day).slice(5)}`;
  return dayNumber(iso.endsWith('-02-29') ? `${year}-02-28` : iso);
}

/**
 * The days that a period is compared to, as many as it has: those right before it; the last ones before it that begin
 * on the same day of the week; or those of the year before. Undefined where nothing is compared.
 */
export function comparedDays(days: Days, comparison: Comparison): Days | undefined {
  const length = lengthOf(days);
  const back = (by: number) => ({ from: days.from - by, to: days.to - by });
  switch (comparison) {
    case 'none':
      return undefined;
    case 'previous':
      return back(length);
    case 'weekday':
      return back(7 * Math.ceil(length / 7));
    case 'year':
      return back(days.from - aYearBefore(days.from));
  }
}

/**
 * The days that a period is compared to, where all of them are known; none where its last day still goes on, since a part
 * of a day beside a whole one would be a fall that nobody had.
 */
export function daysBefore(days: Days, comparison: Comparison, known: Days, over: number): Days | undefined {
  const compared = days.to > over ? undefined : comparedDays(days, comparison);
  return compared && areKnown(compared, known) ? compared : undefined;
}

/** Whether every one of some days is known: a comparison with a part of a period would be a wrong figure. */
export const areKnown = (days: Days, known: Days): boolean => days.from >= known.from && days.to <= known.to;
