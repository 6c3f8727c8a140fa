-- One row is one campaign in one channel and one attribution model, with the look-back of the shop's profile, over all
-- days in the lake; what no campaign is known for stands in rows without a campaign, so that the rows of a model add up
-- to all spend and all revenue. campaign_match says how the campaign is known: reported (a platform's, by its id or
-- name), deal (an influencer's), cost (of the shop's profile: it has no links, and no ROAS and no ROI of its own),
-- unmatched (paid, and no report has it), unpaid. In a lake without any order it is not known what came back: no ROAS
-- and no ROI.
WITH named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign
  FROM ad_spend
  GROUP BY platform, campaign_id
), facts AS (
  SELECT a.attribution_model, a.channel,
    CASE WHEN a.deal_id IS NOT NULL THEN 'influencer' ELSE a.platform END AS platform,
    coalesce(a.deal_id, a.campaign_id) AS campaign_id, a.campaign, e.local_date AS day,
    CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks, CAST(0 AS decimal(18,6)) AS spend_eur,
    a.credit AS orders, CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END AS new_customers,
    a.credit * CAST(e.net_revenue_eur AS double) AS net_revenue_eur,
    a.credit * CAST(e.margin_eur AS double) AS margin_eur,
    CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END AS covered_eur
  FROM attribution AS a
  JOIN shop AS s ON s.lookback_days = a.lookback_days
  JOIN order_economics AS e ON e.order_id = a.order_id
  UNION ALL
  SELECT m.attribution_model, c.channel, c.platform, c.campaign_id, c.campaign, c.day, c.impressions, c.clicks,
    c.spend_eur, 0E0, 0E0, 0E0, CAST(NULL AS double), 0E0
  FROM marketing_costs AS c CROSS JOIN attribution_models AS m
), summed AS (
  SELECT attribution_model, channel, platform, campaign_id, max(campaign) AS campaign, min(day) AS first_day,
    max(day) AS last_day,
    sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers, sum(net_revenue_eur) AS net_revenue_eur,
    sum(margin_eur) AS margin_eur, sum(covered_eur) AS covered_eur
  FROM facts
  -- A reported campaign and a deal are known by their ids; what is neither, by what its links say.
  GROUP BY attribution_model, channel, platform, campaign_id, CASE WHEN platform IS NULL THEN campaign END
), told AS (
  SELECT s.attribution_model, s.channel, s.platform, s.campaign_id, coalesce(n.campaign, s.campaign) AS campaign,
    CASE WHEN s.platform = 'influencer' THEN 'deal' WHEN s.platform = 'shop' THEN 'cost'
         WHEN s.platform IS NOT NULL THEN 'reported'
         WHEN s.channel IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display',
           'Cross-network')
           THEN 'unmatched'
           ELSE 'unpaid' END AS campaign_match,
    s.first_day, s.last_day, s.impressions, s.clicks, s.spend_eur, s.orders, s.new_customers, s.net_revenue_eur,
    s.margin_eur, s.covered_eur,
    sum(s.net_revenue_eur) OVER (PARTITION BY s.attribution_model) AS all_revenue_eur
  FROM summed AS s LEFT JOIN named AS n ON n.platform = s.platform AND n.campaign_id = s.campaign_id
)
SELECT attribution_model, channel, platform, campaign_id, campaign, campaign_match, first_day, last_day, impressions,
  clicks, spend_eur,
  CAST(clicks AS double) / NULLIF(impressions, 0) AS ctr,
  CAST(spend_eur AS double) / NULLIF(clicks, 0) AS cpc_eur,
  1000E0 * CAST(spend_eur AS double) / NULLIF(impressions, 0) AS cpm_eur,
  orders, new_customers, net_revenue_eur, net_revenue_eur / NULLIF(all_revenue_eur, 0E0) AS net_revenue_share,
  covered_eur, margin_eur,
  covered_eur / NULLIF(net_revenue_eur, 0E0) AS cost_coverage,
  CASE WHEN first_order IS NOT NULL AND campaign_match <> 'cost' THEN net_revenue_eur END
    / NULLIF(CAST(spend_eur AS double), 0E0) AS roas,
  (coalesce(margin_eur, CASE WHEN orders = 0E0 AND first_order IS NOT NULL AND campaign_match <> 'cost' THEN 0E0 END)
    - CAST(spend_eur AS double))
    / NULLIF(CAST(spend_eur AS double), 0E0) AS roi,
  NULLIF(CAST(spend_eur AS double), 0E0) / NULLIF(orders, 0E0) AS cpa_eur,
  NULLIF(CAST(spend_eur AS double), 0E0) / NULLIF(new_customers, 0E0) AS cac_eur
FROM told LEFT JOIN (SELECT first_day AS first_order FROM order_days) AS k ON true
