-- One row is one conversion that an influencer deal brought: by the deal's code, or else by the last of its links on
-- the path (30 days). Each order once. Its margin stands in order_economics: a view that every cost is read through
-- must be a small one, since Trino computes a view anew wherever it is named, and refuses more than 100 stages.
WITH brought AS (
  SELECT order_id, max(code_deal_id) AS code_deal_id,
    max_by(deal_id, position)
      FILTER (WHERE deal_id IS NOT NULL AND touch_type <> 'promo_code'
        AND touched_at >= converted_at - INTERVAL '30' DAY) AS link_deal_id,
    count_if(touch_type = 'session') AS visits,
    array_agg(influencer_id) FILTER (WHERE deal_id IS NOT NULL AND touch_type <> 'promo_code') AS came_by
  FROM touchpoints
  GROUP BY order_id
), given_back AS (
  SELECT order_id, sum(amount_eur - tax_eur) AS refunded_eur FROM refunds
  WHERE part IN ('goods', 'shipping', 'discrepancy') GROUP BY order_id
), owed AS (
  SELECT b.order_id, d.deal_id, d.influencer_id,
    CASE WHEN b.code_deal_id IS NOT NULL THEN 'promo_code' ELSE 'link' END AS brought_by,
    -- By a link of another deal of the influencer, too: deals are renewed between a click and an order. Where the deal
    -- has no link that a visit could name, nobody can tell.
    CASE WHEN b.code_deal_id IS NULL OR coalesce(d.link_path, d.link_source, d.link_campaign) IS NULL THEN NULL
      WHEN coalesce(contains(b.came_by, d.influencer_id), false) THEN false WHEN b.visits > 0 THEN true END
      AS is_leaked,
    o.local_date, o.net_revenue_eur,
    CAST(coalesce(g.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur, d.commission_on,
    coalesce(d.commission_rate, DECIMAL '0.0000') AS commission_rate
  FROM brought AS b
  JOIN influencer_deals AS d ON d.deal_id = coalesce(b.code_deal_id, b.link_deal_id)
  JOIN orders AS o ON o.order_id = b.order_id
  LEFT JOIN given_back AS g ON g.order_id = b.order_id
  WHERE o.is_conversion
)
SELECT order_id, deal_id, influencer_id, brought_by, is_leaked, local_date, net_revenue_eur, refunded_eur,
  commission_on,
  CAST(round(CASE WHEN commission_on = 'net' THEN greatest(net_revenue_eur - refunded_eur, DECIMAL '0.00')
    ELSE net_revenue_eur END * commission_rate, 2) AS decimal(18,2)) AS commission_eur
FROM owed
