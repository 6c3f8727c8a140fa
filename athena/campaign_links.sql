-- One row is one way in which a link names a campaign that was reported on the slice's day: by its id (`id:`, with any
-- source `*`, or with one of its platform), by a name that the shop's profile gives it (`alias:`, with the source that
-- the profile names, or any), or by a name that it had (`name:`; templates put the id there too), and then only with a
-- source of its platform.
-- Names are compared in their folded form, a plus as a space, and ids in lower case, as links are read; Klaviyo writes
-- both, `name (id)`. Of several campaigns of one name the one that cost most
-- counts.
WITH sources AS (
  SELECT platform, source
  FROM (VALUES ('google_ads', 'google'), ('google_ads', 'youtube'), ('google_ads', 'google shopping'),
    ('google_ads', 'mail.google.com'), ('google_ads', 'dfa'),
    ('meta_ads', 'facebook'), ('meta_ads', 'instagram'), ('meta_ads', 'messenger'), ('meta_ads', 'whatsapp'),
    ('meta_ads', 'threads'),
    ('tiktok_ads', 'tiktok'), ('pinterest_ads', 'pinterest'), ('microsoft_ads', 'bing'), ('linkedin_ads', 'linkedin'),
    ('criteo', 'criteo'), ('klaviyo', 'klaviyo'), ('brevo', 'brevo'), ('brevo', 'sendinblue')) AS t(platform, source)
), reported AS (
  SELECT platform, campaign_id, trim(regexp_replace(campaign_folded, '[ +]+', ' ')) AS name, max(channel) AS channel,
    sum(spend_eur) AS spend_eur
  FROM ad_spend
  GROUP BY platform, campaign_id, trim(regexp_replace(campaign_folded, '[ +]+', ' '))
), ways AS (
  SELECT s.source, w.link_key, w.rank, r.platform, r.campaign_id, r.channel, r.spend_eur
  FROM reported AS r
  JOIN sources AS s ON s.platform = r.platform
  CROSS JOIN UNNEST(ARRAY[concat('name:', coalesce(r.name, '')), concat('id:', lower(r.campaign_id)),
    concat('name:', lower(r.campaign_id)),
    CASE WHEN r.platform = 'klaviyo' THEN concat('name:', r.name, ' (', lower(r.campaign_id), ')') END],
    ARRAY[1, 1, 2, 2]) AS w(link_key, rank)
  UNION ALL
  SELECT '*', concat('id:', lower(campaign_id)), 1, platform, campaign_id, channel, spend_eur FROM reported
  UNION ALL
  -- A key of its own: it goes before the platforms' own names, also before those of a later day.
  SELECT coalesce(m.source, '*'), concat('alias:', trim(regexp_replace(lower(m.utm_campaign), '[ +]+', ' '))), 1,
    r.platform, r.campaign_id, r.channel, r.spend_eur
  FROM shop_campaign_names AS m
  JOIN reported AS r ON r.platform IN (m.platform, concat(m.platform, '_ads')) AND r.campaign_id = m.campaign_id
), placed AS (
  SELECT source, link_key, platform, campaign_id, channel,
    row_number() OVER (PARTITION BY source, link_key ORDER BY rank, spend_eur DESC, platform, campaign_id) AS place
  FROM ways
  WHERE link_key <> 'name:'
)
SELECT source, link_key, platform, campaign_id, channel FROM placed WHERE place = 1
