-- One row is one keyword on one shop day, once: what its platform reported that it cost, and what the orders of the day
-- brought back by the attribution model and the look-back of the shop's profile. An order's keyword is utm_term, where
-- the platform reported such a keyword of the campaign, on whatever day. What no keyword is known for stands in rows
-- without one (of a campaign, what its keywords do not explain), so that the rows add up to all revenue of a day, and
-- to all spend that platforms reported.
WITH known AS (
  SELECT DISTINCT platform, campaign_id, keyword_folded AS keyword FROM keyword_spend
), bought AS (
  SELECT platform, campaign_id, max(channel) AS channel FROM ad_spend GROUP BY platform, campaign_id
), visits AS (
  SELECT order_id, touch_id, trim(regexp_replace(max(term), '[ +]+', ' ')) AS term
  FROM touchpoints GROUP BY order_id, touch_id
), worded AS (
  SELECT k.dt, coalesce(b.channel, 'Paid Search') AS channel, k.platform, k.campaign_id, k.keyword_folded AS keyword,
    k.impressions, k.clicks, k.spend_eur
  FROM keyword_spend AS k LEFT JOIN bought AS b ON b.platform = k.platform AND b.campaign_id = k.campaign_id
), facts AS (
  SELECT o.day, o.channel, o.platform, o.campaign_id, k.keyword,
    CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks, CAST(0 AS decimal(18,6)) AS spend_eur,
    o.orders, o.new_customers, o.net_revenue_eur, o.covered_eur, o.margin_eur
  FROM credited_orders AS o
  LEFT JOIN visits AS v ON v.order_id = o.order_id AND v.touch_id = o.touch_id
  LEFT JOIN known AS k ON k.platform = o.platform AND k.campaign_id = o.campaign_id AND k.keyword = v.term
  UNION ALL
  SELECT dt, channel, platform, campaign_id, CAST(NULL AS varchar), impressions, clicks, spend_eur, 0E0, 0E0, 0E0, 0E0,
    CAST(NULL AS double)
  FROM ad_spend
  UNION ALL
  SELECT dt, channel, platform, campaign_id, keyword, impressions, clicks, spend_eur, 0E0, 0E0, 0E0, 0E0,
    CAST(NULL AS double)
  FROM worded
  UNION ALL
  -- And off the campaign's rest.
  SELECT dt, channel, platform, campaign_id, CAST(NULL AS varchar), -impressions, -clicks,
    CAST(-spend_eur AS decimal(18,6)), 0E0, 0E0, 0E0, 0E0, CAST(NULL AS double)
  FROM worded
), summed AS (
  SELECT day, channel, platform, campaign_id, keyword, sum(impressions) AS impressions, sum(clicks) AS clicks,
    CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur, sum(orders) AS orders, sum(new_customers) AS new_customers,
    sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur, sum(margin_eur) AS margin_eur
  FROM facts
  GROUP BY day, channel, platform, campaign_id, keyword
), campaigns_named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign
  FROM ad_spend
  GROUP BY platform, campaign_id
)
SELECT s.day, s.channel, s.platform, s.campaign_id, c.campaign, s.keyword, s.impressions, s.clicks, s.spend_eur,
  s.orders, s.new_customers, s.net_revenue_eur, s.covered_eur, s.margin_eur
FROM summed AS s LEFT JOIN campaigns_named AS c ON c.platform = s.platform AND c.campaign_id = s.campaign_id
