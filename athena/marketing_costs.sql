-- One row is the cost of one channel, campaign and influencer on one day: ads as the platforms reported them; an
-- influencer's fee and products in equal parts over the life of the deal, days ahead among them; a commission on the
-- day of its order; and what the shop's profile says was paid besides, a month's amount in equal parts for its days,
-- until the last day of the lake. A deal lives from the day of the contract to its end; for 30 days where it has none,
-- or one more than two years away, as 31/12/2099. booked_eur has the same costs, fee and products whole on the day of
-- the contract. Over all days the two are equal, to the cent.
WITH last_day AS (
  -- Of the shop itself, by orders and visits; a platform's report alone may have any day in it.
  SELECT coalesce(max(CASE WHEN is_own = 1 THEN day END), max(day)) AS day FROM (
    SELECT last_day AS day, 1 AS is_own FROM order_days UNION ALL SELECT max(dt), 1 FROM sessions
    UNION ALL SELECT max(dt), 0 FROM ad_spend WHERE dt <= date_add('day', 1, current_date)
  ) AS seen
), spans AS (
  SELECT c.name, c.channel, c.amount_eur, c.per, c.first_day,
    CASE WHEN c.per = 'once' THEN c.first_day WHEN c.last_day IS NULL OR c.last_day > l.day THEN l.day
      ELSE c.last_day END AS last_day
  FROM shop_marketing_costs AS c CROSS JOIN last_day AS l
  WHERE c.first_day <= l.day
), paid_days AS (
  SELECT s.name, s.channel, s.amount_eur, s.per, date_add('day', u.n, s.first_day) AS day
  FROM spans AS s CROSS JOIN UNNEST(sequence(0, date_diff('day', s.first_day, s.last_day))) AS u(n)
), deals AS (
  SELECT deal_id, campaign, influencer_id, contract_date,
    CASE WHEN end_date >= contract_date AND end_date <= contract_date + INTERVAL '730' DAY
      THEN date_diff('day', contract_date, end_date) + 1 ELSE 30 END AS days,
    coalesce(fee_eur, DECIMAL '0.00') + coalesce(product_cost_eur, DECIMAL '0.00') AS cost_eur
  FROM influencer_deals
), deal_days AS (
  SELECT d.deal_id, d.campaign, d.influencer_id, d.cost_eur, u.n, date_add('day', u.n, d.contract_date) AS day,
    -- In whole cents: a double of euros has no half cent to round up.
    DECIMAL '0.01'
      * (CAST(round(CAST(d.cost_eur * DECIMAL '100' AS double) * CAST(u.n + 1 AS double)
        / CAST(d.days AS double)) AS bigint)
      - CAST(round(CAST(d.cost_eur * DECIMAL '100' AS double) * CAST(u.n AS double)
        / CAST(d.days AS double)) AS bigint)) AS part_eur
  FROM deals AS d CROSS JOIN UNNEST(sequence(0, d.days - 1)) AS u(n)
), other_costs AS (
  -- Of a month's amount each day has what the days until it should have had less what those before it had: no cent is
  -- lost by rounding.
  SELECT name, channel, day, CASE WHEN per <> 'month' THEN CAST(amount_eur AS decimal(18,6)) ELSE
    CAST(DECIMAL '0.01'
      * (CAST(round(CAST(amount_eur * DECIMAL '100' AS double) * CAST(day_of_month(day) AS double)
        / CAST(day_of_month(last_day_of_month(day)) AS double)) AS bigint)
      - CAST(round(CAST(amount_eur * DECIMAL '100' AS double) * CAST(day_of_month(day) - 1 AS double)
        / CAST(day_of_month(last_day_of_month(day)) AS double)) AS bigint)) AS decimal(18,6)) END AS spend_eur
  FROM paid_days
)
SELECT dt AS day, channel, platform, campaign_id, max(campaign_name) AS campaign,
  CAST(NULL AS varchar) AS influencer_id,
  sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur,
  CAST(sum(spend_eur) AS decimal(18,6)) AS booked_eur
FROM ad_spend
GROUP BY dt, channel, platform, campaign_id
UNION ALL
SELECT day, 'Influencer', 'influencer', deal_id, campaign, influencer_id, CAST(0 AS bigint), CAST(0 AS bigint),
  CAST(part_eur AS decimal(18,6)),
  CAST(CASE WHEN n = 0 THEN cost_eur ELSE DECIMAL '0.00' END AS decimal(18,6))
FROM deal_days
WHERE n = 0 OR part_eur <> DECIMAL '0.00'
UNION ALL
SELECT o.local_date, 'Influencer', 'influencer', o.deal_id, d.campaign, o.influencer_id, CAST(0 AS bigint),
  CAST(0 AS bigint),
  CAST(sum(o.commission_eur) AS decimal(18,6)), CAST(sum(o.commission_eur) AS decimal(18,6))
FROM influencer_orders AS o JOIN influencer_deals AS d ON d.deal_id = o.deal_id
GROUP BY o.local_date, o.deal_id, d.campaign, o.influencer_id
UNION ALL
SELECT day, channel, 'shop', concat('shop:', name), lower(name), CAST(NULL AS varchar), CAST(0 AS bigint),
  CAST(0 AS bigint), CAST(sum(spend_eur) AS decimal(18,6)), CAST(sum(spend_eur) AS decimal(18,6))
FROM other_costs
GROUP BY day, channel, name
