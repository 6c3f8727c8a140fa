-- One row is one order number that a browser told of on the slice's day, by the first event that did. A thank-you page
-- that is opened again tells of it again: whoever counts purchases counts the first row of a number.
SELECT transaction_id, visitor_id, customer_id, event_id, event_at AS purchased_at, received_at
FROM (
  SELECT transaction_id, visitor_id, customer_id, event_id, event_at, received_at,
    row_number() OVER (PARTITION BY transaction_id ORDER BY event_at, event_id) AS place
  FROM web_events
  WHERE event_name = 'purchase' AND transaction_id IS NOT NULL AND visitor_id IS NOT NULL AND NOT is_bot
) AS told
WHERE place = 1
