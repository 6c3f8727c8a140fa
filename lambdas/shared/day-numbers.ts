/** Days as numbers: days since 1 January 1970, which are counted, compared and looked up faster than dates. */
export type DayNumber = number;

/** First and last day, both included. */
export interface Days {
  readonly from: DayNumber;
  readonly to: DayNumber;
}

const dayMs = 86_400_000;

/** @param iso `2025-03-31` */
export const dayNumber = (iso: string): DayNumber => Date.parse(`${iso}T00:00:00Z`) / dayMs;
export const dateOf = (day: DayNumber): Date => new Date(day * dayMs);
export const isoOf = (day: DayNumber): string => dateOf(day).toISOString().slice(0, 10);
export const monthOf = (day: DayNumber): string => isoOf(day).slice(0, 7);
export const lengthOf = ({ from, to }: Days): number => to - from + 1;
export const daysIn = (days: Days): DayNumber[] => Array.from({ length: lengthOf(days) }, (_, i) => days.from + i);
/** By time zone: a page asks again at each choice, and a calendar takes milliseconds to make. */
const calendars = new Map<string, Intl.DateTimeFormat>();
/** The day that a time is of, in a time zone. */
export function dayAt(time: Date, timeZone: string): string {
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone });
  calendars.set(timeZone, calendar);
  return calendar.format(time);
}
/** The day before that. */
export const dayBefore = (now: Date, timeZone: string): DayNumber => dayNumber(dayAt(now, timeZone)) - 1;
/** 0 is Monday. */
export const weekdayOf = (day: DayNumber): number => (((day + 3) % 7) + 7) % 7;

/** Whether a text is a day that exists: `2025-02-30` is none. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = dayNumber(text);
  return !Number.isNaN(day) && isoOf(day) === text;
};
