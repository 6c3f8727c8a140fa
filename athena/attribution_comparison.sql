-- One row is one month, one channel and one attribution model: what the model credits the channel with, and how many
-- orders that is more than by the shop's own model. Each model gives out every order once: never add models up.
WITH monthly AS (
  SELECT date_trunc('month', day) AS month, channel, attribution_model, sum(orders) AS orders,
    sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
  FROM roi_by_channel_daily
  -- Fees of deals that still run have days ahead, without an order to credit.
  WHERE day <= (SELECT last_day FROM order_days)
  GROUP BY date_trunc('month', day), channel, attribution_model
)
SELECT m.month, m.channel, m.attribution_model, m.orders, m.net_revenue_eur, m.covered_eur, m.margin_eur,
  m.orders / NULLIF(sum(m.orders) OVER (PARTITION BY m.month, m.attribution_model), 0E0) AS share_of_orders,
  m.orders - max(CASE WHEN m.attribution_model = s.attribution_model THEN m.orders ELSE 0E0 END)
    OVER (PARTITION BY m.month, m.channel) AS orders_beyond_shop_model
FROM monthly AS m CROSS JOIN shop AS s
