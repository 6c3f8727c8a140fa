/**
 * A generated shop by one shop system and one tool of web analysis, which are drawn by the seed, and imported: the same
 * orders and visits. The long tests make the trip by all of them.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawn, seed } from './exports/clothes.ts';
import { eventTrips } from './exports/event-trips.ts';
import { orderTrips } from './exports/order-trips.ts';
import { shopOf } from './exports/shop.ts';
import { generatedLake, importedLake } from './exports/trip.ts';
import { visitsOf } from './exports/visits.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import type { SmallLake } from './small-lake.ts';

const shopSystem = drawn(fc.constantFrom(...orderTrips), 'shop system');
const webTool = drawn(fc.constantFrom(...eventTrips), 'web tool');
const tables = [...shopSystem.tables, ...webTool.tables];

let made: EngineOfTests;
engineOfTests('round-doors', (all) => {
  made = all;
});
let original: SmallLake;
beforeAll(async () => {
  process.stderr.write(`import-generated-doors: SILLAGE_SEED=${seed} (${shopSystem.name}; ${webTool.name})\n`);
  const world = { from: '2025-01-01', eventsPerDay: 3000, initialCustomers: 300, seed, dirt: 0 };
  // Refunds come some days after their orders; of visits one day is enough.
  original = await generatedLake(
    made.engine,
    [
      { ...world, to: '2025-01-07', sources: ['crm'] },
      { ...world, to: '2025-01-01', sources: ['web'] },
    ],
    tables,
  );
});
afterAll(() => original.dispose());

test('orders and visits', async () => {
  const [shop, visits] = [await shopOf(original.lake), await visitsOf(original)];
  expect(shop.orders.length).toBeGreaterThan(30);
  const files = [...(await shopSystem.files(shop, made)), ...(await webTool.files(visits, made))];
  const back = await importedLake(made.engine, original, files, tables);
  try {
    expect(await shopSystem.compare(original, back, shop)).toEqual([]);
    expect(await webTool.compare(original, back, visits)).toEqual([]);
  } finally {
    await back.dispose();
  }
});
