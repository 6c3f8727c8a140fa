/** What looks like orders and is none, or has none of their lines: what it is, and what to ask for in its place. */

/** Of JSON, by a name that no order has. */
const answers: readonly (readonly [mark: RegExp, what: string])[] = [
  [
    /"invoice_(?:url|sent_at)"\s*:|"draft_?orders?"\s*:|"gid:\/\/shopify\/DraftOrder/i,
    'They are draft orders of Shopify: what comes of one is an order. Ask for orders.json?status=any.',
  ],
  [
    /"abandoned_checkout_url"\s*:/,
    'They are checkouts of Shopify that were left, and no orders. Ask for orders.json?status=any.',
  ],
  [
    /"billing_interval"\s*:/,
    'They are subscriptions of WooCommerce: each renewal is an order. Ask for /wp-json/wc/v3/orders.',
  ],
];

/** Why the records that a file begins with are no orders; undefined where they may be. */
export const whyNoOrders = (head: string): string | undefined =>
  /"line_?items"\s*:/i.test(head) ? answers.find(([mark]) => mark.test(head))?.[1] : undefined;

/** Of tables, by headings that are all there, folded. */
const lists: readonly (readonly [marks: readonly RegExp[], what: string])[] = [
  [
    [
      /^(?:new (?:client|customer)|nouveau client|neue[rn]? kunde|neukunde|nuevo cliente|cliente nuevo|nuovo cliente)$/,
      /^(?:payment|paiement|zahlung|zahlungsart|pago|pagamento)$/,
    ],
    "It is PrestaShop's list of orders, which has no lines. Run the query of docs/sources.md (Advanced " +
      'parameters, Database, SQL Manager), and import what it exports.',
  ],
  [
    [/^(?:order #|commande n|bestellung #)/, /^(?:customer type|type de client|kundentyp)$/],
    "It is WooCommerce's list of Analytics, which has no lines. Ask the REST API for the orders, or export " +
      'them by the plugin of docs/sources.md.',
  ],
  [
    [/^order$/, /^kind$/, /^gateway$/, /^amount$/],
    "It is Shopify's history of transactions, which has no lines. Export the orders themselves: Orders, " +
      'Export, without transaction histories.',
  ],
  [
    [/^payout (?:status|date)$/, /^fee$/, /^net$/],
    "It is Shopify's list of payouts, which has no lines. Export the orders themselves: Orders, Export.",
  ],
  [
    [/^gross$/, /^fee$/, /^net$/, /^transaction id$/],
    "It is PayPal's list of payments, which has no lines. Export the orders themselves from the shop.",
  ],
  [
    [/^(?:converted )?amount refunded$/, /^fee$/, /^(?:currency|converted currency)$/, /^status$/],
    "It is Stripe's list of payments, which has no lines. Export the orders themselves from the shop.",
  ],
];

/** Why a table with these headings has no orders that can be read; undefined where it is none of the known lists. */
export const whyNoLines = (headings: readonly string[]): string | undefined =>
  lists.find(([marks]) => marks.every((mark) => headings.some((name) => mark.test(name))))?.[1];
