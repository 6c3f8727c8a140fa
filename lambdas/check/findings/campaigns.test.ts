import { describe, expect, test } from '@jest/globals';
import type { Row, Tables } from '../../../athena/fixture.ts';
import { order, tellingOfShops } from './fixture.ts';

const { told, toldOf } = tellingOfShops();

describe('one campaign under two accounts', () => {
  const spend = (account_id: string, spend_eur: string, more: Row = {}): Row => ({
    platform: 'microsoft_ads',
    account_id,
    campaign_id: '380',
    campaign_name: 'Brand FR',
    dt: '2025-03-01',
    spend_eur,
    ...more,
  });
  const named = { campaign_id: 'Brand FR' };

  test.each<[string, readonly Row[], string]>([
    [
      'its name and its id',
      [spend('Lune', '100.00'), spend('150', '100.00')],
      '“150” and “Lune”, on 1 day each, so up to 100.00 EUR count twice. .*--account "150"',
    ],
    [
      'no account, and a sum that was restated',
      [spend('unnamed', '120.00'), spend('12345', '120.50')],
      '“12345” and one without a name, .* 120.00 EUR .*--account "12345"',
    ],
    ['two numbers', [spend('150', '1.00'), spend('X76', '1.00')], '“150” and “X76”'],
    [
      'names alone',
      [spend('unnamed', '2.00', named), spend('Lune', '3.00', named)],
      '“Lune” and one without a name, .* 2.00 EUR .*--account "Lune"',
    ],
  ])('is told: %s', async (_, rows, words) => {
    expect(await told('one campaign under two accounts', 'ad_spend', rows)).toEqual([
      expect.stringMatching(new RegExp(`^microsoft_ads: “Brand FR” is reported under two accounts, ${words}`)),
    ]);
  });

  test.each<[string, readonly Row[]]>([
    ['one account', [spend('150', '1.00'), spend('150', '2.00')]],
    ['other days', [spend('150', '1.00'), spend('Lune', '1.00', { dt: '2025-03-02' })]],
    ['other platforms', [spend('150', '1.00'), spend('Lune', '1.00', { platform: 'google_ads' })]],
    ['a name that two accounts have', [spend('150', '1.00', named), spend('151', '1.00', named)]],
  ])('is not told: %s', async (_, rows) => {
    expect(await told('one campaign under two accounts', 'ad_spend', rows)).toEqual([]);
  });
});

describe('orders with a campaign that nobody reports', () => {
  const reported = ['Promo', 'Brand FR'].map((campaign_name, n) => ({
    platform: 'meta_ads',
    campaign_id: `${n}`,
    account_id: '1',
    campaign_name,
    campaign_folded: campaign_name.toLowerCase(),
    channel: 'Paid Social',
    spend_eur: '1.000000',
    dt: '2026-03-10',
  }));
  const touch = (campaign: string, more: Row = {}): Row => ({
    order_id: `O-${campaign}`,
    touch_id: `T-${campaign}`,
    channel: 'Paid Other',
    campaign,
    ...more,
  });
  test.each<[string, string]>([
    ['brand_fr', '1 order names the campaign “brand_fr”, which no platform reports: .*“Brand FR”'],
    // Its source is none of the platform's, or it is long over: it would be wrong to say that nobody reports it.
    [
      'promo',
      '1 order names the campaign “promo”, and does not meet the reported “Promo”: either their links name a source',
    ],
  ])('%s', async (campaign, words) => {
    const found = await toldOf('orders with a campaign that nobody reports', {
      touchpoints: [touch(campaign)],
      ad_spend: reported,
    });
    expect(found).toEqual([expect.stringMatching(words)]);
  });

  // A command would give all of them to one campaign; they are told among the links.
  test.each(['{{campaign.name}}', '{campaignid}', '__campaign_name__'])('is not told of %s', async (campaign) => {
    const tables = { touchpoints: [touch(campaign)], ad_spend: reported };
    expect(await toldOf('orders with a campaign that nobody reports', tables)).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['its own name, before its reports', 'promo', '2026-03-05', 'visits of days until 2026-03-05, and the reports of “Promo” begin on 2026-03-10'], // prettier-ignore
    ['a name that shop.json joins, before its reports', 'pro_mo', '2026-03-09', 'until 2026-03-09, and the reports of “Promo” begin on 2026-03-10'], // prettier-ignore
    ['a name that shop.json joins, in other links', 'pro_mo', '2026-03-10', 'does not meet “Promo”, which shop\\.json says that it means'], // prettier-ignore
  ])('a name that means a campaign is not to be joined once more: %s', async (_, campaign, day, words) => {
    const found = await toldOf('orders with a campaign that nobody reports', {
      touchpoints: [touch(campaign, { touched_at: `${day} 10:00:00.000` })],
      shop_campaign_names: [{ utm_campaign: 'Pro_Mo', platform: 'meta', campaign_id: '0' }],
      ad_spend: reported,
    });
    expect(found).toEqual([expect.stringMatching(words)]);
    expect(found.join('\n')).not.toMatch('shop map');
  });
});

