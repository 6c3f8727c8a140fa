import { expect, test } from '@jest/globals';
import { allSources } from '../lambdas/generate/generate.ts';
import { worldDefaults, worldKey } from '../lambdas/generate/market/world.ts';
import { addDays, daysBetween } from '../lambdas/shared/days.ts';
import { memoryLake } from '../lambdas/shared/ports/memory-lake.ts';
import { daysUntilYesterday, marketEnd, newMarket, yesterday } from './market-days.ts';

async function market(...keys: readonly string[]) {
  const lake = memoryLake();
  const world = { seed: 1, opens: '2025-01-01', eventsPerDay: 100, initialCustomers: 0, dirt: 0, ...worldDefaults };
  await lake.put(worldKey, JSON.stringify(world), { contentType: 'application/json' });
  for (const key of keys) await lake.put(key, '', { contentType: 'text/plain' });
  return lake;
}

const whole = (day: string) => [
  `raw/web/events/dt=${day}/received-${day}-part-0000.jsonl.gz`,
  `raw/crm/orders/dt=${day}/export.jsonl.gz`,
  `raw/advertising/meta_ads/dt=${day}/pulled-${day}.json`,
  `raw/influencers/posts/dt=${day}/export-${day}.csv`,
];

test('a new market has 90 days, the last of them yesterday', async () => {
  const { from, to } = newMarket();
  expect([daysBetween(from, to), to]).toEqual([89, yesterday()]);
  expect(await daysUntilYesterday(memoryLake(), allSources, undefined)).toEqual({ from, to });
  expect(await daysUntilYesterday(memoryLake(), allSources, '2026-01-01')).toEqual({ from: '2026-01-01', to });
});

test('one that is there goes on after the last day that every source has, whatever was bought or sent since', async () => {
  const lake = await market(
    ...whole('2025-02-10'),
    'raw/crm/orders/dt=2025-03-01/demo-1740830000.jsonl.gz',
    'raw/web/events/dt=2025-03-01/shardId-000000000000-1.jsonl.gz',
  );
  expect(await daysUntilYesterday(lake, allSources, undefined)).toEqual({ from: '2025-02-11', to: yesterday() });
  expect(await marketEnd(lake)).toBe('2025-02-10');
  const webOnly = await market(...whole('2025-02-10').slice(0, 1));
  expect(await daysUntilYesterday(webOnly, ['web'], undefined)).toMatchObject({ from: '2025-02-11' });
  expect(await daysUntilYesterday(webOnly, ['crm'], undefined)).toMatchObject({ from: '2025-01-01' });
});

test('one that reaches yesterday has no day to go on with', async () => {
  const { from, to } = await daysUntilYesterday(await market(...whole(yesterday())), allSources, undefined);
  expect([from, to]).toEqual([addDays(yesterday(), 1), yesterday()]);
});
