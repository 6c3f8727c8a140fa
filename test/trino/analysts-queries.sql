-- Queries as analysts and BI tools write them for Athena, on the tables of this lake; not written to fit the portable subset.

-- kpi02 (kpi ratios) the same with the alias that exists
SELECT platform,
       sum(spend_eur) AS spend,
       sum(clicks) AS clicks,
       round(100.0 * sum(clicks) / sum(impressions), 2) AS ctr_pct,
       round(sum(spend_eur) / sum(clicks), 2) AS cpc_eur
FROM ad_spend
WHERE dt BETWEEN DATE '2025-12-20' AND DATE '2026-01-08'
GROUP BY platform
ORDER BY spend DESC;

-- kpi03 (kpi ratios) average order value by month
SELECT date_trunc('month', created_at) AS month,
       count(*) AS orders,
       sum(total_price_eur) AS revenue,
       sum(total_price_eur) / count(*) AS aov
FROM orders
WHERE is_conversion
GROUP BY 1
ORDER BY 1;

-- kpi05 (kpi ratios) ROAS with NULLIF over a mart (double / decimal)
SELECT channel,
       sum(spend_eur) AS spend,
       sum(net_revenue_eur) AS revenue,
       sum(net_revenue_eur) / NULLIF(sum(spend_eur), 0) AS roas
FROM roi_by_channel_daily
WHERE attribution_model = 'last_non_direct'
GROUP BY channel
ORDER BY roas DESC NULLS LAST, channel;

-- kpi06 (kpi ratios) conversion rate, CAST AS DOUBLE (the AWS docs' idiom)
SELECT device,
       count(*) AS sessions,
       count_if(purchases > 0) AS buyers,
       CAST(count_if(purchases > 0) AS DOUBLE) / count(*) AS conversion_rate
FROM sessions
GROUP BY device
ORDER BY sessions DESC;

-- kpi08 (kpi ratios) share of the total, window over an aggregate
SELECT channel, sum(spend_eur) AS spend,
       round(sum(spend_eur) * 100 / sum(sum(spend_eur)) OVER (), 1) AS share_pct
FROM ad_spend
GROUP BY channel
ORDER BY spend DESC;

-- kpi09 (kpi ratios) average items an order: bigint / bigint, then as decimal
SELECT date_trunc('week', local_date) AS week, sum(item_count) / count(*) AS items_per_order, sum(item_count) * 1.0 / count(*) AS items_per_order_exact
FROM orders
WHERE is_conversion
GROUP BY 1
ORDER BY 1;

-- kpi11 (kpi ratios) new and returning, FILTER
SELECT local_date,
       count(*) AS orders,
       count(*) FILTER (WHERE is_new_customer) AS new_orders,
       sum(net_revenue_eur) FILTER (WHERE is_new_customer) AS new_revenue,
       sum(net_revenue_eur) FILTER (WHERE NOT is_new_customer) AS returning_revenue
FROM order_economics
GROUP BY local_date
ORDER BY local_date
LIMIT 30;

-- win01 (windows) top 3 orders for each customer, three rankings
WITH ranked_orders AS (
  SELECT customer_id, order_id, created_at, total_price_eur,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total_price_eur DESC) AS rn,
    RANK() OVER (PARTITION BY customer_id ORDER BY total_price_eur DESC) AS rnk,
    DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY total_price_eur DESC) AS drnk
  FROM orders WHERE customer_id IS NOT NULL
)
SELECT customer_id, order_id, total_price_eur, rnk, drnk FROM ranked_orders WHERE rn <= 3 ORDER BY customer_id, rnk, order_id LIMIT 200;

-- win03 (windows) moving average over counts
SELECT day, sessions, avg(sessions) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7
FROM (SELECT local_date AS day, count(*) AS sessions FROM sessions GROUP BY 1)
ORDER BY day;

-- win04 (windows) month over month growth with LAG
WITH monthly AS (
  SELECT date_trunc('month', local_date) AS month, sum(net_revenue_eur) AS revenue
  FROM orders WHERE is_conversion GROUP BY 1
)
SELECT month, revenue,
  LAG(revenue) OVER (ORDER BY month) AS prev_revenue,
  ROUND((revenue - LAG(revenue) OVER (ORDER BY month)) / LAG(revenue) OVER (ORDER BY month) * 100, 1) AS growth_pct
FROM monthly ORDER BY month;

