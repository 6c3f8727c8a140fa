-- One row is one shop day and one channel that can be withheld: its attributed orders, revenue and margin, and how much
-- of them the channel caused, which is the attributed figure times its incrementality: what is believed of such
-- channels, moved by what the channel's own experiments measured.
SELECT r.day, r.channel, r.attribution_model, i.basis, r.spend_eur,
  r.orders AS attributed_orders, r.orders * i.incrementality AS incremental_orders,
  r.net_revenue_eur AS attributed_revenue_eur, r.net_revenue_eur * i.incrementality AS incremental_revenue_eur,
  r.net_revenue_eur * i.incrementality_low AS incremental_revenue_low_eur,
  r.net_revenue_eur * i.incrementality_high AS incremental_revenue_high_eur,
  r.margin_eur AS attributed_margin_eur, r.margin_eur * i.incrementality AS incremental_margin_eur,
  r.margin_eur * i.incrementality_low AS incremental_margin_low_eur,
  r.margin_eur * i.incrementality_high AS incremental_margin_high_eur
FROM roi_by_channel_daily AS r
JOIN channel_incrementality AS i ON i.channel = r.channel AND i.attribution_model = r.attribution_model
