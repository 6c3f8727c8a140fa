-- One row is one cohort (the new customers of one month whom one channel brought, by one first product) and one month
-- of its life, also one in which nobody bought. Several cohorts may be added up, for one months_later at a time. A
-- month is over once its last day is whole in the lake.
WITH lived AS (
  -- A first order stands once in each month that its buyer has lived since, so that a month without an order has a row.
  SELECT o.first_month, o.first_channel, o.first_product_id, m.months_later,
    date_add('month', m.months_later + 1, o.first_month) <= date_add('day', 1, o.whole_day) AS is_over,
    o.order_place = 1 AS is_customer, o.months_later = m.months_later AS is_bought, o.buyer_id, o.net_revenue_eur,
    o.covered_eur, o.margin_eur
  FROM (SELECT c.*, d.last_day, least(d.last_day, w.whole_day) AS whole_day
    FROM customer_orders AS c JOIN order_days AS d ON c.local_date <= d.last_day CROSS JOIN seen_days AS w) AS o
  CROSS JOIN UNNEST(CASE WHEN o.order_place = 1
    THEN sequence(CAST(0 AS bigint), date_diff('month', o.first_month, date_trunc('month', o.last_day)))
    ELSE ARRAY[o.months_later] END) AS m(months_later)
  WHERE o.first_month IS NOT NULL
)
SELECT first_month, first_channel, first_product_id, months_later, bool_and(is_over) AS is_over,
  count_if(is_customer) AS customers, count(DISTINCT CASE WHEN is_bought THEN buyer_id END) AS buyers,
  count_if(is_bought) AS orders,
  CAST(sum(CASE WHEN is_bought THEN net_revenue_eur ELSE DECIMAL '0.00' END) AS decimal(18,2)) AS net_revenue_eur,
  CAST(sum(CASE WHEN is_bought THEN covered_eur ELSE DECIMAL '0.00' END) AS decimal(18,2)) AS covered_eur,
  CAST(sum(CASE WHEN is_bought THEN margin_eur END) AS decimal(18,2)) AS margin_eur
FROM lived
GROUP BY first_month, first_channel, first_product_id, months_later
