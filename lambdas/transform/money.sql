-- The money of a Shopify order: names for the SELECTs of this folder. All amounts are in the shop's currency.

-- The shop's currency: prices and costs of products stand in it, and Shopify does not say so with them.
CREATE OR REPLACE TEMP MACRO shop_currency() AS getvariable('shop_currency');

CREATE OR REPLACE TEMP MACRO money(text) AS TRY_CAST(text AS DECIMAL(18,2));
CREATE OR REPLACE TEMP MACRO cents(number) AS CAST(round(number, 2) AS DECIMAL(18,2));
CREATE OR REPLACE TEMP MACRO total(list) AS CAST(coalesce(list_sum(list), 0) AS DECIMAL(18,2));

-- An order as Shopify writes it: what `orders`, `order_items` and `refunds` know of it. Null where the record is none.
CREATE OR REPLACE TEMP MACRO order_of(record) AS fields(record, '{
  "id": "VARCHAR", "told_by": "VARCHAR", "deleted_at": "VARCHAR", "order_number": "VARCHAR", "name": "VARCHAR",
  "customer": { "id": "VARCHAR", "email": "VARCHAR", "orders_count": "VARCHAR" }, "email": "VARCHAR",
  "contact_email": "VARCHAR",
  "created_at": "VARCHAR", "processed_at": "VARCHAR", "updated_at": "VARCHAR", "cancelled_at": "VARCHAR",
  "tags": "VARCHAR",
  "financial_status": "VARCHAR", "fulfillment_status": "VARCHAR", "test": "VARCHAR", "source_name": "VARCHAR",
  "currency": "VARCHAR", "presentment_currency": "VARCHAR", "taxes_included": "VARCHAR",
  "total_price": "VARCHAR", "current_total_price": "VARCHAR", "subtotal_price": "VARCHAR", "total_tax": "VARCHAR",
  "current_total_tax": "VARCHAR", "total_discounts": "VARCHAR", "total_tip_received": "VARCHAR",
  "total_outstanding": "VARCHAR",
  "total_price_set": { "shop_money": { "amount": "VARCHAR" }, "presentment_money": { "amount": "VARCHAR" } },
  "original_total_duties_set": { "shop_money": { "amount": "VARCHAR" } },
  "current_total_duties_set": { "shop_money": { "amount": "VARCHAR" } },
  "shipping_lines": [{ "title": "VARCHAR", "price": "VARCHAR", "discounted_price": "VARCHAR", "is_removed": "VARCHAR",
    "discount_allocations": [{ "amount": "VARCHAR" }], "tax_lines": [{ "price": "VARCHAR" }] }],
  "shipping_address": { "country_code": "VARCHAR", "zip": "VARCHAR" }, "discount_codes": [{ "code": "VARCHAR" }],
  "payment_gateway_names": ["VARCHAR"],
  "transactions": [{ "kind": "VARCHAR", "status": "VARCHAR", "gateway": "VARCHAR", "amount": "VARCHAR",
    "currency": "VARCHAR", "amount_set": { "shop_money": { "amount": "VARCHAR" } } }],
  "line_items": [{ "id": "VARCHAR", "product_id": "VARCHAR", "variant_id": "VARCHAR", "sku": "VARCHAR",
    "title": "VARCHAR",
    "quantity": "VARCHAR", "current_quantity": "VARCHAR", "price": "VARCHAR", "total_discount": "VARCHAR",
    "discount_allocations": [{ "amount": "VARCHAR" }],
    "gift_card": "VARCHAR", "tip": "VARCHAR", "requires_shipping": "VARCHAR", "tax_lines": [{ "price": "VARCHAR" }],
    "duties": [{ "shop_money": { "amount": "VARCHAR" } }] }],
  "refunds": [{ "id": "VARCHAR", "created_at": "VARCHAR", "processed_at": "VARCHAR", "note": "VARCHAR",
    "transactions": [{ "kind": "VARCHAR", "status": "VARCHAR", "amount": "VARCHAR", "currency": "VARCHAR",
      "amount_set": { "shop_money": { "amount": "VARCHAR" } } }],
    "refund_line_items": [{ "id": "VARCHAR", "line_item_id": "VARCHAR", "quantity": "VARCHAR",
      "restock_type": "VARCHAR", "return_reason": "VARCHAR", "subtotal": "VARCHAR", "total_tax": "VARCHAR" }],
    "order_adjustments": [{ "kind": "VARCHAR", "amount": "VARCHAR", "tax_amount": "VARCHAR",
      "amount_set": { "shop_money": { "amount": "VARCHAR" } },
      "tax_amount_set": { "shop_money": { "amount": "VARCHAR" } } }],
    "refund_shipping_lines": [{ "subtotal_amount_set": { "shop_money": { "amount": "VARCHAR" } },
      "tax_amount_set": { "shop_money": { "amount": "VARCHAR" } } }],
    "duties": [{ "amount_set": { "shop_money": { "amount": "VARCHAR" } } }],
    "total_duties_set": { "shop_money": { "amount": "VARCHAR" } } }],
  "landing_site": "VARCHAR", "referring_site": "VARCHAR", "order_status_url": "VARCHAR" }');

