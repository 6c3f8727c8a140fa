import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

const seed = 20250104;
const category = '(SELECT category FROM traffic_sources AS s WHERE s.source = x)';

/** Source, medium, campaign; then the channel. The category is the list's. The rules stand in their order, each with what it wins against. */
const channels: readonly (readonly [source: string, medium: string | null, campaign: string | null, channel: string])[] = [
  ['(direct)', '(none)', null, 'Direct'],
  ['(direct)', '(not set)', null, 'Direct'],
  ['(direct)', '(none)', 'cross-network sale', 'Direct'],
  ['google', 'cpc', 'fr-cross-network-2025', 'Cross-network'],
  ['facebook', 'paid_social', 'cross-network', 'Cross-network'],
  ['newsletter', 'email', 'cross-network', 'Cross-network'],
  ['google', 'organic', 'cross-network', 'Cross-network'],
  ['google', 'cpc', 'cross_network', 'Paid Search'],
  ['amazon', 'cpc', null, 'Paid Shopping'],
  ['google', 'cpc', 'shopping-serums', 'Paid Shopping'],
  ['google', 'cpc', 'shop serums', 'Paid Shopping'],
  ['google', 'cpc', 'fr_shop_serums', 'Paid Shopping'],
  ['facebook', 'paid_social', 'eshop', 'Paid Shopping'],
  ['google', 'cpc', 'eshop', 'Paid Shopping'],
  ['google', 'ppc', 'window-shopping', 'Paid Shopping'],
  // `shop` after a letter other than e is the end of another word; shopping counts wherever it stands.
  ['google', 'cpc', 'workshop', 'Paid Search'],
  ['google', 'cpc', 'bishop', 'Paid Search'],
  ['google', 'cpc', 'workshopping', 'Paid Shopping'],
  ['google', 'cpc', null, 'Paid Search'],
  ['bing', 'ppc', null, 'Paid Search'],
  ['google', 'paid', null, 'Paid Search'],
  ['google', 'retargeting', null, 'Paid Search'],
  ['google', 'cpv', 'x', 'Paid Search'],
  ['google', 'cpm', null, 'Paid Search'],
  ['facebook', 'cpc', null, 'Paid Social'],
  ['instagram', 'paid_social', null, 'Paid Social'],
  ['tiktok', 'paidsocial', null, 'Paid Social'],
  ['facebook', 'cpm', null, 'Paid Social'],
  ['youtube', 'cpv', null, 'Paid Video'],
  ['youtube', 'cpc', null, 'Paid Video'],
  ['youtube', 'paid_video', null, 'Paid Video'],
  ['blog.example', 'display', null, 'Display'],
  ['blog.example', 'banner', null, 'Display'],
  ['blog.example', 'expandable', null, 'Display'],
  ['blog.example', 'interstitial', null, 'Display'],
  // cpm looks paid, but of an unknown source it is Display: rule 7 stands before rule 8.
  ['blog.example', 'cpm', null, 'Display'],
  ['google', 'display', null, 'Display'],
  ['blog.example', 'cpc', null, 'Paid Other'],
  ['blog.example', 'cpa', null, 'Paid Other'],
  ['blog.example', 'paid-partner', null, 'Paid Other'],
  ['blog.example', 'retargeting', null, 'Paid Other'],
  ['blog.example', 'unpaid', null, 'Unassigned'],
  ['amazon', 'referral', null, 'Organic Shopping'],
  ['newsletter', 'email', 'shopping-guide', 'Organic Shopping'],
  ['newsletter', 'email', 'workshop', 'Email'],
  ['facebook', 'referral', null, 'Organic Social'],
  ['blog.example', 'social', null, 'Organic Social'],
  ['blog.example', 'social-network', null, 'Organic Social'],
  ['blog.example', 'social-media', null, 'Organic Social'],
  ['blog.example', 'sm', null, 'Organic Social'],
  ['blog.example', 'social network', null, 'Organic Social'],
  ['blog.example', 'social media', null, 'Organic Social'],
  ['youtube', 'referral', null, 'Organic Video'],
  ['blog.example', 'online-video-ad', null, 'Organic Video'],
  ['google', 'organic', null, 'Organic Search'],
  ['google', 'referral', null, 'Organic Search'],
  ['blog.example', 'organic', null, 'Organic Search'],
  ['chatgpt.com', 'referral', null, 'AI Assistant'],
  ['blog.example', 'ai-assistant', null, 'AI Assistant'],
  ['blog.example', 'referral', null, 'Referral'],
  ['blog.example', 'app', null, 'Referral'],
  ['blog.example', 'link', null, 'Referral'],
  ['newsletter', 'email', null, 'Email'],
  ['newsletter', 'e-mail', null, 'Email'],
  ['newsletter', 'e_mail', null, 'Email'],
  ['newsletter', 'e mail', null, 'Email'],
  ['email', 'newsletter', null, 'Email'],
  ['e-mail', null, null, 'Email'],
  ['awin', 'affiliate', null, 'Affiliates'],
  ['awin', 'affiliates', null, 'Affiliates'],
  ['podcast', 'audio', null, 'Audio'],
  ['brevo', 'sms', null, 'SMS'],
  ['sms', 'text', null, 'SMS'],
  ['brevo', 'web-push', null, 'Mobile Push Notifications'],
  ['brevo', 'mobile', null, 'Mobile Push Notifications'],
  ['brevo', 'notification', null, 'Mobile Push Notifications'],
  ['firebase', 'x', null, 'Mobile Push Notifications'],
  ['brevo', 'pushed', null, 'Unassigned'],
  ['blog.example', 'influencer', null, 'Unassigned'],
  ['blog.example', '(not set)', null, 'Unassigned'],
  ['blog.example', null, null, 'Unassigned'],
];

