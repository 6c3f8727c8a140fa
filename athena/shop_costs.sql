-- One row is the shop's own costs for the days on which they hold: the one place where these figures stand.
SELECT holds_from, holds_until, fulfilment_eur, payment_rate, payment_fixed_eur, earned_media_cpm_eur
FROM (VALUES (DATE '1970-01-01', CAST(NULL AS date), CAST(DECIMAL '5.50' AS decimal(18,2)), CAST(DECIMAL '0.015' AS decimal(4,3)), CAST(DECIMAL '0.25' AS decimal(18,2)), 8E0))
  AS t(holds_from, holds_until, fulfilment_eur, payment_rate, payment_fixed_eur, earned_media_cpm_eur)
