-- One row is one channel: its cost and what came back in the 28 days that end with the last whole day that has orders
-- (fewer where the first order is later), beside the 28 before them and the same weekdays a year before (364 days), by
-- the shop's attribution model. What the lake does not go back to is null, not 0; so is what a channel of advertising
-- cost in days of which its reports do not tell all.
WITH reported AS (
  SELECT DISTINCT a.channel, s.first_day FROM ad_spend AS a CROSS JOIN spend_days AS s
  WHERE a.spend_eur > DECIMAL '0.00'
), span AS (
  SELECT o.first_day, least(o.last_day, s.whole_day) AS last_day FROM order_days AS o CROSS JOIN seen_days AS s
), facts AS (
  SELECT d.channel, greatest(date_add('day', -27, b.last_day), b.first_day) AS first_day, b.last_day,
    date_add('day', -391, b.last_day) >= b.first_day AS has_year_before,
    date_add('day', -55, b.last_day) >= b.first_day AS has_before,
    coalesce(r.first_day <= greatest(date_add('day', -27, b.last_day), b.first_day), true) AS has_spend,
    coalesce(r.first_day <= date_add('day', -55, b.last_day), true) AS has_spend_before,
    coalesce(r.first_day <= date_add('day', -391, b.last_day), true) AS has_spend_year_before,
    CASE WHEN d.day > date_add('day', -28, b.last_day) THEN 'now'
      WHEN d.day > date_add('day', -56, b.last_day) THEN 'before'
      WHEN d.day > date_add('day', -392, b.last_day) AND d.day <= date_add('day', -364, b.last_day)
        THEN 'year before' END AS period,
    d.spend_eur, d.orders, d.new_customers, d.net_revenue_eur, d.covered_eur, d.margin_eur
  FROM marketing_daily AS d CROSS JOIN span AS b LEFT JOIN reported AS r ON r.channel = d.channel
  -- What was spent before the first order, nothing that is known came of.
  WHERE d.day BETWEEN b.first_day AND b.last_day
)
SELECT channel, max(first_day) AS first_day, max(last_day) AS last_day,
  CAST(sum(CASE WHEN NOT has_spend THEN NULL WHEN period = 'now' THEN spend_eur ELSE DECIMAL '0.000000' END)
    AS decimal(18,6)) AS spend_eur,
  sum(CASE WHEN period = 'now' THEN orders ELSE 0E0 END) AS orders,
  sum(CASE WHEN period = 'now' THEN new_customers ELSE 0E0 END) AS new_customers,
  sum(CASE WHEN period = 'now' THEN net_revenue_eur ELSE 0E0 END) AS net_revenue_eur,
  sum(CASE WHEN period = 'now' THEN covered_eur ELSE 0E0 END) AS covered_eur,
  sum(CASE WHEN period = 'now' THEN margin_eur END) AS margin_eur,
  CAST(sum(CASE WHEN NOT (has_before AND has_spend_before) THEN NULL
    WHEN period = 'before' THEN spend_eur ELSE DECIMAL '0.000000' END) AS decimal(18,6)) AS spend_before_eur,
  sum(CASE WHEN NOT has_before THEN NULL WHEN period = 'before' THEN orders ELSE 0E0 END) AS orders_before,
  sum(CASE WHEN NOT has_before THEN NULL WHEN period = 'before' THEN net_revenue_eur ELSE 0E0 END)
    AS net_revenue_before_eur,
  CAST(sum(CASE WHEN NOT (has_year_before AND has_spend_year_before) THEN NULL
    WHEN period = 'year before' THEN spend_eur ELSE DECIMAL '0.000000' END) AS decimal(18,6)) AS spend_year_before_eur,
  sum(CASE WHEN NOT has_year_before THEN NULL WHEN period = 'year before' THEN orders ELSE 0E0 END)
    AS orders_year_before,
  sum(CASE WHEN NOT has_year_before THEN NULL WHEN period = 'year before' THEN net_revenue_eur ELSE 0E0 END)
    AS net_revenue_year_before_eur
FROM facts
GROUP BY channel
