import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, pick, text, type Row, type Tables, type Workshop } from '../../athena/fixture.ts';
import { byChance, many } from '../../athena/chance.fixture.ts';
import { addDays } from '../shared/days.ts';
import { journeysIn, namedJourneysSql, smallOf, type NamedBy } from './named-journeys.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
const at = (daysBefore: number) => addDays(day, -daysBefore);

/** A visit so many days before the day. */
const visit = (id: string, visitor: string, channel: string, daysBefore: number, more: Row = {}): Row => ({
  session_id: id,
  visitor_id: visitor,
  customer_id: null,
  channel,
  started_at: `${at(daysBefore)} 10:00:00.000`,
  dt: at(daysBefore),
  ...more,
});

/** A touch of an order of the day. */
const touch = (
  order: string,
  id: string,
  position: number,
  channel: string,
  daysBefore: number,
  more: Row = {},
): Row => ({
  order_id: order,
  touch_id: id,
  touch_type: 'session',
  position,
  channel,
  touched_at: `${at(daysBefore)} 10:00:00.000`,
  converted_at: `${day} 10:00:00.000`,
  dt: day,
  ...more,
});

async function journeys(tables: Tables, by: NamedBy, days = { from: day, to: day }) {
  const rows = await workshop.view('campaigns', tables, namedJourneysSql(days, by));
  return journeysIn({ rows: pick(rows, 'path', 'conversions', 'non_conversions') }).map(
    ({ touches, conversions, nonConversions }) => [touches.join(' > '), conversions, nonConversions] as const,
  );
}

test('a campaign is called as its platform last reported it, a deal by its id, and what is neither by its link', async () => {
  const reported = (campaign_name: string, dt: string): Row => ({
    platform: 'google_ads',
    account_id: 'A',
    campaign_id: '7',
    campaign_name,
    campaign_folded: campaign_name.toLowerCase(),
    channel: 'Paid Search',
    dt,
  });
  const of = { platform: 'google_ads', campaign_id: '7' };
  const tables: Tables = {
    ad_spend: [reported('Brand', '2026-01-01'), reported('Brand FR', '2026-02-01')],
    touchpoints: [
      touch('1', 'a', 1, 'Paid Search', 5, { ...of, campaign: 'an old link' }),
      touch('1', 'b', 2, 'Influencer', 3, { deal_id: 'D1', campaign: 'spring' }),
      touch('1', 'c', 3, 'Email', 2, { campaign: 'newsletter' }),
      touch('1', 'd', 4, 'Paid Social', 1, { campaign_id: '99' }),
      touch('1', 'e', 5, 'Direct', 0),
    ],
    sessions: [visit('x', 'v', 'Paid Search', 0, { ...of, campaign: 'brand' })],
  };
  expect(await journeys(tables, 'campaign')).toEqual([
    ['Paid Search: Brand FR', 0, 1],
    ['Paid Search: Brand FR > Influencer: D1 > Email: newsletter > Paid Social: 99 > Direct', 1, 0],
  ]);
  expect(await journeys(tables, 'channel')).toEqual([
    ['Paid Search', 0, 1],
    ['Paid Search > Influencer > Email > Paid Social > Direct', 1, 0],
  ]);
});

describe('a journey without an order', () => {
  test('ends with 30 quiet days, and has the visits of the 30 days up to its last', async () => {
    const sessions = [
      visit('old', 'v', 'Email', 31),
      visit('first', 'v', 'Display', 30),
      visit('last', 'v', 'Direct', 0),
      // Who came again within 30 days had not given up.
      visit('w1', 'w', 'Email', 0),
      visit('w2', 'w', 'Direct', -30),
      visit('u1', 'u', 'Email', 0),
      visit('u2', 'u', 'Direct', -31),
    ];
    expect(await journeys({ sessions }, 'channel')).toEqual([
      ['Display > Direct', 0, 1],
      ['Email', 0, 1],
    ]);
  });

  test('has no visit that an order was credited to, and is of the person where a browser told one', async () => {
    const sessions = [
      visit('a', 'v', 'Email', 2),
      visit('b', 'v', 'Direct', 1),
      visit('c', 'phone', 'Display', 1, { customer_id: 'C' }),
      visit('d', 'laptop', 'Direct', 0, { customer_id: 'C' }),
    ];
    const touchpoints = [touch('1', 'a', 1, 'Email', 2), touch('1', 'b', 2, 'Direct', 1)];
    expect(await journeys({ sessions, touchpoints }, 'channel')).toEqual([
      ['Display > Direct', 0, 1],
      ['Email > Direct', 1, 0],
    ]);
  });
});

test('by channel they are those of path_types, whose days without an order are 30 later', async () => {
  const seed = 7;
  const { oneOf, upTo } = byChance(seed);
  const sessions = many(120, (n) =>
    visit(`s${n}`, oneOf(['v', 'w', 'x', 'y', 'z']), oneOf(['Direct', 'Email', 'Paid Search']), upTo(199)),
  );
  const days = { from: at(90), to: at(60) };
  const found = await journeys({ sessions }, 'channel', days);
  const expected = new Map<string, number>();
  for (let ended = days.from; ended <= days.to; ended = addDays(ended, 1)) {
    const known = addDays(ended, 30);
    for (const row of await workshop.model('path_types', known, {
      sessions: sessions.filter((one) => text(one, 'dt') >= addDays(known, -60) && text(one, 'dt') <= known),
    })) {
      const path = text(row, 'path');
      expected.set(path, (expected.get(path) ?? 0) + Number(row['non_conversions']));
    }
  }
  expect([seed, expected.size]).toEqual([seed, found.length]);
  expect(new Map(found.map(([path, , without]) => [path, without]))).toEqual(expected);
});

test.each([
  ['Paid Search: Brand FR', 'Paid Search: small campaigns'],
  ['Email: 10: 30 h', 'Email: small campaigns'],
  ['Direct', 'Direct'],
])('%s is one of %s where few orders tell of it', (name, pool) => expect(smallOf(name)).toBe(pool));
