import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import { dayNumber, type DayNumber, type Days } from '../../lambdas/shared/day-numbers.ts';
import { occasionsIn, type Occasion } from '../../lambdas/shared/shop/occasions.ts';

/** Something that happened on some days, which may explain a figure. */
export interface Annotation {
  /** First and last day; equal where it was one day. */
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly label: string;
  /** Whether the shop wrote it down itself; the others are days of the calendar. */
  readonly isOwn: boolean;
}

/** What the shop wrote down and what the calendar says of some days, in their order. */
export function annotationsIn(
  days: Days,
  written: Manifest['shop']['annotations'],
  names: Readonly<Record<Occasion, string>>,
): Annotation[] {
  const own = (written ?? [])
    .map(({ day, to, text }) => ({ from: dayNumber(day), to: dayNumber(to ?? day), label: text, isOwn: true }))
    .filter(({ from, to }) => from <= days.to && to >= days.from);
  const known = occasionsIn(days).map(({ day, occasion }) => ({
    from: day,
    to: day,
    label: names[occasion],
    isOwn: false,
  }));
  return [...own, ...known].toSorted((a, b) => a.from - b.from || a.to - b.to);
}
