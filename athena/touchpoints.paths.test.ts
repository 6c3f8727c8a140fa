/** The paths of conversions, in every column, computed once more by loops over hundreds of buyers by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byChance, many } from './chance.fixture.ts';
import { grouped, openWorkshop, text, told, type Row, type Workshop } from './fixture.ts';
import { boughtBy, campaignLinks, channels, dealLandings, dealOf } from './links.samples.ts';
import { plain } from './sums.fixture.ts';

const seed = 20_260_714;
let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const { upTo, oneOf, chance, orNull } = byChance(seed);
const day = '2026-03-10';
const [minute, hour, dayLong] = [60_000, 3_600_000, 86_400_000];
const noon = Date.parse(`${day}T12:00:00Z`);
const iso = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
const time = (row: Row, name: string): number => Date.parse(`${text(row, name).replace(' ', 'T')}Z`);
const placedAt = (order: Row): number => time(order, order['processed_at'] === null ? 'created_at' : 'processed_at');
const bare = (id: string): string => id.replace(/^[a-z]+:/u, '');

const deal = (deal_id: string, promo_code: string, contract_date: string, end_date: string | null): Row => ({
  deal_id,
  influencer_id: `of ${deal_id}`,
  campaign: `for ${deal_id}`,
  promo_code,
  contract_date,
  end_date,
});
const influencer_deals = [
  deal('D10', 'LEA', '2026-03-01', '2026-03-10'),
  deal('D20', 'LEA', '2026-02-01', null),
  deal('D30', 'ZOE', '2026-03-10', null),
  deal('D0', 'ZOE', '2026-03-10', '2026-03-10'),
  deal('D4', 'OLD', '2026-01-01', '2026-03-09'),
  deal('D5', 'NEW', '2026-03-11', '2026-03-31'),
];
/** A group of people who share nothing with others: their orders, their browsers, and what these told. */
function world(n: number) {
  const names = [`${n}a`, `woo:${n}b`].slice(0, 1 + upTo(1));
  const emails = [`${n}p`, `${n}q`].slice(0, 1 + upTo(1));
  const browsers = [`${n}u`, `${n}v`, `${n}w`].slice(0, 1 + upTo(2));
  const orders = many(1 + upTo(3), (place): Row => {
    const isOfDay = place === 0 || chance(0.3);
    const at = noon + (isOfDay ? oneOf([0, 1, hour, 11 * hour]) : -oneOf([90 * dayLong, 90 * dayLong + 1, 90 * dayLong - 1, 40 * dayLong, 2 * dayLong])); // prettier-ignore
    const landing_source = orNull(oneOf(['google', 'meta', '(not set)']), 0.5);
    return {
      order_id: `${oneOf(['', 'woo:'])}${n}00${place}`,
      // Numbers that are the ids of others, and names of their own.
      order_number: oneOf([`${n}00${upTo(3)}`, `N${n}${place}`.toLowerCase()]),
      order_name: orNull(`#FR-${n}-${place}`),
      customer_id: orNull(oneOf(names), 0.3),
      email_hash: orNull(oneOf(emails), 0.3),
      created_at: iso(at - oneOf([0, minute])),
      processed_at: orNull(iso(at)),
      local_date: iso(at + hour).slice(0, 10),
      dt: isOfDay ? day : iso(at).slice(0, 10),
      is_conversion: chance(0.85),
      promo_codes: ['LEA', 'ZOE', 'OLD', 'NEW', 'NONE'].filter(() => chance(0.15)),
      landing_source,
      ...(landing_source !== null && {
        landing_path: oneOf(['/', '/lea', '/lea']),
        landing_medium: oneOf([null, null, 'cpc', '(not set)']),
        landing_campaign: oneOf([null, 'soldes', ' soldes + dete']),
        landing_campaign_id: oneOf([null, '7', '8']),
        landing_content: orNull('video', 0.6),
        landing_term: orNull('creme'),
        landing_channel: oneOf(channels),
      }),
    };
  });
  const purchases = orders.flatMap((order) =>
    many(upTo(2), (place): Row => {
      const id = text(order, 'order_id');
      const at = placedAt(order);
      const near = oneOf([0, 4000, -dayLong, dayLong, dayLong + 1, -dayLong - 1, 3 * dayLong]);
      return {
        transaction_id: oneOf([
          id,
          bare(id).toUpperCase(),
          text(order, 'order_number').toUpperCase(),
          told(order, 'order_name') ?? id,
        ]),
        event_id: `${upTo(9)}-${id}-${place}`,
        visitor_id: oneOf(browsers),
        customer_id: orNull(bare(oneOf(names)), 0.6),
        purchased_at: iso(at + near),
        received_at: iso(at + oneOf([near, 0, dayLong, dayLong + 1, -dayLong])),
      };
    }),
  );
  const sessions = many(upTo(7), (place): Row => {
    const started = noon - oneOf([-hour, -11 * hour, -1000, -999, 0, 1, hour, hour, 3 * hour, 23 * hour, dayLong, dayLong + 1, 3 * dayLong, 7 * dayLong, 7 * dayLong + 1, 40 * dayLong, 90 * dayLong, 90 * dayLong + 1, 80 * dayLong]); // prettier-ignore
    const isUnplaced = chance(0.3);
    const deal_id = orNull(oneOf(['D10', 'D20', 'D30', 'D0']), 0.7);
    return {
      session_id: `s${upTo(9)}-${n}-${place}`,
      visitor_id: oneOf(browsers),
      customer_id: orNull(bare(oneOf(names)), 0.6),
      started_at: iso(started),
      ended_at: iso(started + oneOf([0, minute, hour, hour + 4000])),
      channel: deal_id === null ? oneOf(['Direct', 'Email']) : 'Influencer',
      source: isUnplaced || chance(0.1) ? '(not set)' : oneOf(['google', '(direct)']),
      medium: isUnplaced || chance(0.1) ? '(not set)' : 'cpc',
      campaign: orNull('soldes', 0.8),
      campaign_id: orNull('7', 0.8),
      platform: orNull('google_ads'),
      content: orNull('img'),
      term: orNull('creme'),
      deal_id,
      influencer_id: deal_id && `of ${deal_id}`,
    };
  });
  return { orders, purchases, sessions };
}
type World = ReturnType<typeof world>;

