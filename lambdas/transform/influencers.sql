-- One row is one influencer of the roster as last exported. Names stay in raw.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{ "pseudo": "VARCHAR", "plateforme": "VARCHAR", "palier": "VARCHAR", "abonnes": "VARCHAR", "inscrit_le": "VARCHAR" }') AS r
  FROM raw_influencer_roster
)
SELECT _record, _at,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  handle_of(r.pseudo) AS handle,
  lower(trim(r.plateforme)) AS platform,
  lower(trim(r.palier)) AS tier,
  french_number(r.abonnes) AS followers,
  calendar_day(r.inscrit_le) AS signed_on,
  object_of(_at) AS exported_in,
  CASE WHEN r.inscrit_le <> '' AND calendar_day(r.inscrit_le) IS NULL THEN 'type:inscrit_le' END AS _reject,
  calendar_day(r.inscrit_le) AS dt
FROM parsed