-- win06 (windows) first and last touch with FIRST_VALUE / LAST_VALUE and a full frame
SELECT DISTINCT order_id,
  first_value(channel) OVER (PARTITION BY order_id ORDER BY position) AS first_channel,
  last_value(channel) OVER (PARTITION BY order_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_channel,
  count(*) OVER (PARTITION BY order_id) AS touches
FROM touchpoints
ORDER BY order_id
LIMIT 100;

-- win07 (windows) Pareto: cumulative share of products
SELECT title, net_revenue_eur,
  round(100 * sum(CAST(net_revenue_eur AS double)) OVER (ORDER BY net_revenue_eur DESC, product_id) / sum(CAST(net_revenue_eur AS double)) OVER (), 2) AS cumulative_pct,
  percent_rank() OVER (ORDER BY net_revenue_eur DESC) AS pr
FROM product_performance
ORDER BY net_revenue_eur DESC, title;

-- win09 (windows) qualify-like: the newest deal of each influencer
SELECT influencer_id, deal_id, contract_date, fee_eur FROM (
  SELECT d.*, row_number() OVER (PARTITION BY influencer_id ORDER BY contract_date DESC, deal_id DESC) rn FROM influencer_deals d
) WHERE rn = 1 ORDER BY 1;

-- win10 (windows) RANGE of interval: spend of the last 7 days
SELECT dt, platform, sum(spend_eur) AS spend,
  sum(sum(spend_eur)) OVER (PARTITION BY platform ORDER BY dt RANGE BETWEEN INTERVAL '6' DAY PRECEDING AND CURRENT ROW) AS spend_7d
FROM ad_spend GROUP BY dt, platform ORDER BY platform, dt;

-- ses02 (sessionisation) LAG, date_diff('minute'), cumulative SUM, duration
WITH lagged AS (
  SELECT visitor_id, event_at, event_name, LAG(event_at) OVER (PARTITION BY visitor_id ORDER BY event_at, event_id) AS prev_at, event_id
  FROM web_events WHERE visitor_id IS NOT NULL AND dt BETWEEN DATE '2025-12-28' AND DATE '2025-12-29'
), flagged AS (
  SELECT *, CASE WHEN prev_at IS NULL OR date_diff('minute', prev_at, event_at) >= 30 THEN 1 ELSE 0 END AS is_new FROM lagged
), numbered AS (
  SELECT *, SUM(is_new) OVER (PARTITION BY visitor_id ORDER BY event_at, event_id) AS session_no FROM flagged
)
SELECT session_no, count(DISTINCT visitor_id) AS visitors, avg(duration_s) AS avg_duration_s FROM (
  SELECT visitor_id, session_no, date_diff('second', min(event_at), max(event_at)) AS duration_s FROM numbered GROUP BY 1, 2
) GROUP BY session_no ORDER BY session_no;

-- ses03 (sessionisation) concat a session id, to_unixtime gap
SELECT concat(visitor_id, '-', CAST(s AS varchar)) AS sid, count(*) AS pages, max(t) - min(t) AS seconds FROM (
  SELECT visitor_id, to_unixtime(event_at) AS t,
    sum(CASE WHEN to_unixtime(event_at) - lag_t > 1800 THEN 1 ELSE 0 END) OVER (PARTITION BY visitor_id ORDER BY event_at) AS s
  FROM (SELECT visitor_id, event_at, lag(to_unixtime(event_at)) OVER (PARTITION BY visitor_id ORDER BY event_at) AS lag_t FROM web_events WHERE event_name = 'page_view' AND dt = DATE '2025-12-28' AND visitor_id IS NOT NULL)
) GROUP BY 1 ORDER BY pages DESC, sid LIMIT 25;

-- fun02 (funnel) ordered steps by LEFT JOIN, within a day of the view
WITH v AS (SELECT visitor_id, min(event_at) AS t FROM web_events WHERE event_name = 'view_item' AND dt BETWEEN DATE '2025-12-24' AND DATE '2025-12-30' GROUP BY 1),
     c AS (SELECT visitor_id, min(event_at) AS t FROM web_events WHERE event_name = 'add_to_cart' AND dt BETWEEN DATE '2025-12-24' AND DATE '2025-12-30' GROUP BY 1),
     p AS (SELECT visitor_id, min(event_at) AS t FROM web_events WHERE event_name = 'purchase' AND dt BETWEEN DATE '2025-12-24' AND DATE '2025-12-30' GROUP BY 1)
SELECT count(*) AS viewed, count(c.visitor_id) AS carted, count(p.visitor_id) AS bought
FROM v
LEFT JOIN c ON c.visitor_id = v.visitor_id AND c.t BETWEEN v.t AND v.t + INTERVAL '1' DAY
LEFT JOIN p ON p.visitor_id = c.visitor_id AND p.t BETWEEN c.t AND c.t + INTERVAL '1' DAY;

-- fun03 (funnel) reduce over an ordered array of events
SELECT depth, count(*) AS visitors FROM (
  SELECT visitor_id,
    reduce(array_agg(event_name ORDER BY event_at), 0,
      (s, e) -> CASE WHEN s = 0 AND e = 'view_item' THEN 1 WHEN s = 1 AND e = 'add_to_cart' THEN 2 WHEN s = 2 AND e = 'begin_checkout' THEN 3 WHEN s = 3 AND e = 'purchase' THEN 4 ELSE s END,
      s -> s) AS depth
  FROM web_events WHERE dt BETWEEN DATE '2025-12-24' AND DATE '2025-12-30' AND visitor_id IS NOT NULL
  GROUP BY visitor_id
) GROUP BY depth ORDER BY depth;

-- fun05 (funnel) step conversion from the wide row, UNION ALL and lag
WITH f AS (
  SELECT count(*) AS s0, count_if(item_views > 0) AS s1, count_if(cart_adds > 0) AS s2, count_if(checkouts > 0) AS s3, count_if(purchases > 0) AS s4 FROM sessions
), steps AS (
  SELECT 1 AS n, 'session' AS step, s0 AS v FROM f UNION ALL SELECT 2, 'view', s1 FROM f UNION ALL SELECT 3, 'cart', s2 FROM f UNION ALL SELECT 4, 'checkout', s3 FROM f UNION ALL SELECT 5, 'purchase', s4 FROM f
)
SELECT n, step, v, round(100.0 * v / lag(v) OVER (ORDER BY n), 1) AS pct_of_previous, round(100.0 * v / first_value(v) OVER (ORDER BY n), 1) AS pct_of_first FROM steps ORDER BY n;

-- fun06 (funnel) time to convert, percentiles
SELECT approx_percentile(date_diff('minute', first_view, bought), 0.5) AS median_min, approx_percentile(date_diff('minute', first_view, bought), 0.9) AS p90_min, count(*) AS n
FROM (SELECT visitor_id, min(event_at) FILTER (WHERE event_name = 'view_item') AS first_view, max(event_at) FILTER (WHERE event_name = 'purchase') AS bought FROM web_events GROUP BY visitor_id)
WHERE bought IS NOT NULL AND first_view < bought;

-- coh02 (cohort) visitors: retention rate by day, join and ratio of counts
WITH first_seen AS (SELECT visitor_id, min(local_date) AS d0 FROM sessions GROUP BY 1),
activity AS (SELECT DISTINCT visitor_id, f.d0, date_diff('day', f.d0, s.local_date) AS day_n FROM sessions s JOIN first_seen f USING (visitor_id))
SELECT d0, day_n, count(*) AS visitors, 1.0 * count(*) / first_value(count(*)) OVER (PARTITION BY d0 ORDER BY day_n) AS retention
FROM activity WHERE d0 BETWEEN DATE '2025-12-20' AND DATE '2025-12-26' AND day_n <= 7
GROUP BY d0, day_n ORDER BY d0, day_n;

-- coh03 (cohort) cumulative LTV by months since acquisition
SELECT cohort, months, sum(sum(net_revenue_eur)) OVER (PARTITION BY cohort ORDER BY months) AS cumulative_revenue,
       CAST(sum(sum(net_revenue_eur)) OVER (PARTITION BY cohort ORDER BY months) AS double) / max(size) AS ltv
FROM (
  SELECT customer_id, date_trunc('month', min(local_date) OVER (PARTITION BY customer_id)) AS cohort, local_date, net_revenue_eur,
    date_diff('month', date_trunc('month', min(local_date) OVER (PARTITION BY customer_id)), date_trunc('month', local_date)) AS months
  FROM order_economics WHERE customer_id IS NOT NULL
) x
JOIN (SELECT c, count(*) AS size FROM (SELECT customer_id, date_trunc('month', min(local_date)) AS c FROM order_economics WHERE customer_id IS NOT NULL GROUP BY 1) GROUP BY 1) y ON y.c = x.cohort
GROUP BY cohort, months ORDER BY cohort, months;

-- rfm01 (rfm) RFM, Trino spelling
WITH rfm AS (
  SELECT customer_id, date_diff('day', max(local_date), DATE '2026-01-09') AS recency, count(*) AS frequency, sum(net_revenue_eur) AS monetary
  FROM orders WHERE is_conversion AND customer_id IS NOT NULL GROUP BY customer_id
), scored AS (
  SELECT customer_id, recency, frequency, monetary,
    NTILE(5) OVER (ORDER BY recency DESC, customer_id) AS r, NTILE(5) OVER (ORDER BY frequency, customer_id) AS f, NTILE(5) OVER (ORDER BY monetary, customer_id) AS m
  FROM rfm
)
SELECT CASE WHEN r >= 4 AND f >= 4 THEN 'Champions' WHEN r >= 3 AND f >= 3 THEN 'Fidèles' WHEN r <= 2 AND f >= 3 THEN 'À risque' ELSE 'Autres' END AS segment,
  count(*) AS customers, sum(monetary) AS revenue, round(avg(recency), 1) AS avg_recency
FROM scored GROUP BY 1 ORDER BY revenue DESC;

-- rfm02 (rfm) a score as text
SELECT rfm_score, count(*) AS n FROM (
  SELECT customer_id, CAST(ntile(3) OVER (ORDER BY max(local_date), customer_id) AS varchar) || CAST(ntile(3) OVER (ORDER BY count(*), customer_id) AS varchar) || CAST(ntile(3) OVER (ORDER BY sum(net_revenue_eur), customer_id) AS varchar) AS rfm_score
  FROM orders WHERE is_conversion AND customer_id IS NOT NULL GROUP BY customer_id
) GROUP BY 1 ORDER BY 1;

-- att02 (attribution) the same in doubles
WITH t AS (
  SELECT tp.order_id, tp.channel, tp.position AS session_idx, count(*) OVER (PARTITION BY tp.order_id) AS num_sessions, CAST(o.net_revenue_eur AS double) AS revenue
  FROM touchpoints tp JOIN order_economics o ON o.order_id = tp.order_id
)
SELECT channel, SUM(IF(session_idx = 1, revenue, 0)) AS first_touch, SUM(revenue / num_sessions) AS linear
FROM t GROUP BY channel ORDER BY channel;

-- att03 (attribution) paths as text, top 20
SELECT array_join(path, ' > ') AS path, count(*) AS orders FROM (SELECT order_id, array_agg(channel ORDER BY position) AS path FROM touchpoints GROUP BY order_id) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20;

-- att05 (attribution) time decay with power and division of dates
SELECT channel, sum(w / total) AS credit FROM (
  SELECT order_id, channel, w, sum(w) OVER (PARTITION BY order_id) AS total FROM (
    SELECT order_id, channel, power(0.5, date_diff('hour', touched_at, converted_at) / 168.0) AS w FROM touchpoints))
GROUP BY channel ORDER BY credit DESC;

-- arr01 (arrays) subscript of an array of rows
SELECT event_id, items[1].item_name AS first_item, cardinality(items) AS n_items
FROM web_events WHERE event_name = 'purchase' AND cardinality(items) > 0 ORDER BY event_id LIMIT 20;

-- arr04 (arrays) transform and array_join: the basket as text
SELECT transaction_id, array_join(transform(items, x -> x.item_name), ', ') AS basket, reduce(items, 0, (s, x) -> s + x.quantity, s -> s) AS units
FROM web_events WHERE event_name = 'purchase' AND transaction_id IS NOT NULL ORDER BY transaction_id LIMIT 20;

-- arr05 (arrays) filter with a lambda over rows, cardinality
SELECT count(*) FROM web_events WHERE event_name = 'purchase' AND cardinality(filter(items, x -> x.price > 30)) >= 2;

-- arr07 (arrays) array_sort(filter(array_agg(x), x -> x IS NOT NULL))
SELECT visitor_id, array_sort(filter(array_agg(transaction_id), x -> x IS NOT NULL)) AS orders FROM web_events WHERE dt = DATE '2025-12-28' GROUP BY visitor_id HAVING count(transaction_id) > 0 ORDER BY visitor_id LIMIT 20;

-- arr08 (arrays) basket pairs: self join of unnested items (market basket)
WITH i AS (SELECT order_id, product_id, max(title) AS title FROM order_items GROUP BY 1, 2)
SELECT a.title AS a, b.title AS b, count(*) AS together FROM i a JOIN i b ON a.order_id = b.order_id AND a.product_id < b.product_id GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 15;

-- arr10 (arrays) UNNEST WITH ORDINALITY of a split path
SELECT n, part, count(*) AS hits FROM sessions CROSS JOIN UNNEST(split(landing_path, '/')) WITH ORDINALITY AS t(part, n) WHERE part <> '' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2 LIMIT 30;

-- arr11 (arrays) array_agg(DISTINCT … ORDER BY …), cardinality, slice
SELECT customer_id, array_agg(DISTINCT country ORDER BY country) AS countries, slice(array_agg(order_number ORDER BY created_at DESC), 1, 3) AS last_three FROM orders WHERE customer_id IS NOT NULL GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 20;

-- map02 (maps) histogram
SELECT device, histogram(channel) AS channels FROM sessions WHERE local_date = DATE '2025-12-28' GROUP BY device ORDER BY device;

-- map03 (maps) UNNEST of a histogram
SELECT k, v FROM (SELECT histogram(browser) AS h FROM sessions) CROSS JOIN UNNEST(h) AS t(k, v) ORDER BY v DESC, k LIMIT 10;

-- map05 (maps) transform_values / map_filter
SELECT map_filter(histogram(channel), (k, v) -> v > 1000) AS big, transform_values(histogram(device), (k, v) -> v * 2) AS doubled FROM sessions;

-- map06 (maps) multimap_agg, map_keys
SELECT influencer_id, map_keys(multimap_agg(promo_code, deal_id)) AS codes FROM influencer_deals WHERE promo_code IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT 10;

-- dat02 (dates) format_datetime (Joda), as most Presto answers on the web have it
SELECT format_datetime(created_at, 'yyyy-MM') AS month, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1;

-- dat03 (dates) last 30 days from today
SELECT dt, count(*) AS n FROM orders WHERE dt >= current_date - INTERVAL '30' DAY GROUP BY dt ORDER BY dt;

-- dat05 (dates) AT TIME ZONE: hour of the day in Paris
SELECT hour(event_at AT TIME ZONE 'Europe/Paris') AS h, count(*) AS n FROM web_events WHERE event_name = 'purchase' GROUP BY 1 ORDER BY 1;

-- dat06 (dates) with_timezone and at_timezone: the UTC column in Paris
SELECT hour(at_timezone(with_timezone(created_at, 'UTC'), 'Europe/Paris')) AS h, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1;

-- dat08 (dates) extract(dow …), extract(hour …)
SELECT extract(dow FROM created_at) AS dow, extract(hour FROM created_at) AS h, count(*) AS n FROM orders GROUP BY 1, 2 ORDER BY 1, 2;

-- dat09 (dates) previous month by date_trunc and interval '1' month
SELECT sum(net_revenue_eur) AS revenue FROM orders WHERE created_at >= date_trunc('month', TIMESTAMP '2026-01-05 00:00:00') - INTERVAL '1' MONTH AND created_at < date_trunc('month', TIMESTAMP '2026-01-05 00:00:00');

-- dat11 (dates) calendar spine with sequence and LEFT JOIN
WITH cal AS (SELECT d FROM UNNEST(sequence(DATE '2025-12-20', DATE '2026-01-08', INTERVAL '1' DAY)) AS t(d))
SELECT cal.d, coalesce(count(o.order_id), 0) AS orders, coalesce(sum(o.net_revenue_eur), 0) AS revenue FROM cal LEFT JOIN orders o ON o.local_date = cal.d AND o.is_conversion GROUP BY cal.d ORDER BY cal.d;

-- dat12 (dates) hourly spine with timestamps
SELECT d AS date_from, date_add('millisecond', -1, d + INTERVAL '1' HOUR) AS date_to FROM UNNEST(SEQUENCE(TIMESTAMP '2025-03-10 00:00:00', TIMESTAMP '2025-03-10 05:00:00', INTERVAL '1' HOUR)) AS dates(d) ORDER BY 1;

-- dat14 (dates) date of a text column: date_parse, from_iso8601_timestamp
SELECT date_parse('31/03/2025', '%d/%m/%Y') AS a, CAST(from_iso8601_timestamp('2025-03-31T22:30:00Z') AS date) AS b, CAST('2025-03-31' AS date) AS c, date('2025-03-31') AS d;

-- dat15 (dates) a date out of a text column: CAST(substr(…) AS date)
SELECT CAST(substr(exported_in, strpos(exported_in, 'dt=') + 3, 10) AS date) AS exported, count(*) AS n FROM influencer_posts GROUP BY 1 ORDER BY 1 LIMIT 10;

-- dat17 (dates) date arithmetic: date - date, date + n
SELECT order_id, date_diff('day', DATE '2025-01-01', local_date) AS n, local_date - INTERVAL '1' YEAR AS ly, date_add('week', 2, local_date) AS due, last_day_of_month(local_date) AS eom FROM orders ORDER BY order_id LIMIT 10;

-- dat18 (dates) average minutes: date_diff('second') / 60.0
SELECT channel, avg(date_diff('second', started_at, ended_at) / 60.0) AS avg_min, avg(date_diff('second', started_at, ended_at)) / 60 AS avg_min2 FROM sessions GROUP BY channel ORDER BY channel;

-- str01 (strings) split_part of a path
SELECT split_part(landing_path, '/', 2) AS section, count(*) AS n FROM sessions GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10;

-- str02 (strings) regexp_extract of a slug
SELECT regexp_extract(page_path, '^/produits/([^/]+)', 1) AS slug, count(*) AS views FROM web_events WHERE event_name = 'view_item' AND dt = DATE '2025-12-28' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 15;

-- str04 (strings) \d and \w classes
SELECT regexp_extract(deal_id, '(\d+)-(\d+)-(\d+)', 1) AS yymm, count(*) AS n FROM influencer_deals WHERE regexp_like(deal_id, '^INF-\d{4}-\w+') GROUP BY 1 ORDER BY 1;

-- str05 (strings) regexp_replace of white space
SELECT regexp_replace(trim(title), '\s+', ' ') AS title, length(title) AS len, upper(substr(title, 1, 1)) AS initial FROM products ORDER BY sku LIMIT 10;

-- str07 (strings) url_extract_* and utm
SELECT url_extract_parameter(tracked_link, 'utm_source') AS utm_source, url_extract_host(tracked_link) AS host, url_extract_path(tracked_link) AS path FROM influencer_deals WHERE tracked_link IS NOT NULL ORDER BY deal_id LIMIT 10;

-- str08 (strings) search terms: url_decode of a query string, replace +
SELECT url_decode(regexp_extract(page_query, 'q=([^&]*)', 1)) AS term, count(*) AS n FROM web_events WHERE event_name = 'search' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10;

-- str10 (strings) format() and lpad, money for people
SELECT format('%.2f €', sum(net_revenue_eur)) AS revenue, format('%,d', count(*)) AS orders FROM orders WHERE is_conversion;

-- str11 (strings) listagg
SELECT country, listagg(order_number, ', ') WITHIN GROUP (ORDER BY order_number) AS numbers FROM orders WHERE local_date = DATE '2025-12-28' GROUP BY country ORDER BY country;

-- str13 (strings) accents away: normalize(x, NFD) and \p{M}
SELECT regexp_replace(normalize(lower(category), NFD), '\p{M}', '') AS slug, count(*) AS n FROM products GROUP BY 1 ORDER BY 1;

-- str15 (strings) screen width out of 'WxH', CAST to integer
SELECT CASE WHEN CAST(split_part(screen, 'x', 1) AS integer) < 768 THEN 'small' WHEN CAST(split_part(screen, 'x', 1) AS integer) < 1200 THEN 'medium' ELSE 'large' END AS size, count(*) AS n FROM web_events WHERE screen IS NOT NULL AND dt = DATE '2025-12-28' GROUP BY 1 ORDER BY 1;

-- jso01 (json) json_extract_scalar of a raw text column
WITH received AS (
  SELECT concat('{"event_name":"', event_name, '","consent":{"ads":true},"ecommerce":{"items":[', coalesce(array_join(transform(items, x -> '{"item_name":"' || x.item_name || '"}'), ','), ''), ']}}') AS record
  FROM web_events WHERE dt = DATE '2025-12-28'
)
SELECT json_extract_scalar(record, '$.event_name') AS event_name, json_extract_scalar(record, '$.consent.ads') AS ads, count(*) AS n FROM received GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2;

-- jso02 (json) CAST(json_extract(…) AS array(json)) and UNNEST
WITH received AS (
  SELECT concat('{"event_name":"', event_name, '","consent":{"ads":true},"ecommerce":{"items":[', coalesce(array_join(transform(items, x -> '{"item_name":"' || x.item_name || '"}'), ','), ''), ']}}') AS record
  FROM web_events WHERE dt = DATE '2025-12-28'
)
SELECT json_extract_scalar(item, '$.item_name') AS item, count(*) AS n FROM received CROSS JOIN UNNEST(CAST(json_extract(record, '$.ecommerce.items') AS array(json))) AS t(item) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10;

-- jso04 (json) CAST(row / array AS json), json_format
SELECT json_format(CAST(array_agg(channel ORDER BY position) AS json)) AS path FROM touchpoints GROUP BY order_id ORDER BY order_id LIMIT 5;

-- jso06 (json) json_array_length, json_extract, try
WITH received AS (
  SELECT concat('{"event_name":"', event_name, '","consent":{"ads":true},"ecommerce":{"items":[', coalesce(array_join(transform(items, x -> '{"item_name":"' || x.item_name || '"}'), ','), ''), ']}}') AS record
  FROM web_events WHERE dt = DATE '2025-12-28'
)
SELECT json_array_length(json_extract(record, '$.ecommerce.items')) AS n_items, count(*) AS n FROM received WHERE try(json_parse(record)) IS NOT NULL GROUP BY 1 ORDER BY 1;

-- grp02 (grouping) GROUPING SETS, coalesce to 'Total'
SELECT coalesce(channel, 'Total') AS channel, coalesce(device, 'Total') AS device, sum(sessions) AS sessions FROM funnel_daily GROUP BY GROUPING SETS ((channel, device), (channel), (device), ()) ORDER BY 1, 2;

-- grp03 (grouping) CUBE
SELECT country, is_new_customer, count(*) AS n FROM order_economics GROUP BY CUBE (country, is_new_customer) ORDER BY n DESC, country, is_new_customer LIMIT 20;

-- piv02 (pivot) unpivot with UNNEST of two arrays
SELECT platform, metric, sum(value) AS total FROM ad_spend CROSS JOIN UNNEST(ARRAY['impressions', 'clicks'], ARRAY[impressions, clicks]) AS t(metric, value) GROUP BY 1, 2 ORDER BY 1, 2;

-- set01 (sets, subqueries) EXCEPT: customers of January who did not come back
SELECT count(*) AS lost FROM (SELECT customer_id FROM orders WHERE month(local_date) = 12 AND customer_id IS NOT NULL EXCEPT SELECT customer_id FROM orders WHERE month(local_date) = 1);

-- set03 (sets, subqueries) correlated scalar subquery: rate of the day
SELECT o.order_id, o.currency, (SELECT max(f.rate) FROM fx_rates f WHERE f.currency = o.currency AND f.rate_date = o.local_date) AS rate FROM orders o WHERE o.currency <> 'EUR' ORDER BY o.order_id LIMIT 20;

-- set04 (sets, subqueries) NOT EXISTS, IN (subquery)
SELECT count(*) AS n FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id) AND c.customer_id IN (SELECT customer_id FROM web_events WHERE customer_id IS NOT NULL);

