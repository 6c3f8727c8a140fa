-- One row is one conversion and its place in the life of its buyer: which of their orders it is, and the month, the
-- channel and the product of their first one. Who had bought before the lake begins is of no cohort: first_month is
-- null. The channel is the one that the shop's attribution model credits most of the first order to.
WITH came AS (
  SELECT order_id, channel, row_number() OVER (PARTITION BY order_id ORDER BY credit DESC, channel) AS place
  FROM (
    SELECT a.order_id, a.channel, sum(a.credit) AS credit
    FROM attribution AS a
    JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
    GROUP BY a.order_id, a.channel
  ) AS credits
), bought AS (
  -- Of several products in one order, the one that it was worth most for.
  SELECT order_id, product_id,
    row_number() OVER (PARTITION BY order_id ORDER BY net_revenue_eur DESC, product_id) AS place
  FROM (
    SELECT order_id, product_id, sum(net_revenue_eur) AS net_revenue_eur
    FROM order_item_products WHERE product_id IS NOT NULL AND quantity > 0 GROUP BY order_id, product_id
  ) AS products_of_order
), placed AS (
  SELECT order_id, buyer_id, local_date, country, net_revenue_eur, margin_eur,
    row_number() OVER (PARTITION BY buyer_id ORDER BY processed_at, order_id) AS order_place,
    first_value(order_id) OVER (PARTITION BY buyer_id ORDER BY processed_at, order_id) AS first_order_id,
    -- The first order of a buyer is the only one that can be a new customer's.
    min(CASE WHEN is_new_customer THEN date_trunc('month', local_date) END)
      OVER (PARTITION BY buyer_id) AS first_month
  FROM order_economics
)
SELECT p.order_id, p.buyer_id, p.local_date, p.country, p.order_place, p.first_month,
  date_diff('month', p.first_month, date_trunc('month', p.local_date)) AS months_later,
  c.channel AS first_channel, b.product_id AS first_product_id,
  p.net_revenue_eur,
  CASE WHEN p.margin_eur IS NULL THEN DECIMAL '0.00' ELSE p.net_revenue_eur END AS covered_eur,
  p.margin_eur
FROM placed AS p
LEFT JOIN came AS c ON c.order_id = p.first_order_id AND c.place = 1
LEFT JOIN bought AS b ON b.order_id = p.first_order_id AND b.place = 1
