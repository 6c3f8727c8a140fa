-- One row is one day and one advertising platform: the conversions that it claims for itself, beside those that the
-- shop credits to its reported campaigns by the model and the look-back of its profile. Claims of several platforms
-- must never be added up: each counts the same order. Null where no report of the platform tells any: a report leaves
-- out what is nothing, so where one tells some, the others claim 0.
WITH facts AS (
  SELECT dt AS day, platform, coalesce(claimed_conversions, 0E0) AS claimed_conversions,
    coalesce(claimed_value_eur, 0E0) AS claimed_value_eur,
    0E0 AS attributed_orders, 0E0 AS attributed_net_revenue_eur
  FROM ad_spend
  UNION ALL
  SELECT e.local_date, a.platform, 0E0, 0E0, a.credit, a.credit * CAST(e.net_revenue_eur AS double)
  FROM attribution AS a
  JOIN shop AS s ON s.attribution_model = a.attribution_model AND s.lookback_days = a.lookback_days
  JOIN order_economics AS e ON e.order_id = a.order_id
  WHERE a.deal_id IS NULL AND a.platform IS NOT NULL
), summed AS (
  SELECT day, platform, sum(claimed_conversions) AS claimed_conversions, sum(claimed_value_eur) AS claimed_value_eur,
    sum(attributed_orders) AS attributed_orders, sum(attributed_net_revenue_eur) AS attributed_net_revenue_eur
  FROM facts
  GROUP BY day, platform
), telling AS (
  SELECT platform, bool_or(claimed_conversions IS NOT NULL) AS tells_conversions,
    bool_or(claimed_value_eur IS NOT NULL) AS tells_value
  FROM ad_spend GROUP BY platform
)
SELECT s.day, s.platform, CASE WHEN t.tells_conversions THEN s.claimed_conversions END AS claimed_conversions,
  CASE WHEN t.tells_value THEN s.claimed_value_eur END AS claimed_value_eur, s.attributed_orders,
  s.attributed_net_revenue_eur,
  CASE WHEN t.tells_conversions THEN s.claimed_conversions END / NULLIF(s.attributed_orders, 0E0) AS over_claim_ratio
FROM summed AS s LEFT JOIN telling AS t ON t.platform = s.platform
