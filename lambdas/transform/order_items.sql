-- One row is one line of an order as the shop last sent it. A record that is no order is accounted for by `orders`.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "created_at": "VARCHAR", "updated_at": "VARCHAR", "currency": "VARCHAR", "taxes_included": "VARCHAR",
    "line_items": [{ "id": "VARCHAR", "product_id": "VARCHAR", "variant_id": "VARCHAR", "sku": "VARCHAR", "title": "VARCHAR",
      "quantity": "VARCHAR", "price": "VARCHAR", "total_discount": "VARCHAR", "discount_allocations": [{ "amount": "VARCHAR" }],
      "tax_lines": [{ "price": "VARCHAR" }] }] }') AS r
  FROM raw_crm_orders
), lines AS (
  SELECT _record, _at, r, unnest(r.line_items) AS line FROM parsed
), discounted AS (
  -- Shopify leaves a code's discount out of total_discount; its share of each line stands in the allocations, with all others.
  SELECT *, CASE WHEN len(line.discount_allocations) > 0
    THEN CAST(list_sum(list_transform(line.discount_allocations, lambda share: TRY_CAST(share.amount AS DECIMAL(18,2)))) AS VARCHAR)
    ELSE coalesce(line.total_discount, '0') END AS discount
  FROM lines
), amounts AS (
  SELECT *,
    TRY_CAST(line.price AS DECIMAL(18,2)) * TRY_CAST(line.quantity AS INTEGER) - coalesce(TRY_CAST(discount AS DECIMAL(18,2)), 0) AS charged,
    CAST(coalesce(list_sum(list_transform(line.tax_lines, lambda tax: TRY_CAST(tax.price AS DECIMAL(18,2)))), 0) AS DECIMAL(18,2)) AS tax
  FROM discounted
)
SELECT _record, _at,
  line.id AS line_item_id,
  r.id AS order_id,
  r.created_at AS created_at,
  r.updated_at AS updated_at,
  line.product_id AS product_id,
  line.variant_id AS variant_id,
  line.sku AS sku,
  line.title AS title,
  line.quantity AS quantity,
  upper(r.currency) AS currency,
  line.price AS unit_price,
  discount AS total_discount,
  tax AS total_tax,
  CASE WHEN r.taxes_included = 'false' THEN charged ELSE charged - tax END AS net_revenue,
  CAST(instant(r.created_at) AS DATE) AS dt
FROM amounts
