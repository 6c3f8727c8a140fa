-- One row is one shop day, one country and one kind of customer (new or known): the conversions of the shop, each once,
-- without any attribution.
SELECT local_date AS day, country, is_new_customer, count(*) AS orders,
  CAST(sum(net_revenue_eur) AS decimal(18,2)) AS net_revenue_eur,
  CAST(sum(refunded_eur) AS decimal(18,2)) AS refunded_eur,
  CAST(sum(CASE WHEN margin_eur IS NULL THEN DECIMAL '0.00' ELSE net_revenue_eur END) AS decimal(18,2)) AS covered_eur,
  CAST(sum(margin_eur) AS decimal(18,2)) AS margin_eur
FROM order_economics
GROUP BY local_date, country, is_new_customer
