-- One row is one row of a platform's report of one day: campaign, ad group, ad, device, and whatever else it is broken
-- down by. Rows of one report never restate each other; which reports count is said by ad_spend.duplicates.sql.
WITH google AS (
  SELECT _record, _at, fields(_record, '{
    "customer": { "id": "VARCHAR", "currencyCode": "VARCHAR" },
    "campaign": { "id": "VARCHAR", "name": "VARCHAR", "advertisingChannelType": "VARCHAR",
      "advertisingChannelSubType": "VARCHAR" },
    "adGroup": { "id": "VARCHAR", "name": "VARCHAR" }, "adGroupAd": { "ad": { "id": "VARCHAR", "name": "VARCHAR" } },
    "segments": { "date": "VARCHAR", "device": "VARCHAR" },
    "metrics": { "impressions": "VARCHAR", "clicks": "VARCHAR", "costMicros": "VARCHAR", "conversions": "VARCHAR",
      "conversionsValue": "VARCHAR" } }') AS r,
    list_filter(fields_of(_record, '$.segments'), lambda n: n <> 'date') AS segments,
    list_filter(fields_of(_record, '$'), lambda n: is_view(n)) AS views
  FROM raw_google_ads
), meta AS (
  SELECT _record, _at, fields(_record, '{
    "account_id": "VARCHAR", "account_currency": "VARCHAR", "campaign_id": "VARCHAR", "campaign_name": "VARCHAR",
    "objective": "VARCHAR",
    "adset_id": "VARCHAR", "adset_name": "VARCHAR", "ad_id": "VARCHAR", "ad_name": "VARCHAR", "date_start": "VARCHAR",
    "date_stop": "VARCHAR",
    "device_platform": "VARCHAR", "impression_device": "VARCHAR", "impressions": "VARCHAR",
    "inline_link_clicks": "VARCHAR", "spend": "VARCHAR",
    "actions": [{ "action_type": "VARCHAR", "value": "VARCHAR" }], "action_values": [{ "action_type": "VARCHAR",
      "value": "VARCHAR" }] }') AS r,
    fields_of(_record, '$') AS names
  FROM raw_meta_ads
), tiktok AS (
  SELECT _record, _at, fields(_record, '{
    "dimensions": { "advertiser_id": "VARCHAR", "campaign_id": "VARCHAR", "adgroup_id": "VARCHAR", "ad_id": "VARCHAR",
      "stat_time_day": "VARCHAR" },
    "metrics": { "advertiser_id": "VARCHAR", "campaign_id": "VARCHAR", "campaign_name": "VARCHAR",
      "objective_type": "VARCHAR", "adgroup_id": "VARCHAR",
      "adgroup_name": "VARCHAR", "ad_name": "VARCHAR", "currency": "VARCHAR", "spend": "VARCHAR",
      "impressions": "VARCHAR", "clicks": "VARCHAR",
      "complete_payment": "VARCHAR", "total_complete_payment_rate": "VARCHAR" } }') AS r,
    list_filter(fields_of(_record, '$.dimensions'),
      lambda n: NOT is_identity_dimension(n)) AS names
  FROM raw_tiktok_ads
), imported AS (
  SELECT _record, _at, fields(_record, '{
    "platform": "VARCHAR", "account_id": "VARCHAR", "currency": "VARCHAR", "campaign_id": "VARCHAR",
    "campaign_name": "VARCHAR", "campaign_type": "VARCHAR",
    "ad_group_id": "VARCHAR", "ad_group_name": "VARCHAR", "ad_id": "VARCHAR", "ad_name": "VARCHAR",
    "keyword": "VARCHAR", "match_type": "VARCHAR", "is_view": "VARCHAR", "device": "VARCHAR", "date": "VARCHAR",
    "sends": "VARCHAR", "impressions": "VARCHAR", "clicks": "VARCHAR", "spend": "VARCHAR", "conversions": "VARCHAR",
    "conversion_value": "VARCHAR" }') AS r
  FROM raw_ad_reports
), tiktok_named AS (
  SELECT *, coalesce(r.metrics.advertiser_id, r.dimensions.advertiser_id) AS advertiser,
    coalesce(r.dimensions.campaign_id, r.metrics.campaign_id) AS campaign,
    calendar_day(left(r.dimensions.stat_time_day, 10)) AS reported_on
  FROM tiktok
), tiktok_shared AS (
  -- An answer need not name its account: it is then of the one of which another answer for the day has one of its
  -- campaigns.
  SELECT *, min(advertiser) OVER (PARTITION BY reported_on, campaign) AS campaign_owner FROM tiktok_named
), tiktok_answers AS (
  SELECT *,
    coalesce(advertiser, campaign_owner,
      min(coalesce(advertiser, campaign_owner)) OVER (PARTITION BY reported_on, _at.file)) AS answer_owner
  FROM tiktok_shared
), tiktok_owned AS (
  -- And so are the other answers that share one of these, which no account named.
  SELECT *, coalesce(answer_owner, min(answer_owner) OVER (PARTITION BY reported_on, campaign)) AS owner
  FROM tiktok_answers
), reported AS (
  -- In Google's JSON a figure of nothing may be left out. What a platform does not know of is null; so are claims of a
  -- report that has none in any row: it was not asked for them.
  SELECT _record, _at, r IS NULL AS is_malformed, 'google_ads' AS platform, r.customer.id AS account_id,
    r.campaign.id AS campaign_id, r.campaign.name AS campaign_name,
    lower(r.campaign.advertisingChannelType) AS campaign_type,
    lower(r.campaign.advertisingChannelSubType) AS campaign_subtype,
    r.adGroup.id AS ad_group_id, r.adGroup.name AS ad_group_name, r.adGroupAd.ad.id AS ad_id,
    r.adGroupAd.ad.name AS ad_name,
    len(views) > 0 AS is_view, device_category(lower(r.segments.device)) AS device,
    nullif(concat_ws(' ', dimensions(_record, '$', views), dimensions(_record, '$.segments', segments)),
      '') AS segments,
    coalesce('segments.' || list_filter(segments, lambda n: NOT is_additive_segment(n))[1],
      list_filter(views, lambda n: NOT is_additive_view(n))[1]) AS unknown_dimension,
    coalesce(r.metrics.impressions, '0') AS impressions, coalesce(r.metrics.clicks, '0') AS clicks,
    upper(r.customer.currencyCode) AS currency,
    CAST(TRY_CAST(coalesce(r.metrics.costMicros, '0') AS DECIMAL(24,6)) / 1000000 AS VARCHAR) AS spend,
    coalesce(r.metrics.conversions,
      CASE WHEN count(r.metrics.conversions) OVER (PARTITION BY _at.file) > 0 THEN '0' END) AS claimed_conversions,
    coalesce(r.metrics.conversionsValue,
      CASE WHEN count(r.metrics.conversionsValue) OVER (PARTITION BY _at.file) > 0 THEN '0' END) AS claimed_value,
    r.segments.date AS day,
    CASE WHEN r.metrics IS NULL THEN 'required:metrics'
         WHEN nullif(r.campaign.advertisingChannelType, 'UNSPECIFIED') IS NULL
           THEN 'required:campaign.advertisingChannelType' END AS lacks
  FROM google
  UNION ALL BY NAME
  SELECT _record, _at, r IS NULL AS is_malformed, 'meta_ads' AS platform, r.account_id AS account_id,
    r.campaign_id AS campaign_id, r.campaign_name AS campaign_name, lower(r.objective) AS campaign_type,
    r.adset_id AS ad_group_id, r.adset_name AS ad_group_name, r.ad_id AS ad_id, r.ad_name AS ad_name,
    false AS is_view, device_category(lower(coalesce(r.device_platform, r.impression_device))) AS device,
    dimensions(_record, '$', list_filter(names, lambda n: is_additive_breakdown(n))) AS segments,
    list_filter(names, lambda n: is_other_breakdown(n))[1] AS unknown_dimension,
    r.impressions AS impressions, coalesce(r.inline_link_clicks, CASE WHEN r IS NOT NULL THEN '0' END) AS clicks,
    upper(r.account_currency) AS currency, r.spend AS spend,
    meta_purchases(r.actions) AS claimed_conversions, meta_purchases(r.action_values) AS claimed_value,
    r.date_start AS day, r.date_stop AS last_day
  FROM meta
  UNION ALL BY NAME
  SELECT _record, _at, r IS NULL AS is_malformed, 'tiktok_ads' AS platform,
    coalesce(owner, min(owner) OVER (PARTITION BY reported_on, _at.file), 'tiktok') AS account_id,
    campaign AS campaign_id, r.metrics.campaign_name AS campaign_name, lower(r.metrics.objective_type) AS campaign_type,
    coalesce(r.dimensions.adgroup_id, r.metrics.adgroup_id) AS ad_group_id, r.metrics.adgroup_name AS ad_group_name,
    r.dimensions.ad_id AS ad_id, r.metrics.ad_name AS ad_name,
    false AS is_view,
    dimensions(_record, '$.dimensions', names) AS segments, 'dimensions.'
      || list_filter(names, lambda n: NOT is_additive_dimension(n))[1] AS unknown_dimension,
    r.metrics.impressions AS impressions, r.metrics.clicks AS clicks, upper(r.metrics.currency) AS currency,
    r.metrics.spend AS spend,
    nullif(r.metrics.complete_payment, '-') AS claimed_conversions,
    nullif(r.metrics.total_complete_payment_rate, '-') AS claimed_value, r.dimensions.stat_time_day AS day
  FROM tiktok_owned
  UNION ALL BY NAME
  SELECT _record, _at, r IS NULL AS is_malformed, r.platform AS platform, r.account_id AS account_id,
    r.campaign_id AS campaign_id, r.campaign_name AS campaign_name, lower(r.campaign_type) AS campaign_type,
    r.ad_group_id AS ad_group_id, r.ad_group_name AS ad_group_name, r.ad_id AS ad_id, r.ad_name AS ad_name,
    coalesce(r.is_view = 'true', false) AS is_view, device_category(lower(r.device)) AS device,
    nullif(concat_ws(' ', 'keyword=' || r.keyword, 'match_type=' || r.match_type), '') AS segments, r.sends AS sends,
    r.impressions AS impressions, r.clicks AS clicks, upper(r.currency) AS currency, r.spend AS spend,
    r.conversions AS claimed_conversions, r.conversion_value AS claimed_value, r.date AS day
  FROM imported
)
SELECT _record, _at, platform, account_id, campaign_id, campaign_name, folded(campaign_name) AS campaign_folded,
  campaign_type, ad_group_id, ad_group_name, ad_id, ad_name, device, segments,
  CASE WHEN is_view THEN 'view' WHEN ad_id IS NOT NULL THEN 'ad' WHEN ad_group_id IS NOT NULL THEN 'ad_group'
    ELSE 'campaign' END AS level,
  CAST(row_number()
    OVER (PARTITION BY _at.file, day, platform, account_id, campaign_id, ad_group_id, ad_id, segments
      ORDER BY _record) AS INTEGER) AS part,
  object_of(_at) AS pulled_on,
  bought_channel(platform, campaign_type, campaign_subtype) AS channel,
  sends, impressions, clicks, currency, spend, claimed_conversions, claimed_value,
  CASE WHEN is_malformed THEN 'malformed:record'
    WHEN unknown_dimension IS NOT NULL THEN 'dimension:' || unknown_dimension
    WHEN day IS NULL THEN 'required:date' WHEN calendar_day(left(day, 10)) IS NULL THEN 'type:date'
    -- A report over several days says nothing of one of them: it must be asked for with a day as its increment.
    WHEN last_day IS NOT NULL
      AND calendar_day(left(last_day, 10)) IS DISTINCT FROM calendar_day(left(day, 10)) THEN 'range:date_stop'
    ELSE lacks END AS _reject,
  calendar_day(left(day, 10)) AS dt
FROM reported
