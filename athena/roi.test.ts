import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { roiReport } from '../cli/roi-report.ts';
import { attributionModels as models } from '../lambdas/shared/attribution-models.ts';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import {
  grouped,
  number,
  openWorkshop,
  pick,
  text,
  withGoods,
  type Row,
  type Tables,
  type Workshop,
} from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const view = (name: string, tables: Tables): Promise<Row[]> => workshop.view(name, withGoods(tables));

const day = '2026-03-10';

/**
 * A conversion with a net revenue of EUR 50.00 and, with goods that cost nothing, a margin of 50.00 - 5.50 - 1.15 =
 * 43.35.
 */
const order = (id: string, more: Row = {}): Row => ({
  order_id: id,
  customer_id: `C${id}`,
  created_at: `${day} 12:00:00.000`,
  processed_at: `${day} 12:00:00.000`,
  local_date: day,
  is_conversion: true,
  is_test: false,
  paid_amount_eur: '60.00',
  needs_shipping: true,
  net_revenue_eur: '50.00',
  promo_codes: [],
  ...more,
});
const margin = 43.35;

/** The whole credit of an order for one touch, in every model. */
const credit = (orderId: string, more: Row, share = 1, lookback = 30): Row[] =>
  models.map((model) => ({
    order_id: orderId,
    attribution_model: model,
    lookback_days: lookback,
    touch_id: `${orderId}${JSON.stringify(more)}`,
    channel: 'Paid Search',
    credit: share,
    dt: day,
    ...more,
  }));
const spend = ({ campaign_name: name = 'marque', ...more }: Row = {}): Row => ({
  platform: 'google_ads',
  account_id: '1',
  campaign_id: '7',
  campaign_name: name,
  campaign_folded: name,
  channel: 'Paid Search',
  impressions: 1000,
  clicks: 50,
  spend_eur: '20.000000',
  dt: day,
  ...more,
});
const session = (id: string, more: Row = {}): Row => ({
  session_id: id,
  local_date: day,
  started_at: `${day} 10:00:00.000`,
  channel: 'Paid Search',
  device: 'mobile',
  is_engaged: true,
  item_views: 0,
  cart_adds: 0,
  checkouts: 0,
  purchases: 0,
  ...more,
});
const deal = (id: string, more: Row = {}): Row => ({
  deal_id: id,
  influencer_id: 'I',
  campaign: 'printemps',
  contract_date: day,
  end_date: '2026-04-30',
  promo_code: `CODE${id}`,
  fee_eur: '100.00',
  product_cost_eur: '10.00',
  commission_rate: '0.1000',
  ...more,
});
/** The touch of the code of a deal that an order used. */
const coded = (orderId: string, dealId: string): Row => ({
  order_id: orderId,
  touch_id: `code-${dealId}`,
  touch_type: 'promo_code',
  touched_at: `${day} 12:00:00.000`,
  converted_at: `${day} 12:00:00.000`,
  position: 1,
  channel: 'Influencer',
  deal_id: dealId,
  influencer_id: 'I',
  code_deal_id: dealId,
});

/** No ratio is ever 0 or infinite for want of a denominator. */
function expectRatio(row: Row, name: string, numerator: number, denominator: number): void {
  const found = row[name] === null ? null : number(row, name).toFixed(9);
  expect([name, found]).toEqual([name, denominator === 0 ? null : (numerator / denominator).toFixed(9)]);
}

const sorted = (some: readonly AnswerValue[][]): string[] => some.map((row) => JSON.stringify(row)).toSorted();
const adCost = (of: string, platform: string, impressions: number, clicks: number, eur: string): AnswerValue[] => [
  of,
  platform === 'meta_ads' ? 'Paid Social' : 'Paid Search',
  platform,
  '7',
  platform === 'meta_ads' ? 'reels' : 'marque',
  null,
  impressions,
  clicks,
  eur,
];
const dealCost = (of: string, id: string, eur: string): AnswerValue[] => [
  of,
  'Influencer',
  'influencer',
  id,
  'printemps',
  'I',
  0,
  0,
  eur,
];

describe('marketing_costs', () => {
  test('ads by campaign and day, fees booked on the contract’s day, commissions on the order’s', async () => {
    const rows = await view('marketing_costs', {
      ad_spend: [
        spend({ ad_id: 'a', spend_eur: '1.234567' }),
        spend({ ad_id: 'b', spend_eur: '2.000001', impressions: 500, clicks: 0 }),
        spend({ dt: '2026-03-11', spend_eur: '4.000000' }),
        // One id on two platforms is two campaigns.
        spend({ platform: 'meta_ads', channel: 'Paid Social', campaign_name: 'reels', spend_eur: '8.000000' }),
      ],
      influencer_deals: [
        deal('1'),
        deal('2', { fee_eur: null, contract_date: '2026-03-01' }),
        deal('3', { fee_eur: null, product_cost_eur: null }),
      ],
      orders: [
        order('1'),
        order('2', { created_at: '2026-03-10 23:30:00.000', local_date: '2026-03-11' }),
        order('3'),
        order('4', { is_conversion: false }),
      ],
      touchpoints: [coded('1', '1'), coded('2', '1'), coded('3', '1'), coded('4', '2')],
    });
    const booked = rows.filter((row) => row['booked_eur'] !== '0.000000' || row['spend_eur'] === '0.000000');
    expect(
      sorted(
        pick(
          booked,
          'day',
          'channel',
          'platform',
          'campaign_id',
          'campaign',
          'influencer_id',
          'impressions',
          'clicks',
          'booked_eur',
        ),
      ),
    ).toEqual(
      sorted([
        adCost(day, 'google_ads', 1500, 50, '3.234568'),
        adCost('2026-03-11', 'google_ads', 1000, 50, '4.000000'),
        adCost(day, 'meta_ads', 1000, 50, '8.000000'),
        dealCost(day, '1', '110.000000'),
        dealCost('2026-03-01', '2', '10.000000'),
        dealCost(day, '3', '0.000000'),
        dealCost(day, '1', '10.000000'),
        dealCost('2026-03-11', '1', '5.000000'),
      ]),
    );
  });
});

