-- One row is one line given back of a refund, or a whole refund that names no line, as the shop last sent it.
-- A record that is no order is accounted for by `orders`.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{
    "id": "VARCHAR", "updated_at": "VARCHAR", "currency": "VARCHAR",
    "refunds": [{ "id": "VARCHAR", "created_at": "VARCHAR", "transactions": [{ "amount": "VARCHAR" }],
      "refund_line_items": [{ "id": "VARCHAR", "line_item_id": "VARCHAR", "quantity": "VARCHAR", "subtotal": "VARCHAR", "total_tax": "VARCHAR" }] }] }') AS r
  FROM raw_crm_orders
), given AS (
  SELECT _record, _at, r, unnest(r.refunds) AS refund FROM parsed
), lines AS (
  SELECT *, unnest(CASE WHEN len(refund.refund_line_items) > 0 THEN refund.refund_line_items ELSE [NULL] END) AS line FROM given
)
SELECT _record, _at,
  coalesce(line.id, refund.id) AS refund_line_id,
  refund.id AS refund_id,
  r.id AS order_id,
  line.line_item_id AS line_item_id,
  refund.created_at AS refunded_at,
  r.updated_at AS updated_at,
  shop_day(instant(refund.created_at)) AS local_date,
  line.quantity AS quantity,
  upper(r.currency) AS currency,
  coalesce(TRY_CAST(line.subtotal AS DECIMAL(18,2)), list_sum(list_transform(refund.transactions, lambda t: TRY_CAST(t.amount AS DECIMAL(18,2))))) AS amount,
  coalesce(line.total_tax, '0') AS tax,
  CAST(instant(refund.created_at) AS DATE) AS dt
FROM lines
