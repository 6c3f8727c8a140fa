/** What the books keep of orders whose customer is erased (Code de commerce, art. L123-22: ten years). */

/**
 * The parts of an order that accounts, and the tables of the lake, are made from. All others go: whatever a shop's app
 * has added to it.
 */
const kept = new Set([
  'id',
  'admin_graphql_api_id',
  'name',
  'order_number',
  'number',
  'app_id',
  'test',
  'source_name',
  'created_at',
  'processed_at',
  'updated_at',
  'cancelled_at',
  // That it is no more, and who told of it: without them a deleted order would count again, and an export would pass for
  // the shop's own answer, which tells more.
  'deleted_at',
  'told_by',
  'cancel_reason',
  'closed_at',
  'currency',
  'presentment_currency',
  'taxes_included',
  'tax_exempt',
  'estimated_taxes',
  'tax_lines',
  'financial_status',
  'fulfillment_status',
  'payment_gateway_names',
  'payment_terms',
  'discount_codes',
  'discount_applications',
  'line_items',
  'shipping_lines',
  'fulfillments',
  'refunds',
  'transactions',
  'customer_locale',
  'buyer_accepts_marketing',
  'landing_site',
  'referring_site',
]);
const isKept = (name: string) =>
  kept.has(name) || /^(?:total|subtotal|current_total|current_subtotal|original_total)_/.test(name);

/** What tells of a person within these parts, at any depth. */
const personal =
  /^(?:email|phone|note|note_attributes|properties|receipt|authorization|payment_details|payment_id|message|attributed_staffs|tracking_.*|.*_address|origin_location|destination.*|user_id|customer|client_details|browser_ip|.*token|ip)$/;

/** The address of a page, with the parameters that name a campaign alone: click ids tell a person. */
function barePage(page: unknown): unknown {
  if (typeof page !== 'string') return page;
  const [path = '', query] = (page.split('#')[0] ?? '').split('?');
  const parameters = (query ?? '').split('&').filter((one) => /^utm_/i.test(one));
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (personal.test(name) ? [] : [[name, bare(inner)]])),
  );
}

/** Where taxes are due: the country, and nothing more. */
function country(address: unknown): object | null {
  if (typeof address !== 'object' || address === null) return null;
  return Object.fromEntries(Object.entries(address).filter(([name]) => name === 'country' || name === 'country_code'));
}

/** What a subscription's renewal is called by its tags, as `sold_where` of money.sql knows it. */
const renewal = /(?:^|[ ,_-])recurring[ _-]order(?:[ ,_-]|$)/i;

/**
 * The tags that decide how an order counts, and no other: people write names into tags. A renewal may be called so in the
 * midst of other words, so it is told in its own.
 */
const countedTags = (tags: unknown, testTags: ReadonlySet<string>): string =>
  (typeof tags === 'string' ? tags.split(',') : [])
    .map((tag) => tag.trim())
    .flatMap((tag) => (testTags.has(tag.toLowerCase()) ? [tag] : renewal.test(tag) ? ['recurring order'] : []))
    .join(', ');

/**
 * An order without what tells whose it is. A random id takes the place of the customer's: one for all orders of the
 * person, so that two orders of one buyer stay so in the figures, and nobody can tell whose they were.
 * @param testTags the tags by which the shop's profile knows tests, in lower case
 */
export function keptOrder(order: object, substitute: string, testTags: ReadonlySet<string>): object {
  const customer: unknown = Reflect.get(order, 'customer');
  const entries = Object.entries(order).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'tags') {
      const told = countedTags(value, testTags);
      return told === '' ? [] : [[name, told]];
    }
    if (name === 'billing_address' || name === 'shipping_address') return [[name, country(value)]];
    if (name === 'landing_site' || name === 'referring_site') return [[name, barePage(value)]];
    return isKept(name) ? [[name, bare(value)]] : [];
  });
  const count: unknown =
    typeof customer === 'object' && customer !== null ? Reflect.get(customer, 'orders_count') : undefined;
  return {
    ...Object.fromEntries(entries),
    customer: { id: Number(substitute), ...(count === undefined ? {} : { orders_count: count }) },
  };
}

const keptOfCustomer = new Set(['created_at', 'updated_at', 'orders_count']);

/** What is left of a customer whose orders are kept, so that each order still has one: when, and how often. */
export function keptCustomer(customer: object, substitute: string): object {
  return {
    id: Number(substitute),
    ...Object.fromEntries(Object.entries(customer).filter(([name]) => keptOfCustomer.has(name))),
  };
}
