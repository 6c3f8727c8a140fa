/** Reports by week or by month: each of their rows stands on the first day of many, and would be taken for that day's. */
import { addDays, daysBetween, type Day } from '../../shared/days.ts';
import { Refused } from '../refused.ts';
import type { StatedPeriod } from '../stated-period.ts';
import { folded } from '../folded.ts';

/** What a report says of its days, besides them. */
interface Stated {
  /** The lines above its heading. */
  readonly above: readonly string[];
  /** The heading of its days. */
  readonly heading: string;
  readonly period: StatedPeriod | undefined;
  /** How a report by day is had from its platform, in words. */
  readonly byDay: string;
}

/** Microsoft's line: `Report Aggregation: Monthly`, in its languages, folded. */
const aggregation = /^(?:report aggregation|agregation(?: du rapport)?|berichtsaggregation|aggregation) (?<unit>.+)$/;
const longer = /week|month|quarter|year|summary|hebdo|semaine|mensuel|mois|trimest|annuel|woch|monat|quartal|jahr/;
const daily = /^(?:daily|day|hourly|quotidien\w*|jour\w*|taglich|tag)\b/;

/** Of so many in a row the days are no chance: a campaign that runs on one day of each is rare. */
const inARow = { week: 4, month: 3 } as const;
type Unit = keyof typeof inARow;

const monthOf = (day: Day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
/** Weeks that begin on the weekday of this day, counted from it. */
const weekSince = (anchor: Day) => (day: Day) => Math.floor(daysBetween(anchor, day) / 7);
const isMondayOrSunday = (day: Day) => [0, 1].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/** The unit of which all days are the first ones; a period may begin within its first week or month. */
function unitOf(days: readonly Day[], period: StatedPeriod | undefined): Unit | undefined {
  const others = days.filter((day) => day !== period?.from);
  const last = days.at(-1);
  if (last === undefined) return undefined;
  if (others.every((day) => day.endsWith('-01')) && (others.length > 0 || last.endsWith('-01'))) return 'month';
  const isWeekly = days.length > 1 && others.every((day) => daysBetween(day, last) % 7 === 0);
  const isUsual = isMondayOrSunday(last) || (period !== undefined && daysBetween(period.from, last) % 7 === 0);
  return isWeekly && isUsual ? 'week' : undefined;
}

/** Whether there is no doubt: each week or month of the stated period has its first day alone, or many in a row do. */
function isCertain(days: readonly Day[], unit: Unit, period: StatedPeriod | undefined): boolean {
  const numberOf = unit === 'month' ? monthOf : weekSince(days.at(-1) ?? '');
  const numbers = days.map(numberOf);
  const isWhole =
    period !== undefined &&
    days.length === numberOf(period.to) - numberOf(period.from) + 1 &&
    (unit === 'month' ? daysBetween(period.from, period.to) >= 27 : days.length > 1);
  const isRow = numbers.every((number, at) => at === 0 || number === (numbers[at - 1] ?? 0) + 1);
  return isWhole || (isRow && days.length >= inARow[unit]);
}

/** All of a longer period on its first day, as where nothing parts it by time. */
const isAllOnFirst = (days: readonly Day[], period: StatedPeriod | undefined, least: number): boolean =>
  period !== undefined && days.length === 1 && days[0] === period.from && period.to >= addDays(period.from, least - 1);

/**
 * Where the heading itself says that its column has days, they are days.
 * @param found the days of all rows
 * @throws Refused where each is the first of a week or a month; where that may be so, it is noted
 */
export function refuseLonger(
  { above, heading, period, byDay }: Stated,
  found: ReadonlySet<Day>,
  notes: Set<string>,
): void {
  const line = above.find((one) => longer.test(aggregation.exec(folded(one))?.groups?.['unit'] ?? ''));
  if (line !== undefined)
    throw new Refused(`It adds up days: it says “${line}”, so nothing can be said of one of them. ${byDay}`);
  const isSaid = above.some((one) => daily.test(aggregation.exec(folded(one))?.groups?.['unit'] ?? ''));
  if (isSaid || /\b(?:day|jour|tag)\b/.test(folded(heading))) return;
  const days = [...found].toSorted();
  // Each day of the period is there: they are days, also those of a Saturday and its Sunday.
  if (period !== undefined && days.length > 1 && days.length === daysBetween(period.from, period.to) + 1) return;
  const unit = unitOf(days, period);
  const span = days.length > 1 ? `${days[0]} to ${days.at(-1)}` : `${days[0]}`;
  if (isAllOnFirst(days, period, 7) || (unit !== undefined && isCertain(days, unit, period)))
    throw new Refused(
      `It adds up days: “${heading}” has the first day of each ${unit ?? 'period'} alone ` +
        `(${span}${period ? `, of ${period.from} to ${period.to}` : ''}), so nothing can be said of one of ` +
        `them. ${byDay} If it is by day, and nothing ran on the others, export each of these days by itself.`,
    );
  const mayBe =
    unit !== undefined && (days.length > 1 || (period !== undefined && monthOf(period.from) < monthOf(period.to)));
  if (mayBe || isAllOnFirst(days, period, 2))
    notes.add(
      `“${heading}” has the first day of each ${unit ?? 'period'} alone (${span}). If its rows are of more ` +
        `than a day, take it out again (sillage import --undo FILE). ${byDay}`,
    );
}
