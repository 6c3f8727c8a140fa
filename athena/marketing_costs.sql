-- One row is the cost of one channel, campaign and influencer on one day: ads as the platforms reported them; an influencer's
-- fee and products on the day of the contract; a commission on the day of its order; and what the shop's profile says was paid besides,
-- a month's amount in equal parts for its days, until the last day of the lake.
WITH last_day AS (
  SELECT max(local_date) AS day FROM orders
), spans AS (
  SELECT c.name, c.channel, c.amount_eur, c.per, c.first_day,
    CASE WHEN c.per = 'once' THEN c.first_day WHEN c.last_day IS NULL OR c.last_day > l.day THEN l.day ELSE c.last_day END AS last_day
  FROM shop_marketing_costs AS c CROSS JOIN last_day AS l
  WHERE c.first_day <= l.day
), paid_days AS (
  SELECT s.name, s.channel, s.amount_eur, s.per, date_add('day', u.n, s.first_day) AS day
  FROM spans AS s CROSS JOIN UNNEST(sequence(0, date_diff('day', s.first_day, s.last_day))) AS u(n)
), other_costs AS (
  -- Of a month's amount each day has what the days until it should have had less what those before it had: no cent is lost by rounding.
  SELECT name, channel, day, CASE WHEN per <> 'month' THEN CAST(amount_eur AS decimal(18,6)) ELSE
    CAST(CAST(round(CAST(amount_eur AS double) * CAST(day_of_month(day) AS double) / CAST(day_of_month(last_day_of_month(day)) AS double), 2) AS decimal(18,2))
      - CAST(round(CAST(amount_eur AS double) * CAST(day_of_month(day) - 1 AS double) / CAST(day_of_month(last_day_of_month(day)) AS double), 2) AS decimal(18,2)) AS decimal(18,6)) END AS spend_eur
  FROM paid_days
)
SELECT dt AS day, channel, platform, campaign_id, max(campaign_name) AS campaign, CAST(NULL AS varchar) AS influencer_id,
  sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur
FROM ad_spend
GROUP BY dt, channel, platform, campaign_id
UNION ALL
SELECT contract_date, 'Influencer', 'influencer', deal_id, campaign, influencer_id, CAST(0 AS bigint), CAST(0 AS bigint),
  CAST(coalesce(fee_eur, DECIMAL '0.00') + coalesce(product_cost_eur, DECIMAL '0.00') AS decimal(18,6))
FROM influencer_deals
UNION ALL
SELECT o.local_date, 'Influencer', 'influencer', o.deal_id, d.campaign, o.influencer_id, CAST(0 AS bigint), CAST(0 AS bigint),
  CAST(sum(o.commission_eur) AS decimal(18,6))
FROM influencer_orders AS o JOIN influencer_deals AS d ON d.deal_id = o.deal_id
GROUP BY o.local_date, o.deal_id, d.campaign, o.influencer_id
UNION ALL
SELECT day, channel, 'shop', concat('shop:', name), lower(name), CAST(NULL AS varchar), CAST(0 AS bigint), CAST(0 AS bigint), CAST(sum(spend_eur) AS decimal(18,6))
FROM other_costs
GROUP BY day, channel, name
