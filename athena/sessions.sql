-- One row is one session that began on the slice's UTC day: the events of one visitor with gaps of at most 30 minutes,
-- not cut at midnight, and cut where the campaign changes. Its source is its first attributable event's. Who comes back
-- from a payment, bank or log-in page goes on with the session of up to 4 hours before: such a page opens none.
-- Robots have no sessions, and neither have visitors who refused analytics consent, nor has a visitor id that many
-- browsers share: more than 5 kinds of device, browser and system, or more than 50 networks, within the three days that
-- a slice sees.
-- Who came from a page of the shop itself and was not seen before, has landed on a page that told nothing of them, as
-- consent came later: where from is not known, and the session is Unassigned, its source (not set), not Direct.
-- Only after a whole UTC day without a pause, as a forgotten machine has it, midnight cuts: so a slice never depends on
-- more than the day before and the day after, and every event is in one session.
WITH told AS (
  -- The event that first told of an order number: a thank-you page that is opened again, days later too, is no second
  -- purchase.
  SELECT transaction_id AS told_number, event_id AS told_by,
    row_number() OVER (PARTITION BY transaction_id ORDER BY purchased_at, event_id) AS told_place
  FROM purchases
), visitors AS (
  -- Only who was there on the slice's day can have begun a session on it: nobody else's events need an order. They are
  -- taken out of one value, by which a planner knows that they are few, and reads the events of nobody else.
  SELECT t.visitor_id
  FROM (
    SELECT array_agg(DISTINCT visitor_id) AS ids FROM web_events CROSS JOIN slice
    WHERE CAST(event_at AS date) = slice.dt AND visitor_id IS NOT NULL
  ) AS of_day CROSS JOIN UNNEST(of_day.ids) AS t(visitor_id)
), crowds AS (
  SELECT visitor_id
  FROM web_events
  WHERE NOT is_bot AND visitor_id IN (SELECT visitor_id FROM visitors)
  GROUP BY visitor_id
  HAVING count(DISTINCT concat(device, '|', coalesce(browser, ''), '|', coalesce(os, ''))) > 5
    OR count(DISTINCT ip_hash) > 50
), events AS (
  -- Only what puts them in order: to sort all columns at each step takes twice as long as to look them up at the end.
  SELECT visitor_id, event_id, dt, event_at, source,
    -- How old an event may be that this one still follows.
    CASE WHEN is_return THEN event_at - INTERVAL '4' HOUR ELSE event_at - INTERVAL '30' MINUTE END AS follows_from,
    CASE WHEN source IS NOT NULL THEN concat(source, '|', coalesce(medium, ''), '|', coalesce(campaign, ''), '|',
      coalesce(campaign_id, '')) END AS campaign_key
  FROM web_events
  WHERE NOT is_bot AND visitor_id NOT IN (SELECT visitor_id FROM crowds)
    AND visitor_id IN (SELECT visitor_id FROM visitors)
), ordered AS (
  SELECT events.*,
    row_number() OVER (PARTITION BY visitor_id ORDER BY event_at, event_id) AS place,
    lag(event_at) OVER (PARTITION BY visitor_id ORDER BY event_at, event_id) AS previous_at,
    last_value(campaign_key) IGNORE NULLS
      OVER (PARTITION BY visitor_id ORDER BY event_at, event_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS campaign_before,
    max(CASE WHEN source IS NOT NULL THEN event_at END)
      OVER (PARTITION BY visitor_id ORDER BY event_at, event_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS campaign_before_at
  FROM events
), paced AS (
  -- The last pause before: one from midnight to the first event of a day is a pause of that day.
  SELECT ordered.*,
    max(CASE
      WHEN follows_from > greatest(coalesce(previous_at, date_trunc('day', event_at)), date_trunc('day', event_at))
        THEN event_at END)
      OVER (PARTITION BY visitor_id ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS paused_at
  FROM ordered
), begun AS (
  SELECT paced.*,
    CASE WHEN follows_from <= previous_at
      AND (CAST(paused_at AS date) = CAST(previous_at AS date) OR CAST(previous_at AS date) = CAST(event_at AS date))
      THEN NULL ELSE event_at END AS begins_at
  FROM paced
), visits AS (
  SELECT begun.*, max(begins_at) OVER (PARTITION BY visitor_id ORDER BY place) AS visit_at
  FROM begun
), numbered AS (
  SELECT visits.*,
    sum(CASE WHEN campaign_before_at >= visit_at AND campaign_before <> campaign_key THEN 1 ELSE 0 END)
      OVER (PARTITION BY visitor_id, visit_at ORDER BY place) AS part
  FROM visits
), placed AS (
  SELECT n.visitor_id, n.visit_at, n.part, n.place, n.previous_at, e.customer_id, e.event_id, e.event_name, e.event_at,
    date_diff('day', DATE '1970-01-01', e.dt) AS event_dt,
    date_diff('day', DATE '1970-01-01', e.local_date) AS event_date, e.local_date, e.page_path, e.referrer_host,
    e.source, e.medium, e.campaign, e.campaign_id, e.content, e.term, e.click_id_name, e.channel, e.device, e.browser,
    e.os, e.transaction_id
  FROM numbered AS n JOIN web_events AS e ON e.event_id = n.event_id AND e.dt = n.dt
), grouped AS (
  SELECT visitor_id, part,
    min(event_at) AS started_at,
    min(local_date) AS local_date,
    max(event_at) AS ended_at,
    max_by(customer_id, place) FILTER (WHERE customer_id IS NOT NULL) AS customer_id,
    min_by(source, place) FILTER (WHERE source IS NOT NULL) AS source,
    min_by(coalesce(medium, ''), place) FILTER (WHERE source IS NOT NULL) AS medium,
    min_by(coalesce(campaign, ''), place) FILTER (WHERE source IS NOT NULL) AS campaign,
    min_by(coalesce(campaign_id, ''), place) FILTER (WHERE source IS NOT NULL) AS campaign_id,
    min_by(coalesce(content, ''), place) FILTER (WHERE source IS NOT NULL) AS content,
    min_by(coalesce(term, ''), place) FILTER (WHERE source IS NOT NULL) AS term,
    min_by(coalesce(click_id_name, ''), place) FILTER (WHERE source IS NOT NULL) AS click_id_name,
    min_by(channel, place) FILTER (WHERE source IS NOT NULL) AS channel,
    min_by(page_path, place) FILTER (WHERE source IS NOT NULL) AS source_path,
    min_by(event_dt, place) FILTER (WHERE source IS NOT NULL) AS source_dt,
    min_by(event_date, place) FILTER (WHERE source IS NOT NULL) AS source_date,
    min_by(page_path, place) AS landing_path,
    min_by(event_dt, place) AS landing_dt,
    min_by(CASE WHEN previous_at IS NULL AND referrer_host IS NOT NULL THEN CAST(1 AS bigint)
      ELSE CAST(0 AS bigint) END,
      place) AS began_within,
    min_by(device, place) AS device,
    min_by(coalesce(browser, ''), place) AS browser,
    min_by(coalesce(os, ''), place) AS os,
    count(*) AS events,
    count_if(event_name = 'page_view') AS page_views,
    count_if(event_name = 'view_item') AS item_views,
    count_if(event_name = 'add_to_cart') AS cart_adds,
    count_if(event_name = 'begin_checkout') AS checkouts,
    count_if(event_name = 'add_shipping_info') AS shipping_infos,
    count_if(event_name = 'add_payment_info') AS payment_infos,
    count(DISTINCT CASE WHEN event_name = 'purchase'
      AND coalesce(told_by, event_id) = event_id THEN transaction_id END) AS purchases
  FROM placed LEFT JOIN told ON told_number = transaction_id AND told_place = 1
  GROUP BY visitor_id, visit_at, part
), started AS (
  SELECT grouped.*,
    concat(visitor_id, '-', CAST(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00', started_at) AS varchar), '-',
      CAST(part AS varchar)) AS session_id
  FROM grouped CROSS JOIN slice
  WHERE CAST(started_at AS date) = slice.dt
), brought AS (
  -- By the page that named the source; or by the first page, where that had none. (Days are numbers here, and 1 is a
  -- bigint: an older Trino has no min_by of a date or an integer.)
  SELECT s.*, coalesce(t.deal_id, p.deal_id) AS deal_id, coalesce(t.influencer_id, p.influencer_id) AS influencer_id
  FROM started AS s
  LEFT JOIN deal_landings AS t ON date_diff('day', DATE '1970-01-01', t.dt) = s.source_dt
    AND date_diff('day', DATE '1970-01-01', t.local_date) = s.source_date AND t.page_path = s.source_path
    AND t.source = s.source
    AND coalesce(t.medium, '') = s.medium AND coalesce(t.campaign, '') = s.campaign
    AND coalesce(t.content, '') = s.content
  LEFT JOIN deal_landings AS p ON date_diff('day', DATE '1970-01-01', p.dt) = s.landing_dt
    AND p.local_date = s.local_date AND p.page_path = s.landing_path
    AND p.source IS NULL AND p.medium IS NULL AND p.campaign IS NULL AND p.content IS NULL
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
), named AS (
  -- A reported campaign: by its id, else by the name that the shop's profile gives it, else by its own within the
  -- platform of the source, whatever the medium. An id goes with any paid source too, and with none; an alias without a
  -- source with any but a letter, a partner or a message.
  SELECT s.*, CASE WHEN s.deal_id IS NULL THEN coalesce(
      element_at(i.by_source, s.source),
      CASE
        WHEN s.channel IN ('Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display',
          'Cross-network') OR (s.source = '(not set)' AND s.medium = '(not set)')
          THEN element_at(i.by_source, '*') END,
      element_at(a.by_source, s.source),
      CASE
        WHEN s.channel NOT IN ('Email', 'Affiliates', 'SMS', 'Audio', 'Mobile Push Notifications')
          THEN element_at(a.by_source, '*') END,
      element_at(n.by_source, s.source)) END AS bought
  FROM brought AS s
  LEFT JOIN links AS i ON i.link_key = concat('id:', s.campaign_id)
  LEFT JOIN links AS a ON a.link_key = concat('alias:', trim(regexp_replace(s.campaign, '[ +]+', ' ')))
  LEFT JOIN links AS n ON n.link_key = concat('name:', trim(regexp_replace(s.campaign, '[ +]+', ' ')))
)
SELECT
  s.session_id,
  s.visitor_id,
  s.customer_id,
  s.started_at,
  s.ended_at,
  s.local_date,
  CASE WHEN s.deal_id IS NOT NULL THEN 'Influencer' WHEN s.source IS NOT NULL THEN coalesce(s.bought.channel, s.channel)
    WHEN s.began_within = 1 THEN 'Unassigned' ELSE 'Direct' END AS channel,
  coalesce(s.source, CASE WHEN s.began_within = 1 THEN '(not set)' ELSE '(direct)' END) AS source,
  coalesce(nullif(s.medium, ''),
    CASE WHEN s.source IS NULL AND s.began_within = 1 THEN '(not set)' ELSE '(none)' END) AS medium,
  nullif(s.campaign, '') AS campaign,
  coalesce(s.bought.campaign_id, nullif(s.campaign_id, '')) AS campaign_id,
  s.bought.platform AS platform,
  nullif(s.content, '') AS content,
  nullif(s.term, '') AS term,
  nullif(s.click_id_name, '') AS click_id_name,
  s.deal_id,
  s.influencer_id,
  s.landing_path,
  s.device,
  nullif(s.browser, '') AS browser,
  nullif(s.os, '') AS os,
  s.events,
  s.page_views,
  s.item_views,
  s.cart_adds,
  s.checkouts,
  s.shipping_infos,
  s.payment_infos,
  s.purchases,
  s.page_views >= 2 OR s.purchases > 0 OR s.ended_at >= s.started_at + INTERVAL '10' SECOND AS is_engaged
FROM named AS s
