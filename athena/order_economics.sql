-- One row is one conversion (a paid order, not cancelled, not a test) and what it earned, in EUR.
-- margin = net revenue - cost of goods - fulfilment (5.50 an order) - payment fee (1.5 % of what was paid + 0.25) - refunds without VAT.
WITH goods AS (
  SELECT i.order_id, sum(p.cost_eur * i.quantity) AS cost_of_goods_eur
  FROM order_items AS i JOIN products AS p ON p.variant_id = i.variant_id
  GROUP BY i.order_id
), given_back AS (
  SELECT order_id, sum(amount_eur - tax_eur) AS refunded_eur FROM refunds GROUP BY order_id
), first_day AS (
  SELECT min(dt) AS dt FROM orders
), earned AS (
  SELECT o.order_id, o.order_number, o.customer_id, o.created_at, o.local_date, o.country, o.promo_code,
    row_number() OVER (PARTITION BY coalesce(o.customer_id, o.order_id) ORDER BY o.created_at, o.order_id) = 1
      AND (c.created_at IS NULL OR CAST(c.created_at AS date) >= f.dt) AS is_new_customer,
    o.net_revenue_eur,
    CAST(coalesce(g.cost_of_goods_eur, DECIMAL '0.00') AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(DECIMAL '5.50' AS decimal(18,2)) AS fulfilment_eur,
    CAST(round(o.total_price_eur * DECIMAL '0.015' + DECIMAL '0.25', 2) AS decimal(18,2)) AS payment_fee_eur,
    CAST(coalesce(b.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur
  FROM orders AS o
  CROSS JOIN first_day AS f
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  LEFT JOIN goods AS g ON g.order_id = o.order_id
  LEFT JOIN given_back AS b ON b.order_id = o.order_id
  WHERE o.is_conversion
)
SELECT order_id, order_number, customer_id, created_at, local_date, country, promo_code, is_new_customer,
  net_revenue_eur, cost_of_goods_eur, fulfilment_eur, payment_fee_eur, refunded_eur,
  CAST(net_revenue_eur - cost_of_goods_eur - fulfilment_eur - payment_fee_eur - refunded_eur AS decimal(18,2)) AS margin_eur
FROM earned
