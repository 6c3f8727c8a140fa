-- One row is one event as a browser sent it. A retry repeats event_id, whatever its case: the first received wins,
-- one with consent before all: who says yes on the second page sends the first page's events again, as their own.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "event_id": "VARCHAR", "event_name": "VARCHAR", "event_time": "VARCHAR", "received_at": "VARCHAR",
    "visitor_id": "VARCHAR", "customer_id": "VARCHAR", "user_agent": "VARCHAR", "ip": "VARCHAR", "screen": "VARCHAR",
    "language": "VARCHAR",
    "page": { "url": "VARCHAR", "referrer": "VARCHAR", "title": "VARCHAR" },
    "consent": { "analytics": "VARCHAR", "ads": "VARCHAR" },
    "ecommerce": { "transaction_id": "VARCHAR", "value": "VARCHAR", "currency": "VARCHAR", "coupon": "VARCHAR",
      "items": "VARCHAR" } }') AS r
  FROM raw_web_events
), timed AS (
  SELECT *,
    instant(r.event_time) AS client_at,
    instant(r.received_at) AS received_at,
    r.page.url AS page_url, r.page.referrer AS referrer_url,
    authority_of(r.page.url) AS page_authority,
    consent(r.consent.analytics) = 'true' AS consented
  FROM parsed
), addressed AS (
  SELECT * EXCLUDE (page_authority), lower(bare_host(page_authority)) AS bare_page FROM timed
), hosted AS (
  SELECT * EXCLUDE (bare_page), host_in(bare_page) AS page_host FROM addressed
), housed AS (
  SELECT *, page_host AS home FROM hosted
), sourced AS (
  SELECT *, CASE WHEN client_at IS NOT NULL THEN least(client_at, received_at) END AS event_at FROM with_source(housed)
)
SELECT _record, _at,
  lower(r.event_id) AS event_id,
  r.event_name AS event_name,
  event_at,
  client_at,
  received_at,
  greatest(0, epoch_ms(received_at) - epoch_ms(client_at)) AS lateness_ms,
  coalesce(client_at > received_at, false) AS is_clock_skewed,
  shop_day(event_at) AS local_date,
  CASE WHEN consented THEN person_id(r.visitor_id) END AS visitor_id,
  CASE WHEN consented THEN person_id(r.customer_id) END AS customer_id,
  page_host,
  path_of(page_url) AS page_path,
  CASE WHEN consented THEN kept_parameters(parameters) END AS page_query,
  r.page.title AS page_title,
  referrer_host,
  is_return,
  source,
  medium,
  campaign,
  campaign_id,
  content,
  term,
  click_id_name,
  CASE WHEN consented THEN impersonal_id(click_id) END AS click_id,
  channel,
  r.user_agent AS _user_agent,
  CASE WHEN consented THEN ip_network(r.ip) END AS ip_hash,
  CASE WHEN consented THEN r.language END AS language,
  CASE WHEN consented THEN r.screen END AS screen,
  consent(r.consent.analytics) AS consent_analytics,
  consent(r.consent.ads) AS consent_ads,
  CASE
    WHEN r.ecommerce.transaction_id IS NOT NULL THEN order_reference(r.ecommerce.transaction_id) END AS transaction_id,
  r.ecommerce.value AS value,
  upper(r.ecommerce.currency) AS currency,
  upper(r.ecommerce.coupon) AS coupon,
  r.ecommerce.items AS items,
  CASE WHEN r IS NULL THEN 'malformed:record'
       WHEN r.event_time IS NOT NULL AND client_at IS NULL THEN 'type:event_time'
       WHEN r.received_at IS NOT NULL AND received_at IS NULL THEN 'type:received_at'
       WHEN is_ahead(client_at, received_at) THEN 'future:event_time'
       WHEN is_too_old(client_at, received_at) THEN 'too_old:event_time' END AS _reject,
  CASE WHEN is_ahead(client_at, received_at) OR is_too_old(client_at, received_at) THEN NULL
    ELSE CAST(client_at AS DATE) END AS dt
FROM sourced
