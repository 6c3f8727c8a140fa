-- One row is one landing on the slice's UTC day, as pages or the shop's orders told it, that an influencer deal's link
-- brought, and whose it is. Here alone are links compared.
-- A deal's link is the whole of it. A landing is the deal's by its parameters where it has each UTM parameter that the
-- link has (source, medium, campaign), on whatever page; where deals share these, utm_content tells them apart, and one
-- that is neither's is nobody's. It is the deal's by its path where it is on that page, whatever its parameters; the
-- shop's own pages are nobody's path (link_path is null). Both together go before parameters alone, these before the
-- path alone; then the same utm_content, the newest contract, the lower number.
WITH seen AS (
  SELECT local_date, page_path, source, medium, campaign, content FROM web_events
  WHERE visitor_id IS NOT NULL AND NOT is_bot
  UNION
  SELECT local_date, landing_path, landing_source, landing_medium, landing_campaign, landing_content FROM orders
  WHERE landing_path IS NOT NULL
), landings AS (
  SELECT local_date, page_path, source, medium, campaign, content,
    regexp_replace(regexp_replace(lower(page_path), '/+$', ''), '^/[a-z]{2}(?:-[a-z]{2,4})?(/.+)$', '$1') AS bare_path
  FROM seen
), tagged AS (
  SELECT l.local_date, l.page_path, l.source, l.medium, l.campaign, l.content, d.deal_id, d.link_campaign,
    d.link_content
  FROM landings AS l JOIN influencer_deals AS d ON d.link_campaign = l.campaign
  WHERE coalesce(d.link_source, l.source, '') = coalesce(l.source, '')
    AND coalesce(d.link_medium, l.medium, '') = coalesce(l.medium, '')
  UNION ALL
  SELECT l.local_date, l.page_path, l.source, l.medium, l.campaign, l.content, d.deal_id, d.link_campaign,
    d.link_content
  FROM landings AS l JOIN influencer_deals AS d ON d.link_source = l.source
  WHERE d.link_campaign IS NULL AND coalesce(d.link_medium, l.medium, '') = coalesce(l.medium, '')
), shared AS (
  -- Also with deals that are over: their links are still clicked, and are not another's.
  SELECT tagged.*, count(*) OVER (PARTITION BY local_date, page_path, source, medium, campaign, content) AS deals
  FROM tagged
), matches AS (
  SELECT local_date, page_path, source, medium, campaign, content, deal_id, 0 AS by_path, 1 AS by_parameters,
    CASE WHEN link_content = content THEN 1 ELSE 0 END AS by_content
  FROM shared
  WHERE link_content IS NULL OR link_content = content OR (deals = 1 AND link_campaign IS NOT NULL)
  UNION ALL
  SELECT l.local_date, l.page_path, l.source, l.medium, l.campaign, l.content, d.deal_id, 1, 0, 0
  FROM landings AS l JOIN influencer_deals AS d ON d.link_path = l.bare_path
), matched AS (
  SELECT local_date, page_path, source, medium, campaign, content, deal_id,
    max(by_path) AS by_path, max(by_parameters) AS by_parameters, max(by_content) AS by_content
  FROM matches
  GROUP BY local_date, page_path, source, medium, campaign, content, deal_id
), ranked AS (
  SELECT m.*, d.influencer_id,
    row_number() OVER (PARTITION BY m.local_date, m.page_path, m.source, m.medium, m.campaign, m.content
      ORDER BY m.by_parameters DESC, m.by_path DESC, m.by_content DESC, d.contract_date DESC, m.deal_id) AS place
  FROM matched AS m JOIN influencer_deals AS d ON d.deal_id = m.deal_id
  WHERE m.local_date BETWEEN d.contract_date AND coalesce(d.end_date, m.local_date)
)
SELECT local_date, page_path, source, medium, campaign, content, deal_id, influencer_id,
  CASE WHEN by_parameters = 0 THEN 'path' WHEN by_path = 0 THEN 'parameters' ELSE 'link' END AS matched_by
FROM ranked
WHERE place = 1
