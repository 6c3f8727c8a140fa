/** What each session says of itself, in every column, computed once more by loops over hundreds of visitors by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { byChance, many } from './chance.fixture.ts';
import { grouped, openWorkshop, text, told, type Row, type Workshop } from './fixture.ts';
import { boughtBy, campaignLinks, channels, dealLandings, dealOf } from './links.samples.ts';
import { plain } from './sums.fixture.ts';

const seed = 20_260_713;
let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const { upTo, oneOf, chance, orNull } = byChance(seed);
const day = '2026-03-10';
const begin = Date.parse(`${day}T00:00:00Z`);
const iso = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
const [second, minute] = [1000, 60_000];
const hour = 60 * minute;
/** The shop's day begins an hour before the one of UTC. */
const localDay = (at: number) => iso(at + hour).slice(0, 10);

const sources = ['google', 'meta', '(not set)'] as const;
const media = [null, 'cpc', '(not set)'] as const;
const campaigns = [null, 'soldes', ' soldes + dete'] as const;
const ids = [null, '7', '8'] as const;
const kinds = ['mobile', 'desktop', null] as const;

/** The events of a visitor on the day. */
function eventsOf(visitor_id: string, count: number): Row[] {
  let at = begin + upTo(23) * hour;
  const isPlain = chance(0.7);
  const wait = () =>
    oneOf([0, 1, 10 * second - 1, 10 * second, minute, 30 * minute, 30 * minute + 1, 4 * hour, 4 * hour + 1]);
  return many(count, (): Row => {
    at += wait();
    const source = orNull(oneOf(sources), 0.6);
    const [medium, campaign, campaign_id, content] = [oneOf(media), oneOf(campaigns), oneOf(ids), orNull('video', 0.6)];
    const event_name = oneOf(['page_view', 'page_view', 'view_item', 'add_to_cart', 'begin_checkout', 'add_shipping_info', 'add_payment_info', 'purchase', 'search']); // prettier-ignore
    return {
      event_id: `${String(upTo(999)).padStart(3, '0')}-${visitor_id}-${at}-${upTo(1e6)}`,
      event_at: iso(at),
      local_date: localDay(at),
      visitor_id,
      event_name,
      is_bot: chance(0.06),
      is_return: chance(0.25),
      customer_id: orNull(oneOf(['A', 'B']), 0.7),
      page_path: oneOf(['/', '/lea', '/zoe']),
      referrer_host: orNull('shop.example', 0.6),
      transaction_id:
        event_name === 'purchase' ? orNull(oneOf(['1', '2', '3', `of ${visitor_id}`]), 0.2) : orNull('4', 0.8),
      source,
      ...(source !== null && { medium, campaign, campaign_id, content, term: orNull('creme'), click_id_name: orNull('gclid'), channel: oneOf(channels) }), // prettier-ignore
      device: isPlain ? 'mobile' : (oneOf(kinds) ?? 'tablet'),
      browser: isPlain ? null : oneOf(kinds),
      os: isPlain ? orNull('iOS') : oneOf(kinds),
      ip_hash: 'ip',
    };
  }).filter((event) => text(event, 'event_at').startsWith(day));
}
const web_events = many(700, (n) => eventsOf(`v${n}`, 1 + upTo(11))).flat();
// An event of another day may have the id of one of this day.
web_events.push(
  ...web_events.slice(0, 9).map((event): Row => ({ ...event, event_at: '2026-03-09 10:00:00.000', is_bot: true })),
);
/** Events of visitors alike but for what is given. */
const alike = (visitor_id: string, more: readonly Row[]): Row[] =>
  more.map((one, place) => ({
    ...web_events[0],
    event_id: `${upTo(999)}-${visitor_id}-${place}`,
    event_at: `${day} 10:00:00.000`,
    local_date: day,
    event_name: 'page_view',
    is_bot: false,
    visitor_id,
    transaction_id: null,
    source: null,
    ip_hash: 'ip',
    ...one,
  }));
