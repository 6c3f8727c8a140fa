-- One row is one order as the shop last sent it.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "order_number": "VARCHAR", "customer": { "id": "VARCHAR" }, "email": "VARCHAR",
    "created_at": "VARCHAR", "updated_at": "VARCHAR", "cancelled_at": "VARCHAR",
    "financial_status": "VARCHAR", "fulfillment_status": "VARCHAR", "test": "VARCHAR", "source_name": "VARCHAR",
    "currency": "VARCHAR", "total_price": "VARCHAR", "subtotal_price": "VARCHAR", "total_tax": "VARCHAR", "total_discounts": "VARCHAR",
    "shipping_lines": [{ "price": "VARCHAR" }], "shipping_address": { "country_code": "VARCHAR" },
    "discount_codes": [{ "code": "VARCHAR" }], "line_items": [{ "quantity": "VARCHAR" }],
    "landing_site": "VARCHAR", "referring_site": "VARCHAR" }') AS r
  FROM raw_crm_orders
), landed AS (
  SELECT *, query_of(r.landing_site) AS query, click_id_name(query_of(r.landing_site)) AS click,
    host_of(r.referring_site) AS referrer,
    list_filter(list_transform(r.discount_codes, lambda d: upper(trim(d.code))), lambda code: code <> '') AS promo_codes
  FROM parsed
), known AS (
  SELECT *, known_source(traffic_source(query, click, referrer)) AS s FROM landed
), sourced AS (
  SELECT *, s.category AS category,
    CASE WHEN r.landing_site IS NOT NULL THEN coalesce(s.canonical, traffic_source(query, click, referrer), '(direct)') END AS source,
    CASE WHEN r.landing_site IS NOT NULL THEN coalesce(traffic_medium(query, click, referrer, s.category), '(none)') END AS medium
  FROM known
)
SELECT _record, _at,
  r.id AS order_id,
  r.order_number AS order_number,
  r.customer.id AS customer_id,
  r.created_at AS created_at,
  r.updated_at AS updated_at,
  r.cancelled_at AS cancelled_at,
  shop_day(instant(r.created_at)) AS local_date,
  r.financial_status AS financial_status,
  r.fulfillment_status AS fulfillment_status,
  coalesce(r.test, 'false') AS is_test,
  coalesce(r.financial_status IN ('paid', 'partially_refunded', 'refunded') AND r.cancelled_at IS NULL AND NOT coalesce(TRY_CAST(r.test AS BOOLEAN), false), false) AS is_conversion,
  r.source_name AS source_name,
  upper(r.shipping_address.country_code) AS country,
  email_of(r.email) AS email_hash,
  upper(r.currency) AS currency,
  r.total_price AS total_price,
  r.subtotal_price AS subtotal_price,
  r.total_tax AS total_tax,
  r.total_discounts AS total_discounts,
  coalesce(list_sum(list_transform(r.shipping_lines, lambda line: TRY_CAST(line.price AS DECIMAL(18,2)))), 0) AS total_shipping,
  TRY_CAST(r.total_price AS DECIMAL(18,2)) - TRY_CAST(r.total_tax AS DECIMAL(18,2)) AS net_revenue,
  list_sum(list_transform(r.line_items, lambda line: TRY_CAST(line.quantity AS INTEGER))) AS item_count,
  promo_codes[1] AS promo_code,
  promo_codes,
  CASE WHEN r.landing_site IS NOT NULL THEN path_of(r.landing_site) END AS landing_path,
  source AS landing_source,
  medium AS landing_medium,
  utm(query, 'utm_campaign') AS landing_campaign,
  utm(query, 'utm_id') AS landing_campaign_id,
  utm(query, 'utm_content') AS landing_content,
  CASE WHEN source IS NOT NULL THEN channel_group(source, medium, utm(query, 'utm_campaign'), category) END AS landing_channel,
  CASE WHEN r IS NULL THEN 'malformed:record'
       WHEN instant(r.created_at) > instant(r.updated_at) THEN 'future:created_at' END AS _reject,
  CAST(instant(r.created_at) AS DATE) AS dt
FROM sourced