/** Till: a browser that told so many orders of others. Crowd: an account that so many browsers share. */
const till = (count: number): World => ({
  orders: many(count + 1, (n): Row => ({
    order_id: `till${count}-${n}`, order_number: `till${count}-${n}`, order_name: null, customer_id: `till${count}-${n}`, email_hash: null,
    created_at: iso(noon + n), processed_at: null, local_date: day, dt: day, is_conversion: true, promo_codes: [], landing_source: null,
  })),
  purchases: many(count + 1, (n): Row => ({
    transaction_id: `till${count}-${n}`, event_id: `till${count}-${n}`, visitor_id: `till${count}`, customer_id: null,
    purchased_at: iso(noon + n), received_at: iso(noon + n),
  })),
  // The first buyer was logged in there, and somebody else since.
  sessions: [3 * hour, 2 * hour, hour, 0].map((before, place): Row => ({
    session_id: `till${count}-${before}`, visitor_id: `till${count}`, customer_id: [`till${count}-0`, 'another'][place] ?? null, started_at: iso(noon - before), ended_at: iso(noon - before + minute),
    channel: 'Direct', source: '(direct)', medium: '(none)', campaign: null, campaign_id: null, deal_id: null, influencer_id: null,
  })),
}); // prettier-ignore
/** It bought before, too: once in another of these browsers, and once in none that is known. */
const crowd = (count: number): World => ({
  orders: [0, 2, 3].map((before): Row => ({
    order_id: `crowd${count}-${before}`, order_number: `crowd${count}-${before}`, order_name: null, customer_id: `crowd${count}`, email_hash: null,
    created_at: iso(noon - before * dayLong), processed_at: null, local_date: iso(noon - before * dayLong).slice(0, 10), dt: iso(noon - before * dayLong).slice(0, 10),
    is_conversion: true, promo_codes: [], landing_source: null,
  })),
  purchases: [0, 2].map((before): Row => ({
    transaction_id: `crowd${count}-${before}`, event_id: `crowd${count}-${before}`, visitor_id: `crowd${count}-${before}`, customer_id: null,
    purchased_at: iso(noon - before * dayLong), received_at: iso(noon - before * dayLong),
  })),
  sessions: many(count, (n): Row => ({
    session_id: `crowd${count}-${n}`, visitor_id: `crowd${count}-${n}`, customer_id: `crowd${count}`, started_at: iso(noon - hour), ended_at: iso(noon - hour),
    channel: 'Direct', source: '(direct)', medium: '(none)', campaign: null, campaign_id: null, deal_id: null, influencer_id: null,
  })),
}); // prettier-ignore
/** An account of 50 browsers and of one more, which was seen so long before its order. */
const crowdAndOne = (before: number): World => {
  const { sessions: [first = {}, ...others], ...all } = crowd(51);
  const rename = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value.replace('crowd51', `crowd${before}`) : value]));
  const one = { ...others.at(-1), started_at: iso(noon - before), ended_at: iso(noon - before) };
  return { orders: all.orders.slice(0, 1).map(rename), purchases: all.purchases.slice(0, 1).map(rename), sessions: [first, ...others.slice(0, -1), one].map(rename) };
}; // prettier-ignore
/** One who bought before and after somebody else was seen in the browser; what came after an order does not count. */
const shared: World = {
  orders: [0, 11 * hour].map((after): Row => ({
    order_id: `shared-${after}`, order_number: `shared-${after}`, order_name: null, customer_id: 'shared', email_hash: null,
    created_at: iso(noon + after), processed_at: null, local_date: day, dt: day, is_conversion: true, promo_codes: [], landing_source: null,
  })),
  purchases: [],
  sessions: [[-2 * hour, null], [-hour, 'shared'], [hour, 'another']].map(([after, customer_id]): Row => ({
    session_id: `shared-${String(after)}`, visitor_id: 'shared', customer_id: customer_id ?? null, started_at: iso(noon + Number(after)), ended_at: iso(noon + Number(after)),
    channel: 'Direct', source: '(direct)', medium: '(none)', campaign: null, campaign_id: null, deal_id: null, influencer_id: null,
  })),
}; // prettier-ignore
/** Two guests' orders, of which one may be told by what is the other's number, name or id. */
function mistaken(n: number): World {
  const ids = [`woo:${n}1`, `shop:${n}2`];
  const pool = [...ids.map(bare), ...ids, `#${n}`];
  const orders = ids.map((order_id): Row => ({
    order_id, order_number: oneOf([`no${order_id}`, ...pool]), order_name: orNull(oneOf(pool).toUpperCase()), customer_id: null, email_hash: null,
    created_at: iso(noon + oneOf([0, hour, 11 * hour])), processed_at: null, local_date: day, dt: day, is_conversion: true, promo_codes: [], landing_source: null,
  })); // prettier-ignore
  const moments = [
    0,
    11 * hour,
    dayLong,
    dayLong + 1,
    dayLong + hour,
    2 * dayLong,
    3 * dayLong,
    -dayLong,
    -dayLong - 1,
    1 - dayLong,
  ];
  const purchases = ['u', 'v'].map((browser): Row => ({
    transaction_id: oneOf(pool), event_id: `${upTo(9)}-${n}${browser}`, visitor_id: `${n}${browser}`, customer_id: null,
    purchased_at: iso(noon + oneOf(moments)), received_at: iso(noon + oneOf(moments)),
  })); // prettier-ignore
  const sessions = ['u', 'v'].map((browser): Row => ({
    session_id: `${n}${browser}`, visitor_id: `${n}${browser}`, customer_id: null, started_at: iso(noon - hour), ended_at: iso(noon - hour),
    channel: 'Direct', source: '(direct)', medium: '(none)', campaign: null, campaign_id: null, deal_id: null, influencer_id: null,
  })); // prettier-ignore
  return { orders, purchases, sessions };
}
const worlds = [
  ...many(500, world),
  ...many(600, (n) => mistaken(n + 9_000_000)),
  ...[5, 6, 7].map(till),
  ...[50, 51].map(crowd),
  ...[-1001, -1000, -999, 90 * dayLong, 90 * dayLong + 1].map(crowdAndOne),
  shared,
];