-- Orders moved from another shop were placed before they were created here; the shop's own reports count them on this
-- day.
CREATE OR REPLACE TEMP MACRO placed_at(r) AS coalesce(instant(r.processed_at), instant(r.created_at));
CREATE OR REPLACE TEMP MACRO placed_at_unread(r) AS
  nullif(trim(r.processed_at), '') IS NOT NULL AND instant(r.processed_at) IS NULL;

-- An order that the shop deleted: of it a webhook tells its id alone. When what is told of an order was so.
CREATE OR REPLACE TEMP MACRO is_deleted(r) AS r.id IS NOT NULL AND instant(r.deleted_at) IS NOT NULL;
CREATE OR REPLACE TEMP MACRO told_at(r) AS coalesce(nullif(trim(r.deleted_at), ''), r.updated_at);

-- A line of an order. Prices hold the tax unless the order says that it stands on top.
CREATE OR REPLACE TEMP MACRO is_untaxed(r) AS coalesce(r.taxes_included = 'false', false);
CREATE OR REPLACE TEMP MACRO is_gift_card(line) AS coalesce(TRY_CAST(line.gift_card AS BOOLEAN), false);
-- Shopify's tip is a line without a product.
CREATE OR REPLACE TEMP MACRO is_tip(line) AS coalesce(line.tip, '') NOT IN ('', 'null', 'false')
  OR (line.product_id IS NULL AND line.variant_id IS NULL
    AND lower(trim(coalesce(line.title, '')))
      IN ('tip', 'pourboire', 'trinkgeld', 'propina', 'mancia', 'fooi', 'gorjeta'));
-- A code's discount stands in the allocations alone, with all others; `total_discount` leaves it out.
CREATE OR REPLACE TEMP MACRO line_discount(line) AS CASE WHEN len(line.discount_allocations) > 0
  THEN total(list_transform(line.discount_allocations, lambda share: money(share.amount)))
    ELSE coalesce(money(line.total_discount), 0) END;
CREATE OR REPLACE TEMP MACRO line_tax(line) AS total(list_transform(line.tax_lines, lambda tax: money(tax.price)));
CREATE OR REPLACE TEMP MACRO line_charged(line) AS
  money(line.price) * TRY_CAST(line.quantity AS INTEGER) - line_discount(line);
CREATE OR REPLACE TEMP MACRO line_net(line, untaxed) AS
  line_charged(line) - CASE WHEN untaxed THEN 0 ELSE line_tax(line) END;
CREATE OR REPLACE TEMP MACRO is_removed(line) AS coalesce(line.is_removed = 'true', false);
CREATE OR REPLACE TEMP MACRO shipping_price(line) AS
  least(coalesce(money(line.discounted_price), money(line.price)),
    money(line.price) - total(list_transform(line.discount_allocations, lambda share: money(share.amount))));
