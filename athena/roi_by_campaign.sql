-- One row is one campaign and one attribution model, with the look-back of the shop's profile, over all days in the lake. A session's campaign
-- is the platform's own id where its link carried one, else the campaign of that name.
WITH models AS (
  SELECT attribution_model
  FROM (VALUES 'first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay') AS t(attribution_model)
), paid AS (
  SELECT campaign_id, min(platform) AS platform, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign,
    max_by(channel, concat(CAST(dt AS varchar), channel)) AS channel
  FROM ad_spend
  GROUP BY campaign_id
), paid_names AS (
  -- Every name that the campaign has had: links keep the old one.
  SELECT campaign_folded AS campaign, min(campaign_id) AS campaign_id FROM ad_spend GROUP BY campaign_folded
), credited AS (
  SELECT a.attribution_model, coalesce(a.deal_id, k.campaign_id, n.campaign_id, a.campaign_id) AS campaign_id, a.campaign, a.channel, a.credit,
    e.local_date AS day, e.is_new_customer, e.net_revenue_eur, e.margin_eur
  FROM attribution AS a
  JOIN shop AS s ON s.lookback_days = a.lookback_days
  JOIN order_economics AS e ON e.order_id = a.order_id
  LEFT JOIN paid AS k ON k.campaign_id = a.campaign_id
  LEFT JOIN paid_names AS n ON n.campaign = a.campaign
  WHERE a.campaign IS NOT NULL OR a.campaign_id IS NOT NULL OR a.deal_id IS NOT NULL
), facts AS (
  SELECT c.attribution_model, c.campaign_id, coalesce(p.campaign, c.campaign) AS campaign, coalesce(p.channel, c.channel) AS channel, p.platform, c.day,
    CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks, CAST(0 AS decimal(18,6)) AS spend_eur,
    c.credit AS orders, CASE WHEN c.is_new_customer THEN c.credit ELSE 0E0 END AS new_customers,
    c.credit * CAST(c.net_revenue_eur AS double) AS net_revenue_eur, c.credit * CAST(c.margin_eur AS double) AS margin_eur,
    CASE WHEN c.margin_eur IS NULL THEN 0E0 ELSE c.credit * CAST(c.net_revenue_eur AS double) END AS covered_eur
  FROM credited AS c LEFT JOIN paid AS p ON p.campaign_id = c.campaign_id
  UNION ALL
  SELECT m.attribution_model, c.campaign_id, coalesce(p.campaign, c.campaign), c.channel, c.platform, c.day, c.impressions, c.clicks, c.spend_eur, 0E0, 0E0, 0E0, 0E0, 0E0
  FROM marketing_costs AS c LEFT JOIN paid AS p ON p.campaign_id = c.campaign_id CROSS JOIN models AS m
), summed AS (
  SELECT attribution_model, coalesce(campaign_id, concat('name:', campaign)) AS campaign_key, max(campaign_id) AS campaign_id, max(campaign) AS campaign,
    max(channel) AS channel, max(platform) AS platform, min(day) AS first_day, max(day) AS last_day,
    sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers, sum(net_revenue_eur) AS net_revenue_eur,
    CASE WHEN sum(covered_eur) > 0E0 OR sum(net_revenue_eur) = 0E0 THEN sum(margin_eur) END AS margin_eur, sum(covered_eur) AS covered_eur
  FROM facts
  GROUP BY 1, 2
)
SELECT attribution_model, channel, platform, campaign_id, campaign, first_day, last_day, impressions, clicks, spend_eur,
  CAST(clicks AS double) / NULLIF(impressions, 0) AS ctr,
  CAST(spend_eur AS double) / NULLIF(clicks, 0) AS cpc_eur,
  1000E0 * CAST(spend_eur AS double) / NULLIF(impressions, 0) AS cpm_eur,
  orders, new_customers, net_revenue_eur, margin_eur,
  covered_eur / NULLIF(net_revenue_eur, 0E0) AS cost_coverage,
  net_revenue_eur / NULLIF(CAST(spend_eur AS double), 0E0) AS roas,
  (margin_eur - CAST(spend_eur AS double)) / NULLIF(CAST(spend_eur AS double), 0E0) AS roi,
  CAST(spend_eur AS double) / NULLIF(orders, 0E0) AS cpa_eur,
  CAST(spend_eur AS double) / NULLIF(new_customers, 0E0) AS cac_eur
FROM summed
