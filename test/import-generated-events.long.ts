/** The events of a generated shop, as other tools of web analysis export them, and imported: the same events. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seed } from './exports/clothes.ts';
import { eventTrips } from './exports/event-trips.ts';
import { generatedLake, makeTrip } from './exports/trip.ts';
import { visitsOf, type Visit } from './exports/visits.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import type { SmallLake } from './small-lake.ts';

let made: EngineOfTests;
engineOfTests('round-events', (all) => {
  made = all;
});
let original: SmallLake;
let visits: readonly Visit[];
beforeAll(async () => {
  process.stderr.write(`import-generated-events.long.ts: SILLAGE_SEED=${seed}\n`);
  const request = { from: '2025-01-01', to: '2025-01-02', eventsPerDay: 2500, initialCustomers: 300 };
  original = await generatedLake(made.engine, [{ ...request, seed, dirt: 0, sources: ['web'] }], ['web_events']);
  visits = await visitsOf(original);
  expect(visits.length).toBeGreaterThan(1000);
});
afterAll(() => original.dispose());

test.each(eventTrips.map((trip) => [trip.name, trip] as const))('%s', async (_, trip) => {
  expect(await makeTrip(made, original, visits, trip)).toEqual([]);
});
