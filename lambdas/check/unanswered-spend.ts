import { addDays, type Day } from '../shared/days.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';

/** Days that are looked at. Yesterday is not yet one of them: its orders may come a few hours after its advertising. */
const days = 7;

/**
 * What advertising cost on those of the last days on which the shop has not one conversion, EUR: the shop was down, its
 * orders did not come, or all of them are refused.
 * @param today UTC
 */
export async function spendWithoutOrders(warehouse: Pick<Warehouse, 'query'>, today: Day): Promise<number> {
  const { rows } = await warehouse.query(
    `SELECT CAST(coalesce(sum(a.spend_eur), DECIMAL '0.00') AS double) AS eur
FROM ad_spend AS a LEFT JOIN (SELECT DISTINCT local_date FROM orders WHERE is_conversion) AS o ON o.local_date = a.dt
WHERE o.local_date IS NULL AND a.dt >= DATE '${addDays(today, -1 - days)}' AND a.dt < DATE '${addDays(today, -1)}'`,
  );
  return Number(rows[0]?.[0] ?? 0);
}