web_events.push(
  // Six kinds, of which two would be one if nothing stood between their parts.
  ...alike('six', [['a', 'b'], ['ab', null], ['c', null], ['d', null], ['e', null], ['f', null]].map(([device = '', browser = null]) => ({ device, browser, os: null }))),
  ...alike('other six', [['b', 'c'], ['bc', null], ['c', null], ['d', null], ['e', null], ['f', null]].map(([browser = '', os = null]) => ({ device: 'a', browser, os }))),
  // What the first event does not tell stays unknown, whatever a later one tells.
  ...alike('told late', [{ browser: null, os: null }, { event_at: `${day} 10:01:00.000`, browser: 'Firefox', os: 'Linux' }]),
  // Many networks, and many events of one.
  ...[50, 51].flatMap((count) => alike(`of ${count}`, many(count, (n) => ({ ip_hash: `ip${n}` })))),
  ...alike('busy', many(60, () => ({}))),
  // Campaigns that would be one if nothing stood between what they say.
  ...[
    [['ga', null, null, null], ['g', 'a', null, null]],
    [['g', 'a', 'b', null], ['g', 'ab', null, null]],
    [['g', null, 'a', 'b'], ['g', null, 'ab', null]],
  ].flatMap((both, n) => alike(`said ${n}`, both.map(([source = null, medium = null, campaign = null, campaign_id = null]) => ({ source, medium, campaign, campaign_id, channel: 'Referral', content: null })))),
  // Each deal's page, on each of the shop's days.
  ...dealLandings.flatMap((landing) =>
    alike(`for ${text(landing, 'deal_id')}`, [{
      ...Object.fromEntries(['local_date', 'page_path', 'source', 'medium', 'campaign', 'content'].map((name) => [name, told(landing, name)])),
      campaign_id: null,
      channel: 'Referral',
    }])),
  // Over midnight, the shop's or that of UTC, and over two pages: it is the deal's by where it began.
  ...[
    [['10 22:50', '10', '/lea'], ['10 23:05', '11', '/lea']],
    [['10 23:50', '11', '/lea'], ['11 00:05', '11', '/lea']],
    [['10 10:00', '10', '/lea'], ['10 10:01', '10', '/']],
    [['10 10:00', '10', '/'], ['10 10:01', '10', '/lea']],
  ].flatMap((both, n) => alike(`over ${n}`, both.map(([at = '', local = '', page_path = '']) => ({
    event_at: `2026-03-${at}:00.000`, local_date: `2026-03-${local}`, page_path,
    source: 'meta', medium: 'cpc', campaign: null, campaign_id: null, content: 'video', channel: 'Referral',
  })))),
  // What two visitors tell in one moment is the purchase of the lower event.
  ...many(40, (n) => ['a', 'b'].map((who) => alike(`${n}${who}`, [{ event_name: 'purchase', transaction_id: `both ${n}` }]))).flat(2),
); // prettier-ignore
/** A number may have been told on another day first, or by an event of another visitor. */
const purchases = [
  ...web_events.filter(
    (event) => event['event_name'] === 'purchase' && event['transaction_id'] !== null && chance(0.8),
  ),
  { transaction_id: '3', event_id: 'earlier', event_at: '2026-03-01 10:00:00.000' },
].map((event): Row => ({
  transaction_id: text(event, 'transaction_id'),
  event_id: text(event, 'event_id'),
  purchased_at: text(event, 'event_at'),
  dt: text(event, 'event_at').slice(0, 10),
}));
/** One visitor's events as visits, each as sessions, by one walk. */
function sessionsOf(events: readonly Row[]): { part: number; isFirst: boolean; events: Row[] }[] {
  const sessions: { part: number; isFirst: boolean; events: Row[] }[] = [];
  let before: { at: number; campaign: string | null } | undefined;
  for (const event of events) {
    const at = Date.parse(`${text(event, 'event_at').replace(' ', 'T')}Z`);
    const patience = event['is_return'] === true ? 4 * hour : 30 * minute;
    const isPaused = before === undefined || at - before.at > patience;
    const said = ['source', 'medium', 'campaign', 'campaign_id'].map((name) => event[name] ?? '');
    const campaign = said[0] === '' ? null : JSON.stringify(said);
    const known = isPaused ? null : (before?.campaign ?? null);
    const last = sessions.at(-1);
    if (isPaused || last === undefined) sessions.push({ part: 0, isFirst: before === undefined, events: [event] });
    else if (campaign !== null && known !== null && campaign !== known)
      sessions.push({ part: last.part + 1, isFirst: false, events: [event] });
    else last.events.push(event);
    before = { at, campaign: campaign ?? known };
  }
  return sessions;
}