describe('what the profile says was paid besides', () => {
  const tool: Row = {
    name: 'Klaviyo',
    channel: 'Email',
    amount_eur: '310.00',
    per: 'month',
    first_day: '2026-03-01',
    last_day: null,
  };

  test.each([
    ['orders', { orders: [order('1')] }],
    ['ads alone', { ad_spend: [spend()] }],
    ['orders, and a report with a day far ahead', { orders: [order('1')], ad_spend: [spend({ dt: '2099-03-10' })] }],
    ['visits alone', { sessions: [session('a', { dt: day })] }],
    ['the last order of several', { orders: [order('1'), order('2', { local_date: '2026-03-02' })] }],
    [
      'visits that go on after the last order',
      { orders: [order('1', { local_date: '2026-03-02' })], sessions: ['2026-03-03', day].map((dt) => session(dt, { dt })) }, // prettier-ignore
    ],
    [
      'visits, and a report with a day far ahead',
      { sessions: [session('a', { dt: day })], ad_spend: [spend({ dt: '2099-03-10' })] },
    ],
    ['the last of several reports', { ad_spend: [spend(), spend({ dt: '2026-03-02' })] }],
  ] as const)('counts until the last day of which the lake knows anything: %s', async (_, tables) => {
    const rows = (await view('marketing_costs', { shop_marketing_costs: [tool], ...tables })).filter(
      (row) => row['platform'] === 'shop',
    );
    expect([rows.length, rows.reduce((sum, row) => sum + number(row, 'spend_eur'), 0).toFixed(2)]).toEqual([
      10,
      '100.00',
    ]);
    expect(new Set(rows.flatMap((row) => [row['impressions'], row['clicks']]))).toEqual(new Set([0]));
  });
});

describe('an influencer’s fee', () => {
  const spread = async (deals: readonly Row[]): Promise<Row[]> =>
    (await view('marketing_costs', { influencer_deals: deals })).toSorted((a, b) =>
      text(a, 'day') < text(b, 'day') ? -1 : 1,
    );

  test.each([
    ['from the contract to the end', '2026-03-01', '2026-03-10', 10, '11.00'],
    ['on one day', '2026-03-01', '2026-03-01', 1, '110.00'],
    ['over 30 days where there is no end', '2026-03-01', null, 30, '3.67'],
    ['over 30 days where the end says that there is none', '2026-03-01', '2099-12-31', 30, '3.67'],
    ['over two years and a day', '2026-03-01', '2028-02-29', 731, '0.15'],
    ['over 30 days where the end is later than that', '2026-03-01', '2028-03-01', 30, '3.67'],
    ['over 30 days where the end is a mistake', '2026-03-01', '2026-02-01', 30, '3.67'],
    ['over the spring change of the clocks, and a year’s end', '2025-12-20', '2026-04-10', 112, '0.98'],
  ])('is spread %s', async (_, from, to, days, first) => {
    const rows = await spread([deal('1', { contract_date: from, end_date: to })]);
    expect([rows.length, rows[0]?.['day'], number(rows[0], 'spend_eur').toFixed(2), rows.at(-1)?.['day']]).toEqual([
      days,
      from,
      first,
      new Date(Date.parse(from) + (days - 1) * 86_400_000).toISOString().slice(0, 10),
    ]);
  });

  test('of a day and a commission of that day are two costs, though they are alike', async () => {
    const rows = await view('marketing_costs', {
      influencer_deals: [deal('1', { fee_eur: '5.00', product_cost_eur: null, end_date: day })],
      orders: [order('1')],
      touchpoints: [coded('1', '1')],
    });
    expect(pick(rows, 'campaign_id', 'spend_eur', 'booked_eur')).toEqual([
      ['1', '5.000000', '5.000000'],
      ['1', '5.000000', '5.000000'],
    ]);
  });

  test('of which a day has half a cent is rounded up', async () => {
    const rows = await spread([
      deal('1', { fee_eur: '1.13', product_cost_eur: null, contract_date: '2026-03-01', end_date: '2026-03-02' }),
    ]);
    expect(rows.map((row) => row['spend_eur'])).toEqual(['0.570000', '0.560000']);
  });

  test('is whole over its days, to the cent, and never heaped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            fee: fc.integer({ min: 0, max: 5_000_000 }),
            products: fc.option(fc.integer({ min: 0, max: 100_000 })),
            days: fc.integer({ min: 1, max: 700 }),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (drawn) => {
          const rows = await spread(
            drawn.map(({ fee, products, days }, n) =>
              deal(String(n), {
                fee_eur: (fee / 100).toFixed(2),
                product_cost_eur: products === null ? null : (products / 100).toFixed(2),
                end_date: new Date(Date.parse(day) + (days - 1) * 86_400_000).toISOString().slice(0, 10),
              }),
            ),
          );
          for (const [n, { fee, products, days }] of drawn.entries()) {
            const own = rows.filter((row) => row['campaign_id'] === String(n));
            const cents = (column: string): number[] => own.map((row) => Math.round(number(row, column) * 100));
            const whole = fee + (products ?? 0);
            expect([
              cents('spend_eur').reduce((a, b) => a + b, 0),
              cents('booked_eur').reduce((a, b) => a + b, 0),
            ]).toEqual([whole, whole]);
            for (const part of cents('spend_eur')) expect(Math.abs(part - whole / days)).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 15, seed: 20_260_312, endOnFailure: true },
    );
  });
});

