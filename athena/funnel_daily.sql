-- One row is one shop day, channel and device: how far the sessions that began on that day came. A step's rate is the
-- share of the step before it.
WITH steps AS (
  SELECT day, channel, device, sum(sessions) AS sessions, sum(engaged_sessions) AS engaged_sessions,
    sum(item_view_sessions) AS item_view_sessions, sum(cart_sessions) AS cart_sessions,
    sum(checkout_sessions) AS checkout_sessions, sum(purchase_sessions) AS purchase_sessions
  FROM campaign_funnel_daily
  GROUP BY day, channel, device
)
SELECT day, channel, device, sessions, engaged_sessions, item_view_sessions, cart_sessions, checkout_sessions,
  purchase_sessions,
  CAST(item_view_sessions AS double) / sessions AS view_rate,
  CAST(cart_sessions AS double) / NULLIF(item_view_sessions, 0) AS cart_rate,
  CAST(checkout_sessions AS double) / NULLIF(cart_sessions, 0) AS checkout_rate,
  CAST(purchase_sessions AS double) / NULLIF(checkout_sessions, 0) AS purchase_rate,
  CAST(purchase_sessions AS double) / sessions AS conversion_rate,
  1E0 - CAST(engaged_sessions AS double) / sessions AS bounce_rate
FROM steps
