-- One row is one conversion that an influencer deal brought: by the deal's code, or else by the last of its links on the path
-- (30 days). Each order once. Its margin stands in order_economics: a view that every cost is read through must be a small one, since
-- Trino computes a view anew wherever it is named, and refuses more than 100 stages.
WITH coded AS (
  SELECT o.order_id, d.deal_id, d.influencer_id, 'promo_code' AS brought_by, d.commission_rate,
    row_number() OVER (PARTITION BY o.order_id ORDER BY d.contract_date DESC, d.deal_id) AS place
  FROM orders AS o
  CROSS JOIN UNNEST(o.promo_codes) AS u(code)
  JOIN influencer_deals AS d ON d.promo_code = u.code
  WHERE o.is_conversion AND o.local_date BETWEEN d.contract_date AND coalesce(d.end_date, o.local_date)
), linked AS (
  SELECT t.order_id, t.deal_id, t.influencer_id, 'link' AS brought_by, d.commission_rate,
    row_number() OVER (PARTITION BY t.order_id ORDER BY t.position DESC) AS place
  FROM touchpoints AS t JOIN influencer_deals AS d ON d.deal_id = t.deal_id
  WHERE t.touch_type <> 'promo_code' AND t.touched_at >= t.converted_at - INTERVAL '30' DAY
), brought AS (
  SELECT order_id, deal_id, influencer_id, brought_by, commission_rate FROM coded WHERE place = 1
  UNION ALL
  SELECT l.order_id, l.deal_id, l.influencer_id, l.brought_by, l.commission_rate
  FROM linked AS l LEFT JOIN coded AS c ON c.order_id = l.order_id AND c.place = 1
  WHERE l.place = 1 AND c.order_id IS NULL
)
SELECT b.order_id, b.deal_id, b.influencer_id, b.brought_by, o.local_date, o.net_revenue_eur,
  CAST(round(o.net_revenue_eur * coalesce(b.commission_rate, DECIMAL '0.0000'), 2) AS decimal(18,2)) AS commission_eur
FROM brought AS b JOIN orders AS o ON o.order_id = b.order_id WHERE o.is_conversion
