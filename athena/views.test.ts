/**
 * The views against plain sums: each is computed once more by loops over the rows that it is said to be made from, in
 * every column.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { greatest, groups, latest, measured, n, plain, ratio, sum } from './sums.fixture.ts';
import { shopByChance } from './views.samples.ts';

const seed = 20_260_401;
let workshop: Workshop;
let tables: Tables;
/** What other views are made from, as their own tests have it right. */
let economics: Map<string, Row>;
let owed: readonly Row[];
let costs: readonly Row[];
let models: readonly string[];

beforeAll(async () => {
  workshop = await openWorkshop();
  tables = { ...shopByChance(seed), channel_incrementality: causedRows };
  const rows = (name: string) => workshop.view(name, tables);
  economics = new Map((await rows('order_economics')).map((row) => [text(row, 'order_id'), row]));
  owed = await rows('influencer_orders');
  costs = await rows('marketing_costs');
  models = (await rows('attribution_models')).map((row) => text(row, 'attribution_model'));
});
afterAll(() => workshop.close());

const of = (name: string): readonly Row[] => tables[name] ?? [];
/** A sum that is unknown where none of its parts is known. */
const sumOfKnown = (rows: readonly Row[], name: string): number | null =>
  rows.some((row) => (row[name] ?? null) !== null) ? sum(rows, name) : null;

/** Money of orders: their margin, where it is known of any, and the revenue of those of which it is. */
const earned = (rows: readonly Row[]) => ({
  net_revenue_eur: sum(rows, 'net_revenue_eur'),
  covered_eur: sum(rows, (row) => ((row['margin_eur'] ?? null) === null ? 0 : n(row, 'net_revenue_eur'))),
  margin_eur: sumOfKnown(rows, 'margin_eur'),
});
/** What is not sold brings nothing back, which is known; of what is sold it may not be. */
const roi = (margin: number | null, orders: number, spend: number): number | null =>
  margin === null && orders > 0 ? null : ratio((margin ?? 0) - spend, spend);

/** Each touch with a credit, as its share of its order; of one model, or of all. */
const credited = (model?: string, lookback = 30): Row[] =>
  of('attribution').flatMap((touch) => {
    const order = economics.get(text(touch, 'order_id'));
    if (order === undefined || touch['lookback_days'] !== lookback) return [];
    if (model !== undefined && touch['attribution_model'] !== model) return [];
    const credit = n(touch, 'credit');
    const deal = touch['deal_id'] ?? null;
    return [
      {
        ...touch,
        day: order['local_date'] ?? null,
        country: order['country'] ?? null,
        platform: deal === null ? (touch['platform'] ?? null) : 'influencer',
        campaign_id: deal ?? touch['campaign_id'] ?? null,
        orders: credit,
        new_customers: order['is_new_customer'] === true ? credit : 0,
        net_revenue_eur: credit * n(order, 'net_revenue_eur'),
        margin_eur: order['margin_eur'] === null ? null : credit * n(order, 'margin_eur'),
      },
    ];
  });
const measures = ['impressions', 'clicks', 'spend_eur', 'booked_eur', 'sessions', 'orders', 'new_customers'] as const;
const everyModel = (rows: readonly Row[]): Row[] =>
  models.flatMap((attribution_model) => rows.map((row) => ({ ...row, attribution_model })));

const visits = (): Row[] =>
  of('sessions').map((row) => ({
    day: row['local_date'] ?? null,
    channel: row['channel'] ?? null,
    sessions: 1,
    engaged_sessions: row['is_engaged'] === true ? 1 : 0,
  }));

/** What was counted of a day's visits: nothing is known of it before the first that was measured, or after the last. */
function counted(named: Row, all: readonly Row[], ...names: readonly string[]): Row {
  const days = visits().map((row) => text(row, 'day'));
  const day = text(named, 'day');
  const isUnknown = days.every((one) => one > day) || days.every((one) => one < day);
  return isUnknown ? Object.fromEntries(names.map((name) => [name, null])) : measured(all, ...names);
}

