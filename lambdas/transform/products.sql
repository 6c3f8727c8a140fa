-- One row is one variant of a product as the shop last sent it. A product without a variant is refused for want of its
-- id.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "title": "VARCHAR", "product_type": "VARCHAR", "status": "VARCHAR", "tags": "VARCHAR",
    "created_at": "VARCHAR", "updated_at": "VARCHAR",
    "variants": [{ "id": "VARCHAR", "sku": "VARCHAR", "price": "VARCHAR", "inventory_item_id": "VARCHAR",
      "inventory_item": { "cost": "VARCHAR" } }] }') AS r
  FROM raw_crm_products
), variants AS (
  SELECT *, unnest(CASE WHEN len(r.variants) > 0 THEN r.variants ELSE [NULL] END) AS variant FROM parsed
)
SELECT _record, _at,
  variant.id AS variant_id,
  r.id AS product_id,
  r.created_at AS created_at,
  r.updated_at AS updated_at,
  r.title AS title,
  r.product_type AS category,
  nullif(trim(variant.sku), '') AS sku,
  variant.inventory_item_id AS inventory_item_id,
  r.status AS status,
  list_sort(list_filter(list_transform(string_split(r.tags, ','), lambda tag: trim(tag)),
    lambda tag: tag <> '')) AS labels,
  shop_currency() AS currency,
  variant.price AS price,
  variant.inventory_item.cost AS cost,
  CASE WHEN r IS NULL THEN 'malformed:record'
       WHEN is_graphql(_record, r.id) THEN 'shape:record'
       WHEN instant(r.created_at) > instant(r.updated_at) THEN 'future:created_at' END AS _reject,
  CAST(instant(r.created_at) AS DATE) AS dt
FROM variants
