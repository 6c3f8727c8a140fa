-- One row is the new customers of one month whom one channel brought: what it cost to win one, what each has brought up
-- to the last day, and after how many months that had paid for it; null where it has not yet, or nothing was spent.
SELECT first_month, first_channel, max(customers) AS customers, max(cac_eur) AS cac_eur,
  max_by(ltv_eur, months_later) AS ltv_eur, max_by(ltv_to_cac, months_later) AS ltv_to_cac,
  max(months_later) + 1 AS months_known,
  min(CASE WHEN ltv_eur >= cac_eur THEN months_later END) AS payback_months
FROM customer_ltv
GROUP BY first_month, first_channel
