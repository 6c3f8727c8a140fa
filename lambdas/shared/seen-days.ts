import type { Day } from './days.ts';
import type { Warehouse } from './ports/warehouse.ts';

/**
 * SQL for the days that the shop itself has seen, in its own time zone: from its first order (where there is none, its
 * first visit) to its last order or visit. What lies in the future is no day that was seen, and a platform's report may
 * have any day in it. Visits that are older than the orders begin nothing: all that was sold then would look like 0. Nor do
 * those of the first hours of a day end anything, where the export ends with the day of UTC.
 */
export const seenDaysSql = `SELECT coalesce(min(CASE WHEN is_order = 1 THEN first_day END), min(first_day)) AS first, max(last_day) AS last
FROM (SELECT first_day, last_day, 1 AS is_order FROM order_days
  UNION ALL SELECT min(local_date), max(least(local_date, dt)), 0 FROM sessions WHERE local_date <= date_add('day', 1, current_date)
) AS seen`;

/** The first and the last day that was seen. */
export interface SeenDays {
  readonly first: Day;
  readonly last: Day;
}

/** The days that the shop has seen; undefined for a lake without an order and a visit. */
export async function seenDays(warehouse: Pick<Warehouse, 'query'>): Promise<SeenDays | undefined> {
  const [[first, last] = []] = (await warehouse.query(seenDaysSql)).rows;
  return typeof first === 'string' && typeof last === 'string' ? { first, last } : undefined;
}