CREATE OR REPLACE TEMP MACRO shipping_charged(line) AS CASE WHEN is_removed(line) THEN 0 ELSE shipping_price(line) END;
-- What is bought at the shop's till is taken along; what is sent from there has a shipping line, be it free. So is what
-- the buyer fetches, where the way of sending is called so, in English, French, German, Spanish, Italian and Dutch: a
-- place alone may be anything. Where a carrier is named, or a shop of its, a parcel goes there: those who sell relays
-- call them “Click & Collect” and shops, too.
CREATE OR REPLACE TEMP MACRO names_carrier(title) AS regexp_matches(title,
  'relais|relay|mondial|colissimo|chrono|in ?post|post ?nl|b ?post\b|post ?office|postfiliale|bureau de poste'
  || '|(?:^|[^e ] ?)\bla poste\b|\b(?:deutsche|österreichische|swiss|die) post\b|poste italiane|royal mail|correos'
  || '|\b(?:dpd|dhl|gls|ups|brt|seur|mrw|fedex|evri|hermes|yodel|packeta|budbee)\b|collect\+'
  || '|parcel ?shop|paket|packstation|locker|consigne|casier|partenaire|partner|(?:magasin|boutique) pickup\b');
CREATE OR REPLACE TEMP MACRO is_fetching(title) AS coalesce(regexp_matches(folded(title),
  '\bclick[- ]?(?:&(?:amp;)?|\+|and|et|und|''?n''?)?[- ]?(?:and )?collect\b|\bclic (?:et|&) retrait\b'
  || '|\b(?:local|(?:in[- ])?store|curbside)[- ]pick[- ]?up\b'
  || '|\bcollect(?:ion)? (?:in|from|at)[- ](?:the |our )?(?:store|shop)\b'
  || '|\bpick[- ]?up (?:in|at|from) (?:the |our )?(?:store|shop|boutique|warehouse|studio)\b'
  || '|(?:\bretrait|à retirer|\benlèvement)(?: gratuit)? (?:sur place|local\b|en mains? propres?'
  || '|(?:(?:en|au|à la|à l[''’]|dans l[ae]|(?:en|dans|à) (?:notre|nos)) ?)?'
  || '(?:magasin|boutique|atelier|showroom|institut|entrepôt|dépôt))'
  || '|\bselbstabhol(?:ung|er)\b|\blokale abholung\b|\babholung (?:im (?:laden|geschäft|shop|store|lager)|vor ort'
  || '|in (?:der|unserer) filiale)'
  || '|\brecog(?:ida|er|ido) (?:local|en (?:la |nuestra )?tienda)\b|\britiro (?:in (?:negozio|sede|loco)|a mano)\b'
  || '|\b(?:afhalen|ophalen) (?:in (?:de |onze )?(?:winkel|shop)|bij de winkel)\b')
  AND NOT names_carrier(folded(title)), false);
CREATE OR REPLACE TEMP MACRO is_taken_along(r) AS
  CASE WHEN len(list_filter(r.shipping_lines, lambda line: NOT is_removed(line))) > 0
    THEN len(list_filter(r.shipping_lines, lambda line: NOT is_removed(line) AND NOT is_fetching(line.title))) = 0
  ELSE coalesce(lower(trim(r.source_name)) = 'pos', false) AND coalesce(len(r.shipping_lines), 0) = 0 END;

-- A payment's amount in the shop's currency: Shopify writes it in the one that the customer paid in.
CREATE OR REPLACE TEMP MACRO in_shop_money(payment, r) AS CASE
  WHEN payment.amount_set.shop_money.amount IS NOT NULL THEN money(payment.amount_set.shop_money.amount)
  WHEN payment.currency IS NULL OR upper(payment.currency) = upper(r.currency) THEN money(payment.amount)
  WHEN upper(payment.currency) = upper(r.presentment_currency)
    AND money(r.total_price_set.presentment_money.amount) > 0 THEN
    cents(CAST(money(payment.amount) AS DOUBLE) * CAST(money(r.total_price_set.shop_money.amount) AS DOUBLE)
      / CAST(money(r.total_price_set.presentment_money.amount) AS DOUBLE)) END;

