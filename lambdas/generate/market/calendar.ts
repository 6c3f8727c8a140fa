/**
 * Days and times of the market.
 *
 * A `DayIndex` is the number of UTC days since 1970-01-01; a time is in ms since then. The shop keeps Paris time.
 */
import * as z from 'zod';

export type DayIndex = number;

export const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** @param iso a valid YYYY-MM-DD */
export function dayOf(iso: string): DayIndex {
  return Date.parse(`${iso}T00:00:00Z`) / dayMs;
}

/** The UTC day of a time in ms. */
export function dayOfTime(ms: number): DayIndex {
  return Math.floor(ms / dayMs);
}

const isoDays = new Map<DayIndex, string>();

/** YYYY-MM-DD. */
export function isoDay(day: DayIndex): string {
  let iso = isoDays.get(day);
  if (iso === undefined) {
    iso = new Date(day * dayMs).toISOString().slice(0, 10);
    isoDays.set(day, iso);
  }
  return iso;
}

/** A day as YYYY-MM-DD that the calendar knows. */
export const isoDaySchema = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d{2}-\d{2}$/.test(text) &&
      !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
      isoDay(dayOf(text)) === text,
    {
      error: (issue) => `${JSON.stringify(issue.input)} is not a day: write YYYY-MM-DD, for example 2026-01-31`,
    },
  );

/** dd/mm/yyyy, as a French spreadsheet writes it. */
export function frenchDay(day: DayIndex): string {
  const iso = isoDay(day);
  return `${iso.slice(8)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`;
}

/** 0 is Sunday. */
export function weekday(day: DayIndex): number {
  return (((day + 4) % 7) + 7) % 7;
}

function lastSundayOf(year: number, month: number): DayIndex {
  const last = Date.UTC(year, month, 0) / dayMs;
  return last - weekday(last);
}

const summers = new Map<number, readonly [from: number, to: number]>();

/** Paris's offset from UTC at a time, in ms: clocks change on the last Sundays of March and October at 01:00 UTC. */
export function parisOffset(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  let summer = summers.get(year);
  if (summer === undefined) {
    summer = [lastSundayOf(year, 3) * dayMs + hourMs, lastSundayOf(year, 10) * dayMs + hourMs];
    summers.set(year, summer);
  }
  return ms >= summer[0] && ms < summer[1] ? 2 * hourMs : hourMs;
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/**
 * The date and time with milliseconds, without offset: `2026-01-15T14:03:22.123`. Quicker than `Date`, of which
 * millions are needed.
 */
export function isoTime(ms: number): string {
  const day = dayOfTime(ms);
  const left = Math.floor(ms - day * dayMs);
  const millis = left % 1000;
  const seconds = (left - millis) / 1000;
  const minutes = Math.floor(seconds / 60);
  const thousandths = millis < 10 ? `00${millis}` : millis < 100 ? `0${millis}` : `${millis}`;
  return `${isoDay(day)}T${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}.${thousandths}`;
}

/** A time as Shopify writes it, in Paris time to the second: `2026-01-15T14:03:22+01:00`. */
export function parisSeconds(ms: number): string {
  const offset = parisOffset(ms);
  return `${isoTime(ms + offset).slice(0, 19)}${offset === hourMs ? '+01:00' : '+02:00'}`;
}

/** Easter Sunday of a year (the Gregorian computus of Meeus, Jones and Butcher). */
export function easter(year: number): DayIndex {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return Date.UTC(year, month - 1, ((h + l - 7 * m + 114) % 31) + 1) / dayMs;
}

/** Mother's Day in France: the last Sunday of May, or the first of June when that is Pentecost. */
export function mothersDay(year: number): DayIndex {
  const sunday = lastSundayOf(year, 5);
  return sunday === easter(year) + 49 ? sunday + 7 : sunday;
}

/** Black Friday: the day after the fourth Thursday of November. */
export function blackFriday(year: number): DayIndex {
  const first = Date.UTC(year, 10, 1) / dayMs;
  return first + ((4 - weekday(first) + 7) % 7) + 22;
}

/**
 * The European Central Bank publishes rates on TARGET days: not on weekends, 1 January, Good Friday, Easter Monday, 1
 * May, 25 and 26 December.
 */
export function isTargetDay(day: DayIndex): boolean {
  if (weekday(day) === 0 || weekday(day) === 6) return false;
  const iso = isoDay(day);
  const fromEaster = day - easter(Number(iso.slice(0, 4)));
  return fromEaster !== -2 && fromEaster !== 1 && !['01-01', '05-01', '12-25', '12-26'].includes(iso.slice(5));
}

/** The last day, this one included, on which rates were published. */
export function lastTargetDay(day: DayIndex): DayIndex {
  let last = day;
  while (!isTargetDay(last)) last -= 1;
  return last;
}

export type Season = 'black-friday' | 'mothers-day' | 'ordinary';

const seasons = new Map<DayIndex, Season>();

/** Black Friday week runs from Monday to Sunday; the gifts of Mother's Day are bought in the twelve days before it. */
export function seasonOf(day: DayIndex): Season {
  let season = seasons.get(day);
  if (season === undefined) {
    season = findSeason(day);
    seasons.set(day, season);
  }
  return season;
}

function findSeason(day: DayIndex): Season {
  const year = Number(isoDay(day).slice(0, 4));
  const friday = blackFriday(year);
  if (day >= friday - 4 && day <= friday + 2) return 'black-friday';
  const sunday = mothersDay(year);
  if (day >= sunday - 12 && day < sunday) return 'mothers-day';
  return 'ordinary';
}

const months = [0.9, 0.95, 0.95, 0.95, 1.12, 1.02, 0.9, 0.75, 1, 0.98, 1.45, 1.3];
const yearlyMean = months.reduce((sum, index) => sum + index, 0) / 12;
const blackFridayWeek = 2.75;
const mothersDayLift = 1.35;
/** From Sunday on: evenings at home and Mondays sell most, Saturdays least. */
const week = [1.08, 1.06, 1, 0.98, 0.97, 0.95, 0.96];

const ordinaryDays = new Map<number, number>();

/** The index of a month's ordinary days, such that the month keeps its own in spite of its peak. */
function ordinaryIndex(year: number, month: number): number {
  const slot = year * 12 + month;
  const known = ordinaryDays.get(slot);
  if (known !== undefined) return known;
  const index = months[month] ?? 1;
  let peak = 0;
  let others = 0;
  for (let day = Date.UTC(year, month, 1) / dayMs; day < Date.UTC(year, month + 1, 1) / dayMs; day += 1) {
    const season = seasonOf(day);
    if (season === 'black-friday') peak += blackFridayWeek;
    else if (season === 'mothers-day') peak += mothersDayLift;
    else others += 1;
  }
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const share = (index * days - peak) / others;
  ordinaryDays.set(slot, share);
  return share;
}

/** How busy the shop is on a day, 1 being the yearly average. */
export function seasonality(day: DayIndex): number {
  const date = new Date(day * dayMs);
  const season = seasonOf(day);
  const level =
    season === 'black-friday'
      ? blackFridayWeek
      : season === 'mothers-day'
        ? mothersDayLift
        : ordinaryIndex(date.getUTCFullYear(), date.getUTCMonth());
  return (level / yearlyMean) * (week[weekday(day)] ?? 1);
}
