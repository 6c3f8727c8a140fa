-- One row is one campaign in one channel on one shop day, once: what it cost on that day, and what the orders of the
-- day brought back by the attribution model and the look-back of the shop's profile. Its sums are the rows of that
-- model in roi_by_campaign, and its rows without a campaign hold the rest, so that they add up to all spend and all
-- revenue of a day. Days ahead have the fees of deals that still run.
WITH named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign
  FROM ad_spend
  GROUP BY platform, campaign_id
), facts AS (
  SELECT day, channel, platform, campaign_id, campaign, CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks,
    CAST(0 AS decimal(18,6)) AS spend_eur, CAST(0 AS decimal(18,6)) AS booked_eur, orders, new_customers,
    net_revenue_eur, margin_eur, covered_eur
  FROM credited_orders
  UNION ALL
  SELECT day, channel, platform, campaign_id, campaign, impressions, clicks, spend_eur, booked_eur, 0E0, 0E0, 0E0,
    CAST(NULL AS double), 0E0
  FROM marketing_costs
), summed AS (
  SELECT day, channel, platform, campaign_id, max(campaign) AS campaign, sum(impressions) AS impressions,
    sum(clicks) AS clicks,
    CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur, CAST(sum(booked_eur) AS decimal(18,6)) AS booked_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers,
    sum(net_revenue_eur) AS net_revenue_eur, sum(margin_eur) AS margin_eur, sum(covered_eur) AS covered_eur
  FROM facts
  -- A reported campaign and a deal are known by their ids; what is neither, by what its links say.
  GROUP BY day, channel, platform, campaign_id, CASE WHEN platform IS NULL THEN campaign END
)
SELECT s.day, s.channel, s.platform, s.campaign_id, coalesce(n.campaign, s.campaign) AS campaign, s.impressions,
  s.clicks, s.spend_eur, s.booked_eur, s.orders, s.new_customers,
  s.net_revenue_eur, s.covered_eur, s.margin_eur, s.covered_eur / NULLIF(s.net_revenue_eur, 0E0) AS cost_coverage
FROM summed AS s LEFT JOIN named AS n ON n.platform = s.platform AND n.campaign_id = s.campaign_id
