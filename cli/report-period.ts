import type { Comparison } from '../dashboard/app/state.ts';
import { dayNumber, type Days } from '../lambdas/shared/day-numbers.ts';
import { areKnown, comparedDays, daysOf } from '../dashboard/figures/period.ts';
import type { ReportPeriod } from '../dashboard/report/report.ts';
import type { Day } from '../lambdas/shared/days.ts';
import { UsageError } from './context.ts';

/** What a person asked for; a report is of the last week unless they say otherwise. */
export interface PeriodAsked {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  readonly comparison: Comparison;
}

const week = 7;

/**
 * The days that a report is of, within the known ones: without dates the last week, with one date the week that begins
 * or ends there.
 * @param known the days that the lake has orders or visits of, which are over
 * @throws UsageError where none of the days asked for is known
 */
export function reportPeriod({ from, to, comparison }: PeriodAsked, known: Days, now = new Date()): ReportPeriod {
  const first = from === undefined ? undefined : dayNumber(from);
  const last = to === undefined ? undefined : dayNumber(to);
  if (first !== undefined && last !== undefined && first > last)
    throw new UsageError(`--from ${from} is after --to ${to}.`);
  const end = last ?? (first === undefined ? known.to : Math.min(known.to, first + week - 1));
  const asked = { from: first ?? end - week + 1, to: end };
  const days = daysOf(asked, known);
  if (days === undefined)
    throw new UsageError('The lake knows nothing of these days: "sillage status" shows the days that it has.');
  const before = comparedDays(days, comparison);
  return {
    days,
    comparison,
    before: before && areKnown(before, known) ? before : undefined,
    isCut: days.from !== asked.from || days.to !== asked.to,
    isOld: from === undefined && to === undefined && dayNumber(now.toISOString().slice(0, 10)) - days.to > 2 * week,
  };
}
