-- One row is one day, one table, one feed and one reason: how many records were refused for it, and nothing of what is
-- in them.
SELECT r.dt AS day, r.table_name, r.feed, u.reason, count(*) AS records
FROM rejects AS r CROSS JOIN UNNEST(r.reasons) AS u(reason)
GROUP BY r.dt, r.table_name, r.feed, u.reason
