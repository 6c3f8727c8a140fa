-- One row is one shop day, channel, campaign and device: how far the sessions that began on that day came. A campaign
-- is a reported one or a deal, known by its id; what is neither, by what its links say. So it is the one that
-- returns_daily credits, and its sums are funnel_daily.
SELECT local_date AS day, channel, CASE WHEN deal_id IS NOT NULL THEN 'influencer' ELSE platform END AS platform,
  coalesce(deal_id, campaign_id) AS campaign_id,
  CASE WHEN deal_id IS NULL AND platform IS NULL THEN campaign END AS campaign, device, count(*) AS sessions,
  count_if(is_engaged) AS engaged_sessions, count_if(item_views > 0) AS item_view_sessions,
  count_if(cart_adds > 0) AS cart_sessions, count_if(checkouts > 0) AS checkout_sessions,
  count_if(purchases > 0) AS purchase_sessions
FROM sessions
GROUP BY local_date, channel, CASE WHEN deal_id IS NOT NULL THEN 'influencer' ELSE platform END,
  coalesce(deal_id, campaign_id), CASE WHEN deal_id IS NULL AND platform IS NULL THEN campaign END, device
