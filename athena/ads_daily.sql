-- One row is one ad on one day, once, as its platform last reported it: whatever else the report is broken down by is
-- added up. Where a platform reports no ads, a row is the finest that it does report: an ad group, or a campaign.
SELECT dt AS day, platform, channel, campaign_id, max(campaign_name) AS campaign, ad_group_id,
  max(ad_group_name) AS ad_group, ad_id, max(ad_name) AS ad,
  sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur,
  sum(coalesce(claimed_conversions, 0E0)) AS claimed_conversions,
  sum(coalesce(claimed_value_eur, 0E0)) AS claimed_value_eur
FROM ad_spend
GROUP BY dt, platform, channel, campaign_id, ad_group_id, ad_id
