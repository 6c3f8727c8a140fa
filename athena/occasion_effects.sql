-- One row is one occasion that sells (Black Friday, Mother's Day …) whose days the lake has: what its weeks brought,
-- and what they added to what the shop sells without it. Usual is the mean of the 28 days that end a week before it
-- begins, for as many days; all stretches are whole weeks, so that weekdays are alike. What people bought a week
-- earlier or two weeks later less than usual was only moved, and is taken off: moved_* (above 0 where they bought more,
-- too). A season that grows by itself, as December's, is in what is added. Null where the lake lacks a day of it, or
-- has but a part of its last.
WITH daily AS (
  SELECT day, sum(orders) AS orders, sum(net_revenue_eur) AS net_revenue_eur, sum(covered_eur) AS covered_eur,
    sum(margin_eur) AS margin_eur, min(day) OVER () AS first_day, max(day) OVER () AS last_day,
    max(w.whole_day) AS whole_day
  FROM orders_daily CROSS JOIN (SELECT whole_day FROM seen_days) AS w
  WHERE day <= (SELECT last_day FROM order_days)
  GROUP BY day
), parts AS (
  SELECT o.occasion, o.day, o.first_day, o.last_day, date_diff('day', o.first_day, o.last_day) + 1 AS days,
    date_add('day', -35, o.first_day) >= d.first_day
      AND date_add('day', 14, o.last_day) <= least(d.last_day, d.whole_day) AS is_whole,
    CASE WHEN d.day < date_add('day', -7, o.first_day) THEN 'usual'
      WHEN d.day < o.first_day OR d.day > o.last_day THEN 'around' ELSE 'during' END AS part,
    CAST(d.orders AS double) AS orders, CAST(d.net_revenue_eur AS double) AS net_revenue_eur,
    CAST(d.covered_eur AS double) AS covered_eur, CAST(d.margin_eur AS double) AS margin_eur
  FROM occasions AS o
  JOIN daily AS d ON d.day >= date_add('day', -35, o.first_day) AND d.day <= date_add('day', 14, o.last_day)
  WHERE o.kind = 'sale' AND o.first_day <= d.last_day AND o.last_day >= d.first_day
), rated AS (
  -- Where some costs are unknown, those orders are taken to earn as the others of their part: else a cost that became
  -- known would pass for an effect.
  SELECT occasion, day, first_day, last_day, days, is_whole, part, orders, net_revenue_eur, covered_eur, margin_eur,
    sum(net_revenue_eur) OVER (PARTITION BY occasion, day, part)
      / nullif(sum(covered_eur) OVER (PARTITION BY occasion, day, part), 0E0) AS of_known
  FROM parts
), sums AS (
  SELECT occasion, day, first_day, last_day, max(days) AS days, bool_and(is_whole) AS is_whole,
    sum(CASE WHEN part = 'during' THEN orders ELSE 0E0 END) AS orders,
    sum(CASE WHEN part = 'during' THEN net_revenue_eur ELSE 0E0 END) AS net_revenue_eur,
    sum(CASE WHEN part = 'during' THEN covered_eur ELSE 0E0 END) AS covered_eur,
    sum(CASE WHEN part = 'during' THEN margin_eur END) AS margin_eur,
    sum(CASE WHEN part = 'during' THEN margin_eur * of_known END) AS whole_margin,
    sum(CASE WHEN part = 'usual' THEN orders ELSE 0E0 END) / 28E0 AS orders_a_day,
    sum(CASE WHEN part = 'usual' THEN net_revenue_eur ELSE 0E0 END) / 28E0 AS net_revenue_a_day,
    sum(CASE WHEN part = 'usual' THEN margin_eur * of_known END) / 28E0 AS margin_a_day,
    sum(CASE WHEN part = 'around' THEN orders ELSE 0E0 END) AS orders_around,
    sum(CASE WHEN part = 'around' THEN net_revenue_eur ELSE 0E0 END) AS net_revenue_around,
    sum(CASE WHEN part = 'around' THEN margin_eur * of_known END) AS margin_around
  FROM rated
  GROUP BY occasion, day, first_day, last_day
), told AS (
  SELECT occasion, day, first_day, last_day, orders, net_revenue_eur, covered_eur, margin_eur,
    CASE WHEN is_whole THEN orders - days * orders_a_day END AS more_orders,
    CASE WHEN is_whole THEN net_revenue_eur - days * net_revenue_a_day END AS more_net_revenue_eur,
    CASE WHEN is_whole THEN whole_margin - days * margin_a_day END AS more_margin_eur,
    CASE WHEN is_whole THEN orders_around - 21E0 * orders_a_day END AS moved_orders,
    CASE WHEN is_whole THEN net_revenue_around - 21E0 * net_revenue_a_day END AS moved_net_revenue_eur,
    CASE WHEN is_whole THEN margin_around - 21E0 * margin_a_day END AS moved_margin_eur
  FROM sums
)
SELECT occasion, day, first_day, last_day, orders, net_revenue_eur, covered_eur, margin_eur, more_orders, moved_orders,
  more_orders + moved_orders AS added_orders, more_net_revenue_eur, moved_net_revenue_eur,
  more_net_revenue_eur + moved_net_revenue_eur AS added_net_revenue_eur, more_margin_eur, moved_margin_eur,
  more_margin_eur + moved_margin_eur AS added_margin_eur
FROM told