-- A test, as Shopify marks it, or as the shop's profile knows its own: by a tag, or by the gateway that was to be paid.
CREATE OR REPLACE TEMP MACRO is_test_order(r) AS coalesce(TRY_CAST(r.test AS BOOLEAN), false)
  OR list_has_any(getvariable('test_tags'),
    list_transform(string_split(lower(coalesce(r.tags, '')), ','), lambda tag: trim(tag)))
  OR list_has_any(getvariable('test_gateways'),
    list_transform(coalesce(r.payment_gateway_names, []), lambda name: lower(trim(name))));

-- A marketplace in a name (of a channel, a gateway): it sells, takes the money and keeps a part of it. A wallet of its
-- is none (Amazon Pay).
CREATE OR REPLACE TEMP MACRO marketplace_in(name) AS CASE WHEN NOT regexp_matches(lower(name), 'pay') THEN
  nullif(regexp_extract(lower(name), '(?:^|[^a-z])(amazon|ebay|etsy|walmart|cdiscount|mano ?mano|rakuten|fnac|darty'
    || '|la ?redoute|zalando|kaufland|otto|bol[. ]com|allegro|back ?market|veepee|ankorstore|temu|aliexpress|shein|joom'
    || '|tiktok[ _-]?shop|mirakl|lengow|shopping[ _-]?feed|codisto|marketplace)(?:[^a-z]|$)', 1), '') END;
-- Its relays of e-mail tell it, too, where an app placed the order. What the shop's own pages sold is none's.
CREATE OR REPLACE TEMP MACRO marketplace_of(r) AS CASE WHEN coalesce(lower(trim(r.source_name)), '') NOT IN
    ('web', 'pos')
  THEN coalesce(marketplace_in(r.source_name),
    list_filter(list_transform(coalesce(r.payment_gateway_names, []), lambda name: marketplace_in(name)),
      lambda one: one IS NOT NULL)[1],
    nullif(regexp_extract(lower(r.email), '@(?:marketplace|members)[.](amazon|ebay)[.]', 1), '')) END;

-- Where an order was placed. A subscription renewed it: so it is called, also where an app placed it, and says it by a
-- tag. A marketplace is called so, by whichever app its orders come.
CREATE OR REPLACE TEMP MACRO sold_where(r) AS CASE WHEN starts_with(lower(trim(r.source_name)), 'subscription_contract')
  OR regexp_matches(lower(r.tags), '(?:^|[ ,_-])recurring[ _-]order(?:[ ,_-]|$)') THEN 'subscription_contract'
  WHEN marketplace_of(r) IS NOT NULL THEN 'marketplace_' || marketplace_of(r)
  ELSE r.source_name END;

-- What no provider takes a fee of: a gift card or store credit, which pays with money that came in before; cash and
-- cheques, also to the carrier; and `manual`, an order that somebody marked as paid. (Cash App is a wallet; a payment
-- on delivery that does not say in what may be by card.)
CREATE OR REPLACE TEMP MACRO is_free_of_fee(gateway) AS coalesce(
  regexp_matches(lower(trim(replace(gateway, '_', ' '))),
    '^(gift card|(shopify )?store credit|manual|cod|cash|check|cheque|chèque|money order|(en )?esp[èe]ces|comptant'
      || '|contre[- ]?remboursement|nachnahme|barzahlung|contrassegno|contanti|contra[- ]?reembolso|efectivo'
      || '|rembours)( \(.*\))?$'
    || '|^(cash|esp[èe]ces) (on|at|upon|à|a|en) |\bcash on (delivery|pick-?up|collection)\b|\b(collect'
      || '|cash)[- ]on[- ]delivery\b|\(cod\)$|^paiement par ch[èe]que\b'),
      false);

-- The payments of a refund, and of those the ones that went through. One without a kind or a state is an older
-- export's: it did.
CREATE OR REPLACE TEMP MACRO repayments(refund) AS
  list_filter(refund.transactions, lambda t: coalesce(lower(t.kind), 'refund') = 'refund');
