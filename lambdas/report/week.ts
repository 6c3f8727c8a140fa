import { areKnown, comparedDays, daysOf } from '../../dashboard/figures/period.ts';
import { dayBefore, weekdayOf, type Days } from '../shared/day-numbers.ts';
import type { ReportPeriod } from '../../dashboard/report/report.ts';

/**
 * The last week that is over, Monday to Sunday, as far as it is known, against the same weekdays before it.
 * @param zone of the shop: there Sunday ends
 * @returns undefined where nothing is known of it
 */
export function lastWeek(now: Date, zone: string, known: Days): ReportPeriod | undefined {
  const yesterday = dayBefore(now, zone);
  const sunday = yesterday - ((weekdayOf(yesterday) + 1) % 7);
  const week = { from: sunday - 6, to: sunday };
  const days = daysOf(week, known);
  if (days === undefined) return undefined;
  const before = comparedDays(days, 'weekday');
  return {
    days,
    comparison: 'weekday',
    before: before && areKnown(before, known) ? before : undefined,
    // A week of which the lake lacks days would look like a bad one: the report says so.
    isCut: days.from !== week.from || days.to !== week.to,
  };
}