describe('channel_group', () => {
  let found: unknown[];
  beforeAll(async () => {
    found = await macros.evaluate(`channel_group(x, y, z, ${category})`, channels.map(([source, medium, campaign]) => [source, medium, campaign]));
  });

  test.each(channels.map((one, i) => [...one, i] as const))('%s / %s / %s is %s', (_source, _medium, _campaign, channel, i) => {
    expect(found[i]).toBe(channel);
  });

  test('the cases reach every channel of the schema, and whatever comes in, one of them comes out', async () => {
    const accepted = tableNamed(loadCatalog(), 'web_events').columns.find((column) => column.name === 'channel')?.accepted ?? [];
    expect(new Set(channels.map(([, , , channel]) => channel))).toEqual(new Set(accepted));
    const word = fc.oneof(fc.constantFrom(...channels.flatMap(([source, medium, campaign]) => [source, medium, campaign])), fc.string({ maxLength: 8 }), fc.constant(null));
    const kind = fc.constantFrom('search', 'social', 'shopping', 'video', 'ai', null);
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(word, word, word, kind), { minLength: 1, maxLength: 1000 }), async (cases) => {
      const drawn = await macros.evaluate('channel_group(x, y, z, w)', cases);
      expect(drawn.filter((channel) => !accepted.includes(String(channel)))).toEqual([]);
      // The one rule that beats all the others.
      expect(drawn.every((channel, i) => !cases[i]?.[2]?.includes('cross-network') || channel === 'Cross-network' || cases[i][0] === '(direct)')).toBe(true);
    }), { numRuns: 5, seed });
  });
});