function roiByChannel(): Row[] {
  const facts = [...credited(), ...everyModel([...costs, ...visits()])];
  return groups(facts, 'day', 'attribution_model', 'channel').map(([names, all]) => {
    const money = earned(all);
    const totals = measured(all, ...measures);
    const { spend_eur: spend = 0, orders = 0, new_customers = 0 } = totals;
    return {
      ...names,
      ...totals,
      ...counted(names, all, 'sessions'),
      ...money,
      cost_coverage: ratio(money.covered_eur, money.net_revenue_eur),
      roas: ratio(money.net_revenue_eur, spend),
      roi: roi(money.margin_eur, orders, spend),
      cpa_eur: spend === 0 ? null : ratio(spend, orders),
      cac_eur: spend === 0 ? null : ratio(spend, new_customers),
    };
  });
}

/** The name under which a platform last reported a campaign; of two on one day the later in the alphabet. */
const reportedName = (platform: AnswerValue, id: AnswerValue): AnswerValue =>
  latest(
    of('ad_spend').filter((row) => row['platform'] === platform && row['campaign_id'] === id),
    'campaign_name',
  );
/** The campaigns of facts: known by ids where there is a platform, else by what links say. */
const campaignsOf = (facts: readonly Row[], ...names: readonly string[]) =>
  groups(
    facts.map((row) => ({ ...row, known_by: row['platform'] === null ? (row['campaign'] ?? null) : null })),
    ...names,
    'channel',
    'platform',
    'campaign_id',
    'known_by',
  ).map(([known, all]) => {
    const { known_by: _, ...named } = known;
    const campaign = reportedName(named['platform'] ?? null, named['campaign_id'] ?? null) ?? greatest(all, 'campaign');
    return { names: named, all, campaign };
  });

function roiByCampaign(): Row[] {
  const facts = [...credited(), ...everyModel(costs)];
  const paid = new Set([
    'Paid Search',
    'Paid Shopping',
    'Paid Social',
    'Paid Video',
    'Paid Other',
    'Display',
    'Cross-network',
  ]);
  return campaignsOf(facts, 'attribution_model').map(({ names, all, campaign }) => {
    const money = earned(all);
    const totals = measured(all, 'impressions', 'clicks', 'spend_eur', 'orders', 'new_customers');
    const { impressions = 0, clicks = 0, spend_eur: spend = 0, orders = 0, new_customers = 0 } = totals;
    const ofModel = facts.filter((row) => row['attribution_model'] === names['attribution_model']);
    const isPaid = paid.has(text(names, 'channel'));
    return {
      ...names,
      campaign,
      campaign_match:
        names['platform'] === null
          ? isPaid
            ? 'unmatched'
            : 'unpaid'
          : names['platform'] === 'influencer'
            ? 'deal'
            : names['platform'] === 'shop'
              ? 'cost'
              : 'reported',
      first_day: all.map((row) => text(row, 'day')).toSorted()[0] ?? null,
      last_day: greatest(all, 'day'),
      ...totals,
      ...money,
      ctr: ratio(clicks, impressions),
      cpc_eur: ratio(spend, clicks),
      cpm_eur: ratio(1000 * spend, impressions),
      net_revenue_share: ratio(money.net_revenue_eur, sum(ofModel, 'net_revenue_eur')),
      cost_coverage: ratio(money.covered_eur, money.net_revenue_eur),
      roas: names['platform'] === 'shop' ? null : ratio(money.net_revenue_eur, spend),
      roi: names['platform'] === 'shop' ? null : roi(money.margin_eur, orders, spend),
      cpa_eur: spend === 0 ? null : ratio(spend, orders),
      cac_eur: spend === 0 ? null : ratio(spend, new_customers),
    };
  });
}

function roiByCampaignDaily(): Row[] {
  return campaignsOf([...credited('linear'), ...costs], 'day').map(({ names, all, campaign }) => {
    const money = earned(all);
    return {
      ...names,
      campaign,
      ...measured(all, 'impressions', 'clicks', 'spend_eur', 'booked_eur', 'orders', 'new_customers'),
      ...money,
      cost_coverage: ratio(money.covered_eur, money.net_revenue_eur),
    };
  });
}