-- set06 (sets, subqueries) comparison with ALL / ANY
SELECT product_id, title FROM product_performance WHERE units >= ALL (SELECT units FROM product_performance);

-- set07 (sets, subqueries) WITH RECURSIVE: weeks
WITH RECURSIVE w(d) AS (SELECT DATE '2025-01-06' UNION ALL SELECT d + INTERVAL '7' DAY FROM w WHERE d < DATE '2025-03-01') SELECT d FROM w ORDER BY d;

-- set09 (sets, subqueries) tuple IN and row comparison
SELECT count(*) AS n FROM orders WHERE (country, currency) IN (('FR', 'EUR'), ('CH', 'CHF'));

-- set10 (sets, subqueries) TABLESAMPLE
SELECT count(*) > 0 AS some FROM web_events TABLESAMPLE BERNOULLI (50);

-- sta01 (statistics) approx_percentile with an array, and subscripts
SELECT p[1] AS p25, p[2] AS median, p[3] AS p75 FROM (SELECT approx_percentile(total_price_eur, ARRAY[0.25, 0.5, 0.75]) AS p FROM orders WHERE is_conversion);

-- sta02 (statistics) approx_percentile of money and of a bigint
SELECT device, approx_percentile(page_views, 0.95) AS p95_pages, approx_percentile(CAST(events AS double), 0.5) AS median_events FROM sessions GROUP BY device ORDER BY device;

