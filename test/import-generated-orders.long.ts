/** A generated shop, written as the interfaces and exports of shop systems write it, and imported: the same orders. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seed } from './exports/clothes.ts';
import { orderTrips } from './exports/order-trips.ts';
import { refundedOf, shopOf, type Shop } from './exports/shop.ts';
import { generatedLake, makeTrip } from './exports/trip.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import type { SmallLake } from './small-lake.ts';

let made: EngineOfTests;
engineOfTests('round-orders', (all) => {
  made = all;
});
let original: SmallLake;
let shop: Shop;
beforeAll(async () => {
  process.stderr.write(`import-generated-orders.long.ts: SILLAGE_SEED=${seed}\n`);
  const request = { from: '2025-01-01', to: '2025-01-10', eventsPerDay: 5000, initialCustomers: 300 };
  const tables = [...new Set(orderTrips.flatMap((trip) => trip.tables))];
  original = await generatedLake(made.engine, [{ ...request, seed, dirt: 0, sources: ['crm'] }], tables);
  shop = await shopOf(original.lake);
  expect(shop.orders.length).toBeGreaterThan(100);
  expect(shop.orders.filter((order) => refundedOf(order) > 0).length).toBeGreaterThan(0);
});
afterAll(() => original.dispose());

test.each(orderTrips.map((trip) => [trip.name, trip] as const))('%s', async (_, trip) => {
  expect(await makeTrip(made, original, shop, trip)).toEqual([]);
});
