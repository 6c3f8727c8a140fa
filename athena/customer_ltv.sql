-- One row is the new customers of one month whom one channel brought, and what each of them has brought on average up
-- to one month of their life, beside what it cost to win one (the channel's spend of that month for each new customer
-- that the shop's attribution model credits it with). A month that is not over is not full grown: is_over. What a
-- channel of advertising cost is not known of a month in which the reports begin later than the orders.
WITH monthly AS (
  SELECT first_month, first_channel, months_later, bool_and(is_over) AS is_over, sum(customers) AS customers,
    sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
  FROM customer_cohorts
  GROUP BY first_month, first_channel, months_later
), grown AS (
  SELECT first_month, first_channel, months_later, is_over, customers,
    sum(net_revenue_eur) OVER (PARTITION BY first_month, first_channel ORDER BY months_later) AS revenue_so_far_eur,
    sum(covered_eur) OVER (PARTITION BY first_month, first_channel ORDER BY months_later) AS covered_so_far_eur,
    sum(margin_eur) OVER (PARTITION BY first_month, first_channel ORDER BY months_later) AS margin_so_far_eur
  FROM monthly
), won AS (
  SELECT date_trunc('month', d.day) AS month, d.channel,
    CASE WHEN d.channel NOT IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display',
      'Cross-network') OR bool_and(coalesce(s.first_day <= greatest(date_trunc('month', d.day), o.first_day), true))
      THEN sum(d.spend_eur) END AS spend_eur,
    sum(d.new_customers) AS new_customers
  FROM marketing_daily AS d CROSS JOIN order_days AS o LEFT JOIN spend_days AS s ON true
  -- Fees of deals that still run have days ahead, on which nobody was won yet; whom days before the first order won is
  -- not known.
  WHERE d.day BETWEEN o.first_day AND o.last_day
  GROUP BY date_trunc('month', d.day), d.channel
)
SELECT g.first_month, g.first_channel, g.months_later, g.is_over, g.customers,
  CAST(g.revenue_so_far_eur AS decimal(18,2)) AS revenue_so_far_eur,
  CAST(g.covered_so_far_eur AS decimal(18,2)) AS covered_so_far_eur,
  CAST(g.margin_so_far_eur AS decimal(18,2)) AS margin_so_far_eur,
  CAST(g.margin_so_far_eur AS double) / CAST(g.customers AS double) AS ltv_eur,
  NULLIF(CAST(w.spend_eur AS double), 0E0) / w.new_customers AS cac_eur,
  CAST(g.margin_so_far_eur AS double) / CAST(g.customers AS double) * w.new_customers
    / NULLIF(CAST(w.spend_eur AS double), 0E0) AS ltv_to_cac
FROM grown AS g
LEFT JOIN won AS w ON w.month = g.first_month AND w.channel = g.first_channel
