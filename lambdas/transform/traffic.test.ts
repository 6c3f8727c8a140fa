import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { hostOf, openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

const seed = 20250104;
/**
 * Source, medium, campaign; then the channel. The category is the list's. The rules stand in their order, each with
 * what it wins against.
 */
const channels: readonly (readonly [
  source: string,
  medium: string | null,
  campaign: string | null,
  channel: string,
])[] = [
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
    const categories = await macros.categories(channels.map(([source]) => source));
    found = await macros.evaluate(
      'channel_group(x, y, z, w)',
      channels.map(([source, medium, campaign], i) => [
        source,
        medium,
        campaign,
        typeof categories[i] === 'string' ? categories[i] : null,
      ]),
    );
  });

  test.each(channels.map((one, i) => [...one, i] as const))(
    '%s / %s / %s is %s',
    (_source, _medium, _campaign, channel, i) => {
      expect(found[i]).toBe(channel);
    },
  );

  test('the cases reach every channel of the schema, and whatever comes in, one of them comes out', async () => {
    const accepted =
      tableNamed(loadCatalog(), 'web_events').columns.find((column) => column.name === 'channel')?.accepted ?? [];
    expect(new Set(channels.map(([, , , channel]) => channel))).toEqual(new Set(accepted));
    const word = fc.oneof(
      fc.constantFrom(...channels.flatMap(([source, medium, campaign]) => [source, medium, campaign])),
      fc.string({ maxLength: 8 }),
      fc.constant(null),
    );
    const kind = fc.constantFrom('search', 'social', 'shopping', 'video', 'ai', null);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(word, word, word, kind), { minLength: 1, maxLength: 1000 }), async (cases) => {
        const drawn = await macros.evaluate('channel_group(x, y, z, w)', cases);
        expect(drawn.filter((channel) => !accepted.includes(String(channel)))).toEqual([]);
        // The one rule that beats all the others.
        expect(
          drawn.every(
            (channel, i) =>
              !cases[i]?.[2]?.includes('cross-network') || channel === 'Cross-network' || cases[i][0] === '(direct)',
          ),
        ).toBe(true);
      }),
      { numRuns: 5, seed },
    );
  });
});

describe('the parts of a URL', () => {
  test('one name, however it was typed, is one UTM value', async () => {
    const typed = [
      '%C3%89t%C3%A9+%F0%9F%8C%BF+2025',
      'E%CC%81te%CC%81+%F0%9F%8C%BF+2025',
      '%C3%A9t%C3%A9%20%20%F0%9F%8C%BF%C2%A02025+',
      'ÉTÉ++🌿+2025',
      'E\u0301te\u0301+🌿+2025',
    ];
    const found = await macros.visits(
      [...typed, '%25C3%2589t%25C3%25A9%2520%25F0%259F%258C%25BF%25202025'].map((value) => ({
        url: `https://shop.example/?utm_source=google&utm_campaign=${value}&utm_id=1`,
      })),
    );
    expect(new Set(found.map(({ campaign }) => campaign))).toEqual(new Set(['été 🌿 2025']));
  });

  test('a telephone number keeps its plus, by which it is known as one', async () => {
    const read = async (value: string) =>
      (await macros.evaluate("masked(utm_in(x, 'utm_content', are_plain(x)))", [`&utm_content=${value}&utm_id=1`]))[0];
    expect(await read('+33612345678')).toBe('[phone]');
    expect(await read('+33+6+12+34+56+78')).toBe('[phone]');
    expect(await read('tel:+33-6-12-34-56-78')).toBe('tel:[phone]');
    expect(await read('+soldes+2025')).toBe('soldes 2025');
    expect(await read('33612345678')).toBe('33612345678');
  });

  /** What Node's URL says of it. Hosts and paths of plain characters: the browser has sent them encoded. */
  const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  const url = fc
    .record({
      scheme: fc.constantFrom('https', 'http'),
      user: fc.option(word, { nil: undefined, freq: 10 }),
      host: fc
        .array(fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/), { minLength: 1, maxLength: 3 })
        .map((parts) => [...parts, 'example'].join('.')),
      port: fc.option(fc.integer({ min: 1024, max: 65_535 })),
      path: fc.array(word, { maxLength: 3 }),
      query: fc.option(
        fc.array(fc.tuple(fc.constantFrom('utm_source', 'utm_medium', 'utm_campaign', 'q', 'gclid'), text), {
          maxLength: 4,
        }),
      ),
      hash: fc.option(fc.constantFrom('top', '/route?utm_source=inside', 'a?b')),
    })
    .map(({ scheme, user, host, port, path, query, hash }) => {
      const built = new URL(
        `${scheme}://${user === undefined ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}/${path.join('/')}`,
      );
      if (query) built.search = new URLSearchParams(query).toString();
      if (hash !== null) built.hash = hash;
      return built;
    });

  test("are what the platform's own parser finds", async () => {
    const utm = (name: string) => `utm_in('&' || query_of(x), '${name}', are_plain('&' || query_of(x)))`;
    const folded = (value: string | null) =>
      (value ?? '')
        .toLowerCase()
        .replaceAll(/[\u00A0\u202F]/g, ' ')
        .replaceAll('  ', ' ')
        .replaceAll('  ', ' ')
        .normalize('NFC')
        .replaceAll(/^ +| +$/g, '') || null;
    await fc.assert(
      fc.asyncProperty(fc.array(url, { maxLength: 400 }), async (urls) => {
        const found = await macros.evaluate(
          `[${hostOf('x')}, path_of(x), query_of(x), ${utm('utm_source')}, ${utm('utm_campaign')}]`,
          urls.map((one) => one.href),
        );
        expect(found).toEqual(
          urls.map((one) => [
            one.hostname,
            one.pathname,
            one.search.slice(1) || null,
            folded(one.searchParams.get('utm_source')),
            folded(one.searchParams.get('utm_campaign')),
          ]),
        );
      }),
      { numRuns: 6, seed },
    );
  });

  const cases: readonly (readonly [
    url: string | null,
    host: string | null,
    path: string | null,
    query: string | null,
  ])[] = [
    ['https://Shop.Example/A/B?x=1#y', 'shop.example', '/A/B', 'x=1'],
    ['https://shop.example', 'shop.example', '/', null],
    ['https://shop.example./', 'shop.example', '/', null],
    ['http://.', '.', '/', null],
    ['https://shop.example?x=1', 'shop.example', '/', 'x=1'],
    ['https://shop.example#x?y=1', 'shop.example', '/', null],
    ['https://shop.example/?', 'shop.example', '/', null],
    ['https://shop.example/a?x=1?y=2', 'shop.example', '/a', 'x=1?y=2'],
    ['android-app://com.google.android.gm/', 'com.google.android.gm', '/', null],
    ['/collections/all?ref=https://facebook.com/x', null, '/collections/all', 'ref=https://facebook.com/x'],
    ['/products/a', null, '/products/a', null],
    ['', null, '/', null],
    ['https://shop.example.:443/a', 'shop.example', '/a', null],
    ['https://user:pass@Shop.Example:8443/a?b', 'shop.example', '/a', 'b'],
    [null, null, '/', null],
  ];
  test.each(cases)('of %s are %s, %s, %s', async (given, host, path, query) => {
    expect(await macros.evaluate(`[${hostOf('x')}, path_of(x), query_of(x)]`, [given])).toEqual([[host, path, query]]);
  });
});
