-- One row is one sequence of channels that journeys took which ended on the slice's UTC day, as `Email > Direct`, and
-- how many ended with an order and without. A journey with an order is the path that attribution credits within 30
-- days: the touches of the order, or Unassigned where all are older. One without is known 30 quiet days later: of a
-- person whose last session without an order was that long ago, all such sessions of the 30 days up to it. A session
-- that an order was credited to is part of that order's journey alone. A person is the customer id that the browser
-- told within the window, else the browser.
WITH sold AS (
  SELECT t.order_id, coalesce(array_join(array_agg(t.channel ORDER BY t.position)
    FILTER (WHERE date_diff('millisecond', t.touched_at, t.converted_at) <= CAST(86400000 AS bigint) * 30), ' > '),
    'Unassigned') AS path
  FROM touchpoints AS t CROSS JOIN slice
  WHERE t.dt = slice.dt
  GROUP BY t.order_id
), credited AS (
  SELECT DISTINCT touch_id FROM touchpoints WHERE touch_type = 'session'
), visits AS (
  SELECT s.session_id, s.channel, s.started_at, s.dt, c.touch_id,
    coalesce(max(s.customer_id) OVER (PARTITION BY s.visitor_id), s.visitor_id) AS person
  FROM sessions AS s LEFT JOIN credited AS c ON c.touch_id = s.session_id
), unsold AS (
  SELECT visits.*, max(dt) OVER (PARTITION BY person) AS last_day FROM visits WHERE touch_id IS NULL
), given_up AS (
  SELECT person, array_join(array_agg(channel ORDER BY started_at, session_id), ' > ') AS path
  FROM unsold CROSS JOIN slice
  WHERE last_day = CAST(slice.dt - INTERVAL '30' DAY AS date)
  GROUP BY person
), journeys AS (
  SELECT path, CAST(1 AS bigint) AS conversions, CAST(0 AS bigint) AS non_conversions FROM sold
  UNION ALL
  SELECT path, CAST(0 AS bigint), CAST(1 AS bigint) FROM given_up
)
SELECT path, CAST(sum(conversions) AS bigint) AS conversions, CAST(sum(non_conversions) AS bigint) AS non_conversions
FROM journeys
GROUP BY path
