-- One row is one shop day, look-back, attribution model, channel, campaign, country of the order and device of the
-- visit that is credited: what the orders of the day brought back. Device is null where no visit is known, as for a
-- promotion code. The squares, of what each order brought to the row, are what an interval is computed from.
-- A credit of 1 is all of its order: only orders that several touches share are kept apart until they are squared,
-- which is few rows where most orders have one touch.
WITH credited AS (
  SELECT e.local_date AS day, a.lookback_days, a.attribution_model, a.channel,
    CASE WHEN a.deal_id IS NOT NULL THEN 'influencer' ELSE a.platform END AS platform,
    coalesce(a.deal_id, a.campaign_id) AS campaign_id,
    CASE WHEN a.deal_id IS NULL AND a.platform IS NULL THEN a.campaign END AS campaign, e.country, v.device,
    CASE WHEN a.credit < 1E0 THEN a.order_id END AS shared_order_id,
    sum(a.credit) AS orders,
    sum(CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END) AS new_customers,
    sum(a.credit * CAST(e.net_revenue_eur AS double)) AS net_revenue_eur,
    sum(CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END) AS covered_eur,
    sum(a.credit * CAST(e.margin_eur AS double)) AS margin_eur,
    sum(CAST(e.net_revenue_eur AS double) * CAST(e.net_revenue_eur AS double)) AS whole_revenue_squares,
    sum(CAST(e.margin_eur AS double) * CAST(e.margin_eur AS double)) AS whole_margin_squares
  FROM attribution AS a
  JOIN order_economics AS e ON e.order_id = a.order_id
  LEFT JOIN sessions AS v ON v.session_id = a.touch_id
  GROUP BY e.local_date, a.lookback_days, a.attribution_model, a.channel,
    CASE WHEN a.deal_id IS NOT NULL THEN 'influencer' ELSE a.platform END, coalesce(a.deal_id, a.campaign_id),
    CASE WHEN a.deal_id IS NULL AND a.platform IS NULL THEN a.campaign END, e.country, v.device,
    CASE WHEN a.credit < 1E0 THEN a.order_id END
)
SELECT day, lookback_days, attribution_model, channel, platform, campaign_id, campaign, country, device,
  sum(orders) AS orders, sum(new_customers) AS new_customers,
  sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur,
  sum(CASE WHEN shared_order_id IS NULL THEN whole_revenue_squares ELSE net_revenue_eur * net_revenue_eur END)
    AS net_revenue_squares,
  sum(CASE WHEN shared_order_id IS NULL THEN whole_margin_squares ELSE margin_eur * margin_eur END) AS margin_squares
FROM credited
GROUP BY day, lookback_days, attribution_model, channel, platform, campaign_id, campaign, country, device