CREATE OR REPLACE TEMP MACRO has_state(refund, states) AS
  len(list_filter(repayments(refund), lambda t: list_contains(states, coalesce(lower(t.status), 'success')))) > 0;

-- What went back by them, in the shop's currency; null where none did, or nothing converts it.
CREATE OR REPLACE TEMP MACRO repaid(refund, r) AS list_sum(list_transform(list_filter(repayments(refund),
  lambda t: coalesce(lower(t.status), 'success') = 'success'), lambda t: in_shop_money(t, r)));
-- How far an order has come. A shop's server tells an order and its payment, or a refund and that its money went
-- through, within one second, which is all that `updated_at` says.
CREATE OR REPLACE TEMP MACRO progress_of(r) AS [
  CASE WHEN r.cancelled_at IS NULL THEN 0 ELSE 1 END,
  coalesce(list_position(['pending', 'authorized', 'expired', 'partially_paid', 'paid', 'partially_refunded', 'voided',
    'refunded'], lower(trim(r.financial_status))), 0),
  coalesce(len(r.refunds), 0),
  coalesce(len(list_filter(r.refunds, lambda refund: repaid(refund, r) IS NOT NULL)), 0)];
-- When it was refunded, as in the shop's own reports.
CREATE OR REPLACE TEMP MACRO refunded_at(refund) AS
  coalesce(nullif(trim(refund.processed_at), ''), refund.created_at);

-- What was taken off the order by an edit stands among the refunds too, without a payment: nothing was given back, it
-- was never sold.
CREATE OR REPLACE TEMP MACRO is_unpaid(refund) AS coalesce(len(repayments(refund)) = 0, false);
CREATE OR REPLACE TEMP MACRO is_unsent(line) AS coalesce(lower(line.restock_type) IN ('cancel', 'no_restock'), false);

-- Why something was given back: the reason of Shopify's returns, else what the words of the note say. The note itself
-- is nobody's to read: staff write people's names into it.
CREATE OR REPLACE TEMP MACRO refund_reason(code, note) AS CASE
  WHEN list_contains(['color', 'defective', 'not_as_described', 'size_too_large', 'size_too_small', 'style', 'unwanted',
    'wrong_item'],
    lower(code)) THEN lower(code)
  WHEN trim(note) <> '' THEN coalesce(list_filter(getvariable('refund_reasons'),
    lambda one: regexp_matches(regexp_replace(strip_accents(lower(note)), '[^a-z0-9]+', ' ', 'g'),
      one.words))[1].reason,
    'other')
  WHEN lower(code) = 'other' THEN 'other' END;

CREATE OR REPLACE TEMP MACRO removed_lines(r) AS
  flatten(list_transform(list_filter(r.refunds, lambda refund: is_unpaid(refund)),
  lambda refund: list_filter(refund.refund_line_items, lambda line: is_unsent(line))));
CREATE OR REPLACE TEMP MACRO refunded_lines(r) AS
  flatten(list_transform(r.refunds, lambda refund: refund.refund_line_items));
CREATE OR REPLACE TEMP MACRO quantity_of(lines, line_id) AS
  CAST(coalesce(list_sum(list_transform(list_filter(lines, lambda l: l.line_item_id = line_id),
    lambda l: coalesce(TRY_CAST(l.quantity AS INTEGER), 0))),
    0) AS INTEGER);

-- Units that are on a line no more, and of which no refund tells.
CREATE OR REPLACE TEMP MACRO untold_quantity(line, refunded) AS CASE WHEN line.current_quantity IS NULL THEN 0 ELSE
  greatest(coalesce(TRY_CAST(line.quantity AS INTEGER), 0) - coalesce(TRY_CAST(line.current_quantity AS INTEGER), 0)
    - quantity_of(refunded, line.id),
    0) END;
-- The units of a line that were sold in the end, and of these the ones that were sent, or will be: what was refunded
-- with `cancel` never left.
CREATE OR REPLACE TEMP MACRO sold_quantity(line, removed, refunded) AS
  greatest(coalesce(TRY_CAST(line.quantity AS INTEGER), 0) - quantity_of(removed, line.id)
    - untold_quantity(line, refunded),
    0);
