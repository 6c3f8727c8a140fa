/** A generated shop, written as the interfaces and exports of shop systems write it, and imported: the same orders. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seed } from './exports/clothes.ts';
import { prestashop } from './exports/prestashop.ts';
import { shopifyAdmin } from './exports/shopify-admin.ts';
import { shopifyGraphql, shopifyRest } from './exports/shopify-api.ts';
import { isOfGoods, isOpen, isPlain, shopOf, type Order, type Shop } from './exports/shop.ts';
import { expectSame, generatedLake, importedLake, type ExportedFile } from './exports/trip.ts';
import { wooCsv, wooRest } from './exports/woocommerce.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import type { SmallLake } from './small-lake.ts';

const tables = ['orders', 'order_items', 'refunds', 'customers', 'products', 'product_costs'];

let made: EngineOfTests;
engineOfTests('round-orders', (all) => {
  made = all;
});
let original: SmallLake;
let shop: Shop;
beforeAll(async () => {
  process.stderr.write(`import-generated-orders.long.ts: SILLAGE_SEED=${seed}\n`);
  const request = { from: '2025-01-01', to: '2025-01-10', eventsPerDay: 5000, initialCustomers: 300 };
  original = await generatedLake(made.engine, { ...request, seed, dirt: 0, sources: ['crm'] }, tables);
  shop = await shopOf(original.lake);
  expect(shop.orders.length).toBeGreaterThan(100);
});
afterAll(() => original.dispose());

/** Imports files into an empty lake, and works with it. */
async function imported<T>(
  files: readonly ExportedFile[],
  of: readonly string[],
  work: (back: SmallLake) => Promise<T>,
): Promise<T> {
  const back = await importedLake(made.engine, original, files, of);
  try {
    return await work(back);
  } finally {
    await back.dispose();
  }
}

/** Both lakes answer the same. */
const same = (files: readonly ExportedFile[], of: readonly string[], queries: readonly string[]) =>
  imported(files, of, async (back) => {
    for (const sql of queries) await expectSame(original, back, sql);
  });

describe("Shopify's interfaces", () => {
  // Of what changed, an export has the last state alone.
  const costs =
    'SELECT * EXCLUDE (seen_on) FROM product_costs QUALIFY row_number() OVER (PARTITION BY variant_id ORDER BY reported_at DESC) = 1 ORDER BY variant_id';

  test('REST', () =>
    same(shopifyRest(shop), tables, [
      'SELECT * FROM orders ORDER BY order_id',
      'SELECT * FROM order_items ORDER BY line_item_id',
      'SELECT * FROM refunds ORDER BY refund_line_id',
      'SELECT * FROM customers ORDER BY customer_id',
      'SELECT * FROM products ORDER BY variant_id',
      costs,
    ]));

  test('GraphQL', () => {
    // A bulk operation cannot ask for a refund's payments, so one that waits looks like one that was made.
    const orders = shop.orders.filter((order) => !isOpen(order));
    const told = `order_id IN (${orders.map(({ id }) => `'${id}'`).join(', ')})`;
    const unreturned = `${told} AND order_id NOT IN (SELECT order_id FROM refunds)`;
    return same(shopifyGraphql({ ...shop, orders }), tables, [
      `SELECT * EXCLUDE (needs_shipping) FROM orders WHERE ${told} ORDER BY order_id`,
      // Nor for its lines: what of them never left is not known.
      `SELECT * EXCLUDE (shipped_quantity) FROM order_items WHERE ${told} ORDER BY line_item_id`,
      `SELECT line_item_id, shipped_quantity FROM order_items WHERE ${unreturned} ORDER BY 1`,
      `SELECT order_id, needs_shipping FROM orders WHERE ${unreturned} ORDER BY 1`,
      `SELECT refund_id, order_id, refunded_at, local_date, currency, CAST(sum(amount) AS decimal(18,2)) AS amount, CAST(sum(tax) AS decimal(18,2)) AS tax FROM refunds WHERE ${told} GROUP BY ALL ORDER BY refund_id`,
      // (Nor does GraphQL tell the state of an account.)
      'SELECT * EXCLUDE (state) FROM customers ORDER BY customer_id',
      'SELECT * FROM products ORDER BY variant_id',
      costs,
    ]);
  });
});

/** What every shop system tells of an order. */
// Which goods came back is not told, so nor whether any was sent.
const sent =
  'item_count, CASE WHEN order_id NOT IN (SELECT order_id FROM refunds) THEN needs_shipping END AS needs_shipping';
// Other systems have one state of an order: where it is cancelled, none of its payment.
const state = 'CASE WHEN cancelled_at IS NULL THEN financial_status END AS financial_status';
const worth =
  'order_number, currency, total_price, total_price_eur, total_tax, total_tax_eur, net_revenue, net_revenue_eur, paid_amount, is_conversion, is_test, country, shipping_area, email_hash, promo_code, local_date';

