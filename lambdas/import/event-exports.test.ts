/** Exports of web analysis as people really have them: what is not read is told, and what to do instead. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lines, lookAt, partsOf, totals } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'event-exports-'));
});
afterEach(() => rm(home, { recursive: true }));

const shop = 'https://shop.example';
const jsonl = (...all: readonly object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');
const ga4 = (url: string, over: object = {}, ...params: readonly object[]) => ({
  event_name: 'page_view',
  event_timestamp: '1741597200000000',
  user_pseudo_id: 'v1',
  event_params: [{ key: 'page_location', value: { string_value: url } }, ...params],
  ...over,
});
const posthog = (uuid: string, over: object) => ({
  uuid: `0190a1b2-0000-7000-8000-0000000000${uuid}`,
  event: 'Order Completed',
  distinct_id: 'v1',
  timestamp: '2025-03-10T09:00:00Z',
  properties: { $lib: 'web', $current_url: `${shop}/merci`, order_id: uuid, currency: 'EUR', ...over },
});

describe('amounts of events', () => {
  const told = (how: string) => new RegExp(`^${how} no number \\(the first is “60,00 €”\\): the events count, without`);

  test('that are no number are told, and their events count', async () => {
    const file = jsonl(
      posthog('a1', { revenue: '60,00 €' }),
      posthog('a2', { revenue: '40.00' }),
      posthog('a3', { revenue: '1 000' }),
    );
    const [part] = await partsOf(home, 'p.jsonl', file);
    expect(totals(part)).toEqual(['events 3', 'purchases 3', 'revenue 40.00 EUR']);
    expect(part?.notes).toContainEqual(expect.stringMatching(told('2 amounts of events are')));
    const value = { key: 'value', value: { string_value: '60,00 €' } };
    const [google] = await partsOf(home, 'g.jsonl', jsonl(ga4(shop, { event_name: 'purchase' }, value)));
    expect(google?.notes).toContainEqual(expect.stringMatching(told('1 amount of an event is')));
  });

  test('in a currency that is written small are amounts of that currency', async () => {
    const file = jsonl(posthog('a1', { revenue: 10, currency: 'eur' }), posthog('a2', { revenue: 5 }));
    const [part] = await partsOf(home, 'p.jsonl', file);
    expect(part?.currencies).toEqual(['EUR']);
    expect(totals(part)).toEqual(['events 2', 'purchases 2', 'revenue 15.00 EUR']);
  });

  test('that GA4 has among the parameters alone are in its sum', async () => {
    const params = [
      { key: 'value', value: { double_value: 12.5 } },
      { key: 'currency', value: { string_value: 'EUR' } },
    ];
    const [part] = await partsOf(home, 'g.jsonl', jsonl(ga4(shop, { event_name: 'purchase' }, ...params)));
    expect(totals(part)).toEqual(['events 1', 'purchases 1', 'purchase_revenue 12.50 EUR']);
  });
});

describe('streams of GA4', () => {
  const notesOf = async (...all: readonly object[]) => (await partsOf(home, 'g.jsonl', jsonl(...all)))[0]?.notes ?? [];

  test('are told: one may be of another shop', async () => {
    const other = ga4('https://other.example/', { stream_id: '222', event_timestamp: '1741597260000000' });
    expect(await notesOf(ga4(shop, { stream_id: '111' }), other)).toContainEqual(
      expect.stringMatching(/^It tells of 2 sites \(other\.example \(stream 222\), shop\.example \(stream 111\)\)/),
    );
  });
  test('of several hosts are one site', async () => {
    const blog = ga4('https://blog.shop.example/', { stream_id: '111', event_timestamp: '1741597260000000' });
    expect((await notesOf(ga4(shop, { stream_id: '111' }), blog)).join('\n')).not.toContain('sites');
  });
});

describe('Snowplow', () => {
  const visit = (id: string, over: object = {}) => ({
    event: 'page_view',
    event_id: `0190a1b2-0000-4000-8000-0000000000${id}`,
    collector_tstamp: '2025-03-10T09:00:00Z',
    domain_userid: 'd1',
    page_url: shop,
    ...over,
  });
  const iab = { spiderOrRobot: true, category: 'SPIDER_OR_ROBOT' };

  test.each<[string, object]>([
    ['IAB’s list', { contexts_com_iab_snowplow_spiders_and_robots_1: [iab] }],
    ['as a warehouse exports it', { contexts_com_iab_snowplow_spiders_and_robots_1_0_0: JSON.stringify([iab]) }],
    [
      'in a cell of all',
      {
        derived_contexts: JSON.stringify({
          schema: 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1',
          data: [{ schema: 'iglu:com.iab.snowplow/spiders_and_robots/jsonschema/1-0-0', data: iab }],
        }),
      },
    ],
    ['YAUAA', { contexts_nl_basjes_yauaa_context_1: [{ agentClass: 'Robot Mobile' }] }],
  ])('events of robots are left out: %s', async (_, contexts) => {
    const people = {
      contexts_com_iab_snowplow_spiders_and_robots_1: [{ ...iab, spiderOrRobot: false }],
      contexts_nl_basjes_yauaa_context_1: [{ agentClass: 'Browser' }],
    };
    const [part] = await partsOf(home, 's.jsonl', jsonl(visit('a1', people), visit('a2', contexts)));
    expect(totals(part)?.[0]).toBe('events 1');
    expect(part?.leftOut).toEqual([{ why: 'an event of a robot, as Snowplow knows it', rows: 1, first: 2 }]);
  });

  test('columns in capitals, as Snowflake exports them', async () => {
    const capitals = Object.fromEntries(
      Object.entries(visit('a1')).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const [part] = await partsOf(home, 's.jsonl', jsonl(capitals));
    expect(lines(part)).toMatchObject([{ event_name: 'page_view', visitor_id: 'd1', page: { url: shop } }]);
  });
});

test.each<[string, (pages: readonly object[][]) => string]>([
  ['of lists', (pages) => JSON.stringify(pages)],
  ['of lists, indented', (pages) => JSON.stringify(pages, undefined, 2)],
])('pages that were put into a list %s are read', async (_, written) => {
  const visit = (idVisit: string) => ({
    idVisit,
    visitorId: 'a1b2',
    firstActionTimestamp: 1_741_597_200,
    actionDetails: [{ type: 'action', url: shop, timestamp: 1_741_597_200, idpageview: idVisit }],
  });
  const [part] = await partsOf(home, 'm.json', written([[visit('1'), visit('2')], [visit('3')]]));
  expect(totals(part)?.[0]).toBe('events 3');
});

test('what is no record among records is refused', async () => {
  const file = JSON.stringify([posthog('a1', {}), 'x', posthog('a2', {})]);
  expect(await lookAt(home, 'p.json', file)).toMatchObject([{ kind: 'refused', why: 'Record 2 is no JSON object.' }]);
});

test.each<[string, unknown, RegExp]>([
  ['Shopify', { errors: '[API] Invalid API key' }, /an error of the platform: “\[API\] Invalid API key”/],
  ['Shopify, GraphQL', { errors: [{ message: 'Throttled' }] }, /error of the platform: “Throttled”/],
  ['Shopify, of a field', { errors: { limit: ['too high'] } }, /“\{"limit":\["too high"\]\}”/],
  ['WooCommerce', { code: 'woocommerce_rest_cannot_view', message: 'Sorry.', data: { status: 401 } }, /“Sorry\.”/],
  ['Matomo', { result: 'error', message: 'No access.' }, /“No access\.”/],
  ['PostHog', { type: 'authentication_error', detail: 'Invalid API key.' }, /“Invalid API key\.”/],
  ['Google', [{ error: { code: 401, message: 'Request had invalid credentials.' } }], /“Request had invalid/],
  ['nothing', [], /^It is an answer without a record\./],
  ['no orders', { orders: [] }, /^It is an answer without a record\./],
])('an answer without records says why: %s', async (_, answer, why) => {
  expect(await lookAt(home, 'a.json', JSON.stringify(answer))).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(why) as unknown },
  ]);
});

test.each<[string, string, RegExp]>([
  ['PostHog', 'uuid,event,properties,distinct_id,timestamp\na,b,{},c,2025-03-10', /^It is of PostHog.*batch export/],
  ['PostHog’s list', 'event,person,properties.$lib,timestamp\na,b,c,2025-03-10', /^It is of PostHog/],
  ['Snowplow', 'app_id,collector_tstamp,event,event_id\na,2025-03-10,b,c', /^It is of Snowplow/],
  ['Matomo', 'idSite,idVisit,visitorId\n1,2,3', /^It is of Matomo.*format=JSON/],
  ['GA4', 'event_date,event_timestamp,event_name\n20250310,1741597200000000,page_view', /^It is of GA4.*BigQuery/],
  ['Plausible, countries', 'name,visitors\nFrance,90', /^It adds up visits/],
  ['Plausible, properties', 'property,value,visitors,events,percentage\na,b,1,1,1', /^It adds up visits/],
])('a table of events, or a part of sums, says what to do: %s', async (_, table, why) => {
  expect(await lookAt(home, 't.csv', table)).toMatchObject([
    { kind: 'refused', why: expect.stringMatching(why) as unknown },
  ]);
});
