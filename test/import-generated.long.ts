/**
 * A generated lake, written as the pages of platforms and the sheets that people keep, and imported: the same rows.
 * What shop systems and tools of web analysis export makes the trip in the long tests.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { otherPages, ownPages } from './exports/ad-page-tables.ts';
import { pageFile, pageQuery } from './exports/ad-pages.ts';
import { adApis } from './exports/ad-apis.ts';
import { seed } from './exports/clothes.ts';
import { ecbRates, influencerSheets } from './exports/sheets.ts';
import { differences, generatedLake, importedLake } from './exports/trip.ts';
import { engineOfTests, type EngineOfTests } from './engine-of-tests.ts';
import type { SmallLake } from './small-lake.ts';

const tables = ['ad_spend', 'influencers', 'influencer_deals', 'influencer_posts'];

let made: EngineOfTests;
engineOfTests('round', (all) => {
  made = all;
});
let original: SmallLake;
let back: SmallLake;
const lakes: SmallLake[] = [];
const pages = [...ownPages(), ...otherPages()];
beforeAll(async () => {
  process.stderr.write(`import-generated: SILLAGE_SEED=${seed}\n`);
  original = await generatedLake(
    made.engine,
    [
      {
        from: '2025-01-11',
        to: '2025-01-14',
        eventsPerDay: 4000,
        initialCustomers: 300,
        seed,
        dirt: 0,
        sources: ['advertising', 'influencers'],
      },
    ],
    tables,
  );
  lakes.push(original);
  expect((await original.rows('ad_spend')).length).toBeGreaterThan(20);
  expect((await original.rows('influencer_deals')).length).toBeGreaterThan(0);
  const files = [...(await influencerSheets(original.lake)), await ecbRates(original.lake)];
  for (const page of pages) files.push(await pageFile(page, original));
  back = await importedLake(made.engine, original, files, tables);
  lakes.push(back);
});
afterAll(async () => {
  for (const lake of lakes) await lake.dispose();
});

test.each(pages.map((page) => [page.platform, page] as const))('the page of %s', async (_, page) => {
  expect(await differences(original, back, pageQuery(page, false), pageQuery(page, true))).toEqual([]);
});

test.each(['influencers', 'influencer_deals', 'influencer_posts', 'fx_rates'])('the sheet of %s', async (table) => {
  expect(await differences(original, back, `SELECT * EXCLUDE (exported_in) FROM ${table}`)).toEqual([]);
});

test('the interfaces of advertising platforms, with what they restated', async () => {
  const again = await importedLake(made.engine, original, await adApis(original.lake), ['ad_spend']);
  try {
    expect(await differences(original, again, 'SELECT * EXCLUDE (pulled_on) FROM ad_spend')).toEqual([]);
  } finally {
    await again.dispose();
  }
});
