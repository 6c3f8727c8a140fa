/** A generated shop, written as the interfaces and exports of shop systems write it, and imported: the same orders. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seed } from './exports/clothes.ts';
import { shopifyGraphql, shopifyRest } from './exports/shopify-api.ts';
import { isOpen, shopOf, type Shop } from './exports/shop.ts';
import { generatedLake, importedLake, type ExportedFile } from './exports/trip.ts';
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
  process.stderr.write(`import-generated-orders: SILLAGE_SEED=${seed}\n`);
  const request = { from: '2025-01-01', to: '2025-01-10', eventsPerDay: 5000, initialCustomers: 300 };
  original = await generatedLake(made.engine, { ...request, seed, dirt: 0, sources: ['crm'] }, tables);
  shop = await shopOf(original.lake);
  expect(shop.orders.length).toBeGreaterThan(100);
});
afterAll(() => original.dispose());

/** Both lakes answer the same. */
async function same(files: readonly ExportedFile[], of: readonly string[], queries: readonly string[]): Promise<void> {
  const back = await importedLake(made.engine, original, files, of);
  try {
    for (const sql of queries) {
      const expected = await original.ask(sql);
      expect(expected.length).toBeGreaterThan(0);
      expect([sql, await back.ask(sql)]).toEqual([sql, expected]);
    }
  } finally {
    await back.dispose();
  }
}

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
    return same(shopifyGraphql({ ...shop, orders }), tables, [
      `SELECT * EXCLUDE (needs_shipping) FROM orders WHERE ${told} ORDER BY order_id`,
      // Nor for its lines: what of them never left is not known.
      `SELECT * EXCLUDE (shipped_quantity) FROM order_items WHERE ${told} ORDER BY line_item_id`,
      `SELECT line_item_id, shipped_quantity FROM order_items WHERE ${told} AND order_id NOT IN (SELECT order_id FROM refunds) ORDER BY 1`,
      `SELECT order_id, needs_shipping FROM orders WHERE ${told} AND order_id NOT IN (SELECT order_id FROM refunds) ORDER BY 1`,
      `SELECT refund_id, order_id, refunded_at, local_date, currency, CAST(sum(amount) AS decimal(18,2)) AS amount, CAST(sum(tax) AS decimal(18,2)) AS tax FROM refunds WHERE ${told} GROUP BY ALL ORDER BY refund_id`,
      // (Nor does GraphQL tell the state of an account.)
      'SELECT * EXCLUDE (state) FROM customers ORDER BY customer_id',
      'SELECT * FROM products ORDER BY variant_id',
      costs,
    ]);
  });
});
