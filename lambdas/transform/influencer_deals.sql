-- One row is one contract with an influencer as last exported.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id_contrat": "VARCHAR", "pseudo": "VARCHAR", "plateforme": "VARCHAR", "cachet": "VARCHAR", "devise": "VARCHAR", "cout_produits": "VARCHAR",
    "taux_commission": "VARCHAR", "code_promo": "VARCHAR", "lien_tracke": "VARCHAR", "campagne": "VARCHAR", "date_contrat": "VARCHAR", "date_fin": "VARCHAR", "_faults": ["VARCHAR"] }') AS r
  FROM raw_influencer_deals
)
SELECT _record, _at,
  r.id_contrat AS deal_id,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  lower(trim(r.campagne)) AS campaign,
  calendar_day(r.date_contrat) AS contract_date,
  calendar_day(r.date_fin) AS end_date,
  upper(trim(r.code_promo)) AS promo_code,
  r.lien_tracke AS tracked_link,
  CASE WHEN r.lien_tracke <> '' THEN lower(path_of(r.lien_tracke)) END AS link_path,
  utm(query_of(r.lien_tracke), 'utm_source') AS link_source,
  upper(trim(r.devise)) AS currency,
  r.cachet AS fee,
  r.cout_produits AS product_cost,
  r.taux_commission AS commission_rate,
  object_of(_at) AS exported_in,
  faults_of(r._faults, [unread_handle(r.pseudo, 'pseudo'), unread_day(r.date_contrat, 'date_contrat'), unread_day(r.date_fin, 'date_fin'), CASE WHEN regexp_matches(r.code_promo, '[,;/|&+\n]|(?i:\s(?:ou|et|or|and)\s)') THEN 'several:code_promo' END]) AS _faults,
  calendar_day(r.date_contrat) AS dt
FROM parsed
