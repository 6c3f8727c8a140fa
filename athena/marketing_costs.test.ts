/** All costs, and the orders that influencers are owed for, computed once more by loops over a shop by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dayNumber, isoOf } from '../lambdas/shared/day-numbers.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { greatest, groups, measured, n, plain, sum } from './sums.fixture.ts';
import { shopByChance } from './views.samples.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const cents = (eur: number): number => Math.round(eur * 100 + 1e-7) / 100;
const timeOf = (row: Row, name: string): number => (typeof row[name] === 'string' ? Date.parse(`${row[name]}Z`) : NaN);

/** A shop in which some who told a code had come by its influencer's link, too, and one deal has none. */
function shopOf(seed: number): Tables {
  const shop = shopByChance(seed);
  const influencer_deals = (shop['influencer_deals'] ?? []).map((row, i): Row =>
    i % 4 === 3 ? row : { ...row, [['link_path', 'link_source', 'link_campaign'][i % 4] ?? '']: 'x' },
  );
  const ownerOf = new Map(influencer_deals.map((row) => [row['deal_id'], row['influencer_id'] ?? null]));
  const touchpoints = (shop['touchpoints'] ?? []).map((row, i): Row => {
    const deal_id = (i % 20 === 0 ? row['code_deal_id'] : null) ?? row['deal_id'] ?? null;
    return { ...row, deal_id, influencer_id: ownerOf.get(deal_id) ?? null };
  });
  return { ...shop, influencer_deals, touchpoints };
}

/** Each conversion that a deal brought, and what it is owed for it. */
function brought(tables: Tables): Row[] {
  const of = (name: string): readonly Row[] => tables[name] ?? [];
  return of('orders').flatMap((order): Row[] => {
    const isOfOrder = (row: Row) => row['order_id'] === order['order_id'];
    const path = of('touchpoints').filter(isOfOrder);
    const code = greatest(path, 'code_deal_id');
    const visits = path.filter((row) => row['touch_type'] !== 'promo_code');
    const [link] = visits
      .filter(
        (row) =>
          (row['deal_id'] ?? null) !== null &&
          timeOf(row, 'touched_at') >= timeOf(row, 'converted_at') - 30 * 86_400_000,
      )
      .toSorted((a, b) => n(b, 'position') - n(a, 'position'));
    const deal = of('influencer_deals').find((row) => row['deal_id'] === (code ?? link?.['deal_id']));
    if (order['is_conversion'] !== true || deal === undefined) return [];
    const isOwn = visits.some(
      (row) => (row['deal_id'] ?? null) !== null && row['influencer_id'] === deal['influencer_id'],
    );
    const hasLink = ['link_path', 'link_source', 'link_campaign'].some((name) => (deal[name] ?? null) !== null);
    const isVisited = hasLink && (isOwn || path.some((row) => row['touch_type'] === 'session'));
    const back = of('refunds').filter(
      (row) => isOfOrder(row) && ['goods', 'shipping', 'discrepancy'].includes(text(row, 'part')),
    );
    const refunded_eur = sum(back, 'amount_eur') - sum(back, 'tax_eur');
    const net = n(order, 'net_revenue_eur');
    const base = deal['commission_on'] === 'net' ? Math.max(net - refunded_eur, 0) : net;
    return [
      {
        order_id: order['order_id'] ?? null,
        deal_id: deal['deal_id'] ?? null,
        influencer_id: deal['influencer_id'] ?? null,
        brought_by: code === null ? 'link' : 'promo_code',
        is_leaked: code !== null && isVisited ? !isOwn : null,
        local_date: order['local_date'] ?? null,
        net_revenue_eur: net,
        refunded_eur,
        commission_on: deal['commission_on'] ?? null,
        commission_eur: cents(base * n(deal, 'commission_rate')),
      },
    ];
  });
}

const bare = { influencer_id: null, impressions: 0, clicks: 0 };

/** Of an amount in cents that is spread over days, what the first so many of them have. */
const until = (eur: number, days: number, all: number) => Math.round((Math.round(eur * 100) * days) / all);

function feesOf(deal: Row): Row[] {
  const begin = dayNumber(text(deal, 'contract_date'));
  const end = typeof deal['end_date'] === 'string' ? dayNumber(deal['end_date']) : NaN;
  const days = end >= begin && end <= begin + 730 ? end - begin + 1 : 30;
  const cost = n(deal, 'fee_eur') + n(deal, 'product_cost_eur');
  return Array.from({ length: days }, (_, place): Row => ({
    ...bare,
    day: isoOf(begin + place),
    channel: 'Influencer',
    platform: 'influencer',
    campaign_id: deal['deal_id'] ?? null,
    campaign: deal['campaign'] ?? null,
    influencer_id: deal['influencer_id'] ?? null,
    spend_eur: (until(cost, place + 1, days) - until(cost, place, days)) / 100,
    booked_eur: place === 0 ? cost : 0,
  })).filter((row, place) => place === 0 || n(row, 'spend_eur') !== 0);
}

