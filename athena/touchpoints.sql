-- One row is one touch on the path of one conversion of the slice's UTC day, at most 90 days before it. A conversion is a paid
-- order, not cancelled, not a test. Touches: the person's sessions (of every browser that was seen with the customer), a deal's
-- promotion code, and, where no session is known, the landing page that the shop itself noted. A conversion without any of
-- these has one touch of type none. Nothing that came after the conversion changes its path.
-- A session without a customer is the one's who was last seen in its browser. A code stands for itself unless a link of the
-- same deal was followed within 7 days before, the shortest look-back: then both are one touch.
WITH conversions AS (
  SELECT order_id, customer_id, created_at AS converted_at, local_date, promo_codes, landing_path, landing_source, landing_medium,
    landing_campaign, landing_campaign_id, landing_content, landing_channel
  FROM orders
  WHERE is_conversion
), browsers AS (
  SELECT DISTINCT c.order_id, c.customer_id, c.converted_at, s.visitor_id
  FROM conversions AS c JOIN sessions AS s ON s.customer_id = c.customer_id
  WHERE s.started_at <= c.converted_at AND s.started_at >= c.converted_at - INTERVAL '90' DAY
), owners AS (
  SELECT b.order_id, b.visitor_id, s.customer_id,
    row_number() OVER (PARTITION BY b.order_id, b.visitor_id ORDER BY s.started_at DESC, s.session_id DESC) AS place
  FROM browsers AS b JOIN sessions AS s ON s.visitor_id = b.visitor_id
  WHERE s.customer_id IS NOT NULL AND s.started_at <= b.converted_at AND s.started_at >= b.converted_at - INTERVAL '90' DAY
), visited AS (
  SELECT b.order_id, s.session_id AS touch_id, 'session' AS touch_type, s.started_at AS touched_at, b.converted_at, 1 AS rank,
    s.channel, s.source, s.medium, s.campaign, s.campaign_id, s.content, s.deal_id, s.influencer_id
  FROM browsers AS b
  JOIN owners AS o ON o.order_id = b.order_id AND o.visitor_id = b.visitor_id
  JOIN sessions AS s ON s.visitor_id = b.visitor_id
  WHERE o.place = 1 AND coalesce(s.customer_id, o.customer_id) = b.customer_id
    AND s.started_at <= b.converted_at AND s.started_at >= b.converted_at - INTERVAL '90' DAY
), landings AS (
  SELECT c.* FROM conversions AS c LEFT JOIN (SELECT DISTINCT order_id FROM visited) AS v ON v.order_id = c.order_id
  WHERE v.order_id IS NULL AND c.landing_source IS NOT NULL
), deal_paths AS (
  SELECT deal_id, influencer_id, contract_date, end_date, link_path
  FROM influencer_deals
  -- Everybody lands on the shop's own pages: a link to one of them is known by its UTM parameters alone.
  WHERE NOT regexp_like(link_path, '^(/[a-z][a-z](-[a-z][a-z])?)?(/|/(products|collections|pages|blogs|search|cart|account)(/.*)?)?$')
), landing_matches AS (
  SELECT l.order_id, d.deal_id, d.influencer_id, d.contract_date
  FROM landings AS l JOIN deal_paths AS d ON lower(l.landing_path) = d.link_path
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
), clicked AS (
  SELECT * FROM visited UNION ALL SELECT * FROM landed
), coded AS (
  SELECT c.order_id, d.deal_id, d.influencer_id, d.campaign, c.converted_at,
    row_number() OVER (PARTITION BY c.order_id ORDER BY d.contract_date DESC, d.deal_id) AS place
  FROM conversions AS c CROSS JOIN UNNEST(c.promo_codes) AS u(code) JOIN influencer_deals AS d ON d.promo_code = u.code
  WHERE c.local_date BETWEEN d.contract_date AND coalesce(d.end_date, c.local_date)
), codes AS (
  SELECT k.order_id, concat('code-', k.deal_id) AS touch_id, 'promo_code' AS touch_type, k.converted_at AS touched_at, k.converted_at, 3 AS rank,
    'Influencer' AS channel, CAST(NULL AS varchar) AS source, CAST(NULL AS varchar) AS medium, k.campaign, CAST(NULL AS varchar) AS campaign_id,
    CAST(NULL AS varchar) AS content, k.deal_id, k.influencer_id
  FROM coded AS k
  LEFT JOIN (SELECT DISTINCT order_id, deal_id FROM clicked WHERE deal_id IS NOT NULL AND touched_at >= converted_at - INTERVAL '7' DAY) AS v
    ON v.order_id = k.order_id AND v.deal_id = k.deal_id
  WHERE k.place = 1 AND v.deal_id IS NULL
), known AS (
  SELECT * FROM clicked UNION ALL SELECT * FROM codes
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
