-- One row is one customer as the shop last sent them. Names and addresses stay in raw.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "created_at": "VARCHAR", "updated_at": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR",
    "default_address": { "country_code": "VARCHAR" }, "email_marketing_consent": { "state": "VARCHAR" },
    "state": "VARCHAR", "orders_count": "VARCHAR", "tags": "VARCHAR" }') AS r
  FROM raw_crm_customers
)
SELECT _record, _at,
  r.id AS customer_id,
  r.created_at AS created_at,
  r.updated_at AS updated_at,
  shop_day(instant(r.created_at)) AS local_date,
  email_of(r.email) AS email_hash,
  phone_of(r.phone) AS phone_hash,
  upper(r.default_address.country_code) AS country,
  coalesce(r.email_marketing_consent.state = 'subscribed', false) AS accepts_marketing,
  r.state AS state,
  r.orders_count AS orders_count,
  list_sort(list_filter(list_transform(string_split(r.tags, ','), lambda tag: trim(tag)),
    lambda tag: tag <> '')) AS tags,
  CASE WHEN r IS NULL THEN 'malformed:record'
       WHEN is_graphql(_record, r.id) THEN 'shape:record'
       WHEN instant(r.created_at) > instant(r.updated_at) THEN 'future:created_at' END AS _reject,
  CAST(instant(r.created_at) AS DATE) AS dt
FROM parsed
