-- Where a visit came from, after GA4: names for the SELECTs of this folder. `traffic_sources`
-- is the list of traffic-sources.csv.

-- A value of a query string, decoded; as it stands where its escapes are not UTF-8 (`caf%E9`).
CREATE OR REPLACE TEMP MACRO decoded(value) AS CASE WHEN contains(value, '%') THEN coalesce(TRY(url_decode(value)), value) ELSE value END;

-- The value of one parameter of a query string, decoded; null where it is missing or empty.
CREATE OR REPLACE TEMP MACRO parameter(query, name) AS
  nullif(trim(decoded(replace(split_part(split_part('&' || query, '&' || name || '=', 2), '&', 1), '+', ' '))), '');

-- A UTM value as analysts compare it, and as the platforms' names of campaigns are compared with it. Most are plain letters, and
-- need no folding but of their case.
CREATE OR REPLACE TEMP MACRO utm(query, name) AS CASE WHEN contains(query, name) THEN
  CASE WHEN contains(query, '%') OR contains(query, '++') OR strlen(query) <> length(query) THEN folded(parameter(query, name)) ELSE lower(parameter(query, name)) END END;

-- The parts of a URL. Splitting costs a fifth of a regular expression, and every event has two URLs.
CREATE OR REPLACE TEMP MACRO bare_host(authority) AS
  CASE WHEN contains(authority, '?') OR contains(authority, '#') OR contains(authority, '@') OR contains(authority, ':')
       THEN split_part(split_part(split_part(split_part(authority, '?', 1), '#', 1), '@', -1), ':', 1) ELSE authority END;
CREATE OR REPLACE TEMP MACRO host_of(url) AS
  nullif(lower(bare_host(CASE WHEN contains(url, '://') AND NOT starts_with(url, '/') THEN split_part(url, '/', 3) END)), '');
CREATE OR REPLACE TEMP MACRO path_of(url) AS
  coalesce(nullif(regexp_replace(split_part(split_part(url, '?', 1), '#', 1), '^[A-Za-z][A-Za-z0-9+.-]*://[^/]*', ''), ''), '/');
CREATE OR REPLACE TEMP MACRO query_of(url) AS
  CASE WHEN contains(url, '?') AND NOT contains(split_part(url, '?', 1), '#') THEN nullif(split_part(substr(url, strpos(url, '?') + 1), '#', 1), '') END;

-- The first click id of a query string, as its name.
CREATE OR REPLACE TEMP MACRO click_id_name(query) AS
  CASE WHEN contains(query, 'clid=') OR contains(query, 'clkid=') OR contains(query, 'braid=') OR contains(query, 'epik=')
       THEN nullif(regexp_extract('&' || query, '&(gclid|gbraid|wbraid|fbclid|ttclid|epik|msclkid)=[^&]', 1), '') END;
CREATE OR REPLACE TEMP MACRO click_id(query) AS
  regexp_extract('&' || query, '&(?:gclid|gbraid|wbraid|fbclid|ttclid|epik|msclkid)=([^&]+)', 1);
CREATE OR REPLACE TEMP MACRO click_id_source(name) AS
  CASE name WHEN 'fbclid' THEN 'facebook' WHEN 'ttclid' THEN 'tiktok' WHEN 'epik' THEN 'pinterest' WHEN 'msclkid' THEN 'bing'
            WHEN 'gclid' THEN 'google' WHEN 'gbraid' THEN 'google' WHEN 'wbraid' THEN 'google' END;
CREATE OR REPLACE TEMP MACRO click_id_medium(name) AS
  CASE WHEN name IN ('fbclid', 'ttclid', 'epik') THEN 'paid_social' WHEN name IS NOT NULL THEN 'cpc' END;

-- A referring host as the source that the list knows: without its leading www, m, l, lm or its country's ending. Google's other
-- hosts (its mail, its shopping, its assistant) are no search.
CREATE OR REPLACE TEMP MACRO referrer_source(host) AS
  CASE WHEN regexp_matches(host, '^((www|m|images)\.)?google\.[a-z.]{2,6}$') THEN 'google'
       ELSE regexp_replace(host, '^(www|m|l|lm|out|fr|en)\.', '') END;

