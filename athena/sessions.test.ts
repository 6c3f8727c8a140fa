import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, pick, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
let made = 0;
const paris = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });

/** An event of visitor v; a time of day stands for one on the slice's day. */
function event(at: string, more: Row = {}): Row {
  made += 1;
  const atUtc = at.length > 12 ? at : `${day} ${at}`;
  return {
    // Ids do not follow time.
    event_id: `e${String(999_999 - made)}`,
    event_name: 'page_view',
    visitor_id: 'v',
    is_bot: false,
    page_path: '/',
    device: 'mobile',
    event_at: atUtc,
    local_date: paris.format(new Date(`${atUtc.replace(' ', 'T')}Z`)),
    ...more,
  };
}

const search: Row = {
  source: 'google',
  medium: 'cpc',
  campaign: 'marque',
  campaign_id: '7',
  channel: 'Paid Search',
  click_id_name: 'gclid',
};
const social: Row = { source: 'facebook', medium: 'paid_social', campaign: 'reels', channel: 'Paid Social' };
const letter: Row = { source: 'newsletter', medium: 'email', campaign: 'mars', channel: 'Email' };
const deal: Row = {
  deal_id: 'D1',
  influencer_id: 'instagram:lea',
  campaign: 'printemps',
  contract_date: '2026-03-01',
  end_date: '2026-03-31',
  link_path: '/i/lea',
  link_source: 'lea',
  link_campaign: 'printemps',
};
const byUtm: Row = { source: 'lea', medium: 'influencer', campaign: 'printemps', channel: 'Unassigned' };

interface Case {
  readonly name: string;
  readonly events: readonly Row[];
  readonly deals?: readonly Row[];
  /** The sessions in order of their start: what stands here must hold. */
  readonly sessions: readonly Row[];
}

