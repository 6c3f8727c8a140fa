-- One row is one shop day, one channel and one attribution model, with the look-back of the shop's profile: what was
-- spent on that day and what the orders of that day brought back. Ratios are null where their denominator is 0; in a
-- lake without any order it is not known what came back, and nothing says that all was lost; nor is it known how many
-- came before the first visit that was measured, or after the last one.
WITH of_every_model AS (
  -- What a day cost and who came is so whichever model the orders are credited by.
  SELECT day, channel, CAST(0 AS bigint) AS sessions, impressions, clicks, spend_eur, booked_eur FROM marketing_costs
  UNION ALL
  SELECT local_date, channel, count(*), CAST(0 AS bigint), CAST(0 AS bigint), CAST(0 AS decimal(18,6)),
    CAST(0 AS decimal(18,6))
  FROM sessions GROUP BY local_date, channel
), facts AS (
  SELECT e.local_date AS day, a.attribution_model, a.channel, CAST(0 AS bigint) AS sessions,
    CAST(0 AS bigint) AS impressions, CAST(0 AS bigint) AS clicks,
    CAST(0 AS decimal(18,6)) AS spend_eur, CAST(0 AS decimal(18,6)) AS booked_eur, a.credit AS orders,
    CASE WHEN e.is_new_customer THEN a.credit ELSE 0E0 END AS new_customers,
    a.credit * CAST(e.net_revenue_eur AS double) AS net_revenue_eur,
    a.credit * CAST(e.margin_eur AS double) AS margin_eur,
    CASE WHEN e.margin_eur IS NULL THEN 0E0 ELSE a.credit * CAST(e.net_revenue_eur AS double) END AS covered_eur
  FROM attribution AS a JOIN shop AS s ON s.lookback_days = a.lookback_days
  JOIN order_economics AS e ON e.order_id = a.order_id
  UNION ALL
  SELECT o.day, m.attribution_model, o.channel, o.sessions, o.impressions, o.clicks, o.spend_eur, o.booked_eur, 0E0,
    0E0, 0E0, CAST(NULL AS double), 0E0
  FROM of_every_model AS o CROSS JOIN attribution_models AS m
), summed AS (
  SELECT day, attribution_model, channel, sum(sessions) AS sessions, sum(impressions) AS impressions,
    sum(clicks) AS clicks,
    CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur, CAST(sum(booked_eur) AS decimal(18,6)) AS booked_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers,
    sum(net_revenue_eur) AS net_revenue_eur,
    sum(margin_eur) AS margin_eur, sum(covered_eur) AS covered_eur
  FROM facts
  GROUP BY day, attribution_model, channel
)
SELECT day, attribution_model, channel, CASE WHEN day BETWEEN first_visit AND last_visit THEN sessions END AS sessions,
  impressions, clicks, spend_eur, booked_eur, orders, new_customers, net_revenue_eur, covered_eur, margin_eur,
  covered_eur / NULLIF(net_revenue_eur, 0E0) AS cost_coverage,
  CASE WHEN first_order IS NOT NULL THEN net_revenue_eur END / NULLIF(CAST(spend_eur AS double), 0E0) AS roas,
  (coalesce(margin_eur, CASE WHEN orders = 0E0 AND first_order IS NOT NULL THEN 0E0 END) - CAST(spend_eur AS double))
    / NULLIF(CAST(spend_eur AS double), 0E0) AS roi,
  NULLIF(CAST(spend_eur AS double), 0E0) / NULLIF(orders, 0E0) AS cpa_eur,
  NULLIF(CAST(spend_eur AS double), 0E0) / NULLIF(new_customers, 0E0) AS cac_eur
FROM summed LEFT JOIN (SELECT first_day AS first_order FROM order_days) AS k ON true
LEFT JOIN (SELECT min(local_date) AS first_visit, max(local_date) AS last_visit FROM sessions) AS v ON true