-- sta04 (statistics) width_bucket histogram of order values
SELECT width_bucket(total_price_eur, 0, 200, 10) AS bucket, count(*) AS n, bar(count(*) / 600.0, 20) AS chart FROM orders WHERE is_conversion GROUP BY 1 ORDER BY 1;

-- sta05 (statistics) bucket by floor division
SELECT floor(total_price_eur / 20) * 20 AS bucket, count(*) AS n FROM orders WHERE is_conversion GROUP BY 1 ORDER BY 1;

-- sta07 (statistics) corr and regr_slope between spend and revenue (decimals, mixed)
SELECT channel, corr(spend_eur, net_revenue_eur) AS r, regr_slope(net_revenue_eur, spend_eur) AS slope FROM roi_by_channel_daily WHERE attribution_model = 'linear' AND spend_eur > 0 GROUP BY channel HAVING count(*) > 10 ORDER BY channel;

-- sta08 (statistics) A/B: proportion, standard error, sqrt
SELECT device, p, sqrt(p * (1 - p) / n) AS se FROM (SELECT device, count(*) AS n, avg(CASE WHEN purchases > 0 THEN 1.0 ELSE 0.0 END) AS p FROM sessions GROUP BY device) ORDER BY device;

-- sta10 (statistics) mode: max_by of a count
SELECT channel, max_by(landing_path, n) AS top_landing FROM (SELECT channel, landing_path, count(*) AS n FROM sessions GROUP BY 1, 2) GROUP BY channel ORDER BY channel;

