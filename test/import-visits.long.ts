/**
 * Visits by other tools of web analysis, which end in the same shop's orders: from their files to events, sessions and
 * touches that were worked out by hand. The tools tell of different visitors, as `--feed` says.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, pathLiteral, targetLiteral } from '../lambdas/shared/duckdb.ts';
import { importFiles, rowsOf, runWhole } from './hand-lake.ts';

const eur = (amount: string) => ({ shopMoney: { amount, currencyCode: 'EUR' } });
const shop = 'https://shop.example';
const windows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.0 Mobile/15E148 Safari/604.1';
const uuid = (number: number) => `0190a1b2-0000-4000-8000-${String(number).padStart(12, '0')}`;

const order = (number: number, at: string, over: object = {}) => ({
  id: `gid://shopify/Order/${number}`,
  name: `#${number}`,
  email: `p${number}@ex.test`,
  createdAt: at,
  updatedAt: at,
  currencyCode: 'EUR',
  taxesIncluded: true,
  subtotalPriceSet: eur('12.0'),
  totalPriceSet: eur('12.0'),
  totalTaxSet: eur('2.0'),
  displayFinancialStatus: 'PAID',
  tags: [],
  lineItems: {
    nodes: [
      {
        id: `gid://shopify/LineItem/${number}1`,
        title: 'Savon',
        sku: 'SAVON-1',
        quantity: 1,
        originalUnitPriceSet: eur('12.0'),
        discountAllocations: [],
        taxLines: [{ priceSet: eur('2.0') }],
      },
    ],
  },
  ...over,
});
const orders = [
  order(3001, '2025-03-10T09:00:00Z'),
  order(3002, '2025-03-10T09:30:00Z'),
  order(3003, '2025-03-10T10:50:00Z'),
  order(3004, '2025-03-10T11:10:00Z'),
  // Bought, and cancelled an hour later.
  order(3005, '2025-03-10T12:05:00Z', { cancelledAt: '2025-03-10T13:05:00Z', displayFinancialStatus: 'VOIDED' }),
];

/** By the place of each cell among 131. The collector's clock is nine seconds late. */
function enriched(cells: Readonly<Record<number, string>>): string {
  const line = Array.from({ length: 131 }, () => '');
  const all = { 3: '2025-03-10 09:00:09.000', 15: 'd-1', 77: windows, ...cells };
  for (const [at, value] of Object.entries(all)) line[Number(at)] = value;
  return `${line.join('\t')}\n`;
}
const ad = `${shop}/savon?utm_source=google&utm_medium=cpc&utm_campaign=Soins`;
const snowplowTsv = [
  { 5: 'page_view', 6: uuid(1), 29: ad, 124: '2025-03-10 08:50:00.000' },
  { 5: 'page_ping', 6: uuid(2), 29: ad, 124: '2025-03-10 08:50:10.000' },
  { 5: 'struct', 6: uuid(3), 29: `${shop}/savon`, 54: 'add-to-basket', 124: '2025-03-10 08:52:00.000' },
  {
    5: 'transaction',
    6: uuid(4),
    12: '71',
    29: `${shop}/merci`,
    59: '3001',
    61: '12.0',
    108: 'EUR',
    124: '2025-03-10 09:00:00.000',
  },
]
  .map((cells) => enriched(cells))
  .join('');

/** Who refuses the shop's own cookie is known by the collector's. The second visit is of the day after the next. */
const byCollector = { network_userid: 'n-2', useragent: windows };
const snowplowJson = [
  {
    ...byCollector,
    event: 'page_view',
    event_id: uuid(11),
    collector_tstamp: '2025-03-08T23:40:00.000Z',
    page_url: `${shop}/`,
    page_referrer: 'https://www.google.com/',
  },
  {
    ...byCollector,
    event: 'page_view',
    event_id: uuid(12),
    collector_tstamp: '2025-03-10T09:20:00.000Z',
    page_url: `${shop}/savon`,
  },
  {
    ...byCollector,
    event: 'transaction',
    event_id: uuid(13),
    collector_tstamp: '2025-03-10T09:30:02.000Z',
    page_url: `${shop}/merci`,
    tr_orderid: '3002',
    tr_total: 12,
    tr_currency: 'EUR',
  },
]
  .map((event) => `${JSON.stringify(event)}\n`)
  .join('');

