-- One row is one ad on one shop day, once: what its platform reported that it cost, and what the orders of the day
-- brought back by the attribution model and the look-back of the shop's profile. An ad is known by utm_content: its id,
-- or its name where no other ad of the campaign has had it. What no ad is known for stands in rows without one, so that
-- the rows add up to all revenue of a day, and to all spend that platforms reported. Sum over ad_group for an ad set.
WITH called AS (
  -- As a link's campaign is compared with a name: single spaces, a plus as one.
  SELECT DISTINCT platform, campaign_id, ad_id, trim(regexp_replace(lower(ad_name), '[ +]+', ' ')) AS called
  FROM ad_spend WHERE ad_id IS NOT NULL
  UNION
  SELECT DISTINCT platform, campaign_id, ad_id, lower(ad_id) AS called FROM ad_spend WHERE ad_id IS NOT NULL
), known AS (
  SELECT platform, campaign_id, called, max(ad_id) AS ad_id FROM called
  GROUP BY platform, campaign_id, called
  HAVING count(DISTINCT ad_id) = 1
), named AS (
  SELECT platform, campaign_id, ad_id, max_by(ad_group_id, concat(CAST(dt AS varchar), ad_group_id)) AS ad_group_id,
    max_by(ad_name, concat(CAST(dt AS varchar), ad_name)) AS ad
  FROM ad_spend
  WHERE ad_id IS NOT NULL
  GROUP BY platform, campaign_id, ad_id
), visits AS (
  SELECT order_id, touch_id, trim(regexp_replace(max(content), '[ +]+', ' ')) AS content
  FROM touchpoints GROUP BY order_id, touch_id
), facts AS (
  SELECT o.day, o.channel, o.platform, o.campaign_id, n.ad_group_id, k.ad_id,
    CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks, CAST(0 AS decimal(18,6)) AS spend_eur,
    o.orders, o.new_customers, o.net_revenue_eur, o.covered_eur, o.margin_eur
  FROM credited_orders AS o
  LEFT JOIN visits AS v ON v.order_id = o.order_id AND v.touch_id = o.touch_id
  LEFT JOIN known AS k ON k.platform = o.platform AND k.campaign_id = o.campaign_id AND k.called = v.content
  LEFT JOIN named AS n ON n.platform = k.platform AND n.campaign_id = k.campaign_id AND n.ad_id = k.ad_id
  UNION ALL
  SELECT dt, channel, platform, campaign_id, ad_group_id, ad_id, impressions, clicks, spend_eur, 0E0, 0E0, 0E0, 0E0,
    CAST(NULL AS double)
  FROM ad_spend
), summed AS (
  SELECT day, channel, platform, campaign_id, ad_group_id, ad_id, sum(impressions) AS impressions,
    sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur, sum(orders) AS orders,
    sum(new_customers) AS new_customers, sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur,
    sum(margin_eur) AS margin_eur
  FROM facts
  GROUP BY day, channel, platform, campaign_id, ad_group_id, ad_id
), campaigns_named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign
  FROM ad_spend
  GROUP BY platform, campaign_id
), groups_named AS (
  SELECT platform, campaign_id, ad_group_id,
    max_by(ad_group_name, concat(CAST(dt AS varchar), ad_group_name)) AS ad_group
  FROM ad_spend
  WHERE ad_group_id IS NOT NULL
  GROUP BY platform, campaign_id, ad_group_id
)
SELECT s.day, s.channel, s.platform, s.campaign_id, c.campaign, s.ad_group_id, g.ad_group, s.ad_id, n.ad, s.impressions,
  s.clicks, s.spend_eur, s.orders, s.new_customers, s.net_revenue_eur, s.covered_eur, s.margin_eur
FROM summed AS s
LEFT JOIN campaigns_named AS c ON c.platform = s.platform AND c.campaign_id = s.campaign_id
LEFT JOIN groups_named AS g
  ON g.platform = s.platform AND g.campaign_id = s.campaign_id AND g.ad_group_id = s.ad_group_id
LEFT JOIN named AS n ON n.platform = s.platform AND n.campaign_id = s.campaign_id AND n.ad_id = s.ad_id
