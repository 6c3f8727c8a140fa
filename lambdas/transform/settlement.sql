-- Goods that were taken off an order or came back, and the money for them, where the shop tells the two in two refunds:
-- names for the SELECTs of this folder. All amounts are in the shop's currency.

-- What a refund names, in goods and shipping; and what went back by payments.
CREATE OR REPLACE TEMP MACRO refund_named(refund, untaxed) AS
  total(list_transform(refund.refund_line_items, lambda l: line_refunded(l, untaxed)))
  + refunded_shipping(refund, untaxed);
CREATE OR REPLACE TEMP MACRO refund_paid(refund, r) AS coalesce(repaid(refund, r), 0);
-- By all refunds of an order.
CREATE OR REPLACE TEMP MACRO repaid_in_all(r) AS
  total(list_transform(r.refunds, lambda one: refund_paid(one, r)));
-- Goods that came back, or were taken off, without a payment; and a payment of which no goods tell.
CREATE OR REPLACE TEMP MACRO open_refunds(r) AS
  list_filter(r.refunds, lambda refund: is_unpaid(refund) AND len(refund.refund_line_items) > 0);
-- (Money that went back before was for something else.)
CREATE OR REPLACE TEMP MACRO lone_payments(r, untaxed) AS
  list_filter(r.refunds, lambda refund: coalesce(len(refund.refund_line_items), 0) = 0
    AND instant(refunded_at(refund)) >= list_min(list_transform(open_refunds(r), lambda o: instant(refunded_at(o))))
    AND refund_paid(refund, r) > 0 AND refund_named(refund, untaxed) = 0 AND refunded_duties(refund) = 0);
-- Whether what one side tells is on the other, too: both come to the same, or just this amount is there for it.
CREATE OR REPLACE TEMP MACRO is_paired(side, other, one) AS
  (total(list_transform(side, lambda each: each.amount)) = total(list_transform(other, lambda each: each.amount))
    AND len(other) > 0 AND one.amount > 0)
  OR len(list_filter(side, lambda each: each.amount = one.amount AND each.id <= one.id))
    <= len(list_filter(other, lambda each: each.amount = one.amount));
-- How much of goods that came back is paid by other goods: where the shop owes nothing, all.
CREATE OR REPLACE TEMP MACRO exchanged(open, one, owed) AS
  greatest(0, least(one.amount, total(list_transform(open, lambda each: each.amount)) - owed
    - total(list_transform(list_filter(open, lambda each: each.id < one.id), lambda each: each.amount))));
-- What paid for each refund that stands there without a payment: one apart from it (goods are taken off an order, or
-- come back, and the money follows), or goods in exchange.
CREATE OR REPLACE TEMP MACRO settlements(r, open, lone) AS
  list_transform([list_filter(open, lambda one: one.is_return AND NOT is_paired(open, lone, one))], lambda returns:
    list_transform(open, lambda one: {
      'id': one.id, 'of': one.amount,
      'at': CASE WHEN is_paired(open, lone, one) THEN list_max(list_transform(lone, lambda p: p.at)) END,
      'amount': CASE WHEN is_paired(open, lone, one) THEN one.amount
        WHEN one.is_return AND money(r.total_outstanding) IS NOT NULL AND r.current_total_price IS NOT NULL
          THEN exchanged(returns, one, greatest(0, -money(r.total_outstanding))) ELSE 0 END }))[1];
-- A refund with what paid for it. What was taken off the order was never sent.
CREATE OR REPLACE TEMP MACRO settled_refund(refund, settled) AS CASE WHEN settled.amount > 0 THEN struct_update(refund,
  processed_at := coalesce(settled.at, refund.processed_at),
  transactions := list_transform(list_filter([{ 'status': 'success', 'amount': settled.amount },
      { 'status': 'pending', 'amount': settled.of - settled.amount }], lambda t: t.amount > 0),
    lambda t: { 'kind': 'refund', 'status': t.status, 'amount': CAST(t.amount AS VARCHAR), 'currency': NULL,
      'amount_set': NULL }),
  refund_line_items := list_transform(refund.refund_line_items, lambda l:
    struct_update(l, restock_type := CASE WHEN is_unsent(l) THEN 'cancel' ELSE l.restock_type END)),
  order_adjustments := list_filter(refund.order_adjustments, lambda a: lower(a.kind) = 'shipping_refund'))
  ELSE refund END;