/** Query string and referring host of a page; then source, medium and channel, as `web_events.sql` puts them together. */
const pages: readonly (readonly [query: string | null, referrer: string | null, expected: string])[] = [
  ['utm_source=Google&utm_medium=CPC&utm_campaign=Brand', null, 'google / cpc / Paid Search'],
  ['utm_source=%20Gogle%20&utm_medium=cpc', null, 'google / cpc / Paid Search'],
  ['gclid=abc', null, 'google / cpc / Paid Search'],
  ['gclid=abc', 'www.google.fr', 'google / cpc / Paid Search'],
  ['gclid=abc&utm_source=google&utm_medium=organic', 'www.google.com', 'google / cpc / Paid Search'],
  ['gclid=abc&utm_source=google', null, 'google / cpc / Paid Search'],
  ['gclid=abc&utm_source=newsletter&utm_medium=email', null, 'newsletter / email / Email'],
  ['gbraid=abc', null, 'google / cpc / Paid Search'],
  ['wbraid=abc', null, 'google / cpc / Paid Search'],
  ['msclkid=abc', 'www.bing.com', 'bing / cpc / Paid Search'],
  ['fbclid=abc', 'l.facebook.com', 'facebook / paid_social / Paid Social'],
  ['ttclid=abc', null, 'tiktok / paid_social / Paid Social'],
  ['epik=abc', null, 'pinterest / paid_social / Paid Social'],
  ['gclid=', 'www.google.fr', 'google / organic / Organic Search'],
  ['xgclid=abc', 'www.google.fr', 'google / organic / Organic Search'],
  [null, 'www.google.co.uk', 'google / organic / Organic Search'],
  [null, 'www.qwant.com', 'qwant / organic / Organic Search'],
  [null, 'lm.facebook.com', 'facebook / referral / Organic Social'],
  [null, 'm.youtube.com', 'youtube / referral / Organic Video'],
  [null, 'chatgpt.com', 'chatgpt / ai-assistant / AI Assistant'],
  [null, 'www.blog-beaute.example', 'blog-beaute.example / referral / Referral'],
  [null, 'gemini.google.com', 'gemini / ai-assistant / AI Assistant'],
  [null, 'shopping.google.com', 'google shopping / referral / Organic Shopping'],
  [null, 'mail.google.com', 'mail.google.com / referral / Referral'],
  [null, 'notgoogle.com', 'notgoogle.com / referral / Referral'],
  ['utm_source=newsletter&utm_medium=e-mail', 'www.google.fr', 'newsletter / e-mail / Email'],
  ['utm_source=newsletter', null, 'newsletter / (not set) / Unassigned'],
  ['utm_source=caf%E9&utm_medium=cpc', null, 'caf%e9 / cpc / Paid Other'],
  ['utm_source=%zz&utm_medium=cpc', null, '%zz / cpc / Paid Other'],
];
const sourced = (given: string) => `(SELECT concat_ws(' / ', coalesce(s.canonical, n.source), traffic_medium(x, click_id_name(x), y, s.category),
  channel_group(coalesce(s.canonical, n.source), traffic_medium(x, click_id_name(x), y, s.category), utm(x, 'utm_campaign'), s.category))
  FROM (SELECT ${given} AS source) AS n LEFT JOIN traffic_sources AS s ON s.source = n.source)`;

describe('the source of a page', () => {
  let found: unknown[];
  beforeAll(async () => {
    found = await macros.evaluate(sourced('traffic_source(x, click_id_name(x), y)'), pages.map(([query, referrer]) => [query, referrer]));
  });

  test.each(pages.map((one, i) => [...one, i] as const))('?%s from %s is %s', (_query, _referrer, expected, i) => {
    expect(found[i]).toBe(expected);
  });

  test('every platform of a click id has its name, its id, a source and a paid medium', async () => {
    const names = tableNamed(loadCatalog(), 'web_events').columns.find((column) => column.name === 'click_id_name')?.accepted ?? [];
    const queries = names.map((name) => `a=1&${name}=ID-${name}&b=2`);
    expect(await macros.evaluate('click_id_name(x)', queries)).toEqual(names);
    expect(await macros.evaluate('click_id(x)', queries)).toEqual(names.map((name) => `ID-${name}`));
    expect(await macros.evaluate('click_id_source(x) IS NOT NULL AND is_paid(click_id_medium(x))', names)).toEqual(names.map(() => true));
    expect(await macros.evaluate('click_id_name(x)', ['fbclid=&gclid=1', 'xfbclid=1', 'a=gclid', 'gclid', null])).toEqual(['gclid', null, null, null, null]);
  });

  test('the list names each source once, as a folded name, and knows its own canonical names', async () => {
    const [repeated, kinds, unknown, unfolded] = await macros.evaluate(
      `CASE x WHEN 'repeated' THEN (SELECT count(*) - count(DISTINCT source) FROM traffic_sources)
              WHEN 'kinds' THEN (SELECT count(*) FROM traffic_sources WHERE category NOT IN ('search', 'social', 'shopping', 'video', 'ai'))
              WHEN 'unknown' THEN (SELECT count(*) FROM traffic_sources AS t WHERE NOT EXISTS (FROM traffic_sources AS s WHERE s.source = t.canonical AND s.category = t.category))
              ELSE (SELECT count(*) FROM traffic_sources WHERE source <> lower(trim(source)) OR canonical <> lower(trim(canonical))) END`,
      ['repeated', 'kinds', 'unknown', 'unfolded'],
    );
    expect({ repeated, kinds, unknown, unfolded }).toEqual({ repeated: '0', kinds: '0', unknown: '0', unfolded: '0' });
  });
});

