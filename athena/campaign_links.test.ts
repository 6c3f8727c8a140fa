import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { day, landing, spend } from './campaign_links.fixture.ts';
import { openWorkshop, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

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
  // An id with capitals: links are read in lower case.
  spend({ platform: 'klaviyo', campaign_id: '01HQXYZ', campaign_folded: 'vente de mars', channel: 'Email' }),
  // A name that is the id of another one, which cost more.
  spend({ campaign_id: '120', campaign_folded: '121', channel: 'Paid Search', spend_eur: '1.000000' }),
  spend({ campaign_id: '121', campaign_folded: 'z', channel: 'Display', spend_eur: '9.000000' }),
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
    'an id alone',
    { source: '(not set)', medium: '(not set)', campaign_id: '116', channel: 'Unassigned' },
    ['google_ads', '116', 'Paid Search'],
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
  ...(
    [
      ['utm_id', { campaign: 'x', campaign_id: '01hqxyz' }],
      ['its place', { campaign: '01hqxyz' }],
      ['brackets behind the name', { campaign: 'vente de mars (01hqxyz)' }],
    ] as const
  ).map(([where, named]): (typeof links)[number] => [
    `Klaviyo’s id in ${where}`,
    { source: 'klaviyo', medium: 'campaign', channel: 'Unassigned', ...named },
    ['klaviyo', '01HQXYZ', 'Email'],
  ]),
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
  [
    'a name that is the id of another: the one of that name',
    { source: 'google', medium: 'cpc', campaign: '121', channel: 'Paid Search' },
    ['google_ads', '120', 'Paid Search'],
  ],
  ...['Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network'].map(
    (channel) =>
      [
        `an id with a source that names no platform, where the visit is ${channel}`,
        { source: 'pub', medium: 'x', campaign_id: '116', channel },
        ['google_ads', '116', 'Paid Search'],
      ] as const,
  ),
  ...['Email', 'Affiliates', 'SMS', 'Audio', 'Mobile Push Notifications', 'Referral'].map(
    (channel) =>
      [
        `an id with such a source is none where the visit is not paid: ${channel}`,
        { source: 'pub', medium: 'x', campaign_id: '116', channel },
        [null, '116', channel],
      ] as const,
  ),
  ...['Email', 'Affiliates', 'SMS', 'Audio', 'Mobile Push Notifications'].map(
    (channel) =>
      [
        `the profile’s name is none with a source that it does not name, where the visit is ${channel}`,
        { source: 'pub', medium: 'x', campaign: 'crème solaire', channel },
        [null, null, channel],
      ] as const,
  ),
  [
    'but is one where it is a referral',
    { source: 'pub', medium: 'referral', campaign: 'crème  solaire', channel: 'Referral' },
    ['google_ads', '116', 'Paid Search'],
  ],
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

test('a campaign whose rows name several channels has the last of them, in whatever order they come', async () => {
  const rows = ['Display', 'Paid Search', 'Cross-network'].map((channel) => spend({ channel }));
  const found = await workshop.model('campaign_links', day, { ad_spend: rows });
  expect(new Set(found.map((row) => row['channel']))).toEqual(new Set(['Paid Search']));
});

test('a name that the profile gave to another platform’s campaign is that of its last day, in all that is told of it', async () => {
  const moved: readonly Row[] = [
    { dt: '2026-03-08', platform: 'google_ads', campaign_id: '115', channel: 'Cross-network' },
    { dt: '2026-03-09', platform: 'meta_ads', campaign_id: '101', channel: 'Paid Social' },
  ];
  const back = moved.toReversed().map((row, at): Row => ({ ...row, dt: moved[at]?.['dt'] ?? null }));
  for (const rows of [moved, back]) {
    const after: Row = rows.at(-1) ?? {};
    const slices = rows.map((row) =>
      workshop.model('campaign_links', text(row, 'dt'), {
        ad_spend: [spend(row)],
        shop_campaign_names: [{ utm_campaign: 'soldes', source: 'google', platform: row['platform'] ?? null, campaign_id: row['campaign_id'] ?? null }], // prettier-ignore
      }),
    );
    const campaign_links = (await Promise.all(slices)).flat();
    const link = { source: 'google', medium: 'cpc', campaign: 'soldes', channel: 'Paid Search' };
    const [session] = await workshop.model('sessions', day, { campaign_links, web_events: [visit(1, link)] });
    const [touch] = await workshop.model('touchpoints', day, { campaign_links, orders: [landing(1, link)] });
    for (const row of [session, touch])
      expect([row?.['platform'], row?.['campaign_id'], row?.['channel']]).toEqual([
        after['platform'],
        after['campaign_id'],
        after['channel'],
      ]);
  }
});
