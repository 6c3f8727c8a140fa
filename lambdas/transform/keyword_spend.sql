-- One row is one row of a platform's report of one day by keyword: campaign, ad group, keyword and its match type, and
-- whatever else it is broken down by. It is a part of what ad_spend has, never something beside it: records without a
-- keyword, and those over which the cost does not add up, are accounted for by ad_spend. Which of several reports
-- counts is said by ad_spend.duplicates.sql, as there.
WITH google AS (
  SELECT _record, _at, fields(_record, '{
    "customer": { "id": "VARCHAR", "currencyCode": "VARCHAR" }, "campaign": { "id": "VARCHAR", "name": "VARCHAR" },
    "adGroup": { "id": "VARCHAR", "name": "VARCHAR" }, "adGroupAd": { "ad": { "id": "VARCHAR" } },
    "adGroupCriterion": { "keyword": { "text": "VARCHAR", "matchType": "VARCHAR" } },
    "segments": { "date": "VARCHAR", "device": "VARCHAR",
      "keyword": { "info": { "text": "VARCHAR", "matchType": "VARCHAR" } } },
    "metrics": { "impressions": "VARCHAR", "clicks": "VARCHAR", "costMicros": "VARCHAR", "conversions": "VARCHAR",
      "conversionsValue": "VARCHAR" } }') AS r,
    list_filter(fields_of(_record, '$.segments'), lambda n: n <> 'date') AS segments,
    list_filter(fields_of(_record, '$'), lambda n: is_view(n)) AS views
  FROM raw_google_ads
), imported AS (
  SELECT _record, _at, fields(_record, '{
    "platform": "VARCHAR", "account_id": "VARCHAR", "currency": "VARCHAR", "campaign_id": "VARCHAR",
    "campaign_name": "VARCHAR", "ad_group_id": "VARCHAR", "ad_group_name": "VARCHAR", "ad_id": "VARCHAR",
    "keyword": "VARCHAR", "match_type": "VARCHAR", "device": "VARCHAR", "date": "VARCHAR", "impressions": "VARCHAR",
    "clicks": "VARCHAR", "spend": "VARCHAR", "conversions": "VARCHAR", "conversion_value": "VARCHAR" }') AS r
  FROM raw_ad_reports
), reported AS (
  SELECT _record, _at, 'google_ads' AS platform, r.customer.id AS account_id, r.campaign.id AS campaign_id,
    r.campaign.name AS campaign_name, r.adGroup.id AS ad_group_id, r.adGroup.name AS ad_group_name,
    r.adGroupAd.ad.id AS ad_id,
    coalesce(r.segments.keyword.info.text, r.adGroupCriterion.keyword.text) AS keyword,
    coalesce(r.segments.keyword.info.matchType, r.adGroupCriterion.keyword.matchType) AS match_type,
    len(views) > 0 AS is_view, device_category(lower(r.segments.device)) AS device,
    nullif(concat_ws(' ', dimensions(_record, '$', views), dimensions(_record, '$.segments', segments)),
      '') AS segments,
    coalesce(r.metrics.impressions, '0') AS impressions, coalesce(r.metrics.clicks, '0') AS clicks,
    upper(r.customer.currencyCode) AS currency,
    CAST(TRY_CAST(coalesce(r.metrics.costMicros, '0') AS DECIMAL(24,6)) / 1000000 AS VARCHAR) AS spend,
    coalesce(r.metrics.conversions,
      CASE WHEN count(r.metrics.conversions) OVER (PARTITION BY _at.file) > 0 THEN '0' END) AS claimed_conversions,
    coalesce(r.metrics.conversionsValue,
      CASE WHEN count(r.metrics.conversionsValue) OVER (PARTITION BY _at.file) > 0 THEN '0' END) AS claimed_value,
    r.segments.date AS day
  FROM google
  WHERE r.metrics IS NOT NULL AND len(list_filter(segments, lambda n: NOT is_additive_segment(n))) = 0
    AND len(list_filter(views, lambda n: NOT is_additive_view(n))) = 0
  UNION ALL BY NAME
  SELECT _record, _at, r.platform AS platform, r.account_id AS account_id, r.campaign_id AS campaign_id,
    r.campaign_name AS campaign_name, r.ad_group_id AS ad_group_id, r.ad_group_name AS ad_group_name,
    r.ad_id AS ad_id, r.keyword AS keyword, r.match_type AS match_type, true AS is_view,
    device_category(lower(r.device)) AS device, r.impressions AS impressions, r.clicks AS clicks,
    upper(r.currency) AS currency, r.spend AS spend, r.conversions AS claimed_conversions,
    r.conversion_value AS claimed_value, r.date AS day
  FROM imported
)
SELECT _record, _at, platform, account_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, keyword,
  keyword_folded(keyword) AS keyword_folded, lower(match_type) AS match_type, device, segments,
  CASE WHEN is_view THEN 'view' WHEN ad_id IS NOT NULL THEN 'ad' WHEN ad_group_id IS NOT NULL THEN 'ad_group'
    ELSE 'campaign' END AS level,
  CAST(row_number() OVER (PARTITION BY _at.file, day, platform, account_id, campaign_id, ad_group_id, ad_id, keyword,
    match_type, device, segments ORDER BY _record) AS INTEGER) AS part,
  object_of(_at) AS pulled_on,
  impressions, clicks, currency, spend, claimed_conversions, claimed_value,
  CASE WHEN day IS NULL THEN 'required:date' WHEN calendar_day(left(day, 10)) IS NULL THEN 'type:date' END AS _reject,
  calendar_day(left(day, 10)) AS dt
FROM reported
WHERE keyword_folded(keyword) IS NOT NULL