describe('the parts of a URL', () => {
  test('one name, however it was typed, is one UTM value', async () => {
    const typed = ['%C3%89t%C3%A9+%F0%9F%8C%BF+2025', 'E%CC%81te%CC%81+%F0%9F%8C%BF+2025', '%C3%A9t%C3%A9%20%20%F0%9F%8C%BF%C2%A02025+', 'ÉTÉ++🌿+2025', 'E\u0301te\u0301+🌿+2025'];
    const found = await macros.evaluate("utm(x, 'utm_campaign')", typed.map((value) => `utm_source=google&utm_campaign=${value}&utm_id=1`));
    expect(new Set(found)).toEqual(new Set(['été 🌿 2025']));
  });

  /** What Node's URL says of it. Hosts and paths of plain characters: the browser has sent them encoded. */
  const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  const url = fc.record({
    scheme: fc.constantFrom('https', 'http'),
    user: fc.option(word, { nil: undefined, freq: 10 }),
    host: fc.array(fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/), { minLength: 1, maxLength: 3 }).map((parts) => [...parts, 'example'].join('.')),
    port: fc.option(fc.integer({ min: 1024, max: 65_535 })),
    path: fc.array(word, { maxLength: 3 }),
    query: fc.option(fc.array(fc.tuple(fc.constantFrom('utm_source', 'utm_medium', 'utm_campaign', 'q', 'gclid'), text), { maxLength: 4 })),
    hash: fc.option(fc.constantFrom('top', '/route?utm_source=inside', 'a?b')),
  }).map(({ scheme, user, host, port, path, query, hash }) => {
    const built = new URL(`${scheme}://${user === undefined ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}/${path.join('/')}`);
    if (query) built.search = new URLSearchParams(query).toString();
    if (hash !== null) built.hash = hash;
    return built;
  });

  test('are what the platform\'s own parser finds', async () => {
    const folded = (value: string | null) => (value ?? '').toLowerCase().replaceAll(/[\u00A0\u202F]/g, ' ').replaceAll('  ', ' ').replaceAll('  ', ' ').normalize('NFC').replaceAll(/^ +| +$/g, '') || null;
    await fc.assert(fc.asyncProperty(fc.array(url, { maxLength: 400 }), async (urls) => {
      const found = await macros.evaluate("[host_of(x), path_of(x), query_of(x), parameter(query_of(x), 'utm_source'), utm(query_of(x), 'utm_campaign')]", urls.map((one) => one.href));
      expect(found).toEqual(urls.map((one) => [
        one.hostname, one.pathname, one.search.slice(1) || null,
        trimmed(one.searchParams.get('utm_source')), folded(one.searchParams.get('utm_campaign')),
      ]));
    }), { numRuns: 6, seed });
  });

  const cases: readonly (readonly [url: string | null, host: string | null, path: string | null, query: string | null])[] = [
    ['https://Shop.Example/A/B?x=1#y', 'shop.example', '/A/B', 'x=1'],
    ['https://shop.example', 'shop.example', '/', null],
    ['https://shop.example?x=1', 'shop.example', '/', 'x=1'],
    ['https://shop.example#x?y=1', 'shop.example', '/', null],
    ['https://shop.example/?', 'shop.example', '/', null],
    ['https://shop.example/a?x=1?y=2', 'shop.example', '/a', 'x=1?y=2'],
    ['android-app://com.google.android.gm/', 'com.google.android.gm', '/', null],
    ['/collections/all?ref=https://facebook.com/x', null, '/collections/all', 'ref=https://facebook.com/x'],
    ['/products/a', null, '/products/a', null],
    ['', null, '/', null],
    [null, null, '/', null],
  ];
  test.each(cases)('of %s are %s, %s, %s', async (given, host, path, query) => {
    expect(await macros.evaluate('[host_of(x), path_of(x), query_of(x)]', [given])).toEqual([[host, path, query]]);
  });

  /** DuckDB's trim takes every Unicode space, but no tab; an empty value is none. */
  function trimmed(value: string | null): string | null {
    return value?.replaceAll(/^\p{Zs}+|\p{Zs}+$/gu, '') || null;
  }
});
