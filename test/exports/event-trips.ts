/** The trips of a shop's visits: what each tool of web analysis exports of them, and what of it comes back. */
import { ga4Json, ga4Parquet } from './ga4.ts';
import { matomo, matomoNames } from './matomo.ts';
import { posthog } from './posthog.ts';
import { snowplowJson, snowplowNames, snowplowTsv } from './snowplow.ts';
import { differences, type Trip } from './trip.ts';
import { agreed, type Visit } from './visits.ts';

/** What every tool tells of an event. Ids are a tool's own. */
const told =
  'event_name, visitor_id, page_host, page_path, page_query, page_title, source, medium, campaign, ' +
  'campaign_id, content, term, click_id_name, click_id, channel, transaction_id, value, currency, ' +
  'value_eur, consent_analytics';
const whole = `${told}, event_at, client_at, local_date, customer_id, referrer_host, is_return, language`;

type EventTrip = Trip<readonly Visit[]>;

const trip = (name: string, files: EventTrip['files'], columns: string, from: string): EventTrip => ({
  name,
  files,
  tables: ['web_events'],
  compare: (original, back) => differences(original, back, `SELECT ${columns} FROM ${from}`),
});

const people = 'web_events WHERE NOT is_bot';
// Who does not agree is in no export but GA4's.
const counted = `${people} AND consent_analytics`;
const among = (names: readonly string[]) => `event_name IN (${names.map((name) => `'${name}'`).join(', ')})`;

// GA4 keeps the kind of device, not the browser's own words; nor an address, nor the size of a screen.
const ga4 = `${whole}, received_at, lateness_ms, device, consent_ads, coupon, items`;

// No moment of receipt, and no consent to advertisements; an address may be kept, but is not read.
const posthogColumns = `event_id, ${whole}, device, browser, os, coupon, items`;

// What lies in the cart is told by no event that Sillage reads, and a worth by a purchase alone.
const ofPurchase = (column: string) => `CASE WHEN event_name = 'purchase' THEN ${column} END AS ${column}`;
const snowplowColumns = `event_id, ${whole}, device, browser, os`;
const snowplow = `(SELECT * REPLACE (${['value', 'value_eur', 'currency'].map(ofPurchase).join(', ')}) FROM ${counted} AND ${among(snowplowNames)})`;

// Addresses lose their click ids and campaigns, which are kept with the visit: the first page gets them again.
// Seconds are its smallest unit of time. Where somebody came from, who it is and in which language is told once a visit.
const ofMatomo = told.replace('page_query, ', '').replace('click_id_name, click_id, ', '');
const matomoColumns = `${ofMatomo}, date_trunc('second', event_at) AS at, lower(language) AS language, device, browser, os, items`;

export const eventTrips: readonly EventTrip[] = [
  trip('GA4, JSON', ga4Json, ga4, people),
  trip('GA4, Parquet', (visits, { session, folder }) => ga4Parquet(visits, session, folder), ga4, people),
  trip('PostHog', (visits) => posthog(agreed(visits)), posthogColumns, counted),
  trip('Snowplow, JSON', (visits) => snowplowJson(agreed(visits)), snowplowColumns, snowplow),
  trip('Snowplow, TSV', (visits) => snowplowTsv(agreed(visits)), snowplowColumns, snowplow),
  trip('Matomo', (visits) => matomo(agreed(visits)), matomoColumns, `${counted} AND ${among(matomoNames)}`),
];