/** Of each order, who told of it first. */
function tellers({ orders, purchases }: World): Map<string, Row> {
  const isNear = (order: Row, at: number) => Math.abs(at - placedAt(order)) <= dayLong;
  /** The ways in which a page names an order, best first: a number goes before the bare id of another. */
  const rankOf = (order: Row, told_as: Row): number => {
    const number = text(told_as, 'transaction_id').toLowerCase();
    const own = [text(order, 'order_number'), text(order, 'order_id'), told(order, 'order_name')?.toLowerCase()];
    const way = own.includes(number) ? 1 : number === bare(text(order, 'order_id')) ? 2 : Infinity;
    if (isNear(order, time(told_as, 'purchased_at'))) return way;
    return isNear(order, time(told_as, 'received_at')) ? way + 2 : Infinity;
  };
  const first = (row: Row) => `${text(row, 'purchased_at')} ${text(row, 'event_id')}`;
  const found = new Map<string, Row>();
  for (const one of purchases.toSorted((a, b) => (first(a) < first(b) ? -1 : 1))) {
    const best = Math.min(...orders.map((order) => rankOf(order, one)));
    for (const order of orders)
      if (best < Infinity && rankOf(order, one) === best && !found.has(text(order, 'order_id')))
        found.set(text(order, 'order_id'), one);
  }
  return found;
}

