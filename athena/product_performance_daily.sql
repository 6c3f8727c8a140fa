-- One row is one product and one shop day: what people looked at and put in the cart on that day, what was sold in its
-- conversions, and what came back of these, whenever it did. Of days before the first look at any product or after the
-- last one nothing is known of looks: no visits were measured. Where the cost of some units is unknown, the margin is
-- that of the others: covered_eur is the revenue that it is of. Lines that are of no product (custom items, fees) are
-- one row a day without an id, so that the revenue adds up to that of all lines.
WITH named AS (
  -- What a page calls a product: its SKU, as the tracker does, else the id of its variant or its own. Two variants may
  -- share an SKU: an event of it counts once, for the product that had it first.
  SELECT name, product_id, row_number() OVER (PARTITION BY name ORDER BY kind, created_at, variant_id) AS place
  FROM (
    SELECT sku AS name, 1 AS kind, product_id, variant_id, created_at FROM products WHERE sku IS NOT NULL
    UNION ALL SELECT variant_id, 2, product_id, variant_id, created_at FROM products
    UNION ALL SELECT product_id, 3, product_id, variant_id, created_at FROM products
  ) AS names
), seen AS (
  -- Counted first by what they name, which is much the same all day: then few rows are looked up.
  SELECT local_date, event_name, array_join(transform(items, i -> i.item_id), chr(31)) AS item_ids, count(*) AS events
  FROM web_events
  WHERE event_name IN ('view_item', 'add_to_cart') AND NOT is_bot
  GROUP BY local_date, event_name, array_join(transform(items, i -> i.item_id), chr(31))
), shown AS (
  -- An event may name several variants of one product, or one of them twice.
  SELECT DISTINCT s.local_date, s.event_name, s.item_ids, s.events, p.product_id
  FROM seen AS s
  CROSS JOIN UNNEST(split(s.item_ids, chr(31))) AS u(item_id)
  -- Shopify's own tags and feeds write shopify_FR_PRODUCT_VARIANT.
  JOIN named AS p ON p.name = coalesce(regexp_extract(u.item_id, '^shopify_[A-Za-z]+_[0-9]+_([0-9]+)$', 1), u.item_id)
    AND p.place = 1
), looked AS (
  SELECT product_id, local_date AS day,
    CAST(sum(CASE WHEN event_name = 'view_item' THEN events ELSE 0 END) AS bigint) AS item_views,
    CAST(sum(CASE WHEN event_name = 'add_to_cart' THEN events ELSE 0 END) AS bigint) AS cart_adds
  FROM shown
  GROUP BY product_id, local_date
), given_back AS (
  SELECT line_item_id, sum(coalesce(quantity, 0)) AS units, sum(amount_eur - tax_eur) AS refunded_eur
  FROM refunds WHERE part = 'goods' GROUP BY line_item_id
), sold AS (
  SELECT i.product_id, i.local_date AS day, max(i.title) AS title,
    -- A line that an edit took away was never sold.
    count(DISTINCT CASE WHEN i.quantity > 0 THEN i.order_id END) AS orders,
    sum(i.quantity) AS units, sum(coalesce(r.units, 0)) AS units_refunded, sum(i.net_revenue_eur) AS net_revenue_eur,
    sum(CASE WHEN i.shipped_quantity = 0 THEN DECIMAL '0.00' ELSE i.shipped_quantity * i.unit_cost_eur END)
      AS cost_of_goods_eur,
    sum(coalesce(r.refunded_eur, DECIMAL '0.00')) AS refunded_eur,
    sum(CASE WHEN i.unit_cost_eur IS NULL AND i.shipped_quantity > 0 THEN DECIMAL '0.00'
      ELSE i.net_revenue_eur END) AS covered_eur,
    sum(CASE WHEN i.unit_cost_eur IS NULL AND i.shipped_quantity > 0 THEN DECIMAL '0.00'
      ELSE coalesce(r.refunded_eur, DECIMAL '0.00') END) AS covered_refunded_eur
  FROM order_item_costs AS i
  LEFT JOIN given_back AS r ON r.line_item_id = i.line_item_id
  WHERE i.is_conversion
    AND (i.product_id IS NOT NULL OR i.shipped_quantity > 0 OR i.net_revenue_eur <> DECIMAL '0.00')
  GROUP BY i.product_id, i.local_date
), facts AS (
  SELECT product_id, day, CAST(NULL AS varchar) AS sold_title, item_views, cart_adds, CAST(0 AS bigint) AS orders,
    CAST(0 AS bigint) AS units, CAST(0 AS bigint) AS units_refunded,
    DECIMAL '0.00' AS net_revenue_eur, CAST(NULL AS decimal(18,2)) AS cost_of_goods_eur, DECIMAL '0.00' AS refunded_eur,
    DECIMAL '0.00' AS covered_eur, DECIMAL '0.00' AS covered_refunded_eur
  FROM looked
  UNION ALL
  SELECT product_id, day, title, CAST(NULL AS bigint), CAST(NULL AS bigint), orders, units, units_refunded,
    net_revenue_eur, cost_of_goods_eur, refunded_eur, covered_eur, covered_refunded_eur
  FROM sold
), summed AS (
  SELECT product_id, day, max(sold_title) AS sold_title, sum(item_views) AS item_views, sum(cart_adds) AS cart_adds,
    CASE WHEN count(item_views) > 0 THEN day END AS look_day,
    sum(orders) AS orders, sum(units) AS units, sum(units_refunded) AS units_refunded,
    CAST(sum(net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(cost_of_goods_eur) AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(sum(refunded_eur) AS decimal(18,2)) AS refunded_eur, CAST(sum(covered_eur) AS decimal(18,2)) AS covered_eur,
    CAST(sum(covered_refunded_eur) AS decimal(18,2)) AS covered_refunded_eur
  FROM facts
  GROUP BY product_id, day
), catalogue AS (
  -- A variant that was taken away keeps the product's name of then.
  SELECT product_id, max_by(title, concat(coalesce(CAST(updated_at AS varchar), ''), title)) AS title,
    max(category) AS category
  FROM products GROUP BY product_id
)
SELECT s.day, s.product_id,
  CASE WHEN s.product_id IS NULL THEN '(no product)' ELSE coalesce(c.title,
      -- One name over all days, that of the last sale: a product that is called anew is one product.
      last_value(s.sold_title) IGNORE NULLS OVER (PARTITION BY s.product_id ORDER BY s.day
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) END AS title,
  c.category,
  CASE WHEN s.day BETWEEN min(s.look_day) OVER () AND max(s.look_day) OVER () THEN coalesce(s.item_views, 0) END
    AS item_views,
  CASE WHEN s.day BETWEEN min(s.look_day) OVER () AND max(s.look_day) OVER () THEN coalesce(s.cart_adds, 0) END
    AS cart_adds,
  s.orders, s.units, s.units_refunded, s.net_revenue_eur, s.cost_of_goods_eur, s.refunded_eur, s.covered_eur,
  CAST(s.covered_eur - s.cost_of_goods_eur - s.covered_refunded_eur AS decimal(18,2)) AS gross_margin_eur
FROM summed AS s LEFT JOIN catalogue AS c ON c.product_id = s.product_id
