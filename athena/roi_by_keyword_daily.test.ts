import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { greatest, groups, latest, measured, plain, n, sum } from './sums.fixture.ts';
import { day, touchedOrders } from './touched-orders.samples.ts';
import { shopByChance } from './views.samples.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const campaign = { platform: 'google_ads', account_id: '1', campaign_id: '7', dt: day };
const spent = (spend_eur: string, over: Row = {}): Row => ({
  ...campaign,
  campaign_name: 'Search',
  channel: 'Paid Search',
  impressions: 100,
  clicks: 10,
  spend_eur,
  ...over,
});
const word = (keyword_folded: string, spend_eur: string, over: Row = {}): Row => ({
  ...campaign,
  keyword: keyword_folded.toUpperCase(),
  keyword_folded,
  impressions: 20,
  clicks: 2,
  spend_eur,
  ...over,
});
test('an order is its keyword’s by the term in its link, where the campaign has it; the campaign’s rest stands apart', async () => {
  const links = ['crème bio', 'crème++bio', 'unknown', null, 'elsewhere'].map((term) => ({ term }));
  const found = await workshop.view('roi_by_keyword_daily', {
    ...touchedOrders(links, { channel: 'Paid Search', platform: 'google_ads', campaign_id: '7' }),
    ad_spend: [spent('6.000000'), spent('4.000000', { ad_id: 'a' }), spent('1.500000', { campaign_id: '8' })],
    keyword_spend: [
      word('crème bio', '2.000000', { match_type: 'exact' }),
      word('crème bio', '1.000000', { match_type: 'broad' }),
      word('savon', '3.500000'),
      word('elsewhere', '1.500000', { campaign_id: '8' }),
    ],
  });
  const shown = found.map((row) => [
    row['campaign_id'],
    row['keyword'] ?? null,
    row['channel'],
    n(row, 'spend_eur'),
    n(row, 'clicks'),
    n(row, 'orders'),
  ]);
  expect(new Set(shown)).toEqual(
    new Set([
      ['7', null, 'Paid Search', 3.5, 14, 3],
      ['7', 'crème bio', 'Paid Search', 3, 4, 2],
      ['7', 'savon', 'Paid Search', 3.5, 2, 0],
      ['8', null, 'Paid Search', 0, 8, 0],
      ['8', 'elsewhere', 'Paid Search', 1.5, 2, 0],
    ]),
  );
});

test.each([11, 12, 13])('adds up to all revenue and all spend of advertisements (seed %i)', async (seed) => {
  const tables: Tables = shopByChance(seed);
  const [words, channels] = [
    await workshop.view('roi_by_keyword_daily', tables),
    await workshop.view('marketing_daily', tables),
  ];
  const spend = sum(tables['ad_spend'] ?? [], 'spend_eur');
  expect(spend).toBeGreaterThan(10);
  expect(sum(words, 'spend_eur')).toBeCloseTo(spend, 6);
  expect(sum(words, 'orders')).toBeGreaterThan(5);
  for (const figure of ['orders', 'new_customers', 'net_revenue_eur', 'covered_eur', 'margin_eur'])
    expect(sum(words, figure)).toBeCloseTo(sum(channels, figure), 6);
  expect(words.some((row) => row['keyword'] !== null)).toBe(true);
  expect(groups(words, 'day', 'channel', 'platform', 'campaign_id', 'keyword')).toHaveLength(words.length);
});

/** Keywords by chance, of a campaign that no other report has, too; and links that tell them. */
function searched(seed: number): Tables {
  const shop = shopByChance(seed);
  const told = ['word 0', 'word++1', ' word 2 ', 'word 1', 'other', null];
  const credited = new Map(
    (shop['attribution'] ?? []).map((row) => [`${text(row, 'order_id')} ${text(row, 'touch_id')}`, row]),
  );
  const words = (shop['keyword_spend'] ?? []).map((row, i): Row => ({
    ...row,
    impressions: 3 * i,
    clicks: i % 4,
    keyword_folded: `word ${i % 3}`,
    spend_eur: `0.${10 + i}0000`,
  }));
  return {
    ...shop,
    keyword_spend: [...words, { ...words[0], campaign_id: 'not reported' }],
    touchpoints: [...credited.values()].flatMap(({ order_id = null, touch_id = null }, i): Row[] => {
      const touch = { order_id, touch_id, term: told[i % told.length] ?? null };
      return i % 11 === 0 ? [] : i % 4 === 0 ? [touch, { ...touch, term: null }] : [touch];
    }),
  };
}

test.each([31, 32])('each keyword of each day is what its reports and its links tell (seed %i)', async (seed) => {
  const tables = searched(seed);
  const alike = (row: Row, other: Row, ...names: readonly string[]) =>
    names.every((name) => (row[name] ?? null) === (other[name] ?? null));
  const reports = (tables['ad_spend'] ?? []).map((row): Row => ({ ...row, day: row['dt'] ?? null, keyword: null }));
  const words = (tables['keyword_spend'] ?? []).map((row): Row => ({
    ...row,
    day: row['dt'] ?? null,
    keyword: row['keyword_folded'] ?? null,
    channel:
      greatest(
        reports.filter((other) => alike(row, other, 'platform', 'campaign_id')),
        'channel',
      ) ?? 'Paid Search',
  }));
  const rest = words.map((row): Row => ({
    ...row,
    keyword: null,
    impressions: -n(row, 'impressions'),
    clicks: -n(row, 'clicks'),
    spend_eur: -n(row, 'spend_eur'),
  }));
  const bought = (await workshop.view('credited_orders', tables)).map((order): Row => {
    const links = (tables['touchpoints'] ?? []).filter((row) => alike(row, order, 'order_id', 'touch_id'));
    const told = text({ term: greatest(links, 'term') ?? '' }, 'term')
      .split(/[ +]+/u)
      .join(' ')
      .trim();
    const known = words.find((row) => alike(row, order, 'platform', 'campaign_id') && row['keyword'] === told);
    return { ...order, keyword: known?.['keyword'] ?? null };
  });
  expect(bought.filter((row) => row['keyword'] !== null).length).toBeGreaterThan(4);
  const expected = groups(
    [...reports, ...words, ...rest, ...bought],
    'day',
    'channel',
    'platform',
    'campaign_id',
    'keyword',
  ).map(([named, all]) => ({
    ...named,
    campaign: latest(
      reports.filter((row) => alike(row, named, 'platform', 'campaign_id')),
      'campaign_name',
    ),
    ...measured(all, 'impressions', 'clicks', 'spend_eur', 'orders', 'new_customers', 'net_revenue_eur', 'covered_eur'),
    margin_eur: all.some((row) => (row['margin_eur'] ?? null) !== null) ? sum(all, 'margin_eur') : null,
  }));
  expect(plain(await workshop.view('roi_by_keyword_daily', tables))).toEqual(plain(expected));
});
