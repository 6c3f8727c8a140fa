-- One row is one post of an influencer as last exported.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id_publication": "VARCHAR", "id_contrat": "VARCHAR", "pseudo": "VARCHAR", "plateforme": "VARCHAR",
    "date": "VARCHAR", "format": "VARCHAR",
    "vues": "VARCHAR", "j_aime": "VARCHAR", "commentaires": "VARCHAR", "partages": "VARCHAR",
      "enregistrements": "VARCHAR", "_faults": ["VARCHAR"] }') AS r
  FROM raw_influencer_posts
)
SELECT _record, _at,
  r.id_publication AS post_id,
  r.id_contrat AS deal_id,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  calendar_day(r.date) AS posted_on,
  lower(trim(r.format)) AS format,
  r.vues AS views,
  r.j_aime AS likes,
  r.commentaires AS comments,
  r.partages AS shares,
  r.enregistrements AS saves,
  object_of(_at) AS exported_in,
  faults_of(r._faults, [unread_handle(r.pseudo, 'pseudo'), unread_day(r.date, 'date')]) AS _faults,
  calendar_day(r.date) AS dt
FROM parsed
