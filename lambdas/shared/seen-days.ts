import { dayAt } from './day-numbers.ts';
import { addDays, type Day } from './days.ts';
import type { AnswerValue, Warehouse } from './ports/warehouse.ts';

/** SQL for the days that the shop itself has seen, and what tells whether the last of them is whole. */
export const seenDaysSql = `SELECT d.first_day AS first, d.last_day AS last, d.exported_at, s.time_zone
FROM seen_days AS d LEFT JOIN shop AS s ON true`;

/** SQL that answers with a row where the lake has any order that counts: without one, nothing is known of what came back. */
export const soldSql = 'SELECT first_day FROM order_days';

/** The first and the last day that was seen. */
export interface SeenDays {
  readonly first: Day;
  readonly last: Day;
  /** The last of which an export did not leave out a part. */
  readonly whole: Day;
}

/**
 * The last day of which all is known. An export that was made on the last day has but a part of it, and a part of a day
 * looks like a bad one. A day alone is better than none.
 * @param exportedAt of the newest export that has something of it, in UTC, as an answer writes it
 */
export function wholeDay(first: Day, last: Day, exportedAt: string | null, timeZone: string): Day {
  if (exportedAt === null || first === last) return last;
  return dayAt(new Date(`${exportedAt.replace(' ', 'T')}Z`), timeZone) === last ? addDays(last, -1) : last;
}

const textOrNull = (value: AnswerValue | undefined) => (typeof value === 'string' ? value : null);

/** The days that the shop has seen; undefined for a lake without an order and a visit. */
export async function seenDays(warehouse: Pick<Warehouse, 'query'>): Promise<SeenDays | undefined> {
  const [[first, last, exportedAt, zone] = []] = (await warehouse.query(seenDaysSql)).rows;
  if (typeof first !== 'string' || typeof last !== 'string') return undefined;
  return { first, last, whole: wholeDay(first, last, textOrNull(exportedAt), textOrNull(zone) ?? 'UTC') };
}