/** Who logs in has another `distinct_id` from then on, and the same `$device_id`. */
const seen = (number: number, event: string, time: string, properties: object, distinct = 'p-1') => ({
  uuid: uuid(number),
  event,
  distinct_id: distinct,
  timestamp: `2025-03-10T${time}.000Z`,
  properties: { $device_id: 'p-1', $raw_user_agent: iphone, $referrer: '$direct', ...properties },
});
const letter = `${shop}/savon?utm_source=newsletter&utm_medium=email&utm_campaign=Mars`;
const posthog = JSON.stringify({
  next: null,
  results: [
    seen(21, '$pageview', '10:00:00', { $current_url: letter }),
    seen(22, 'Product Added', '10:05:00', {
      $current_url: `${shop}/savon`,
      sku: 'SAVON-1',
      price: '12.00',
      quantity: 1,
      currency: 'EUR',
    }),
    seen(23, '$identify', '10:06:00', { $current_url: `${shop}/compte` }, '72'),
    // Forty minutes later, from the page that was left open.
    seen(
      24,
      '$pageview',
      '10:45:00',
      { $current_url: `${shop}/panier`, $referrer: `${shop}/savon`, $user_id: 72 },
      '72',
    ),
    seen(
      25,
      'Order Completed',
      '10:50:00',
      { $current_url: `${shop}/merci`, $user_id: 72, order_id: '3003', revenue: '12.00', currency: 'EUR' },
      '72',
    ),
  ],
});

const text = (key: string, value: string) => ({ key, value: { string_value: value } });
const ga4Event = (name: string, time: string, page: string, over: object = {}) => ({
  event_name: name,
  event_timestamp: `${Date.parse(`2025-03-10T${time}Z`)}000`,
  // A quarter of a second until Google had it.
  event_server_timestamp_offset: '250000',
  event_params: [text('page_location', `${shop}${page}`), text('currency', 'EUR')],
  user_pseudo_id: 'g.1',
  privacy_info: { analytics_storage: 'Yes', ads_storage: 'No' },
  device: { category: 'mobile', operating_system: 'iOS', language: 'fr-fr' },
  ...over,
});
/** The link's parameters are not in the address, but noted beside it. */
const noted = { manual_source: 'instagram', manual_medium: 'paid_social', manual_campaign_name: 'Printemps' };
const bought = (number: string) => ({ ecommerce: { transaction_id: number, purchase_revenue: 12 } });
const ga4 = [
  ga4Event('session_start', '11:00:00', '/savon', { collected_traffic_source: noted }),
  ga4Event('page_view', '11:00:00', '/savon', { collected_traffic_source: noted }),
  ga4Event('purchase', '11:10:00', '/merci', bought('3004')),
  // Nobody's, and nobody's visit: who refuses to be counted.
  ga4Event('page_view', '11:30:00', '/', { user_pseudo_id: null, privacy_info: { analytics_storage: 'No' } }),
  ga4Event('purchase', '12:05:00', '/merci', { ...bought('3005'), user_pseudo_id: 'g.2' }),
  // Of a click on an ad the address tells nothing.
  ga4Event('page_view', '13:00:00', '/savon', {
    user_pseudo_id: 'g.3',
    collected_traffic_source: { gclid: 'x', manual_source: null },
    traffic_source: { source: 'bing', medium: 'organic' },
  }),
];

/** Addresses have lost their parameters; actions have the clock of the site, which is in Paris. */
const matomoVisit = (visitor: string, hour: number, over: object) => ({
  idVisit: visitor,
  visitorId: visitor,
  deviceType: 'Desktop',
  firstActionTimestamp: Date.parse(`2025-03-10T${hour}:00:00Z`) / 1000,
  actionDetails: [
    {
      type: 'action',
      url: `${shop}/savon`,
      timestamp: Date.parse(`2025-03-10T${hour}:00:00Z`) / 1000 + 3600,
      idpageview: 'a',
    },
    {
      type: 'action',
      url: `${shop}/`,
      timestamp: Date.parse(`2025-03-10T${hour}:01:00Z`) / 1000 + 3600,
      idpageview: 'b',
    },
  ],
  ...over,
});
const byCampaign = { referrerType: 'campaign', referrerName: 'Brand FR' };
const news = { campaignSource: 'newsletter', campaignMedium: 'email', campaignName: 'News' };
const matomo = JSON.stringify([
  matomoVisit('m-1', 14, { ...byCampaign, referrerUrl: 'https://www.google.com/' }),
  matomoVisit('m-2', 15, { ...byCampaign, referrerUrl: null }),
  matomoVisit('m-3', 16, { ...byCampaign, ...news }),
  matomoVisit('m-4', 17, { referrerType: 'search', referrerName: 'Google', referrerUrl: 'https://www.google.com/' }),
  matomoVisit('m-5', 18, { referrerType: 'social', referrerName: 'Facebook', referrerUrl: null }),
  matomoVisit('m-6', 19, { referrerType: 'direct', referrerUrl: null }),
]);

