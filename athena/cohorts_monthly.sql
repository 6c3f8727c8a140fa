-- One row is one cohort, the new customers whose first conversion was in one month, and one month later on in which
-- some of them bought.
WITH cohort AS (
  -- Who had bought before the lake begins has no first conversion in it, and is of no month that is known.
  SELECT buyer_id, date_trunc('month', local_date) AS first_month FROM order_economics WHERE is_new_customer
), sizes AS (
  SELECT first_month, count(*) AS customers FROM cohort GROUP BY first_month
), bought AS (
  SELECT c.first_month, date_diff('month', c.first_month, date_trunc('month', e.local_date)) AS months_later,
    count(DISTINCT e.buyer_id) AS buyers, count(*) AS orders,
    CAST(sum(e.net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(CASE WHEN e.margin_eur IS NULL THEN DECIMAL '0.00'
      ELSE e.net_revenue_eur END) AS decimal(18,2)) AS covered_eur,
    CAST(sum(e.margin_eur) AS decimal(18,2)) AS margin_eur
  FROM cohort AS c JOIN order_economics AS e ON e.buyer_id = c.buyer_id
  GROUP BY c.first_month, date_diff('month', c.first_month, date_trunc('month', e.local_date))
)
SELECT b.first_month, b.months_later, s.customers, b.buyers, b.orders, b.net_revenue_eur, b.covered_eur, b.margin_eur
FROM bought AS b JOIN sizes AS s ON s.first_month = b.first_month
