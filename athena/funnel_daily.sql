-- One row is one shop day, channel and device: how far the sessions that began on that day came. A step's rate is the
-- share of the step before it.
WITH steps AS (
  SELECT local_date AS day, channel, device, count(*) AS sessions, count_if(is_engaged) AS engaged_sessions,
    count_if(item_views > 0) AS item_view_sessions, count_if(cart_adds > 0) AS cart_sessions,
    count_if(checkouts > 0) AS checkout_sessions, count_if(purchases > 0) AS purchase_sessions
  FROM sessions
  GROUP BY local_date, channel, device
)
SELECT day, channel, device, sessions, engaged_sessions, item_view_sessions, cart_sessions, checkout_sessions,
  purchase_sessions,
  CAST(item_view_sessions AS double) / NULLIF(sessions, 0) AS view_rate,
  CAST(cart_sessions AS double) / NULLIF(item_view_sessions, 0) AS cart_rate,
  CAST(checkout_sessions AS double) / NULLIF(cart_sessions, 0) AS checkout_rate,
  CAST(purchase_sessions AS double) / NULLIF(checkout_sessions, 0) AS purchase_rate,
  CAST(purchase_sessions AS double) / NULLIF(sessions, 0) AS conversion_rate,
  1E0 - CAST(engaged_sessions AS double) / NULLIF(sessions, 0) AS bounce_rate
FROM steps