-- sta11 (statistics) approx_most_frequent
SELECT approx_most_frequent(3, channel, 1000) AS top FROM sessions;

-- sta13 (statistics) modulo and hash buckets
SELECT mod(from_big_endian_64(xxhash64(to_utf8(visitor_id))), 10) AS bucket, count(*) AS n FROM sessions GROUP BY 1 ORDER BY 1;

-- sta14 (statistics) integer modulo of an id
SELECT CAST(order_id AS bigint) % 10 AS bucket, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1;

-- bi02 (BI) Tableau custom SQL wrapper
SELECT "Custom SQL Query"."channel" AS "channel", SUM("Custom SQL Query"."spend") AS "sum:spend:ok" FROM (
  SELECT channel, spend_eur AS spend FROM ad_spend WHERE dt >= DATE '2025-12-25'
) "Custom SQL Query" GROUP BY 1 ORDER BY 1 LIMIT 1000;

-- bi03 (BI) Superset on Athena: virtual table, time grain, lower-case labels
SELECT date_trunc('week', CAST(local_date AS TIMESTAMP)) AS __timestamp, channel AS channel, SUM(sessions) AS "sum__sessions"
FROM (SELECT day AS local_date, channel, sessions FROM funnel_daily) AS virtual_table
WHERE local_date >= DATE '2025-12-20' AND local_date < DATE '2026-01-05'
GROUP BY date_trunc('week', CAST(local_date AS TIMESTAMP)), channel
ORDER BY "sum__sessions" DESC
LIMIT 10000;