describe('a view with a day', () => {
  const tables: Tables = {
    influencers: [{ influencer_id: 'I', handle: 'i', platform: 'instagram', tier: 'micro', followers: 20_000 }],
    influencer_deals: [
      deal('1', { commission_on: 'net' }),
      deal('2', { contract_date: '2026-02-01', end_date: '2026-03-11' }),
    ],
    influencer_posts: [
      {
        post_id: 'a',
        deal_id: '1',
        influencer_id: 'I',
        posted_on: day,
        views: 1000,
        likes: 40,
        comments: null,
        shares: 3,
        saves: 2,
      },
    ],
    orders: [
      order('1'),
      order('2', { local_date: '2026-03-11' }),
      order('3', { local_date: '2026-04-02', net_revenue_eur: '33.35' }),
    ],
    touchpoints: [coded('1', '1'), coded('2', '2'), coded('3', '1')],
    refunds: [
      {
        refund_line_id: 'r',
        order_id: '3',
        part: 'goods',
        amount_eur: '12.00',
        tax_eur: '2.00',
        refunded_at: '2026-04-20 12:00:00.000',
      },
    ],
    ad_spend: [spend(), spend({ dt: '2026-03-11' })],
    attribution: [...credit('1', {}), ...credit('2', { channel: 'Email' }), ...credit('3', {}, 1, 90)],
    sessions: [session('a')],
    shop: [
      {
        name: 'S',
        currency: 'EUR',
        time_zone: 'Europe/Paris',
        attribution_model: 'linear',
        lookback_days: 30,
        earned_media_cpm_eur: 8,
      },
    ],
  };
  const sum = (rows: readonly Row[], name: string): number =>
    Math.round(rows.reduce((all, row) => all + (row[name] === null ? 0 : number(row, name)), 0) * 1e6) / 1e6;

  test('roi_by_influencer_daily adds up to roi_by_influencer', async () => {
    const [daily, whole] = [await view('roi_by_influencer_daily', tables), await view('roi_by_influencer', tables)];
    for (const name of [
      'posts',
      'views',
      'engagements',
      'commission_eur',
      'spend_eur',
      'orders',
      'new_customers',
      'net_revenue_eur',
      'margin_eur',
    ])
      expect([name, sum(daily, name)]).toEqual([name, sum(whole, name)]);
    expect(sum(daily, 'booked_eur')).toBe(sum(daily, 'spend_eur'));
    expect(daily.find((row) => row['day'] === '2026-04-02')).toMatchObject({
      influencer_id: 'I',
      handle: 'i',
      orders: 1,
      net_revenue_eur: '33.35',
      commission_eur: '2.34',
      booked_eur: '2.34',
    });
    expect(new Set(daily.map((row) => row['day'])).size).toBe(daily.length);
  });

  test('roi_by_campaign_daily adds up to roi_by_campaign of the shop’s model, campaign by campaign', async () => {
    const daily = await view('roi_by_campaign_daily', tables);
    const whole = (await view('roi_by_campaign', tables)).filter((row) => row['attribution_model'] === 'linear');
    const keyOf = (row: Row): string =>
      JSON.stringify([row['channel'], row['platform'], row['campaign_id'], row['campaign']]);
    for (const name of [
      'impressions',
      'clicks',
      'spend_eur',
      'orders',
      'new_customers',
      'net_revenue_eur',
      'margin_eur',
    ]) {
      const sums = (rows: readonly Row[]): [string, number][] =>
        [...grouped(rows, keyOf)]
          .map(([key, of]): [string, number] => [key, sum(of, name)])
          .toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect([name, sums(daily)]).toEqual([name, sums(whole)]);
    }
    expect(sum(daily, 'booked_eur')).toBe(sum(daily, 'spend_eur'));
    expect(new Set(daily.map((row) => `${text(row, 'day')} ${keyOf(row)}`)).size).toBe(daily.length);
  });

  test('marketing_daily has each day and channel once, with the shop’s own model, and costs what marketing_costs says', async () => {
    const [rows, costs] = [await view('marketing_daily', tables), await view('marketing_costs', tables)];
    expect(new Set(rows.map((row) => `${text(row, 'day')} ${text(row, 'channel')}`)).size).toBe(rows.length);
    for (const name of ['spend_eur', 'booked_eur', 'impressions', 'clicks'])
      expect([name, sum(rows, name)]).toEqual([name, sum(costs, name)]);
    expect([sum(rows, 'sessions'), sum(rows, 'orders')]).toEqual([1, 2]);
  });
});

