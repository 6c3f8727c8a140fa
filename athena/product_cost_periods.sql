-- One row is one cost of a variant (by its id, or by its SKU) and the shop days for which it holds. A new cost holds
-- from the day on which it was reported, so that it does not change the margin of older orders; the first one known
-- holds for all days before too, for shops begin to report costs when they have long been selling, and the first cost
-- is nearer the truth than none. An SKU that one variant has is a name of it, as `sku:…`: orders and products need not
-- come by the same door (exports of the admin have no ids of variants). What lies in stock (`inventory:…`) is the
-- variant that names it, else the one that has its SKU, where each is one alone.
WITH catalogue AS (
  -- A variant of an export is its SKU, and no other than the one that has it.
  SELECT sku, coalesce(min(CASE WHEN variant_id NOT LIKE 'sku:%' THEN variant_id END), min(variant_id)) AS variant_id,
    count(DISTINCT CASE WHEN variant_id NOT LIKE 'sku:%' THEN variant_id END) AS variants
  FROM products WHERE sku IS NOT NULL GROUP BY sku
), costed AS (
  SELECT variant_id, sku, cost_eur, reported_at, seen_on, local_date,
    min(CASE WHEN variant_id LIKE 'inventory:%' THEN variant_id END) OVER (PARTITION BY sku)
      = max(CASE WHEN variant_id LIKE 'inventory:%' THEN variant_id END) OVER (PARTITION BY sku) AS is_one_item
  FROM product_costs
), found AS (
  SELECT coalesce(i.variant_id, CASE WHEN c.variant_id LIKE 'inventory:%' AND c.is_one_item AND s.variants <= 1
    THEN s.variant_id END, c.variant_id) AS variant_id, coalesce(c.sku, i.sku) AS sku, c.cost_eur,
    c.reported_at, c.seen_on, c.local_date
  FROM costed AS c
  LEFT JOIN products AS i ON concat('inventory:', i.inventory_item_id) = c.variant_id
  LEFT JOIN catalogue AS s ON s.sku = c.sku
), named AS (
  SELECT f.variant_id, f.sku, f.cost_eur, f.reported_at, f.seen_on, f.local_date,
    min(f.variant_id) OVER (PARTITION BY f.sku) = max(f.variant_id) OVER (PARTITION BY f.sku)
      AND coalesce(s.variants, 0) <= 1 AS is_one_variant
  FROM found AS f LEFT JOIN catalogue AS s ON s.sku = f.sku
), reported AS (
  SELECT u.name AS variant_id, n.cost_eur, n.reported_at, n.seen_on, n.local_date
  FROM named AS n
  CROSS JOIN UNNEST(CASE WHEN n.is_one_variant AND n.variant_id <> concat('sku:', n.sku)
    THEN ARRAY[n.variant_id, concat('sku:', n.sku)] ELSE ARRAY[n.variant_id] END) AS u(name)
), sent AS (
  SELECT variant_id, cost_eur, reported_at, seen_on, local_date,
    lag(reported_at) OVER (PARTITION BY variant_id ORDER BY reported_at, seen_on) AS previous_reported_at
  FROM reported
), dated AS (
  -- The same change may be sent again with another cost: that one holds from the day on which it came.
  SELECT variant_id, cost_eur, reported_at, seen_on,
    CASE WHEN previous_reported_at = reported_at THEN greatest(local_date, seen_on) ELSE local_date END AS from_day
  FROM sent
), daily AS (
  SELECT variant_id, from_day, cost_eur,
    lead(from_day) OVER (PARTITION BY variant_id ORDER BY from_day, reported_at, seen_on) AS next_day
  FROM dated
), compared AS (
  -- Of several costs of one day the last holds.
  SELECT variant_id, from_day, cost_eur, lag(cost_eur) OVER (PARTITION BY variant_id ORDER BY from_day) AS previous_eur
  FROM daily WHERE next_day IS NULL OR next_day <> from_day
), changes AS (
  SELECT variant_id, from_day, cost_eur, previous_eur FROM compared
  WHERE previous_eur IS NULL OR previous_eur <> cost_eur
)
SELECT variant_id, from_day AS reported_on,
  CASE WHEN previous_eur IS NULL THEN DATE '1970-01-01' ELSE from_day END AS holds_from,
  lead(from_day) OVER (PARTITION BY variant_id ORDER BY from_day) AS holds_until,
  cost_eur
FROM changes
