-- One row is one shop day, channel, campaign and device: how far the sessions that began on that day came. A campaign
-- is a reported one or a deal, known by its id; what is neither, by what its links say. So it is the one that
-- returns_daily credits, and its sums are funnel_daily. Who came to a step came past those before it, also where no
-- event tells: an express checkout buys from the page of a product, and a list puts into the cart what nobody viewed.
WITH visits AS (
  SELECT local_date, channel, CASE WHEN deal_id IS NOT NULL THEN 'influencer' ELSE platform END AS platform,
    coalesce(deal_id, campaign_id) AS campaign_id,
    CASE WHEN deal_id IS NULL AND platform IS NULL THEN campaign END AS campaign, device, is_engaged,
    CASE WHEN purchases > 0 THEN 4 WHEN checkouts > 0 THEN 3 WHEN cart_adds > 0 THEN 2 WHEN item_views > 0 THEN 1
      ELSE 0 END AS steps
  FROM sessions
)
SELECT local_date AS day, channel, platform, campaign_id, campaign, device, count(*) AS sessions,
  count_if(is_engaged) AS engaged_sessions, count_if(steps >= 1) AS item_view_sessions,
  count_if(steps >= 2) AS cart_sessions, count_if(steps >= 3) AS checkout_sessions,
  count_if(steps = 4) AS purchase_sessions
FROM visits
GROUP BY local_date, channel, platform, campaign_id, campaign, device
