-- One row is one conversion (a paid order, not cancelled, not a test) and what it earned, in EUR.
-- margin = net revenue - cost of goods - fulfilment - payment fee - refunds without VAT. The cost of goods is that of
-- the units sent, as known on the day of the order; where the cost of one of them is unknown, or its lines are not
-- there, so are the order's cost of goods and its margin: null, not 0.
WITH goods AS (
  SELECT order_id, count_if(shipped_quantity > 0 AND unit_cost_eur IS NULL) AS unknown_lines,
    sum(unit_cost_eur * shipped_quantity) AS cost_of_goods_eur
  FROM order_item_costs GROUP BY order_id
), given_back AS (
  SELECT order_id, sum(amount_eur - tax_eur) AS refunded_eur FROM refunds
  WHERE part IN ('goods', 'shipping', 'discrepancy') GROUP BY order_id
), first_day AS (
  SELECT min(local_date) AS day FROM orders
), accounts AS (
  SELECT email_hash, min(customer_id) AS customer_id FROM customers WHERE email_hash IS NOT NULL GROUP BY email_hash
), owned AS (
  -- Exports tell no customer of an order: it is of the account that has its address.
  SELECT o.order_id, o.order_number, o.customer_id, coalesce(o.customer_id, a.customer_id) AS account_id, o.email_hash,
    o.created_at, o.processed_at, o.updated_at, o.local_date, o.country, o.promo_code, o.net_revenue_eur,
    o.needs_shipping, o.item_count, o.paid_amount_eur, o.is_conversion, o.is_test, o.customer_orders_count
  FROM orders AS o LEFT JOIN accounts AS a ON a.email_hash = o.email_hash
), told AS (
  -- Of an account at a moment: how many orders it had ever placed by the shop's count, or that it placed one. An answer
  -- of the shop tells the count of the day on which it was asked, also with an order that changed long before: such a
  -- count is of that moment or a later one.
  SELECT customer_id AS account_id, created_at AS since, updated_at AS moment, orders_count, 0 AS placed,
    0 AS is_of_later
  FROM customers
  UNION ALL
  SELECT o.account_id, CAST(NULL AS timestamp), CASE WHEN w.placed = 1 THEN o.created_at ELSE o.updated_at END,
    CASE WHEN w.placed = 0 THEN o.customer_orders_count END, w.placed, 1
  FROM owned AS o CROSS JOIN (VALUES 0, 1) AS w(placed)
  WHERE o.account_id IS NOT NULL AND (w.placed = 0 OR NOT o.is_test)
), compared AS (
  SELECT account_id, since, orders_count, is_of_later,
    sum(placed) OVER (PARTITION BY account_id ORDER BY moment) AS known_orders,
    sum(placed) OVER (PARTITION BY account_id) AS all_orders
  FROM told
), known AS (
  -- A count below what the lake has is out of date, and proves nothing.
  SELECT account_id, min(since) AS since,
    max(CASE WHEN orders_count > CASE WHEN is_of_later = 1 THEN all_orders ELSE known_orders END THEN 1
      WHEN orders_count >= known_orders THEN 0 END) AS bought_before
  FROM compared GROUP BY account_id
), placed AS (
  SELECT order_id, order_number, customer_id, account_id, email_hash, created_at, processed_at, local_date, country,
    promo_code, net_revenue_eur, needs_shipping, item_count, paid_amount_eur
  FROM owned WHERE is_conversion
), by_email AS (
  SELECT placed.*,
    min(coalesce(account_id, order_id)) OVER (PARTITION BY coalesce(email_hash, account_id, order_id)) AS email_buyer
  FROM placed
), by_account AS (
  SELECT by_email.*, min(email_buyer) OVER (PARTITION BY coalesce(account_id, email_buyer)) AS account_buyer
  FROM by_email
), by_email_again AS (
  -- Once more by the address: who has two accounts and two addresses is one buyer by any of them.
  SELECT by_account.*, min(account_buyer) OVER (PARTITION BY coalesce(email_hash, account_buyer)) AS address_buyer
  FROM by_account
), bought AS (
  -- By the account last: whatever chain of addresses there is, one customer is never two buyers.
  SELECT by_email_again.*, min(address_buyer) OVER (PARTITION BY coalesce(account_id, address_buyer)) AS buyer_id
  FROM by_email_again
), earned AS (
  SELECT o.order_id, o.order_number, o.customer_id, o.buyer_id, o.created_at, o.processed_at, o.local_date, o.country,
    o.promo_code,
    row_number() OVER (PARTITION BY o.buyer_id ORDER BY o.processed_at, o.order_id) = 1
      AND max(coalesce(k.bought_before, CASE WHEN CAST(k.since AS date) < f.day THEN 1 ELSE 0 END))
      OVER (PARTITION BY o.buyer_id) = 0 AS is_new_customer,
    o.net_revenue_eur,
    CAST(CASE WHEN g.unknown_lines > 0 OR (g.order_id IS NULL AND (o.needs_shipping OR o.item_count > 0)) THEN NULL
      ELSE coalesce(g.cost_of_goods_eur, DECIMAL '0.00') END AS decimal(18,2)) AS cost_of_goods_eur,
    CAST(CASE WHEN o.needs_shipping THEN s.fulfilment_eur ELSE DECIMAL '0.00' END AS decimal(18,2)) AS fulfilment_eur,
    CAST(CASE
      WHEN o.paid_amount_eur > DECIMAL '0.00' THEN round(o.paid_amount_eur * s.payment_rate + s.payment_fixed_eur, 2)
      ELSE DECIMAL '0.00' END AS decimal(18,2)) AS payment_fee_eur,
    CAST(coalesce(b.refunded_eur, DECIMAL '0.00') AS decimal(18,2)) AS refunded_eur
  FROM bought AS o
  CROSS JOIN first_day AS f
  LEFT JOIN shop_costs AS s ON o.local_date >= s.holds_from AND (s.holds_until IS NULL OR o.local_date < s.holds_until)
  LEFT JOIN known AS k ON k.account_id = o.account_id
  LEFT JOIN goods AS g ON g.order_id = o.order_id
  LEFT JOIN given_back AS b ON b.order_id = o.order_id
)
SELECT order_id, order_number, customer_id, buyer_id, created_at, processed_at, local_date, country, promo_code,
  is_new_customer,
  net_revenue_eur, cost_of_goods_eur, fulfilment_eur, payment_fee_eur, refunded_eur,
  CAST(net_revenue_eur - cost_of_goods_eur - fulfilment_eur - payment_fee_eur - refunded_eur
    AS decimal(18,2)) AS margin_eur
FROM earned
