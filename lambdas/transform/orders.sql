-- One row is one order as the shop last sent it; one that it deleted is gone.
WITH sent AS (
  SELECT _record, _at, order_of(_record) AS r FROM raw_crm_orders
), parsed AS (
  SELECT _record, _at, with_settled_refunds(r) AS r, repaid_in_all(r) AS given_back FROM sent
), edited AS (
  SELECT *, is_untaxed(r) AS untaxed, removed_lines(r) AS removed, refunded_lines(r) AS refunded FROM parsed
), lines AS (
  SELECT *, list_transform(r.line_items, lambda item: {
      'is_goods': NOT is_gift_card(item) AND NOT is_tip(item), 'is_tip': is_tip(item),
      'sold': sold_quantity(item, removed, refunded), 'unsent': unsent_quantity(item, removed, refunded),
      'net': line_net(item, untaxed), 'off_net': line_off_net(item, removed, refunded, untaxed),
      'off_tax': line_off_tax(item, removed, refunded), 'ships': coalesce(item.requires_shipping <> 'false', true),
      'duties': total(list_transform(item.duties, lambda d: money(d.shop_money.amount))) }) AS items,
    list_filter(r.refunds, lambda refund: is_unpaid(refund)
      AND len(list_filter(refund.refund_line_items, lambda l: is_unsent(l))) > 0) AS edits
  FROM edited
), taken_off AS (
  -- The price as it was before the order was edited, and what the edits took off it that the order names: lines and
  -- shipping.
  SELECT *, money(r.total_price) AS price, money(r.total_tax) AS tax, money(r.current_total_price) AS current_price,
    money(r.current_total_tax) AS current_tax,
    -- (A removed shipping line stands in the total only where the shop tells the new total beside it.)
    CASE WHEN r.current_total_price IS NULL THEN 0 ELSE shipping_off(r, untaxed) END AS delivery_off,
    CASE WHEN r.current_total_price IS NULL THEN 0 ELSE shipping_off_tax(r) END AS delivery_off_tax,
    total(list_transform(items, lambda i: i.off_net + i.off_tax)) AS lines_off,
    total(list_transform(items, lambda i: i.off_tax)) AS lines_off_tax
  FROM lines
), kept AS (
  -- Of what edits took off, the money that the shop kept: what it owes it did not keep.
  SELECT *, total(list_transform(edits, lambda e: adjusted(e.order_adjustments, false))) AS edits_more,
    greatest(0, -coalesce(money(r.total_outstanding), 0)) AS owed
  FROM taken_off
), named_off AS (
  SELECT *,
    greatest(lines_off + total(list_transform(edits, lambda e: refunded_shipping(e, untaxed)))
      + CASE WHEN edits_more < 0 THEN least(0, edits_more + owed) ELSE edits_more END,
      0)
      + delivery_off AS off,
    greatest(lines_off_tax + total(list_transform(edits, lambda e: refunded_shipping_tax(e)
        + CASE WHEN edits_more + owed >= 0 AND edits_more < 0 THEN 0
          ELSE adjusted_tax(e.order_adjustments, false) END)),
      0)
      + delivery_off_tax AS off_tax,
    came_back(r, untaxed) AS back
  FROM kept
), added AS (
  -- What was put on: by how much the shop's own total went up, or would have, had nothing come back (an exchange), as
  -- far as there are lines for it.
  SELECT *,
    CASE WHEN r.cancelled_at IS NOT NULL OR current_price IS NULL OR price IS NULL THEN 0
      WHEN back = 0 THEN greatest(0, current_price - price)
         ELSE
           greatest(0, current_price - price, least(current_price + back - price,
             charged_in_all(r, removed, refunded, untaxed) - price)) END AS put_on
  FROM named_off
), unexplained AS (
  SELECT *,
    -- By how much the shop's own total went down (or up) for no reason that the order names: an edit, as by a discount.
    -- Whatever a refund may explain is the refund's, so that nothing is taken off twice.
    CASE WHEN r.cancelled_at IS NOT NULL OR current_price IS NULL OR price IS NULL THEN 0
      WHEN put_on > 0 THEN -put_on
         ELSE
           greatest(price - current_price - lines_off - delivery_off
             - total(list_transform(r.refunds, lambda e: refund_reach(e, r, untaxed))),
             0) END AS unnamed
  FROM added
), priced AS (
  -- Never more than the shop itself took off: a total that is the edited one already stays as it is.
  SELECT *,
    CASE WHEN off = 0 OR current_price IS NULL THEN 1
      ELSE least(greatest(CAST(price - current_price AS DOUBLE), 0) / off, 1) END AS part,
    CASE WHEN unnamed = 0 THEN 0 WHEN current_tax IS NULL THEN cents(CAST(unnamed * tax AS DOUBLE) / nullif(price, 0))
      WHEN put_on > greatest(0, current_price - price) THEN tax - current_tax - came_back_tax(r, untaxed)
      WHEN unnamed < 0 THEN tax - current_tax
         ELSE
           least(greatest(tax - current_tax - lines_off_tax - delivery_off_tax
             - total(list_transform(r.refunds, lambda e: refund_reach_tax(e))),
             0),
             unnamed) END AS unnamed_tax,
    coalesce(money(r.original_total_duties_set.shop_money.amount), money(r.current_total_duties_set.shop_money.amount),
      total(list_transform(items, lambda i: i.duties))) AS duties
  FROM unexplained
), charged AS (
  SELECT *, price - cents(off * part) - unnamed AS total_price,
    tax - cents(off_tax * part) - coalesce(unnamed_tax, 0) AS total_tax,
    greatest(coalesce(money(r.total_tip_received), 0),
      total(list_transform(list_filter(items, lambda i: i.is_tip), lambda i: i.net))) AS total_tips,
    -- Duties that were taken off with the goods are charged no more.
    duties
      - least(greatest(unnamed, 0),
        greatest(coalesce(duties - money(r.current_total_duties_set.shop_money.amount), 0)
          - total(list_transform(r.refunds, lambda e: refunded_duties(e))),
          0)) AS total_duties,
    total(list_transform(list_filter(items, lambda i: NOT i.is_goods AND NOT i.is_tip),
      lambda i: i.net - i.off_net)) AS gift_cards_sold,
    list_filter(r.transactions, lambda t: lower(t.kind) IN ('sale', 'capture')
      AND lower(t.status) = 'success') AS payments
  FROM priced
), dated AS (
  SELECT *, placed_at(r) AS placed, is_test_order(r) AS is_a_test,
    list_filter(list_transform(r.discount_codes, lambda d: promotion_code(d.code)),
      lambda code: code <> '') AS promo_codes
  FROM charged
), told AS (
  -- From here on plain columns alone: what is grouped and looked up below copies each row, and an order with its lines
  -- is long.
  SELECT _record, _at,
    r.told_by AS _told_by,
    progress_of(r) AS _progress,
    is_deleted(r) AS _gone,
    r.id AS order_id,
    r.order_number AS order_number,
    order_reference(r.name) AS order_name,
    person_id(r.customer.id) AS customer_id,
    r.customer.orders_count AS customer_orders_count,
    r.created_at AS created_at,
    placed AS processed_at,
    told_at(r) AS updated_at,
    r.cancelled_at AS cancelled_at,
    shop_day(placed) AS local_date,
    lower(trim(r.financial_status)) AS financial_status,
    lower(trim(r.fulfillment_status)) AS fulfillment_status,
    CASE WHEN TRY_CAST(r.test AS BOOLEAN) IS NULL AND nullif(r.test, '') IS NOT NULL THEN r.test
      ELSE CAST(is_a_test AS VARCHAR) END AS is_test,
    coalesce(lower(trim(r.financial_status)) IN ('paid', 'partially_refunded', 'refunded') AND r.cancelled_at IS NULL
      AND NOT is_a_test, false) AS is_conversion,
    sold_where(r) AS sold_by,
    upper(r.shipping_address.country_code) AS country,
    area_of(r.shipping_address.country_code, r.shipping_address.zip) AS shipping_area,
    coalesce(email_of(r.email), email_of(r.contact_email), email_of(r.customer.email)) AS email_hash,
    upper(r.currency) AS currency,
    CASE WHEN (off = 0 AND unnamed = 0) OR price IS NULL THEN r.total_price
      ELSE CAST(total_price AS VARCHAR) END AS total_price,
    r.subtotal_price AS subtotal_price,
    CASE WHEN (off = 0 AND unnamed = 0) OR tax IS NULL THEN r.total_tax
      ELSE CAST(total_tax AS VARCHAR) END AS total_tax,
    r.total_discounts AS total_discounts,
    total(list_transform(r.shipping_lines, lambda line: shipping_charged(line))) AS total_shipping,
    total_tips,
    total_duties,
    gift_cards_sold,
    total_price - total_tax - total_tips - total_duties - gift_cards_sold AS net_revenue,
    CASE
      WHEN len(payments) > 0
        THEN
          total(list_transform(list_filter(payments, lambda t: NOT is_free_of_fee(t.gateway)),
            lambda t: in_shop_money(t, r)))
         WHEN len(r.payment_gateway_names) > 0
           AND len(list_filter(r.payment_gateway_names, lambda name: NOT is_free_of_fee(name))) = 0 THEN 0
         -- What goods in exchange paid, nobody paid once more.
         ELSE total_price - greatest(0, repaid_in_all(r) - given_back) END AS paid_amount,
    NOT is_taken_along(r)
      AND len(list_filter(items, lambda i: i.is_goods AND i.ships AND i.sold > i.unsent)) > 0 AS needs_shipping,
    list_sum(list_transform(r.line_items, lambda line: TRY_CAST(line.quantity AS INTEGER))) AS item_count,
    promo_codes[1] AS promo_code,
    promo_codes,
    CASE WHEN r IS NULL THEN 'malformed:record'
         WHEN is_graphql(_record, r.id) THEN 'shape:record'
         WHEN instant(r.created_at) > instant(r.updated_at) THEN 'future:created_at'
         WHEN placed_at_unread(r) THEN 'type:processed_at'
         WHEN placed > instant(r.updated_at) + INTERVAL 1 DAY THEN 'future:processed_at' END AS _reject,
    CAST(placed AS DATE) AS dt,
    nullif(trim(r.landing_site), '') AS page_url, nullif(trim(r.referring_site), '') AS referrer_url,
    authority_of(r.landing_site) AS landing_authority, authority_of(r.order_status_url) AS status_authority
  FROM dated
), addressed AS (
  SELECT * EXCLUDE (landing_authority, status_authority),
    lower(bare_host(landing_authority)) AS bare_landing, lower(bare_host(status_authority)) AS bare_status
  FROM told
), owned AS (
  SELECT * EXCLUDE (bare_landing, bare_status), coalesce(host_in(bare_landing), host_in(bare_status)) AS own_host
  FROM addressed
), homes AS (
  -- A landing page is told without its host by most orders; the others of the same answer tell it. Read anew, and not
  -- kept of all that stands above: that would copy each order.
  SELECT map_from_entries(list((file, home))) AS of_file FROM (
    SELECT file, min(coalesce(host_in(bare_landing), host_in(bare_status))) AS home
    FROM (
      SELECT file, lower(bare_host(landing_authority)) AS bare_landing,
        lower(bare_host(status_authority)) AS bare_status
      FROM (
        SELECT file, authority_of(page.landing_site) AS landing_authority,
          authority_of(page.order_status_url) AS status_authority
        FROM (
          SELECT _at.file AS file,
            fields(_record, '{ "landing_site": "VARCHAR", "order_status_url": "VARCHAR" }') AS page
          FROM raw_crm_orders
          -- (A text without these words tells neither, unless its names are written in escapes.)
          WHERE contains(_record, 'landing_site') OR contains(_record, 'order_status_url')
            OR contains(_record, '\u'))))
    GROUP BY file)
  WHERE home IS NOT NULL
), housed AS (
  SELECT owned.*, coalesce(own_host, map_extract_value(of_file, _at.file)) AS home FROM owned, homes
), sourced AS (
  SELECT *, page_url IS NOT NULL OR source IS NOT NULL AS is_visit FROM with_source(housed)
)
SELECT
  * EXCLUDE (sold_by, page_url, referrer_url, referrer_host, own_host, home, is_visit, is_return, source, medium,
    campaign, campaign_id, content, term, channel, click_id, click_id_name, parameters),
  sold_by AS source_name,
  CASE WHEN is_visit THEN path_of(page_url) END AS landing_path,
  CASE WHEN is_visit THEN coalesce(source, '(direct)') END AS landing_source,
  CASE WHEN is_visit THEN coalesce(medium, '(none)') END AS landing_medium,
  campaign AS landing_campaign,
  campaign_id AS landing_campaign_id,
  content AS landing_content,
  term AS landing_term,
  CASE WHEN is_visit THEN coalesce(channel, 'Direct') END AS landing_channel
FROM sourced
