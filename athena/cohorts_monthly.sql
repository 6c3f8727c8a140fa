-- One row is one cohort, the new customers whose first conversion was in one month, and one month later on in which
-- some of them bought.
WITH bought AS (
  -- Who had bought before the lake begins has no first conversion in it, and is of no month that is known.
  SELECT buyer_id, is_new_customer, date_trunc('month', local_date) AS month,
    min(CASE WHEN is_new_customer THEN date_trunc('month', local_date) END)
      OVER (PARTITION BY buyer_id) AS first_month,
    net_revenue_eur, margin_eur,
    CASE WHEN margin_eur IS NULL THEN DECIMAL '0.00' ELSE net_revenue_eur END AS covered_eur
  FROM order_economics
), monthly AS (
  SELECT first_month, date_diff('month', first_month, month) AS months_later, count_if(is_new_customer) AS customers,
    count(DISTINCT buyer_id) AS buyers, count(*) AS orders,
    CAST(sum(net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(covered_eur) AS decimal(18,2)) AS covered_eur, CAST(sum(margin_eur) AS decimal(18,2)) AS margin_eur
  FROM bought
  WHERE first_month IS NOT NULL
  GROUP BY first_month, date_diff('month', first_month, month)
)
SELECT first_month, months_later, sum(customers) OVER (PARTITION BY first_month) AS customers, buyers, orders,
  net_revenue_eur, covered_eur, margin_eur
FROM monthly
