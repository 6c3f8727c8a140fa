import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grouped, openWorkshop, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
const spend = (more: Row): Row => ({
  platform: 'google_ads',
  account_id: '1',
  campaign_id: '115',
  campaign_folded: 'pmax crèmes',
  channel: 'Cross-network',
  spend_eur: '7.000000',
  dt: day,
  ...more,
});
const reported: readonly Row[] = [
  spend({}),
  spend({ campaign_folded: 'old name', spend_eur: '1.000000' }),
  spend({ campaign_id: '116', campaign_folded: 'marque + produits', channel: 'Paid Search' }),
  spend({ platform: 'meta_ads', campaign_id: '9001', campaign_folded: 'été 🌿 2025', channel: 'Paid Social' }),
  // One name in two accounts, and on two platforms.
  spend({
    account_id: '2',
    campaign_id: '117',
    campaign_folded: 'soldes',
    channel: 'Paid Shopping',
    spend_eur: '2.000000',
  }),
  spend({ campaign_id: '118', campaign_folded: 'soldes', channel: 'Paid Search', spend_eur: '3.000000' }),
  spend({ platform: 'meta_ads', campaign_id: '9002', campaign_folded: 'soldes', channel: 'Paid Social' }),
  // One id on two platforms.
  spend({
    platform: 'tiktok_ads',
    campaign_id: '9001',
    campaign_folded: 'spark',
    channel: 'Paid Social',
    spend_eur: '1.000000',
  }),
  spend({ campaign_id: '119', campaign_folded: null, channel: 'Display' }),
];

const visit = (n: number, more: Row): Row => ({
  event_id: String(n),
  event_name: 'page_view',
  visitor_id: `v${n}`,
  event_at: `${day} 10:00:00.000`,
  local_date: day,
  page_path: '/',
  device: 'mobile',
  is_bot: false,
  ...more,
});
const landing = (
  n: number,
  { source = null, medium = null, campaign = null, campaign_id = null, channel = null }: Row,
): Row => ({
  order_id: String(n),
  order_number: String(n),
  created_at: `${day} 12:00:00.000`,
  local_date: day,
  is_conversion: true,
  promo_codes: [],
  landing_path: '/',
  landing_source: source,
  landing_medium: medium,
  landing_campaign: campaign,
  landing_campaign_id: campaign_id,
  landing_channel: channel,
});

