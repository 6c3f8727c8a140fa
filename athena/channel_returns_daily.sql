-- One row is one shop day, one channel and one attribution model, with the look-back of the shop's profile: what the
-- orders of the day brought back, the sums of returns_daily. What the day cost stands in channel_costs_daily, once.
SELECT day, attribution_model, channel, sum(orders) AS orders, sum(new_customers) AS new_customers,
  sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
FROM returns_daily
GROUP BY day, attribution_model, channel
