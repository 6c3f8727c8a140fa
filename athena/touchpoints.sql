-- One row is one touch on the path of one conversion of the slice's UTC day, at most 90 days before it. A conversion is a paid
-- order, not cancelled, not a test. Touches: the person's sessions (of every browser that was seen with the customer), a deal's
-- promotion code, and, where no session is known, the landing page that the shop itself noted. A conversion without any of
-- these has one touch of type none.
WITH conversions AS (
  SELECT order_id, customer_id, created_at AS converted_at, local_date, promo_code, landing_path, landing_source, landing_medium,
    landing_campaign, landing_campaign_id, landing_content, landing_channel
  FROM orders
  WHERE is_conversion
), owners AS (
  SELECT visitor_id, max_by(customer_id, started_at) AS customer_id
  FROM sessions
  WHERE customer_id IS NOT NULL
  GROUP BY visitor_id
), people AS (
  SELECT s.session_id, coalesce(s.customer_id, o.customer_id) AS customer_id, s.started_at, s.channel, s.source, s.medium, s.campaign, s.campaign_id,
    s.content, s.deal_id, s.influencer_id
  FROM sessions AS s LEFT JOIN owners AS o ON o.visitor_id = s.visitor_id
), visited AS (
  SELECT c.order_id, p.session_id AS touch_id, 'session' AS touch_type, p.started_at AS touched_at, c.converted_at, 1 AS rank,
    p.channel, p.source, p.medium, p.campaign, p.campaign_id, p.content, p.deal_id, p.influencer_id
  FROM conversions AS c JOIN people AS p ON p.customer_id = c.customer_id
  WHERE p.started_at <= c.converted_at AND p.started_at >= c.converted_at - INTERVAL '90' DAY
), coded AS (
  SELECT c.order_id, d.deal_id, d.influencer_id, d.campaign, c.converted_at,
    row_number() OVER (PARTITION BY c.order_id ORDER BY d.contract_date DESC, d.deal_id) AS place
  FROM conversions AS c JOIN influencer_deals AS d ON d.promo_code = c.promo_code
  WHERE c.local_date BETWEEN d.contract_date AND coalesce(d.end_date, c.local_date)
), codes AS (
  SELECT k.order_id, concat('code-', k.deal_id) AS touch_id, 'promo_code' AS touch_type, k.converted_at AS touched_at, k.converted_at, 3 AS rank,
    'Influencer' AS channel, CAST(NULL AS varchar) AS source, CAST(NULL AS varchar) AS medium, k.campaign, CAST(NULL AS varchar) AS campaign_id,
    CAST(NULL AS varchar) AS content, k.deal_id, k.influencer_id
  FROM coded AS k
  LEFT JOIN (SELECT DISTINCT order_id, deal_id FROM visited WHERE deal_id IS NOT NULL) AS v ON v.order_id = k.order_id AND v.deal_id = k.deal_id
  WHERE k.place = 1 AND v.deal_id IS NULL
), landings AS (
  SELECT c.* FROM conversions AS c LEFT JOIN (SELECT DISTINCT order_id FROM visited) AS v ON v.order_id = c.order_id
  WHERE v.order_id IS NULL AND c.landing_source IS NOT NULL
), landing_matches AS (
  SELECT l.order_id, d.deal_id, d.influencer_id, d.contract_date
  FROM landings AS l JOIN influencer_deals AS d ON lower(l.landing_path) = d.link_path
  WHERE l.local_date BETWEEN d.contract_date AND coalesce(d.end_date, l.local_date)
  UNION ALL
  SELECT l.order_id, d.deal_id, d.influencer_id, d.contract_date
  FROM landings AS l JOIN influencer_deals AS d ON l.landing_source = d.link_source AND l.landing_campaign = d.campaign
  WHERE l.local_date BETWEEN d.contract_date AND coalesce(d.end_date, l.local_date)
), landing_deals AS (
  SELECT order_id, deal_id, influencer_id, row_number() OVER (PARTITION BY order_id ORDER BY contract_date DESC, deal_id) AS place
  FROM landing_matches
), landed AS (
  SELECT l.order_id, concat('landing-', l.order_id) AS touch_id, 'order_landing' AS touch_type, l.converted_at AS touched_at, l.converted_at, 2 AS rank,
    CASE WHEN d.deal_id IS NOT NULL THEN 'Influencer' ELSE l.landing_channel END AS channel, l.landing_source AS source, l.landing_medium AS medium,
    l.landing_campaign AS campaign, l.landing_campaign_id AS campaign_id, l.landing_content AS content, d.deal_id, d.influencer_id
  FROM landings AS l LEFT JOIN landing_deals AS d ON d.order_id = l.order_id AND d.place = 1
), known AS (
  SELECT * FROM visited UNION ALL SELECT * FROM codes UNION ALL SELECT * FROM landed
), touches AS (
  SELECT * FROM known
  UNION ALL
  SELECT c.order_id, concat('none-', c.order_id), 'none', c.converted_at, c.converted_at, 4, 'Unassigned', CAST(NULL AS varchar), CAST(NULL AS varchar),
    CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar)
  FROM conversions AS c LEFT JOIN (SELECT DISTINCT order_id FROM known) AS k ON k.order_id = c.order_id
  WHERE k.order_id IS NULL
)
SELECT order_id, touch_id, touch_type, touched_at, converted_at,
  row_number() OVER (PARTITION BY order_id ORDER BY touched_at, rank, touch_id) AS position,
  channel, source, medium, campaign, campaign_id, content, deal_id, influencer_id
FROM touches
