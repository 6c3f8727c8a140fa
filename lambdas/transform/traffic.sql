-- Where a visit came from, after GA4: names for the SELECTs of this folder. `known_sources` is the list of
-- traffic-sources.csv, `click_ids` that of click-ids.csv, `unwanted_referrals` that of unwanted-referrals.csv,
-- `own_domains` the shop's.

-- A value of a query string, decoded; as it stands where its escapes are not UTF-8 (`caf%E9`).
CREATE OR REPLACE TEMP MACRO decoded(value) AS
  CASE WHEN contains(value, '%') THEN coalesce(TRY(url_decode(value)), value) ELSE value END;

-- The value of one parameter of `&a=1&b=2`, as it stands; empty where it is missing. A telephone number keeps its plus,
-- which a sender forgot to escape: without it, it would pass for an id.
CREATE OR REPLACE TEMP MACRO as_sent(parameters, name) AS
  regexp_replace(replace(split_part(split_part(parameters, '&' || name || '=', 2), '&', 1), '+', ' '),
    '^(tel:)? (\(?[1-9](?:[ .()_-]{0,3}[0-9]){7,13})$', '\1+\2');

-- A UTM value as analysts compare it, and as the platforms' names of campaigns are compared with it. Most are plain
-- letters, and need no folding but of their case.
CREATE OR REPLACE TEMP MACRO are_plain(parameters) AS
  NOT (contains(parameters, '%') OR contains(parameters, '++') OR contains(parameters, ' ')
    OR strlen(parameters) <> length(parameters));
CREATE OR REPLACE TEMP MACRO utm_in(parameters, name, are_plain) AS CASE WHEN contains(parameters, name) THEN
  CASE WHEN are_plain THEN nullif(trim(lower(as_sent(parameters, name))), '')
    ELSE list_transform([as_sent(parameters, name)], lambda value: folded(decoded(value)))[1] END END;
