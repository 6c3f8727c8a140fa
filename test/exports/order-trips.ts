/** The trips of a shop's orders: what each shop system exports of them, and what of it comes back. */
import type { SmallLake } from '../small-lake.ts';
import { prestashop } from './prestashop.ts';
import { shopifyAdmin } from './shopify-admin.ts';
import { shopifyGraphql, shopifyRest } from './shopify-api.ts';
import { isOfGoods, isOpen, isPlain, type Order, type Shop } from './shop.ts';
import { allDifferences, type Difference, type Trip } from './trip.ts';
import { wooCsv, wooRest } from './woocommerce.ts';

// Of what changed, an export has the last state alone.
const costs =
  'SELECT * EXCLUDE (seen_on) FROM product_costs QUALIFY row_number() OVER (PARTITION BY variant_id ORDER BY ' +
  'reported_at DESC) = 1 ORDER BY variant_id';

/** What every shop system tells of an order. */
// Which goods came back is not told, so nor whether any was sent.
const sent =
  'item_count, CASE WHEN order_id NOT IN (SELECT order_id FROM refunds) THEN needs_shipping END AS needs_shipping';
// Other systems have one state of an order: where it is cancelled, none of its payment.
const state = 'CASE WHEN cancelled_at IS NULL THEN financial_status END AS financial_status';
const worth =
  'order_number, currency, total_price, total_price_eur, total_tax, total_tax_eur, net_revenue, ' +
  'net_revenue_eur, paid_amount, is_conversion, is_test, country, shipping_area, email_hash, ' +
  'promo_code, local_date';

/** Queries over orders that are known by their numbers. */
function queriesOf(orders: readonly Order[]) {
  const among = `order_number IN (${orders.map(({ order_number: number }) => `'${number}'`).join(', ')})`;
  return {
    orders: (columns: string) => `SELECT ${columns} FROM orders WHERE ${among} ORDER BY order_number`,
    goods: (columns: string, where = 'true') =>
      `SELECT order_number, ${columns} FROM order_items JOIN orders USING (order_id) WHERE ${among} AND ` +
      `${where} GROUP BY ALL ORDER BY ALL`,
    // On the day of the order, since none tells another; nor what of it was tax.
    back:
      'SELECT order_number, CAST(sum(amount) AS decimal(18,2)) AS amount FROM refunds JOIN orders USING ' +
      `(order_id) WHERE ${among} GROUP BY 1 ORDER BY 1`,
  };
}

/** The goods of each order come to the same, to the cents that the tax of their lines is rounded by. */
async function goodsThatDiffer(original: SmallLake, back: SmallLake, sql: string): Promise<Difference[]> {
  const worthOf = async (lake: SmallLake) =>
    new Map((await lake.ask(sql)).map((row) => [String(row['order_number']), Number(row['net'])]));
  const [own, found] = [await worthOf(original), await worthOf(back)];
  const off = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) =>
    [...one].filter(([order, net]) => !(Math.abs(net - (other.get(order) ?? Number.NaN)) <= 0.055));
  const [lost, more] = [off(own, found), off(found, own)];
  return lost.length + more.length === 0 ? [] : [{ sql, lost: lost.slice(0, 3), found: more.slice(0, 3) }];
}

const all = ['orders', 'order_items', 'refunds', 'customers', 'products', 'product_costs'];
/** Of a shop whose customers and products are not told. */
const ordersAlone = ['orders', 'order_items', 'refunds'];

const rest: Trip<Shop> = {
  name: 'Shopify, REST',
  tables: all,
  files: shopifyRest,
  compare: (original, back) =>
    allDifferences(original, back, [
      ...['orders', 'order_items', 'refunds', 'customers', 'products'].map((table) => `SELECT * FROM ${table}`),
      costs,
    ]),
};

// A bulk operation cannot ask for a refund's payments, so one that waits looks like one that was made.
const settled = (shop: Shop) => shop.orders.filter((order) => !isOpen(order));

