/** What is odd of the orders themselves. */
import { named } from '../../shared/named.ts';
import type { Finding } from './finding.ts';
import { euros, text } from './words.ts';

/** Some orders always wait for their payment; where it is this part, something is odd. */
const unpaidShare = 0.1;

/** Orders that name nobody are told of where they are this many, and this part: a shop's tills have some. */
const [nobodys, nobodysShare] = [10, 0.2];

export const orders: readonly Finding[] = [
  {
    name: 'renewals of subscriptions',
    sql: `SELECT count(*), (SELECT count(*) FROM orders WHERE is_conversion), sum(net_revenue_eur) FROM orders
WHERE is_conversion AND source_name = 'subscription_contract' HAVING count(*) > 0`,
    words: ([row]) =>
      row
        ? [
            `${text(row[0])} of ${text(row[1])} orders (${euros(row[2])}) ` +
              `${text(row[0]) === '1' ? 'is a renewal of a subscription' : 'are renewals of subscriptions'}: no ` +
              'visit led to them, and each is credited as any order, to what brought its buyer in the days ' +
              'before (the look-back), else to nobody. What a subscription brings in the long run, sillage ltv ' +
              `says; orders.source_name = 'subscription_contract' names them.`,
          ]
        : [],
  },
  {
    name: 'orders of marketplaces',
    sql: `SELECT substr(o.source_name, 13), count(*), sum(o.net_revenue_eur), sum(e.payment_fee_eur), (SELECT count(*) FROM orders WHERE is_conversion)
FROM orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
WHERE starts_with(o.source_name, 'marketplace_') GROUP BY o.source_name ORDER BY 3 DESC, 1`,
    words(rows) {
      const sum = (at: number) => rows.reduce((all, row) => all + Number(row[at] ?? 0), 0);
      return rows.length === 0
        ? []
        : [
            `${sum(1)} of ${text(rows[0]?.[4])} orders (${euros(sum(2))}) ${sum(1) === 1 ? 'was' : 'were'} sold by ` +
              `marketplaces (${named(rows.map(([place, count]) => `${text(place)}: ${text(count)}`))}). What a ` +
              `marketplace keeps is in no figure, and the shop's own payment fee (${euros(sum(3))}) is taken in its ` +
              'place, so their margin is too high. Enter what they kept, by month, in marketing_costs of shop.json ' +
              '(channel Marketplace). No visit led to them: orders.source_name begins with marketplace_.',
          ];
    },
  },
  {
    name: 'orders that cost their buyer nothing',
    // What gift cards or store credit paid has a total.
    sql: `SELECT count(*), (SELECT count(*) FROM orders WHERE is_conversion), min(o.order_number), count_if(e.is_new_customer), sum(e.cost_of_goods_eur)
FROM orders AS o JOIN order_economics AS e ON e.order_id = o.order_id
WHERE o.total_price_eur = DECIMAL '0.00' AND o.needs_shipping HAVING count(*) > 0`,
    words: ([row], lake) =>
      row
        ? [
            `${text(row[0])} of ${text(row[1])} orders (one is ${text(row[2])}) cost ` +
              `${text(row[0]) === '1' ? 'its' : 'their'} buyer nothing, by a discount of 100 % or a price of 0, ` +
              `and ${text(row[0]) === '1' ? 'counts' : 'count'} as any order (new customers among them: ` +
              `${text(row[3])}), with what the goods cost (${euros(row[4])}). Gifts to influencers, samples and ` +
              'replacements are no sales: they make the cost of a customer look lower, and the products of a ' +
              'deal count twice. Give such orders a tag in the shop, import them again, and name the tag: ' +
              `sillage shop --set 'test_orders={"tags":["gift"]}'${lake}`,
          ]
        : [],
  },
  {
    name: 'orders that are not paid',
    // Neither a test nor cancelled: what is no conversion then waits for its payment.
    sql: `SELECT count_if(NOT is_conversion) AS unpaid, count(*),
  coalesce(sum(CASE WHEN NOT is_conversion THEN total_price_eur END), 0) AS unpaid_eur, sum(total_price_eur) AS all_eur
FROM orders
WHERE NOT is_test AND cancelled_at IS NULL AND financial_status <> 'voided'`,
    words: ([row]) =>
      row && Number(row[0]) > 0 && Number(row[0]) >= unpaidShare * Number(row[1])
        ? [
            `${text(row[0])} of ${text(row[1])} orders (${euros(row[2])} of ${euros(row[3])}) are not paid by ` +
              'their state, and count in no figure. Are they paid on delivery, or is the export old? Export ' +
              'them again once they are paid.',
          ]
        : [],
  },
  {
    name: 'orders that name no buyer',
    sql: `SELECT count_if(customer_id IS NULL AND email_hash IS NULL), count(*), min(CASE WHEN customer_id IS NULL AND email_hash IS NULL THEN order_number END)
FROM orders WHERE is_conversion`,
    words: ([row]) =>
      row && Number(row[0]) >= nobodys && Number(row[0]) >= nobodysShare * Number(row[1])
        ? [
            `${text(row[0])} of ${text(row[1])} orders (one is ${text(row[2])}) name neither a customer nor ` +
              'an e-mail address, so each counts as the first of a new customer: there are too many new ones, ' +
              'and the cost of each is too low. Export the orders with the column “Email”; an app of Shopify ' +
              'needs access to protected customer data.',
          ]
        : [],
  },
  {
    name: 'one order told twice',
    // Two doors that have no id in common. Two shops, the former one of a migration too, may share numbers, but hardly
    // a day and a total with them.
    sql: `SELECT max(order_name), max(order_number), sum(net_revenue_eur) - min(net_revenue_eur) FROM orders
WHERE is_conversion AND total_price_eur > 0
GROUP BY order_number, local_date, total_price_eur HAVING count(*) > 1 ORDER BY 3 DESC, 2`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order is' : 'orders are'} there twice under two ids, with ` +
              `one number, day and total: ${named(rows.map((row) => text(row[0]) || text(row[1])))}. So ` +
              `${euros(rows.reduce((sum, row) => sum + Number(row[2] ?? 0), 0))} of revenue count twice. Import ` +
              'orders from one source, and take the other out: sillage import --undo FILE.',
          ],
  },
  {
    name: 'one number of two orders',
    // Within a day of another: a purchase that a page tells is joined to both.
    sql: `SELECT DISTINCT a.order_number, coalesce(a.order_name, a.order_number) FROM orders AS a JOIN orders AS b ON b.order_number = a.order_number
WHERE a.order_id < b.order_id AND a.is_conversion AND b.is_conversion AND date_diff('day', a.local_date, b.local_date) BETWEEN -1 AND 1
  AND NOT (a.local_date = b.local_date AND a.total_price_eur = b.total_price_eur) ORDER BY 1`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order number is' : 'order numbers are'} of two orders that ` +
              `were placed within a day of another: ${named(rows.map((row) => text(row[1])))}. What pages tell ` +
              'of the one is joined to both, and both are credited to its visits. Are they of two shops? Give ' +
              `each shop a lake of its own (--lake), and take the other's file out here: sillage import --undo ` +
              'FILE.',
          ],
  },
  {
    name: 'refunds that a newer telling of their order lacks',
    // A newer telling that says it has no refund takes an older one's away: what is left was told by a newer one that
    // says nothing of refunds.
    sql: `SELECT max(o.order_name), max(o.order_number), sum(r.amount_eur) FROM refunds AS r JOIN orders AS o ON o.order_id = r.order_id
WHERE o.is_conversion AND r.amount_eur > 0 AND r.updated_at < o.updated_at
GROUP BY o.order_id ORDER BY 3 DESC, 2`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order has a refund' : 'orders have refunds'} of which only ` +
              `an older export or answer tells, and the newest says nothing of refunds: ${named(rows.map((row) => text(row[0]) || text(row[1])))} ` +
              `(${euros(rows.reduce((sum, row) => sum + Number(row[2] ?? 0), 0))}). They are taken off margins. ` +
              'That is right where the newest file leaves refunds out; if the shop took one back, or the older ' +
              'file was wrong, import the newest file with its refunds (Shopify: “Refunded Amount”; GraphQL: ' +
              'refunds), or take the older one out: sillage import --undo FILE.',
          ],
  },
  {
    name: 'orders that lost a line',
    // What an edit took off is in no sum of the order; a fee is in its total alone. So both sums must lack something. An
    // export may tell no line of what was refunded; a fee that was kept of goods that came back (below 0) is no line.
    sql: `WITH lines AS (
  SELECT order_id, sum(unit_price_eur * quantity - total_discount_eur) AS goods_eur, sum(net_revenue_eur) AS net_eur, sum(quantity) AS units
  FROM order_items GROUP BY order_id
), back AS (
  SELECT order_id, sum(amount_eur) AS eur FROM refunds WHERE line_item_id IS NULL AND amount_eur > 0 GROUP BY order_id
)
SELECT o.order_name, o.order_number, o.net_revenue_eur FROM orders AS o LEFT JOIN lines AS l ON l.order_id = o.order_id
LEFT JOIN back AS b ON b.order_id = o.order_id
WHERE o.is_conversion
  AND o.subtotal_price_eur - coalesce(l.goods_eur, 0) - coalesce(b.eur, 0) > DECIMAL '0.02' * (coalesce(l.units, 0) + 1)
  AND o.net_revenue_eur - o.total_shipping_eur - coalesce(l.net_eur, 0) - coalesce(b.eur, 0)
    > DECIMAL '0.02' * (coalesce(l.units, 0) + 1)
ORDER BY o.net_revenue_eur DESC, o.order_id`,
    words: (rows) =>
      rows.length === 0
        ? []
        : [
            `${rows.length} ${rows.length === 1 ? 'order has lines that come' : 'orders have lines that come'} to less than ` +
              `${rows.length === 1 ? 'its' : 'their'} subtotal: ` +
              `${named(rows.map((row) => text(row[0]) || text(row[1])))}. A line is missing, so the cost of ` +
              `goods is too low and the margin too high. Send or export ${rows.length === 1 ? 'it' : 'them'} ` +
              'again with all lines.',
          ],
  },
];
