-- One row is one ad on one day, once, as its platform last reported it: whatever else the report is broken down by is
-- added up. Where a platform reports no ads, a row is the finest that it does report: an ad group, or a campaign.
-- Claims are null where no report of the platform tells any, as in platform_claims.
WITH telling AS (
  SELECT platform, count(claimed_conversions) AS conversions, count(claimed_value_eur) AS eur
  FROM ad_spend GROUP BY platform
)
SELECT a.dt AS day, a.platform, a.channel, a.campaign_id, max(a.campaign_name) AS campaign, a.ad_group_id,
  max(a.ad_group_name) AS ad_group, a.ad_id, max(a.ad_name) AS ad,
  sum(a.impressions) AS impressions, sum(a.clicks) AS clicks, CAST(sum(a.spend_eur) AS decimal(18,6)) AS spend_eur,
  CASE WHEN max(t.conversions) > 0 THEN sum(coalesce(a.claimed_conversions, 0E0)) END AS claimed_conversions,
  CASE WHEN max(t.eur) > 0 THEN sum(coalesce(a.claimed_value_eur, 0E0)) END AS claimed_value_eur
FROM ad_spend AS a JOIN telling AS t ON t.platform = a.platform
GROUP BY a.dt, a.platform, a.channel, a.campaign_id, a.ad_group_id, a.ad_id
