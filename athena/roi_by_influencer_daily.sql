-- One row is one influencer and one shop day: the day's share of what their deals cost, the posts of the day, and the
-- orders of the day that their codes and links brought. Its sums are roi_by_influencer. Days ahead have the fees of
-- deals that still run. Of whom the roster does not have, handle and platform are those of the id.
WITH facts AS (
  SELECT c.influencer_id, c.day, c.spend_eur, c.booked_eur, CAST(0 AS bigint) AS posts, CAST(0 AS bigint) AS views,
    CAST(0 AS bigint) AS engagements,
    DECIMAL '0.00' AS commission_eur, CAST(0 AS bigint) AS orders, CAST(0 AS bigint) AS new_customers,
    DECIMAL '0.00' AS net_revenue_eur, CAST(NULL AS decimal(18,2)) AS margin_eur, DECIMAL '0.00' AS covered_eur,
    CAST(0 AS bigint) AS code_orders, CAST(0 AS bigint) AS leaked_orders
  FROM marketing_costs AS c
  WHERE c.platform = 'influencer'
  UNION ALL
  SELECT influencer_id, posted_on, CAST(0 AS decimal(18,6)), CAST(0 AS decimal(18,6)), CAST(1 AS bigint),
    coalesce(views, 0),
    coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(saves, 0), DECIMAL '0.00',
    CAST(0 AS bigint), CAST(0 AS bigint), DECIMAL '0.00', CAST(NULL AS decimal(18,2)), DECIMAL '0.00',
    CAST(0 AS bigint), CAST(0 AS bigint)
  FROM influencer_posts
  UNION ALL
  SELECT o.influencer_id, o.local_date, CAST(0 AS decimal(18,6)), CAST(0 AS decimal(18,6)), CAST(0 AS bigint),
    CAST(0 AS bigint), CAST(0 AS bigint),
    o.commission_eur, CAST(1 AS bigint), CASE WHEN e.is_new_customer THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END,
    o.net_revenue_eur, e.margin_eur,
    CASE WHEN e.margin_eur IS NULL THEN DECIMAL '0.00' ELSE o.net_revenue_eur END,
    CASE WHEN o.is_leaked IS NULL THEN CAST(0 AS bigint) ELSE CAST(1 AS bigint) END,
    CASE WHEN o.is_leaked THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END
  FROM influencer_orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
), summed AS (
  SELECT influencer_id, day, CAST(sum(spend_eur) AS decimal(18,2)) AS spend_eur,
    CAST(sum(booked_eur) AS decimal(18,2)) AS booked_eur, sum(posts) AS posts, sum(views) AS views,
    sum(engagements) AS engagements, CAST(sum(commission_eur) AS decimal(18,2)) AS commission_eur,
    sum(orders) AS orders, sum(new_customers) AS new_customers,
    CAST(sum(net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(margin_eur) AS decimal(18,2)) AS margin_eur, CAST(sum(covered_eur) AS decimal(18,2)) AS covered_eur,
    sum(code_orders) AS code_orders,
    sum(leaked_orders) AS leaked_orders
  FROM facts
  GROUP BY influencer_id, day
)
SELECT s.day, s.influencer_id, coalesce(i.handle, regexp_extract(s.influencer_id, ':(.+)', 1)) AS handle,
  coalesce(i.platform, regexp_extract(s.influencer_id, '([^:]+):', 1)) AS platform,
  s.posts, s.views, s.engagements, s.commission_eur, s.spend_eur, s.booked_eur, s.orders, s.new_customers,
  s.net_revenue_eur, s.covered_eur, s.margin_eur,
  CAST(s.covered_eur AS double) / NULLIF(CAST(s.net_revenue_eur AS double), 0E0) AS cost_coverage, s.code_orders,
  s.leaked_orders
FROM summed AS s LEFT JOIN influencers AS i ON i.influencer_id = s.influencer_id
