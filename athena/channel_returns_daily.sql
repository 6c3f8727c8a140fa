-- One row is one shop day, one channel and one attribution model, with the look-back of the shop's profile: what the
-- orders of the day brought back. What the day cost stands in channel_costs_daily, once.
SELECT e.local_date AS day, a.attribution_model, a.channel, sum(a.credit) AS orders,
  sum(CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END) AS new_customers,
  sum(a.credit * CAST(e.net_revenue_eur AS double)) AS net_revenue_eur,
  sum(CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END) AS covered_eur,
  sum(a.credit * CAST(e.margin_eur AS double)) AS margin_eur
FROM attribution AS a
JOIN shop AS s ON s.lookback_days = a.lookback_days
JOIN order_economics AS e ON e.order_id = a.order_id
GROUP BY e.local_date, a.attribution_model, a.channel
