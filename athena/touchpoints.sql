-- One row is one touch on the path of one conversion of the slice's UTC day, at most 90 days before it. A conversion is a paid
-- order, not cancelled, not a test. Touches: the person's sessions (of every browser that was seen with the customer), a deal's
-- promotion code, and, where no session is known, the landing page that the shop itself noted. A conversion without any of
-- these has one touch of type none. Nothing that came after the conversion changes its path: the shop writes its orders' times to the
-- second, so a session that began within that second came before.
-- A session without a customer is the one's who was last seen in its browser. A code stands for itself unless a link of the
-- same deal was followed within 7 days before, the shortest look-back: then both are one touch.
WITH conversions AS (
  SELECT order_id, customer_id, coalesce(processed_at, created_at) AS converted_at, local_date, promo_codes, landing_path, landing_source, landing_medium,
    landing_campaign, landing_campaign_id, landing_content, landing_channel
  FROM orders
  WHERE is_conversion
), browsers AS (
  SELECT DISTINCT c.order_id, c.customer_id, c.converted_at, s.visitor_id
  FROM conversions AS c JOIN sessions AS s ON s.customer_id = c.customer_id
  WHERE s.started_at < c.converted_at + INTERVAL '1' SECOND AND s.started_at >= c.converted_at - INTERVAL '90' DAY
), owned AS (
  SELECT b.order_id, b.customer_id AS buyer_id, b.converted_at, s.*,
    last_value(s.customer_id) IGNORE NULLS OVER (PARTITION BY b.order_id, b.visitor_id ORDER BY s.started_at, s.session_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS owner_id
  FROM browsers AS b JOIN sessions AS s ON s.visitor_id = b.visitor_id
  WHERE s.started_at < b.converted_at + INTERVAL '1' SECOND AND s.started_at >= b.converted_at - INTERVAL '90' DAY
), landings AS (
  SELECT * FROM conversions WHERE landing_source IS NOT NULL
), landing_matches AS (
  SELECT l.order_id, d.deal_id, d.influencer_id, d.contract_date
  FROM landings AS l JOIN influencer_deals AS d ON lower(l.landing_path) = d.link_path
  WHERE l.local_date BETWEEN d.contract_date AND coalesce(d.end_date, l.local_date)
    -- Everybody lands on the shop's own pages: a link to one of them is known by its UTM parameters alone.
    AND NOT regexp_like(d.link_path, '^(/[a-z][a-z](-[a-z][a-z])?)?(/|/(products|collections|pages|blogs|search|cart|account)(/.*)?)?$')
  UNION ALL
  SELECT l.order_id, d.deal_id, d.influencer_id, d.contract_date
  FROM landings AS l JOIN influencer_deals AS d ON l.landing_source = d.link_source AND l.landing_campaign = d.campaign
  WHERE l.local_date BETWEEN d.contract_date AND coalesce(d.end_date, l.local_date)
), landing_deals AS (
  SELECT order_id, deal_id, influencer_id, row_number() OVER (PARTITION BY order_id ORDER BY contract_date DESC, deal_id) AS place
  FROM landing_matches
), links AS (
  -- How links name campaigns, as last reported.
  SELECT source, link_key, max_by(platform, dt) AS platform, max_by(campaign_id, dt) AS campaign_id, max_by(channel, dt) AS channel FROM campaign_links GROUP BY source, link_key
), coded AS (
  SELECT c.order_id, d.deal_id, d.influencer_id, d.campaign, c.converted_at,
    row_number() OVER (PARTITION BY c.order_id ORDER BY d.contract_date DESC, d.deal_id) AS place
  FROM conversions AS c CROSS JOIN UNNEST(c.promo_codes) AS u(code) JOIN influencer_deals AS d ON d.promo_code = u.code
  WHERE c.local_date BETWEEN d.contract_date AND coalesce(d.end_date, c.local_date)
), candidates AS (
  -- All that may be a touch, each read once: Trino computes a WITH anew wherever it is named, and refuses more than 100 stages.
  SELECT order_id, session_id AS touch_id, 'session' AS touch_type, least(started_at, converted_at) AS touched_at, converted_at, 1 AS rank,
    channel, source, medium, campaign, campaign_id, platform, content, deal_id, influencer_id
  FROM owned
  WHERE coalesce(customer_id, owner_id) = buyer_id
  UNION ALL
  SELECT l.order_id, concat('landing-', l.order_id), 'order_landing', l.converted_at, l.converted_at, 2,
    CASE WHEN d.deal_id IS NOT NULL THEN 'Influencer' ELSE coalesce(i.channel, a.channel, n.channel, l.landing_channel) END, l.landing_source, l.landing_medium,
    l.landing_campaign, CASE WHEN d.deal_id IS NULL THEN coalesce(i.campaign_id, a.campaign_id, n.campaign_id, l.landing_campaign_id) ELSE l.landing_campaign_id END,
    CASE WHEN d.deal_id IS NULL THEN coalesce(i.platform, a.platform, n.platform) END, l.landing_content, d.deal_id, d.influencer_id
  FROM landings AS l LEFT JOIN landing_deals AS d ON d.order_id = l.order_id AND d.place = 1
  LEFT JOIN links AS i ON i.source = l.landing_source AND i.link_key = concat('id:', l.landing_campaign_id)
  LEFT JOIN links AS a ON a.source = '*' AND a.link_key = coalesce(concat('id:', l.landing_campaign_id), concat('name:', trim(regexp_replace(l.landing_campaign, '[ +]+', ' ')))) AND l.landing_channel IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network')
  LEFT JOIN links AS n ON n.source = l.landing_source AND n.link_key = concat('name:', trim(regexp_replace(l.landing_campaign, '[ +]+', ' '))) AND l.landing_channel IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network')
  UNION ALL
  SELECT order_id, concat('code-', deal_id), 'promo_code', converted_at, converted_at, 3,
    'Influencer', CAST(NULL AS varchar), CAST(NULL AS varchar), campaign, CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), deal_id, influencer_id
  FROM coded
  WHERE place = 1
  UNION ALL
  SELECT order_id, concat('none-', order_id), 'none', converted_at, converted_at, 4,
    'Unassigned', CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar)
  FROM conversions
), seen AS (
  SELECT candidates.*, min(rank) OVER (PARTITION BY order_id) AS best_rank FROM candidates
), clicked AS (
  SELECT seen.*, max(CASE WHEN rank <= 2 AND touched_at >= converted_at - INTERVAL '7' DAY THEN 1 ELSE 0 END) OVER (PARTITION BY order_id, deal_id) AS followed
  FROM seen
  WHERE rank <> 2 OR best_rank = 2
), touches AS (
  SELECT * FROM clicked WHERE (rank <> 3 OR followed = 0) AND (rank <> 4 OR best_rank = 4)
)
SELECT order_id, touch_id, touch_type, touched_at, converted_at,
  row_number() OVER (PARTITION BY order_id ORDER BY touched_at, rank, touch_id) AS position,
  channel, source, medium, campaign, campaign_id, platform, content, deal_id, influencer_id
FROM touches