describe('one campaign reported twice', () => {
  /** What a campaign spent on the days of March from the 10th on. */
  const spent = (eur: readonly string[], more: Row): readonly Row[] =>
    eur.map((spend_eur, n) => ({
      platform: 'google_ads',
      campaign_name: 'Brand FR',
      campaign_folded: 'brand fr',
      spend_eur,
      dt: `2026-03-${10 + n}`,
      ...more,
    }));
  const known: Row = { account_id: '123', campaign_id: '9' };
  const nameless: Row = { account_id: 'unnamed', campaign_id: 'Brand FR' };
  const words = (one: readonly string[], other: readonly string[], more: Row = nameless) =>
    told('one campaign reported twice', 'ad_spend', [...spent(one, known), ...spent(other, more)]);

  test.each<[string, readonly string[], readonly string[], string]>([
    ['the same to the cent', ['10.00', '20.00'], ['10.00', '20.00'], 'on 2 days, .* so 30.00 EUR count twice'],
    ['one of its days corrected', ['10.00', '20.00'], ['10.00', '25.00'], 'on 1 day, .* so 10.00 EUR count twice'],
    // 9.80 + 20.00 + 29.50 + 40.00 of 10.00 + 20.10 + 30.00 + 40.40.
    ['all its days corrected', ['10.00', '20.00', '30.00', '40.40'], ['9.80', '20.10', '29.50', '40.00'], 'on 4 days, .* so 99.30 EUR count twice'], // prettier-ignore
  ])('%s', async (_, one, other, expected) => {
    expect(await words(one, other)).toEqual([expect.stringMatching(expected)]);
  });

  test('two of one name, whose days are not alike, are two, also where they spend as much in all', async () => {
    expect(await words(['10.00', '20.00', '30.00'], ['30.00', '21.00', '10.00'])).toEqual([]);
    // Two days may be alike by chance.
    expect(await words(['10.00', '20.00'], ['10.10', '20.10'])).toEqual([]);
    const another = { account_id: '456', campaign_id: '8' };
    expect(await words(['10.00', '20.00', '30.00'], ['10.00', '20.00', '30.00'], another)).toEqual([]);
  });
});

describe('links that nobody filled in', () => {
  const visit = (page_query: string, n: number, more: Row = {}): Row => ({
    event_id: `e${n}`,
    visitor_id: `v${n}`,
    is_bot: false,
    page_query,
    ...more,
  });
  const words = (queries: readonly string[], more: Tables = {}) =>
    toldOf('links that nobody filled in', { web_events: queries.map((query, n) => visit(query, n)), ...more });

  test.each([
    ['utm_campaign={{campaign.name}}&utm_source=fb', '“utm_campaign={{campaign.name}}” (1 visitor)'],
    ['utm_source=%7B%7Bsite_source_name%7D%7D', '“utm_source={{site_source_name}}” (1 visitor)'],
    ['utm_id={campaignid}', '“utm_id={campaignid}” (1 visitor)'],
    ['utm_medium=__PLACEMENT__', '“utm_medium=__placement__” (1 visitor)'],
    ['utm_source=%%SOURCE%%', '“utm_source=%%source%%” (1 visitor)'],
    ['utm_source=*|LIST|*', '“utm_source=*|list|*” (1 visitor)'],
    ['utm_source=fb-{{placement}}', '“utm_source=fb-{{placement}}” (1 visitor)'],
  ])('%s', async (query, tag) => {
    const found = await words([query]);
    expect(found).toEqual([expect.stringMatching(/^Links with a template .*Meta, the ad's “URL parameters”/)]);
    expect(found[0]).toContain(tag);
  });

  test.each([
    'utm_source=undefined',
    'utm_medium=null',
    'utm_source=(not%20set)',
    'utm_id=%5Bobject+Object%5D',
    'utm_source=nil',
    'utm_medium=N%2FA',
    'utm_campaign=None',
    'utm_source=%3Cnull%3E',
  ])('a tag that says nothing: %s', async (query) => {
    expect(await words([query])).toEqual([
      `Links whose tag says nothing: “${decodeURIComponent(query.replace('+', ' ')).toLowerCase()}” (1 visitor). It ` +
        'counts as if it were not there: what else is known of the visit decides. Correct what writes these links ' +
        '(a script, a mailing, a short link).',
    ]);
  });

  test('one tag in two spellings is one, and orders are told beside visitors', async () => {
    const [found, ...others] = await words(['utm_campaign={{X}}', 'utm_campaign=%7B%7Bx%7D%7D', 'utm_campaign={{x}}'], {
      orders: [order(1, 'paid', { landing_campaign: '{{x}}' }), order(2, 'paid', { landing_campaign: 'x' })],
    });
    expect(found).toContain('nobody filled in: “utm_campaign={{x}}” (3 visitors, 1 order).');
    expect(others).toEqual([]);
  });

  test('others are not told, nor robots, which look at ads', async () => {
    expect(
      await words([
        'utm_source=(direct)&utm_medium=(none)',
        'utm_source=null-sucre&utm_campaign=__promo_ete',
        'utm_campaign=null%E3%83%97',
        'utm_source=google&utm_campaign=nullpunkt__x&utm_medium=100%25',
        'q=%7B%7Bx%7D%7D&variant=null',
      ]),
    ).toEqual([]);
    const robot = visit('utm_source={{x}}', 1, { is_bot: true });
    expect(await toldOf('links that nobody filled in', { web_events: [robot] })).toEqual([]);
  });
});