const graphql: Trip<Shop> = {
  name: 'Shopify, GraphQL',
  tables: all,
  files: (shop) => shopifyGraphql({ ...shop, orders: settled(shop) }),
  async compare(original, back, shop) {
    const told = `order_id IN (${settled(shop)
      .map(({ id }) => `'${id}'`)
      .join(', ')})`;
    const unreturned = `${told} AND order_id NOT IN (SELECT order_id FROM refunds)`;
    return allDifferences(original, back, [
      `SELECT * EXCLUDE (needs_shipping) FROM orders WHERE ${told}`,
      // Nor for its lines: what of them never left is not known.
      `SELECT * EXCLUDE (shipped_quantity) FROM order_items WHERE ${told}`,
      `SELECT line_item_id, shipped_quantity FROM order_items WHERE ${unreturned}`,
      `SELECT order_id, needs_shipping FROM orders WHERE ${unreturned}`,
      'SELECT refund_id, order_id, refunded_at, local_date, currency, CAST(sum(amount) AS decimal(18,2)) AS ' +
        `amount, CAST(sum(tax) AS decimal(18,2)) AS tax FROM refunds WHERE ${told} GROUP BY ALL`,
      // (Nor does GraphQL tell the state of an account.)
      'SELECT * EXCLUDE (state) FROM customers',
      'SELECT * FROM products',
      costs,
    ]);
  },
};

const plain = (shop: Shop) => shop.orders.filter(isPlain);

const admin: Trip<Shop> = {
  name: 'Shopify, exports of the admin',
  tables: all,
  files: (shop) => shopifyAdmin({ ...shop, orders: plain(shop) }),
  async compare(original, back, shop) {
    const queries = queriesOf(plain(shop));
    const found = await allDifferences(original, back, [
      queries.orders(
        `order_id, ${worth.replace('paid_amount, ', '')}, ${sent}, financial_status, total_shipping, total_tips, gift_cards_sold, total_discounts, subtotal_price`,
      ),
      // Of an order that was paid in two ways it is not told how much in each.
      queriesOf(plain(shop).filter(({ payment_gateway_names: ways }) => ways.length === 1)).orders(
        'order_number, paid_amount',
      ),
      queries.goods('sku, unit_price, sum(quantity) AS units'),
      queries.back,
      'SELECT customer_id, email_hash, phone_hash, country, accepts_marketing, orders_count, tags FROM customers',
      'SELECT sku, title, category, status, labels, currency, price, cost FROM products',
    ]);
    return [...found, ...(await goodsThatDiffer(original, back, queries.goods('sum(order_items.net_revenue) AS net')))];
  },
};

const ofGoods = (shop: Shop) => plain(shop).filter(isOfGoods);

const woo: Trip<Shop> = {
  name: 'WooCommerce, REST',
  tables: ordersAlone,
  files: (shop) => wooRest(ofGoods(shop)),
  async compare(original, back, shop) {
    const queries = queriesOf(ofGoods(shop));
    return allDifferences(original, back, [
      queries.orders(
        `${worth}, ${sent}, ${state}, created_at, processed_at, landing_path, landing_source, ` +
          'landing_medium, landing_campaign, landing_campaign_id, landing_content, landing_channel',
      ),
      // Prices are without their tax.
      queries.goods(
        'sku, CAST(sum(order_items.net_revenue) AS varchar) AS net, CAST(sum(order_items.total_tax) AS ' +
          'varchar) AS tax, sum(quantity) AS units',
      ),
      queries.back,
    ]);
  },
};

const wooTable: Trip<Shop> = {
  name: 'WooCommerce, Advanced Order Export',
  tables: ordersAlone,
  files: (shop) => wooCsv(ofGoods(shop)),
  async compare(original, back, shop) {
    const queries = queriesOf(ofGoods(shop));
    // It tells the units that did not come back.
    const kept = 'order_id NOT IN (SELECT order_id FROM refunds)';
    const found = await allDifferences(original, back, [
      // Minutes are its smallest unit of time.
      queries.orders(`${worth}, ${state}, date_trunc('minute', created_at) AS created`),
      queries.goods('sku, sum(quantity) AS units', kept),
      queries.back,
    ]);
    return [
      ...found,
      ...(await goodsThatDiffer(original, back, queries.goods('sum(order_items.net_revenue) AS net', kept))),
    ];
  },
};

const presta: Trip<Shop> = {
  name: 'PrestaShop',
  tables: ordersAlone,
  files: (shop) => prestashop(ofGoods(shop)),
  async compare(original, back, shop) {
    const queries = queriesOf(ofGoods(shop));
    const found = await allDifferences(original, back, [
      queries.orders(`${worth}, ${sent}, ${state}, created_at, total_shipping, total_discounts, subtotal_price`),
      queries.goods('sku, unit_price, sum(quantity) AS units'),
      queries.back,
    ]);
    return [...found, ...(await goodsThatDiffer(original, back, queries.goods('sum(order_items.net_revenue) AS net')))];
  },
};

export const orderTrips: readonly Trip<Shop>[] = [rest, graphql, admin, woo, wooTable, presta];