const cases: readonly Case[] = [
  {
    name: 'a gap of 30 minutes exactly goes on',
    events: [event('10:00:00.000'), event('10:30:00.000')],
    sessions: [{ events: 2, page_views: 2, started_at: `${day} 10:00:00.000`, ended_at: `${day} 10:30:00.000` }],
  },
  {
    name: 'a millisecond more begins another',
    events: [event('10:00:00.000'), event('10:30:00.001')],
    sessions: [{ events: 1 }, { events: 1, started_at: `${day} 10:30:00.001` }],
  },
  {
    name: 'who comes back from a payment page after a long time goes on with the visit',
    events: [
      event('08:00:00.000', letter),
      event('08:05:00.000', { event_name: 'begin_checkout' }),
      event('12:05:00.000', {
        event_name: 'purchase',
        transaction_id: '30',
        referrer_host: 'www.paypal.com',
        is_return: true,
      }),
    ],
    sessions: [{ channel: 'Email', events: 3, checkouts: 1, purchases: 1 }],
  },
  {
    name: 'but not after more than four hours, nor from another page of the shop',
    events: [
      event('08:00:00.000', letter),
      event('12:00:00.001', { referrer_host: 'www.paypal.com', is_return: true }),
      event('13:00:00.000', { referrer_host: 'shop.example', is_return: false }),
    ],
    sessions: [{ channel: 'Email', events: 1 }, { channel: 'Direct' }, { channel: 'Direct' }],
  },
  {
    name: 'from a payment page over midnight',
    events: [event('22:00:00.000', letter), event('2026-03-11 01:00:00.000', { is_return: true })],
    sessions: [{ channel: 'Email', events: 2 }],
  },
  {
    // No gap is a pause: midnight cuts only because there was none all day.
    name: 'a machine that comes every 30 minutes, exactly, is cut at midnight',
    events: [day, '2026-03-11'].flatMap((of) =>
      Array.from({ length: 48 }, (_, i) => {
        const time = `${String(Math.floor(i / 2)).padStart(2, '0')}:${i % 2 === 0 ? '00' : '30'}:00.000`;
        return event(`${of} ${time}`);
      }),
    ),
    sessions: [{ events: 48, started_at: `${day} 00:00:00.000`, ended_at: `${day} 23:30:00.000` }],
  },
  {
    name: 'gaps add up to more than 30 minutes',
    events: [event('10:00:00.000'), event('10:20:00.000'), event('10:45:00.000')],
    sessions: [{ events: 3 }],
  },
  {
    name: 'midnight does not cut: the session is the first day’s, with the second day’s events',
    events: [event('23:50:00.000'), event('2026-03-11 00:10:00.000'), event('2026-03-11 00:35:00.000')],
    sessions: [{ events: 3, ended_at: '2026-03-11 00:35:00.000', local_date: '2026-03-11' }],
  },
  {
    name: 'what began on the day before is the day before’s',
    events: [event('2026-03-09 23:50:00.000'), event('00:10:00.000'), event('12:00:00.000')],
    sessions: [{ started_at: `${day} 12:00:00.000`, events: 1 }],
  },
  {
    name: 'the shop’s day is Paris’s',
    events: [event('22:59:59.999'), event('23:30:00.000', { visitor_id: 'w' })],
    sessions: [{ local_date: '2026-03-10' }, { local_date: '2026-03-11' }],
  },
  {
    name: 'another campaign begins another session',
    events: [
      event('10:00:00.000', search),
      event('10:01:00.000'),
      event('10:02:00.000', social),
      event('10:03:00.000'),
    ],
    sessions: [
      { events: 2, channel: 'Paid Search', campaign: 'marque', campaign_id: '7', click_id_name: 'gclid' },
      {
        events: 2,
        channel: 'Paid Social',
        source: 'facebook',
        campaign: 'reels',
        campaign_id: null,
        click_id_name: null,
      },
    ],
  },
  {
    name: 'the same campaign twice does not',
    events: [
      event('10:00:00.000', search),
      event('10:02:00.000', { ...search, click_id: 'another' }),
      event('10:03:00.000'),
    ],
    sessions: [{ events: 3, channel: 'Paid Search' }],
  },
  {
    name: 'and back to the first one is a third session',
    events: [event('10:00:00.000', search), event('10:02:00.000', letter), event('10:03:00.000', search)],
    sessions: [
      { channel: 'Paid Search', events: 1 },
      { channel: 'Email', events: 1 },
      { channel: 'Paid Search', events: 1 },
    ],
  },
  {
    name: 'the first attributable event may come later in the visit',
    events: [
      event('10:00:00.000', { page_path: '/journal' }),
      event('10:01:00.000', { ...letter, page_path: '/soldes' }),
      event('10:02:00.000'),
    ],
    sessions: [
      {
        events: 3,
        channel: 'Email',
        source: 'newsletter',
        medium: 'email',
        campaign: 'mars',
        landing_path: '/journal',
      },
    ],
  },
  {
    name: 'whose first page told nothing of them, as consent came later, is not Direct; who only paused is',
    events: [
      event('10:00:00.000', { referrer_host: 'shop.example' }),
      event('10:01:00.000', { referrer_host: 'shop.example' }),
      event('15:00:00.000', { referrer_host: 'shop.example' }),
    ],
    sessions: [
      { channel: 'Unassigned', source: '(not set)', medium: '(not set)', events: 2 },
      { channel: 'Direct', source: '(direct)', medium: '(none)' },
    ],
  },
  {
    name: 'a source that is told later in the visit counts, and so does a deal’s own page',
    events: [
      event('10:00:00.000', { referrer_host: 'shop.example' }),
      event('10:01:00.000', letter),
      event('10:00:00.000', { visitor_id: 'w', referrer_host: 'shop.example', page_path: '/fr/i/lea/' }),
    ],
    deals: [deal],
    sessions: [
      { channel: 'Email', source: 'newsletter' },
      { channel: 'Influencer', deal_id: 'D1' },
    ],
  },
  {
    name: 'a visitor id that many kinds of browsers share is nobody’s',
    events: Array.from({ length: 12 }, (_, i) =>
      event('10:00:00.000', { visitor_id: i < 6 ? 'shared' : 'own', browser: `Browser ${i < 6 ? i : i % 5}` }),
    ),
    sessions: [{ visitor_id: 'own', events: 6 }],
  },
  {
    name: 'nor one that comes from many networks',
    events: Array.from({ length: 101 }, (_, i) =>
      event('10:00:00.000', { visitor_id: i < 51 ? 'shared' : 'on the train', ip_hash: `net ${i}` }),
    ),
    sessions: [{ visitor_id: 'on the train', events: 50 }],
  },
  {
    name: 'but one that comes from one network many times is somebody’s',
    events: Array.from({ length: 51 }, () => event('10:00:00.000', { ip_hash: 'net' })),
    sessions: [{ visitor_id: 'v', events: 51 }],
  },
  {
    name: 'without any it is Direct',
    events: [event('10:00:00.000')],
    sessions: [{ channel: 'Direct', source: '(direct)', medium: '(none)', campaign: null, deal_id: null }],
  },
  {
    name: 'robots and refused consent have no session',
    events: [
      event('10:00:00.000', { is_bot: true }),
      event('10:01:00.000', { visitor_id: null }),
      event('10:20:00.000'),
      event('10:40:00.000', { is_bot: true }),
      event('11:00:00.000'),
    ],
    sessions: [
      { events: 1, started_at: `${day} 10:20:00.000` },
      { events: 1, started_at: `${day} 11:00:00.000` },
    ],
  },
  {
    name: 'an influencer by the path of the deal’s link, whatever the source, in any case',
    events: [event('10:00:00.000', { ...social, page_path: '/I/Lea' })],
    deals: [deal],
    sessions: [{ channel: 'Influencer', source: 'facebook', deal_id: 'D1', influencer_id: 'instagram:lea' }],
  },
  {
    name: 'an influencer by a landing path that came without any source',
    events: [event('10:00:00.000', { page_path: '/i/lea' }), event('10:01:00.000')],
    deals: [deal],
    sessions: [{ channel: 'Influencer', deal_id: 'D1', events: 2 }],
  },
  {
    name: 'an influencer by UTM',
    events: [event('10:00:00.000', { ...byUtm, page_path: '/products/serum' })],
    deals: [deal],
    sessions: [{ channel: 'Influencer', deal_id: 'D1', source: 'lea', medium: 'influencer' }],
  },
  {
    name: 'the source alone is not the deal',
    events: [event('10:00:00.000', { ...byUtm, campaign: 'autre' })],
    deals: [deal],
    sessions: [{ channel: 'Unassigned', deal_id: null }],
  },
  {
    name: 'a link to a page that everybody lands on counts by its UTM alone',
    events: [
      event('10:00:00.000', search),
      event('10:00:00.000', { visitor_id: 'w' }),
      event('10:01:00.000', { ...search, visitor_id: 'x', page_path: '/products/serum' }),
      event('10:02:00.000', { ...byUtm, visitor_id: 'y' }),
    ],
    deals: [
      { ...deal, link_path: null },
      { ...deal, deal_id: 'D2', link_path: null, link_source: 'zoe' },
    ],
    sessions: [
      { channel: 'Paid Search', deal_id: null },
      { channel: 'Direct', deal_id: null },
      { channel: 'Paid Search', deal_id: null },
      { channel: 'Influencer', deal_id: 'D1' },
    ],
  },
  ...(
    [
      ['2026-03-10', '2026-03-10', 'D1'],
      ['2026-03-11', null, null],
      ['2026-03-01', '2026-03-09', null],
      ['2026-03-01', null, 'D1'],
    ] as const
  ).map(([from, to, found]): Case => ({
    name: `a deal from ${from} to ${String(to)} ${found === null ? 'does not count' : 'counts'}`,
    events: [event('10:00:00.000', { ...byUtm, page_path: '/i/lea' })],
    deals: [{ ...deal, contract_date: from, end_date: to }],
    sessions: [{ deal_id: found }],
  })),
  {
    name: 'of two deals the later contract, then the lower number',
    events: [event('10:00:00.000', byUtm)],
    deals: [
      deal,
      { ...deal, deal_id: 'D3', contract_date: '2026-03-05' },
      { ...deal, deal_id: 'D2', contract_date: '2026-03-05' },
    ],
    sessions: [{ deal_id: 'D2', events: 1 }],
  },
  {
    name: 'events at one time stand in the order of their ids',
    events: [
      { ...event('10:00:00.000', { ...social, device: 'desktop', page_path: '/b' }), event_id: 'b' },
      { ...event('10:00:00.000', { page_path: '/a' }), event_id: 'a' },
      { ...event('10:00:00.000', { ...letter, page_path: '/c' }), event_id: 'c' },
    ],
    sessions: [
      { landing_path: '/a', device: 'mobile', channel: 'Paid Social', events: 2 },
      { landing_path: '/c', channel: 'Email', events: 1, started_at: `${day} 10:00:00.000` },
    ],
  },
  {
    name: 'device, browser and system are the first event’s',
    events: [
      event('10:00:00.000', { device: 'desktop', browser: 'Firefox' }),
      event('10:01:00.000', { browser: 'Chrome', os: 'iOS' }),
    ],
    sessions: [{ device: 'desktop', browser: 'Firefox', os: null }],
  },
  {
    name: 'the customer is the last that was named',
    events: [
      event('10:00:00.000', { customer_id: 'A' }),
      event('10:01:00.000', { customer_id: 'B' }),
      event('10:02:00.000'),
    ],
    sessions: [{ customer_id: 'B' }],
  },
  {
    name: 'steps are counted by event, purchases by order',
    events: [
      'view_item',
      'view_item',
      'add_to_cart',
      'begin_checkout',
      'add_shipping_info',
      'add_payment_info',
      'purchase',
      'purchase',
      'purchase',
      'search',
    ].map((name, i) =>
      event(`10:00:0${i}.000`, {
        event_name: name,
        ...(name === 'purchase' && { transaction_id: i === 8 ? '1002' : '1001' }),
      }),
    ),
    sessions: [
      {
        events: 10,
        page_views: 0,
        item_views: 2,
        cart_adds: 1,
        checkouts: 1,
        shipping_infos: 1,
        payment_infos: 1,
        purchases: 2,
        is_engaged: true,
      },
    ],
  },
  ...(
    [
      ['10:00:09.999', 'search', false],
      ['10:00:10.000', 'search', true],
      ['10:00:01.000', 'page_view', true],
      ['10:00:01.000', 'purchase', true],
    ] as const
  ).map(([at, name, engaged]): Case => ({
    name: `a page view and a ${name} at ${at} ${engaged ? 'is' : 'is not'} engaged`,
    events: [event('10:00:00.000'), event(at, { event_name: name, transaction_id: name === 'purchase' ? '1' : null })],
    sessions: [{ is_engaged: engaged }],
  })),
];