-- bi05 (BI) Metabase on Athena: schema-qualified columns
SELECT "sillage"."orders"."country" AS "country", COUNT(*) AS "count" FROM "sillage"."orders" WHERE "sillage"."orders"."is_conversion" = TRUE GROUP BY "sillage"."orders"."country" ORDER BY "count" DESC, "sillage"."orders"."country" ASC;

-- bi06 (BI) Looker on Athena: DATE_FORMAT, COALESCE(SUM), HAVING NOT, LIMIT 500
SELECT (DATE_FORMAT(orders.created_at, '%Y-%m-%d')) AS "orders.created_date", COUNT(DISTINCT orders.order_id) AS "orders.count", COALESCE(SUM(orders.net_revenue_eur), 0) AS "orders.revenue" FROM orders AS orders WHERE ((orders.created_at >= (TIMESTAMP '2025-12-24 00:00:00') AND orders.created_at < (TIMESTAMP '2026-01-05 00:00:00'))) GROUP BY 1 ORDER BY 1 DESC LIMIT 500;

-- bi08 (BI) QuickSight: three-part name
SELECT "channel", SUM("spend_eur") AS "c0", COUNT(*) AS "count" FROM "lake"."sillage"."marketing_costs" GROUP BY "channel" ORDER BY "c0" DESC LIMIT 2500;