CREATE OR REPLACE TEMP MACRO unsent_quantity(line, removed, refunded) AS
  quantity_of(list_filter(refunded, lambda l: lower(l.restock_type) = 'cancel'), line.id)
  - quantity_of(list_filter(removed, lambda l: lower(l.restock_type) = 'cancel'), line.id);

-- What edits took off a line, and the tax in it: as the shop says, else the units' share.
CREATE OR REPLACE TEMP MACRO line_off_tax(line, removed, refunded) AS
  total(list_transform(list_filter(removed, lambda l: l.line_item_id = line.id), lambda l: money(l.total_tax)))
  + cents(CAST(line_tax(line) AS DOUBLE) * untold_quantity(line, refunded)
    / greatest(TRY_CAST(line.quantity AS INTEGER), 1));
CREATE OR REPLACE TEMP MACRO line_off_net(line, removed, refunded, untaxed) AS
  total(list_transform(list_filter(removed, lambda l: l.line_item_id = line.id),
    lambda l: money(l.subtotal) - CASE WHEN untaxed THEN 0 ELSE coalesce(money(l.total_tax), 0) END))
  + cents(CAST(line_net(line, untaxed) AS DOUBLE) * untold_quantity(line, refunded)
    / greatest(TRY_CAST(line.quantity AS INTEGER), 1));

-- An adjustment of a refund: negative where it gives back, its tax apart from it.
CREATE OR REPLACE TEMP MACRO adjusted_tax(adjustments, is_shipping) AS
  -total(list_transform(list_filter(adjustments,
    lambda a: (lower(coalesce(a.kind, '')) = 'shipping_refund') = is_shipping),
  lambda a: coalesce(money(a.tax_amount), money(a.tax_amount_set.shop_money.amount), 0)));
CREATE OR REPLACE TEMP MACRO adjusted(adjustments, is_shipping) AS
  adjusted_tax(adjustments, is_shipping)
    - total(list_transform(list_filter(adjustments,
      lambda a: (lower(coalesce(a.kind, '')) = 'shipping_refund') = is_shipping),
  lambda a: coalesce(money(a.amount), money(a.amount_set.shop_money.amount), 0)));
-- Shipping given back, tax included: until 2024-10 among the adjustments, since then in lines of its own, and in some
-- answers in both.
CREATE OR REPLACE TEMP MACRO refunded_shipping_tax(refund) AS
  CASE WHEN adjusted(refund.order_adjustments, true) <> 0 THEN adjusted_tax(refund.order_adjustments, true)
  ELSE total(list_transform(refund.refund_shipping_lines, lambda l: money(l.tax_amount_set.shop_money.amount))) END;
CREATE OR REPLACE TEMP MACRO refunded_shipping(refund, untaxed) AS
  CASE WHEN adjusted(refund.order_adjustments, true) <> 0 THEN adjusted(refund.order_adjustments, true)
  ELSE total(list_transform(refund.refund_shipping_lines, lambda l: money(l.subtotal_amount_set.shop_money.amount)))
    + CASE WHEN untaxed THEN refunded_shipping_tax(refund) ELSE 0 END END;
CREATE OR REPLACE TEMP MACRO refunded_duties(refund) AS coalesce(money(refund.total_duties_set.shop_money.amount),
  total(list_transform(refund.duties, lambda d: money(d.amount_set.shop_money.amount))));
CREATE OR REPLACE TEMP MACRO line_refunded(line, untaxed) AS
  coalesce(money(line.subtotal), 0) + CASE WHEN untaxed THEN coalesce(money(line.total_tax), 0) ELSE 0 END;

-- What of an order's total is no revenue (gift cards, a tip, duties), and what of it there is first.
CREATE OR REPLACE TEMP MACRO gift_cards_charged(r) AS
  total(list_transform(list_filter(r.line_items, lambda line: is_gift_card(line)), lambda line: line_charged(line)));
