-- One row is what one platform reported for one day: campaign, ad group, ad, device. A later pull restates an earlier one.
WITH google AS (
  SELECT _record, _at, fields(_record, '{
    "customer": { "id": "VARCHAR", "currencyCode": "VARCHAR" },
    "campaign": { "id": "VARCHAR", "name": "VARCHAR", "advertisingChannelType": "VARCHAR" },
    "adGroup": { "id": "VARCHAR", "name": "VARCHAR" }, "adGroupAd": { "ad": { "id": "VARCHAR", "name": "VARCHAR" } },
    "segments": { "date": "VARCHAR", "device": "VARCHAR" },
    "metrics": { "impressions": "VARCHAR", "clicks": "VARCHAR", "costMicros": "VARCHAR", "conversions": "VARCHAR", "conversionsValue": "VARCHAR" } }') AS r
  FROM raw_google_ads
), meta AS (
  SELECT _record, _at, fields(_record, '{
    "account_id": "VARCHAR", "account_currency": "VARCHAR", "campaign_id": "VARCHAR", "campaign_name": "VARCHAR", "objective": "VARCHAR",
    "adset_id": "VARCHAR", "adset_name": "VARCHAR", "ad_id": "VARCHAR", "ad_name": "VARCHAR", "date_start": "VARCHAR", "date_stop": "VARCHAR", "device_platform": "VARCHAR",
    "impressions": "VARCHAR", "inline_link_clicks": "VARCHAR", "spend": "VARCHAR",
    "actions": [{ "action_type": "VARCHAR", "value": "VARCHAR" }], "action_values": [{ "action_type": "VARCHAR", "value": "VARCHAR" }] }') AS r
  FROM raw_meta_ads
), tiktok AS (
  SELECT _record, _at, fields(_record, '{
    "dimensions": { "ad_id": "VARCHAR", "stat_time_day": "VARCHAR" },
    "metrics": { "advertiser_id": "VARCHAR", "campaign_id": "VARCHAR", "campaign_name": "VARCHAR", "objective_type": "VARCHAR", "adgroup_id": "VARCHAR",
      "adgroup_name": "VARCHAR", "ad_name": "VARCHAR", "currency": "VARCHAR", "spend": "VARCHAR", "impressions": "VARCHAR", "clicks": "VARCHAR",
      "complete_payment": "VARCHAR", "total_complete_payment_rate": "VARCHAR" } }') AS r
  FROM raw_tiktok_ads
), reported AS (
  SELECT _record, _at, r IS NULL AS is_malformed, 'google_ads' AS platform, r.customer.id AS account_id,
    r.campaign.id AS campaign_id, r.campaign.name AS campaign_name, lower(r.campaign.advertisingChannelType) AS campaign_type,
    r.adGroup.id AS ad_group_id, r.adGroup.name AS ad_group_name, r.adGroupAd.ad.id AS ad_id, r.adGroupAd.ad.name AS ad_name,
    CASE lower(r.segments.device) WHEN 'connected_tv' THEN 'other' ELSE lower(r.segments.device) END AS device,
    r.metrics.impressions AS impressions, r.metrics.clicks AS clicks, upper(r.customer.currencyCode) AS currency,
    CAST(TRY_CAST(r.metrics.costMicros AS DECIMAL(24,6)) / 1000000 AS VARCHAR) AS spend,
    r.metrics.conversions AS claimed_conversions, r.metrics.conversionsValue AS claimed_value, r.segments.date AS day, CAST(NULL AS VARCHAR) AS last_day
  FROM google
  UNION ALL
  SELECT _record, _at, r IS NULL, 'meta_ads', r.account_id,
    r.campaign_id, r.campaign_name, lower(r.objective), r.adset_id, r.adset_name, r.ad_id, r.ad_name,
    CASE WHEN r.device_platform LIKE 'mobile%' THEN 'mobile' WHEN r.device_platform = 'desktop' THEN 'desktop' WHEN r.device_platform IS NOT NULL THEN 'other' END,
    r.impressions, coalesce(r.inline_link_clicks, CASE WHEN r IS NOT NULL THEN '0' END), upper(r.account_currency), r.spend,
    meta_purchases(r.actions), meta_purchases(r.action_values), r.date_start, r.date_stop
  FROM meta
  UNION ALL
  SELECT _record, _at, r IS NULL, 'tiktok_ads', coalesce(r.metrics.advertiser_id, 'tiktok'),
    r.metrics.campaign_id, r.metrics.campaign_name, lower(r.metrics.objective_type), r.metrics.adgroup_id, r.metrics.adgroup_name,
    r.dimensions.ad_id, r.metrics.ad_name, NULL,
    r.metrics.impressions, r.metrics.clicks, upper(r.metrics.currency), r.metrics.spend,
    nullif(r.metrics.complete_payment, '-'), nullif(r.metrics.total_complete_payment_rate, '-'), r.dimensions.stat_time_day, NULL
  FROM tiktok
)
SELECT _record, _at, platform, account_id, campaign_id,
  lower(trim(campaign_name)) AS campaign_name,
  campaign_type, ad_group_id, ad_group_name, ad_id, ad_name, device,
  object_of(_at) AS pulled_on,
  CASE WHEN platform <> 'google_ads' THEN 'Paid Social'
       WHEN campaign_type = 'performance_max' THEN 'Cross-network'
       WHEN campaign_type = 'shopping' THEN 'Paid Shopping'
       WHEN campaign_type IN ('video', 'demand_gen') THEN 'Paid Video'
       WHEN campaign_type = 'display' THEN 'Display'
       WHEN campaign_type = 'search' THEN 'Paid Search'
       ELSE 'Paid Other' END AS channel,
  impressions, clicks, currency, spend, claimed_conversions, claimed_value,
  CASE WHEN is_malformed THEN 'malformed:record' WHEN day IS NULL THEN 'required:date' WHEN calendar_day(left(day, 10)) IS NULL THEN 'type:date'
    -- A report over several days says nothing of one of them: it must be asked for with a day as its increment.
    WHEN last_day IS NOT NULL AND calendar_day(left(last_day, 10)) IS DISTINCT FROM calendar_day(left(day, 10)) THEN 'range:date_stop' END AS _reject,
  calendar_day(left(day, 10)) AS dt
FROM reported
