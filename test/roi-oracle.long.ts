/**
 * The analysis against the raw files: the same figures by another road, to the cent. Worlds are told by their seeds.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GenerateRequest } from '../lambdas/generate/generate.ts';
import { attributionModels as models } from '../lambdas/shared/attribution-models.ts';
import { house, type Workspace, type Row } from './house.ts';
import { broughtBy, lastNonDirect, lastTouch, pathsOf, sessionsOf, type Touch } from './raw-paths.ts';
import {
  adsOf,
  conversionsOf,
  dealsOf,
  eventsOf,
  kindsOf,
  placedOf,
  postsByInfluencer,
  type Ad,
  type Conversion,
  type Deal,
} from './raw-world.ts';

// With the spring change of the clocks, a quarter's end (new deals), and orders in four currencies.
const worlds: readonly (GenerateRequest & { readonly seed: number; readonly dirt: number })[] = [
  { seed: 156, dirt: 1, eventsPerDay: 1500, from: '2026-03-13', to: '2026-04-02' },
  { seed: 18, dirt: 1, eventsPerDay: 1500, from: '2026-10-14', to: '2026-10-27' },
  { seed: 113, dirt: 0, eventsPerDay: 2000, from: '2026-03-17', to: '2026-04-05' },
];

/** An amount of the warehouse in cents (millionths where it has six digits). @throws Error where it is none */
function amount(row: Row | undefined, name: string, digits = 2): number {
  const value = row?.[name];
  if (typeof value === 'number' || typeof value === 'string') return Math.round(Number(value) * 10 ** digits);
  throw new Error(`${name} is no amount: ${JSON.stringify(value)}`);
}

