import type { Day } from './days.ts';
import type { Warehouse } from './ports/warehouse.ts';

/** SQL for the days that the shop itself has seen, and the last of them that is whole. */
export const seenDaysSql = 'SELECT first_day AS first, last_day AS last, whole_day AS whole FROM seen_days';

/** SQL that answers with a row where the lake has any order that counts: without one, nothing is known of what came back. */
export const soldSql = 'SELECT first_day FROM order_days';

/** The first and the last day that was seen. */
export interface SeenDays {
  readonly first: Day;
  readonly last: Day;
  /** The last of which all is known: a part of a day looks like a bad one. */
  readonly whole: Day;
}

/** The days that the shop has seen; undefined for a lake without an order and a visit. */
export async function seenDays(warehouse: Pick<Warehouse, 'query'>): Promise<SeenDays | undefined> {
  const [[first, last, whole] = []] = (await warehouse.query(seenDaysSql)).rows;
  if (typeof first !== 'string' || typeof last !== 'string' || typeof whole !== 'string') return undefined;
  return { first, last, whole };
}