/** The sessions that are a buyer's. */
function sessionsOf(order: Row, all: World): Row[] {
  const converted = placedAt(order);
  const firsts = tellers(all);
  const isSame = (other: Row, name: string) => told(order, name) !== null && told(order, name) === told(other, name);
  const isBefore = (at: number) => at <= converted && at >= converted - 90 * dayLong;
  const kin = all.orders.filter(
    (other) =>
      other === order || (isBefore(placedAt(other)) && (isSame(other, 'customer_id') || isSame(other, 'email_hash'))),
  );
  const names = new Set(
    kin.flatMap((other) => (told(other, 'customer_id') === null ? [] : [bare(text(other, 'customer_id'))])),
  );
  const isNamed = (name: string | null) => name !== null && names.has(name);
  const inTime = all.sessions.filter((one) => {
    const at = time(one, 'started_at');
    return at < converted + 1000 && at >= converted - 90 * dayLong;
  });
  const tellerOf = (other: Row) => firsts.get(text(other, 'order_id'));
  const known = new Set([
    ...inTime.filter((one) => isNamed(told(one, 'customer_id'))).map((one) => text(one, 'visitor_id')),
    ...kin.flatMap((other) => told(tellerOf(other) ?? {}, 'visitor_id') ?? []),
  ]);
  return [...known].flatMap((browser) => {
    const isTeller = (other: Row) => tellerOf(other)?.['visitor_id'] === browser;
    if (known.size > 50 && !isTeller(order)) return [];
    const mine = kin
      .filter(isTeller)
      .map(tellerOf)
      .filter((one) => one !== undefined);
    const others = all.orders.filter(isTeller).length - mine.length;
    const own = inTime
      .filter((one) => one['visitor_id'] === browser)
      .toSorted((a, b) =>
        `${text(a, 'started_at')}${text(a, 'session_id')}` < `${text(b, 'started_at')}${text(b, 'session_id')}`
          ? -1
          : 1,
      );
    const owner = own.map((one) => told(one, 'customer_id')).findLast((name) => name !== null) ?? null;
    return own.filter((one) => {
      const name = told(one, 'customer_id');
      const isLoggedIn = name === null || mine.some((teller) => teller['customer_id'] === name);
      const wasThere = mine.some((teller) => {
        const at = time(teller, 'purchased_at');
        return at >= time(one, 'started_at') && at <= time(one, 'ended_at');
      });
      return isNamed(name ?? owner) || (mine.length > 0 && others <= 5 && isLoggedIn) || wasThere;
    });
  });
}

const about = ['channel', 'source', 'medium', 'campaign', 'campaign_id', 'platform', 'content', 'term', 'deal_id', 'influencer_id'] as const; // prettier-ignore

/** The touch of the page that the shop noted. */
function landingOf(order: Row): Row | undefined {
  if (order['landing_source'] === null) return undefined;
  const said = Object.fromEntries(about.map((name) => [name, told(order, `landing_${name}`)]));
  const found = dealOf({ day: text(order, 'local_date'), path: told(order, 'landing_path') }, said);
  const bought = found === undefined ? boughtBy(said) : undefined;
  return {
    touch_id: `landing-${text(order, 'order_id')}`,
    touch_type: 'order_landing',
    ...said,
    channel: found ? 'Influencer' : (bought?.['channel'] ?? said['channel'] ?? null),
    campaign_id: bought?.['campaign_id'] ?? said['campaign_id'] ?? null,
    platform: bought?.['platform'] ?? null,
    deal_id: found?.['deal_id'] ?? null,
    influencer_id: found?.['influencer_id'] ?? null,
  };
}