describe('a session', () => {
  test.each(cases)('$name', async ({ events, deals = [], sessions }) => {
    const landings = await workshop.model('deal_landings', day, { web_events: events, influencer_deals: deals });
    const found = await workshop.model('sessions', day, { web_events: events, deal_landings: landings });
    expect(
      found
        .toSorted((a, b) => text(a, 'session_id').localeCompare(text(b, 'session_id'), 'en'))
        .toSorted((a, b) => text(a, 'started_at').localeCompare(text(b, 'started_at'), 'en')),
    ).toMatchObject(sessions);
    expect(new Set(found.map((row) => row['session_id'])).size).toBe(sessions.length);
    for (const row of found) expect(row['dt']).toBe(day);
  });
});

test.each(['source', 'medium', 'campaign', 'content'])(
  'a landing that is a deal’s by its path is none for who came without what it has: %s',
  async (name) => {
    const landing = { page_path: '/i/lea', deal_id: 'D1', influencer_id: 'instagram:lea', local_date: day };
    const found = await workshop.model('sessions', day, {
      web_events: [event('10:00:00.000', { page_path: '/i/lea' })],
      deal_landings: [{ ...landing, [name]: 'x', dt: day }],
    });
    expect(pick(found, 'deal_id', 'channel')).toEqual([[null, 'Direct']]);
    const brought = await workshop.model('sessions', day, {
      web_events: [event('10:00:00.000', { page_path: '/i/lea' })],
      deal_landings: [{ ...landing, dt: day }],
    });
    expect(pick(brought, 'deal_id', 'channel')).toEqual([['D1', 'Influencer']]);
  },
);

