-- One row is one line of an order and the product that it is of. Orders and products need not come by one door: exports
-- of orders name no product, and WooCommerce has ids of its own. So the catalogue tells the product: by the line's own
-- id where it has that, else by its variant, its SKU where one product has it, or the name by which alone an export
-- knows it. What the catalogue does not know is of the line's own id, else its variant is the product; of a tip or a
-- line that nothing names it is null.
WITH named AS (
  SELECT DISTINCT product_id FROM products
), by_sku AS (
  SELECT sku, max(product_id) AS product_id FROM products
  WHERE sku IS NOT NULL GROUP BY sku HAVING min(product_id) = max(product_id)
)
SELECT i.line_item_id, i.order_id,
  coalesce(n.product_id, v.product_id, s.product_id, t.product_id, i.product_id,
    CASE WHEN i.shipped_quantity > 0 OR i.net_revenue_eur <> DECIMAL '0.00' THEN i.variant_id END) AS product_id,
  i.variant_id, i.sku, i.title, i.quantity, i.shipped_quantity, i.net_revenue_eur
FROM order_items AS i
LEFT JOIN named AS n ON n.product_id = i.product_id
LEFT JOIN products AS v ON v.variant_id = i.variant_id
LEFT JOIN by_sku AS s ON s.sku = i.sku
LEFT JOIN products AS t ON t.variant_id = concat('name:', i.title)