-- What the list knows of a source: { canonical, category }, or null. Looked up, not joined: a join does not keep the order of the lines.
CREATE OR REPLACE TEMP MACRO known_source(name) AS map_extract_value(getvariable('traffic_sources'), name);

-- `list_contains` rather than IN: a list of constants after IN becomes a join, and copies whole rows.
-- The GA4 default channel group (Google Analytics Help, "Default channel group", rules in their order, first match wins).
-- `category` is the source's category in the list: search, social, shopping, video, ai, or null.
CREATE OR REPLACE TEMP MACRO is_paid(medium) AS regexp_matches(medium, '^(.*cp.*|ppc|retargeting|paid.*)$');
CREATE OR REPLACE TEMP MACRO channel_group(source, medium, campaign, category) AS CASE
  WHEN source = '(direct)' AND list_contains(['(none)', '(not set)'], medium) THEN 'Direct'
  WHEN contains(campaign, 'cross-network') THEN 'Cross-network'
  WHEN (category = 'shopping' OR regexp_matches(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$')) AND is_paid(medium) THEN 'Paid Shopping'
  WHEN category = 'search' AND is_paid(medium) THEN 'Paid Search'
  WHEN category = 'social' AND is_paid(medium) THEN 'Paid Social'
  WHEN category = 'video' AND is_paid(medium) THEN 'Paid Video'
  WHEN list_contains(['display', 'banner', 'expandable', 'interstitial', 'cpm'], medium) THEN 'Display'
  WHEN is_paid(medium) THEN 'Paid Other'
  WHEN category = 'shopping' OR regexp_matches(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$') THEN 'Organic Shopping'
  WHEN category = 'social' OR list_contains(['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'], medium) THEN 'Organic Social'
  WHEN category = 'video' OR regexp_matches(medium, '^(.*video.*)$') THEN 'Organic Video'
  WHEN category = 'search' OR medium = 'organic' THEN 'Organic Search'
  WHEN category = 'ai' OR medium = 'ai-assistant' THEN 'AI Assistant'
  WHEN list_contains(['referral', 'app', 'link'], medium) THEN 'Referral'
  WHEN list_contains(['email', 'e-mail', 'e_mail', 'e mail'], source) OR list_contains(['email', 'e-mail', 'e_mail', 'e mail'], medium) THEN 'Email'
  WHEN list_contains(['affiliate', 'affiliates'], medium) THEN 'Affiliates'
  WHEN medium = 'audio' THEN 'Audio'
  WHEN source = 'sms' OR medium = 'sms' THEN 'SMS'
  WHEN regexp_matches(medium, 'push$') OR contains(medium, 'mobile') OR contains(medium, 'notification') OR source = 'firebase' THEN 'Mobile Push Notifications'
  ELSE 'Unassigned' END;

-- The traffic source of one page: the UTM parameters, else the click id, else the referrer. Null for a page inside a visit.
-- A click id beats a missing or an organic medium: a gclid is an ad, never organic search.
CREATE OR REPLACE TEMP MACRO source_of(utm_source, click, referrer) AS coalesce(utm_source, click_id_source(click), referrer_source(referrer));
CREATE OR REPLACE TEMP MACRO medium_of(utm_source, utm_medium, click, referrer, category) AS CASE
  WHEN click IS NOT NULL AND (utm_medium IS NULL OR list_contains(['organic', 'referral', '(none)', '(not set)'], utm_medium)) THEN click_id_medium(click)
  WHEN utm_medium IS NOT NULL THEN utm_medium
  WHEN utm_source IS NOT NULL THEN '(not set)'
  WHEN category = 'search' THEN 'organic'
  WHEN category = 'ai' THEN 'ai-assistant'
  WHEN referrer IS NOT NULL THEN 'referral' END;
CREATE OR REPLACE TEMP MACRO traffic_source(query, click, referrer) AS source_of(utm(query, 'utm_source'), click, referrer);
CREATE OR REPLACE TEMP MACRO traffic_medium(query, click, referrer, category) AS
  medium_of(utm(query, 'utm_source'), utm(query, 'utm_medium'), click, referrer, category);