describe('roi_by_channel_daily', () => {
  const tables: Tables = {
    orders: [order('1'), order('2', { customer_id: 'C1', created_at: `${day} 13:00:00.000` })],
    attribution: [
      ...credit('1', { channel: 'Paid Search' }, 0.25),
      ...credit('1', { channel: 'Email' }, 0.75),
      ...credit('2', { channel: 'Paid Search' }),
      // Other look-backs and orders that are no conversions any more do not count.
      ...credit('1', { channel: 'Direct' }, 1, 7),
      ...credit('1', { channel: 'Direct' }, 1, 90),
      ...credit('gone', { channel: 'Direct' }),
    ],
    ad_spend: [
      spend(),
      spend({ campaign_id: '8', dt: '2026-03-09' }),
      spend({ campaign_id: '9', channel: 'Display', clicks: 0, spend_eur: '0.000000' }),
    ],
    sessions: [
      session('a'),
      session('b'),
      session('c', { channel: 'Email' }),
      session('d', { channel: 'Referral', local_date: '2026-03-09' }),
    ],
  };

  test.each(['roi_by_channel_daily', 'roi_by_campaign', 'roi_by_influencer'])(
    '%s: what came back is lost where no order came of it, and unknown where the lake has none at all',
    async (name) => {
      const fee = deal('D', { promo_code: null });
      const spent = { ad_spend: [spend()], influencer_deals: [fee] };
      const told = async (more: Tables) =>
        (await view(name, { ...spent, ...more })).map((row) => [row['roas'], row['roi']]).map(String);
      expect(new Set(await told({}))).toEqual(new Set([',']));
      expect(new Set(await told({ orders: [order('1')] }))).toEqual(new Set(['0,-1']));
    },
  );

  test('by hand, in every model', async () => {
    const rows = await view('roi_by_channel_daily', tables);
    const expected = [
      {
        day: '2026-03-09',
        channel: 'Paid Search',
        sessions: 0,
        impressions: 1000,
        clicks: 50,
        spend: 20,
        orders: 0,
        fresh: 0,
        revenue: 0,
        margin: 0,
      },
      {
        day: '2026-03-09',
        channel: 'Referral',
        sessions: 1,
        impressions: 0,
        clicks: 0,
        spend: 0,
        orders: 0,
        fresh: 0,
        revenue: 0,
        margin: 0,
      },
      {
        day,
        channel: 'Display',
        sessions: 0,
        impressions: 1000,
        clicks: 0,
        spend: 0,
        orders: 0,
        fresh: 0,
        revenue: 0,
        margin: 0,
      },
      {
        day,
        channel: 'Email',
        sessions: 1,
        impressions: 0,
        clicks: 0,
        spend: 0,
        orders: 0.75,
        fresh: 0.75,
        revenue: 37.5,
        margin: 0.75 * margin,
      },
      {
        day,
        channel: 'Paid Search',
        sessions: 2,
        impressions: 1000,
        clicks: 50,
        spend: 20,
        orders: 1.25,
        fresh: 0.25,
        revenue: 62.5,
        margin: 1.25 * margin,
      },
    ];
    expect(rows).toHaveLength(expected.length * models.length);
    for (const model of models) {
      const found = rows
        .filter((row) => row['attribution_model'] === model)
        .toSorted((a, b) =>
          `${text(a, 'day')}${text(a, 'channel')}` < `${text(b, 'day')}${text(b, 'channel')}` ? -1 : 1,
        );
      expect(
        found.map((row) => [
          row['day'],
          row['channel'],
          row['sessions'],
          row['impressions'],
          row['clicks'],
          number(row, 'spend_eur'),
          row['orders'],
          row['new_customers'],
          row['net_revenue_eur'],
          row['margin_eur'] === null ? null : number(row, 'margin_eur').toFixed(9),
        ]),
      ).toEqual(
        expected.map((e) => [
          e.day,
          e.channel,
          e.sessions,
          e.impressions,
          e.clicks,
          e.spend,
          e.orders,
          e.fresh,
          e.revenue,
          e.orders === 0 ? null : e.margin.toFixed(9),
        ]),
      );
      for (const [n, row] of found.entries()) {
        const e = expected[n];
        if (!e) throw new Error('A row too many.');
        expectRatio(row, 'roas', e.revenue, e.spend);
        expectRatio(row, 'roi', e.margin - e.spend, e.spend);
        expectRatio(row, 'cpa_eur', e.spend, e.spend === 0 ? 0 : e.orders);
        expectRatio(row, 'cac_eur', e.spend, e.spend === 0 ? 0 : e.fresh);
      }
    }
  });
});

describe('campaigns', () => {
  test('each as last reported, with every name that it has had', async () => {
    const rows = await workshop.view('campaigns', {
      ad_spend: [
        spend({ dt: '2026-03-01', campaign_name: 'Old name', campaign_folded: 'old name', campaign_type: 'search' }),
        spend({ dt: '2026-03-02', campaign_name: 'Old name', campaign_folded: 'old name', campaign_type: 'search' }),
        spend({
          dt: '2026-03-02',
          campaign_name: 'Été',
          campaign_folded: 'été',
          campaign_type: 'smart',
          channel: 'Cross-network',
        }),
        spend({
          dt: '2026-03-03',
          campaign_name: 'Été',
          campaign_folded: 'été',
          campaign_type: 'smart',
          channel: 'Cross-network',
        }),
        // The same id and name elsewhere is another campaign.
        spend({ account_id: '2', campaign_name: 'Été', campaign_folded: 'été' }),
        spend({
          platform: 'meta_ads',
          campaign_name: 'Été',
          campaign_folded: 'été',
          campaign_type: null,
          channel: 'Paid Social',
        }),
      ],
    });
    const name = (of: string, folded: string, from: string, to: string) => ({
      name: of,
      folded,
      first_day: from,
      last_day: to,
    });
    expect(rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      {
        platform: 'google_ads',
        account_id: '1',
        campaign_id: '7',
        campaign: 'Été',
        campaign_folded: 'été',
        names: [
          name('Old name', 'old name', '2026-03-01', '2026-03-02'),
          name('Été', 'été', '2026-03-02', '2026-03-03'),
        ],
        campaign_type: 'smart',
        channel: 'Cross-network',
        first_day: '2026-03-01',
        last_day: '2026-03-03',
      },
      {
        platform: 'google_ads',
        account_id: '2',
        campaign_id: '7',
        campaign: 'Été',
        campaign_folded: 'été',
        names: [name('Été', 'été', day, day)],
        campaign_type: null,
        channel: 'Paid Search',
        first_day: day,
        last_day: day,
      },
      {
        platform: 'meta_ads',
        account_id: '1',
        campaign_id: '7',
        campaign: 'Été',
        campaign_folded: 'été',
        names: [name('Été', 'été', day, day)],
        campaign_type: null,
        channel: 'Paid Social',
        first_day: day,
        last_day: day,
      },
    ]);
  });
});

test('a campaign is as last reported, also where its type was told no more, and of two on one day the later in the alphabet', async () => {
  const rows = await workshop.view('campaigns', {
    ad_spend: [
      spend({ dt: '2026-03-01', campaign_name: 'z', campaign_type: 'search', channel: 'Paid Video' }),
      spend({ dt: '2026-03-02', campaign_name: 'a', campaign_type: null, channel: 'Display' }),
      spend({ dt: '2026-03-02', campaign_name: 'b', campaign_type: null, channel: 'Paid Search' }),
    ],
  });
  expect(pick(rows, 'campaign', 'campaign_folded', 'campaign_type', 'channel', 'first_day', 'last_day')).toEqual([
    ['b', 'b', null, 'Paid Search', '2026-03-01', '2026-03-02'],
  ]);
});