const reach = ['views', 'likes', 'comments', 'shares', 'saves'] as const;
const posts = (): Row[] =>
  of('influencer_posts').map((row) => ({
    influencer_id: row['influencer_id'] ?? null,
    day: row['posted_on'] ?? null,
    posts: 1,
    views: n(row, 'views'),
    engagements: reach.slice(1).reduce((all, name) => all + n(row, name), 0),
    isSeen: (row['views'] ?? null) !== null,
    isEngaged: reach.slice(1).some((name) => (row[name] ?? null) !== null),
  }));
const broughtOrders = (): Row[] =>
  owed.map((row) => {
    const order = economics.get(text(row, 'order_id'));
    return {
      ...row,
      day: row['local_date'] ?? null,
      orders: 1,
      new_customers: order?.['is_new_customer'] === true ? 1 : 0,
      margin_eur: order?.['margin_eur'] ?? null,
    };
  });

/** What the roster says of an influencer; what their id says where it does not have them. */
function whoIs(id: AnswerValue): Row {
  const listed = of('influencers').find((row) => row['influencer_id'] === id);
  if (listed) return listed;
  const [platform, handle] = typeof id === 'string' && id.includes(':') ? id.split(':') : [];
  return { influencer_id: id, handle: handle ?? null, platform: platform ?? null };
}

function roiByInfluencer(): Row[] {
  const everybody = ['influencers', 'influencer_deals', 'influencer_posts'].flatMap((name) => of(name));
  return [...new Set(everybody.map((row) => text(row, 'influencer_id')))].map((id) => {
    const own = (rows: readonly Row[]) => rows.filter((row) => row['influencer_id'] === id);
    const [deals, told, orders] = [own(of('influencer_deals')), own(posts()), own(broughtOrders())];
    const covered = sum(orders, (row) => (row['margin_eur'] === null ? 0 : n(row, 'net_revenue_eur')));
    const [fee_eur, product_cost_eur] = [sum(deals, 'fee_eur'), sum(deals, 'product_cost_eur')];
    const commission_eur = sum(orders, 'commission_eur');
    const spend = fee_eur + product_cost_eur + commission_eur;
    const net = sum(orders, 'net_revenue_eur');
    const margin = sumOfKnown(orders, 'margin_eur');
    const [seen, engaged] = [told.filter((row) => row['isSeen']), told.filter((row) => row['isEngaged'])];
    const views = told.length > 0 && seen.length === 0 ? null : sum(seen, 'views');
    const engagements = told.length > 0 && engaged.length === 0 ? null : sum(engaged, 'engagements');
    const both = seen.filter((row) => row['isEngaged']);
    const { influencer_id = null, handle = null, platform = null, tier = null, followers = null } = whoIs(id);
    return {
      influencer_id,
      handle,
      platform,
      tier,
      followers,
      deals: deals.length,
      posts: told.length,
      views,
      engagements,
      fee_eur,
      product_cost_eur,
      commission_eur,
      spend_eur: spend,
      orders: orders.length,
      new_customers: sum(orders, 'new_customers'),
      net_revenue_eur: net,
      covered_eur: covered,
      margin_eur: margin,
      cost_coverage: ratio(covered, net),
      engagement_rate: ratio(sum(both, 'engagements'), sum(both, 'views')),
      roas: ratio(net, spend),
      roi: roi(margin, orders.length, spend),
      earned_media_value_eur: views === null ? null : (views * 8) / 1000,
      cost_per_engagement_eur: engagements === null ? null : ratio(spend, engagements),
    };
  });
}

