-- One row is one calendar month of the whole shop: all of its marketing against all of its orders, whoever brought
-- them. These figures are blended: none of them says what marketing caused. Days before the first order, of which
-- nobody knows what came back, and days after the last are not counted.
-- What was spent in a month is not known where the reports of advertising begin within it or later, but its orders
-- before: a part of the cost beside all of the revenue would look like a good month.
WITH facts AS (
  SELECT day, spend_eur, CAST(0 AS bigint) AS orders, CAST(0 AS bigint) AS new_customers,
    DECIMAL '0.00' AS net_revenue_eur, DECIMAL '0.00' AS covered_eur, CAST(NULL AS decimal(18,2)) AS margin_eur
  FROM marketing_costs
  UNION ALL
  SELECT day, CAST(0 AS decimal(18,6)), orders, CASE WHEN is_new_customer THEN orders ELSE 0 END, net_revenue_eur,
    covered_eur, margin_eur
  FROM orders_daily
), summed AS (
  SELECT date_trunc('month', f.day) AS month, max(k.first_day) AS first_day,
    max(least(k.last_day, w.whole_day)) AS whole_day,
    CASE WHEN coalesce(max(s.first_day) <= greatest(date_trunc('month', f.day), max(k.first_day)), true)
      THEN sum(spend_eur) END AS spend_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers, sum(net_revenue_eur) AS net_revenue_eur,
    sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
  FROM facts AS f CROSS JOIN order_days AS k CROSS JOIN seen_days AS w LEFT JOIN spend_days AS s ON true
  WHERE f.day BETWEEN k.first_day AND k.last_day
  GROUP BY date_trunc('month', f.day)
)
SELECT month, first_day <= month AND date_add('month', 1, month) <= date_add('day', 1, whole_day) AS is_whole,
  CAST(spend_eur AS decimal(18,6)) AS spend_eur, orders, new_customers,
  CAST(net_revenue_eur AS decimal(18,2)) AS net_revenue_eur, CAST(covered_eur AS decimal(18,2)) AS covered_eur,
  CAST(margin_eur AS decimal(18,2)) AS margin_eur,
  CAST(net_revenue_eur AS double) / NULLIF(CAST(spend_eur AS double), 0E0) AS blended_mer,
  NULLIF(CAST(spend_eur AS double), 0E0) / NULLIF(CAST(new_customers AS double), 0E0) AS blended_cac_eur,
  CAST(net_revenue_eur AS double) / NULLIF(CAST(orders AS double), 0E0) AS blended_aov_eur
FROM summed