async function campaigns(tables: Tables): Promise<Row[]> {
  const rows = await view('roi_by_campaign', tables);
  for (const model of models)
    expect(rows.filter((row) => row['attribution_model'] === model)).toHaveLength(rows.length / models.length);
  return rows
    .filter((row) => row['attribution_model'] === 'linear')
    .toSorted((a, b) =>
      JSON.stringify([a['campaign_id'], a['campaign']]) < JSON.stringify([b['campaign_id'], b['campaign']]) ? -1 : 1,
    );
}

describe('roi_by_campaign', () => {
  const marque = { campaign: 'a name that was mistyped', campaign_id: '7', platform: 'google_ads' };

  test('by hand', async () => {
    const [row, ...others] = await campaigns({
      ad_spend: [spend(), spend({ dt: '2026-03-12', device: 'mobile' })],
      orders: [order('1'), order('2', { customer_id: 'C1', created_at: `${day} 13:00:00.000` })],
      attribution: [
        ...credit('1', marque, 0.5),
        ...credit('1', { channel: 'Direct', campaign: null }, 0.5),
        ...credit('2', marque),
        ...credit('1', marque, 1, 90),
      ],
    });
    // What no campaign is known for has its row, so that all is there.
    expect(others).toMatchObject([
      {
        channel: 'Direct',
        platform: null,
        campaign_id: null,
        campaign: null,
        campaign_match: 'unpaid',
        orders: 0.5,
        net_revenue_eur: 25,
        net_revenue_share: 0.25,
        spend_eur: '0.000000',
      },
    ]);
    expect(row).toMatchObject({
      channel: 'Paid Search',
      platform: 'google_ads',
      campaign_id: '7',
      campaign: 'marque',
      campaign_match: 'reported',
      net_revenue_share: 0.75,
      first_day: day,
      last_day: '2026-03-12',
      impressions: 2000,
      clicks: 100,
      spend_eur: '40.000000',
      orders: 1.5,
      new_customers: 0.5,
      net_revenue_eur: 75,
      ctr: 0.05,
      cpc_eur: 0.4,
      cpm_eur: 20,
      roas: 75 / 40,
      cac_eur: 80,
    });
    expectRatio(row ?? {}, 'roi', 1.5 * margin - 40, 40);
    expectRatio(row ?? {}, 'cpa_eur', 40, 1.5);
  });

  test('a cost of the shop’s profile is no campaign of a platform, and has no return of its own', async () => {
    const agency = { name: 'Agency', channel: 'Paid Social', amount_eur: '5.00', per: 'once', first_day: day };
    const rows = await campaigns({ orders: [order('1')], shop_marketing_costs: [{ ...agency, dt: '1970-01-01' }] });
    expect(pick(rows, 'platform', 'campaign', 'campaign_match', 'spend_eur', 'roas', 'roi')).toEqual([
      ['shop', 'agency', 'cost', '5.000000', null, null],
    ]);
  });

  test('a paid touch whose campaign no report has is shown as such, with its share', async () => {
    const rows = await campaigns({
      ad_spend: [spend()],
      orders: [order('1'), order('2')],
      attribution: [...credit('1', { campaign: 'ete', campaign_id: null }), ...credit('2', marque)],
    });
    expect(pick(rows, 'campaign_id', 'campaign', 'campaign_match', 'orders', 'net_revenue_share', 'spend_eur')).toEqual(
      [
        ['7', 'marque', 'reported', 1, 0.5, '20.000000'],
        [null, 'ete', 'unmatched', 1, 0.5, '0.000000'],
      ],
    );
  });

  test('how a campaign is known: by a report, by a deal, or by its channel, of which each is paid or not', async () => {
    const paid = [
      'Paid Search',
      'Paid Shopping',
      'Paid Social',
      'Paid Video',
      'Paid Other',
      'Display',
      'Cross-network',
    ];
    const unpaid = ['Direct', 'Email', 'Organic Search', 'Organic Social', 'Referral', 'Influencer', 'SMS'];
    const channels = [...paid, ...unpaid];
    const rows = await campaigns({
      ad_spend: [spend()],
      influencer_deals: [deal('1')],
      orders: channels.map((_, n) => order(String(n + 1))),
      attribution: channels.flatMap((channel, n) =>
        credit(String(n + 1), { channel, campaign: `c${n}`, campaign_id: null }),
      ),
    });
    expect(Object.fromEntries(rows.map((row) => [row['campaign'], row['campaign_match']]))).toEqual({
      marque: 'reported',
      printemps: 'deal',
      ...Object.fromEntries(channels.map((channel, n) => [`c${n}`, paid.includes(channel) ? 'unmatched' : 'unpaid'])),
    });
  });

  test('what was not paid for stands under its name, a deal under its number, and ratios without a denominator are null', async () => {
    const rows = await campaigns({
      orders: [order('1'), order('2')],
      influencer_deals: [deal('1')],
      touchpoints: [coded('2', '1')],
      attribution: [
        ...credit('1', { channel: 'Email', campaign: 'mars', campaign_id: null }),
        ...credit('2', { channel: 'Influencer', campaign: 'printemps', deal_id: '1' }),
      ],
    });
    expect(rows).toMatchObject([
      {
        campaign_id: '1',
        campaign: 'printemps',
        channel: 'Influencer',
        platform: 'influencer',
        orders: 1,
        spend_eur: '115.000000',
        ctr: null,
        cpc_eur: null,
        cpm_eur: null,
        cpa_eur: 115,
      },
      {
        campaign_id: null,
        campaign: 'mars',
        channel: 'Email',
        platform: null,
        orders: 1,
        spend_eur: '0.000000',
        roas: null,
        roi: null,
        ctr: null,
        cpc_eur: null,
        cpm_eur: null,
        cpa_eur: null,
        cac_eur: null,
      },
    ]);
  });

  test('a campaign that brought nothing has no cost of acquisition', async () => {
    const tables = { orders: [order('1')], ad_spend: [spend({ clicks: 0, impressions: 0 })] };
    expect(await campaigns(tables)).toMatchObject([
      {
        orders: 0,
        spend_eur: '20.000000',
        net_revenue_share: null,
        cost_coverage: null,
        roas: 0,
        roi: -1,
        cpa_eur: null,
        cac_eur: null,
        ctr: null,
        cpc_eur: null,
        cpm_eur: null,
      },
    ]);
  });

  test('one id on two platforms is two campaigns', async () => {
    const rows = await campaigns({
      ad_spend: [spend(), spend({ platform: 'meta_ads', campaign_name: 'reels', channel: 'Paid Social' })],
      orders: [order('1')],
      attribution: credit('1', marque),
    });
    expect(pick(rows, 'platform', 'campaign', 'orders', 'spend_eur')).toEqual([
      ['google_ads', 'marque', 1, '20.000000'],
      ['meta_ads', 'reels', 0, '20.000000'],
    ]);
  });

  test('the order of the rows does not matter, although a campaign has two names on one day', async () => {
    const ad_spend = [spend({ ad_id: 'a' }), spend({ ad_id: 'b', campaign_name: 'zzz', channel: 'Display' })];
    const tables = { orders: [order('1')], attribution: credit('1', marque) };
    expect(await campaigns({ ...tables, ad_spend })).toEqual(
      await campaigns({ ...tables, ad_spend: ad_spend.toReversed() }),
    );
  });
});

