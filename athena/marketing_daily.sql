-- One row is one shop day and one channel, once: sessions, impressions, clicks and cost, and what came back by the
-- attribution model and the look-back of the shop's profile. Unlike roi_by_channel_daily it may be added up as it is.
-- Days ahead have the fees of deals that still run.
SELECT d.day, d.channel, d.sessions, d.impressions, d.clicks, d.spend_eur, d.booked_eur, d.orders, d.new_customers,
  d.net_revenue_eur, d.covered_eur, d.margin_eur, d.cost_coverage, d.roas, d.roi, d.cpa_eur, d.cac_eur
FROM roi_by_channel_daily AS d JOIN shop AS s ON s.attribution_model = d.attribution_model