/** Queries over orders that are known by their numbers. */
function queriesOf(orders: readonly Order[]) {
  const among = `order_number IN (${orders.map(({ order_number: number }) => `'${number}'`).join(', ')})`;
  return {
    orders: (columns: string) => `SELECT ${columns} FROM orders WHERE ${among} ORDER BY order_number`,
    goods: (columns: string, where = 'true') =>
      `SELECT order_number, ${columns} FROM order_items JOIN orders USING (order_id) WHERE ${among} AND ${where} GROUP BY ALL ORDER BY ALL`,
    // On the day of the order, since none tells another; nor what of it was tax.
    back: `SELECT order_number, CAST(sum(amount) AS decimal(18,2)) AS amount FROM refunds JOIN orders USING (order_id) WHERE ${among} GROUP BY 1 ORDER BY 1`,
  };
}

/** The goods of each order come to the same, to the cents that the tax of their lines is rounded by. */
async function sameGoods(back: SmallLake, sql: string): Promise<void> {
  const own = new Map((await original.ask(sql)).map((row) => [row['order_number'], Number(row['net'])]));
  const found = await back.ask(sql);
  expect(found.map((row) => row['order_number'])).toEqual([...own.keys()]);
  const off = found.filter((row) => Math.abs(Number(row['net']) - (own.get(row['order_number']) ?? 0)) > 0.055);
  expect(off).toEqual([]);
}

describe("Shopify's admin", () => {
  test('orders, products and customers', async () => {
    const orders = shop.orders.filter(isPlain);
    const queries = queriesOf(orders);
    await imported(shopifyAdmin({ ...shop, orders }), tables, async (back) => {
      for (const sql of [
        queries.orders(
          `order_id, ${worth.replace('paid_amount, ', '')}, ${sent}, financial_status, total_shipping, total_tips, gift_cards_sold, total_discounts, subtotal_price`,
        ),
        // Of an order that was paid in two ways it is not told how much in each.
        queriesOf(orders.filter(({ payment_gateway_names: ways }) => ways.length === 1)).orders(
          'order_number, paid_amount',
        ),
        queries.goods('sku, unit_price, sum(quantity) AS units'),
        queries.back,
        'SELECT customer_id, email_hash, phone_hash, country, accepts_marketing, orders_count, tags FROM customers ORDER BY 1',
        'SELECT sku, title, category, status, labels, currency, price, cost FROM products ORDER BY ALL',
      ])
        await expectSame(original, back, sql);
      await sameGoods(back, queries.goods('sum(order_items.net_revenue) AS net'));
    });
  });
});

describe('other shop systems', () => {
  const orders = () => shop.orders.filter((order) => isPlain(order) && isOfGoods(order));
  const of = ['orders', 'order_items', 'refunds'];

  test('WooCommerce, REST', async () => {
    const queries = queriesOf(orders());
    await same(wooRest(orders()), of, [
      queries.orders(
        `${worth}, ${sent}, ${state}, created_at, processed_at, landing_path, landing_source, landing_medium, landing_campaign, landing_campaign_id, landing_content, landing_channel`,
      ),
      // Prices are without their tax.
      queries.goods(
        'sku, CAST(sum(order_items.net_revenue) AS varchar) AS net, CAST(sum(order_items.total_tax) AS varchar) AS tax, sum(quantity) AS units',
      ),
      queries.back,
    ]);
  });

  test('WooCommerce, Advanced Order Export', async () => {
    const queries = queriesOf(orders());
    await imported(wooCsv(orders()), of, async (back) => {
      for (const sql of [
        // Minutes are its smallest unit of time; of units it tells those that were not given back.
        queries.orders(`${worth}, ${state}, date_trunc('minute', created_at) AS created`),
        queries.goods('sku, sum(quantity) AS units', 'order_id NOT IN (SELECT order_id FROM refunds)'),
        queries.back,
      ])
        await expectSame(original, back, sql);
      await sameGoods(
        back,
        queries.goods('sum(order_items.net_revenue) AS net', 'order_id NOT IN (SELECT order_id FROM refunds)'),
      );
    });
  });

  test('PrestaShop', async () => {
    const queries = queriesOf(orders());
    await imported(prestashop(orders()), of, async (back) => {
      for (const sql of [
        queries.orders(`${worth}, ${sent}, ${state}, created_at, total_shipping, total_discounts, subtotal_price`),
        queries.goods('sku, unit_price, sum(quantity) AS units'),
        queries.back,
      ])
        await expectSame(original, back, sql);
      await sameGoods(back, queries.goods('sum(order_items.net_revenue) AS net'));
    });
  });
});
