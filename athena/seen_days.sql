-- One row is the span of days that the shop itself has seen, in its own time zone: from its first order (where there is
-- none, its first visit) to its last order or visit; there is no row where there is neither. What lies in the future is
-- no day that was seen, and a platform's report may have any day in it. Visits that are older than the orders begin
-- nothing: all that was sold then would look like 0. Nor do those of the first hours of a day end anything, where the
-- export ends with the day of UTC. An export that was made on its last day has but a part of it, and so has today:
-- whole_day tells. Orders that were exported before the visits say nothing of the days after, however far these go.
WITH days AS (
  SELECT first_day, last_day, 1 AS is_order FROM order_days
  UNION ALL
  SELECT min(local_date), max(least(local_date, dt)), 0
  FROM sessions WHERE local_date <= date_add('day', 1, current_date)
), seen AS (
  SELECT coalesce(min(CASE WHEN is_order = 1 THEN first_day END), min(first_day)) AS first_day,
    max(last_day) AS last_day, max(CASE WHEN is_order = 1 THEN last_day END) AS last_order_day
  FROM days
), clock AS (
  SELECT coalesce(max(utc_offset_minutes), 0) AS minutes FROM shop
), exports AS (
  -- The name of what an import wrote has the moment at which its file was made.
  SELECT r.slice, r.table_name,
    date_parse(regexp_extract(i.object, '/import-([0-9]{8}T[0-9]{6})Z-', 1), '%Y%m%dT%H%i%s') AS made_at
  FROM pipeline_runs AS r CROSS JOIN UNNEST(r.input_keys) AS i(object)
  WHERE r.table_name IN ('orders', 'web_events')
    AND (i.object LIKE 'raw/crm/orders/%/import-%' OR i.object LIKE 'raw/web/events/%/import-%')
), newest AS (
  SELECT s.first_day, s.last_day, max(c.minutes) AS minutes,
    max(CASE WHEN e.slice >= date_add('day', -1, s.last_day) THEN e.made_at END) AS exported_at,
    max(CASE WHEN e.table_name = 'orders' AND e.slice >= date_add('day', -1, s.last_order_day) THEN e.made_at END)
      AS orders_exported_at,
    CAST(at_timezone(now(), 'UTC') AS timestamp(3)) AS asked_at
  FROM seen AS s CROSS JOIN clock AS c LEFT JOIN exports AS e ON true
  WHERE s.last_day IS NOT NULL
  GROUP BY s.first_day, s.last_day
)
SELECT first_day, last_day,
  -- A day alone is better than none.
  greatest(first_day, least(last_day, date_add('day', -1, CAST(date_add('minute', minutes, least(asked_at,
    coalesce(exported_at, asked_at), coalesce(orders_exported_at, asked_at))) AS date)))) AS whole_day,
  exported_at
FROM newest
