-- One row is one day and one advertising platform: the conversions that it claims for itself, beside those that the
-- shop credits to its reported campaigns by the model and the look-back of its profile. Claims of several platforms
-- must never be added up: each counts the same order.
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
)
SELECT day, platform, claimed_conversions, claimed_value_eur, attributed_orders, attributed_net_revenue_eur,
  claimed_conversions / NULLIF(attributed_orders, 0E0) AS over_claim_ratio
FROM summed