function roiByInfluencerDaily(): Row[] {
  const paid = costs.filter((row) => row['platform'] === 'influencer');
  const bare = ({ influencer_id = null, day = null, spend_eur = null, booked_eur = null }: Row): Row => ({
    influencer_id,
    day,
    spend_eur,
    booked_eur,
  });
  return groups([...paid.map(bare), ...posts(), ...broughtOrders()], 'influencer_id', 'day').map(([names, all]) => {
    const money = earned(all);
    const who = whoIs(names['influencer_id'] ?? null);
    return {
      ...names,
      handle: who['handle'] ?? null,
      platform: who['platform'] ?? null,
      ...measured(all, 'posts', 'views', 'engagements', 'commission_eur', 'spend_eur', 'booked_eur', 'orders'),
      new_customers: sum(all, 'new_customers'),
      ...money,
      code_orders: sum(all, (row) => (typeof row['is_leaked'] === 'boolean' ? 1 : 0)),
      leaked_orders: sum(all, (row) => (row['is_leaked'] === true ? 1 : 0)),
      cost_coverage: ratio(money.covered_eur, money.net_revenue_eur),
    };
  });
}

/** What came back. */
const returns = (rows: readonly Row[]): Row => ({ ...measured(rows, 'orders', 'new_customers'), ...earned(rows) });
const ofOrders = (): Row[] =>
  [...economics.values()].map((row) => ({ ...row, day: row['local_date'] ?? null, orders: 1 }));

function cohorts(): Row[] {
  const month = (row: Row) => `${text(row, 'local_date').slice(0, 7)}-01`;
  const number = (of1: string) => Number(of1.slice(0, 4)) * 12 + Number(of1.slice(5, 7));
  const first = new Map(
    ofOrders().flatMap((row) => (row['is_new_customer'] === true ? [[row['buyer_id'] ?? null, month(row)]] : [])),
  );
  const bought = ofOrders().flatMap((row): Row[] => {
    const first_month = first.get(row['buyer_id'] ?? null);
    if (typeof first_month !== 'string') return [];
    return [{ ...row, first_month, months_later: number(month(row)) - number(first_month) }];
  });
  return groups(bought, 'first_month', 'months_later').map(([names, all]) => {
    const { new_customers: _, ...money } = returns(all);
    return {
      ...names,
      ...money,
      customers: [...first.values()].filter((of1) => of1 === names['first_month']).length,
      buyers: new Set(all.map((row) => row['buyer_id'])).size,
    };
  });
}

/** Of a platform of which no row tells a claim, it is not known. */
const claimedBy = (platform: AnswerValue | undefined, all: readonly Row[], name: string): number | null =>
  of('ad_spend').some((row) => row['platform'] === platform && (row[name] ?? null) !== null) ? sum(all, name) : null;

function platformClaims(): Row[] {
  const facts = [
    ...of('ad_spend').map((row) => ({ ...row, day: row['dt'] ?? null, orders: 0, net_revenue_eur: 0 })),
    ...credited('linear').filter((row) => row['platform'] !== null && row['deal_id'] === null),
  ];
  return groups(facts, 'day', 'platform').map(([names, all]) => ({
    ...names,
    claimed_conversions: claimedBy(names['platform'], all, 'claimed_conversions'),
    claimed_value_eur: claimedBy(names['platform'], all, 'claimed_value_eur'),
    attributed_orders: sum(all, 'orders'),
    attributed_net_revenue_eur: sum(all, 'net_revenue_eur'),
    over_claim_ratio: ratio(claimedBy(names['platform'], all, 'claimed_conversions'), sum(all, 'orders')),
  }));
}

function returnsDaily(lookback?: number): Row[] {
  const device = new Map(of('sessions').map((row) => [row['session_id'], row['device'] ?? null]));
  const facts = credited(undefined, lookback).map((row) => ({
    ...row,
    campaign: row['platform'] === null ? (row['campaign'] ?? null) : null,
    device: device.get(row['touch_id'] ?? null) ?? null,
  }));
  const names = ['day', 'attribution_model', 'channel', 'platform', 'campaign_id', 'campaign', 'country', 'device'];
  return groups(facts, ...names).map(([named, all]) => {
    const orders = groups(all, 'order_id').map(([, own]) => earned(own));
    const margins = orders.flatMap(({ margin_eur }) => margin_eur ?? []);
    return {
      ...named,
      ...returns(all),
      net_revenue_squares: orders.reduce((squares, { net_revenue_eur }) => squares + net_revenue_eur ** 2, 0),
      margin_squares: margins.length === 0 ? null : margins.reduce((squares, margin) => squares + margin ** 2, 0),
    };
  });
}

