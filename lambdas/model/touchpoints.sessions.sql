-- One row is one browser whose sessions can be on a path: one that told an order, or in which a name was seen.
SELECT visitor_id FROM purchases
UNION
SELECT visitor_id FROM sessions WHERE customer_id IS NOT NULL
