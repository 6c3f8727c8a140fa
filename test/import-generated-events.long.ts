/** The events of a generated shop, as other tools of web analysis export them, and imported: the same events. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seed } from './exports/clothes.ts';
import { ga4Json, ga4Parquet } from './exports/ga4.ts';
import { matomo, matomoNames } from './exports/matomo.ts';
import { posthog } from './exports/posthog.ts';
import { snowplowJson, snowplowNames, snowplowTsv } from './exports/snowplow.ts';
import { expectSame, generatedLake, importedLake, type ExportedFile } from './exports/trip.ts';
import { agreed, visitsOf, type Visit } from './exports/visits.ts';
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
  const request = { from: '2025-01-01', to: '2025-01-02', eventsPerDay: 4000, initialCustomers: 300 };
  original = await generatedLake(made.engine, { ...request, seed, dirt: 0, sources: ['web'] }, ['web_events']);
  visits = await visitsOf(original);
  expect(visits.length).toBeGreaterThan(1000);
});
afterAll(() => original.dispose());

async function same(files: readonly ExportedFile[], sql: string): Promise<void> {
  const back = await importedLake(made.engine, original, files, ['web_events']);
  try {
    await expectSame(original, back, sql);
  } finally {
    await back.dispose();
  }
}

/** What every tool tells of an event. Ids are a tool's own. */
const told =
  'event_name, visitor_id, page_host, page_path, page_query, page_title, source, medium, campaign, campaign_id, content, term, click_id_name, click_id, channel, transaction_id, value, currency, value_eur, consent_analytics';
const whole = `${told}, event_at, client_at, local_date, customer_id, referrer_host, is_return, language`;

// GA4 keeps the kind of device, not the browser's own words; nor an address, nor the size of a screen.
const ga4 = `SELECT ${whole}, received_at, lateness_ms, device, consent_ads, coupon, items FROM web_events WHERE NOT is_bot`;

test('GA4, JSON', () => same(ga4Json(visits), ga4));
test('GA4, Parquet', async () => same(await ga4Parquet(visits, made.session, made.folder), ga4));

// It has none of who does not agree, and no moment of receipt; an address may be kept, but is not read.
test('PostHog', () =>
  same(
    posthog(agreed(visits)),
    `SELECT event_id, ${whole}, device, browser, os, coupon, items FROM web_events WHERE NOT is_bot AND consent_analytics`,
  ));

const names = (all: readonly string[]) => all.map((name) => `'${name}'`).join(', ');
// What lies in the cart is told by no event that Sillage reads.
const snowplow = `SELECT event_id, ${whole}, device, browser, os FROM (SELECT * REPLACE (CASE WHEN event_name = 'purchase' THEN value END AS value, CASE WHEN event_name = 'purchase' THEN value_eur END AS value_eur, CASE WHEN event_name = 'purchase' THEN currency END AS currency) FROM web_events) WHERE NOT is_bot AND consent_analytics AND event_name IN (${names(snowplowNames)})`;

test('Snowplow, JSON', () => same(snowplowJson(agreed(visits)), snowplow));
test('Snowplow, TSV', () => same(snowplowTsv(agreed(visits)), snowplow));

test('Matomo', () => {
  const { files, hasAgents } = matomo(agreed(visits));
  // Seconds are its smallest unit of time. Where somebody came from, who it is and in which language is told once a visit.
  return same(
    files,
    `SELECT ${told}, date_trunc('second', event_at) AS at, ${hasAgents ? 'device, browser, os, ' : ''}lower(language) AS language, CASE WHEN event_name = 'purchase' THEN items END AS items FROM web_events WHERE NOT is_bot AND consent_analytics AND event_name IN (${names(matomoNames)})`,
  );
});