/** As `bq extract` writes it: whole numbers as such. */
async function ga4Parquet(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'visits-ga4-'));
  const [from, to] = [join(folder, 'events.json'), join(folder, 'events.parquet')];
  await writeFile(from, ga4.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const engine = await openEngine({ threads: 1, memoryMb: 200, spill: folder });
  const session = await engine.connect();
  await session.run(
    'COPY (SELECT * REPLACE (CAST(event_timestamp AS BIGINT) AS event_timestamp, ' +
      'CAST(event_server_timestamp_offset AS BIGINT) AS event_server_timestamp_offset) FROM ' +
      `read_json(${pathLiteral(from)}, format = 'newline_delimited')) TO ${targetLiteral(to)} (FORMAT ` +
      'parquet)',
  );
  session.close();
  engine.close();
  const bytes = await readFile(to);
  await rm(folder, { recursive: true });
  return bytes;
}

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'visits-lake-'));
  await importFiles(root, {
    'orders.json': JSON.stringify({ data: { orders: { nodes: orders } } }),
    'enriched.tsv': snowplowTsv,
    'enriched.jsonl': snowplowJson,
  });
  await importFiles(root, { 'posthog.json': posthog }, 'posthog-json');
  await importFiles(root, { 'events.parquet': await ga4Parquet() }, 'ga4-parquet');
  await importFiles(root, { 'visits.json': matomo }, 'matomo-json');
  await runWhole(root);
});
afterAll(() => rm(root, { recursive: true }));

const rows = (sql: string) => rowsOf(root, sql);

test('events', async () => {
  expect(
    await rows(
      `SELECT event_name, date_format(event_at, '%Y-%m-%d %H:%i:%s'), page_path, source, medium, campaign, ` +
        'device, visitor_id IS NOT NULL, customer_id IS NOT NULL, transaction_id, value, currency FROM ' +
        'web_events ORDER BY event_at',
    ),
  ).toEqual([
    'page_view | 2025-03-08 23:40:00 | / | google | organic |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 08:50:00 | /savon | google | cpc | soins | desktop | true | false |  |  | ',
    'add_to_cart | 2025-03-10 08:52:00 | /savon |  |  |  | desktop | true | false |  |  | ',
    'purchase | 2025-03-10 09:00:00 | /merci |  |  |  | desktop | true | true | 3001 | 12.00 | EUR',
    'page_view | 2025-03-10 09:20:00 | /savon |  |  |  | desktop | true | false |  |  | ',
    'purchase | 2025-03-10 09:30:02 | /merci |  |  |  | desktop | true | false | 3002 | 12.00 | EUR',
    'page_view | 2025-03-10 10:00:00 | /savon | newsletter | email | mars | mobile | true | false |  |  | ',
    'add_to_cart | 2025-03-10 10:05:00 | /savon |  |  |  | mobile | true | false |  |  | EUR',
    'page_view | 2025-03-10 10:45:00 | /panier |  |  |  | mobile | true | true |  |  | ',
    'purchase | 2025-03-10 10:50:00 | /merci |  |  |  | mobile | true | true | 3003 | 12.00 | EUR',
    'page_view | 2025-03-10 11:00:00 | /savon | instagram | paid_social | printemps | mobile | true | false |  |  | ',
    'purchase | 2025-03-10 11:10:00 | /merci |  |  |  | mobile | true | false | 3004 | 12.00 | EUR',
    'page_view | 2025-03-10 11:30:00 | / |  |  |  | mobile | false | false |  |  | ',
    'purchase | 2025-03-10 12:05:00 | /merci |  |  |  | mobile | true | false | 3005 | 12.00 | EUR',
    'page_view | 2025-03-10 13:00:00 | /savon | google | cpc |  | mobile | true | false |  |  | ',
    'page_view | 2025-03-10 14:00:00 | /savon | (not set) | (not set) | brand fr | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 14:01:00 | / |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 15:00:00 | /savon | (not set) | (not set) | brand fr | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 15:01:00 | / |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 16:00:00 | /savon | newsletter | email | news | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 16:01:00 | / |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 17:00:00 | /savon | google | organic |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 17:01:00 | / |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 18:00:00 | /savon | facebook | social |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 18:01:00 | / |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 19:00:00 | /savon |  |  |  | desktop | true | false |  |  | ',
    'page_view | 2025-03-10 19:01:00 | / |  |  |  | desktop | true | false |  |  | ',
  ]);
});

