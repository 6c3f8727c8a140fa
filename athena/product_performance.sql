-- One row is one product over all days in the lake: what people looked at and put in the cart, what was sold in
-- conversions, and what came back. Where the cost of some units is unknown, the margin is that of the others: see
-- cost_coverage.
WITH named AS (
  SELECT product_id, title, category FROM products
  UNION ALL
  SELECT product_id, title, category FROM product_performance_daily
), catalogue AS (
  SELECT product_id, max(title) AS title, max(category) AS category FROM named GROUP BY product_id
), summed AS (
  SELECT product_id, sum(item_views) AS item_views, sum(cart_adds) AS cart_adds, sum(orders) AS orders,
    sum(units) AS units, sum(units_refunded) AS units_refunded,
    sum(net_revenue_eur) AS net_revenue_eur, sum(cost_of_goods_eur) AS cost_of_goods_eur,
    sum(refunded_eur) AS refunded_eur,
    sum(covered_eur) AS covered_eur, sum(gross_margin_eur) AS gross_margin_eur
  FROM product_performance_daily
  GROUP BY product_id
), joined AS (
  SELECT c.product_id, c.title, c.category, coalesce(s.item_views, 0) AS item_views,
    coalesce(s.cart_adds, 0) AS cart_adds, coalesce(s.orders, 0) AS orders, coalesce(s.units, 0) AS units,
    coalesce(s.units_refunded, 0) AS units_refunded,
    CAST(coalesce(s.net_revenue_eur, DECIMAL '0.00') AS decimal(18,2)) AS net_revenue_eur,
    CAST(s.cost_of_goods_eur AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(coalesce(s.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur,
    CAST(s.gross_margin_eur AS decimal(18,2)) AS gross_margin_eur,
    CAST(coalesce(s.covered_eur, DECIMAL '0.00') AS decimal(18,2)) AS covered_eur
  FROM catalogue AS c LEFT JOIN summed AS s ON s.product_id = c.product_id
)
SELECT product_id, title, category, item_views, cart_adds, orders, units, units_refunded, net_revenue_eur,
  cost_of_goods_eur, refunded_eur, covered_eur, gross_margin_eur,
  CAST(covered_eur AS double) / NULLIF(CAST(net_revenue_eur AS double), 0E0) AS cost_coverage,
  CAST(gross_margin_eur AS double) / NULLIF(CAST(covered_eur AS double), 0E0) AS gross_margin_rate,
  CAST(cart_adds AS double) / NULLIF(item_views, 0) AS view_to_cart_rate,
  CAST(units_refunded AS double) / NULLIF(units, 0) AS return_rate
FROM joined
