-- What an advertising report is broken down by, and what it tells: names for ad_spend.sql. The lists of dimensions are
-- shared/report-dimensions.ts.

-- The names of the fields of an object in a record, sorted; none where it is not there.
CREATE OR REPLACE TEMP MACRO fields_of(record, path) AS
  list_sort(coalesce(json_keys(record, path), CAST([] AS VARCHAR[])));

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
