-- One row is one ad on one day, once, as its platform last reported it: whatever else the report is broken down by is
-- added up. Where a platform reports no ads, a row is the finest that it does report: an ad group, or a campaign.
-- Claims are null where no report of the platform tells any, as in platform_claims.
WITH told AS (
  SELECT dt, platform, channel, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, impressions,
    clicks, spend_eur, claimed_conversions, claimed_value_eur,
    bool_or(claimed_conversions IS NOT NULL) OVER (PARTITION BY platform) AS tells_conversions,
    bool_or(claimed_value_eur IS NOT NULL) OVER (PARTITION BY platform) AS tells_value
  FROM ad_spend
)
SELECT dt AS day, platform, channel, campaign_id, max(campaign_name) AS campaign, ad_group_id,
  max(ad_group_name) AS ad_group, ad_id, max(ad_name) AS ad,
  sum(impressions) AS impressions, sum(clicks) AS clicks, CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur,
  CASE WHEN bool_and(tells_conversions) THEN sum(coalesce(claimed_conversions, 0E0)) END AS claimed_conversions,
  CASE WHEN bool_and(tells_value) THEN sum(coalesce(claimed_value_eur, 0E0)) END AS claimed_value_eur
FROM told
GROUP BY dt, platform, channel, campaign_id, ad_group_id, ad_id
