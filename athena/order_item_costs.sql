-- One row is one line of an order, and what one unit of it cost on the shop day of the order, in EUR: the cost of its
-- variant, else that of its SKU, else that of the variant that an export knows by the line's name alone; null where
-- none is known.
SELECT i.line_item_id, i.order_id, o.local_date, o.is_conversion, i.product_id, i.title, i.quantity, i.shipped_quantity,
  i.net_revenue_eur, coalesce(v.cost_eur, s.cost_eur, t.cost_eur) AS unit_cost_eur
FROM order_item_products AS i
JOIN orders AS o ON o.order_id = i.order_id
LEFT JOIN product_cost_periods AS v ON v.variant_id = i.variant_id AND o.local_date >= v.holds_from
  AND (v.holds_until IS NULL OR o.local_date < v.holds_until)
LEFT JOIN product_cost_periods AS s ON s.variant_id = concat('sku:', i.sku) AND o.local_date >= s.holds_from
  AND (s.holds_until IS NULL OR o.local_date < s.holds_until)
LEFT JOIN product_cost_periods AS t ON t.variant_id = concat('name:', i.title) AND o.local_date >= t.holds_from
  AND (t.holds_until IS NULL OR o.local_date < t.holds_until)