const isCrowd = (events: readonly Row[]) =>
  new Set(events.map(({ device, browser, os }) => JSON.stringify([device ?? '', browser ?? '', os ?? '']))).size > 5 ||
  new Set(events.map(({ ip_hash }) => ip_hash)).size > 50;
const firstTold = (number: AnswerValue): string | undefined =>
  purchases
    .filter((one) => one['transaction_id'] === number)
    .map((one) => `${text(one, 'purchased_at')} ${text(one, 'event_id')}`)
    .toSorted()[0]
    ?.slice('2026-03-10 12:00:00.000 '.length);

test(`a session says what loops over its events find (seed ${seed})`, async () => {
  const visitors = grouped(
    web_events.filter((event) => event['is_bot'] === false),
    (event) => text(event, 'visitor_id'),
  );
  const expected = [...visitors].flatMap(([visitor_id, all]) => {
    if (isCrowd(all)) return [];
    const place = (event: Row) => `${text(event, 'event_at')} ${text(event, 'event_id')}`;
    const ordered = all.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
    return sessionsOf(ordered).map(({ part, isFirst, events }): Row => {
      const [landing = {}] = events;
      const [started_at, ended_at] = [text(landing, 'event_at'), text(events.at(-1), 'event_at')];
      const named = events.find((event) => event['source'] !== null);
      const said = (name: string) => named?.[name] ?? null;
      const isWithin = isFirst && landing['referrer_host'] !== null;
      const page = (event: Row) => ({ day: text(event, 'local_date'), path: told(event, 'page_path') });
      const deal = (named && dealOf(page(named), named)) ?? dealOf(page(landing), {});
      const bought = named === undefined || deal !== undefined ? undefined : boughtBy(named);
      const count = (name: string) => events.filter((event) => event['event_name'] === name).length;
      const tellers = events.filter(
        ({ event_name, event_id, transaction_id = null }) =>
          event_name === 'purchase' &&
          transaction_id !== null &&
          [undefined, event_id].includes(firstTold(transaction_id)),
      );
      const ms = (time: string) => Date.parse(`${time.replace(' ', 'T')}Z`);
      const bought_orders = new Set(tellers.map((event) => event['transaction_id'])).size;
      return {
        session_id: `${visitor_id}-${ms(started_at)}-${part}`,
        visitor_id,
        customer_id: events.findLast((event) => event['customer_id'] !== null)?.['customer_id'] ?? null,
        started_at,
        ended_at,
        local_date: text(landing, 'local_date'),
        channel: deal
          ? 'Influencer'
          : named
            ? (bought?.['channel'] ?? said('channel'))
            : isWithin
              ? 'Unassigned'
              : 'Direct',
        source: said('source') ?? (isWithin ? '(not set)' : '(direct)'),
        medium: said('medium') ?? (named === undefined && isWithin ? '(not set)' : '(none)'),
        campaign: said('campaign'),
        campaign_id: bought?.['campaign_id'] ?? said('campaign_id'),
        platform: bought?.['platform'] ?? null,
        content: said('content'),
        term: said('term'),
        click_id_name: said('click_id_name'),
        deal_id: deal?.['deal_id'] ?? null,
        influencer_id: deal?.['influencer_id'] ?? null,
        landing_path: text(landing, 'page_path'),
        device: landing['device'] ?? null,
        browser: landing['browser'] ?? null,
        os: landing['os'] ?? null,
        events: events.length,
        page_views: count('page_view'),
        item_views: count('view_item'),
        cart_adds: count('add_to_cart'),
        checkouts: count('begin_checkout'),
        shipping_infos: count('add_shipping_info'),
        payment_infos: count('add_payment_info'),
        purchases: bought_orders,
        is_engaged: count('page_view') >= 2 || bought_orders > 0 || ms(ended_at) - ms(started_at) >= 10 * second,
      };
    });
  });
  const found = await workshop.model('sessions', day, {
    web_events,
    purchases,
    // Those of the next day have a day of the shop in common with these.
    deal_landings: [
      ...dealLandings,
      ...dealLandings.map((row): Row => ({ ...row, deal_id: 'later', dt: '2026-03-11' })),
    ],
    campaign_links: campaignLinks,
  });
  expect(plain(found)).toEqual(plain(expected));
  // Each way of being named comes about.
  const ways = new Set(expected.map((row) => `${told(row, 'platform') ?? ''} ${told(row, 'deal_id') ?? ''}`));
  expect([expected.length > 800, ways.size]).toEqual([true, 14]);
});