function pathOf(order: Row, all: World): Row[] {
  const converted = placedAt(order);
  const id = text(order, 'order_id');
  const blank = Object.fromEntries(about.map((name) => [name, null]));
  const landing = landingOf(order);
  const sessions = sessionsOf(order, all);
  /** Consent came after the page on which they landed. */
  const isUnplaced = (one: Row) =>
    one['source'] === '(not set)' &&
    one['medium'] === '(not set)' &&
    ['deal_id', 'campaign', 'campaign_id'].every((name) => told(one, name) === null) &&
    time(one, 'started_at') >= converted - dayLong;
  const unplaced = sessions.filter(isUnplaced).map((one) => Math.min(time(one, 'started_at'), converted));
  const visits = sessions
    .filter((one) => landing === undefined || !isUnplaced(one))
    .map((one) => ({
      at: Math.min(time(one, 'started_at'), converted),
      rank: 1,
      row: { ...blank, ...Object.fromEntries(about.map((name) => [name, one[name] ?? null])), touch_id: text(one, 'session_id'), touch_type: 'session' } as Row, // prettier-ignore
    }));
  const landings =
    landing !== undefined && (sessions.length === 0 || unplaced.length > 0)
      ? [{ at: Math.min(converted, ...unplaced), rank: 2, row: landing }]
      : [];
  const [code] = influencer_deals
    .filter(
      (one) =>
        Array.isArray(order['promo_codes']) &&
        order['promo_codes'].includes(text(one, 'promo_code')) &&
        text(one, 'contract_date') <= text(order, 'local_date') &&
        text(order, 'local_date') <= (told(one, 'end_date') ?? '9999'),
    )
    .toSorted((a, b) =>
      a['contract_date'] === b['contract_date']
        ? text(a, 'deal_id') < text(b, 'deal_id') ? -1 : 1
        : text(a, 'contract_date') < text(b, 'contract_date') ? 1 : -1,
    ); // prettier-ignore
  const isFollowed = [...visits, ...landings].some(
    ({ at, row }) => code !== undefined && row['deal_id'] === code['deal_id'] && at >= converted - 7 * dayLong,
  );
  const codes =
    code === undefined || isFollowed
      ? []
      : [{
          at: converted,
          rank: 3,
          row: { ...blank, touch_id: `code-${text(code, 'deal_id')}`, touch_type: 'promo_code', channel: 'Influencer', campaign: text(code, 'campaign'), deal_id: text(code, 'deal_id'), influencer_id: text(code, 'influencer_id') }, // prettier-ignore
        }]; // prettier-ignore
  const touches = [...visits, ...landings, ...codes];
  const none = { at: converted, rank: 4, row: { ...blank, touch_id: `none-${id}`, touch_type: 'none', channel: 'Unassigned' } }; // prettier-ignore
  return (touches.length === 0 && code === undefined ? [none] : touches)
    .toSorted((a, b) => a.at - b.at || a.rank - b.rank || (text(a.row, 'touch_id') < text(b.row, 'touch_id') ? -1 : 1))
    .map(({ at, row }, place) => ({
      ...row,
      order_id: id,
      touched_at: iso(at),
      converted_at: iso(converted),
      position: place + 1,
      code_deal_id: code?.['deal_id'] ?? null,
    }));
}

test(`a path is what loops find (seed ${seed})`, async () => {
  const expected = worlds.flatMap((all) =>
    all.orders
      .filter((order) => order['is_conversion'] === true && order['dt'] === day)
      .flatMap((order) => pathOf(order, all)),
  );
  const found = await workshop.model('touchpoints', day, {
    orders: worlds.flatMap(({ orders }) => orders),
    purchases: worlds.flatMap(({ purchases }) => purchases),
    sessions: worlds.flatMap(({ sessions }) => sessions),
    influencer_deals,
    deal_landings: dealLandings,
    campaign_links: campaignLinks,
  });
  expect(plain(found)).toEqual(plain(expected));
  const types = [...grouped(expected, (row) => text(row, 'touch_type'))].map(([type, rows]) => [
    type,
    rows.length > 60,
  ]);
  expect(Object.fromEntries(types)).toEqual({ session: true, order_landing: true, promo_code: true, none: true });
});