-- bi09 (BI) Cube.js: from_iso8601_timestamp, AT TIME ZONE
SELECT date_trunc('day', (orders.created_at AT TIME ZONE 'UTC')) "orders__created_at_day", count(*) "orders__count" FROM orders AS orders WHERE orders.created_at >= from_iso8601_timestamp('2025-12-25T00:00:00.000Z') AND orders.created_at <= from_iso8601_timestamp('2025-12-31T23:59:59.999Z') GROUP BY 1 ORDER BY 1 ASC LIMIT 10000;

-- bi11 (BI) accents, blanks and capitals in aliases
SELECT channel AS "Canal", sum(spend_eur) AS "Coût (€)", count(DISTINCT campaign) AS "Nb campagnes" FROM marketing_costs GROUP BY channel ORDER BY "Coût (€)" DESC;

-- bi12 (BI) SHOW CREATE VIEW's own formatting: quoted functions, parentheses everywhere
SELECT "channel", "date_trunc"('month', "day") "month", "round"("sum"("spend_eur"), 2) "spend" FROM (marketing_costs LEFT JOIN (SELECT "channel" "c" FROM ad_spend GROUP BY "channel") ON ("channel" = "c")) WHERE (("date_diff"('day', "day", DATE '2026-01-09') <= 60)) GROUP BY "channel", 2 ORDER BY 1 ASC, 2 ASC;