/** What the profile says, on each day until the last one of the lake. */
function ofProfile(cost: Row, lastDay: number): Row[] {
  const begin = dayNumber(text(cost, 'first_day'));
  const told = typeof cost['last_day'] === 'string' ? dayNumber(cost['last_day']) : lastDay;
  const end = cost['per'] === 'once' ? begin : Math.min(told, lastDay);
  return Array.from({ length: begin > lastDay ? 0 : Math.max(end - begin + 1, 0) }, (_, place): Row => {
    const day = isoOf(begin + place);
    const [year, month, date] = day.split('-').map(Number);
    const ofMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
    const amount = n(cost, 'amount_eur');
    const share = (until(amount, date ?? 0, ofMonth) - until(amount, (date ?? 0) - 1, ofMonth)) / 100;
    return { ...cost, day, spend_eur: cost['per'] === 'month' ? share : amount };
  });
}

function costs(tables: Tables): Row[] {
  const of = (name: string): readonly Row[] => tables[name] ?? [];
  const days = [
    ...of('orders').flatMap((row) => (row['is_conversion'] === true ? [text(row, 'local_date')] : [])),
    ...of('sessions').map((row) => text(row, 'started_at').slice(0, 10)),
  ];
  const lastDay = Math.max(...days.map(dayNumber));
  const reports = groups(
    of('ad_spend').map((row) => ({ ...row, day: row['dt'] ?? null })),
    'day',
    'channel',
    'platform',
    'campaign_id',
  ).map(([names, all]): Row => {
    const totals = measured(all, 'impressions', 'clicks', 'spend_eur');
    return {
      ...bare,
      ...names,
      campaign: greatest(all, 'campaign_name'),
      ...totals,
      booked_eur: sum(all, 'spend_eur'),
    };
  });
  const commissions = groups(brought(tables), 'local_date', 'deal_id', 'influencer_id').map(([names, all]): Row => {
    const eur = sum(all, 'commission_eur');
    return {
      ...bare,
      day: names['local_date'] ?? null,
      channel: 'Influencer',
      platform: 'influencer',
      campaign_id: names['deal_id'] ?? null,
      campaign: of('influencer_deals').find((row) => row['deal_id'] === names['deal_id'])?.['campaign'] ?? null,
      influencer_id: names['influencer_id'] ?? null,
      spend_eur: eur,
      booked_eur: eur,
    };
  });
  const others = groups(
    of('shop_marketing_costs').flatMap((row) => ofProfile(row, lastDay)),
    'day',
    'channel',
    'name',
  ).map(([{ day = null, channel = null, ...named }, all]): Row => {
    const name = text(named, 'name');
    const eur = sum(all, 'spend_eur');
    return { ...bare, day, channel, platform: 'shop', campaign_id: `shop:${name}`, campaign: name.toLowerCase(), spend_eur: eur, booked_eur: eur }; // prettier-ignore
  });
  return [...reports, ...of('influencer_deals').flatMap(feesOf), ...commissions, ...others];
}

test.each([41, 42])('influencer_orders is what loops over paths, deals and refunds find (seed %i)', async (seed) => {
  const tables = shopOf(seed);
  const expected = brought(tables);
  expect(expected.length).toBeGreaterThan(15);
  expect(new Set(expected.map((row) => row['is_leaked']))).toEqual(new Set([true, false, null]));
  expect(plain(await workshop.view('influencer_orders', tables))).toEqual(plain(expected));
});

test.each([41, 42])(
  'marketing_costs is what loops over reports, deals and the profile find (seed %i)',
  async (seed) => {
    const tables = shopOf(seed);
    expect(plain(await workshop.view('marketing_costs', tables))).toEqual(plain(costs(tables)));
  },
);

test.each([
  ['a day before it begins', '2026-02-28', 30],
  ['on its first day', '2026-03-01', 1],
  ['730 days later', '2028-02-29', 731],
  ['731 days later', '2028-03-01', 30],
  ['on no day', null, 30],
])('a deal that ends %s', async (_, end_date, days) => {
  const deal = { deal_id: 'D', influencer_id: 'I', contract_date: '2026-03-01', end_date, fee_eur: '1000.00' };
  const found = await workshop.view('marketing_costs', { influencer_deals: [deal] });
  expect(found).toHaveLength(days);
  expect(plain(found)).toEqual(plain(feesOf(deal)));
});
