-- One row is one shop day, attribution model, channel, campaign, country of the order and device of the visit that is
-- credited, with the look-back of the shop's profile: the rows of returns_by_lookback_daily with that one. Its rows of
-- a model have the revenue of channel_returns_daily.
SELECT r.day, r.attribution_model, r.channel, r.platform, r.campaign_id, r.campaign, r.country, r.device, r.orders,
  r.new_customers, r.net_revenue_eur, r.covered_eur, r.margin_eur, r.net_revenue_squares, r.margin_squares
FROM returns_by_lookback_daily AS r JOIN shop AS s ON s.lookback_days = r.lookback_days