test.each(['medium', 'campaign', 'content'])(
  'a landing from a source is a deal’s for who came with all that it has, be it that there is none: %s',
  async (name) => {
    const link: Row = { source: 'lea', medium: 'influencer', campaign: 'printemps', content: 'story', page_path: '/x' };
    const landing = { ...link, deal_id: 'D1', influencer_id: 'instagram:lea', local_date: day, dt: day };
    const dealOf = async (over: Row, landed: Row) =>
      pick(
        await workshop.model('sessions', day, {
          web_events: [event('10:00:00.000', { ...link, channel: 'Unassigned', ...over })],
          deal_landings: [{ ...landing, ...landed }],
        }),
        'deal_id',
      );
    expect(await dealOf({}, {})).toEqual([['D1']]);
    expect(await dealOf({ [name]: null }, { [name]: null })).toEqual([['D1']]);
    expect(await dealOf({ [name]: null }, {})).toEqual([[null]]);
    expect(await dealOf({}, { [name]: null })).toEqual([[null]]);
  },
);

test.each([
  ['b', 'a'],
  ['a', 'b'],
])('events of one moment stand in the order of their ids, whichever is read first: %s, %s', async (...ids) => {
  const of = { a: { ...search, page_path: '/a' }, b: { ...social, page_path: '/b' } };
  const events = ids.map((id) => event('10:00:00.000', { event_id: id, ...(id === 'a' ? of.a : of.b) }));
  const found = await workshop.model('sessions', day, { web_events: events });
  expect(pick(found, 'session_id', 'landing_path', 'source')).toEqual([
    [`v-${String(Date.parse('2026-03-10T10:00:00Z'))}-0`, '/a', 'google'],
    [`v-${String(Date.parse('2026-03-10T10:00:00Z'))}-1`, '/b', 'facebook'],
  ]);
});