function text(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name} is no text: ${JSON.stringify(value)}`);
}

/** An amount that may be unknown. */
const amountOrNull = (row: Row, name: string): number | null => (row[name] === null ? null : amount(row, name));

const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);

/** Sums by a key, sorted by it, those that are nothing left out. */
function sums<T>(all: readonly T[], keyOf: (one: T) => string, valueOf: (one: T) => number): [string, number][] {
  const found = new Map<string, number>();
  for (const one of all) found.set(keyOf(one), (found.get(keyOf(one)) ?? 0) + valueOf(one));
  return [...found]
    .filter(([, value]) => Math.abs(value) > 1e-6)
    .map(([key, value]): [string, number] => [key, Math.round(value * 1e6) / 1e6])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What a deal costs on each day of its life: as much as is due by then, less what was due before. */
function feeDays({ from, to, fee, products }: Deal): { day: string; cents: number }[] {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  const due = (n: number): number => Math.round(((fee + products) * n) / days + 1e-9);
  return Array.from({ length: days }, (_, n) => ({
    day: new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10),
    cents: due(n + 1) - due(n),
  }));
}

/** Each row as one line, in order: so that a difference shows the row. */
const sortedRows = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

const keyed =
  (...names: readonly string[]) =>
  (row: Row): string =>
    names.map((name) => text(row, name)).join(' ');

/** What the worlds have between them of the money of real orders. */
const met = new Set<string>();

describe.each(worlds)('seed $seed, dirt $dirt', (world) => {
  let lake: Workspace;
  let orders: Conversion[];
  let deals: Deal[];
  let ads: Ad[];
  let views: Record<'economics' | 'costs' | 'daily' | 'campaigns' | 'influencers' | 'brought', Row[]>;

  beforeAll(async () => {
    lake = await house(world);
    orders = conversionsOf(lake.root);
    for (const kind of kindsOf(lake.root)) met.add(kind);
    deals = dealsOf(lake.root);
    ads = adsOf(lake.root);
    views = {
      economics: await lake.rows('SELECT * FROM order_economics'),
      costs: await lake.rows('SELECT * FROM marketing_costs'),
      daily: await lake.rows('SELECT * FROM roi_by_channel_daily'),
      campaigns: await lake.rows('SELECT * FROM roi_by_campaign'),
      influencers: await lake.rows('SELECT * FROM roi_by_influencer'),
      brought: await lake.rows('SELECT * FROM influencer_orders'),
    };
  });
  afterAll(() => lake.remove());

  test('the world has what is to be tested, and no promise of the schema is broken', () => {
    expect(orders.length).toBeGreaterThan(50);
    expect(orders.filter(({ refunded }) => refunded > 0).length).toBeGreaterThan(0);
    expect(orders.filter(({ margin }) => margin === null).length).toBeGreaterThan(0);
    expect(orders.filter(({ customer }) => customer === null).length).toBeGreaterThan(0);
    expect(new Set(ads.map(({ platform }) => platform)).size).toBe(3);
    expect(deals.length).toBeGreaterThan(3);
    expect(lake.broken).toEqual([]);
  });

  test('order_economics: every conversion, with each of its amounts', () => {
    const found = views.economics.map((row) => ({
      id: row['order_id'],
      customer: row['customer_id'],
      day: row['local_date'],
      isNew: row['is_new_customer'],
      net: amount(row, 'net_revenue_eur'),
      goods: amountOrNull(row, 'cost_of_goods_eur'),
      fee: amount(row, 'payment_fee_eur'),
      refunded: amount(row, 'refunded_eur'),
      margin: amountOrNull(row, 'margin_eur'),
    }));
    const expected = orders.map(({ id, customer, day, isNew, net, goods, fee, refunded, margin }) => ({
      id,
      customer,
      day,
      isNew,
      net,
      goods,
      fee,
      refunded,
      margin,
    }));
    expect(sortedRows(found)).toEqual(sortedRows(expected));
  });

  test('marketing_costs: ads to the millionth, by day, platform, channel and campaign', () => {
    const found = views.costs.filter((row) => row['platform'] !== 'influencer');
    const key = keyed('day', 'platform', 'channel', 'campaign_id');
    const adKey = (ad: Ad): string => `${ad.day} ${ad.platform} ${ad.channel} ${ad.campaign}`;
    expect(sums(found, key, (row) => amount(row, 'spend_eur', 6))).toEqual(sums(ads, adKey, ({ spend }) => spend));
    expect(sums(found, key, (row) => amount(row, 'clicks', 0))).toEqual(sums(ads, adKey, ({ clicks }) => clicks));
    expect(sums(found, key, (row) => amount(row, 'impressions', 0))).toEqual(
      sums(ads, adKey, ({ impressions }) => impressions),
    );
    expect(new Set(found.map(key)).size).toBe(found.length);
  });

  test('marketing_costs: fees and products of every deal, booked on its day and spread over its life, and the commissions', () => {
    const found = views.costs.filter((row) => row['platform'] === 'influencer');
    const commissions = views.brought.map((row) => ({
      key: `${text(row, 'local_date')} ${text(row, 'deal_id')}`,
      cents: amount(row, 'commission_eur'),
    }));
    const expected = [
      ...deals.map((deal) => ({ key: `${deal.from} ${deal.id}`, cents: deal.fee + deal.products })),
      ...commissions,
    ];
    expect(
      sums(
        found,
        (row) => `${text(row, 'day')} ${text(row, 'campaign_id')}`,
        (row) => amount(row, 'booked_eur'),
      ),
    ).toEqual(
      sums(
        expected,
        ({ key }) => key,
        ({ cents }) => cents,
      ),
    );
    const spread = [
      ...deals.flatMap((deal) => feeDays(deal).map(({ day, cents }) => ({ key: `${day} ${deal.id}`, cents }))),
      ...commissions,
    ];
    expect(
      sums(
        found,
        (row) => `${text(row, 'day')} ${text(row, 'campaign_id')}`,
        (row) => amount(row, 'spend_eur'),
      ),
    ).toEqual(
      sums(
        spread,
        ({ key }) => key,
        ({ cents }) => cents,
      ),
    );
  });

  test('influencer_orders: every order with a deal’s code, once, and its commission', () => {
    const byCode = orders.flatMap((order) => {
      const found = broughtBy(order, [], deals);
      return found
        ? [
            {
              order: order.id,
              deal: found.deal.id,
              commission: Math.round(
                (found.deal.isOnGross ? order.net : Math.max(order.net - order.refunded, 0)) *
                  found.deal.commissionRate +
                  1e-6,
              ),
            },
          ]
        : [];
    });
    expect(
      sortedRows(
        views.brought
          .filter((row) => row['brought_by'] === 'promo_code')
          .map((row) => ({
            order: text(row, 'order_id'),
            deal: text(row, 'deal_id'),
            commission: amount(row, 'commission_eur'),
          })),
      ),
    ).toEqual(sortedRows(byCode));
    expect(new Set(views.brought.map((row) => row['order_id'])).size).toBe(views.brought.length);
    expect(byCode.length).toBeGreaterThan(0);
  });

  test('roi_by_influencer: costs, posts, and the orders that are theirs', () => {
    const posts = postsByInfluencer(lake.root);
    for (const row of views.influencers) {
      const id = text(row, 'influencer_id');
      const own = deals.filter(({ influencer }) => influencer === id);
      const brought = views.brought.filter((order) => order['influencer_id'] === id);
      const of = brought.map((order) => orders.find((one) => one.id === order['order_id']));
      const known = of.flatMap((order) => order?.margin ?? []);
      const figures = posts.get(id) ?? { posts: 0, views: 0, engagements: 0 };
      const cost =
        sum(own.map(({ fee, products }) => fee + products)) +
        sum(brought.map((order) => amount(order, 'commission_eur')));
      expect({
        id,
        ...figures,
        deals: own.length,
        fee: amount(row, 'fee_eur'),
        products: amount(row, 'product_cost_eur'),
        spend: amount(row, 'spend_eur'),
        orders: row['orders'],
        fresh: row['new_customers'],
        net: amount(row, 'net_revenue_eur'),
        margin: amountOrNull(row, 'margin_eur'),
      }).toEqual({
        id,
        posts: row['posts'],
        views: row['views'],
        engagements: row['engagements'],
        deals: row['deals'],
        fee: sum(own.map(({ fee }) => fee)),
        products: sum(own.map(({ products }) => products)),
        spend: cost,
        orders: of.length,
        fresh: of.filter((order) => order?.isNew).length,
        net: sum(of.map((order) => order?.net ?? Number.NaN)),
        margin: known.length === 0 ? null : sum(known),
      });
      expect(row['roi']).toBe(
        cost === 0 || (row['margin_eur'] === null && of.length > 0)
          ? null
          : (Number(row['margin_eur']) - Number(row['spend_eur'])) / Number(row['spend_eur']),
      );
    }
    expect(views.influencers.length).toBe(new Set(deals.map(({ influencer }) => influencer)).size);
  });

  test.each(models)('roi_by_channel_daily, %s: each day’s orders, revenue, margin, new customers and cost', (model) => {
    const rows = views.daily.filter((row) => row['attribution_model'] === model);
    const day = keyed('day');
    expect(sums(rows, day, (row) => Number(row['orders']))).toEqual(
      sums(
        orders,
        (order) => order.day,
        () => 1,
      ),
    );
    expect(sums(rows, day, (row) => Number(row['new_customers']))).toEqual(
      sums(
        orders,
        (order) => order.day,
        ({ isNew }) => Number(isNew),
      ),
    );
    expect(sums(rows, day, (row) => Number(row['net_revenue_eur']) * 100)).toEqual(
      sums(
        orders,
        (order) => order.day,
        ({ net }) => net,
      ),
    );
    expect(sums(rows, day, (row) => Number(row['margin_eur']) * 100)).toEqual(
      sums(
        orders,
        (order) => order.day,
        ({ margin }) => margin ?? 0,
      ),
    );
    // Which share of the revenue the margins are of.
    expect(sums(rows, day, (row) => Number(row['cost_coverage']) * Number(row['net_revenue_eur']) * 100)).toEqual(
      sums(
        orders,
        (order) => order.day,
        ({ margin, net }) => (margin === null ? 0 : net),
      ),
    );
    const costs = [
      ...ads.map((ad) => ({ key: `${ad.day} ${ad.channel}`, eur: ad.spend })),
      ...deals.flatMap(feeDays).map(({ day: of, cents }) => ({ key: `${of} Influencer`, eur: cents * 10_000 })),
      ...views.brought.map((row) => ({
        key: `${text(row, 'local_date')} Influencer`,
        eur: amount(row, 'commission_eur') * 10_000,
      })),
    ];
    expect(sums(rows, keyed('day', 'channel'), (row) => amount(row, 'spend_eur', 6))).toEqual(
      sums(
        costs,
        ({ key }) => key,
        ({ eur }) => eur,
      ),
    );
    expect(new Set(rows.map((row) => `${day(row)} ${text(row, 'channel')}`)).size).toBe(rows.length);
  });

  test('what is blended is one figure in every view', async () => {
    const spend = sum(views.costs.map((row) => amount(row, 'spend_eur', 6)));
    for (const model of models) {
      for (const rows of [views.daily, views.campaigns])
        expect(
          sum(rows.filter((row) => row['attribution_model'] === model).map((row) => amount(row, 'spend_eur', 6))),
        ).toBe(spend);
    }
    expect(sum(views.influencers.map((row) => amount(row, 'spend_eur'))) * 10_000).toBe(
      sum(views.costs.filter((row) => row['platform'] === 'influencer').map((row) => amount(row, 'spend_eur', 6))),
    );
    const blended =
      await lake.rows(`SELECT (SELECT sum(spend_eur) FROM marketing_daily) AS by_channel, (SELECT sum(booked_eur) FROM marketing_daily) AS booked, (SELECT sum(spend_eur) FROM roi_by_campaign_daily) AS by_campaign, (SELECT sum(orders) FROM roi_by_campaign_daily) AS campaign_orders, (SELECT sum(spend_eur) FROM roi_by_influencer_daily) AS by_influencer,
      (SELECT sum(net_revenue_eur) FROM roi_by_influencer_daily) AS influencer_revenue, (SELECT sum(orders) FROM marketing_daily) AS orders, (SELECT sum(net_revenue_eur) FROM product_performance_daily) AS goods, (SELECT sum(net_revenue_eur) FROM product_performance) AS all_goods`);
    expect([amount(blended[0], 'by_campaign', 6), amount(blended[0], 'campaign_orders', 6)]).toEqual([
      spend,
      orders.length * 1e6,
    ]);
    expect([
      amount(blended[0], 'by_channel', 6),
      amount(blended[0], 'booked', 6),
      amount(blended[0], 'by_influencer'),
    ]).toEqual([spend, spend, sum(views.influencers.map((row) => amount(row, 'spend_eur')))]);
    expect([
      amount(blended[0], 'influencer_revenue'),
      amount(blended[0], 'orders', 6),
      amount(blended[0], 'goods'),
    ]).toEqual([
      sum(views.influencers.map((row) => amount(row, 'net_revenue_eur'))),
      orders.length * 1e6,
      amount(blended[0], 'all_goods'),
    ]);
    const [sessions] = await lake.rows(
      'SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT sum(sessions) FROM funnel_daily) AS funnel',
    );
    expect(sessions?.['funnel']).toBe(sessions?.['sessions']);
    // Of days ahead, which have the fees of deals, no visits are known.
    const measured = views.daily.filter((row) => row['sessions'] !== null);
    for (const model of models)
      expect(
        sum(measured.filter((row) => row['attribution_model'] === model).map((row) => amount(row, 'sessions', 0))),
      ).toBe(sessions?.['sessions']);
    for (const model of models) {
      const rows = views.campaigns.filter((row) => row['attribution_model'] === model);
      expect(sum(rows.map((row) => Number(row['orders'])))).toBeCloseTo(orders.length, 6);
      expect(sums(rows, keyed('channel'), (row) => Number(row['net_revenue_eur']) * 100)).toEqual(
        sums(
          views.daily.filter((row) => row['attribution_model'] === model),
          keyed('channel'),
          (row) => Number(row['net_revenue_eur']) * 100,
        ),
      );
    }
  });

  test('each conversion is credited whole, by each model and look-back, and nothing else is', async () => {
    const rows = await lake.rows(
      'SELECT order_id, attribution_model, lookback_days, sum(credit) AS credit, count(*) AS n, ' +
        'count(DISTINCT touch_id) AS touches FROM attribution GROUP BY 1, 2, 3',
    );
    expect(rows.filter((row) => Math.abs(Number(row['credit']) - 1) > 1e-9 || row['n'] !== row['touches'])).toEqual([]);
    const keys = orders.flatMap(({ id }) =>
      models.flatMap((model) => [7, 30, 90].map((days) => `${id} ${model} ${days}`)),
    );
    expect(
      rows
        .map((row) => `${text(row, 'order_id')} ${text(row, 'attribution_model')} ${amount(row, 'lookback_days', 0)}`)
        .toSorted(),
    ).toEqual(keys.toSorted());
  });

  if (world.dirt === 0)
    describe('without dirt, by the raw events', () => {
      let paths: Map<string, Touch[]>;
      let sessions: ReturnType<typeof sessionsOf>;
      beforeAll(() => {
        const events = eventsOf(lake.root);
        sessions = sessionsOf(events, deals, ads);
        paths = pathsOf(orders, placedOf(lake.root), events, sessions, deals, ads);
      });

      test('the world has people as they are', () => {
        const placed = placedOf(lake.root);
        const told = new Set(eventsOf(lake.root).map(({ order }) => order));
        const count = (of: readonly boolean[]): number => of.filter(Boolean).length;
        const customersOf = new Map<string, Set<string>>();
        for (const { visitor, customer } of sessions)
          if (customer !== null) customersOf.set(visitor, (customersOf.get(visitor) ?? new Set()).add(customer));
        const guests = orders.filter(({ customer }) => customer === null);
        expect(
          Object.entries({
            'consent on the second page': count(sessions.map(({ isUnplaced }) => isUnplaced)),
            'two customers in one browser': count([...customersOf.values()].map(({ size }) => size > 1)),
            'guests whose browser told their order': count(guests.map(({ id }) => (paths.get(id) ?? []).length > 0)),
            'orders that nobody told': count(placed.map(({ number }) => !told.has(number))),
            'deals that pay no commission on refunds': count(deals.map(({ isOnGross }) => !isOnGross)),
            'deals known by utm_content': count(deals.map(({ content }) => content !== '')),
            'sessions of these': count(sessions.map(({ deal }) => deal !== undefined && deal.content !== '')),
            'sessions by another’s path or by parameters': count(
              sessions.map(({ deal }) => deal !== undefined && deal.content === ''),
            ),
          }).filter(([, n]) => n === 0),
        ).toEqual([]);
      });

      test('sessions by day and channel', async () => {
        const found = await lake.rows(
          'SELECT visitor_id, started_at, channel, customer_id, deal_id, platform, campaign_id FROM sessions',
        );
        const expected = sessions.map(({ visitor, at, channel, customer, deal, campaign }) => [
          visitor,
          new Date(at).toISOString().replace('T', ' ').replace('Z', ''),
          channel,
          customer,
          deal?.id ?? null,
          campaign ?? null,
        ]);
        const campaign = (row: Row) =>
          row['platform'] === null ? null : `${text(row, 'platform')} ${text(row, 'campaign_id')}`;
        expect(
          sortedRows(
            found.map((row) => [
              row['visitor_id'],
              row['started_at'],
              row['channel'],
              row['customer_id'],
              row['deal_id'],
              campaign(row),
            ]),
          ),
        ).toEqual(sortedRows(expected));
      });

      test('the path of every order', async () => {
        const found = await lake.rows('SELECT order_id, position, channel, deal_id FROM touchpoints');
        const expected = [...paths].flatMap(([id, path]) =>
          path.map(({ channel, deal }, n) => `${id} ${n + 1} ${channel} ${deal ?? ''}`),
        );
        expect(
          found
            .map(
              (row) =>
                `${text(row, 'order_id')} ${amount(row, 'position', 0)} ${text(row, 'channel')} ${typeof row['deal_id'] === 'string' ? row['deal_id'] : ''}`,
            )
            .toSorted(),
        ).toEqual(expected.toSorted());
        expect(expected.length).toBeGreaterThan(orders.length);
      });

      test('the channel of every order by its last touch that is not Direct', async () => {
        const found = await lake.rows(
          "SELECT order_id, channel FROM attribution WHERE attribution_model = 'last_non_direct' AND " +
            'lookback_days = 30',
        );
        const expected = orders.map(({ id, at }) => `${id} ${lastNonDirect(paths.get(id) ?? [], at)}`);
        expect(found.map((row) => `${text(row, 'order_id')} ${text(row, 'channel')}`).toSorted()).toEqual(
          expected.toSorted(),
        );
        expect(new Set(expected.map((line) => line.slice(line.indexOf(' ')))).size).toBeGreaterThan(6);
      });

      test('orders and revenue by day and channel', () => {
        const rows = views.daily.filter((row) => row['attribution_model'] === 'last_non_direct');
        const key = keyed('day', 'channel');
        const orderKey = (order: Conversion): string =>
          `${order.day} ${lastNonDirect(paths.get(order.id) ?? [], order.at)}`;
        expect(sums(rows, key, (row) => Number(row['orders']))).toEqual(sums(orders, orderKey, () => 1));
        expect(sums(rows, key, (row) => Number(row['net_revenue_eur']) * 100)).toEqual(
          sums(orders, orderKey, ({ net }) => net),
        );
      });

      test('orders, revenue and spend by reported campaign, and what none is known for by channel: all on one line, and together all there is', () => {
        const rows = views.campaigns.filter((row) => row['attribution_model'] === 'last_non_direct');
        const key = (row: Row): string =>
          `${text(row, 'channel')} ${row['campaign_match'] === 'reported' ? `${text(row, 'platform')} ${text(row, 'campaign_id')}` : ''}`;
        const orderKey = (order: Conversion): string => {
          const touch = lastTouch(paths.get(order.id) ?? [], order.at);
          return `${touch?.channel ?? ''} ${touch?.campaign ?? ''}`;
        };
        expect(sums(rows, key, (row) => Number(row['orders']))).toEqual(sums(orders, orderKey, () => 1));
        expect(sums(rows, key, (row) => Number(row['net_revenue_eur']) * 100)).toEqual(
          sums(orders, orderKey, ({ net }) => net),
        );
        const paid = rows.filter((row) => row['campaign_match'] === 'reported');
        expect(sums(paid, key, (row) => amount(row, 'spend_eur', 6))).toEqual(
          sums(
            ads,
            (ad) => `${ad.channel} ${ad.platform} ${ad.campaign}`,
            ({ spend }) => spend,
          ),
        );
        expect(paid.filter((row) => row['channel'] === 'Cross-network').length).toBe(1);
        expect(new Set(rows.map((row) => row['campaign_match']))).toEqual(
          new Set(['reported', 'deal', 'unmatched', 'unpaid']),
        );
      });

      test('the orders of every influencer, by code and by link', () => {
        const expected = orders.flatMap((order) => {
          const found = broughtBy(order, paths.get(order.id) ?? [], deals);
          return found ? [`${order.id} ${found.deal.id} ${found.by}`] : [];
        });
        expect(
          views.brought
            .map((row) => `${text(row, 'order_id')} ${text(row, 'deal_id')} ${text(row, 'brought_by')}`)
            .toSorted(),
        ).toEqual(expected.toSorted());
        expect(new Set(expected.map((line) => line.split(' ')[2])).size).toBe(2);
      });
    });
});

test('the worlds have between them what real orders have', () => {
  const kinds = [
    'gift card sold',
    'gift card spent',
    'tip',
    'guest',
    'entered later',
    'edit',
    'refund: success',
    'refund: failure',
    'refund: pending',
    'shipping_refund',
    'shipping in lines',
    'refund_discrepancy',
  ];
  expect(kinds.filter((kind) => !met.has(kind))).toEqual([]);
});
