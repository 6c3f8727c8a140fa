/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

const dayMs = 86_400_000;
/** A hundred years of days. */
const mostDays = 36_600;

/** Days that were found real: a lake of years has thousands of slices on each of its days. */
const realDays = new Set<string>();

/** Whether the text is a real calendar day. */
export function isDay(text: string): boolean {
  if (realDays.has(text)) return true;
  const isReal =
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text);
  if (isReal && realDays.size < mostDays) realDays.add(text);
  return isReal;
}

/** The day `count` days later (or earlier). */
export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10);
}

/** The Monday of its week. */
export function mondayOf(day: Day): Day {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

/** Days from one day to another; negative where that is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/** Days from the first to the last, both included. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

/** Whether a day is in a range; every day is where none is given. */
export const inRange = (range: DayRange | undefined, day: Day): boolean =>
  range === undefined || (day >= range.from && day <= range.to);

/** The partition that an object's key names: `…/dt=2025-01-01/…`. */
export function dayOfKey(key: string): Day | undefined {
  const day = /(?:^|\/)dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];
  return day !== undefined && isDay(day) ? day : undefined;
}
