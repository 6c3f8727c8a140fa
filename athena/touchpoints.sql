-- One row is one touch on the path of one conversion of the slice's UTC day, at most 90 days before it. A conversion is
-- a paid order, not cancelled, not a test. Touches: the buyer's sessions, a deal's promotion code, and, where no
-- session is known, the landing page that the shop itself noted; it also stands for a session of the last day of which
-- it is not known where it came from. A conversion without any of these has one touch of type none. Nothing that came
-- after the conversion changes its path: the shop writes its orders' times to the second, so a session that began
-- within that second came before.
-- Whose a session is. Certain: a purchase event told the number of the buyer's order, this one or one of the 90 days
-- before, of the same account or e-mail address. Its browser is the buyer's: its nameless sessions, those under the
-- name that was logged in then, and the one of the purchase. Else by name: the account was seen in the browser, and a
-- nameless session is the one's who was last seen there. An account or address that more than 50 browsers share is no
-- person: then the order's own browser alone counts. A browser in which more than 5 orders of others were placed in the
-- 90 days is a till (a tablet in a shop, orders by telephone): of it the session of the purchase alone counts.
-- A code stands for itself unless a link of the same deal was followed within 7 days before, the shortest look-back:
-- then both are one touch. Of several deals with one code the newest contract's counts, then the lower number's.
WITH conversions AS (
  SELECT o.order_id, o.customer_id, o.email_hash, coalesce(o.processed_at, o.created_at) AS converted_at, o.local_date,
    o.promo_codes, o.landing_path, o.landing_source,
    o.landing_medium, o.landing_campaign, o.landing_campaign_id, o.landing_content, o.landing_term, o.landing_channel
  FROM orders AS o CROSS JOIN slice
  WHERE o.is_conversion AND o.dt = slice.dt
), told AS (
  -- Who placed an order: the first browser that told its number, in any of the ways in which pages write it, within a
  -- day of the order; by the collector's clock where the browser's is days behind. Where a shop numbers its orders in
  -- its own way, the number of one may be the id of another: then it is a number. (The four ways are rows beside the
  -- orders: to unnest them from each order would sort out all orders anew for every day, also where nothing was told.)
  SELECT order_id, visitor_id, customer_id, purchased_at,
    row_number() OVER (PARTITION BY order_id ORDER BY purchased_at, event_id) AS place
  FROM (
    SELECT order_id, visitor_id, customer_id, purchased_at, event_id, rank,
      min(rank) OVER (PARTITION BY event_id) AS best_rank
    FROM (
      SELECT o.order_id, p.visitor_id, p.customer_id, p.purchased_at, p.event_id,
        o.rank + CASE WHEN p.purchased_at BETWEEN o.placed_at - INTERVAL '1' DAY AND o.placed_at + INTERVAL '1' DAY
          THEN 0 ELSE 2 END AS rank
      FROM (
        SELECT order_id, coalesce(processed_at, created_at) AS placed_at,
          CASE way WHEN 1 THEN order_number WHEN 2 THEN order_id WHEN 3 THEN lower(order_name)
            ELSE regexp_replace(order_id, '^[a-z]+:', '') END AS number,
          CASE WHEN way < 4 THEN 1 ELSE 2 END AS rank
        FROM orders CROSS JOIN (VALUES 1, 2, 3, 4) AS ways(way)
      ) AS o
      JOIN purchases AS p ON lower(p.transaction_id) = o.number
      WHERE p.purchased_at BETWEEN o.placed_at - INTERVAL '1' DAY AND o.placed_at + INTERVAL '1' DAY
        OR p.received_at BETWEEN o.placed_at - INTERVAL '1' DAY AND o.placed_at + INTERVAL '1' DAY
    ) AS near
  ) AS numbers
  WHERE rank = best_rank
), firsts AS (
  SELECT order_id, visitor_id, customer_id, purchased_at, count(*) OVER (PARTITION BY visitor_id) AS orders_of_browser
  FROM told
  WHERE place = 1
), kin AS (
  -- The buyer's orders: the conversion, and those before it.
  SELECT order_id, order_id AS kin_id, customer_id, converted_at FROM conversions
  UNION
  SELECT c.order_id, o.order_id, o.customer_id, c.converted_at
  FROM conversions AS c JOIN orders AS o ON o.customer_id = c.customer_id
  WHERE coalesce(o.processed_at, o.created_at) BETWEEN c.converted_at - INTERVAL '90' DAY AND c.converted_at
  UNION
  SELECT c.order_id, o.order_id, o.customer_id, c.converted_at
  FROM conversions AS c JOIN orders AS o ON o.email_hash = c.email_hash
  WHERE coalesce(o.processed_at, o.created_at) BETWEEN c.converted_at - INTERVAL '90' DAY AND c.converted_at
), buyers AS (
  -- Pages name a customer without the shop system that an import writes before the id (`woo:77`).
  SELECT order_id, converted_at,
    array_agg(DISTINCT regexp_replace(customer_id, '^[a-z]+:', '')) AS names
  FROM kin GROUP BY order_id, converted_at
), clues AS (
  SELECT k.order_id, t.visitor_id, t.customer_id AS told_as, t.purchased_at,
    CASE WHEN k.kin_id = k.order_id THEN 1 ELSE 0 END AS is_own, t.orders_of_browser
  FROM kin AS k JOIN firsts AS t ON t.order_id = k.kin_id
  UNION ALL
  SELECT k.order_id, s.visitor_id, CAST(NULL AS varchar), CAST(NULL AS timestamp(3)), 0, 0
  FROM kin AS k JOIN sessions AS s ON s.customer_id = regexp_replace(k.customer_id, '^[a-z]+:', '')
  WHERE s.started_at < k.converted_at + INTERVAL '1' SECOND AND s.started_at >= k.converted_at - INTERVAL '90' DAY
), browsers AS (
  SELECT order_id, visitor_id, max(is_own) AS is_own, count(purchased_at) AS told_orders,
    max(orders_of_browser) - count(purchased_at) AS others_orders,
    array_agg(DISTINCT told_as) AS told_names,
    array_agg(DISTINCT purchased_at) AS purchases,
    count(*) OVER (PARTITION BY order_id) AS browsers_of_order
  FROM clues
  GROUP BY order_id, visitor_id
), few AS (
  -- The same, taken out of one value, by which a planner knows that they are few beside the sessions.
  SELECT t.*
  FROM (
    SELECT array_agg(ROW(order_id, visitor_id, is_own, told_orders, others_orders, told_names, purchases,
      browsers_of_order)) AS browsers
    FROM browsers
  ) AS known CROSS JOIN UNNEST(known.browsers)
    AS t(order_id, visitor_id, is_own, told_orders, others_orders, told_names, purchases, browsers_of_order)
), seen AS (
  SELECT b.order_id, n.converted_at, n.names, b.told_orders, b.others_orders, b.told_names, b.purchases AS told_at, s.*,
    last_value(s.customer_id) IGNORE NULLS
      OVER (PARTITION BY b.order_id, b.visitor_id ORDER BY s.started_at, s.session_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS owner_id
  FROM few AS b
  JOIN buyers AS n ON n.order_id = b.order_id
  JOIN sessions AS s ON s.visitor_id = b.visitor_id
  WHERE s.started_at < n.converted_at + INTERVAL '1' SECOND AND s.started_at >= n.converted_at - INTERVAL '90' DAY
    AND (b.browsers_of_order <= 50 OR b.is_own = 1)
), owned AS (
  SELECT seen.*,
    -- Consent came after the landing page: where from is not known, unless the shop noted it.
    CASE WHEN source = '(not set)' AND medium = '(not set)' AND deal_id IS NULL AND campaign IS NULL
      AND campaign_id IS NULL
      AND started_at >= converted_at - INTERVAL '1' DAY THEN 1 ELSE 0 END AS is_unplaced
  FROM seen
  WHERE coalesce(contains(names, coalesce(customer_id, owner_id)), false)
    OR (told_orders > 0 AND others_orders <= 5
      AND (customer_id IS NULL OR coalesce(contains(told_names, customer_id), false)))
    OR coalesce(any_match(told_at, moment -> moment BETWEEN started_at AND ended_at), false)
), links AS (
  -- How links name campaigns, as last reported: by what they say, the campaign for each source.
  SELECT link_key, map_agg(source, campaign) AS by_source
  FROM (
    SELECT source, link_key,
      CAST(ROW(max_by(platform, CAST(dt AS varchar)), max_by(campaign_id, CAST(dt AS varchar)),
        max_by(channel, CAST(dt AS varchar))) AS row(platform varchar, campaign_id varchar,
        channel varchar)) AS campaign
    FROM campaign_links
    GROUP BY source, link_key
  ) AS reported
  GROUP BY link_key
), landed AS (
  -- What the shop itself noted, judged as a session is.
  SELECT c.*, l.deal_id, l.influencer_id, CASE WHEN l.deal_id IS NULL THEN coalesce(
      element_at(i.by_source, c.landing_source),
      CASE
        WHEN c.landing_channel IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display',
          'Cross-network') OR (c.landing_source = '(not set)' AND c.landing_medium = '(not set)')
          THEN element_at(i.by_source, '*') END,
      element_at(a.by_source, c.landing_source),
      CASE
        WHEN c.landing_channel NOT IN ('Email', 'Affiliates', 'SMS', 'Audio', 'Mobile Push Notifications')
          THEN element_at(a.by_source, '*') END,
      element_at(n.by_source, c.landing_source)) END AS bought
  FROM conversions AS c
  LEFT JOIN deal_landings AS l ON l.local_date = c.local_date AND l.page_path = c.landing_path
    AND l.source = c.landing_source
    AND coalesce(l.medium, '') = coalesce(c.landing_medium, '')
    AND coalesce(l.campaign, '') = coalesce(c.landing_campaign, '')
    AND coalesce(l.content, '') = coalesce(c.landing_content, '')
  LEFT JOIN links AS i ON i.link_key = concat('id:', c.landing_campaign_id)
  LEFT JOIN links AS a ON a.link_key = concat('alias:', trim(regexp_replace(c.landing_campaign, '[ +]+', ' ')))
  LEFT JOIN links AS n ON n.link_key = concat('name:', trim(regexp_replace(c.landing_campaign, '[ +]+', ' ')))
  WHERE c.landing_source IS NOT NULL
), coded AS (
  SELECT c.order_id, d.deal_id, d.influencer_id, d.campaign, c.converted_at,
    row_number() OVER (PARTITION BY c.order_id ORDER BY d.contract_date DESC, d.deal_id) AS place
  FROM conversions AS c CROSS JOIN UNNEST(c.promo_codes) AS u(code) JOIN influencer_deals AS d ON d.promo_code = u.code
  WHERE c.local_date BETWEEN d.contract_date AND coalesce(d.end_date, c.local_date)
), candidates AS (
  -- All that may be a touch, each read once: Trino computes a WITH anew wherever it is named, and refuses more than 100
  -- stages.
  SELECT order_id, session_id AS touch_id, 'session' AS touch_type, least(started_at, converted_at) AS touched_at,
    converted_at, 1 AS rank, is_unplaced,
    channel, source, medium, campaign, campaign_id, platform, content, term, deal_id, influencer_id
  FROM owned
  UNION ALL
  SELECT order_id, concat('landing-', order_id), 'order_landing', converted_at, converted_at, 2, 0,
    CASE WHEN deal_id IS NOT NULL THEN 'Influencer' ELSE coalesce(bought.channel, landing_channel) END, landing_source,
    landing_medium,
    landing_campaign, coalesce(bought.campaign_id, landing_campaign_id), bought.platform, landing_content, landing_term,
    deal_id, influencer_id
  FROM landed
  UNION ALL
  SELECT order_id, concat('code-', deal_id), 'promo_code', converted_at, converted_at, 3, 0,
    'Influencer', CAST(NULL AS varchar), CAST(NULL AS varchar), campaign, CAST(NULL AS varchar), CAST(NULL AS varchar),
    CAST(NULL AS varchar), CAST(NULL AS varchar), deal_id, influencer_id
  FROM coded
  WHERE place = 1
  UNION ALL
  SELECT order_id, concat('none-', order_id), 'none', converted_at, converted_at, 4, 0,
    'Unassigned', CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar),
    CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar)
  FROM conversions
), ranked AS (
  SELECT candidates.*, min(rank) OVER (PARTITION BY order_id) AS best_rank,
    max(CASE WHEN rank = 2 THEN 1 ELSE 0 END) OVER (PARTITION BY order_id) AS has_landing,
    min(CASE WHEN is_unplaced = 1 THEN touched_at END) OVER (PARTITION BY order_id) AS unplaced_at,
    max(CASE WHEN rank = 3 THEN deal_id END) OVER (PARTITION BY order_id) AS code_deal_id
  FROM candidates
), placed AS (
  SELECT order_id, touch_id, touch_type,
    CASE WHEN rank = 2 THEN coalesce(unplaced_at, touched_at) ELSE touched_at END AS touched_at, converted_at, rank,
    best_rank,
    channel, source, medium, campaign, campaign_id, platform, content, term, deal_id, influencer_id, code_deal_id
  FROM ranked
  WHERE CASE WHEN rank = 1 THEN is_unplaced = 0 OR has_landing = 0 WHEN rank = 2 THEN best_rank = 2
    OR unplaced_at IS NOT NULL ELSE true END
), clicked AS (
  SELECT placed.*,
    max(CASE WHEN rank <= 2 AND touched_at >= converted_at - INTERVAL '7' DAY THEN 1 ELSE 0 END)
      OVER (PARTITION BY order_id, deal_id) AS followed
  FROM placed
), touches AS (
  SELECT * FROM clicked WHERE (rank <> 3 OR followed = 0) AND (rank <> 4 OR best_rank = 4)
)
SELECT order_id, touch_id, touch_type, touched_at, converted_at,
  row_number() OVER (PARTITION BY order_id ORDER BY touched_at, rank, touch_id) AS position,
  channel, source, medium, campaign, campaign_id, platform, content, term, deal_id, influencer_id, code_deal_id
FROM touches