const influencer = (id: string): Row => ({
  influencer_id: id,
  handle: id.toLowerCase(),
  platform: 'instagram',
  tier: 'micro',
  followers: 20_000,
});
const post = (id: string, more: Row = {}): Row => ({
  post_id: id,
  deal_id: '1',
  influencer_id: 'I',
  posted_on: day,
  views: 1000,
  likes: 40,
  comments: 5,
  shares: 3,
  saves: 2,
  ...more,
});

test('a commission is rounded once', async () => {
  const rows = await view('influencer_orders', {
    influencer_deals: [deal('1', { commission_rate: '0.1245' })],
    orders: [order('1', { net_revenue_eur: '1.00' })],
    touchpoints: [coded('1', '1')],
  });
  expect(pick(rows, 'order_id', 'commission_eur')).toEqual([['1', '0.12']]);
});

describe('roi_by_influencer', () => {
  test('several deals, posts and orders do not multiply; ratios by hand', async () => {
    const rows = await view('roi_by_influencer', {
      influencers: [influencer('I'), influencer('J')],
      influencer_deals: [deal('1'), deal('2', { promo_code: 'CODE2', product_cost_eur: null })],
      influencer_posts: [
        post('a'),
        post('b', { likes: null, views: 3000 }),
        post('c', { views: null, likes: null, comments: null, shares: null, saves: null }),
      ],
      orders: [
        order('1'),
        order('2', { customer_id: 'C1', created_at: `${day} 13:00:00.000` }),
        order('3'),
        order('4'),
      ],
      touchpoints: [coded('1', '1'), coded('2', '2'), coded('3', '2')],
    });
    const [first, second] = rows.toSorted((a, b) => (text(a, 'influencer_id') < text(b, 'influencer_id') ? -1 : 1));
    expect(first).toMatchObject({
      influencer_id: 'I',
      handle: 'i',
      deals: 2,
      posts: 3,
      views: 4000,
      engagements: 60,
      fee_eur: '200.00',
      product_cost_eur: '10.00',
      commission_eur: '15.00',
      spend_eur: '225.00',
      orders: 3,
      new_customers: 2,
      net_revenue_eur: '150.00',
      margin_eur: '130.05',
      engagement_rate: 0.015,
      roas: 150 / 225,
      earned_media_value_eur: 32,
      cost_per_engagement_eur: 3.75,
    });
    expectRatio(first ?? {}, 'roi', 130.05 - 225, 225);
    expect(second).toMatchObject({
      influencer_id: 'J',
      deals: 0,
      posts: 0,
      views: 0,
      spend_eur: '0.00',
      orders: 0,
      net_revenue_eur: '0.00',
      engagement_rate: null,
      roas: null,
      roi: null,
      cost_per_engagement_eur: null,
      earned_media_value_eur: 0,
    });
  });

  const reach = [
    'posts',
    'views',
    'engagements',
    'engagement_rate',
    'earned_media_value_eur',
    'cost_per_engagement_eur',
  ];
  const nothing = { likes: null, comments: null, shares: null, saves: null };

  test.each<[string, readonly Row[], readonly (number | null)[]]>([
    [
      'a photo, of which no views are told, is in no rate',
      [post('a'), post('b', { views: null })],
      [2, 1000, 100, 0.05, 8, 1.1],
    ],
    ['nor is a post of which no engagement is told', [post('a'), post('b', nothing)], [2, 2000, 50, 0.05, 16, 2.2]],
    ['photos alone have no views that are known', [post('a', { views: null })], [1, null, 50, null, null, 2.2]],
    ['views alone have no engagement that is known', [post('a', nothing)], [1, 1000, null, null, 8, null]],
  ])('%s', async (_, influencer_posts, expected) => {
    const rows = await view('roi_by_influencer', { influencer_deals: [deal('1')], influencer_posts });
    expect(pick(rows, ...reach)).toEqual([expected]);
  });

  describe('has whom the roster does not have', () => {
    const [lea, leaToo, tom] = ['instagram:lea.bio', 'tiktok:lea.bio', 'youtube:tom'];
    const unlisted = { tier: null, followers: null };
    const ofLea = { influencer_id: lea, handle: 'lea.bio', platform: 'instagram' };
    const ofLeaToo = { influencer_id: leaToo, handle: 'lea.bio', platform: 'tiktok' };
    const ofTom = { influencer_id: tom, handle: 'tom', platform: 'youtube' };
    const deals = [deal('1', { influencer_id: lea }), deal('2', { influencer_id: leaToo })];
    const sold = { orders: [order('1')], touchpoints: [coded('1', '1')] };
    const listed = { ...influencer(lea), handle: 'Léa', platform: 'Instagram' };

    test.each<[string, Tables, readonly Row[]]>([
      [
        'by their deals alone, without an order of theirs',
        { orders: [order('1')], influencer_deals: deals },
        [
          { ...ofLea, ...unlisted, deals: 1, fee_eur: '100.00', spend_eur: '110.00', orders: 0, roi: -1 },
          { ...ofLeaToo, ...unlisted, deals: 1, fee_eur: '100.00', spend_eur: '110.00', orders: 0, roi: -1 },
        ],
      ],
      [
        'with the orders of their codes',
        { ...sold, influencer_deals: deals },
        [
          { ...ofLea, ...unlisted, orders: 1, commission_eur: '5.00', spend_eur: '115.00', net_revenue_eur: '50.00' },
          { ...ofLeaToo, ...unlisted, orders: 0, spend_eur: '110.00', net_revenue_eur: '0.00' },
        ],
      ],
      [
        'by their posts alone',
        { influencer_posts: [post('a', { influencer_id: tom })] },
        [{ ...ofTom, ...unlisted, deals: 0, posts: 1, views: 1000, spend_eur: '0.00', roi: null }],
      ],
      [
        'by deals and posts, once',
        {
          influencer_deals: [deal('1', { influencer_id: tom }), deal('2', { influencer_id: tom })],
          influencer_posts: [post('a', { influencer_id: tom }), post('b', { influencer_id: tom })],
        },
        [{ ...ofTom, ...unlisted, deals: 2, posts: 2, views: 2000, fee_eur: '200.00' }],
      ],
      [
        'beside those whom it has, who are as it says',
        {
          ...sold,
          influencers: [listed],
          influencer_deals: deals,
          influencer_posts: [post('a', { influencer_id: tom })],
        },
        [
          { influencer_id: lea, handle: 'Léa', platform: 'Instagram', tier: 'micro', orders: 1, spend_eur: '115.00' },
          { ...ofLeaToo, ...unlisted, deals: 1, posts: 0 },
          { ...ofTom, ...unlisted, deals: 0, posts: 1 },
        ],
      ],
    ])('%s', async (_, tables, expected) => {
      const id = (row: Row) => text(row, 'influencer_id');
      const rows = (await view('roi_by_influencer', tables)).toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
      expect(rows.length).toBe(expected.length);
      expect(rows).toMatchObject(expected);
      const fees = (all: readonly Row[]) => all.reduce((sum, row) => sum + number(row, 'fee_eur'), 0);
      expect(fees(rows)).toBe(fees(tables['influencer_deals'] ?? []));
      // The days of each add up to the whole, under the same names.
      const named = (all: readonly Row[]) =>
        expected.map(({ influencer_id }) => {
          const own = all.filter((row) => row['influencer_id'] === influencer_id);
          const spent = own.reduce((sum, row) => sum + number(row, 'spend_eur'), 0).toFixed(2);
          const names = new Set(own.map((row) => `${text(row, 'platform')} ${text(row, 'handle')}`));
          return [influencer_id, ...names, spent];
        });
      expect(named(await view('roi_by_influencer_daily', tables))).toEqual(named(rows));
    });
  });
});