-- A return of which a part was paid. The rest is paid by goods in exchange where the shop tells no reason to keep it,
-- owes nothing, still has as much in its total, and took all that came back off it: a fee that was kept is an
-- adjustment of the refund, and a payment that follows is a refund of its own.
CREATE OR REPLACE TEMP MACRO unpaid_rest(refund, r) AS
  refund_named(refund, is_untaxed(r)) + refunded_duties(refund) - refund_paid(refund, r);
CREATE OR REPLACE TEMP MACRO is_part_exchanged(refund, r) AS coalesce(len(refund.refund_line_items) > 0
  AND refund_paid(refund, r) > 0 AND NOT has_state(refund, ['pending', 'failure', 'error'])
  AND len(list_filter(refund.refund_line_items, lambda l: is_unsent(l))) = 0
  AND adjusted(refund.order_adjustments, false) = 0
  AND unpaid_rest(refund, r) > 0 AND unpaid_rest(refund, r) <= money(r.current_total_price)
  AND greatest(money(r.total_price), charged_in_all(r, removed_lines(r), refunded_lines(r), is_untaxed(r)))
    - money(r.current_total_price) >= unpaid_rest(refund, r)
    + total(list_transform(r.refunds, lambda one: refund_paid(one, r)))
  AND money(r.total_outstanding) >= 0, false);
CREATE OR REPLACE TEMP MACRO exchanged_rests(r) AS
  list_transform(r.refunds, lambda one: CASE WHEN is_part_exchanged(one, r) THEN
    struct_update(one, transactions := list_append(one.transactions, { 'kind': 'refund', 'status': 'success',
      'amount': CAST(unpaid_rest(one, r) AS VARCHAR), 'currency': NULL, 'amount_set': NULL })) ELSE one END);
-- The refunds of an order, each with the payment that settled it. Of one that is refunded whole by less than its price,
-- goods were taken off before it was paid: the money that went back was not for them.
CREATE OR REPLACE TEMP MACRO settled_refunds(r) AS CASE WHEN coalesce(len(r.refunds), 0) = 0 THEN r.refunds
  WHEN len(open_refunds(r)) = 0 THEN exchanged_rests(r)
  WHEN lower(r.financial_status) = 'refunded'
    AND total(list_transform(r.refunds, lambda one: refund_paid(one, r))) < money(r.total_price) - 0.01 THEN r.refunds
  ELSE
  list_transform([{
    'open': list_transform(open_refunds(r), lambda one: { 'id': one.id, 'amount': refund_named(one, is_untaxed(r)),
      'is_return': len(list_filter(one.refund_line_items, lambda l: is_unsent(l))) = 0 }),
    'lone': list_transform(lone_payments(r, is_untaxed(r)), lambda one: { 'id': one.id, 'amount': refund_paid(one, r),
      'at': refunded_at(one) }) }], lambda known:
    list_transform([settlements(r, known.open, known.lone)], lambda settled:
      list_transform(list_filter(r.refunds, lambda one: len(list_filter(known.lone,
          lambda p: p.id = one.id AND is_paired(known.lone, known.open, p))) = 0),
        lambda one: settled_refund(one, list_filter(settled, lambda s: s.id = one.id)[1])))[1])[1] END;
-- An order with them. (Its refunds alone are put in: to choose between two orders copies both.)
CREATE OR REPLACE TEMP MACRO with_settled_refunds(r) AS
  CASE WHEN r IS NOT NULL THEN struct_update(r, refunds := settled_refunds(r)) END;