/** What a link says; then platform, campaign id and channel. */
const links: readonly (readonly [
  what: string,
  link: Row,
  expected: readonly [platform: string | null, id: string | null, channel: string],
])[] = [
  [
    'an id, whatever the name',
    { source: 'google', medium: 'cpc', campaign: 'x', campaign_id: '115', channel: 'Paid Search' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'an id without a medium that says paid',
    { source: 'facebook', medium: '(not set)', campaign_id: '9001', channel: 'Organic Social' },
    ['meta_ads', '9001', 'Paid Social'],
  ],
  [
    'an id that two platforms have: the source’s',
    { source: 'tiktok', medium: 'cpc', campaign_id: '9001', channel: 'Paid Social' },
    ['tiktok_ads', '9001', 'Paid Social'],
  ],
  [
    'an id with a source that names no platform',
    { source: 'pub', medium: 'cpc', campaign_id: '116', channel: 'Paid Other' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'an e-mail’s number is no id',
    { source: 'newsletter', medium: 'email', campaign: 'mars', campaign_id: '115', channel: 'Email' },
    [null, '115', 'Email'],
  ],
  [
    'a name within its platform',
    { source: 'google', medium: 'cpc', campaign: 'pmax crèmes', channel: 'Paid Search' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'a former name',
    { source: 'youtube', medium: 'cpc', campaign: 'old name', channel: 'Paid Video' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'a name with a plus, which a link has as a space',
    { source: 'google', medium: 'cpc', campaign: 'marque produits', channel: 'Paid Search' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'a name that stands on another platform alone',
    { source: 'google', medium: 'cpc', campaign: 'été 🌿 2025', channel: 'Paid Search' },
    [null, null, 'Paid Search'],
  ],
  [
    'a name without a platform',
    { source: 'pub', medium: 'cpc', campaign: 'pmax crèmes', channel: 'Paid Other' },
    [null, null, 'Paid Other'],
  ],
  [
    'a name within its platform, on a link that does not say paid',
    { source: 'facebook', medium: 'social', campaign: 'été 🌿 2025', channel: 'Organic Social' },
    ['meta_ads', '9001', 'Paid Social'],
  ],
  [
    'or that says nothing of a medium',
    { source: 'google', medium: '(not set)', campaign: 'pmax crèmes', channel: 'Organic Search' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'a post of the shop, which no report names',
    { source: 'facebook', medium: 'social', campaign: 'post de mars', channel: 'Organic Social' },
    [null, null, 'Organic Social'],
  ],
  [
    'a letter of a campaign’s name is no ad',
    { source: 'newsletter', medium: 'email', campaign: 'soldes', channel: 'Email' },
    [null, null, 'Email'],
  ],
  [
    'of two campaigns of one name the one that cost more',
    { source: 'google', medium: 'cpc', campaign: 'soldes', channel: 'Paid Search' },
    ['google_ads', '118', 'Paid Search'],
  ],
  [
    'each platform has its own of that name',
    { source: 'instagram', medium: 'paid', campaign: 'soldes', channel: 'Paid Social' },
    ['meta_ads', '9002', 'Paid Social'],
  ],
  [
    'the id where people put the name',
    { source: 'google', medium: 'cpc', campaign: '119', channel: 'Paid Search' },
    ['google_ads', '119', 'Display'],
  ],
  [
    'an id that no report has',
    { source: 'google', medium: 'cpc', campaign: 'x', campaign_id: '999', channel: 'Paid Search' },
    [null, '999', 'Paid Search'],
  ],
  [
    'an id that no report has, with a name that one has',
    { source: 'google', medium: 'cpc', campaign: 'pmax crèmes', campaign_id: '999', channel: 'Paid Search' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'a name that the shop’s profile gives to a campaign',
    { source: 'google', medium: 'cpc', campaign: 'crème solaire', channel: 'Paid Search' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'and before a platform’s own',
    { source: 'instagram', medium: 'paid', campaign: 'été 🌿 2025', channel: 'Paid Social' },
    ['meta_ads', '9002', 'Paid Social'],
  ],
  [
    'with any source where it names none',
    { source: 'pub', medium: 'cpc', campaign: 'crème solaire', channel: 'Paid Other' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'whatever the medium',
    { source: 'facebook', medium: 'social', campaign: 'crème solaire', channel: 'Organic Social' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'with an id that no report has',
    { source: 'google', medium: 'cpc', campaign: 'crème solaire', campaign_id: 'abc', channel: 'Paid Search' },
    ['google_ads', '116', 'Paid Search'],
  ],
  [
    'but an id that a report has goes before it',
    { source: 'google', medium: 'cpc', campaign: 'crème solaire', campaign_id: '115', channel: 'Paid Search' },
    ['google_ads', '115', 'Cross-network'],
  ],
  [
    'a letter that is called so stays a letter',
    { source: 'newsletter', medium: 'email', campaign: 'crème solaire', channel: 'Email' },
    [null, null, 'Email'],
  ],
  [
    'the entry of the source before the one of any',
    { source: 'facebook', medium: 'paid', campaign: 'two', channel: 'Paid Social' },
    ['meta_ads', '9002', 'Paid Social'],
  ],
  [
    'and the one of any with another source',
    { source: 'instagram', medium: 'paid', campaign: 'two', channel: 'Paid Social' },
    ['google_ads', '118', 'Paid Search'],
  ],
  ['neither', { source: 'google', medium: 'cpc', channel: 'Paid Search' }, [null, null, 'Paid Search']],
];

describe('a link’s campaign', () => {
  const found = (rows: readonly Row[], key: string) =>
    new Map(rows.map((row) => [text(row, key), [row['platform'], row['campaign_id'], row['channel']]]));
  let sessions: Map<string, unknown[]>;
  let touches: Map<string, unknown[]>;
  beforeAll(async () => {
    const shop_campaign_names = [
      { utm_campaign: 'Crème Solaire', source: null, platform: 'google', campaign_id: '116' },
      { utm_campaign: 'Été 🌿 2025', source: 'instagram', platform: 'meta_ads', campaign_id: '9002' },
      { utm_campaign: 'gone', source: null, platform: 'google_ads', campaign_id: '404' },
      { utm_campaign: 'two', source: null, platform: 'google_ads', campaign_id: '118' },
      { utm_campaign: 'two', source: 'facebook', platform: 'meta_ads', campaign_id: '9002' },
    ];
    const campaign_links = await workshop.model('campaign_links', day, { ad_spend: reported, shop_campaign_names });
    sessions = found(
      await workshop.model('sessions', day, { campaign_links, web_events: links.map(([, link], n) => visit(n, link)) }),
      'visitor_id',
    );
    touches = found(
      await workshop.model('touchpoints', day, {
        campaign_links,
        orders: links.map(([, link], n) => landing(n, link)),
      }),
      'order_id',
    );
  });

  test.each(links.map(([what, , expected], n) => [what, expected, n] as const))('%s', (_what, expected, n) => {
    expect(sessions.get(`v${n}`)).toEqual(expected);
    // What an order says of its landing is judged by the same rule.
    expect(touches.get(String(n))).toEqual(expected);
  });
});

test('as last reported: a campaign that was bought as another kind before', async () => {
  const days = ['2026-03-08', '2026-03-09', '2026-03-11'];
  const channels = ['Paid Search', 'Cross-network', 'Cross-network'];
  const slices = await Promise.all(
    days.map((dt, i) =>
      workshop.model('campaign_links', dt, { ad_spend: [spend({ dt, channel: channels[i] ?? '' })] }),
    ),
  );
  for (const campaign_links of [slices.flat(), slices.flat().toReversed()]) {
    const [session, ...others] = await workshop.model('sessions', day, {
      campaign_links,
      web_events: [visit(1, { source: 'google', medium: 'cpc', campaign_id: '115', channel: 'Paid Search' })],
    });
    expect([session?.['channel'], others]).toEqual(['Cross-network', []]);
  }
});

test('the shop’s own name for a campaign goes before a platform’s of a later day', async () => {
  const shop_campaign_names = [
    { utm_campaign: 'soldes', source: 'google', platform: 'google_ads', campaign_id: '115' },
  ];
  const later = spend({ campaign_id: '118', campaign_folded: 'soldes', channel: 'Paid Search', dt: '2026-03-09' });
  const campaign_links = [
    ...(await workshop.model('campaign_links', '2026-03-08', {
      ad_spend: [spend({ dt: '2026-03-08' })],
      shop_campaign_names,
    })),
    ...(await workshop.model('campaign_links', '2026-03-09', { ad_spend: [later], shop_campaign_names })),
  ];
  const [session] = await workshop.model('sessions', day, {
    campaign_links,
    web_events: [visit(1, { source: 'google', medium: 'cpc', campaign: 'soldes', channel: 'Paid Search' })],
  });
  expect([session?.['campaign_id'], session?.['channel']]).toEqual(['115', 'Cross-network']);
});

test('a deal’s link is the deal’s, whatever campaign it names', async () => {
  const campaign_links = await workshop.model('campaign_links', day, { ad_spend: reported });
  const deal_landings = [
    {
      local_date: day,
      page_path: '/lea',
      source: 'instagram',
      medium: 'paid',
      campaign: 'soldes',
      content: null,
      deal_id: 'D',
      influencer_id: 'I',
    },
  ];
  const [session] = await workshop.model('sessions', day, {
    campaign_links,
    deal_landings,
    web_events: [
      visit(1, { source: 'instagram', medium: 'paid', campaign: 'soldes', channel: 'Paid Social', page_path: '/lea' }),
    ],
  });
  expect([session?.['channel'], session?.['platform']]).toEqual(['Influencer', null]);
});

test('spend and revenue by channel, by campaign and in total agree to the cent, in every model, whatever is reported and linked', async () => {
  const channelOf: Readonly<Record<string, string>> = {
    google_ads: 'Cross-network',
    meta_ads: 'Paid Social',
    tiktok_ads: 'Paid Social',
  };
  const ad = fc.record({
    platform: fc.constantFrom('google_ads', 'meta_ads', 'tiktok_ads'),
    id: fc.integer({ min: 1, max: 6 }),
    name: fc.constantFrom('a', 'b', 'c d'),
    cents: fc.integer({ min: 0, max: 99_999 }),
    on: fc.constantFrom('2026-03-09', day),
  });
  const link = fc.record({
    source: fc.constantFrom('google', 'facebook', 'tiktok', 'pub', 'newsletter'),
    campaign: fc.constantFrom('a', 'b', 'c d', 'x', null),
    id: fc.option(fc.integer({ min: 1, max: 9 })),
    paid: fc.boolean(),
    cents: fc.integer({ min: 1, max: 99_999 }),
  });
  const shopOf: Readonly<Record<string, readonly [string, string]>> = {
    google: ['Paid Search', 'Organic Search'],
    facebook: ['Paid Social', 'Organic Social'],
    tiktok: ['Paid Social', 'Organic Social'],
    pub: ['Paid Other', 'Referral'],
    newsletter: ['Paid Other', 'Email'],
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(ad, { maxLength: 12 }),
      fc.array(link, { minLength: 1, maxLength: 12 }),
      async (ads, visits) => {
        const ad_spend = ads.map(({ platform, id, name, cents, on }) =>
          spend({
            platform,
            campaign_id: String(id),
            campaign_name: name,
            campaign_folded: name,
            channel: channelOf[platform] ?? '',
            impressions: 10,
            clicks: 1,
            spend_eur: (cents / 100).toFixed(6),
            dt: on,
          }),
        );
        const campaign_links = (
          await Promise.all(
            ['2026-03-09', day].map((dt) =>
              workshop.model('campaign_links', dt, { ad_spend: ad_spend.filter((row) => row['dt'] === dt) }),
            ),
          )
        ).flat();
        const orders = visits.map(({ source, campaign, id, paid, cents }, n): Row => ({
          ...landing(n, {
            source,
            medium: paid ? 'cpc' : 'referral',
            campaign,
            campaign_id: id === null ? null : String(id),
            channel: shopOf[source]?.[paid ? 0 : 1] ?? '',
          }),
          processed_at: `${day} 12:00:00.000`,
          customer_id: `C${n}`,
          net_revenue_eur: (cents / 100).toFixed(2),
          paid_amount_eur: '10.00',
          needs_shipping: false,
          is_test: false,
          dt: day,
        }));
        const touchpoints = await workshop.model('touchpoints', day, { campaign_links, orders });
        const attribution = await workshop.model('attribution', day, { touchpoints });
        const tables = { ad_spend, orders, attribution };
        const [campaigns, daily, costs, claims] = [
          await workshop.view('roi_by_campaign', tables),
          await workshop.view('roi_by_channel_daily', tables),
          await workshop.view('marketing_costs', tables),
          await workshop.view('platform_claims', tables),
        ];
        const cents = (rows: readonly Row[], name: string) =>
          Math.round(rows.reduce((sum, row) => sum + Number(row[name]), 0) * 100);
        const byChannel = (rows: readonly Row[], name: string) =>
          [...grouped(rows, (row) => text(row, 'channel'))]
            .map(([channel, of]): [string, number] => [channel, cents(of, name)])
            .filter(([, sum]) => sum !== 0)
            .toSorted(([a], [b]) => (a < b ? -1 : 1));
        const spent = ads.reduce((sum, one) => sum + one.cents, 0);
        for (const model of new Set(attribution.map((row) => row['attribution_model']))) {
          const [mine, days] = [campaigns, daily].map((rows) =>
            rows.filter((row) => row['attribution_model'] === model),
          );
          if (!mine || !days) throw new Error('No rows.');
          expect(byChannel(mine, 'spend_eur')).toEqual(byChannel(costs, 'spend_eur'));
          expect(byChannel(days, 'spend_eur')).toEqual(byChannel(costs, 'spend_eur'));
          expect(byChannel(mine, 'net_revenue_eur')).toEqual(byChannel(days, 'net_revenue_eur'));
          expect([cents(mine, 'spend_eur'), cents(mine, 'net_revenue_eur')]).toEqual([
            spent,
            visits.reduce((sum, one) => sum + one.cents, 0),
          ]);
          expect(mine.reduce((sum, row) => sum + Number(row['net_revenue_share']), 0)).toBeCloseTo(1, 9);
          // One line for each campaign, its spend and its revenue on it.
          expect(
            new Set(
              mine.map((row) => JSON.stringify([row['platform'], row['campaign_id'], row['channel'], row['campaign']])),
            ).size,
          ).toBe(mine.length);
          const reportedRows = mine.filter((row) => row['campaign_match'] === 'reported');
          expect(reportedRows.length).toBe(new Set(ads.map(({ platform, id }) => `${platform} ${id}`)).size);
        }
        const mine = campaigns.filter(
          (row) => row['attribution_model'] === 'last_non_direct' && row['campaign_match'] === 'reported',
        );
        expect(cents(claims, 'attributed_net_revenue_eur')).toBe(cents(mine, 'net_revenue_eur'));
      },
    ),
    { numRuns: 12, seed: 20260310 },
  );
});

/** The sources that each platform's links come from, as the list of traffic sources names them. */
const sourcesOf = {
  google_ads: ['google', 'youtube', 'google shopping', 'mail.google.com', 'dfa'],
  meta_ads: ['facebook', 'instagram', 'messenger', 'whatsapp', 'threads'],
  tiktok_ads: ['tiktok'],
} as const;

test('each source of a platform names that platform’s campaigns, by id and by name, and no others', async () => {
  const platforms = Object.keys(sourcesOf);
  const rows = await workshop.model('campaign_links', day, {
    ad_spend: platforms.map((platform) =>
      spend({ platform, campaign_id: '1', campaign_folded: 'x', channel: platform }),
    ),
  });
  const told = rows
    .filter((row) => row['source'] !== '*')
    .map((row) => `${text(row, 'source')} ${text(row, 'link_key')} ${text(row, 'platform')} ${text(row, 'channel')}`);
  expect(told.toSorted()).toEqual(
    Object.entries(sourcesOf)
      .flatMap(([platform, sources]) =>
        sources.flatMap((source) =>
          ['id:1', 'name:1', 'name:x'].map((key) => `${source} ${key} ${platform} ${platform}`),
        ),
      )
      .toSorted(),
  );
});
