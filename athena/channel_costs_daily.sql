-- One row is one shop day and one channel, once: the sessions that began on the day, and what the channel cost. What
-- came back stands in channel_returns_daily, a row a model: apart, so that no cost is ever added up once for each
-- model. Of days before the first visit or after the last one, and where there is none, nothing is known of sessions.
WITH facts AS (
  SELECT day, channel, CAST(0 AS bigint) AS sessions, CAST(0 AS bigint) AS engaged_sessions, impressions, clicks,
    spend_eur, booked_eur
  FROM marketing_costs
  UNION ALL
  SELECT local_date, channel, count(*), count_if(is_engaged), CAST(0 AS bigint), CAST(0 AS bigint),
    CAST(0 AS decimal(18,6)), CAST(0 AS decimal(18,6))
  FROM sessions
  GROUP BY local_date, channel
)
SELECT day, channel, CASE WHEN day BETWEEN first_visit AND last_visit THEN sum(sessions) END AS sessions,
  CASE WHEN day BETWEEN first_visit AND last_visit THEN sum(engaged_sessions) END AS engaged_sessions,
  sum(impressions) AS impressions, sum(clicks) AS clicks,
  CAST(sum(spend_eur) AS decimal(18,6)) AS spend_eur, CAST(sum(booked_eur) AS decimal(18,6)) AS booked_eur
FROM facts
LEFT JOIN (SELECT min(local_date) AS first_visit, max(local_date) AS last_visit FROM sessions) AS v ON true
GROUP BY day, channel, first_visit, last_visit