describe('the printed table', () => {
  const printed = async (tables: Tables) => {
    const query = async (sql: string) => ({
      columns: [],
      rows: (await workshop.view('roi_by_channel_daily', withGoods(tables), sql)).map((row) => Object.values(row)),
    });
    return (await roiReport({ query })).replaceAll(/\s+/gu, ' ');
  };
  const influencer_deals = [
    deal('1', { influencer_id: 'instagram:lea.bio', end_date: '2026-03-19', commission_rate: null }),
    deal('2', { influencer_id: 'youtube:tom', contract_date: '2026-03-05', end_date: null, commission_rate: null }),
  ];

  test.each<[string, Tables, string]>([
    ['deals alone', { influencer_deals }, '2026-03-05 to 2026-04-03 (the shop'],
    [
      'deals, and an order with a code',
      { influencer_deals, orders: [order('1')], touchpoints: [coded('1', '1')], attribution: credit('1', { channel: 'Influencer' }) }, // prettier-ignore
      "2026-03-05 to 2026-03-10 (the shop's days in Europe/Paris that have orders, visits or ads), with the fees of influencers' deals to 2026-04-03 ",
    ],
    [
      'deals, and a report of ads without impressions and clicks',
      { influencer_deals, ad_spend: [spend({ dt: '2026-03-20', impressions: null, clicks: null })] },
      "2026-03-05 to 2026-03-20 (the shop's days in Europe/Paris that have orders, visits or ads), with the " +
        "fees of influencers' deals to 2026-04-03 ",
    ],
  ])('of %s says the days of its figures, and has whom the roster does not have', async (_, tables, period) => {
    const report = await printed(tables);
    expect(report).toContain(`What each euro brought back, ${period}`);
    expect(report).toMatch(/ Influencer 220 /u);
    // Six of the thirty days of a deal of 110 € and one of the ten of another are over on 10 March: 220 - 22 - 11.
    expect(
      /Of what Influencer cost, (\d+ € are of days after \S+), the last that the lake has seen/u.exec(report)?.[1],
    ).toBe(period.startsWith('2026-03-05 to 2026-03-10') ? '187 € are of days after 2026-03-10' : undefined);
    const influencers = report.slice(report.indexOf('Influencers with the largest revenue'));
    for (const one of ['instagram:lea.bio 110 ', 'youtube:tom 110 ']) expect(influencers).toContain(one);
  });

  test('has an influencer who costs nothing and brought an order', async () => {
    const free = deal('1', {
      influencer_id: 'tiktok:max',
      fee_eur: null,
      product_cost_eur: null,
      commission_rate: null,
    });
    const report = await printed({ influencer_deals: [free], orders: [order('1')], touchpoints: [coded('1', '1')] });
    expect(report).toContain(' tiktok:max 0 1 50 – 43 – ');
  });
});

