/**
 * Whole runs over a generated lake, and over one whose visits went out by another tool of web analysis and came back:
 * the same sessions, and the same ways to orders.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawn, seed } from './exports/clothes.ts';
import { ga4Json } from './exports/ga4.ts';
import { posthog } from './exports/posthog.ts';
import { agreed, visitsOf } from './exports/visits.ts';
import { importFiles, recordsOf, rowsOf, runWhole } from './hand-lake.ts';
import { generate } from '../lambdas/generate/generate.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';

const tool = drawn(
  fc.constantFrom(
    { name: 'GA4', files: ga4Json },
    { name: 'PostHog', files: (visits: Parameters<typeof posthog>[0]) => posthog(agreed(visits)) },
  ),
  'tool of whole runs',
);

let [root, original, back] = ['', '', ''];
beforeAll(async () => {
  process.stderr.write(`import-generated-runs.long.ts: SILLAGE_SEED=${seed} (${tool.name})\n`);
  root = await mkdtemp(join(tmpdir(), 'round-runs-'));
  [original, back] = [join(root, 'original'), join(root, 'back')];
  const lake = filesLake(original);
  await generate(lake, {
    from: '2025-01-01',
    to: '2025-01-01',
    eventsPerDay: 8000,
    initialCustomers: 300,
    seed,
    dirt: 0,
  });
  await runWhole(original);
  for await (const { key } of lake.list(''))
    if (key === 'shop.json' || (key.startsWith('raw/') && !key.startsWith('raw/web/')))
      await filesLake(back).put(key, await lake.get(key));
  const visits = await visitsOf({ lake, ask: (sql) => recordsOf(original, sql) });
  expect(visits.length).toBeGreaterThan(1000);
  const files = tool.files(visits);
  await importFiles(back, Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])));
  await runWhole(back);
});
afterAll(() => rm(root, { recursive: true }));

/**
 * Both lakes' rows. Left out is what a tool does not tell: the browser and its system (GA4 keeps the kind of device);
 * and who people are, whose pseudonyms are of a key that each lake has for itself.
 */
const both = async (sql: string) => [await rowsOf(original, sql), await rowsOf(back, sql)];

test('sessions', async () => {
  const [expected = [], found] = await both(
    "SELECT date_format(started_at, '%Y-%m-%d %H:%i:%s'), CAST(local_date AS varchar), channel, " +
      'source, medium, campaign, campaign_id, platform, influencer_id, landing_path, device, events, ' +
      'page_views, cart_adds, purchases, customer_id IS NOT NULL FROM sessions ORDER BY 1, 3, 4, 5, 6, ' +
      '10, 11, 12, 13',
  );
  expect(expected.length).toBeGreaterThan(100);
  expect(found).toEqual(expected);
});

test('ways to orders', async () => {
  const [expected = [], found] = await both(
    "SELECT order_id, position, touch_type, date_format(touched_at, '%Y-%m-%d %H:%i:%s'), channel, " +
      'source, medium, campaign, campaign_id, platform, influencer_id FROM touchpoints ORDER BY 1, 2',
  );
  expect(expected.filter((row) => row.includes(' session ')).length).toBeGreaterThan(1);
  expect(found).toEqual(expected);
});
