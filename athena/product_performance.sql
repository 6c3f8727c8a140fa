-- One row is one product over all days in the lake: what people looked at and put in the cart, what was sold in
-- conversions, and what came back. Where the cost of some units is unknown, the margin is that of the others: see
-- cost_coverage; where no look at any product was measured, nothing is known of looks.
WITH catalogue AS (
  -- A variant that was taken away keeps the product's name of then.
  SELECT product_id, max_by(title, concat(coalesce(CAST(updated_at AS varchar), ''), title)) AS title,
    max(category) AS category
  FROM products GROUP BY product_id
), facts AS (
  SELECT product_id, title, category, CAST(NULL AS bigint) AS item_views, CAST(NULL AS bigint) AS cart_adds,
    CAST(0 AS bigint) AS orders, CAST(0 AS bigint) AS units, CAST(0 AS bigint) AS units_refunded,
    DECIMAL '0.00' AS net_revenue_eur, CAST(NULL AS decimal(18,2)) AS cost_of_goods_eur,
    DECIMAL '0.00' AS refunded_eur, DECIMAL '0.00' AS covered_eur, CAST(NULL AS decimal(18,2)) AS gross_margin_eur
  FROM catalogue
  UNION ALL
  SELECT product_id, title, category, item_views, cart_adds, orders, units, units_refunded, net_revenue_eur,
    cost_of_goods_eur, refunded_eur, covered_eur, gross_margin_eur
  FROM product_performance_daily
), summed AS (
  SELECT product_id, max(title) AS title, max(category) AS category, sum(item_views) AS item_views,
    sum(cart_adds) AS cart_adds, sum(orders) AS orders, sum(units) AS units, sum(units_refunded) AS units_refunded,
    CAST(sum(net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(cost_of_goods_eur) AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(sum(refunded_eur) AS decimal(18,2)) AS refunded_eur,
    CAST(sum(covered_eur) AS decimal(18,2)) AS covered_eur,
    CAST(sum(gross_margin_eur) AS decimal(18,2)) AS gross_margin_eur
  FROM facts
  GROUP BY product_id
)
SELECT product_id, title, category,
  coalesce(item_views, CASE WHEN max(item_views) OVER () IS NOT NULL THEN 0 END) AS item_views,
  coalesce(cart_adds, CASE WHEN max(item_views) OVER () IS NOT NULL THEN 0 END) AS cart_adds,
  orders, units, units_refunded, net_revenue_eur, cost_of_goods_eur, refunded_eur, covered_eur, gross_margin_eur,
  CAST(covered_eur AS double) / NULLIF(CAST(net_revenue_eur AS double), 0E0) AS cost_coverage,
  CAST(gross_margin_eur AS double) / NULLIF(CAST(covered_eur AS double), 0E0) AS gross_margin_rate,
  CAST(cart_adds AS double) / NULLIF(item_views, 0) AS view_to_cart_rate,
  CAST(units_refunded AS double) / NULLIF(units, 0) AS return_rate
FROM summed
