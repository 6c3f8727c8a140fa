-- One row is one buyer: how recently, how often and for how much they bought, each as a fifth of all buyers (5 is the
-- best; buyers who are alike in a figure are in one fifth, the lower one: where most bought once, these are fifth 1).
-- Who bought on the newest day is in fifth 5, however many they are: nobody bought since, and none of them is asleep.
WITH buyers AS (
  SELECT o.buyer_id, max(o.local_date) AS last_day, count(*) AS orders, sum(o.net_revenue_eur) AS net_revenue_eur
  FROM customer_orders AS o JOIN order_days AS d ON o.local_date <= d.last_day
  GROUP BY o.buyer_id
), ranked AS (
  SELECT buyer_id, last_day, orders, net_revenue_eur, max(last_day) OVER () AS newest_day,
    CASE WHEN last_day = max(last_day) OVER () THEN 5
      ELSE 1 + 5 * (rank() OVER (ORDER BY last_day) - 1) / count(*) OVER () END AS recency,
    1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS frequency,
    1 + 5 * (rank() OVER (ORDER BY net_revenue_eur) - 1) / count(*) OVER () AS monetary
  FROM buyers
)
SELECT buyer_id, date_diff('day', last_day, newest_day) AS days_since_last, orders,
  CAST(net_revenue_eur AS decimal(18,2)) AS net_revenue_eur, recency, frequency, monetary,
  CASE WHEN recency >= 4 AND frequency >= 4 THEN 'champions'
    WHEN frequency >= 4 THEN 'loyal, not seen lately'
    WHEN recency >= 4 AND monetary >= 4 THEN 'promising'
    WHEN recency >= 4 THEN 'new'
    WHEN monetary >= 4 THEN 'big spenders at risk'
    WHEN recency <= 2 THEN 'asleep'
    ELSE 'others' END AS segment
FROM ranked
