-- One row is one product, one shop day and one reason: of what its conversions of that day sold, the units that came
-- back for that reason, whenever they did, and what was given back for them. Over all reasons they are the
-- units_refunded and refunded_eur of product_performance_daily.
WITH given_back AS (
  -- Payments that failed or wait gave nothing back.
  SELECT line_item_id, refund_id, coalesce(reason, 'unknown') AS reason, quantity, amount_eur - tax_eur AS refunded_eur
  FROM refunds WHERE part = 'goods' AND status IN ('success', 'none')
), sold AS (
  -- What nothing came back of has no reason: it tells what a product was called last.
  SELECT i.local_date AS day, i.product_id, r.reason, max(i.title) AS title, count(DISTINCT r.refund_id) AS refunds,
    sum(coalesce(r.quantity, 0)) AS units, CAST(sum(r.refunded_eur) AS decimal(18,2)) AS refunded_eur
  FROM order_item_costs AS i LEFT JOIN given_back AS r ON r.line_item_id = i.line_item_id
  WHERE i.is_conversion
    AND (i.product_id IS NOT NULL OR i.shipped_quantity > 0 OR i.net_revenue_eur <> DECIMAL '0.00')
  GROUP BY i.local_date, i.product_id, r.reason
), named AS (
  SELECT day, product_id, reason, refunds, units, refunded_eur,
    last_value(title) IGNORE NULLS OVER (PARTITION BY product_id ORDER BY day, title
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS sold_title
  FROM sold
), catalogue AS (
  SELECT product_id, max_by(title, concat(coalesce(CAST(updated_at AS varchar), ''), title)) AS title,
    max(category) AS category
  FROM products GROUP BY product_id
)
SELECT n.day, n.product_id,
  CASE WHEN n.product_id IS NULL THEN '(no product)' ELSE coalesce(c.title, n.sold_title) END AS title, c.category,
  n.reason, n.refunds, n.units, n.refunded_eur
FROM named AS n LEFT JOIN catalogue AS c ON c.product_id = n.product_id
WHERE n.reason IS NOT NULL
