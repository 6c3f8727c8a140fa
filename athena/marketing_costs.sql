-- One row is the cost of one channel, campaign and influencer on one day: ads as the platforms reported them; an influencer's
-- fee and products on the day of the contract; a commission on the day of its order.
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
