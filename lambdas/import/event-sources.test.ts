/** Where visits of other tools of web analysis came from, and what of their events is kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { readUserAgent } from '../shared/user-agents.ts';
import { lines, lookAt, partsOf, totals } from './samples/look-at.ts';
import type { Part } from './understand.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'event-sources-'));
});
afterEach(() => rm(home, { recursive: true }));

const shop = 'https://shop.example';
const eventSchema = z.object({
  event_id: z.string(),
  user_agent: z.string().nullish(),
  page: z.object({ url: z.string(), referrer: z.string() }),
});
const events = (part: Part | undefined) => lines(part).map((one) => eventSchema.parse(one));
const pages = (part: Part | undefined) => events(part).map(({ page }) => decodeURIComponent(page.url));
const arrivals = (part: Part | undefined) =>
  events(part).map(({ page }) => `${decodeURIComponent(page.url)} < ${page.referrer}`);

describe('Matomo', () => {
  const visit = (over: object) => ({
    idVisit: '5',
    visitorId: 'a1b2',
    actionDetails: [
      { type: 'action', url: `${shop}/savon`, timestamp: 1_741_597_200, idpageview: 'a' },
      { type: 'action', url: `${shop}/panier`, timestamp: 1_741_597_260, idpageview: 'b' },
    ],
    ...over,
  });
  const google = 'https://www.google.com/';
  const byName = `${shop}/savon?utm_campaign=Brand+FR`;

  test.each<[what: string, visit: object, first: string]>([
    [
      'a campaign of which the name alone is told is never a search',
      { referrerType: 'campaign', referrerName: 'Brand FR', referrerKeyword: 'savon', referrerUrl: google },
      `${byName}&utm_term=savon < `,
    ],
    [
      'nor is one of which not even the name is told',
      { referrerType: 'campaign', referrerName: null, referrerUrl: google },
      `${shop}/savon?utm_campaign=(unnamed) < `,
    ],
    ['nor is it direct', { referrerType: 'campaign', referrerName: 'Brand FR', referrerUrl: null }, `${byName} < `],
    [
      'what the plugin for campaigns tells is that of the link',
      {
        referrerType: 'campaign',
        referrerName: 'other',
        campaignSource: 'newsletter',
        campaignMedium: 'email',
        campaignName: 'News',
        campaignContent: 'top',
        campaignKeyword: 'savon',
        campaignId: 77,
      },
      `${shop}/savon?utm_source=newsletter&utm_medium=email&utm_campaign=News&utm_term=savon&utm_content=top&utm_id=77 < `,
    ],
    [
      'a link with a source alone, which Matomo gives as the campaign’s name, too',
      { referrerType: 'campaign', referrerName: 'chatgpt.com', campaignSource: 'chatgpt.com' },
      `${shop}/savon?utm_source=chatgpt.com < `,
    ],
    [
      'a click id that is kept beside the visit',
      {
        referrerType: 'search',
        referrerUrl: google,
        adClickId: 'x1',
        adProviderId: 'google',
        adProviderName: 'Google Ads',
      },
      `${shop}/savon?gclid=x1 < ${google}`,
    ],
    [
      'a referrer',
      { referrerType: 'search', referrerName: 'Google', referrerUrl: google },
      `${shop}/savon < ${google}`,
    ],
    [
      'a search whose address is not kept',
      { referrerType: 'search', referrerName: 'Google', referrerUrl: '' },
      `${shop}/savon?utm_source=Google&utm_medium=organic < `,
    ],
    [
      'a network whose address is not kept',
      { referrerType: 'social', referrerName: 'Facebook' },
      `${shop}/savon?utm_source=Facebook&utm_medium=social < `,
    ],
    [
      'a site whose address is not kept is judged as a referrer, too',
      { referrerType: 'website', referrerName: 'www.paypal.com', referrerUrl: '' },
      `${shop}/savon < https://www.paypal.com/`,
    ],
    [
      'what the shop told Matomo not to count',
      { referrerType: 'direct', referrerUrl: 'https://erp.example/' },
      `${shop}/savon < `,
    ],
  ])('%s', async (_, over, first) => {
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit(over)]));
    expect(arrivals(part).map((each) => each.replaceAll('%28', '('))).toEqual([first, `${shop}/panier < `]);
  });

  test('an address that names its campaign itself stays as it is', async () => {
    const url = `${shop}/savon?utm_source=google&utm_medium=cpc#top`;
    const actionDetails = [{ type: 'action', url, timestamp: 1_741_597_200 }];
    const over = { referrerType: 'campaign', referrerName: 'Brand FR', actionDetails };
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit(over)]));
    expect(pages(part)).toEqual([url]);
    expect(part?.notes.join(' ')).not.toContain('the name alone');
  });

  test('campaigns of an unknown medium are told', async () => {
    const over = { referrerType: 'campaign', referrerName: 'Brand FR' };
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit(over), visit({ ...over, idVisit: '6' })]));
    expect(part?.notes).toContainEqual(expect.stringMatching(/^2 visits of campaigns .* Unassigned/));
  });

  test('an order on a page of which only another action tells', async () => {
    const actionDetails = [
      { type: 'event', url: `${shop}/merci`, timestamp: 1_741_597_200 },
      { type: 'outlink', url: 'https://elsewhere.example/', timestamp: 1_741_597_201 },
      { type: 'ecommerceOrder', orderId: '7', revenue: 10, timestamp: 1_741_597_202 },
    ];
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit({ actionDetails })]));
    expect(pages(part)).toEqual([`${shop}/merci`]);
  });

  test.each([
    ['Desktop', undefined, 'Chrome', 'Windows', { device: 'desktop', browser: 'Chrome', os: 'Windows' }],
    ['Smartphone', undefined, 'Mobile Safari', 'iOS', { device: 'mobile', browser: 'Safari', os: 'iOS' }],
    ['Tablet', undefined, 'Chrome Mobile', 'Android', { device: 'tablet', browser: 'Chrome', os: 'Android' }],
    [
      'Ordinateur de bureau',
      'plugins/Morpheus/icons/dist/devices/desktop.png',
      'Something',
      'Mac',
      { device: 'desktop', browser: null, os: 'macOS' },
    ],
  ])('the kind of device: %s', async (deviceType, deviceTypeIcon, browserName, operatingSystemName, told) => {
    const over = { deviceType, deviceTypeIcon, browserName, operatingSystemName };
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit(over)]));
    expect(readUserAgent(events(part)[0]?.user_agent ?? null)).toEqual({ ...told, is_bot: false });
  });

  test.each<[what: string, visit: object, times: readonly string[]]>([
    ['a site in UTC', { firstActionTimestamp: 1_741_597_200 }, ['09:00', '09:01']],
    ['a site in Paris', { firstActionTimestamp: 1_741_593_600 }, ['08:00', '08:01']],
    ['a site in New York', { firstActionTimestamp: '1741611600' }, ['13:00', '13:01']],
    ['a site in Nepal', { firstActionTimestamp: 1_741_576_500 }, ['03:15', '03:16']],
    [
      'a visit whose first action is not listed',
      { firstActionTimestamp: 1_741_593_600 - 400, lastActionTimestamp: 1_741_593_660 },
      ['08:00', '08:01'],
    ],
    ['a visit without its own moments, in the shop’s time zone', {}, ['08:00', '08:01']],
  ])('the clock of %s', async (_, over, times) => {
    const [part] = await partsOf(home, 'm.json', JSON.stringify([visit(over)]));
    expect(lines(part)).toMatchObject(times.map((time) => ({ event_time: `2025-03-10T${time}:00.000Z` })));
    expect(part?.notes.some((note) => note.includes('firstActionTimestamp'))).toBe(!('firstActionTimestamp' in over));
  });

  test.each([
    ['one site', ['1', 1], false],
    ['several', ['1', '7'], true],
  ])('visits of %s', async (_, sites, isTold) => {
    const all = sites.map((idSite, at) => visit({ idSite, idVisit: at }));
    const [part] = await partsOf(home, 'm.json', JSON.stringify(all));
    expect(part?.notes.some((note) => note.startsWith('It tells of 2 sites (1, 7)'))).toBe(isTold);
  });

  test('as many visits as one answer holds', async () => {
    const all = Array.from({ length: 100 }, (_, at) => visit({ idVisit: at }));
    const [part] = await partsOf(home, 'm.json', JSON.stringify(all));
    expect(part?.notes).toContainEqual(expect.stringContaining('filter_limit=-1'));
  });
});

describe('GA4', () => {
  const event = (params: Readonly<Record<string, string>>, over: object = {}) => ({
    event_name: 'page_view',
    event_timestamp: '1741597200000000',
    user_pseudo_id: 'v1',
    event_bundle_sequence_id: '1',
    traffic_source: { name: 'First', source: 'bing', medium: 'cpc' },
    event_params: Object.entries({ page_location: `${shop}/`, ...params }).map(([key, text]) => ({
      key,
      value: { string_value: text },
    })),
    ...over,
  });
  const file = (...all: object[]) => all.map((each) => `${JSON.stringify(each)}\n`).join('');
  const beside = (collected: object, over: object = {}) => ({ collected_traffic_source: collected, ...over });
  const ads = { google_ads_campaign: { campaign_id: '123', campaign_name: 'Brand FR' } };

  test.each<[what: string, params: Readonly<Record<string, string>>, over: object, url: string]>([
    ['a click id beside the page', {}, beside({ gclid: 'x', manual_source: null }), `${shop}/?gclid=x`],
    ['of Display & Video', {}, beside({ dclid: 'x' }), `${shop}/?dclid=x`],
    ['of free listings', {}, beside({ srsltid: 'x' }), `${shop}/?srsltid=x`],
    ['among the parameters', { gclid: 'x' }, {}, `${shop}/?gclid=x`],
    ['in the page and beside it', { page_location: `${shop}/?gclid=y` }, beside({ gclid: 'x' }), `${shop}/?gclid=y`],
    [
      'beside a page with a campaign',
      { page_location: `${shop}/a?b=%E9&utm_source=google&utm_medium=organic#c` },
      beside({ gclid: 'x' }),
      `${shop}/a?b=%E9&utm_source=google&utm_medium=organic&gclid=x#c`,
    ],
    [
      'with its campaign',
      {},
      beside({ gclid: 'x' }, { session_traffic_source_last_click: ads }),
      `${shop}/?gclid=x&utm_campaign=Brand+FR&utm_id=123`,
    ],
    [
      'whose link calls it otherwise',
      { page_location: `${shop}/?utm_source=google&utm_medium=cpc&utm_campaign=marque&gclid=x` },
      { session_traffic_source_last_click: ads },
      `${shop}/?utm_source=google&utm_medium=cpc&utm_campaign=marque&gclid=x&gad_campaignid=123`,
    ],
    [
      'whose link calls it otherwise, and has lost the click, as other events of the page may have',
      { page_location: `${shop}/?utm_source=google&utm_medium=cpc&utm_campaign=marque` },
      beside({ gclid: 'x' }, { session_traffic_source_last_click: ads }),
      `${shop}/?utm_source=google&utm_medium=cpc&utm_campaign=marque&gclid=x`,
    ],
    [
      'whose link has a number',
      { page_location: `${shop}/?utm_source=google&utm_medium=cpc&utm_id=7` },
      beside({ gclid: 'x' }, { session_traffic_source_last_click: ads }),
      `${shop}/?utm_source=google&utm_medium=cpc&utm_id=7&gclid=x`,
    ],
    ['a campaign of an earlier session', {}, { session_traffic_source_last_click: ads }, `${shop}/`],
    ['the visitor’s first source', {}, {}, `${shop}/`],
    ['no source, in brackets', {}, beside({ manual_source: '(direct)', manual_medium: '(none)' }), `${shop}/`],
    ['a medium alone', {}, beside({ manual_medium: 'email' }), `${shop}/?utm_medium=email`],
    [
      'a campaign among the parameters',
      { source: 'instagram', medium: 'paid_social', campaign: 'Printemps' },
      {},
      `${shop}/?utm_source=instagram&utm_medium=paid_social&utm_campaign=Printemps`,
    ],
    ['a referrer among the parameters', { source: 'stripe.com', medium: 'referral' }, {}, `${shop}/`],
    ['a parameter of the shop’s own', { source: 'footer' }, {}, `${shop}/`],
  ])('%s', async (_, params, over, url) => {
    const [part] = await partsOf(home, 'g.json', file(event(params, over)));
    expect(events(part).map(({ page }) => page.url)).toEqual([url]);
  });

  const found = (source: string, medium: string, over: object = {}) =>
    beside({ manual_source: source, manual_medium: medium, manual_campaign_name: `(${medium})`, ...over });
  test.each<[what: string, params: Readonly<Record<string, string>>, over: object, arrival: string]>([
    [
      'a payment page is no source',
      { page_referrer: 'https://www.paypal.com/pay' },
      found('paypal.com', 'referral', { manual_content: '/pay' }),
      `${shop}/ < https://www.paypal.com/pay`,
    ],
    [
      'nor are the shop’s own pages',
      { page_referrer: `https://checkout.shop.example/` },
      found('checkout.shop.example', 'referral'),
      `${shop}/ < https://checkout.shop.example/`,
    ],
    [
      'nor is what the shop told GA4 not to count',
      { page_referrer: 'https://my-bank.example/', ignore_referrer: 'true' },
      found('my-bank.example', 'referral'),
      `${shop}/ < `,
    ],
    ['also without its address', {}, found('paypal.com', 'referral'), `${shop}/ < https://paypal.com/`],
    ['older', { source: 'stripe.com', medium: 'referral' }, {}, `${shop}/ < https://stripe.com/`],
    ['a search by its name', {}, found('google', 'organic'), `${shop}/?utm_source=google&utm_medium=organic < `],
    [
      'an ad that GA4 takes for a search has its campaign',
      { page_referrer: 'https://www.google.com/' },
      found('google', 'organic', { gclid: 'x' }),
      `${shop}/?gclid=x < https://www.google.com/`,
    ],
    [
      'and is not free where the click has no address',
      {},
      { ...found('google', 'organic', { gclid: 'x' }), session_traffic_source_last_click: ads },
      `${shop}/?gclid=x&utm_campaign=Brand+FR&utm_id=123 < `,
    ],
    [
      'a partner’s link with a campaign is a link',
      { page_referrer: 'https://blog.example/' },
      beside({ manual_source: 'blog', manual_medium: 'referral', manual_campaign_name: 'Noël' }),
      `${shop}/?utm_source=blog&utm_medium=referral&utm_campaign=Noël < https://blog.example/`,
    ],
  ])('what GA4 found by the referrer: %s', async (_, params, over, arrival) => {
    const [part] = await partsOf(home, 'g.json', file(event(params, over)));
    expect(arrivals(part)).toEqual([arrival]);
  });

  test('sessions that GA4 attributes to a click that is not in them are told', async () => {
    const of = (session: string, over: object) =>
      event({ ga_session_id: session }, { session_traffic_source_last_click: ads, ...over });
    const [part] = await partsOf(home, 'g.json', file(of('1', beside({ gclid: 'x' })), of('1', {}), of('2', {})));
    expect(part?.notes).toContainEqual(expect.stringMatching(/^1 session that GA4 attributes to Google Ads/));
  });

  test('the shop’s own people are left out, and told', async () => {
    const [part] = await partsOf(home, 'g.json', file(event({}), event({ traffic_type: 'internal' })));
    expect(events(part)).toHaveLength(1);
    expect(part?.leftOut).toMatchObject([{ why: expect.stringContaining('own people') as unknown, rows: 1 }]);
  });

  test.each([
    ['of older events', {}, { transaction_id: '1001' }, '1001', false],
    ['of which the shop sent nothing', { transaction_id: '' }, { transaction_id: '1001' }, '1001', false],
    ['of which nobody sent anything', { transaction_id: '(not set)' }, { transaction_id: '' }, undefined, true],
  ])('the number of an order %s', async (_, ecommerce, params: Readonly<Record<string, string>>, number, isTold) => {
    const bought = event(params, { event_name: 'purchase', ecommerce: { ...ecommerce, purchase_revenue: 10 } });
    const [part] = await partsOf(home, 'g.json', file(bought));
    expect(lines(part)).toMatchObject([
      { ecommerce: number === undefined ? { value: 10 } : { transaction_id: number } },
    ]);
    expect(part?.notes.some((note) => note.includes('No purchase has a transaction_id'))).toBe(isTold);
  });

  const added = (item: object, over: object = {}) => event({}, { event_name: 'add_to_cart', items: [item], ...over });
  const ids = async (...all: object[]) =>
    events((await partsOf(home, 'g.json', file(...all)))[0]).map((each) => each.event_id);

  test.each<[what: string, first: object, second: object, isOne: boolean]>([
    ['of two products', added({ item_id: 'S1' }), added({ item_id: 'S2' }), false],
    [
      'of two variants',
      added({ item_id: 'S1', item_variant: 'a' }),
      added({ item_id: 'S1', item_variant: 'b' }),
      false,
    ],
    ['of two lists', event({ item_list_id: 'a' }), event({ item_list_id: 'b' }), false],
    [
      'of one, exported again with what GA4 adds later',
      added({ item_id: 'S1', price: 20, quantity: '1' }),
      added({ quantity: 1, price: '20', item_id: 'S1', item_revenue_in_usd: 21, item_brand: null }),
      true,
    ],
    [
      'of one, whose parameters stand in another order',
      event({ value: '1', currency: 'EUR' }),
      event({ currency: 'EUR', value: '1', session_engaged: '1', source: 'google', medium: 'organic' }),
      true,
    ],
    [
      'numbered ones of one batch',
      added({ item_id: 'S1' }, { batch_event_index: '1' }),
      added({ item_id: 'S1' }, { batch_event_index: '2' }),
      false,
    ],
  ])('events of one batch: %s', async (_, first, second, isOne) => {
    expect(new Set(await ids(first, second)).size).toBe(isOne ? 1 : 2);
  });

  test('events that name no visitor are told, for no session has them', async () => {
    const [part] = await partsOf(home, 'g.json', file(event({}), event({}, { user_pseudo_id: null })));
    expect(part?.notes.join('\n')).toContain(
      '1 of 2 events name no visitor (user_pseudo_id), as where consent is refused',
    );
    const [all] = await partsOf(home, 'h.json', file(event({})));
    expect(all?.notes.join('\n')).not.toContain('name no visitor');
  });
});

describe('PostHog', () => {
  const landing = `${shop}/?utm_source=instagram&utm_medium=paid_social`;
  const instagram = 'https://l.instagram.com/';
  const event = (minute: number, $current_url: string, $referrer: string, over: object = {}) => ({
    uuid: `0190a1b2-0000-7000-8000-0000000000${minute}`,
    event: '$pageview',
    distinct_id: 'v1',
    timestamp: `2025-03-10T09:${minute}:00Z`,
    properties: { $lib: 'web', $session_id: 's1', $current_url, $referrer, ...over },
  });
  const arrivalsOf = async (...all: object[]) => {
    const [part] = await partsOf(home, 'p.json', JSON.stringify({ next: null, results: all }));
    return arrivals(part);
  };

  test('the referrer that all events of a session repeat is of the first, in whatever order they come', async () => {
    const [first, second, third] = [
      event(10, landing, instagram),
      event(11, `${shop}/creme`, instagram),
      event(12, `${shop}/`, instagram),
    ];
    const told = [`${landing} < ${instagram}`, `${shop}/creme < `, `${shop}/ < `];
    expect(await arrivalsOf(first, second, third)).toEqual(told);
    expect(await arrivalsOf(third, second, first)).toEqual(told.toReversed());
  });

  test('each session has its own, and so has a tab that a search opens', async () => {
    const google = 'https://www.google.com/';
    expect(
      await arrivalsOf(
        event(10, landing, instagram),
        event(11, `${shop}/a`, google),
        event(12, `${shop}/b`, google),
        event(50, `${shop}/c`, instagram, { $session_id: 's2' }),
      ),
    ).toEqual([`${landing} < ${instagram}`, `${shop}/a < ${google}`, `${shop}/b < `, `${shop}/c < ${instagram}`]);
  });

  test('a session in a tab of before came from where it says itself', async () => {
    const entry = { $session_id: 's2', $session_entry_url: `${shop}/c`, $session_entry_referrer: '$direct' };
    expect(await arrivalsOf(event(10, landing, instagram), event(50, `${shop}/c`, instagram, entry))).toEqual([
      `${landing} < ${instagram}`,
      `${shop}/c < `,
    ]);
  });

  test('a file that begins within a session knows where it began', async () => {
    const entry = { $session_entry_url: landing, $session_entry_referrer: instagram };
    const url = `${shop}/creme?utm_source=instagram&utm_medium=paid_social`;
    expect(await arrivalsOf(event(11, `${shop}/creme`, instagram, entry))).toEqual([`${url} < ${instagram}`]);
  });

  test('events without a session are as they say', async () => {
    const over = { $session_id: null };
    const told = `${shop}/ < ${instagram}`;
    expect(await arrivalsOf(event(10, `${shop}/`, instagram, over), event(11, `${shop}/`, instagram, over))).toEqual([
      told,
      told,
    ]);
  });
});

describe('Snowplow: actions of a shop', () => {
  const vendor = 'com_snowplowanalytics_snowplow_ecommerce';
  const product = { id: 'S1', name: 'Savon', category: 'soaps', price: 10, quantity: 2, currency: 'EUR' };
  const transaction = { transaction_id: '1001', revenue: 24.9, currency: 'EUR', discount_code: 'LEA10' };
  const record = (type: string, contexts: object = {}) => ({
    event: 'unstruct',
    event_name: 'snowplow_ecommerce_action',
    event_id: '0190a1b2-0000-4000-8000-0000000000a2',
    collector_tstamp: '2025-03-10T09:00:00.000Z',
    domain_userid: 'd1',
    page_url: `${shop}/merci`,
    [`unstruct_event_${vendor}_snowplow_ecommerce_action_1`]: { type },
    ...contexts,
  });
  const bought = {
    event_name: 'purchase',
    page: { url: `${shop}/merci` },
    ecommerce: {
      transaction_id: '1001',
      value: 24.9,
      currency: 'EUR',
      coupon: 'LEA10',
      items: [{ item_id: 'S1', item_name: 'Savon', item_category: 'soaps', price: 10, quantity: 2 }],
    },
  };

  test.each([
    ['as the Analytics SDK has it', '_1', (all: object[]) => all],
    ['as a warehouse exports it', '_1_0_0', (all: object[]) => JSON.stringify(all)],
  ])('a purchase, %s', async (_, version, cell) => {
    const contexts = {
      [`contexts_${vendor}_transaction${version}`]: cell([transaction]),
      [`contexts_${vendor}_product${version}`]: cell([product]),
    };
    const [part] = await partsOf(home, 's.jsonl', `${JSON.stringify(record('transaction', contexts))}\n`);
    expect(lines(part)).toMatchObject([bought]);
    expect(totals(part)).toEqual(['events 1', 'purchases 1', 'revenue 24.90 EUR']);
  });

  test('a purchase, as a TSV has it', async () => {
    const iglu = (kind: string, data: unknown) => ({
      schema: `iglu:com.snowplowanalytics.snowplow.ecommerce/${kind}/jsonschema/1-0-0`,
      data,
    });
    const wrapped = (kind: string, data: unknown) =>
      JSON.stringify({ schema: `iglu:com.snowplowanalytics.snowplow/${kind}/jsonschema/1-0-1`, data });
    const cells = Array.from({ length: 131 }, () => '');
    for (const [at, value] of [
      [3, '2025-03-10 09:00:00.000'],
      [5, 'unstruct'],
      [6, '0190a1b2-0000-4000-8000-0000000000a2'],
      [29, `${shop}/merci`],
      [52, wrapped('contexts', [iglu('product', product), iglu('transaction', transaction)])],
      [58, wrapped('unstruct_event', iglu('snowplow_ecommerce_action', { type: 'transaction' }))],
    ] as const)
      cells[at] = value;
    const [part] = await partsOf(home, 's.tsv', `${cells.join('\t')}\n`);
    expect(lines(part)).toMatchObject([bought]);
  });

  test('the first step of a checkout is its beginning; what is not read is told by its own name', async () => {
    const step = (number: number) => ({ [`contexts_${vendor}_checkout_step_1`]: [{ step: number }] });
    const all = [
      record('product_view'),
      record('checkout_step', step(1)),
      record('checkout_step', step(2)),
      record('refund'),
      { ...record(''), event_name: 'link_click', [`unstruct_event_${vendor}_snowplow_ecommerce_action_1`]: null },
    ];
    const [part] = await partsOf(home, 's.jsonl', all.map((one) => `${JSON.stringify(one)}\n`).join(''));
    expect(lines(part)).toMatchObject([{ event_name: 'view_item' }, { event_name: 'begin_checkout' }]);
    expect(part?.leftOut.map(({ why }) => why.split(':')[0])).toEqual(['checkout_step', 'refund', 'link_click']);
  });
});

test.each([
  '2025-03-10T09:00:00.000Z',
  '2025-03-10T10:00:00+01:00',
  '2025-03-10 10:00:00+0100',
  '2025-03-10 09:00:00.000000',
  '2025-03-10 09:00:00 UTC',
  '2025-03-10 09:00:00.000000 UTC',
])('a moment as tools and warehouses write it: %s', async (time) => {
  const visit = { event: 'page_view', event_id: 'e1', collector_tstamp: time, domain_userid: 'd1', page_url: shop };
  const seen = { event: '$pageview', distinct_id: 'v1', timestamp: time, properties: { $current_url: shop } };
  for (const one of [visit, seen]) {
    const [part] = await partsOf(home, 'e.jsonl', `${JSON.stringify(one)}\n`);
    expect(lines(part)).toMatchObject([{ event_time: '2025-03-10T09:00:00.000Z' }]);
  }
});

describe('what is announced is what is kept', () => {
  const why = 'purchase: no address of a page, without which Sillage keeps no event (did a server or an app send it?)';
  const bought = { order_id: '1', revenue: '10', currency: 'EUR' };
  const posthog = (uuid: string, properties: object) => ({
    uuid: `0190a1b2-0000-7000-8000-0000000000${uuid}`,
    event: 'Order Completed',
    distinct_id: 'v1',
    timestamp: '2025-03-10T09:00:00Z',
    properties: { $lib: 'web', ...bought, ...properties },
  });
  const ga4 = (location: string | undefined) => ({
    event_name: 'purchase',
    event_timestamp: '1741597200000000',
    user_pseudo_id: 'v1',
    event_params: [
      { key: 'currency', value: { string_value: 'EUR' } },
      ...(location === undefined ? [] : [{ key: 'page_location', value: { string_value: location } }]),
    ],
    ecommerce: { transaction_id: '1', purchase_revenue: 10 },
  });
  const told = ['events 1', 'purchases 1'];

  test.each<[what: string, file: object]>([
    ['PostHog', { results: [posthog('a1', { $current_url: `${shop}/merci` }), posthog('a2', {})] }],
    [
      'PostHog, a path',
      { results: [posthog('a1', { $current_url: `${shop}/merci` }), posthog('a2', { $current_url: '/merci' })] },
    ],
  ])('%s: an order without a page', async (_, file) => {
    const [part] = await partsOf(home, 'p.json', JSON.stringify(file));
    expect(totals(part)).toEqual([...told, 'revenue 10.00 EUR']);
    expect(part?.leftOut).toEqual([{ why, rows: 1, first: 1 }]);
  });

  test('a file of nothing else says why none is kept', async () => {
    const file = JSON.stringify({ results: [posthog('a1', {})] });
    expect(await lookAt(home, 'p.json', file)).toMatchObject([
      { kind: 'refused', why: `None of its records is kept. The first: ${why}.` },
    ]);
  });

  test('GA4: an order without a page', async () => {
    const [part] = await partsOf(
      home,
      'g.json',
      [ga4(`${shop}/merci`), ga4(undefined)].map((one) => JSON.stringify(one)).join('\n'),
    );
    expect(totals(part)).toEqual([...told, 'purchase_revenue 10.00 EUR']);
    expect(part?.leftOut).toEqual([{ why, rows: 1, first: 2 }]);
  });

  test('a value below zero', async () => {
    const results = [
      posthog('a1', { $current_url: `${shop}/merci` }),
      posthog('a2', { $current_url: `${shop}/merci`, revenue: -10 }),
    ];
    const [part] = await partsOf(home, 'p.json', JSON.stringify({ results }));
    expect(totals(part)).toEqual([...told, 'revenue 10.00 EUR']);
    expect(part?.leftOut).toMatchObject([{ why: 'purchase: its value is below zero' }]);
  });

  test('a currency that is none', async () => {
    const $current_url = `${shop}/merci`;
    const results = [posthog('a1', { $current_url }), posthog('a2', { $current_url, currency: 'euros' })];
    const [part] = await partsOf(home, 'p.json', JSON.stringify({ results }));
    expect(totals(part)).toEqual([...told, 'revenue 10.00 EUR']);
    expect(part?.leftOut).toMatchObject([{ why: 'purchase: its currency is none of three letters (euros)' }]);
  });

  const items = [
    { item_id: 'S1', price: 10 },
    { item_id: 'S2', quantity: 2 },
    { item_id: 'S3', price: 10, quantity: 1.5 },
    { item_id: 'S4', price: 10, quantity: 2 },
  ];
  test.each<[what: string, file: object]>([
    ['GA4', { ...ga4(`${shop}/merci`), items }],
    ['PostHog', posthog('a1', { $current_url: `${shop}/merci`, items })],
  ])('%s: products of which the lake can read nothing', async (_, file) => {
    const [part] = await partsOf(home, 'p.json', `${JSON.stringify(file)}\n`);
    const kept = [
      { item_id: 'S1', price: 10, quantity: 1 },
      { item_id: 'S4', price: 10, quantity: 2 },
    ];
    expect(lines(part)).toMatchObject([{ ecommerce: { items: kept } }]);
    expect(part?.notes).toContainEqual(expect.stringMatching(/^2 products in events without a price/));
  });

  const page = (next: unknown, uuid: string, over: object = {}) =>
    JSON.stringify({ next, results: [posthog(uuid, { $current_url: `${shop}/merci` })], ...over });
  const more = 'https://eu.posthog.com/api/projects/1/events/?before=2025';
  const visit = {
    idVisit: '5',
    visitorId: 'a1',
    actionDetails: [{ type: 'action', url: shop, timestamp: 1_741_597_200 }],
  };

  test.each<[what: string, file: string]>([
    ['the first of several', page(more, 'a1')],
    ['all but the last', page(more, 'a1') + page(more, 'a2')],
    ['the last of several', page(null, 'a1', { previous: more })],
    ['that says it otherwise', page(null, 'a1', { hasMore: true })],
    ['or beside the records', page(undefined, 'a1', { pagination: { next: more } })],
    ['of another tool', JSON.stringify({ visits: [], has_more: true, ...visit })],
  ])('pages: %s', async (_, file) => {
    expect(await lookAt(home, 'p.json', file)).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('Put all of them into one file') as unknown },
    ]);
  });

  test.each([
    ['one after the other', ''],
    ['on lines of their own', '\n'],
  ])('pages: all of them, %s', async (_, between) => {
    const [part] = await partsOf(home, 'p.json', [page(more, 'a1'), page(null, 'a2')].join(between));
    expect(events(part)).toHaveLength(2);
  });
});
