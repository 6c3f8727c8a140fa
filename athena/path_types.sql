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
), named AS (
  SELECT visitor_id, max(customer_id) AS customer_id FROM sessions WHERE customer_id IS NOT NULL GROUP BY visitor_id
), quiet AS (
  -- Who was there 30 days back: nobody else's journey can end without an order on the slice's day.
  SELECT DISTINCT coalesce(n.customer_id, s.visitor_id) AS person
  FROM sessions AS s CROSS JOIN slice LEFT JOIN named AS n ON n.visitor_id = s.visitor_id
  WHERE s.dt = CAST(slice.dt - INTERVAL '30' DAY AS date)
), browsers AS (
  -- Theirs: those that told their name, or the one that told none.
  SELECT n.visitor_id, n.customer_id AS person FROM named AS n JOIN quiet ON quiet.person = n.customer_id
  UNION ALL
  SELECT quiet.person, quiet.person FROM quiet LEFT JOIN named AS n ON n.visitor_id = quiet.person
  WHERE n.visitor_id IS NULL
), unsold AS (
  SELECT s.session_id, s.channel, s.started_at, s.dt, b.person,
    max(s.dt) OVER (PARTITION BY b.person) AS last_day
  FROM sessions AS s JOIN browsers AS b ON b.visitor_id = s.visitor_id
    LEFT JOIN credited AS c ON c.touch_id = s.session_id
  WHERE c.touch_id IS NULL
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
