-- One row is one order that was sent with lines, or deleted: what its lines are replaced by, and their day, as
-- order_items.sql has them.
SELECT _at, r.id AS order_id, CAST(placed_at(r) AS DATE) AS dt
FROM (
  SELECT _at, fields(_record, '{ "id": "VARCHAR", "created_at": "VARCHAR", "processed_at": "VARCHAR",
      "deleted_at": "VARCHAR", "line_items": [{ "id": "VARCHAR" }] }') AS r
  FROM raw_crm_orders)
WHERE len(r.line_items) > 0 OR is_deleted(r)
