-- One row is one deal's promotion code, one source and whether the code leaked: the orders that named the code, by
-- where their buyers came from last (null: no visit is known, or only direct ones). A code has leaked where the buyer's
-- known visits have none of the influencer's links (influencer_orders.is_leaked); null where no visit is known, or the
-- deal has no link that one could name.
-- A coupon site stands here by its name. Each order once: of deals that share a code, the one whose days it falls in.
WITH visits AS (
  SELECT order_id, max_by(source, position) AS source
  FROM touchpoints
  WHERE touch_type <> 'promo_code' AND channel <> 'Direct' AND source <> '(not set)'
  GROUP BY order_id
), shared AS (
  SELECT promo_code, count(*) AS deals FROM influencer_deals GROUP BY promo_code
)
SELECT o.influencer_id, o.deal_id, d.promo_code, s.deals AS deals_with_code, v.source AS came_from, o.is_leaked,
  count(*) AS orders, CAST(sum(o.net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
  CAST(sum(o.commission_eur) AS decimal(18,2)) AS commission_eur,
  min(o.local_date) AS first_day, max(o.local_date) AS last_day
FROM influencer_orders AS o
JOIN influencer_deals AS d ON d.deal_id = o.deal_id
LEFT JOIN shared AS s ON s.promo_code = d.promo_code
LEFT JOIN visits AS v ON v.order_id = o.order_id
WHERE o.brought_by = 'promo_code'
GROUP BY o.influencer_id, o.deal_id, d.promo_code, s.deals, v.source, o.is_leaked
