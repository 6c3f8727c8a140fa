-- One row is one product over all days in the lake: what people looked at and put in the cart, what was sold in conversions,
-- and what came back.
WITH catalogue AS (
  SELECT product_id, max(title) AS title, max(category) AS category FROM products GROUP BY product_id
), shown AS (
  -- An event may name several variants of one product, or one of them twice.
  SELECT DISTINCT e.event_id, e.event_name, p.product_id
  FROM web_events AS e
  CROSS JOIN UNNEST(transform(e.items, i -> i.item_id)) AS u(item_id)
  JOIN products AS p ON p.sku = u.item_id
  WHERE e.event_name IN ('view_item', 'add_to_cart') AND NOT e.is_bot
), looked AS (
  SELECT product_id, count_if(event_name = 'view_item') AS item_views, count_if(event_name = 'add_to_cart') AS cart_adds
  FROM shown
  GROUP BY product_id
), sold AS (
  SELECT i.product_id, count(DISTINCT i.order_id) AS orders, sum(i.quantity) AS units, sum(i.net_revenue_eur) AS net_revenue_eur,
    sum(i.quantity * coalesce(p.cost_eur, DECIMAL '0.00')) AS cost_of_goods_eur
  FROM order_items AS i
  JOIN orders AS o ON o.order_id = i.order_id
  LEFT JOIN products AS p ON p.variant_id = i.variant_id
  WHERE o.is_conversion
  GROUP BY i.product_id
), given_back AS (
  SELECT i.product_id, sum(coalesce(r.quantity, 0)) AS units_refunded, sum(r.amount_eur - r.tax_eur) AS refunded_eur
  FROM refunds AS r
  JOIN order_items AS i ON i.line_item_id = r.line_item_id
  JOIN orders AS o ON o.order_id = i.order_id
  WHERE o.is_conversion
  GROUP BY i.product_id
), joined AS (
  SELECT c.product_id, c.title, c.category, coalesce(l.item_views, 0) AS item_views, coalesce(l.cart_adds, 0) AS cart_adds,
    coalesce(s.orders, 0) AS orders, coalesce(s.units, 0) AS units, coalesce(b.units_refunded, 0) AS units_refunded,
    CAST(coalesce(s.net_revenue_eur, DECIMAL '0.00') AS decimal(18,2)) AS net_revenue_eur,
    CAST(coalesce(s.cost_of_goods_eur, DECIMAL '0.00') AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(coalesce(b.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur
  FROM catalogue AS c
  LEFT JOIN looked AS l ON l.product_id = c.product_id
  LEFT JOIN sold AS s ON s.product_id = c.product_id
  LEFT JOIN given_back AS b ON b.product_id = c.product_id
)
SELECT product_id, title, category, item_views, cart_adds, orders, units, units_refunded, net_revenue_eur, cost_of_goods_eur, refunded_eur,
  CAST(net_revenue_eur - cost_of_goods_eur - refunded_eur AS decimal(18,2)) AS gross_margin_eur,
  CAST(net_revenue_eur - cost_of_goods_eur - refunded_eur AS double) / NULLIF(CAST(net_revenue_eur AS double), 0E0) AS gross_margin_rate,
  CAST(cart_adds AS double) / NULLIF(item_views, 0) AS view_to_cart_rate,
  CAST(units_refunded AS double) / NULLIF(units, 0) AS return_rate
FROM joined
