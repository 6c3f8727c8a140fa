-- One row is one cost of a variant (by its id, or by its SKU) and the shop days for which it holds. A new cost holds
-- from the day on which it was reported, so that it does not change the margin of older orders; the first one known
-- holds for all days before too, for shops begin to report costs when they have long been selling, and the first cost
-- is nearer the truth than none. An SKU that one variant has is a name of it, as `sku:…`: orders and products need not
-- come by the same door (exports of the admin have no ids of variants).
WITH named AS (
  SELECT sku FROM product_costs WHERE sku IS NOT NULL GROUP BY sku HAVING count(DISTINCT variant_id) = 1
), reported AS (
  SELECT variant_id, cost_eur, reported_at, seen_on, local_date FROM product_costs
  UNION ALL
  SELECT concat('sku:', p.sku), p.cost_eur, p.reported_at, p.seen_on, p.local_date
  FROM product_costs AS p JOIN named AS n ON n.sku = p.sku
  WHERE p.variant_id <> concat('sku:', p.sku)
), dated AS (
  -- The same change may be sent again with another cost: that one holds from the day on which it came.
  SELECT variant_id, cost_eur, reported_at, seen_on,
    CASE WHEN row_number() OVER (PARTITION BY variant_id, reported_at ORDER BY seen_on) = 1 THEN local_date
      ELSE greatest(local_date, seen_on) END AS from_day
  FROM reported
), daily AS (
  SELECT variant_id, from_day, cost_eur,
    row_number() OVER (PARTITION BY variant_id, from_day ORDER BY reported_at DESC, seen_on DESC) AS place
  FROM dated
), compared AS (
  SELECT variant_id, from_day, cost_eur, lag(cost_eur) OVER (PARTITION BY variant_id ORDER BY from_day) AS previous_eur
  FROM daily WHERE place = 1
), changes AS (
  SELECT variant_id, from_day, cost_eur, previous_eur FROM compared
  WHERE previous_eur IS NULL OR previous_eur <> cost_eur
)
SELECT variant_id, from_day AS reported_on,
  CASE WHEN previous_eur IS NULL THEN DATE '1970-01-01' ELSE from_day END AS holds_from,
  lead(from_day) OVER (PARTITION BY variant_id ORDER BY from_day) AS holds_until,
  cost_eur
FROM changes