/** What channels were found, or are believed, to cause of their credits in the model of each. */
const caused = [
  {
    channel: 'Display',
    attribution_model: 'linear',
    share: [0.1, -0.2, 0.4],
    basis: 'measured: d1',
    experiment_id: 'd1',
  },
  { channel: 'Paid Search', attribution_model: 'last', share: [0.4, 0.1, 1], basis: 'prior', experiment_id: null },
] as const;
const causedRows = caused.map(({ share: [incrementality, incrementality_low, incrementality_high], ...row }): Row => ({
  ...row,
  incrementality,
  incrementality_low,
  incrementality_high,
  dt: '1970-01-01',
}));

/** From touches and costs, not from the view that it reads. */
function roiIncremental(): Row[] {
  const facts = [...credited(), ...everyModel([...costs, ...visits()])];
  return caused.flatMap(({ channel, attribution_model, share, basis }) =>
    groups(
      facts.filter((row) => row['channel'] === channel && row['attribution_model'] === attribution_model),
      'day',
    ).map(([{ day = null }, all]) => {
      const [orders, revenue, margin] = [
        sum(all, 'orders'),
        sum(all, 'net_revenue_eur'),
        sumOfKnown(all, 'margin_eur'),
      ];
      const ofMargin = (part: number) => (margin === null ? null : margin * part);
      return {
        day,
        channel,
        attribution_model,
        basis,
        spend_eur: sum(all, 'spend_eur'),
        attributed_orders: orders,
        incremental_orders: orders * share[0],
        attributed_revenue_eur: revenue,
        incremental_revenue_eur: revenue * share[0],
        incremental_revenue_low_eur: revenue * share[1],
        incremental_revenue_high_eur: revenue * share[2],
        attributed_margin_eur: margin,
        incremental_margin_eur: ofMargin(share[0]),
        incremental_margin_low_eur: ofMargin(share[1]),
        incremental_margin_high_eur: ofMargin(share[2]),
      };
    }),
  );
}

