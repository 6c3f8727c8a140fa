-- One row is one order that was sent: its key and its day, as orders.sql has them.
SELECT _at, r.id AS order_id, CAST(placed_at(r) AS DATE) AS dt
FROM (
  SELECT _at, fields(_record, '{ "id": "VARCHAR", "created_at": "VARCHAR", "processed_at": "VARCHAR" }') AS r
  FROM raw_crm_orders)
