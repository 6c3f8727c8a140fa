-- One row is one product over all days in the lake: what people looked at and put in the cart, what was sold in conversions,
-- and what came back. Where the cost of some units is unknown, the margin is that of the others: see cost_coverage.
WITH catalogue AS (
  SELECT product_id, max(title) AS title, max(category) AS category FROM products GROUP BY product_id
), named AS (
  -- Two variants may share an SKU: an event of it counts once, for the product that had it first.
  SELECT sku, product_id, row_number() OVER (PARTITION BY sku ORDER BY created_at, variant_id) AS place FROM products WHERE sku IS NOT NULL
), shown AS (
  -- An event may name several variants of one product, or one of them twice.
  SELECT DISTINCT e.event_id, e.event_name, p.product_id
  FROM web_events AS e
  CROSS JOIN UNNEST(transform(e.items, i -> i.item_id)) AS u(item_id)
  JOIN named AS p ON p.sku = u.item_id AND p.place = 1
  WHERE e.event_name IN ('view_item', 'add_to_cart') AND NOT e.is_bot
), looked AS (
  SELECT product_id, count_if(event_name = 'view_item') AS item_views, count_if(event_name = 'add_to_cart') AS cart_adds
  FROM shown
  GROUP BY product_id
), sold AS (
  SELECT i.product_id, count(DISTINCT i.order_id) AS orders, sum(i.quantity) AS units, sum(i.net_revenue_eur) AS net_revenue_eur,
    sum(CASE WHEN i.shipped_quantity = 0 THEN DECIMAL '0.00' ELSE i.shipped_quantity * c.cost_eur END) AS cost_of_goods_eur,
    sum(CASE WHEN c.cost_eur IS NULL AND i.shipped_quantity > 0 THEN DECIMAL '0.00' ELSE i.net_revenue_eur END) AS covered_eur
  FROM order_items AS i
  JOIN orders AS o ON o.order_id = i.order_id
  LEFT JOIN product_cost_periods AS c ON c.variant_id = i.variant_id AND o.local_date >= c.holds_from AND (c.holds_until IS NULL OR o.local_date < c.holds_until)
  WHERE o.is_conversion
  GROUP BY i.product_id
), given_back AS (
  SELECT i.product_id, sum(coalesce(r.quantity, 0)) AS units_refunded, sum(r.amount_eur - r.tax_eur) AS refunded_eur,
    sum(CASE WHEN c.cost_eur IS NULL AND i.shipped_quantity > 0 THEN DECIMAL '0.00' ELSE r.amount_eur - r.tax_eur END) AS covered_refunded_eur
  FROM refunds AS r
  JOIN order_items AS i ON i.line_item_id = r.line_item_id
  JOIN orders AS o ON o.order_id = i.order_id
  LEFT JOIN product_cost_periods AS c ON c.variant_id = i.variant_id AND o.local_date >= c.holds_from AND (c.holds_until IS NULL OR o.local_date < c.holds_until)
  WHERE o.is_conversion AND r.part = 'goods'
  GROUP BY i.product_id
), joined AS (
  SELECT c.product_id, c.title, c.category, coalesce(l.item_views, 0) AS item_views, coalesce(l.cart_adds, 0) AS cart_adds,
    coalesce(s.orders, 0) AS orders, coalesce(s.units, 0) AS units, coalesce(b.units_refunded, 0) AS units_refunded,
    CAST(coalesce(s.net_revenue_eur, DECIMAL '0.00') AS decimal(18,2)) AS net_revenue_eur,
    CAST(CASE WHEN s.orders IS NULL THEN DECIMAL '0.00' ELSE s.cost_of_goods_eur END AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(coalesce(b.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur,
    coalesce(s.covered_eur, DECIMAL '0.00') AS covered_eur, coalesce(b.covered_refunded_eur, DECIMAL '0.00') AS covered_refunded_eur
  FROM catalogue AS c
  LEFT JOIN looked AS l ON l.product_id = c.product_id
  LEFT JOIN sold AS s ON s.product_id = c.product_id
  LEFT JOIN given_back AS b ON b.product_id = c.product_id
)
SELECT product_id, title, category, item_views, cart_adds, orders, units, units_refunded, net_revenue_eur, cost_of_goods_eur, refunded_eur,
  CAST(covered_eur - cost_of_goods_eur - covered_refunded_eur AS decimal(18,2)) AS gross_margin_eur,
  CAST(covered_eur AS double) / NULLIF(CAST(net_revenue_eur AS double), 0E0) AS cost_coverage,
  CAST(covered_eur - cost_of_goods_eur - covered_refunded_eur AS double) / NULLIF(CAST(covered_eur AS double), 0E0) AS gross_margin_rate,
  CAST(cart_adds AS double) / NULLIF(item_views, 0) AS view_to_cart_rate,
  CAST(units_refunded AS double) / NULLIF(units, 0) AS return_rate
FROM joined
