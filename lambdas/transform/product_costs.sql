-- One row is one report of what a variant costs the shop. A product without a cost reports none; a record that is no
-- product is accounted for by `products`. An answer of inventory tells costs apart from products, and names the variant
-- or what of it lies in stock, which `product_cost_periods` finds.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "updated_at": "VARCHAR",
    "variants": [{ "id": "VARCHAR", "sku": "VARCHAR", "inventory_item": { "cost": "VARCHAR",
      "updated_at": "VARCHAR" } }] }') AS r
  FROM raw_crm_products
), variants AS (
  SELECT _record, _at, r.id AS product_id, r.updated_at AS product_updated_at, unnest(r.variants) AS variant FROM parsed
), costed AS (
  -- The later of the two: a cost may change without its product, and a product without its cost.
  SELECT *,
    CASE
      WHEN instant(variant.inventory_item.updated_at) > instant(product_updated_at)
        THEN variant.inventory_item.updated_at
      ELSE product_updated_at END AS reported_at
  FROM variants
  -- What cannot be read is refused with its product.
  WHERE TRY_CAST(variant.inventory_item.cost AS DECIMAL(18,2)) >= 0
), items AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "variant_id": "VARCHAR", "product_id": "VARCHAR", "sku": "VARCHAR", "cost": "VARCHAR",
    "updated_at": "VARCHAR" }') AS r
  FROM raw_crm_inventory_items
), reported AS (
  SELECT _record, _at, variant.id AS variant_id, product_id, variant.sku AS sku, reported_at,
    variant.inventory_item.cost AS cost
  FROM costed
  UNION ALL
  SELECT _record, _at, coalesce(r.variant_id, 'inventory' || ':' || r.id), r.product_id, r.sku, r.updated_at, r.cost
  FROM items WHERE TRY_CAST(r.cost AS DECIMAL(18,2)) >= 0
)
SELECT _record, _at,
  variant_id,
  product_id,
  nullif(trim(sku), '') AS sku,
  reported_at,
  _at.day AS seen_on,
  shop_day(instant(reported_at)) AS local_date,
  shop_currency() AS currency,
  cost,
  CAST(instant(reported_at) AS DATE) AS dt
FROM reported
