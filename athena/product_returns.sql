-- One row is one product, one shop day and one reason: of what its conversions of that day sold, the units that came
-- back for that reason, whenever they did, and what was given back for them. Over all reasons they are the
-- units_refunded and refunded_eur of product_performance_daily.
WITH returned AS (
  SELECT i.local_date AS day, i.product_id, coalesce(r.reason, 'unknown') AS reason,
    count(DISTINCT r.refund_id) AS refunds, sum(coalesce(r.quantity, 0)) AS units,
    CAST(sum(r.amount_eur - r.tax_eur) AS decimal(18,2)) AS refunded_eur
  FROM refunds AS r JOIN order_item_costs AS i ON i.line_item_id = r.line_item_id
  -- Payments that failed or wait gave nothing back.
  WHERE r.part = 'goods' AND r.status IN ('success', 'none') AND i.is_conversion
    AND (i.product_id IS NOT NULL OR i.shipped_quantity > 0 OR i.net_revenue_eur <> DECIMAL '0.00')
  GROUP BY i.local_date, i.product_id, coalesce(r.reason, 'unknown')
), catalogue AS (
  SELECT product_id, max_by(title, concat(coalesce(CAST(updated_at AS varchar), ''), title)) AS title,
    max(category) AS category
  FROM products GROUP BY product_id
), sold_as AS (
  SELECT product_id, max_by(title, concat(CAST(local_date AS varchar), title)) AS title
  FROM order_item_costs WHERE is_conversion GROUP BY product_id
)
SELECT r.day, r.product_id,
  CASE WHEN r.product_id IS NULL THEN '(no product)' ELSE coalesce(c.title, n.title) END AS title, c.category,
  r.reason, r.refunds, r.units, r.refunded_eur
FROM returned AS r
LEFT JOIN catalogue AS c ON c.product_id = r.product_id
LEFT JOIN sold_as AS n ON n.product_id = r.product_id