-- bi14 (BI) SELECT * preview with LIMIT wrapper
SELECT * FROM (SELECT * FROM roi_by_campaign WHERE attribution_model = 'linear') AS t ORDER BY spend_eur DESC, campaign_id LIMIT 100;

-- bi15 (BI) union of relations with a NULL column, CAST(NULL AS varchar(n))
SELECT CAST('orders' AS varchar(20)) AS src, country, CAST(NULL AS varchar) AS channel, count(*) AS n FROM orders GROUP BY country UNION ALL SELECT 'sessions', NULL, channel, count(*) FROM sessions GROUP BY channel ORDER BY 1, 2, 3;

-- met01 (metadata) tables in information_schema
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'sillage' ORDER BY table_name;

-- met02 (metadata) columns in information_schema
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'sillage' AND table_name = 'orders' ORDER BY ordinal_position;

-- met04 (metadata) SHOW TABLES LIKE
SHOW TABLES LIKE 'roi%';

-- met05 (metadata) SHOW TABLES IN a database
SHOW TABLES IN sillage;

-- met07 (metadata) SHOW CREATE VIEW
SHOW CREATE VIEW roi_by_channel_daily;

-- met08 (metadata) SHOW CREATE TABLE
SHOW CREATE TABLE orders;

-- met10 (metadata) EXPLAIN
EXPLAIN SELECT count(*) FROM orders WHERE dt = DATE '2025-12-28';

-- met11 (metadata) SHOW PARTITIONS by the $partitions table
SELECT * FROM "orders$partitions" ORDER BY 1 DESC LIMIT 3;

-- met13 (metadata) SHOW FUNCTIONS LIKE
SHOW FUNCTIONS LIKE 'approx%';

-- bi28 (BI) Redash: parameters as texts, CAST of a real share
SELECT channel, CAST(sum(conversion_rate * sessions) / nullif(sum(sessions), 0) AS real) AS cr FROM funnel_daily WHERE day BETWEEN CAST('2025-12-20' AS date) AND CAST('2026-01-08' AS date) GROUP BY channel ORDER BY 2 DESC NULLS LAST, 1;

-- coh23 (cohorts) new against returning with GROUPING
SELECT CASE WHEN grouping(country) = 1 THEN 'all' ELSE country END AS country, sum(IF(is_new_customer, net_revenue_eur, 0)) AS new_eur, sum(IF(is_new_customer, 0, net_revenue_eur)) AS old_eur, count_if(is_new_customer) * 100.0 / count(*) AS pct_new FROM order_economics GROUP BY ROLLUP(country) ORDER BY 1;

-- kpi21 (kpi ratios) ROAS, ACOS, CPA, CPM with try and nullif
SELECT platform, campaign_name, sum(spend_eur) AS spend, try(sum(claimed_value_eur) / sum(spend_eur)) AS roas, 1000 * sum(spend_eur) / nullif(sum(impressions), 0) AS cpm, sum(spend_eur) / nullif(CAST(sum(claimed_conversions) AS decimal(18,4)), 0) AS cpa FROM ad_spend GROUP BY 1, 2 ORDER BY spend DESC, 2 LIMIT 20;

-- kpi23 (kpi ratios) trailing 7 days by a RANGE of an interval, and year to date
SELECT day, sum(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL '6' DAY PRECEDING AND CURRENT ROW) AS t7, sum(n) OVER (PARTITION BY year(day) ORDER BY day) AS ytd, avg(n) OVER (ORDER BY day ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING) AS smooth FROM (SELECT local_date AS day, count(*) AS n FROM orders GROUP BY local_date) ORDER BY day;

-- jso21 (json) JSON built and read again
SELECT json_extract_scalar(j, '$.channel') AS channel, CAST(json_extract(j, '$.n') AS bigint) AS n FROM (SELECT json_format(CAST(map(ARRAY['channel'], ARRAY[channel]) AS json)) AS j0, concat('{"channel":"', channel, '","n":', CAST(count(*) AS varchar), '}') AS j FROM sessions GROUP BY channel) ORDER BY 2 DESC, 1;

-- pth23 (paths) position-based credit by hand
SELECT channel, sum(CASE WHEN n = 1 THEN 1.0 WHEN position IN (1, n) THEN IF(n = 2, 0.5, 0.4) ELSE 0.2 / (n - 2) END) AS credit FROM (SELECT channel, position, count(*) OVER (PARTITION BY order_id) AS n FROM touchpoints) GROUP BY channel ORDER BY credit DESC, channel;

-- txt22 (strings) masks and padding
SELECT lpad(CAST(item_count AS varchar), 3, '0') AS items, rpad(currency, 5, '.') AS cur, substr(order_number, -3) AS last3, reverse(order_number) AS rev, CAST(country AS char(3)) AS c3 FROM orders ORDER BY order_id LIMIT 10;

-- set22 (sets, subqueries) top 5 with ties by FETCH
SELECT channel, count(*) AS n FROM sessions GROUP BY channel ORDER BY n DESC FETCH FIRST 5 ROWS WITH TIES;