describe('funnel_daily', () => {
  test('sessions, not events; steps by hand; rates without a denominator are null, and who bought came past each step', async () => {
    const rows = await view('funnel_daily', {
      sessions: [
        session('a', { item_views: 5, cart_adds: 3, checkouts: 2, purchases: 2 }),
        session('b', { item_views: 1, cart_adds: 1, is_engaged: false }),
        session('c', { item_views: 1 }),
        session('d'),
        session('e', { device: 'desktop', is_engaged: false }),
        session('f', { local_date: '2026-03-11', purchases: 1 }),
      ],
    });
    expect(
      rows.toSorted((a, b) =>
        JSON.stringify([a['day'], a['device']]) < JSON.stringify([b['day'], b['device']]) ? -1 : 1,
      ),
    ).toEqual([
      {
        day,
        channel: 'Paid Search',
        device: 'desktop',
        sessions: 1,
        engaged_sessions: 0,
        item_view_sessions: 0,
        cart_sessions: 0,
        checkout_sessions: 0,
        purchase_sessions: 0,
        view_rate: 0,
        cart_rate: null,
        checkout_rate: null,
        purchase_rate: null,
        conversion_rate: 0,
        bounce_rate: 1,
      },
      {
        day,
        channel: 'Paid Search',
        device: 'mobile',
        sessions: 4,
        engaged_sessions: 3,
        item_view_sessions: 3,
        cart_sessions: 2,
        checkout_sessions: 1,
        purchase_sessions: 1,
        view_rate: 0.75,
        cart_rate: 2 / 3,
        checkout_rate: 0.5,
        purchase_rate: 1,
        conversion_rate: 0.25,
        bounce_rate: 0.25,
      },
      {
        day: '2026-03-11',
        channel: 'Paid Search',
        device: 'mobile',
        sessions: 1,
        engaged_sessions: 1,
        item_view_sessions: 1,
        cart_sessions: 1,
        checkout_sessions: 1,
        purchase_sessions: 1,
        view_rate: 1,
        cart_rate: 1,
        checkout_rate: 1,
        purchase_rate: 1,
        conversion_rate: 1,
        bounce_rate: 0,
      },
    ]);
  });
});

test('ads_daily claims 0 on a day without, and nothing where no report of the platform tells any', async () => {
  const rows = await view('ads_daily', {
    ad_spend: [
      spend({ ad_id: 'a', claimed_conversions: 2, claimed_value_eur: 120 }),
      spend({ ad_id: 'b' }),
      spend({ platform: 'tiktok_ads', campaign_id: '11', campaign_name: 'spark', ad_id: 'c' }),
    ],
  });
  expect(
    new Map(pick(rows, 'ad_id', 'claimed_conversions', 'claimed_value_eur').map(([ad, ...claims]) => [ad, claims])),
  ).toEqual(
    new Map([
      ['a', [2, 120]],
      ['b', [0, 0]],
      ['c', [null, null]],
    ]),
  );
});

describe('platform_claims', () => {
  test('claims stand beside the shop’s own count', async () => {
    const rows = await view('platform_claims', {
      ad_spend: [
        spend({ ad_id: 'a', claimed_conversions: 2, claimed_value_eur: 120 }),
        spend({ ad_id: 'b', claimed_conversions: 1.5, claimed_value_eur: 90 }),
        spend({
          platform: 'meta_ads',
          campaign_id: '9',
          campaign_name: 'reels',
          channel: 'Paid Social',
          claimed_conversions: 4,
          claimed_value_eur: 200,
        }),
        spend({ platform: 'tiktok_ads', campaign_id: '11', campaign_name: 'spark', channel: 'Paid Social' }),
      ],
      orders: [order('1'), order('2'), order('3'), order('4', { local_date: '2026-03-11' })],
      attribution: [
        ...credit('1', { campaign: 'marque', campaign_id: '7', platform: 'google_ads' }),
        ...credit('2', { campaign: 'reels', campaign_id: '9', platform: 'meta_ads', channel: 'Paid Social' }, 0.5),
        ...credit('2', { campaign: 'marque', campaign_id: '7', platform: 'google_ads' }, 0.5),
        ...credit('4', { campaign: 'reels', campaign_id: '9', platform: 'meta_ads' }),
        // Neither a newsletter nor what an influencer brought by a platform's link is a platform's.
        ...credit('3', { channel: 'Email', campaign: 'mars' }, 0.5),
        ...credit('3', { channel: 'Influencer', campaign: 'reels', campaign_id: '9', deal_id: 'D' }, 0.5),
        ...credit('3', { campaign: 'marque', campaign_id: '7', platform: 'google_ads' }, 1, 7),
        ...credit('3', { campaign: 'marque', campaign_id: '7', platform: 'google_ads' }, 1, 90),
      ],
    });
    expect(
      pick(
        rows,
        'day',
        'platform',
        'claimed_conversions',
        'claimed_value_eur',
        'attributed_orders',
        'attributed_net_revenue_eur',
        'over_claim_ratio',
      ),
    ).toEqual([
      [day, 'google_ads', 3.5, 210, 1.5, 75, 3.5 / 1.5],
      [day, 'meta_ads', 4, 200, 0.5, 25, 8],
      // No report of TikTok's tells what it claims: that is not nothing. Meta's do, and of another day claim 0.
      [day, 'tiktok_ads', null, null, 0, 0, null],
      ['2026-03-11', 'meta_ads', 0, 0, 1, 50, 0],
    ]);
  });
});
