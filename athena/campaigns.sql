-- One row is one campaign of one advertising account, as its platform last reported it, with every name that it has
-- had: links keep an old one. Names are compared by their folded form (lower case, Unicode NFC, single spaces), as
-- utm_campaign is.
WITH named AS (
  SELECT platform, account_id, campaign_id, campaign_name, campaign_folded, min(dt) AS first_day, max(dt) AS last_day
  FROM ad_spend
  GROUP BY platform, account_id, campaign_id, campaign_name, campaign_folded
), names AS (
  SELECT platform, account_id, campaign_id,
    array_agg(CAST(ROW(campaign_name, campaign_folded, first_day, last_day) AS row(name varchar, folded varchar,
      first_day date, last_day date))
      ORDER BY first_day, last_day, campaign_name) AS names
  FROM named
  GROUP BY platform, account_id, campaign_id
), reported AS (
  SELECT platform, account_id, campaign_id,
    max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign,
    max_by(campaign_folded, concat(CAST(dt AS varchar), campaign_name)) AS campaign_folded,
    max_by(campaign_type, concat(CAST(dt AS varchar), coalesce(campaign_type, ''))) AS campaign_type,
    max_by(channel, concat(CAST(dt AS varchar), channel)) AS channel, min(dt) AS first_day, max(dt) AS last_day
  FROM ad_spend
  GROUP BY platform, account_id, campaign_id
)
SELECT r.platform, r.account_id, r.campaign_id, r.campaign, r.campaign_folded, n.names, r.campaign_type, r.channel,
  r.first_day, r.last_day
FROM reported AS r
JOIN names AS n ON n.platform = r.platform AND n.account_id = r.account_id AND n.campaign_id = r.campaign_id
