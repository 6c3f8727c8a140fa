-- One row is one day and one campaign of an advertising platform: the conversions that the platform claims for it,
-- beside those that the shop credits to it by the model and the look-back of its profile. A pixel usually sends what
-- the buyer paid as the value, VAT included: attributed_total_price_eur is comparable with that, the net revenue with
-- a value that the shop sends without VAT. Claims of several platforms must never be added up. Null where no report of
-- the platform tells any.
WITH facts AS (
  SELECT dt AS day, platform, campaign_id, campaign_name, coalesce(claimed_conversions, 0E0) AS claimed_conversions,
    coalesce(claimed_value_eur, 0E0) AS claimed_value_eur, 0E0 AS attributed_orders,
    0E0 AS attributed_net_revenue_eur, 0E0 AS attributed_total_price_eur
  FROM ad_spend
  UNION ALL
  SELECT e.local_date, a.platform, a.campaign_id, CAST(NULL AS varchar), 0E0, 0E0, a.credit,
    a.credit * CAST(e.net_revenue_eur AS double), a.credit * CAST(o.total_price_eur AS double)
  FROM attribution AS a
  JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
  JOIN order_economics AS e ON e.order_id = a.order_id
  JOIN orders AS o ON o.order_id = a.order_id
  WHERE a.deal_id IS NULL AND a.platform IS NOT NULL
), named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign
  FROM ad_spend
  GROUP BY platform, campaign_id
), telling AS (
  SELECT platform, bool_or(claimed_conversions IS NOT NULL) AS tells_conversions,
    bool_or(claimed_value_eur IS NOT NULL) AS tells_value
  FROM ad_spend GROUP BY platform
), summed AS (
  SELECT day, platform, campaign_id, sum(claimed_conversions) AS claimed_conversions,
    sum(claimed_value_eur) AS claimed_value_eur, sum(attributed_orders) AS attributed_orders,
    sum(attributed_net_revenue_eur) AS attributed_net_revenue_eur,
    sum(attributed_total_price_eur) AS attributed_total_price_eur
  FROM facts
  GROUP BY day, platform, campaign_id
)
SELECT c.day, c.platform, c.campaign_id, n.campaign,
  CASE WHEN t.tells_conversions THEN c.claimed_conversions END AS claimed_conversions,
  CASE WHEN t.tells_value THEN c.claimed_value_eur END AS claimed_value_eur, c.attributed_orders,
  c.attributed_net_revenue_eur, c.attributed_total_price_eur
FROM summed AS c
LEFT JOIN telling AS t ON t.platform = c.platform
LEFT JOIN named AS n ON n.platform = c.platform AND n.campaign_id = c.campaign_id
