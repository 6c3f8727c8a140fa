-- One row is one cost of a variant (by its id, or by its SKU) and the shop days for which it holds. A new cost holds
-- from the day on which it was reported, so that it does not change the margin of older orders; the first one known
-- holds for all days before too, for shops begin to report costs when they have long been selling, and the first cost
-- is nearer the truth than none. An SKU that one variant has is a name of it, as `sku:…`: orders and products need not
-- come by the same door (exports of the admin have no ids of variants). What lies in stock (`inventory:…`) is the
-- variant that names it, else the one that has its SKU, where each is one alone.
WITH told AS (
  -- Beside the catalogue, so that windows find who is meant: by joins a view that reads this one often would have more
  -- stages than Athena takes.
  SELECT variant_id, sku, cost_eur, reported_at, seen_on, local_date,
    CASE WHEN variant_id LIKE 'inventory:%' THEN variant_id END AS item, CAST(NULL AS varchar) AS sold_as
  FROM product_costs
  UNION ALL
  SELECT CAST(NULL AS varchar), sku, CAST(NULL AS decimal(18,2)), CAST(NULL AS timestamp(3)), CAST(NULL AS date),
    CAST(NULL AS date), concat('inventory:', inventory_item_id), variant_id
  FROM products
), stocked AS (
  SELECT variant_id, cost_eur, reported_at, seen_on, local_date, item, sold_as,
    coalesce(sku, CASE WHEN item IS NOT NULL THEN item_sku END) AS sku,
    CASE WHEN item IS NOT NULL THEN item_variant END AS meant
  FROM (
    SELECT *, max(sold_as) OVER (PARTITION BY item) AS item_variant,
      max(CASE WHEN sold_as IS NOT NULL THEN sku END) OVER (PARTITION BY item) AS item_sku
    FROM told) AS t
), shared AS (
  -- Of each SKU: its items, its variants in the catalogue, and the one of an export, which is the SKU and no other than
  -- the variant that has it.
  SELECT variant_id, sku, cost_eur, reported_at, seen_on, local_date, item, meant,
    min(CASE WHEN variant_id IS NOT NULL THEN item END) OVER (PARTITION BY sku)
      = max(CASE WHEN variant_id IS NOT NULL THEN item END) OVER (PARTITION BY sku) AS is_one_item,
    min(CASE WHEN sold_as NOT LIKE 'sku:%' THEN sold_as END) OVER (PARTITION BY sku) AS first_variant,
    max(CASE WHEN sold_as NOT LIKE 'sku:%' THEN sold_as END) OVER (PARTITION BY sku) AS last_variant,
    min(sold_as) OVER (PARTITION BY sku) AS exported
  FROM stocked
), found AS (
  SELECT CASE WHEN variant_id IS NOT NULL
      THEN
        coalesce(meant, CASE WHEN item IS NOT NULL AND sku IS NOT NULL AND is_one_item
          AND coalesce(first_variant = last_variant, true) THEN coalesce(first_variant, exported) END, variant_id) END
      AS variant_id,
    sku, cost_eur, reported_at, seen_on, local_date,
    coalesce(first_variant = last_variant, true) AS is_one_sold
  FROM shared
), named AS (
  SELECT variant_id, sku, cost_eur, reported_at, seen_on, local_date,
    is_one_sold AND min(variant_id) OVER (PARTITION BY sku) = max(variant_id) OVER (PARTITION BY sku) AS is_one_variant
  FROM found
), reported AS (
  SELECT u.name AS variant_id, n.cost_eur, n.reported_at, n.seen_on, n.local_date
  FROM named AS n
  CROSS JOIN UNNEST(CASE WHEN n.is_one_variant AND n.variant_id <> concat('sku:', n.sku)
    THEN ARRAY[n.variant_id, concat('sku:', n.sku)] ELSE ARRAY[n.variant_id] END) AS u(name)
  WHERE n.variant_id IS NOT NULL
), sent AS (
  SELECT variant_id, cost_eur, reported_at, seen_on, local_date,
    row_number() OVER (PARTITION BY variant_id, reported_at ORDER BY seen_on) AS telling
  FROM reported
), dated AS (
  -- The same change may be sent again with another cost: that one holds from the day on which it came.
  SELECT variant_id, cost_eur, reported_at, seen_on,
    CASE WHEN telling > 1 THEN greatest(local_date, seen_on) ELSE local_date END AS from_day
  FROM sent
), daily AS (
  SELECT variant_id, from_day, cost_eur,
    row_number() OVER (PARTITION BY variant_id, from_day ORDER BY reported_at DESC, seen_on DESC) AS place
  FROM dated
), compared AS (
  -- Of several costs of one day the last holds.
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
