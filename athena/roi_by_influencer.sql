-- One row is one influencer of the roster, of a deal or of a post, over all days in the lake: what they cost, what
-- their posts reached, and the orders that their codes and links brought, each order once. Of whom the roster does not
-- have, handle and platform are those of the id; tier and followers are null. In a lake without any order it is not
-- known what came back: no ROAS and no ROI.
WITH deals AS (
  SELECT influencer_id, count(*) AS deals,
    CAST(sum(coalesce(fee_eur, DECIMAL '0.00')) AS decimal(18,2)) AS fee_eur,
    CAST(sum(coalesce(product_cost_eur, DECIMAL '0.00')) AS decimal(18,2)) AS product_cost_eur
  FROM influencer_deals
  GROUP BY influencer_id
), told AS (
  SELECT influencer_id, views, CASE WHEN coalesce(likes, comments, shares, saves) IS NOT NULL
    THEN coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(saves, 0) END AS engagements
  FROM influencer_posts
), posted AS (
  -- What no post tells is not known, which is not 0; networks tell no views of a photo, so a rate is of the posts that
  -- have them.
  SELECT influencer_id, count(*) AS posts, sum(views) AS views, sum(engagements) AS engagements,
    sum(CASE WHEN engagements IS NOT NULL THEN views END) AS engaged_views,
    sum(CASE WHEN views IS NOT NULL THEN engagements END) AS viewed_engagements
  FROM told
  GROUP BY influencer_id
), brought AS (
  SELECT o.influencer_id, count(*) AS orders, count_if(e.is_new_customer) AS new_customers,
    CAST(sum(o.commission_eur) AS decimal(18,2)) AS commission_eur,
    CAST(sum(o.net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
    CAST(sum(e.margin_eur) AS decimal(18,2)) AS margin_eur,
    sum(CASE WHEN e.margin_eur IS NULL THEN DECIMAL '0.00' ELSE o.net_revenue_eur END) AS covered_eur
  FROM influencer_orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
  GROUP BY o.influencer_id
), listed AS (
  SELECT coalesce(i.influencer_id, d.influencer_id, p.influencer_id) AS influencer_id, i.handle, i.platform, i.tier,
    i.followers, d.deals, d.fee_eur, d.product_cost_eur, p.posts, p.views, p.engagements, p.engaged_views,
    p.viewed_engagements
  FROM influencers AS i
  FULL JOIN deals AS d ON d.influencer_id = i.influencer_id
  FULL JOIN posted AS p ON p.influencer_id = coalesce(i.influencer_id, d.influencer_id)
), joined AS (
  SELECT l.influencer_id, coalesce(l.handle, regexp_extract(l.influencer_id, ':(.+)', 1)) AS handle,
    coalesce(l.platform, regexp_extract(l.influencer_id, '([^:]+):', 1)) AS platform, l.tier, l.followers,
    coalesce(l.deals, 0) AS deals, coalesce(l.posts, 0) AS posts,
    CASE WHEN l.posts IS NULL THEN 0 ELSE l.views END AS views,
    CASE WHEN l.posts IS NULL THEN 0 ELSE l.engagements END AS engagements, l.engaged_views, l.viewed_engagements,
    coalesce(l.fee_eur, DECIMAL '0.00') AS fee_eur, coalesce(l.product_cost_eur, DECIMAL '0.00') AS product_cost_eur,
    coalesce(b.commission_eur, DECIMAL '0.00') AS commission_eur,
    coalesce(b.orders, 0) AS orders, coalesce(b.new_customers, 0) AS new_customers,
    coalesce(b.net_revenue_eur, DECIMAL '0.00') AS net_revenue_eur, b.margin_eur,
    CAST(coalesce(b.covered_eur, DECIMAL '0.00') AS decimal(18,2)) AS covered_eur
  FROM listed AS l LEFT JOIN brought AS b ON b.influencer_id = l.influencer_id
), costed AS (
  SELECT joined.*, s.earned_media_cpm_eur, k.first_order,
    CAST(fee_eur + product_cost_eur + commission_eur AS decimal(18,2)) AS spend_eur
  FROM joined CROSS JOIN shop AS s LEFT JOIN (SELECT first_day AS first_order FROM order_days) AS k ON true
)
SELECT influencer_id, handle, platform, tier, followers, deals, posts, views, engagements,
  CAST(viewed_engagements AS double) / NULLIF(engaged_views, 0) AS engagement_rate,
  fee_eur, product_cost_eur, commission_eur, spend_eur, orders, new_customers, net_revenue_eur, covered_eur, margin_eur,
  CAST(covered_eur AS double) / NULLIF(CAST(net_revenue_eur AS double), 0E0) AS cost_coverage,
  CASE WHEN first_order IS NOT NULL THEN CAST(net_revenue_eur AS double) END
    / NULLIF(CAST(spend_eur AS double), 0E0) AS roas,
  (CAST(coalesce(margin_eur, CASE WHEN orders = 0 AND first_order IS NOT NULL THEN DECIMAL '0.00' END) AS double)
    - CAST(spend_eur AS double))
    / NULLIF(CAST(spend_eur AS double), 0E0) AS roi,
  CAST(views AS double) * earned_media_cpm_eur / 1000E0 AS earned_media_value_eur,
  CAST(spend_eur AS double) / NULLIF(engagements, 0) AS cost_per_engagement_eur
FROM costed
