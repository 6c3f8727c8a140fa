-- One row is one shop day, one channel and one country, once: what the orders of the day that go there brought back, by
-- the attribution model and the look-back of the shop's profile. It has the revenue of channel_returns_daily of that
-- model.
SELECT e.local_date AS day, a.channel, e.country, sum(a.credit) AS orders,
  sum(CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END) AS new_customers,
  sum(a.credit * CAST(e.net_revenue_eur AS double)) AS net_revenue_eur,
  sum(CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END) AS covered_eur,
  sum(a.credit * CAST(e.margin_eur AS double)) AS margin_eur
FROM attribution AS a
JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
JOIN order_economics AS e ON e.order_id = a.order_id
GROUP BY e.local_date, a.channel, e.country
