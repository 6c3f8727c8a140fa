-- One row is one influencer of the roster as last exported. Names stay in raw.
WITH parsed AS (
  SELECT _record, _at,
    fields(_record,
      '{ "pseudo": "VARCHAR", "plateforme": "VARCHAR", "palier": "VARCHAR", "abonnes": "VARCHAR",
        "inscrit_le": "VARCHAR", "_faults": ["VARCHAR"] }') AS r
  FROM raw_influencer_roster
)
SELECT _record, _at,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  nullif(handle_of(r.pseudo), '') AS handle,
  network_of(r.plateforme) AS platform,
  lower(trim(r.palier)) AS tier,
  r.abonnes AS followers,
  calendar_day(r.inscrit_le) AS signed_on,
  object_of(_at) AS exported_in,
  faults_of(r._faults, [unread_handle(r.pseudo, 'pseudo'), unread_day(r.inscrit_le, 'inscrit_le')]) AS _faults,
  calendar_day(r.inscrit_le) AS dt
FROM parsed
