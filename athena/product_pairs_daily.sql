-- One row is one shop day and two products that conversions of the day have in common, each pair once (product_id is
-- the lesser). With the orders of each product (product_performance_daily) and all orders of the days (orders_daily) it
-- gives the lift of a pair over any period.
WITH baskets AS (
  SELECT DISTINCT o.local_date AS day, i.order_id, i.product_id
  FROM order_item_products AS i JOIN orders AS o ON o.order_id = i.order_id
  WHERE o.is_conversion AND i.quantity > 0
)
SELECT a.day, a.product_id, b.product_id AS other_product_id, count(*) AS orders
FROM baskets AS a JOIN baskets AS b ON b.order_id = a.order_id AND b.product_id > a.product_id
GROUP BY a.day, a.product_id, b.product_id
