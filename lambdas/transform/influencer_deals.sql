-- One row is one contract with an influencer as last exported.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id_contrat": "VARCHAR", "pseudo": "VARCHAR", "plateforme": "VARCHAR", "cachet": "VARCHAR", "devise": "VARCHAR",
    "cout_produits": "VARCHAR",
    "taux_commission": "VARCHAR", "code_promo": "VARCHAR", "lien_tracke": "VARCHAR", "campagne": "VARCHAR",
      "date_contrat": "VARCHAR", "date_fin": "VARCHAR", "commission_sur": "VARCHAR", "_faults": ["VARCHAR"] }') AS r
  FROM raw_influencer_deals
), addressed AS (
  -- People leave out the scheme: `www.shop.example/lea`.
  SELECT *, regexp_replace(trim(r.lien_tracke), '^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#:]|$))',
      'https://\1') AS link
  FROM parsed
), linked AS (
  -- A link is read as the address of the page to which it leads.
  SELECT *, '&' || mended(told_parameters(link)) AS parameters, path_of(link) AS whole_path,
    lower(bare_host(authority_of(link))) AS bare_link
  FROM addressed
), spelled AS (
  SELECT * EXCLUDE (bare_link), are_plain(parameters) AS are_plain, host_in(bare_link) AS link_host FROM linked
), tagged AS (
  SELECT *, utm_in(parameters, 'utm_source', are_plain) AS source_name,
    utm_in(parameters, 'utm_medium', are_plain) AS link_medium,
    utm_in(parameters, 'utm_campaign', are_plain) AS link_campaign,
    utm_in(parameters, 'utm_content', are_plain) AS link_content
  FROM spelled
), listed AS (
  SELECT *,
    -- The path of a short link, or of a page of links, is none of the shop's.
    CASE WHEN link_host IS NULL THEN false
      WHEN len(getvariable('own_domains')) > 0 THEN NOT is_under(getvariable('own_domains'), link_host)
      ELSE known_source(link_host) IS NOT NULL END AS is_elsewhere
  FROM with_listing(tagged)
)
SELECT _record, _at,
  r.id_contrat AS deal_id,
  influencer_key(r.plateforme, r.pseudo) AS influencer_id,
  folded(r.campagne) AS campaign,
  calendar_day(r.date_contrat) AS contract_date,
  calendar_day(r.date_fin) AS end_date,
  promotion_code(r.code_promo) AS promo_code,
  r.lien_tracke AS tracked_link,
  CASE WHEN link <> '' AND NOT is_elsewhere THEN deal_path(whole_path) END AS link_path,
  -- A network alone, as in ?utm_source=instagram, is everybody's.
  CASE WHEN link_campaign IS NOT NULL OR link_content IS NOT NULL
    OR listing IS NULL
    THEN coalesce(listing.canonical, source_name) END AS link_source,
  link_medium,
  link_campaign,
  link_content,
  upper(trim(r.devise)) AS currency,
  r.cachet AS fee,
  -- The shop's own goods: their cost is in EUR, whatever the fee is paid in.
  r.cout_produits AS product_cost,
  money(r.cout_produits) AS product_cost_eur,
  r.taux_commission AS commission_rate,
  commission_base(r.commission_sur) AS commission_on,
  object_of(_at) AS exported_in,
  faults_of(r._faults,
    [unread_handle(r.pseudo, 'pseudo'), unread_day(r.date_contrat, 'date_contrat'), unread_day(r.date_fin, 'date_fin'),
      CASE
        WHEN regexp_matches(r.code_promo, '[,;/|&+\n]|(?i:\s(?:ou|et|or|and)\s)')
          THEN 'several:code_promo' END]) AS _faults,
  calendar_day(r.date_contrat) AS dt
FROM listed