-- What scripts write where they know no value; and what a platform puts a value in the place of, where none did
-- (`{{campaign.name}}`, `{campaignid}`, `__CAMPAIGN_NAME__`, `%%CAMPAIGN%%`, `*|CAMPAIGN|*`). A name beside it says
-- something. (`(none)` is GA4's word for the medium of a direct visit.)
CREATE OR REPLACE TEMP MACRO says_nothing(value) AS regexp_full_match(value,
  '[^\pL\pN]*(?:undefined|null|nil|nan|not[ _-]set|n/a|object[ _]object)[^\pL\pN]*|none');
CREATE OR REPLACE TEMP MACRO is_unfilled(value) AS regexp_full_match(value,
  '[ ._|/-]*(?:(?:[$#@]?\{+[^{}]*\}+|__[a-z0-9_]+__|%%[^%]+%%|\*\|[^|]+\|\*)[ ._|/-]*)+');
CREATE OR REPLACE TEMP MACRO said(value) AS CASE WHEN NOT says_nothing(value) THEN value END;
CREATE OR REPLACE TEMP MACRO filled(value) AS CASE WHEN NOT (says_nothing(value) OR is_unfilled(value)) THEN value END;

-- The parts of a URL. Splitting costs a fifth of a regular expression, and every event has two URLs.
CREATE OR REPLACE TEMP MACRO bare_host(authority) AS
  CASE WHEN contains(authority, '?') OR contains(authority, '#') OR contains(authority, '@') OR contains(authority, ':')
       THEN split_part(split_part(split_part(split_part(authority, '?', 1), '#', 1), '@', -1), ':', 1)
         ELSE authority END;
-- (`http://.` is an address to browsers, and its host the dot.)
CREATE OR REPLACE TEMP MACRO undotted(host) AS
  CASE WHEN ends_with(host, '.') THEN coalesce(nullif(rtrim(host, '.'), ''), host) ELSE host END;
-- (A URL's host is found in three steps, `host_in(lower(bare_host(authority_of(url))))`, each in a column of its own:
-- each uses its argument several times, and inside one another they would be written out, and planned, fifty times.)
CREATE OR REPLACE TEMP MACRO authority_of(url) AS
  CASE WHEN contains(url, '://') AND NOT starts_with(url, '/') THEN split_part(url, '/', 3) END;
-- Google's translation and its cache of AMP pages show a page under a host that is made of the page's own, a dot
-- written as a hyphen and a hyphen as two: the page is the shop's, and who goes on from it to the shop comes from the
-- shop.
CREATE OR REPLACE TEMP MACRO host_in(bare) AS
  CASE WHEN ends_with(bare, '.translate.goog') OR ends_with(bare, '.cdn.ampproject.org')
    THEN replace(replace(replace(split_part(bare, '.', 1), '--', '/'), '-', '.'), '/', '-')
  ELSE nullif(undotted(bare), '') END;
CREATE OR REPLACE TEMP MACRO path_of(url) AS
  coalesce(nullif(regexp_replace(split_part(split_part(url, '?', 1), '#', 1), '^[A-Za-z][A-Za-z0-9+.-]*://[^/]*', ''),
    ''),
    '/');
CREATE OR REPLACE TEMP MACRO query_of(url) AS
  CASE WHEN contains(url, '?')
    AND NOT contains(split_part(url, '?', 1), '#')
    THEN nullif(split_part(substr(url, strpos(url, '?') + 1), '#', 1), '') END;

-- The parameters that may say where a visit came from: the query's, and the fragment's where the query has no UTM.
CREATE OR REPLACE TEMP MACRO told_parameters(url) AS CASE
  WHEN contains(url, '#')
    THEN
      CASE WHEN NOT regexp_matches(url, '#.*=')
        OR regexp_matches(url, '^[^#]*(?i:utm_)') THEN nullif(regexp_extract(url, '^[^#?]*\?([^#]*)', 1), '')
    ELSE
      concat_ws('&', nullif(regexp_extract(url, '^[^#?]*\?([^#]*)', 1), ''),
        regexp_extract(url, '#(?:[^?&=]*[?&])?(.*)$', 1)) END
  WHEN contains(url, '?') THEN nullif(substr(url, strpos(url, '?') + 1), '') END;
-- Links are written by hand and by tools: `&amp;`, `;` or a second `?` between parameters, the whole query or its
-- values escaped twice or more often, names in capitals.
CREATE OR REPLACE TEMP MACRO lower_name(pair) AS
  CASE WHEN contains(pair, '=') THEN lower(split_part(pair, '=', 1)) || substr(pair, strpos(pair, '=')) ELSE pair END;
CREATE OR REPLACE TEMP MACRO mended(query) AS CASE
  WHEN regexp_matches(query,
    '%25[0-9A-Fa-f]{2}|&(?:amp|AMP)|%26amp|[;?](?i:utm_)|(?i:utm_[a-z]+%3d)'
      || '|(?:^|[&;?])[A-Za-z0-9_]*[A-Z][A-Za-z0-9_]*=')
  THEN list_transform([query],
    lambda text: list_transform([regexp_replace(text, '%(?:25)+([0-9A-Fa-f]{2})', '%\1', 'g')],
    lambda text: list_transform([CASE WHEN regexp_matches(text, '(?i)utm_[a-z]+%3d') THEN decoded(text) ELSE text END],
    lambda text: array_to_string(list_transform(string_split(regexp_replace(text,
      '(?i)&(amp;|amp%3b)|%26amp%3b|[;?](utm_)', '&\2', 'g'),
      '&'),
      lambda pair: lower_name(pair)),
      '&'))[1])[1])[1]
  ELSE query END;

-- What a host stands under: the domain that somebody registered (`a.b.shop.co.uk` is shop.co.uk's); a shop on a
-- platform's domain is its own.
CREATE OR REPLACE TEMP MACRO registrable(host) AS coalesce(nullif(regexp_extract(host,
  '[^.]+\.(?:(?:com?|org|net|edu|gov|gouv|asso|ac|ne|or|go|nom)\.[a-z]{2}|(?:myshopify|wixsite|squarespace|bigcartel'
    || '|blogspot|wordpress|over-blog|overblog|canalblog|eklablog|hautetfort|e-monsite|jimdofree|jimdosite|weebly'
    || '|webnode|substack|typepad|livejournal|blogs|tumblr|fandom|shopify|prestashop|godaddysites|mystrikingly)\.com'
    || '|over-blog\.net|free\.fr|webnode\.fr|(?:webflow|github)\.io|(?:vercel|netlify|web)\.app|pages\.dev|[^.]+)$'),
    ''),
    host);
-- A host without its first labels: one at a time.
CREATE OR REPLACE TEMP MACRO above(host) AS CASE WHEN contains(host, '.') THEN substr(host, strpos(host, '.') + 1) END;
-- Whether a host is one of a list of domains, or stands under one, up to four labels below it.
CREATE OR REPLACE TEMP MACRO is_under(domains, host) AS
  coalesce(list_has_any(domains, list_transform([string_split(host, '.')], lambda labels:
    list_transform(labels[:5], lambda label, place: array_to_string(labels[place:], '.')))[1]), false);

-- A referring host that brings nobody: the shop itself, and pages that a buyer is sent to and comes back from, by the
-- list and by what such hosts are called: the names below the domain that somebody registered, as acs.org, 3ds.com and
-- impression-3d.co.uk are anybody's.
CREATE OR REPLACE TEMP MACRO is_own(host, home) AS
  CASE WHEN right(host, 3) = right(home, 3) AND registrable(host) = registrable(home) THEN true
  WHEN len(getvariable('own_domains')) > 0 THEN is_under(getvariable('own_domains'), host) ELSE false END;
CREATE OR REPLACE TEMP MACRO below(host) AS left(host, length(host) - length(registrable(host)));
-- A log-in or payment page by its first name, or a payment page that says that it is secure.
CREATE OR REPLACE TEMP MACRO is_counter(names) AS
  regexp_matches(names, '^(?:login|signin|sso|oauth2?|idp|auth|accounts?|pay|payments?|paiements?|checkout|paypage'
  || '|paygate|paylink|payform|epay|vpos|bancontact|giropay)\.'
  || '|(?:^|[.-])(?:(?:pay|payments?|paiements?|checkout|cb|cartes?)[.-]?(?:secure|securises?|securisee)|(?:secure'
    || '|securise)[.-]?(?:pay|payments?|paiements?|checkout|cb|cartes?))[0-9]*[.-]');
-- A 3-D Secure page by that name, or by two of the words that such pages are called by: `3ds` or `acs`, with the other,
-- or with a word of banks. One of them alone is anybody's.
CREATE OR REPLACE TEMP MACRO is_3ds(names, host) AS regexp_matches(names, '(?:^|[.-])3-?d-?secure[0-9a-z]*[.-]')
  OR (regexp_matches(names, '(?:^|[.-])(?:3ds|acs)[0-9]*[a-z]*[.-]')
    AND regexp_matches(host, 'banque|bank|banco|banca|sparkasse|raiffeisen|mastercard'
    || '|(?:^|[.-])(?:visa|amex|cb|cards?|cartes?|pay|payments?|paiements?|secure[0-9]*|auth[0-9]*)[.-]|(?:^'
      || '|[.-])3ds[0-9]*[.-](?:.*[.-])?acs|(?:^|[.-])acs[0-9]*[.-](?:.*[.-])?3ds'));
-- (Most hosts have none of these words, and are looked at once.)
CREATE OR REPLACE TEMP MACRO is_unwanted(host) AS is_under(getvariable('unwanted_referrals'), host)
  OR coalesce(CASE
    WHEN regexp_matches(host,
      '(?:^|[.-])(?:login|signin|sso|oauth|idp|auth|account|pay|paiement|checkout|secur|cb|carte|3-?d|acs|epay|vpos'
      || '|bancontact|giropay)')
      THEN is_counter(below(host))
    OR is_3ds(below(host), host) END,
    false);
-- Only web pages and apps refer; a referrer may lack its scheme.
-- (Most are plain web addresses.)
CREATE OR REPLACE TEMP MACRO referring_host(url, host) AS
  CASE WHEN starts_with(url, 'https://') OR starts_with(url, 'http://') THEN host
  WHEN contains(url, '.')
    THEN
      nullif(lower(regexp_extract(url,
        '^\s*(?:(?i:https?|android-app|ios-app)://|/*)(?:[^/?#:@]*@)?([^/?#:@\s]+?)\.?(?::[0-9]|[/?#\s]|$)', 1)),
        '') END;

-- The first click id of a query string, as it is written there: an ad's, else one that stands on free links too and
-- decides nothing. A tag of Google's campaign without a click id (`gad_source` with `gad_campaignid`) is an ad's. Which
-- there are, and of what source and medium, is said by click-ids.csv (`click_ids`).
CREATE OR REPLACE TEMP MACRO ad_click(parameters) AS
  CASE WHEN regexp_matches(parameters, getvariable('click_ids').ad_names) THEN coalesce(
  nullif(regexp_extract(parameters, getvariable('click_ids').ads, 1), ''),
  CASE WHEN regexp_matches(parameters, '&gad_source=[^&]')
    AND regexp_matches(parameters, '&gad_campaignid=[0-9]') THEN 'gad_campaignid' END) END;
CREATE OR REPLACE TEMP MACRO free_click(parameters) AS
  CASE WHEN regexp_matches(parameters, getvariable('click_ids').free)
  THEN regexp_extract(parameters, getvariable('click_ids').free, 1) END;
-- { name, source, medium } of a click id, in whatever case it is written.
CREATE OR REPLACE TEMP MACRO click_listing(name) AS
  getvariable('click_ids').listings[list_position(getvariable('click_ids').names, lower(name))];
CREATE OR REPLACE TEMP MACRO click_id(parameters, name) AS nullif(split_part(split_part(
  CASE WHEN name <> lower(name) THEN regexp_replace(parameters, '(?i)&' || name || '=', '&' || name || '=')
    ELSE parameters END,
    '&' || name || '=', 2),
    '&', 1),
    '');

-- What the list knows of a source: { canonical, category }, or null. Looked up, not joined: a join does not keep the
-- order of the lines. A name as it stands, without a final `ads`; a host also in its country's and mobile forms, under
-- a country's ending (`pinterest.*`), and under the domain of a network (`*.tumblr.com`). A search engine's other hosts
-- are its mail and its log-in: no search. A place in an ENUM is found by its hash; a map would be read from its
-- beginning. Only the place found is looked up in the list: inside a CASE the list would be copied for each row.
CREATE OR REPLACE TEMP MACRO place_of(name) AS enum_code(TRY_CAST(name AS known_source_name)) + 1;
CREATE OR REPLACE TEMP MACRO listing_at(place) AS getvariable('known_sources')[place];
CREATE OR REPLACE TEMP MACRO known_source(name) AS listing_at(place_of(name));
CREATE OR REPLACE TEMP MACRO plain_host(host) AS
  regexp_replace(host,
    '^(?:(?:www[0-9]?|m|mobile|touch|old|new|amp|l|lm|out|away|web|wap|lite|[a-z]{2}(?:-[a-z]{2})?)\.)+([^.]+\.[^.])',
    '\1');
CREATE OR REPLACE TEMP MACRO any_country(host) AS
  regexp_replace(host, '\.(?:com|net|org|[a-z]{2}|(?:com?|org|net|ne|or)\.[a-z]{2})$', '.*');
CREATE OR REPLACE TEMP MACRO with_listing(names) AS TABLE
  WITH named AS (
    SELECT *, place_of(source_name) AS own_place FROM query_table(names)
  ), hosted AS (
    SELECT *,
      CASE WHEN own_place IS NULL
        AND contains(source_name, '.')
        THEN regexp_extract(source_name, '^(?:https?://)?([^/?#:]+?)\.?(?:[/?#:]|$)', 1) END AS host
    FROM named
  ), plain AS (
    SELECT *, plain_host(host) AS plain, above(host) AS above FROM hosted
  ), higher AS (
    SELECT *, any_country(plain) AS brand, above(above) AS above_that FROM plain
  )
  SELECT * EXCLUDE (own_place, host, plain, above, brand, above_that), listing_at(coalesce(own_place,
    CASE WHEN contains(source_name, 'ad') THEN place_of(regexp_replace(source_name, '[ _-]?ads?$', '')) END,
    place_of(host), place_of(plain), place_of(brand), place_of('*.' || above), place_of('*.' || above_that),
    place_of('*.' || above(above_that)),
    place_of('*.' || any_country(registrable(host))))) AS listing
  FROM higher;

-- `list_contains` rather than IN: a list of constants after IN becomes a join, and copies whole rows.
-- The GA4 default channel group (Google Analytics Help, "Default channel group", rules in their order, first match
-- wins). `category` is the source's category in the list: search, social, shopping, video, ai, or null.
CREATE OR REPLACE TEMP MACRO is_paid(medium) AS regexp_matches(medium, '^(.*cp.*|ppc|retargeting|paid.*)$');
CREATE OR REPLACE TEMP MACRO channel_group(source, medium, campaign, category) AS CASE
  WHEN source = '(direct)' AND list_contains(['(none)', '(not set)'], medium) THEN 'Direct'
  WHEN contains(campaign, 'cross-network') THEN 'Cross-network'
  WHEN (category = 'shopping' OR regexp_matches(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$'))
    AND is_paid(medium) THEN 'Paid Shopping'
  WHEN category = 'search' AND is_paid(medium) THEN 'Paid Search'
  WHEN category = 'social' AND is_paid(medium) THEN 'Paid Social'
  WHEN category = 'video' AND is_paid(medium) THEN 'Paid Video'
  WHEN list_contains(['display', 'banner', 'expandable', 'interstitial', 'cpm'], medium) THEN 'Display'
  WHEN is_paid(medium) THEN 'Paid Other'
  WHEN category = 'shopping' OR regexp_matches(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$') THEN 'Organic Shopping'
  WHEN category = 'social'
    OR list_contains(['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'], medium)
    THEN 'Organic Social'
  WHEN category = 'video' OR regexp_matches(medium, '^(.*video.*)$') THEN 'Organic Video'
  WHEN category = 'search' OR medium = 'organic' THEN 'Organic Search'
  WHEN category = 'ai' OR medium = 'ai-assistant' THEN 'AI Assistant'
  WHEN list_contains(['referral', 'app', 'link'], medium) THEN 'Referral'
  WHEN list_contains(['email', 'e-mail', 'e_mail', 'e mail'], source)
    OR list_contains(['email', 'e-mail', 'e_mail', 'e mail'], medium) THEN 'Email'
  WHEN list_contains(['affiliate', 'affiliates'], medium) THEN 'Affiliates'
  WHEN medium = 'audio' THEN 'Audio'
  WHEN source = 'sms' OR medium = 'sms' THEN 'SMS'
  WHEN regexp_matches(medium, 'push$') OR contains(medium, 'mobile') OR contains(medium, 'notification')
    OR source = 'firebase' THEN 'Mobile Push Notifications'
  ELSE 'Unassigned' END;

-- Whether a source is one of the network that a click id is of.
CREATE OR REPLACE TEMP MACRO is_of(network, source) AS
  coalesce(source = network, false)
    OR (network = 'google' AND coalesce(list_contains(['youtube', 'google shopping'], source), false));

-- The reported campaign's own number, in the parameters that people put it in; a template that nobody filled
-- (`{campaignid}`) is none.
CREATE OR REPLACE TEMP MACRO digits(text) AS CASE WHEN regexp_matches(text, '^[0-9]+$') THEN text END;
CREATE OR REPLACE TEMP MACRO campaign_number(parameters, utm_id) AS
  coalesce(CASE WHEN contains(parameters, '&gad_campaignid=') THEN digits(as_sent(parameters, 'gad_campaignid')) END,
    digits(utm_id),
  CASE WHEN contains(parameters, 'campaignid=') OR contains(parameters, 'campaign_id=')
    OR contains(parameters, 'hsa_cam=') OR contains(parameters, 'tw_campaign=')
    THEN
      nullif(regexp_extract(parameters,
        '&(?:utm_campaign_?id|hsa_cam|campaign_?id|tw_campaign|fb_campaign_id)=([0-9]+)(?:&|$)', 1),
        '') END,
  CASE WHEN NOT regexp_matches(utm_id, '[{}]|^__') THEN utm_id END);

-- Where each of a relation's visits came from: the one rule, for web events and for what an order says of itself. The
-- relation has `page_url`, `referrer_url` and `home`, a host of the shop; it is given back with what follows from them.
-- UTM parameters come first, then an ad's click id, then the referrer; `utm_medium` alone is enough, and where no page
-- referred, the campaign's name or id. An ad's click id beats a medium that is missing or free, or by which its own
-- network would be taken for free (`google / sea`, `tiktok / social`). A source or a medium that nobody filled in is
-- none, and the page that referred is the source of a medium beside it; the campaign keeps such a name, by which it is
-- found. No source is no visit: a page inside one, or a return to it.
CREATE OR REPLACE TEMP MACRO with_source(pages) AS TABLE
  WITH located AS (
    SELECT *, told_parameters(page_url) AS told, authority_of(referrer_url) AS referrer_authority
    FROM query_table(pages)
  ), addressed AS (
    SELECT * EXCLUDE (referrer_authority), lower(bare_host(referrer_authority)) AS bare_referrer FROM located
  ), separated AS (
    SELECT * EXCLUDE (told, bare_referrer), '&' || mended(told) AS parameters,
      referring_host(referrer_url, host_in(bare_referrer)) AS referrer_host
    FROM addressed
  ), read AS (
    SELECT *, are_plain(parameters) AS are_plain FROM separated
  ), tagged AS (
    SELECT *, click_listing(ad_click(parameters)) AS ad, utm_in(parameters, 'utm_source', are_plain) AS sent_source,
      utm_in(parameters, 'utm_medium', are_plain) AS sent_medium,
      utm_in(parameters, 'utm_campaign', are_plain) AS sent_campaign, utm_in(parameters, 'utm_id', are_plain) AS sent_id
    FROM read
  ), filled_in AS (
    SELECT * EXCLUDE (sent_source, sent_medium, sent_campaign, sent_id), filled(sent_source) AS utm_source,
      sent_source IS NOT NULL AND filled(sent_source) IS NULL AS source_unfilled, filled(sent_medium) AS utm_medium,
      said(sent_campaign) AS utm_campaign, said(sent_id) AS utm_id
    FROM tagged
  ), listed AS (
    SELECT *, known_source(utm_source) AS utm_listing FROM filled_in
  ), beaten AS (
    SELECT *, CASE WHEN ad.name IS NOT NULL
      THEN utm_medium IS NULL OR list_contains(['organic', 'referral', '(none)'], utm_medium)
      OR (is_of(ad.source, utm_listing.canonical) AND starts_with(
        channel_group(utm_listing.canonical, utm_medium, utm_campaign, utm_listing.category), 'Organic'))
    ELSE false END AS is_ad,
      utm_listing.canonical AS utm_network,
      CASE WHEN coalesce(utm_source, CASE WHEN NOT source_unfilled THEN utm_medium END, ad.name) IS NOT NULL
        OR referrer_host = home THEN NULL
        WHEN is_own(referrer_host, home) THEN NULL WHEN is_unwanted(referrer_host) THEN NULL
        ELSE referrer_host END AS referrer
    FROM listed
  ), named AS (
    SELECT *, CASE
      WHEN utm_source IS NOT NULL AND (NOT is_ad OR is_of(ad.source, utm_network)) THEN utm_source
      WHEN is_ad OR (ad.name IS NOT NULL AND is_paid(utm_medium)) THEN ad.source
      WHEN utm_medium IS NOT NULL THEN coalesce(referrer, '(not set)')
      WHEN referrer_host IS NULL AND coalesce(utm_campaign, utm_id) IS NOT NULL THEN '(not set)'
      ELSE referrer END AS source_name
    FROM beaten
  ), sourced AS (
    SELECT *,
      coalesce(listing.canonical,
        CASE WHEN source_name = referrer THEN regexp_replace(referrer, '^(www|m|l|lm|out|fr|en)\.([^.]+\.)', '\2')
          ELSE source_name END) AS source,
      CASE WHEN source_name IS NULL THEN NULL WHEN is_ad THEN ad.medium WHEN utm_medium IS NOT NULL THEN utm_medium
        WHEN utm_source IS NOT NULL OR source_name = '(not set)' THEN '(not set)'
           WHEN listing.category = 'search' THEN 'organic' WHEN listing.category = 'ai' THEN 'ai-assistant'
             ELSE 'referral' END AS medium,
      CASE WHEN source_name IS NOT NULL THEN utm_campaign END AS campaign
    FROM with_listing(named)
  ), clicked AS (
    SELECT *, coalesce(ad.name, free_click(parameters)) AS click_id_name FROM sourced
  )
  -- A page to which a page of passage sends back: its visit goes on. (A page without a source has a referrer that is
  -- either this or the shop's own.)
  SELECT coalesce(CASE WHEN source IS NULL AND referrer_host <> home THEN NOT is_own(referrer_host, home) END,
    false) AS is_return,
    * EXCLUDE (parameters, are_plain, utm_source, utm_medium, utm_listing, utm_network, utm_campaign, utm_id, referrer,
      is_ad, source_unfilled, ad, source_name, listing),
      nullif(parameters, '&') AS parameters,
    CASE WHEN source IS NOT NULL THEN campaign_number(parameters, utm_id) END AS campaign_id,
    CASE WHEN source IS NOT NULL THEN utm_in(parameters, 'utm_content', are_plain) END AS content,
    CASE WHEN source IS NOT NULL THEN utm_in(parameters, 'utm_term', are_plain) END AS term,
    CASE WHEN click_id_name IS NOT NULL THEN click_id(parameters, click_id_name) END AS click_id,
    CASE WHEN source IS NOT NULL THEN channel_group(source, medium, campaign, listing.category) END AS channel
  FROM clicked;
