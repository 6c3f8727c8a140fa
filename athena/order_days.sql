-- One row is the shop's span of orders, over all of them: the first and the last day that has a conversion; there is no
-- row where there is none. A day that has not come does not count: an order of the future, by a wrong clock or a date
-- that was read the wrong way round, would move every period that ends with the last day. Tomorrow may have come:
-- current_date is of UTC.
SELECT min(local_date) AS first_day, max(local_date) AS last_day
FROM orders
WHERE is_conversion AND local_date <= date_add('day', 1, current_date)
HAVING count(*) > 0
