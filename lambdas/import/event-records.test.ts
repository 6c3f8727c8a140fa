/** Visits of other tools of web analysis: what is made of each, by hand. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEngine } from '../shared/duckdb.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landAll, look } from './import.ts';
import { lines, partsOf, sample, totals } from './samples/look-at.ts';
import type { Part } from './understand.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'event-records-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('web events of other tools', () => {
  const page = 'https://shop.example/savon?utm_source=google';

  test('PostHog', async () => {
    const event = (name: string, properties: object) => ({
      uuid: '0190a1b2-0000-7000-8000-0000000000a1',
      event: name,
      distinct_id: 'v1',
      timestamp: '2025-03-10T09:00:00.000Z',
      properties: { $current_url: page, $lib: 'web', ...properties },
    });
    const [part] = await partsOf(
      home,
      'p.json',
      JSON.stringify({
        results: [
          event('$pageview', {}),
          event('Order Completed', { order_id: '1001', revenue: '58.9', currency: 'EUR' }),
          event('$autocapture', {}),
        ],
      }),
    );
    expect(part?.shape).toBe('posthog-json');
    expect(lines(part)).toMatchObject([
      { event_name: 'page_view', event_time: '2025-03-10T09:00:00.000Z', visitor_id: 'v1', page: { url: page } },
      { event_name: 'purchase', ecommerce: { transaction_id: '1001', value: 58.9, currency: 'EUR' } },
    ]);
    expect(part?.leftOut).toMatchObject([{ why: '$autocapture: an event that Sillage does not need', rows: 1 }]);
  });

  test('PostHog: who logs in is in the same browser, and products come with their events', async () => {
    const event = (at: number, name: string, properties: object) => ({
      uuid: `0190a1b2-0000-7000-8000-0000000000a${at}`,
      event: name,
      timestamp: `2025-03-10T09:00:0${at}.000Z`,
      properties: { $current_url: page, $device_id: 'v1', ...properties },
    });
    const soap = { sku: 'SAVON-1', name: 'Savon', category: 'Corps', price: '10.00', quantity: 2 };
    const [part] = await partsOf(
      home,
      'p.json',
      JSON.stringify(
        {
          results: [
            { ...event(1, 'Product List Viewed', { products: [soap] }), distinct_id: 'v1' },
            { ...event(2, 'Product Added', { ...soap, currency: 'EUR' }), distinct_id: 'v1' },
            {
              ...event(3, 'add_payment_info', { $user_id: '7', items: [{ item_id: 'SAVON-1', price: 10 }] }),
              distinct_id: '7',
            },
            { ...event(4, 'Order Completed', { $user_id: '7', order_id: '1', coupon: 'LEA10' }), distinct_id: '7' },
          ],
        },
        null,
        2,
      ),
    );
    const items = [{ item_id: 'SAVON-1', item_name: 'Savon', item_category: 'Corps', price: 10, quantity: 2 }];
    expect(lines(part)).toMatchObject([
      { event_name: 'view_item_list', visitor_id: 'v1', customer_id: null, ecommerce: { items } },
      { event_name: 'add_to_cart', visitor_id: 'v1', ecommerce: { currency: 'EUR', items } },
      {
        event_name: 'add_payment_info',
        visitor_id: 'v1',
        customer_id: '7',
        // No quantity is one.
        ecommerce: { items: [{ item_id: 'SAVON-1', price: 10, quantity: 1 }] },
      },
      {
        event_name: 'purchase',
        visitor_id: 'v1',
        customer_id: '7',
        ecommerce: { transaction_id: '1', coupon: 'LEA10' },
      },
    ]);
    expect(part?.leftOut).toEqual([]);
  });

  test('GA4: what a shop did not send is nothing', async () => {
    const event = {
      event_name: 'purchase',
      event_timestamp: '1741597200000000',
      user_pseudo_id: 'v1',
      event_params: [
        { key: 'page_location', value: { string_value: page } },
        { key: 'transaction_id', value: { string_value: '1001' } },
      ],
      ecommerce: { transaction_id: '(not set)', purchase_revenue: 10 },
      items: [{ item_id: 'SAVON-1', item_name: 'Savon', item_category: '(not set)', price: 10, quantity: '1' }],
    };
    const [part] = await partsOf(home, 'g.json', `${JSON.stringify(event)}\n`);
    expect(lines(part)).toMatchObject([{ ecommerce: { transaction_id: '1001', items: [{ item_id: 'SAVON-1' }] } }]);
    expect(JSON.stringify(lines(part))).not.toContain('not set');
  });

  test('of two tools one is refused: both tell of the same visits', async () => {
    const lake = memoryLake();
    const [ga4, other] = [join(home, 'ga4.json'), join(home, 'other.json')];
    await writeFile(ga4, sample('ga4-bigquery.json'));
    await writeFile(
      other,
      JSON.stringify({
        uuid: 'x',
        event: '$pageview',
        distinct_id: 'v',
        timestamp: '2025-03-10T09:00:00Z',
        properties: { $current_url: page },
      }),
    );
    const why = expect.stringMatching(/There are events of ga4-json already.*--feed posthog-json/) as unknown;
    expect(await look(lake, [ga4, other], { scratch: join(home, 'both') })).toMatchObject([
      { kind: 'understood' },
      { kind: 'refused', why },
    ]);
    await landAll(lake, await look(lake, [ga4], { scratch: join(home, 'a') }), join(home, 'a'));
    expect(await look(lake, [other], { scratch: join(home, 'b') })).toMatchObject([{ kind: 'refused', why }]);
    expect(await look(lake, [other], { scratch: join(home, 'c'), feed: 'posthog-json' })).toMatchObject([
      { kind: 'understood' },
    ]);
  });

  test('Matomo', async () => {
    const visit = {
      idVisit: '5',
      visitorId: 'a1b2',
      referrerUrl: 'https://www.google.com/',
      languageCode: 'fr',
      siteCurrency: 'EUR',
      // Its own moments are in UTC; those of its actions are what the clock of the site shows, an hour ahead.
      firstActionTimestamp: 1_741_597_200,
      lastActionTimestamp: 1_741_597_270,
      actionDetails: [
        { type: 'action', url: page, pageTitle: 'Savon', timestamp: 1_741_600_800 },
        {
          type: 'ecommerceOrder',
          orderId: '1001',
          revenue: 58.9,
          timestamp: 1_741_600_860,
          itemDetails: [{ itemSKU: 'SAVON-1', itemName: 'Savon', price: 10, quantity: 2 }],
        },
        { type: 'download', url: 'https://shop.example/a.pdf', timestamp: 1_741_600_870 },
      ],
    };
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit]));
    expect(part?.shape).toBe('matomo-json');
    expect(lines(part)).toMatchObject([
      {
        event_name: 'page_view',
        event_time: '2025-03-10T09:00:00.000Z',
        visitor_id: 'a1b2',
        page: { url: page, referrer: 'https://www.google.com/', title: 'Savon' },
      },
      {
        event_name: 'purchase',
        event_time: '2025-03-10T09:01:00.000Z',
        page: { url: page, referrer: '' },
        ecommerce: { transaction_id: '1001', value: 58.9, items: [{ item_id: 'SAVON-1', quantity: 2 }] },
      },
    ]);
    expect(totals(part)).toEqual(['events 2', 'purchases 1', 'revenue 58.90 EUR']);
  });

  const snowplow: Readonly<Record<string, string>> = {
    collector_tstamp: '2025-03-10 09:00:00.000',
    event: 'page_view',
    event_id: '0190a1b2-0000-4000-8000-0000000000a2',
    domain_userid: 'd1',
    page_url: page,
    useragent: 'Mozilla/5.0',
  };
  const expected = [
    {
      event_id: '0190a1b2-0000-4000-8000-0000000000a2',
      event_name: 'page_view',
      event_time: '2025-03-10T09:00:00.000Z',
      visitor_id: 'd1',
      page: { url: page },
      user_agent: 'Mozilla/5.0',
    },
  ];

  test('Snowplow, JSON', async () => {
    const [part] = await partsOf(home, 's.jsonl', `${JSON.stringify(snowplow)}\n`);
    expect(lines(part)).toMatchObject(expected);
  });

  test('Snowplow, TSV: cells are known by their places', async () => {
    const cells = Array.from({ length: 131 }, () => '');
    for (const [at, value] of [
      [3, '2025-03-10 09:00:00.000'],
      [5, 'page_view'],
      [6, expected[0]?.event_id],
      [15, 'd1'],
      [29, page],
      [77, 'Mozilla/5.0'],
    ] as const)
      cells[at] = value ?? '';
    const [part] = await partsOf(home, 's.tsv', `${cells.join('\t')}\n`);
    expect(part?.shape).toBe('snowplow');
    expect(lines(part)).toMatchObject(expected);
  });

  test('Snowplow, TSV: cells behind the browser are read, too', async () => {
    const cells = Array.from({ length: 131 }, () => '');
    for (const [at, value] of [
      [3, '2025-03-10 09:00:09.000'],
      [5, 'transaction'],
      [6, expected[0]?.event_id],
      [29, page],
      [59, '1001'],
      [61, '58.9'],
      [108, 'EUR'],
      [124, '2025-03-10 09:00:00.000'],
    ] as const)
      cells[at] = value ?? '';
    const [part] = await partsOf(home, 's.tsv', `${cells.join('\t')}\n`);
    expect(lines(part)).toMatchObject([
      {
        event_time: '2025-03-10T09:00:00.000Z',
        ecommerce: { transaction_id: '1001', value: 58.9, currency: 'EUR' },
      },
    ]);
  });

  test('GA4 as Parquet is what it is as JSON', async () => {
    const json = join(home, 'e.json');
    const [path, bytes] = [join(home, 'e.parquet'), sample('ga4-bigquery.json')];
    await writeFile(json, bytes);
    const engine = await openEngine({ threads: 1, memoryMb: 256, spill: home });
    const session = await engine.connect();
    await session.run(
      `COPY (SELECT * REPLACE (CAST(event_timestamp AS BIGINT) AS event_timestamp) FROM read_json('${json}', ` +
        `format = 'newline_delimited')) TO '${path}' (FORMAT parquet)`,
    );
    session.close();
    engine.close();
    const [ofJson] = await partsOf(home, 'a.json', bytes);
    const [ofParquet] = await partsOf(home, 'a.parquet', await readFile(path));
    expect(ofParquet?.shape).toBe('ga4-parquet');
    const plain = (part: Part | undefined) => lines(part).map((one) => ({ ...one, _import: undefined }));
    expect(plain(ofParquet)).toEqual(plain(ofJson));
    expect(ofParquet?.totals).toEqual(ofJson?.totals);
  });
});
