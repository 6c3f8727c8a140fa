-- One row is one line of an order as the shop last sent it. A record that is no order is accounted for by `orders`.
WITH sent AS (
  SELECT _record, _at, order_of(_record) AS r FROM raw_crm_orders
), parsed AS (
  SELECT _record, _at, digest_of(_record) AS digest, with_settled_refunds(r) AS r FROM sent
), told AS (
  SELECT *, progress_of(r) AS progress FROM parsed
), lines AS (
  SELECT _record, _at, digest, progress, r, is_untaxed(r) AS untaxed, removed_lines(r) AS removed,
    refunded_lines(r) AS refunded, unnest(r.line_items) AS line
  FROM told
), counted AS (
  SELECT *, TRY_CAST(line.quantity AS INTEGER) AS ordered, sold_quantity(line, removed, refunded) AS sold FROM lines
)
SELECT _record, _at,
  r.told_by AS _told_by,
  progress AS _progress,
  is_deleted(r) AS _gone,
  digest AS _digest,
  line.id AS line_item_id,
  r.id AS order_id,
  r.created_at AS created_at,
  placed_at(r) AS processed_at,
  told_at(r) AS updated_at,
  line.product_id AS product_id,
  line.variant_id AS variant_id,
  nullif(trim(line.sku), '') AS sku,
  line.title AS title,
  is_gift_card(line) AS is_gift_card,
  CASE WHEN ordered = sold THEN line.quantity ELSE CAST(sold AS VARCHAR) END AS quantity,
  CASE WHEN is_tip(line) OR is_gift_card(line) THEN 0
    ELSE greatest(sold - unsent_quantity(line, removed, refunded), 0) END AS shipped_quantity,
  upper(r.currency) AS currency,
  line.price AS unit_price,
  CASE WHEN len(line.discount_allocations) > 0
    OR ordered <> sold THEN CAST(cents(CAST(line_discount(line) AS DOUBLE) * sold / greatest(ordered, 1)) AS VARCHAR)
    ELSE coalesce(line.total_discount, '0') END AS total_discount,
  line_tax(line) - line_off_tax(line, removed, refunded) AS total_tax,
  CASE WHEN is_tip(line) OR is_gift_card(line) THEN 0
    ELSE line_net(line, untaxed) - line_off_net(line, removed, refunded, untaxed) END AS net_revenue,
  CASE WHEN placed_at_unread(r) THEN 'type:processed_at' END AS _reject,
  CAST(placed_at(r) AS DATE) AS dt
FROM counted
UNION ALL BY NAME
SELECT _record, _at, progress AS _progress, digest AS _digest, true AS _gone, r.id AS order_id,
  told_at(r) AS updated_at, CAST(placed_at(r) AS DATE) AS dt
FROM told
WHERE is_deleted(r)
