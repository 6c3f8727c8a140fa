-- One row is one post of an influencer as last exported.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id_publication": "VARCHAR", "id_contrat": "VARCHAR", "pseudo": "VARCHAR", "plateforme": "VARCHAR", "date": "VARCHAR", "format": "VARCHAR",
    "vues": "VARCHAR", "j_aime": "VARCHAR", "commentaires": "VARCHAR", "partages": "VARCHAR", "enregistrements": "VARCHAR" }') AS r
  FROM raw_influencer_posts
)
SELECT _record, _at,
  r.id_publication AS post_id,
  r.id_contrat AS deal_id,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  calendar_day(r.date) AS posted_on,
  lower(trim(r.format)) AS format,
  french_number(r.vues) AS views,
  french_number(r.j_aime) AS likes,
  french_number(r.commentaires) AS comments,
  french_number(r.partages) AS shares,
  french_number(r.enregistrements) AS saves,
  object_of(_at) AS exported_in,
  CASE WHEN r.date <> '' AND calendar_day(r.date) IS NULL THEN 'type:date' END AS _reject,
  calendar_day(r.date) AS dt
FROM parsed
