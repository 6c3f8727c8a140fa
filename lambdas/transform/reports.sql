-- What an advertising report is broken down by: names for ad_spend.sql.

-- The names of the fields of an object in a record, sorted; none where it is not there.
CREATE OR REPLACE TEMP MACRO fields_of(record, path) AS
  list_sort(coalesce(json_keys(record, path), CAST([] AS VARCHAR[])));

-- Google's segments over which impressions, clicks and cost add up. A week or a month says no more than the date beside
-- it. The others: clickType counts an impression several times, one with conversionAction in its name has no cost, and
-- so on.
CREATE OR REPLACE TEMP MACRO is_additive_segment(name) AS regexp_matches(name,
  '^(device|adNetworkType|adSubNetworkType|adFormatType|hour|dayOfWeek|week|month|quarter|year|slot|keyword|searchTerm'
    || '|searchTermMatchType|searchSubcategory|searchEngineResultsPageType|webpage|geoTarget[A-Z]\w*|hotel[A-Z]\w*'
    || '|partnerHotelId|product[A-Z]\w*|travelDestination[A-Z]\w*)$');

-- Google's views see a part of an account (keywords, products, places). Over these the cost adds up; over assets it
-- does not: an ad's cost stands at each of its assets.
CREATE OR REPLACE TEMP MACRO is_view(name) AS regexp_matches(name, '(View|Asset)$|^assetGroup$|^adGroupCriterion$');
CREATE OR REPLACE TEMP MACRO is_additive_view(name) AS
  list_contains(['keywordView', 'adGroupCriterion', 'searchTermView', 'dynamicSearchAdsSearchTermView', 'ageRangeView',
    'genderView',
  'incomeRangeView', 'parentalStatusView', 'geographicView', 'userLocationView', 'locationView', 'adScheduleView',
  'shoppingPerformanceView', 'assetGroup', 'landingPageView', 'expandedLandingPageView',
  'hotelPerformanceView', 'displayKeywordView', 'topicView', 'managedPlacementView', 'groupPlacementView',
  'detailPlacementView'],
    name);

-- Meta's breakdowns stand among the figures, so both kinds are known by their names. A product or an asset is one of
-- several that an impression shows.
CREATE OR REPLACE TEMP MACRO is_additive_breakdown(name) AS regexp_matches(name,
  '^(age|gender|country|region|dma|comscore_market|publisher_platform|platform_position|device_platform'
    || '|impression_device|hourly_stats_aggregated_by_(advertiser|audience)_time_zone|user_segment_key'
    || '|place_page_id)$');
CREATE OR REPLACE TEMP MACRO is_other_breakdown(name) AS regexp_matches(name,
  '^(product_id|frequency_value|conversion_destination|is_conversion_id_modeled|skan_\w+|(body|call_to_action'
    || '|description|image|link_url|title|video|ad_format|media)_asset)$');

-- TikTok's: a person has several interests, and an hour says nothing of the rest of its day.
CREATE OR REPLACE TEMP MACRO is_additive_dimension(name) AS
  list_contains(['age', 'gender', 'country_code', 'province_id', 'dma_id', 'platform', 'placement', 'ac', 'language',
    'device_brand_id'],
    name);

-- `name=value` of each dimension, as the platform has it; null where there is none.
CREATE OR REPLACE TEMP MACRO dimensions(record, path, names) AS nullif(array_to_string(list_transform(names,
  lambda n: n || '='
    || coalesce(json_extract_string(record, path || '."' || n || '".resourceName'),
      json_extract_string(record, path || '."' || n || '"'), '')),
    ' '),
    '');

-- A keyword as utm_term has it: a page's export writes its match type as signs (+soin, "soin bio", [soin bio]).
CREATE OR REPLACE TEMP MACRO keyword_folded(keyword) AS folded(regexp_replace(keyword, '["\[\]+]', ' ', 'g'));

-- The device category of what a platform calls it.
CREATE OR REPLACE TEMP MACRO device_category(name) AS CASE
  WHEN name IS NULL THEN NULL
  WHEN regexp_matches(name, '^(mobile|iphone|ipod|android_smartphone)') THEN 'mobile'
  WHEN list_contains(['tablet', 'ipad', 'android_tablet'], name) THEN 'tablet'
  WHEN name = 'desktop' THEN 'desktop' ELSE 'other' END;

-- The channel that a campaign buys, as GA4 names it: what Google or Microsoft places over several of its networks is
-- Cross-network.
CREATE OR REPLACE TEMP MACRO bought_channel(platform, type, subtype) AS CASE
  WHEN platform IN ('klaviyo', 'brevo') THEN
    CASE WHEN type = 'sms' THEN 'SMS' WHEN type LIKE '%push%' THEN 'Mobile Push Notifications' ELSE 'Email' END
  WHEN platform = 'criteo' THEN 'Display'
  WHEN platform NOT IN ('google_ads', 'microsoft_ads') THEN 'Paid Social'
  WHEN list_contains(['performance_max', 'smart', 'local', 'multi_channel', 'discovery', 'demand_gen'], type)
    OR subtype = 'shopping_smart_ads' THEN 'Cross-network'
  WHEN type = 'shopping' THEN 'Paid Shopping'
  WHEN type = 'video' THEN 'Paid Video'
  WHEN type = 'display' THEN 'Display'
  WHEN type = 'search' THEN 'Paid Search'
  ELSE 'Paid Other' END;

-- What Meta claims in a list of actions or of their values. The same purchase is counted under several names: the
-- omnichannel one is the total, and a report has the others where that was not asked for. Broken down (action_device…),
-- one name has several parts.
CREATE OR REPLACE TEMP MACRO claimed(actions, type) AS
  list_transform(list_filter(actions, lambda a: a.action_type = type), lambda a: a.value);
CREATE OR REPLACE TEMP MACRO sum_of(parts) AS CASE WHEN len(parts) <= 1 THEN parts[1]
  ELSE
    coalesce(list_filter(parts, lambda v: TRY_CAST(v AS DECIMAL(24,6)) IS NULL)[1],
      CAST(list_sum(list_transform(parts, lambda v: TRY_CAST(v AS DECIMAL(24,6)))) AS VARCHAR)) END;
CREATE OR REPLACE TEMP MACRO meta_purchases(actions) AS
  coalesce(sum_of(claimed(actions, 'omni_purchase')), sum_of(claimed(actions, 'purchase')),
    sum_of(claimed(actions, 'offsite_conversion.fb_pixel_purchase')));
