-- One row is one row of returns_by_lookback_daily with a look-back other than that of the shop's profile, whose rows
-- are returns_daily: what a dashboard needs besides those.
SELECT r.day, r.lookback_days, r.attribution_model, r.channel, r.platform, r.campaign_id, r.campaign, r.country,
  r.device, r.orders, r.new_customers, r.net_revenue_eur, r.covered_eur, r.margin_eur, r.net_revenue_squares,
  r.margin_squares
FROM returns_by_lookback_daily AS r JOIN shop AS s ON s.lookback_days <> r.lookback_days
