-- One row is one part of a refund as the shop last sent it: a line given back, the shipping, the duties, or what the
-- payments differ from these by. A record that is no order is accounted for by `orders`. What counts is the money that
-- went back: payments that failed or wait give 0; an edit that took something off the order gave nothing back and has
-- no row. A telling of an order that tells its refunds, and has none, is a row of no day, and is never written: the
-- refunds of an older one count no more.
WITH sent AS (
  SELECT _record, _at, order_of(_record) AS r FROM raw_crm_orders
), parsed AS (
  SELECT _record, _at, with_settled_refunds(r) AS r FROM sent
), given AS (
  SELECT _record, _at, r, is_untaxed(r) AS untaxed, unnest(r.refunds) AS refund FROM parsed
), ledger AS (
  SELECT *,
    list_filter(coalesce(refund.refund_line_items, []), lambda l: NOT is_unpaid(refund) OR NOT is_unsent(l)) AS lines,
    CASE WHEN refund.transactions IS NOT NULL THEN repaid(refund, r) END AS paid,
    CASE WHEN refund.transactions IS NULL OR has_state(refund, ['success']) THEN 'success'
      WHEN is_unpaid(refund) THEN 'none' WHEN has_state(refund, ['pending']) THEN 'pending' ELSE 'failed' END AS state
  FROM given
), known AS (
  SELECT *,
    total(list_transform(lines, lambda l: line_refunded(l, untaxed))) + refunded_shipping(refund, untaxed)
      + refunded_duties(refund) AS named,
    adjusted(refund.order_adjustments, false) AS adjustment,
    adjusted_tax(refund.order_adjustments, false) AS adjustment_tax
  FROM ledger
  WHERE state <> 'none' OR len(lines) > 0
), settled AS (
  -- A payment in a currency that nothing converts counts as what the refund's own lines say. Of a refund that went
  -- through in part, and of which the shop explains no rest, each part did.
  SELECT *, CASE WHEN state <> 'success' THEN 0 ELSE coalesce(paid, named + adjustment) END AS given_back,
    CASE WHEN state <> 'success' THEN 0 WHEN has_state(refund, ['pending', 'failure', 'error']) AND paid < named
      AND paid < named + adjustment THEN CAST(paid AS DOUBLE) / named ELSE 1 END AS part
  FROM known
), parts AS (
  SELECT *, list_concat(
    list_transform(lines, lambda l: {
      'part': CASE
        WHEN len(list_filter(r.line_items, lambda i: i.id = l.line_item_id AND is_gift_card(i))) > 0 THEN 'gift_card'
                   WHEN len(list_filter(r.line_items, lambda i: i.id = l.line_item_id AND is_tip(i))) > 0 THEN 'tip'
                     ELSE 'goods' END,
      'id': l.id, 'line_item_id': l.line_item_id, 'reason': refund_reason(l.return_reason, refund.note),
      'quantity': CASE WHEN state IN ('success', 'none') THEN l.quantity END,
      'amount': cents(line_refunded(l, untaxed) * part), 'tax': cents(coalesce(money(l.total_tax), 0) * part) }),
    CASE WHEN refunded_shipping(refund, untaxed) = 0 THEN [] ELSE [{
      'part': 'shipping', 'id': refund.id || '-shipping', 'line_item_id': NULL,
      'reason': refund_reason(NULL, refund.note), 'quantity': NULL,
      'amount': cents(refunded_shipping(refund, untaxed) * part),
      'tax': cents(refunded_shipping_tax(refund) * part) }] END,
    CASE WHEN refunded_duties(refund) = 0 THEN [] ELSE [{
      'part': 'duties', 'id': refund.id || '-duties', 'line_item_id': NULL,
      'reason': refund_reason(NULL, refund.note), 'quantity': NULL,
      'amount': cents(refunded_duties(refund) * part), 'tax': cents(0) }] END) AS told
  FROM settled
), differing AS (
  SELECT *, given_back - total(list_transform(told, lambda p: p.amount)) AS difference,
    list_filter(unearned(r), lambda u: u.amount > 0) AS never_earned,
    list_transform(list_filter(r.line_items, lambda i: is_gift_card(i) OR is_tip(i)), lambda i: i.id) AS other_lines
  FROM parts
), returned AS (
  SELECT *, list_filter(refunded_lines(r), lambda l: NOT list_contains(other_lines, l.line_item_id)) AS goods_back,
    list_filter(refunded_lines(r), lambda l: list_contains(other_lines, l.line_item_id)) AS others_back
  FROM differing
), rooms AS (
  -- What goods and shipping may still give back that no line tells, and what of the rest is not back already.
  SELECT *,
    greatest(0, money(r.total_price) - total(list_transform(never_earned, lambda u: u.amount))
      - total(list_transform(goods_back, lambda l: line_refunded(l, untaxed)))
      - total(list_transform(r.refunds, lambda one: refunded_shipping(one, untaxed))))
      + total([sum(greatest(0, -difference)) OVER (PARTITION BY _record)]) AS room,
    greatest(0, total(list_transform(never_earned, lambda u: u.amount))
      - total(list_transform(others_back, lambda l: line_refunded(l, untaxed)))
      - total(list_transform(r.refunds, lambda one: refunded_duties(one)))) AS unearned_room,
    total([sum(greatest(0, difference)) OVER earlier]) AS before,
    total([sum(CASE WHEN adjustment = difference THEN adjustment_tax ELSE 0 END) OVER earlier]) AS tax_before
  FROM returned
  WINDOW earlier AS (PARTITION BY _record ORDER BY instant(refunded_at(refund)), refund.id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), limited AS (
  -- Of what no line tells, no more is of goods and shipping than they came to: the rest was no revenue when it came in,
  -- as far as such money came in and is not back already. An order's refunds fill that room in their order.
  SELECT *, CASE WHEN difference > 0 THEN greatest(0, least(before + difference - room, unearned_room))
    - greatest(0, least(before - room, unearned_room)) ELSE 0 END AS beyond
  FROM rooms
), rows AS (
  SELECT *, unnest(list_concat(told,
    CASE WHEN (difference = 0 AND len(told) > 0) OR (beyond > 0 AND beyond = difference) THEN [] ELSE [{
      'part': 'discrepancy', 'id': refund.id || '-discrepancy', 'line_item_id': NULL,
      'reason': refund_reason(NULL, refund.note), 'quantity': NULL, 'amount': difference - beyond,
      'tax': CASE WHEN beyond > 0 THEN greatest(0, coalesce(money(r.total_tax), 0)
          - total(list_transform(goods_back, lambda l: money(l.total_tax)))
          - total(list_transform(r.refunds, lambda one: refunded_shipping_tax(one))) - tax_before)
        WHEN adjustment = difference THEN adjustment_tax ELSE 0 END }] END,
    CASE WHEN beyond > 0 THEN [{
      'part': never_earned[1].part, 'id': refund.id || '-unearned', 'line_item_id': NULL,
      'reason': refund_reason(NULL, refund.note), 'quantity': NULL, 'amount': beyond, 'tax': 0 }]
      ELSE [] END)) AS row
  FROM limited
)
SELECT _record, _at,
  r.told_by AS _told_by,
  progress_of(r) AS _progress,
  is_deleted(r) AS _gone,
  row.id AS refund_line_id,
  refund.id AS refund_id,
  r.id AS order_id,
  row.line_item_id AS line_item_id,
  row.part AS part,
  state AS status,
  row.reason AS reason,
  refunded_at(refund) AS refunded_at,
  told_at(r) AS updated_at,
  shop_day(instant(refunded_at(refund))) AS local_date,
  row.quantity AS quantity,
  upper(r.currency) AS currency,
  row.amount AS amount,
  row.tax AS tax,
  CAST(instant(refunded_at(refund)) AS DATE) AS dt
FROM rows
UNION ALL BY NAME
SELECT _record, _at, r.told_by AS _told_by, progress_of(r) AS _progress, r.id AS order_id, r.updated_at AS updated_at,
  no_day() AS dt
FROM parsed
WHERE coalesce(lower(r.financial_status), '') NOT LIKE '%refunded'
  AND len(list_filter(r.refunds, lambda refund: NOT is_unpaid(refund)
    OR len(list_filter(refund.refund_line_items, lambda l: NOT is_unsent(l))) > 0)) = 0
UNION ALL BY NAME
SELECT _record, _at, progress_of(r) AS _progress, true AS _gone, r.id AS order_id, told_at(r) AS updated_at
FROM parsed
WHERE is_deleted(r)
