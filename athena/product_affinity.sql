-- One row is one pair of products that conversions have in common, over all days, once (product_id is the lesser).
-- Lift = orders with both x all orders / (orders with one x orders with the other); of few orders it says little.
WITH baskets AS (
  SELECT DISTINCT i.order_id, i.product_id
  FROM order_item_products AS i JOIN orders AS o ON o.order_id = i.order_id
  WHERE o.is_conversion AND i.quantity > 0
), pairs AS (
  SELECT a.product_id, b.product_id AS other_product_id, count(*) AS orders
  FROM baskets AS a JOIN baskets AS b ON b.order_id = a.order_id AND b.product_id > a.product_id
  GROUP BY a.product_id, b.product_id
), sold AS (
  SELECT product_id, count(*) AS orders FROM baskets GROUP BY product_id
), conversions AS (
  SELECT count(*) AS orders FROM orders WHERE is_conversion
), named AS (
  SELECT product_id, max_by(title, concat(coalesce(CAST(updated_at AS varchar), ''), title)) AS title
  FROM products GROUP BY product_id
)
SELECT p.product_id, n.title, p.other_product_id, m.title AS other_title, p.orders, s.orders AS product_orders,
  t.orders AS other_product_orders, c.orders AS all_orders,
  CAST(p.orders AS double) * CAST(c.orders AS double) / (CAST(s.orders AS double) * CAST(t.orders AS double)) AS lift
FROM pairs AS p
JOIN sold AS s ON s.product_id = p.product_id
JOIN sold AS t ON t.product_id = p.other_product_id
CROSS JOIN conversions AS c
LEFT JOIN named AS n ON n.product_id = p.product_id
LEFT JOIN named AS m ON m.product_id = p.other_product_id
