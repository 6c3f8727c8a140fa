-- One row is one touch of one conversion to which the attribution model and the look-back of the shop's profile give a
-- share of it: that share, and what the order was worth by it. A deal stands as a campaign of the platform influencer.
-- Over all rows each conversion counts once.
SELECT e.local_date AS day, a.channel,
  CASE WHEN a.deal_id IS NOT NULL THEN 'influencer' ELSE a.platform END AS platform,
  coalesce(a.deal_id, a.campaign_id) AS campaign_id, a.campaign, a.order_id, a.touch_id,
  a.credit AS orders, CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END AS new_customers,
  a.credit * CAST(e.net_revenue_eur AS double) AS net_revenue_eur,
  CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END AS covered_eur,
  a.credit * CAST(e.margin_eur AS double) AS margin_eur
FROM attribution AS a
JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
JOIN order_economics AS e ON e.order_id = a.order_id