CREATE OR REPLACE TEMP MACRO tips_charged(r) AS greatest(money(r.total_tip_received),
  total(list_transform(list_filter(r.line_items, lambda line: is_tip(line) AND NOT is_gift_card(line)),
    lambda line: line_charged(line))));
CREATE OR REPLACE TEMP MACRO unearned(r) AS [
  { 'part': 'gift_card', 'amount': gift_cards_charged(r) }, { 'part': 'tip', 'amount': tips_charged(r) },
  { 'part': 'duties', 'amount': coalesce(money(r.original_total_duties_set.shop_money.amount), 0) }];

-- Shipping that an edit took off, and the tax in it: what no refund gave back.
CREATE OR REPLACE TEMP MACRO shipping_off_tax(r) AS
  greatest(total(list_transform(list_filter(r.shipping_lines, lambda line: is_removed(line)),
    lambda line: line_tax(line)))
  - total(list_transform(r.refunds, lambda refund: refunded_shipping_tax(refund))), 0);
CREATE OR REPLACE TEMP MACRO shipping_off(r, untaxed) AS
  greatest(total(list_transform(list_filter(r.shipping_lines, lambda line: is_removed(line)),
    lambda line: shipping_price(line) + CASE WHEN untaxed THEN line_tax(line) ELSE 0 END))
  - total(list_transform(r.refunds, lambda refund: refunded_shipping(refund, untaxed))), 0);

-- The most by which a refund can have lowered the order's current total, whether or not its money went through; without
-- the lines that an edit took off. And the most of tax.
CREATE OR REPLACE TEMP MACRO refund_reach(refund, r, untaxed) AS greatest(
  total(list_transform(list_filter(refund.refund_line_items, lambda l: NOT is_unpaid(refund) OR NOT is_unsent(l)),
    lambda l: line_refunded(l, untaxed)))
    + refunded_shipping(refund, untaxed) + refunded_duties(refund) + abs(adjusted(refund.order_adjustments, false)),
  total(list_transform(repayments(refund), lambda t: in_shop_money(t, r))));
CREATE OR REPLACE TEMP MACRO refund_reach_tax(refund) AS
  total(list_transform(list_filter(refund.refund_line_items, lambda l: NOT is_unpaid(refund) OR NOT is_unsent(l)),
    lambda l: money(l.total_tax)))
    + refunded_shipping_tax(refund) + abs(adjusted_tax(refund.order_adjustments, false));

-- What goods came back for money, tax included, and the tax in it: at least by this much refunds lowered the order's
-- current total.
CREATE OR REPLACE TEMP MACRO lines_refunded(refund, untaxed) AS
  total(list_transform(refund.refund_line_items, lambda l: line_refunded(l, untaxed)));
CREATE OR REPLACE TEMP MACRO came_back(r, untaxed) AS total(list_transform(r.refunds,
  lambda refund: least(lines_refunded(refund, untaxed), coalesce(repaid(refund, r), 0))));
CREATE OR REPLACE TEMP MACRO came_back_tax(r, untaxed) AS total(list_transform(
  list_filter(r.refunds, lambda refund: lines_refunded(refund, untaxed) > 0),
  lambda refund: cents(CAST(total(list_transform(refund.refund_line_items, lambda l: money(l.total_tax))) AS DOUBLE)
    * least(lines_refunded(refund, untaxed), coalesce(repaid(refund, r), 0)) / lines_refunded(refund, untaxed))));
-- What all lines and the shipping come to, those that were put on among them, without what edits took off; tax
-- included. A total that is less is the one before lines were put on.
CREATE OR REPLACE TEMP MACRO charged_in_all(r, removed, refunded, untaxed) AS
  total(list_transform(r.line_items, lambda line: line_net(line, untaxed) + line_tax(line)
    - line_off_net(line, removed, refunded, untaxed) - line_off_tax(line, removed, refunded)))
  + total(list_transform(r.shipping_lines,
    lambda line: shipping_charged(line) + CASE WHEN untaxed AND NOT is_removed(line) THEN line_tax(line) ELSE 0 END));