const views: readonly (readonly [name: string, expected: () => Row[]])[] = [
  ['roi_by_channel_daily', roiByChannel],
  ['roi_incremental', roiIncremental],
  [
    'marketing_daily',
    () => roiByChannel().flatMap(({ attribution_model, ...row }) => (attribution_model === 'linear' ? [row] : [])),
  ],
  ['roi_by_campaign', roiByCampaign],
  ['roi_by_campaign_daily', roiByCampaignDaily],
  ['roi_by_influencer', roiByInfluencer],
  ['roi_by_influencer_daily', roiByInfluencerDaily],
  [
    'channel_returns_daily',
    () =>
      groups(credited(), 'day', 'attribution_model', 'channel').map(([names, all]) => ({ ...names, ...returns(all) })),
  ],
  ['returns_daily', () => returnsDaily()],
  [
    'returns_by_lookback_daily',
    () => [7, 30, 90].flatMap((lookback_days) => returnsDaily(lookback_days).map((row) => ({ ...row, lookback_days }))),
  ],
  [
    'returns_other_lookbacks_daily',
    () => [7, 90].flatMap((lookback_days) => returnsDaily(lookback_days).map((row) => ({ ...row, lookback_days }))),
  ],
  [
    'channel_costs_daily',
    () =>
      groups([...costs, ...visits()], 'day', 'channel').map(([names, all]) => ({
        ...names,
        ...counted(names, all, 'sessions', 'engaged_sessions'),
        ...measured(all, 'impressions', 'clicks', 'spend_eur', 'booked_eur'),
      })),
  ],
  [
    'campaign_funnel_daily',
    () =>
      groups(
        of('sessions').map((row) => ({
          ...row,
          day: row['local_date'] ?? null,
          platform: row['deal_id'] === null ? (row['platform'] ?? null) : 'influencer',
          campaign_id: row['deal_id'] ?? row['campaign_id'] ?? null,
          campaign: row['deal_id'] === null && row['platform'] === null ? (row['campaign'] ?? null) : null,
        })),
        'day',
        'channel',
        'platform',
        'campaign_id',
        'campaign',
        'device',
      ).map(([names, all]) => {
        const count = (is: (row: Row) => boolean) => all.filter(is).length;
        const any = (...steps: readonly string[]) => count((row) => steps.some((step) => n(row, step) > 0));
        return {
          ...names,
          sessions: all.length,
          engaged_sessions: count((row) => row['is_engaged'] === true),
          item_view_sessions: any('item_views', 'cart_adds', 'checkouts', 'purchases'),
          cart_sessions: any('cart_adds', 'checkouts', 'purchases'),
          checkout_sessions: any('checkouts', 'purchases'),
          purchase_sessions: any('purchases'),
        };
      }),
  ],
  [
    'funnel_daily',
    () =>
      groups(
        of('sessions').map((row) => ({ ...row, day: row['local_date'] ?? null })),
        'day',
        'channel',
        'device',
      ).map(([names, all]) => {
        const came = (...steps: readonly string[]) =>
          all.filter((row) => steps.length === 0 || steps.some((step) => n(row, step) > 0)).length;
        const [sessions, looked, put] = [came(), came('item_views', 'cart_adds', 'checkouts', 'purchases'), came('cart_adds', 'checkouts', 'purchases')]; // prettier-ignore
        const [begun, bought] = [came('checkouts', 'purchases'), came('purchases')];
        const engaged = all.filter((row) => row['is_engaged'] === true).length;
        return {
          ...names,
          sessions,
          engaged_sessions: engaged,
          item_view_sessions: looked,
          cart_sessions: put,
          checkout_sessions: begun,
          purchase_sessions: bought,
          view_rate: ratio(looked, sessions),
          cart_rate: ratio(put, looked),
          checkout_rate: ratio(begun, put),
          purchase_rate: ratio(bought, begun),
          conversion_rate: ratio(bought, sessions),
          bounce_rate: ratio(sessions - engaged, sessions),
        };
      }),
  ],
  [
    'credited_orders',
    () =>
      credited('linear').map((row) => {
        const { day = null, channel = null, platform = null, campaign_id = null, campaign = null } = row;
        const { order_id = null, touch_id = null, orders, new_customers = null } = row;
        return {
          day,
          channel,
          platform,
          campaign_id,
          campaign,
          order_id,
          touch_id,
          orders: orders ?? null,
          new_customers,
          ...earned([row]),
        };
      }),
  ],
  [
    'orders_daily',
    () =>
      groups(ofOrders(), 'day', 'country', 'is_new_customer').map(([names, all]) => {
        const { new_customers: _, ...money } = returns(all);
        return { ...names, ...money, refunded_eur: sum(all, 'refunded_eur') };
      }),
  ],
  ['cohorts_monthly', cohorts],
  ['platform_claims', platformClaims],
  [
    'ads_daily',
    () =>
      groups(of('ad_spend'), 'dt', 'platform', 'channel', 'campaign_id', 'ad_group_id', 'ad_id').map(
        ([{ dt = null, ...names }, all]) => ({
          ...names,
          day: dt,
          campaign: greatest(all, 'campaign_name'),
          ad_group: greatest(all, 'ad_group_name'),
          ad: greatest(all, 'ad_name'),
          ...measured(all, 'impressions', 'clicks', 'spend_eur'),
          claimed_conversions: claimedBy(names['platform'], all, 'claimed_conversions'),
          claimed_value_eur: claimedBy(names['platform'], all, 'claimed_value_eur'),
        }),
      ),
  ],
];

test.each(views)(`%s is the sum of its rows (seed ${seed})`, async (name, expected) => {
  const found = await workshop.view(name, tables);
  expect(found.length).toBeGreaterThan(2);
  expect(plain(found)).toEqual(plain(expected()));
});