/** All that an event may tell of its visitor and where they came from; then the session of this event alone. */
const told: Row = {
  customer_id: 'C',
  source: 'google',
  medium: 'cpc',
  campaign: 'marque',
  campaign_id: '7',
  content: 'variant b',
  term: 'crème',
  click_id_name: 'gclid',
  channel: 'Paid Search',
  page_path: '/serum',
  device: 'desktop',
  browser: 'Firefox',
  os: 'Linux',
};
const counts = {
  events: 1,
  page_views: 1,
  item_views: 0,
  cart_adds: 0,
  checkouts: 0,
  shipping_infos: 0,
  payment_infos: 0,
  purchases: 0,
};

test('a session has all that its events tell, and null for what none does', async () => {
  const rows = await workshop.model('sessions', day, {
    web_events: [event('10:00:00.000', told), event('11:00:00.000', { visitor_id: 'w', channel: null })],
  });
  const at = (time: string) => String(Date.parse(`2026-03-10T${time}Z`));
  const { page_path: _, ...others } = told;
  const times = (time: string) => ({
    started_at: `${day} ${time}`,
    ended_at: `${day} ${time}`,
    local_date: day,
    dt: day,
  });
  const none = { platform: null, deal_id: null, influencer_id: null, is_engaged: false };
  expect(rows.toSorted((a, b) => (text(a, 'visitor_id') < text(b, 'visitor_id') ? -1 : 1))).toEqual([
    {
      session_id: `v-${at('10:00:00')}-0`,
      visitor_id: 'v',
      ...others,
      landing_path: '/serum',
      ...times('10:00:00.000'),
      ...counts,
      ...none,
    },
    {
      ...Object.fromEntries(Object.keys(others).map((name) => [name, null])),
      session_id: `w-${at('11:00:00')}-0`,
      visitor_id: 'w',
      landing_path: '/',
      source: '(direct)',
      medium: '(none)',
      channel: 'Direct',
      device: 'mobile',
      ...times('11:00:00.000'),
      ...counts,
      ...none,
    },
  ]);
});
