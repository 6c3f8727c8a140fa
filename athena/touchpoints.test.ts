import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { grouped, openWorkshop, pick, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
const boughtAt = `${day} 12:00:00.000`;

/** A conversion of customer A at noon. */
const order = (more: Row = {}): Row => ({
  order_id: 'O',
  order_number: '1001',
  customer_id: 'A',
  created_at: boughtAt,
  local_date: day,
  is_conversion: true,
  promo_code: null,
  promo_codes: [],
  ...more,
});

/** A session of browser v; a time of day stands for one on the slice's day. */
function session(id: string, at: string, more: Row = {}): Row {
  return {
    session_id: id,
    visitor_id: 'v',
    customer_id: null,
    started_at: at.length > 12 ? at : `${day} ${at}`,
    channel: 'Direct',
    source: '(direct)',
    medium: '(none)',
    ...more,
  };
}

const customerA: Row = { customer_id: 'A' };
const social: Row = {
  channel: 'Paid Social',
  source: 'facebook',
  medium: 'paid_social',
  campaign: 'reels',
  campaign_id: '9',
  content: 'img',
};
const deal: Row = {
  deal_id: 'D1',
  influencer_id: 'instagram:lea',
  campaign: 'printemps',
  contract_date: '2026-03-01',
  end_date: '2026-03-31',
  promo_code: 'LEA10',
  link_path: '/i/lea',
  link_source: 'lea',
  link_campaign: 'printemps',
};
const viaLink: Row = { channel: 'Influencer', source: 'lea', deal_id: 'D1', influencer_id: 'instagram:lea' };
const withCode: Row = { promo_code: 'LEA10', promo_codes: ['LEA10'] };
const landing = (more: Row): Row => ({
  landing_path: '/',
  landing_source: 'google',
  landing_medium: 'organic',
  landing_channel: 'Organic Search',
  landing_campaign: null,
  ...more,
});

const guest: Row = { customer_id: null };
const unplaced: Row = { channel: 'Unassigned', source: '(not set)', medium: '(not set)' };
/** An order's number as browser v told it, some seconds after noon. */
const purchase = (number: string, more: Row = {}): Row => ({
  transaction_id: number,
  visitor_id: 'v',
  customer_id: null,
  event_id: `e-${number}-${JSON.stringify(more)}`,
  purchased_at: `${day} 12:00:04.000`,
  ...more,
});

interface Case {
  readonly name: string;
  readonly orders?: readonly Row[];
  readonly sessions?: readonly Row[];
  readonly purchases?: readonly Row[];
  readonly deals?: readonly Row[];
  /** The path in its order. */
  readonly path: readonly Row[];
}

const cases: readonly Case[] = [
  {
    name: 'sessions in the order of their start, with all that is known of them',
    sessions: [
      session('2', '11:00:00.000', customerA),
      session('1', '2026-03-01 08:00:00.000', { ...customerA, ...social }),
    ],
    path: [
      {
        touch_id: '1',
        touch_type: 'session',
        touched_at: '2026-03-01 08:00:00.000',
        converted_at: boughtAt,
        position: 1,
        ...social,
        dt: day,
      },
      { touch_id: '2', position: 2, channel: 'Direct', campaign: null },
    ],
  },
  {
    name: 'two devices are one person’s by the customer id',
    sessions: [
      session('phone', '2026-03-01 08:00:00.000', { ...customerA, visitor_id: 'p' }),
      session('phone, anonymous', '2026-03-02 08:00:00.000', { visitor_id: 'p' }),
      session('desktop', '11:00:00.000', { ...customerA, visitor_id: 'd' }),
      session('a stranger', '11:00:00.000', { visitor_id: 's' }),
    ],
    path: [{ touch_id: 'phone' }, { touch_id: 'phone, anonymous' }, { touch_id: 'desktop' }],
  },
  {
    name: 'anonymous sessions before the login are the person’s',
    sessions: [session('1', '2026-02-01 08:00:00.000', social), session('2', '11:00:00.000', customerA)],
    path: [{ touch_id: '1', channel: 'Paid Social' }, { touch_id: '2' }],
  },
  {
    name: 'in a shared browser each has their own sessions, and the nameless are the last one’s',
    orders: [
      order(),
      order({ order_id: 'P', order_number: '1002', customer_id: 'B', created_at: `${day} 20:00:00.000` }),
    ],
    sessions: [
      session('A’s', '09:00:00.000', customerA),
      session('nobody’s', '10:00:00.000'),
      session('A’s too', '11:00:00.000', customerA),
      session('B’s', '19:00:00.000', { customer_id: 'B' }),
      session('late', '19:30:00.000'),
    ],
    path: [
      { order_id: 'O', touch_id: 'A’s' },
      { order_id: 'O', touch_id: 'nobody’s' },
      { order_id: 'O', touch_id: 'A’s too' },
      { order_id: 'P', touch_id: 'nobody’s' },
      { order_id: 'P', touch_id: 'B’s' },
      { order_id: 'P', touch_id: 'late' },
    ],
  },
  {
    name: 'another’s name on an earlier day takes nothing away',
    sessions: [
      session('B’s', '2026-03-05 09:00:00.000', { customer_id: 'B' }),
      session('nobody’s', '2026-03-06 10:00:00.000'),
      session('A’s', '11:00:00.000', customerA),
    ],
    path: [{ touch_id: 'nobody’s' }, { touch_id: 'A’s' }],
  },
  {
    name: 'of two names in one browser at one time the session’s number decides',
    sessions: [
      session('s-1', '11:00:00.000', customerA),
      session('s-0', '11:00:00.000', { customer_id: 'B' }),
      session('nobody’s', '10:00:00.000'),
    ],
    path: [{ touch_id: 'nobody’s' }, { touch_id: 's-1' }],
  },
  {
    name: 'nothing after the conversion counts: neither a touch nor a name',
    sessions: [
      session('1', '11:00:00.000', customerA),
      session('at once', '12:00:00.000', customerA),
      session('2', '12:00:01.000', customerA),
      session('nobody’s', '10:00:00.000'),
      session('B’s', '18:00:00.000', { customer_id: 'B' }),
      session('elsewhere', '09:00:00.000', { visitor_id: 'w' }),
      session('A’s, elsewhere', '18:00:00.000', { ...customerA, visitor_id: 'w' }),
    ],
    path: [{ touch_id: 'nobody’s' }, { touch_id: '1' }, { touch_id: 'at once' }],
  },
  {
    name: 'a session that began within the order’s second came before it',
    orders: [order(withCode)],
    deals: [deal],
    sessions: [session('1', '12:00:00.999', { ...customerA, ...social })],
    path: [
      { touch_id: '1', channel: 'Paid Social', touched_at: boughtAt, position: 1 },
      { touch_id: 'code-D1', position: 2 },
    ],
  },
  {
    name: 'nothing more than 90 days before counts',
    sessions: [
      session('too old', '2025-12-10 11:59:59.999', customerA),
      session('just in', '2025-12-10 12:00:00.000', customerA),
    ],
    path: [{ touch_id: 'just in', touched_at: '2025-12-10 12:00:00.000' }],
  },
  {
    name: 'a code without a click is a touch at the conversion',
    orders: [order(withCode)],
    deals: [deal],
    path: [
      {
        touch_id: 'code-D1',
        touch_type: 'promo_code',
        channel: 'Influencer',
        deal_id: 'D1',
        influencer_id: 'instagram:lea',
        campaign: 'printemps',
        touched_at: boughtAt,
        position: 1,
      },
    ],
  },
  {
    name: 'a code comes after the sessions',
    orders: [order(withCode)],
    deals: [deal],
    sessions: [session('1', '12:00:00.000', customerA)],
    path: [{ touch_id: '1' }, { touch_id: 'code-D1', position: 2 }],
  },
  {
    name: 'a code and a link of one deal are one touch',
    orders: [order(withCode)],
    deals: [deal],
    sessions: [
      session('1', '2026-03-03 12:00:00.000', { ...customerA, ...viaLink }),
      session('2', '11:00:00.000', customerA),
    ],
    path: [
      { touch_id: '1', deal_id: 'D1', code_deal_id: 'D1' },
      { touch_id: '2', deal_id: null, code_deal_id: 'D1' },
    ],
  },
  {
    name: 'but not where the link is older than the shortest look-back',
    orders: [order(withCode)],
    deals: [deal],
    sessions: [
      session('1', '2026-03-03 11:59:59.999', { ...customerA, ...viaLink }),
      session('2', '11:00:00.000', customerA),
    ],
    path: [{ touch_id: '1' }, { touch_id: '2' }, { touch_id: 'code-D1' }],
  },
  {
    name: 'the code of another deal is another touch',
    orders: [order(withCode)],
    deals: [deal, { ...deal, deal_id: 'D2', promo_code: 'ZOE' }],
    sessions: [session('1', '11:00:00.000', { ...customerA, ...viaLink, deal_id: 'D2' })],
    path: [{ touch_id: '1', deal_id: 'D2' }, { touch_id: 'code-D1' }],
  },
  {
    name: 'the deal’s code may be the second one of the order',
    orders: [order({ promo_code: 'BIENVENUE', promo_codes: ['BIENVENUE', 'LEA10', 'LEA10'] })],
    deals: [deal],
    path: [{ touch_id: 'code-D1' }],
  },
  {
    name: 'a code outside its deal’s days is none',
    orders: [order(withCode)],
    deals: [{ ...deal, end_date: '2026-03-09' }],
    path: [{ touch_type: 'none', channel: 'Unassigned', code_deal_id: null }],
  },
  {
    name: 'a code of two deals is the later contract’s',
    orders: [order(withCode)],
    deals: [deal, { ...deal, deal_id: 'D0', contract_date: '2026-03-02', end_date: null }],
    path: [{ touch_id: 'code-D0' }],
  },
  {
    name: 'the shop’s landing page where no session is known',
    orders: [order(landing({ landing_campaign: 'c', landing_campaign_id: '4', landing_content: 'd' }))],
    sessions: [session('another’s', '11:00:00.000', { customer_id: 'B' })],
    path: [
      {
        touch_id: 'landing-O',
        touch_type: 'order_landing',
        touched_at: boughtAt,
        channel: 'Organic Search',
        source: 'google',
        medium: 'organic',
        campaign: 'c',
        campaign_id: '4',
        content: 'd',
        deal_id: null,
      },
    ],
  },
  {
    name: 'not where one is',
    orders: [order(landing({}))],
    sessions: [session('1', '11:00:00.000', customerA)],
    path: [{ touch_id: '1' }],
  },
  {
    name: 'a deal’s path on the landing page',
    orders: [order(landing({ landing_path: '/I/Lea' }))],
    deals: [deal],
    path: [{ touch_id: 'landing-O', channel: 'Influencer', deal_id: 'D1', source: 'google' }],
  },
  {
    name: 'a deal’s UTM on the landing page',
    orders: [order(landing({ landing_source: 'lea', landing_campaign: 'printemps', landing_channel: 'Unassigned' }))],
    deals: [deal],
    path: [{ channel: 'Influencer', deal_id: 'D1', source: 'lea' }],
  },
  {
    name: 'a deal’s link to the home page is not everybody’s',
    orders: [order(landing({}))],
    deals: [{ ...deal, link_path: null }],
    path: [{ touch_id: 'landing-O', channel: 'Organic Search', deal_id: null }],
  },
  {
    name: 'a landing page and a code of one deal are one touch',
    orders: [order({ ...withCode, ...landing({ landing_path: '/i/lea' }) })],
    deals: [deal],
    path: [{ touch_id: 'landing-O', deal_id: 'D1' }],
  },
  {
    name: 'a landing page and another’s code are two',
    orders: [order({ ...withCode, ...landing({}) })],
    deals: [deal],
    path: [{ touch_id: 'landing-O', channel: 'Organic Search' }, { touch_id: 'code-D1' }],
  },
  {
    name: 'none of these is none',
    path: [
      {
        order_id: 'O',
        touch_id: 'none-O',
        touch_type: 'none',
        channel: 'Unassigned',
        touched_at: boughtAt,
        position: 1,
      },
    ],
  },
  {
    name: 'the browser that told the order’s number is its buyer’s, guest or not, whoever is logged in',
    orders: [order(guest)],
    purchases: [purchase('1001')],
    sessions: [
      session('nobody’s', '2026-03-01 08:00:00.000', social),
      session('A’s', '2026-03-02 08:00:00.000', customerA),
      session('B’s', '2026-03-03 08:00:00.000', { customer_id: 'B' }),
      session('elsewhere', '11:00:00.000', { visitor_id: 'w' }),
    ],
    path: [{ touch_id: 'nobody’s', channel: 'Paid Social' }],
  },
  {
    name: 'and so are the sessions under the name that was logged in when it was told',
    orders: [order({ customer_id: 'C' })],
    purchases: [purchase('1001', customerA)],
    sessions: [session('A’s', '11:00:00.000', customerA), session('B’s', '10:00:00.000', { customer_id: 'B' })],
    path: [{ touch_id: 'A’s' }],
  },
  ...['1001', '#1001', '5512', 'gid://shopify/Order/5512', 'SIL-1001', 'sil-1001'].map((number): Case => ({
    name: `an order’s number written as ${number}`,
    // Curated numbers have lost their # and gid.
    orders: [order({ ...guest, order_id: '5512', order_name: 'SIL-1001' })],
    purchases: [purchase(number.replace('#', '').replace('gid://shopify/Order/', ''))],
    sessions: [session('1', '11:00:00.000')],
    path: [{ touch_id: '1' }],
  })),
  {
    name: 'two customers in one session: each order its own, each customer their own other sessions',
    orders: [
      order(),
      order({ order_id: 'P', order_number: '1002', customer_id: 'B', created_at: `${day} 12:30:00.000` }),
    ],
    purchases: [
      purchase('1001', customerA),
      purchase('1002', { customer_id: 'B', purchased_at: `${day} 12:30:05.000` }),
    ],
    sessions: [
      session('A’s', '08:00:00.000', customerA),
      session('B’s', '09:00:00.000', { customer_id: 'B' }),
      session('both’s', '11:50:00.000', { customer_id: 'B', ended_at: `${day} 12:40:00.000` }),
    ],
    path: [
      { order_id: 'O', touch_id: 'A’s' },
      { order_id: 'O', touch_id: 'both’s' },
      { order_id: 'P', touch_id: 'B’s' },
      { order_id: 'P', touch_id: 'both’s' },
    ],
  },
  {
    name: 'a guest’s second order, in another browser, sees the sessions of the first; another’s does not',
    orders: [
      order({ ...guest, email_hash: 'e' }),
      order({
        ...guest,
        order_id: 'first',
        order_number: '900',
        email_hash: 'e',
        created_at: '2026-02-01 12:00:00.000',
        dt: '2026-02-01',
      }),
      order({
        ...guest,
        order_id: 'other',
        order_number: '901',
        email_hash: 'f',
        created_at: '2026-02-01 12:00:00.000',
        dt: '2026-02-01',
      }),
    ],
    purchases: [
      purchase('900', { visitor_id: 'first', purchased_at: '2026-02-01 12:00:03.000' }),
      purchase('901', { visitor_id: 'other', purchased_at: '2026-02-01 12:00:03.000' }),
      purchase('1001'),
    ],
    sessions: [
      session('the first’s', '2026-02-01 11:00:00.000', { visitor_id: 'first' }),
      session('another’s', '2026-02-01 11:00:00.000', { visitor_id: 'other' }),
      session('the second’s', '11:00:00.000'),
    ],
    path: [{ order_id: 'O', touch_id: 'the first’s' }, { touch_id: 'the second’s' }],
  },
  {
    name: 'a guest’s earlier sessions are those of the account that the address has in another order',
    orders: [
      order({ ...guest, email_hash: 'e' }),
      order({
        order_id: 'first',
        order_number: '900',
        email_hash: 'e',
        created_at: '2026-02-01 12:00:00.000',
        dt: '2026-02-01',
      }),
    ],
    sessions: [session('A’s', '2026-03-01 11:00:00.000', customerA)],
    path: [{ order_id: 'O', touch_id: 'A’s' }],
  },
  {
    name: 'the first browser that tells a number is the buyer’s, not one that opens the page again',
    orders: [order(guest)],
    purchases: [purchase('1001', { visitor_id: 'w', purchased_at: `${day} 18:00:00.000` }), purchase('1001')],
    sessions: [session('1', '11:00:00.000'), session('2', '11:00:00.000', { visitor_id: 'w' })],
    path: [{ touch_id: '1' }],
  },
  {
    name: 'a number told days away is another order’s',
    orders: [order(guest)],
    purchases: [purchase('1001', { purchased_at: '2026-03-08 12:00:00.000' })],
    sessions: [session('1', '2026-03-08 11:00:00.000')],
    path: [{ touch_type: 'none' }],
  },
  {
    name: 'but one that was received then is this one’s: the browser’s clock is behind',
    orders: [order(guest)],
    purchases: [purchase('1001', { purchased_at: '2026-03-08 12:00:00.000', received_at: `${day} 12:00:05.000` })],
    sessions: [session('1', '2026-03-08 11:00:00.000', { ended_at: '2026-03-08 12:00:00.000' })],
    path: [{ touch_id: '1' }],
  },
  {
    name: 'of two orders of one number the one of the browser’s own time',
    orders: [
      order({ ...guest, order_id: 'O1', created_at: `${day} 06:00:00.000` }),
      order({ ...guest, order_id: 'O2', created_at: '2026-03-08 06:00:00.000', dt: '2026-03-08' }),
    ],
    purchases: [purchase('1001', { purchased_at: '2026-03-08 12:00:00.000', received_at: `${day} 12:00:05.000` })],
    sessions: [session('1', '2026-03-08 11:00:00.000')],
    path: [{ order_id: 'O1', touch_type: 'none' }],
  },
  {
    name: 'an order that its shop numbers in its own way is told by its id, too',
    orders: [order({ ...guest, order_id: 'woo:1204', order_number: 'FA-77', order_name: 'FA-77' })],
    purchases: [purchase('1204')],
    sessions: [session('1', '11:00:00.000')],
    path: [{ touch_id: '1' }],
  },
  {
    name: 'a number of one order that is the id of another is its number',
    orders: [
      order({ ...guest, order_id: 'woo:1204', order_number: '1300', order_name: '1300' }),
      order({ ...guest, order_id: 'woo:1300', order_number: '1310', order_name: '1310' }),
    ],
    purchases: [purchase('1300')],
    sessions: [session('1', '11:00:00.000')],
    path: [
      { order_id: 'woo:1204', touch_id: '1' },
      { order_id: 'woo:1300', touch_type: 'none' },
    ],
  },
  {
    name: 'a customer whom an import names after the shop system is the one that pages name',
    orders: [order({ customer_id: 'woo:77' })],
    sessions: [
      session('1', '10:00:00.000'),
      session('2', '11:00:00.000', { customer_id: '77' }),
      session('3', '11:00:00.000', { customer_id: '78', visitor_id: 'w' }),
    ],
    path: [{ touch_id: '1' }, { touch_id: '2' }],
  },
  {
    name: 'an account that more browsers share than a person has is nobody’s: the order’s own browser counts',
    orders: [order()],
    purchases: [purchase('1001')],
    sessions: [
      session('own', '11:00:00.000'),
      ...Array.from({ length: 50 }, (_, i) =>
        session(`${i}`, '09:00:00.000', { ...customerA, visitor_id: `shared ${i}` }),
      ),
    ],
    path: [{ touch_id: 'own' }],
  },
  ...(
    [
      ['a browser in which more people order than share one is a till: the session of the purchase counts', 6, ['2']],
      ['up to there they share it', 5, ['1', '2']],
    ] as const
  ).map(([name, others, path]): Case => ({
    name,
    orders: [
      order({ ...guest, order_number: '1001' }),
      ...Array.from({ length: others }, (_, n) =>
        order({
          ...guest,
          order_id: `P${n}`,
          order_number: `9${n}`,
          created_at: '2026-03-02 12:00:00.000',
          dt: '2026-03-02',
        }),
      ),
    ],
    purchases: [
      purchase('1001'),
      ...Array.from({ length: others }, (_, n) => purchase(`9${n}`, { purchased_at: '2026-03-02 12:00:00.000' })),
    ],
    sessions: [
      session('1', '2026-03-01 11:00:00.000', social),
      session('2', '11:00:00.000', { ended_at: `${day} 12:30:00.000` }),
    ],
    path: path.map((touch_id) => ({ touch_id })),
  })),
  {
    name: 'and all orders of one buyer are theirs',
    orders: [
      order(),
      ...Array.from({ length: 9 }, (_, n) =>
        order({ order_id: `P${n}`, order_number: `9${n}`, created_at: '2026-03-02 12:00:00.000', dt: '2026-03-02' }),
      ),
    ],
    purchases: [
      purchase('1001'),
      ...Array.from({ length: 9 }, (_, n) => purchase(`9${n}`, { purchased_at: '2026-03-02 12:00:00.000' })),
    ],
    sessions: [session('1', '2026-03-01 11:00:00.000', social)],
    path: [{ touch_id: '1' }],
  },
  {
    name: 'up to there they are one person’s',
    orders: [order()],
    sessions: Array.from({ length: 50 }, (_, i) =>
      session(String(i).padStart(2, '0'), '09:00:00.000', { ...customerA, visitor_id: `own ${i}` }),
    ),
    path: Array.from({ length: 50 }, (_, i) => ({ touch_id: String(i).padStart(2, '0') })),
  },
  {
    name: 'where consent came after the landing page, the shop’s own note of it stands in the session’s place',
    orders: [order(landing({}))],
    purchases: [purchase('1001')],
    sessions: [
      session('1', '2026-03-01 11:00:00.000', social),
      session('2', '11:00:00.000', unplaced),
      session('3', '11:50:00.000', { channel: 'Email' }),
    ],
    path: [
      { touch_id: '1' },
      {
        touch_id: 'landing-O',
        touch_type: 'order_landing',
        channel: 'Organic Search',
        touched_at: `${day} 11:00:00.000`,
      },
      { touch_id: '3' },
    ],
  },
  ...(
    [
      ['2026-03-09 12:00:00.000', { touch_id: 'landing-O', touched_at: '2026-03-09 12:00:00.000' }],
      ['2026-03-09 11:59:59.999', { touch_id: '2', channel: 'Unassigned' }],
    ] as const
  ).map(([at, touch]): Case => ({
    name: `the shop’s note stands for a session of the last day and no older one: ${at}`,
    orders: [order(landing({}))],
    purchases: [purchase('1001')],
    sessions: [session('2', at, unplaced)],
    path: [touch],
  })),
  {
    name: 'a medium without a source is known well enough',
    orders: [order(landing({}))],
    purchases: [purchase('1001')],
    sessions: [session('1', '11:00:00.000', { source: '(not set)', medium: 'email', channel: 'Email' })],
    path: [{ touch_id: '1', channel: 'Email' }],
  },
  {
    name: 'and so is a campaign without both',
    orders: [order(landing({}))],
    purchases: [purchase('1001')],
    sessions: [
      session('1', '11:00:00.000', { ...unplaced, campaign: 'soldes' }),
      session('2', '11:30:00.000', { ...unplaced, campaign_id: '9001' }),
    ],
    path: [{ touch_id: '1' }, { touch_id: '2' }],
  },
  {
    name: 'where the shop noted none, it stays as it is',
    purchases: [purchase('1001')],
    sessions: [session('2', '11:00:00.000', unplaced)],
    path: [{ touch_id: '2', channel: 'Unassigned', source: '(not set)' }],
  },
  {
    name: 'a refused visitor’s order has the landing page that the shop noted',
    orders: [order({ ...guest, ...landing({}) })],
    path: [{ touch_id: 'landing-O', channel: 'Organic Search' }],
  },
  {
    name: 'a guest whose order no browser told has no sessions',
    orders: [order({ customer_id: null })],
    sessions: [session('1', '11:00:00.000')],
    path: [{ touch_type: 'none' }],
  },
  {
    name: 'what is no conversion has no path',
    orders: [order({ is_conversion: false })],
    sessions: [session('1', '11:00:00.000', customerA)],
    path: [],
  },
];

test.each(cases)('$name', async ({ orders = [order()], sessions = [], purchases = [], deals = [], path }) => {
  const landings = await workshop.model('deal_landings', day, {
    orders: orders.filter((one) => one['dt'] === undefined),
    influencer_deals: deals,
  });
  const found = await workshop.model('touchpoints', day, {
    orders,
    sessions,
    purchases,
    deal_landings: landings,
    influencer_deals: deals,
  });
  const sorted = found.toSorted(
    (a, b) =>
      text(a, 'order_id').localeCompare(text(b, 'order_id'), 'en') || Number(a['position']) - Number(b['position']),
  );
  expect(sorted).toMatchObject(path);
});

const at = (minutes: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + minutes * 60_000).toISOString().replace('T', ' ').replace('Z', '');
const minutesAgo = fc.oneof(
  fc.integer({ min: -3000, max: 600 }),
  fc.integer({ min: -131_000, max: 0 }),
  fc.constant(-129_600),
);
const person = fc.option(fc.constantFrom('A', 'B', 'C'), { freq: 1 });
const randomSessions = fc.array(fc.record({ visitor: fc.constantFrom('u', 'v', 'w'), person, minutes: minutesAgo }), {
  maxLength: 60,
});

const sort = (some: readonly (readonly unknown[])[]): string[] => some.map((row) => JSON.stringify(row)).toSorted();

test.each([
  ['a', 'b'],
  ['b', 'a'],
])(
  'of two browsers that told of an order in one moment the lower event counts, whichever is read first: %s, %s',
  async (...ids) => {
    const found = await workshop.model('touchpoints', day, {
      orders: [order(guest)],
      sessions: ids.map((id) => session(`s-${id}`, '11:00:00.000', { visitor_id: `v-${id}`, ...social })),
      purchases: ids.map((id) => purchase('1001', { visitor_id: `v-${id}`, event_id: id })),
    });
    expect(pick(found, 'touch_id')).toEqual([['s-a']]);
  },
);

describe('on random people in three browsers', () => {
  test('a path is what a walk from the conversion back finds', async () => {
    await fc.assert(
      fc.asyncProperty(randomSessions, async (drawn) => {
        const sessions = drawn.map(({ visitor, person: customer, minutes }, n) => ({
          id: `s${String(n).padStart(3, '0')}`,
          visitor,
          customer,
          at: at(minutes),
        }));
        const orders = ['A', 'B', 'C', 'D'].map((customer, n) => ({ id: `O${n}`, customer, at: at(n * 100) }));
        const expected = orders.flatMap(({ id, customer, at: converted }) => {
          const from = new Date(Date.parse(`${converted.replace(' ', 'T')}Z`) - 90 * 86_400_000)
            .toISOString()
            .replace('T', ' ')
            .replace('Z', '');
          const before = sessions
            .filter((s) => s.at <= converted && s.at >= from)
            .toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
          const mine = [...grouped(before, (s) => s.visitor).values()].flatMap((browser) => {
            const lastNamed = browser.findLast((s) => s.customer !== null)?.customer;
            return browser.filter(
              (s) =>
                s.customer === customer ||
                (s.customer === null && lastNamed === customer && browser.some((each) => each.customer === customer)),
            );
          });
          const path = mine.toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
          return path.length === 0 ? [[id, `none-${id}`, 1]] : path.map((s, n) => [id, s.id, n + 1]);
        });
        const rows = sessions.map((s) => session(s.id, s.at, { visitor_id: s.visitor, customer_id: s.customer }));
        const tables = {
          orders: orders.map((o) => order({ order_id: o.id, customer_id: o.customer, created_at: o.at })),
        };
        const found = await workshop.model('touchpoints', day, { ...tables, sessions: rows });
        expect(sort(pick(found, 'order_id', 'touch_id', 'position'))).toEqual(sort(expected));
        // The order in which the sessions stand does not matter.
        expect(
          pick(
            await workshop.model('touchpoints', day, { ...tables, sessions: rows.toReversed() }),
            'order_id',
            'touch_id',
            'position',
          ),
        ).toEqual(pick(found, 'order_id', 'touch_id', 'position'));
      }),
      { numRuns: 10, seed: 20_260_311, endOnFailure: true },
    );
  });
});