test('sessions', async () => {
  expect(
    await rows(
      `SELECT date_format(started_at, '%d %H:%i'), date_format(ended_at, '%d %H:%i'), CAST(local_date AS ` +
        'varchar), channel, source, medium, campaign, landing_path, events, page_views, cart_adds, purchases, ' +
        'customer_id IS NOT NULL FROM sessions ORDER BY started_at',
    ),
  ).toEqual([
    // Before midnight in UTC, after it in Paris.
    '08 23:40 | 08 23:40 | 2025-03-09 | Organic Search | google | organic |  | / | 1 | 1 | 0 | 0 | false',
    '10 08:50 | 10 09:00 | 2025-03-10 | Paid Search | google | cpc | soins | /savon | 3 | 1 | 1 | 1 | true',
    '10 09:20 | 10 09:30 | 2025-03-10 | Direct | (direct) | (none) |  | /savon | 2 | 1 | 0 | 1 | false',
    // More than half an hour between two events is two sessions, though the browser stayed open.
    '10 10:00 | 10 10:05 | 2025-03-10 | Email | newsletter | email | mars | /savon | 2 | 1 | 1 | 0 | false',
    '10 10:45 | 10 10:50 | 2025-03-10 | Direct | (direct) | (none) |  | /panier | 2 | 1 | 0 | 1 | true',
    '10 11:00 | 10 11:10 | 2025-03-10 | Paid Social | instagram | paid_social | printemps | /savon | 2 | 1 | ' +
      '0 | 1 | false',
    '10 12:05 | 10 12:05 | 2025-03-10 | Direct | (direct) | (none) |  | /merci | 1 | 0 | 0 | 1 | false',
    '10 13:00 | 10 13:00 | 2025-03-10 | Paid Search | google | cpc |  | /savon | 1 | 1 | 0 | 0 | false',
    // Of a campaign of which the name alone is known nobody can say more: neither a search nor direct.
    '10 14:00 | 10 14:01 | 2025-03-10 | Unassigned | (not set) | (not set) | brand fr | /savon | 2 | 2 | 0 | 0 | false',
    '10 15:00 | 10 15:01 | 2025-03-10 | Unassigned | (not set) | (not set) | brand fr | /savon | 2 | 2 | 0 | 0 | false',
    '10 16:00 | 10 16:01 | 2025-03-10 | Email | newsletter | email | news | /savon | 2 | 2 | 0 | 0 | false',
    '10 17:00 | 10 17:01 | 2025-03-10 | Organic Search | google | organic |  | /savon | 2 | 2 | 0 | 0 | false',
    '10 18:00 | 10 18:01 | 2025-03-10 | Organic Social | facebook | social |  | /savon | 2 | 2 | 0 | 0 | false',
    '10 19:00 | 10 19:01 | 2025-03-10 | Direct | (direct) | (none) |  | /savon | 2 | 2 | 0 | 0 | false',
  ]);
});

test('the ways to an order; a cancelled one has none', async () => {
  expect(
    await rows(
      "SELECT order_id, position, date_format(touched_at, '%d %H:%i'), touch_type, channel, campaign FROM " +
        'touchpoints ORDER BY 1, 2',
    ),
  ).toEqual([
    '3001 | 1 | 10 08:50 | session | Paid Search | soins',
    '3002 | 1 | 08 23:40 | session | Organic Search | ',
    '3002 | 2 | 10 09:20 | session | Direct | ',
    '3003 | 1 | 10 10:00 | session | Email | mars',
    '3003 | 2 | 10 10:45 | session | Direct | ',
    '3004 | 1 | 10 11:00 | session | Paid Social | printemps',
  ]);
});
