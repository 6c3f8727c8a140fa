/** The views of customers' lives, and of whole months and pairs, computed once more by loops over a shop by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { openWorkshop, pick, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { groups, measured, n, plain, ratio, sum } from './sums.fixture.ts';
import { readValues } from '../cli/ltv.ts';
import { productOf, shopByChance } from './views.samples.ts';

const seed = 20_260_402;
let workshop: Workshop;
let tables: Tables;
/** What these views are made from, as their own tests have it right. */
const rows: Record<string, readonly Row[]> = {};

/** On both sides of the borders of the 28 days a year before 2026-03-31. */
const early = ['2025-03-04', '2025-03-05', '2025-04-01', '2025-04-02'] as const;

/**
 * What a shop of two months does not show: the year before, codes that deals share, where visits came from, and a last
 * month that ends with the last order.
 */
function grownUp(shop: Tables): Tables {
  const of = (name: string): readonly Row[] => shop[name] ?? [];
  const placed = (order: Row, day: string, more: Row = {}): Row => {
    const at = `${day} ${text(order, 'processed_at').slice(11)}`;
    return { ...order, created_at: at, processed_at: at, local_date: day, ...more };
  };
  const priced = of('orders').map((order, i): Row => ({ ...order, total_price_eur: (20 + i).toFixed(2) }));
  const before = early.flatMap((day, place) =>
    priced
      .slice(6 * place, 6 * place + 6)
      .map((order) => placed(order, day, { order_id: `${text(order, 'order_id')} early`, order_number: null })),
  );
  const known = new Map(before.map((order) => [text(order, 'order_id'), order]));
  return {
    ...shop,
    orders: [
      ...priced.map((order) => (order['local_date'] === '2026-04-02' ? placed(order, '2026-03-31') : order)),
      ...before,
    ],
    attribution: of('attribution').flatMap((touch) => {
      const order_id = `${text(touch, 'order_id')} early`;
      return known.has(order_id) ? [touch, { ...touch, order_id }] : [touch];
    }),
    ad_spend: [
      ...of('ad_spend'),
      ...early.flatMap((dt, place) =>
        of('ad_spend')
          .slice(place, place + 2)
          .map((row) => ({ ...row, dt })),
      ),
    ],
    // Every fifth line was taken off its order before it left.
    order_items: of('order_items').map((item, i) =>
      i % 5 === 0 ? { ...item, quantity: 0, shipped_quantity: 0, net_revenue_eur: '0.00' } : item,
    ),
    touchpoints: of('touchpoints').map((touch, i) => ({
      ...touch,
      channel: i % 7 === 0 ? 'Direct' : (touch['channel'] ?? null),
      source: ['coupons.example', 'instagram', '(not set)', 'google', null][i % 5] ?? null,
    })),
    influencer_deals: of('influencer_deals').map((deal, i) => ({
      ...deal,
      promo_code: ['SHARED10', 'OWN5', null, 'SHARED10'][i] ?? null,
    })),
  };
}

beforeAll(async () => {
  workshop = await openWorkshop();
  tables = grownUp(shopByChance(seed));
  for (const name of ['order_economics', 'marketing_daily', 'roi_by_channel_daily', 'marketing_costs'])
    rows[name] = await workshop.view(name, tables);
  for (const name of ['customer_orders', 'influencer_orders']) rows[name] = await workshop.view(name, tables);
});
afterAll(() => workshop.close());

const of = (name: string): readonly Row[] => rows[name] ?? tables[name] ?? [];
const monthOf = (row: Row, name: string): string => `${text(row, name).slice(0, 7)}-01`;
const months = (from: string, to: string): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
const orderDays = (): string[] =>
  of('order_economics')
    .map((row) => text(row, 'local_date'))
    .toSorted();
const firstDay = (): string => orderDays()[0] ?? '';
const lastDay = (): string => orderDays().at(-1) ?? '';
/** First day of a month so many later. */
const later = (month: string, by: number): string => {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(at / 12))}-${String((at % 12) + 1).padStart(2, '0')}-01`;
};
const dayAfter = (day: string, by = 1): string =>
  new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);
const isOver = (month: string): boolean => later(month, 1) <= dayAfter(lastDay());
/** Whatever comes first by the most of a sum, and of equals by the alphabet. */
const most = (all: readonly Row[], by: string, value: string): AnswerValue =>
  groups(all, by)
    .map(([names, some]) => ({ name: text(names, by), total: sum(some, value) }))
    .toSorted((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))[0]?.name ?? null;
const money = (all: readonly Row[]) => ({
  net_revenue_eur: sum(all, 'net_revenue_eur'),
  covered_eur: sum(all, (row) => ((row['margin_eur'] ?? null) === null ? 0 : n(row, 'net_revenue_eur'))),
  margin_eur: all.some((row) => (row['margin_eur'] ?? null) !== null) ? sum(all, 'margin_eur') : null,
});

const customerOrders = (): Row[] =>
  groups(of('order_economics'), 'buyer_id').flatMap(([, all]) => {
    const life = all.toSorted((a, b) =>
      `${text(a, 'processed_at')} ${text(a, 'order_id')}` < `${text(b, 'processed_at')} ${text(b, 'order_id')}`
        ? -1
        : 1,
    );
    const first = life[0] ?? {};
    const isFirst = (row: Row) => row['order_id'] === first['order_id'];
    const month = first['is_new_customer'] === true ? monthOf(first, 'local_date') : null;
    const credits = of('attribution').filter(
      (row) => isFirst(row) && row['attribution_model'] === 'linear' && row['lookback_days'] === 30,
    );
    const lines = of('order_items')
      .map((row) => ({ ...row, product_id: productOf(tables, row) }))
      .filter((row) => isFirst(row) && row.product_id !== null && n(row, 'quantity') > 0);
    return life.map((row, at) => ({
      order_id: row['order_id'] ?? null,
      buyer_id: row['buyer_id'] ?? null,
      local_date: row['local_date'] ?? null,
      country: row['country'] ?? null,
      order_place: at + 1,
      first_month: month,
      months_later: month === null ? null : months(month, text(row, 'local_date')),
      first_channel: most(credits, 'channel', 'credit'),
      first_product_id: most(lines, 'product_id', 'net_revenue_eur'),
      ...money([row]),
    }));
  });

const cohorts = (...by: readonly string[]): Row[] =>
  groups(
    of('customer_orders').filter((row) => row['first_month'] !== null),
    'first_month',
    ...by,
  ).flatMap(([names, all]) => {
    const month = text(names, 'first_month');
    return Array.from({ length: months(month, lastDay()) + 1 }, (_, months_later) => {
      const bought = all.filter((row) => n(row, 'months_later') === months_later);
      return {
        ...names,
        months_later,
        is_over: isOver(later(month, months_later)),
        customers: new Set(all.map((row) => row['buyer_id'])).size,
        buyers: new Set(bought.map((row) => row['buyer_id'])).size,
        orders: bought.length,
        ...money(bought),
      };
    });
  });

const ltv = (): Row[] =>
  cohorts('first_channel').map((row) => {
    const cell = cohorts('first_channel').filter(
      (other) =>
        other['first_month'] === row['first_month'] &&
        other['first_channel'] === row['first_channel'] &&
        n(other, 'months_later') <= n(row, 'months_later'),
    );
    const known = cell.filter(({ margin_eur }) => margin_eur !== null);
    const margin = known.length === 0 ? null : sum(known, 'margin_eur');
    const won = of('marketing_daily').filter(
      (day) =>
        monthOf(day, 'day') === row['first_month'] &&
        day['channel'] === row['first_channel'] &&
        text(day, 'day') >= firstDay(),
    );
    const spend = sum(won, 'spend_eur');
    const cac = spend === 0 ? null : ratio(spend, sum(won, 'new_customers'));
    const value = margin === null ? null : margin / n(row, 'customers');
    return {
      first_month: row['first_month'] ?? null,
      first_channel: row['first_channel'] ?? null,
      months_later: row['months_later'] ?? null,
      is_over: row['is_over'] ?? null,
      customers: row['customers'] ?? null,
      revenue_so_far_eur: sum(cell, 'net_revenue_eur'),
      covered_so_far_eur: sum(cell, 'covered_eur'),
      margin_so_far_eur: margin,
      ltv_eur: value,
      cac_eur: cac,
      ltv_to_cac: value === null || cac === null ? null : ratio(value, cac),
    };
  });

const payback = (): Row[] =>
  groups(ltv(), 'first_month', 'first_channel').map(([names, all]) => {
    const life = all.toSorted((a, b) => n(a, 'months_later') - n(b, 'months_later'));
    const cac = life[0]?.['cac_eur'] ?? null;
    const last = life.at(-1);
    return {
      ...names,
      customers: last?.['customers'] ?? null,
      cac_eur: cac,
      ltv_eur: last?.['ltv_eur'] ?? null,
      ltv_to_cac: last?.['ltv_to_cac'] ?? null,
      months_known: life.length,
      payback_months:
        life.find((row) => cac !== null && (row['ltv_eur'] ?? null) !== null && n(row, 'ltv_eur') >= Number(cac))?.[
          'months_later'
        ] ?? null,
    };
  });

/** Fifths of buyers by how many are worse. */
const fifths = (all: readonly Row[], name: string): Map<AnswerValue, number> => {
  const value = (row: Row) => (name === 'last' ? text(row, name) : n(row, name));
  return new Map(
    all.map((row) => {
      const worse = all.filter((other) => value(other) < value(row)).length;
      return [row['buyer_id'] ?? null, 1 + Math.floor((5 * worse) / all.length)];
    }),
  );
};
/** The best name that fits, from the top. */
const segments: readonly (readonly [name: string, fits: (r: number, f: number, m: number) => boolean])[] = [
  ['champions', (r, f) => r > 3 && f > 3],
  ['loyal, not seen lately', (_, f) => f > 3],
  ['promising', (r, _, m) => r > 3 && m > 3],
  ['new', (r) => r > 3],
  ['big spenders at risk', (_, __, m) => m > 3],
  ['asleep', (r) => r < 3],
  ['others', () => true],
];
const rfm = (orders = of('customer_orders'), newest = lastDay()): Row[] => {
  const buyers: readonly Row[] = groups(orders, 'buyer_id').map(([names, all]) => ({
    ...names,
    last:
      all
        .map((row) => text(row, 'local_date'))
        .toSorted()
        .at(-1) ?? null,
    orders: all.length,
    net_revenue_eur: sum(all, 'net_revenue_eur'),
  }));
  const [r, f, m] = ['last', 'orders', 'net_revenue_eur'].map((name) => fifths(buyers, name));
  return buyers.map(({ last = null, ...row }) => {
    const of5 = (fifth?: Map<AnswerValue, number>) => fifth?.get(row['buyer_id'] ?? null) ?? 0;
    const [recency, frequency, monetary] = [last === newest ? 5 : of5(r), of5(f), of5(m)];
    return {
      ...row,
      days_since_last: (Date.parse(newest) - Date.parse(text({ last }, 'last'))) / 86_400_000,
      recency,
      frequency,
      monetary,
      segment: segments.find(([, fits]) => fits(recency, frequency, monetary))?.[0] ?? '',
    };
  });
};

const efficiency = (): Row[] => {
  const facts: Row[] = [
    ...of('marketing_costs').filter((row) => text(row, 'day') >= firstDay() && text(row, 'day') <= lastDay()),
    ...of('order_economics').map((row) => ({
      ...row,
      day: row['local_date'] ?? null,
      orders: 1,
      new_customers: row['is_new_customer'] === true ? 1 : 0,
    })),
  ].map((row) => ({ ...row, month: monthOf(row, 'day') }));
  return groups(facts, 'month').map(([names, all]) => {
    const totals = measured(all, 'spend_eur', 'orders', 'new_customers');
    const { spend_eur: spend = 0, orders = 0, new_customers: fresh = 0 } = totals;
    const earned = money(all.filter((row) => row['order_id'] !== undefined));
    return {
      ...names,
      is_whole: firstDay() <= text(names, 'month') && isOver(text(names, 'month')),
      ...totals,
      ...earned,
      blended_mer: ratio(earned.net_revenue_eur, spend),
      blended_cac_eur: spend === 0 ? null : ratio(spend, fresh),
      blended_aov_eur: ratio(earned.net_revenue_eur, orders),
    };
  });
};

const comparison = (): Row[] => {
  const all = of('roi_by_channel_daily')
    .filter((row) => text(row, 'day') <= lastDay())
    .map((row) => ({ ...row, month: monthOf(row, 'day') }));
  return groups(all, 'month', 'channel', 'attribution_model').map(([names, some]) => {
    const alike = (row: Row, ...by: readonly string[]) => by.every((name) => row[name] === names[name]);
    const ofModel = all.filter((row) => alike(row, 'month', 'attribution_model'));
    const ofShop = all.filter((row: Row) => alike(row, 'month', 'channel') && row['attribution_model'] === 'linear');
    const orders = sum(some, 'orders');
    return {
      ...names,
      orders,
      ...measured(some, 'net_revenue_eur', 'covered_eur'),
      margin_eur: some.some((row: Row) => (row['margin_eur'] ?? null) !== null) ? sum(some, 'margin_eur') : null,
      share_of_orders: ratio(orders, sum(ofModel, 'orders')),
      orders_beyond_shop_model: orders - sum(ofShop, 'orders'),
    };
  });
};

/** The three times of the view: whole days, counted back from the last order. */
const last28 = (): Row[] => {
  const within = (row: Row, back: number) => {
    const day = text(row, 'day');
    return day > dayAfter(lastDay(), -back - 28) && day <= dayAfter(lastDay(), -back);
  };
  const known = of('marketing_daily').filter((row) => text(row, 'day') <= lastDay());
  return groups(known, 'channel').map(([names, all]) => {
    const [now, before, year] = [0, 28, 364].map((back) => all.filter((row) => within(row, back)));
    const figures = (some: readonly Row[], suffix: string) => ({
      [`spend${suffix}_eur`]: sum(some, 'spend_eur'),
      [`orders${suffix}`]: sum(some, 'orders'),
      [`net_revenue${suffix}_eur`]: sum(some, 'net_revenue_eur'),
    });
    return {
      ...names,
      first_day: dayAfter(lastDay(), -27),
      last_day: lastDay(),
      ...figures(now ?? [], ''),
      ...measured(now ?? [], 'new_customers', 'covered_eur'),
      margin_eur: now?.some((row) => (row['margin_eur'] ?? null) !== null) ? sum(now, 'margin_eur') : null,
      ...figures(before ?? [], '_before'),
      ...figures(year ?? [], '_year_before'),
    };
  });
};

const affinity = (): Row[] => {
  const conversions = of('orders').filter((row) => row['is_conversion'] === true);
  const baskets = conversions.map(
    (order) =>
      new Set(
        of('order_items').flatMap((row) =>
          row['order_id'] === order['order_id'] && n(row, 'quantity') > 0 ? (productOf(tables, row) ?? []) : [],
        ),
      ),
  );
  const products = [...new Set(baskets.flatMap((basket) => [...basket]))].toSorted();
  const having = (...ids: readonly string[]) => baskets.filter((basket) => ids.every((id) => basket.has(id))).length;
  const title = (id: string): AnswerValue =>
    of('products')
      .flatMap((row) => (row['product_id'] === id ? [text(row, 'title')] : []))
      .toSorted()
      .at(-1) ?? null;
  return products
    .flatMap((a) => products.filter((b) => b > a).map((b) => [a, b] as const))
    .filter(([a, b]) => having(a, b) > 0)
    .map(([a, b]) => ({
      product_id: a,
      title: title(a),
      other_product_id: b,
      other_title: title(b),
      orders: having(a, b),
      product_orders: having(a),
      other_product_orders: having(b),
      all_orders: conversions.length,
      lift: (having(a, b) * conversions.length) / (having(a) * having(b)),
    }));
};

const leaks = (): Row[] => {
  const byCode = of('influencer_orders').filter((row) => row['brought_by'] === 'promo_code');
  const told = byCode.map((row) => {
    const deal = of('influencer_deals').find((one) => one['deal_id'] === row['deal_id']) ?? {};
    const visits = of('touchpoints')
      .filter(
        (touch) =>
          touch['order_id'] === row['order_id'] &&
          touch['touch_type'] !== 'promo_code' &&
          touch['channel'] !== 'Direct' &&
          (touch['source'] ?? '(not set)') !== '(not set)',
      )
      .toSorted((a, b) => n(a, 'position') - n(b, 'position'));
    const code = deal['promo_code'] ?? null;
    return {
      ...row,
      promo_code: code,
      deals_with_code: code === null ? null : of('influencer_deals').filter((one) => one['promo_code'] === code).length,
      came_from: visits.at(-1)?.['source'] ?? null,
    };
  });
  return groups(told, 'influencer_id', 'deal_id', 'promo_code', 'deals_with_code', 'came_from', 'is_leaked').map(
    ([names, all]) => {
      const days = all.map((row) => text(row, 'local_date')).toSorted();
      return {
        ...names,
        orders: all.length,
        ...measured(all, 'net_revenue_eur', 'commission_eur'),
        first_day: days[0] ?? null,
        last_day: days.at(-1) ?? null,
      };
    },
  );
};

/** Of a platform of which no row tells a claim, it is not known. */
const claimedBy = (platform: AnswerValue | undefined, all: readonly Row[], name: string): number | null =>
  of('ad_spend').some((row) => row['platform'] === platform && (row[name] ?? null) !== null) ? sum(all, name) : null;

const claims = (): Row[] => {
  const claimed = of('ad_spend').map((row) => ({ ...row, day: row['dt'] ?? null }));
  const attributed = of('attribution').flatMap((touch): Row[] => {
    const isOf = (row: Row) => row['order_id'] === touch['order_id'];
    const [economics, order] = [of('order_economics').find(isOf), of('orders').find(isOf)];
    const isCounted = touch['attribution_model'] === 'linear' && touch['lookback_days'] === 30;
    if (!economics || !isCounted || touch['deal_id'] !== null || touch['platform'] === null) return [];
    const { platform = null, campaign_id = null } = touch;
    const part = (row: Row | undefined, name: string) => n(touch, 'credit') * n(row, name);
    return [
      {
        day: economics['local_date'] ?? null,
        platform,
        campaign_id,
        attributed_orders: n(touch, 'credit'),
        attributed_net_revenue_eur: part(economics, 'net_revenue_eur'),
        attributed_total_price_eur: part(order, 'total_price_eur'),
      },
    ];
  });
  return groups([...claimed, ...attributed], 'day', 'platform', 'campaign_id').map(([names, all]) => ({
    ...names,
    campaign:
      of('ad_spend')
        .filter((row) => row['platform'] === names['platform'] && row['campaign_id'] === names['campaign_id'])
        .map((row) => ({ name: row['campaign_name'] ?? null, at: `${text(row, 'dt')}${text(row, 'campaign_name')}` }))
        .toSorted((a, b) => (a.at < b.at ? -1 : 1))
        .at(-1)?.name ?? null,
    claimed_conversions: claimedBy(names['platform'], all, 'claimed_conversions'),
    claimed_value_eur: claimedBy(names['platform'], all, 'claimed_value_eur'),
    ...measured(all, 'attributed_orders', 'attributed_net_revenue_eur', 'attributed_total_price_eur'),
  }));
};

const views: readonly (readonly [name: string, expected: () => Row[]])[] = [
  ['platform_claims_by_campaign', claims],
  ['customer_orders', customerOrders],
  ['customer_cohorts', () => cohorts('first_channel', 'first_product_id')],
  ['customer_ltv', ltv],
  ['payback', payback],
  ['customer_rfm', () => rfm()],
  ['marketing_efficiency', efficiency],
  ['attribution_comparison', comparison],
  ['last_28_days', last28],
  ['product_affinity', affinity],
  ['code_leaks', leaks],
];

test.each(views)(`%s is what loops over its rows find (seed ${seed})`, async (name, expected) => {
  const found = await workshop.view(name, tables);
  expect(found.length).toBeGreaterThan(2);
  expect(plain(found)).toEqual(plain(expected()));
});

test('who bought on the newest day is not asleep, also where nearly all did', async () => {
  const bought = (day: string, buyer: number): Row => ({
    ...ordered(day),
    order_id: `${day} ${buyer}`,
    customer_id: `C${buyer}`,
  });
  const namesOf = async (...orders: readonly Row[]) =>
    pick(await workshop.view('customer_rfm', { orders }), 'days_since_last', 'recency', 'segment');
  // A shop's first day.
  expect(await namesOf(bought('2026-03-10', 1), bought('2026-03-10', 2))).toEqual([[0, 5, 'new'], [0, 5, 'new']]); // prettier-ignore
  const sale = [2, 3, 4, 5].map((buyer) => bought('2026-03-10', buyer));
  const all = (await namesOf(bought('2026-03-01', 1), ...sale)).map(String);
  expect(new Set(all)).toEqual(new Set(['0,5,new', '9,1,asleep']));
});

test('in customer_rfm each fifth of recency, frequency and revenue meets the others', async () => {
  const day = (place: number) => dayAfter('2026-01-01', place);
  /** How often the n-th of fifty buyers bought: fifths 1, 3, 4 and 5. */
  const times = (buyer: number) => 1 + [20, 30, 40].filter((from) => buyer >= from).length;
  const orders = Array.from({ length: 50 }, (_, buyer) =>
    Array.from({ length: times(buyer) }, (__, nth): Row => ({
      ...ordered(nth === 0 ? day(60 + ((7 * buyer) % 50)) : day(nth)),
      order_id: `${buyer} ${nth}`,
      customer_id: `C${buyer}`,
      net_revenue_eur: ((1 + ((13 * buyer) % 50)) / times(buyer)).toFixed(2),
    })),
  ).flat();
  const found = await workshop.view('customer_rfm', { orders });
  expect(plain(found)).toEqual(plain(rfm(await workshop.view('customer_orders', { orders }), day(109))));
  expect(new Set(found.map((row) => row['segment']))).toEqual(new Set(segments.map(([name]) => name)));
  expect(groups(found, 'recency', 'frequency', 'monetary').length).toBeGreaterThan(35);
});

/** An order of a day, and no more. */
const ordered = (local_date: string): Row => ({
  order_id: local_date,
  created_at: `${local_date} 10:00:00.000`,
  processed_at: `${local_date} 10:00:00.000`,
  local_date,
  is_conversion: true,
  dt: local_date,
});

test('what was spent before reports of advertising begin is null, not 0: of their channels, and of whole months', async () => {
  const spent = (platform: string, channel: string, dt: string, spend_eur: string): Row => ({
    platform,
    channel,
    campaign_id: '1',
    spend_eur,
    dt,
  });
  const deal = {
    deal_id: 'd',
    influencer_id: 'i',
    contract_date: '2026-02-10',
    end_date: '2026-02-10',
    fee_eur: '50.00',
  };
  const shop = {
    orders: ['2026-01-20', '2026-02-20', '2026-03-31'].map(ordered),
    influencer_deals: [deal],
    ad_spend: [
      // A tool that sends e-mail begins nothing.
      spent('klaviyo', 'Email', '2026-01-05', '0.000000'),
      spent('meta_ads', 'Paid Social', '2026-03-10', '7.000000'),
    ],
  };
  const byMonth = async (...days: string[]) => {
    const sold = { ...shop, orders: [...shop.orders, ...days.map(ordered)] };
    const found = await workshop.view(
      'marketing_efficiency',
      sold,
      'SELECT * FROM marketing_efficiency ORDER BY month',
    );
    return found.map((row) => [row['month'], row['spend_eur'], row['blended_mer'] === null]);
  };
  // Of March a part is known, beside all of its orders.
  const known = [['2026-01-01', null, true], ['2026-02-01', null, true], ['2026-03-01', null, true]]; // prettier-ignore
  expect(await byMonth()).toEqual(known);
  expect(await byMonth('2026-04-02')).toEqual([...known, ['2026-04-01', '0.000000', true]]);
  // A shop of which orders and reports begin together.
  const opened = { orders: ['2026-03-10', '2026-03-31'].map(ordered), ad_spend: shop.ad_spend.slice(1) };
  expect(await workshop.view('marketing_efficiency', opened, 'SELECT spend_eur FROM marketing_efficiency')).toEqual([
    { spend_eur: '7.000000' },
  ]);
  const channels = await workshop.view('last_28_days', shop);
  expect(channels.map((row) => [row['channel'], row['spend_eur'], row['spend_before_eur']])).toEqual(
    expect.arrayContaining([
      ['Influencer', '0.000000', '50.000000'],
      ['Paid Social', null, null],
    ]),
  );
  // Reports that begin with the 28 days tell all of them, and nothing of those before.
  const since = async (dt: string) => {
    const ad_spend = [dt, '2026-03-31'].map((day) => spent('meta_ads', 'Paid Social', day, '7.000000'));
    const sql = "SELECT spend_eur, spend_before_eur FROM last_28_days WHERE channel = 'Paid Social'";
    return Object.values((await workshop.view('last_28_days', { ...shop, ad_spend }, sql))[0] ?? {});
  };
  expect(await since('2026-03-05')).toEqual([null, null]);
  expect(await since('2026-03-04')).toEqual(['14.000000', null]);
  expect(await since('2026-02-05')).toEqual(['7.000000', null]);
  expect(await since('2026-02-04')).toEqual(['7.000000', '7.000000']);
});

test.each([
  ['last_28_days', 'first_day, spend_eur', [{ first_day: '2026-03-20', spend_eur: '7.000000' }]],
  [
    'marketing_efficiency',
    'month, spend_eur, blended_cac_eur',
    [{ month: '2026-03-01', spend_eur: '7.000000', blended_cac_eur: 7 }],
  ],
  ['customer_ltv', 'first_month, cac_eur', [{ first_month: '2026-03-01', cac_eur: 7 }]],
  ['payback', 'first_month, cac_eur', [{ first_month: '2026-03-01', cac_eur: 7 }]],
])('what was spent before the first order is beside no orders in %s', async (view, columns, told) => {
  const order = ordered('2026-03-20');
  const credit = { order_id: order['order_id'] ?? null, touch_id: 't', attribution_model: 'last', lookback_days: 30 };
  const shop = {
    orders: [order],
    shop: [{ name: 'S', attribution_model: 'last', lookback_days: 30, dt: '1970-01-01' }],
    attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
    attribution: [{ ...credit, channel: 'Paid Social', credit: 1 }],
    // In the month of the first order, and in one without any.
    ad_spend: ['2026-02-10', '2026-03-10', '2026-03-20'].map((dt) => ({
      platform: 'meta_ads',
      channel: 'Paid Social',
      campaign_id: '1',
      spend_eur: '7.000000',
      dt,
    })),
  };
  expect(await workshop.view(view, shop, `SELECT ${columns} FROM ${view}`)).toEqual(told);
});

test.each(['Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network'])(
  'what it cost to win a customer by %s is not known of a month of which reports tell a part',
  async (paid) => {
    const days = ['2026-02-01', '2026-03-05', '2026-03-25', '2026-04-05'];
    const bought = { attribution_model: 'last', lookback_days: 30, credit: 1 };
    const shop = {
      orders: days.map(ordered),
      shop: [{ name: 'S', attribution_model: 'last', lookback_days: 30, dt: '1970-01-01' }],
      attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
      attribution: ['Email', paid, paid, paid].map((channel, i) => ({
        ...bought,
        order_id: days[i] ?? null,
        touch_id: days[i] ?? null,
        channel,
      })),
      ad_spend: ['2026-03-20', '2026-04-05'].map((dt) => ({
        platform: 'meta_ads',
        channel: paid,
        campaign_id: '1',
        spend_eur: '7.000000',
        dt,
      })),
      shop_marketing_costs: [
        { name: 'mails', channel: 'Email', first_day: '2026-02-01', amount_eur: '3.00', per: 'once', dt: '1970-01-01' },
      ],
    };
    const sql = 'SELECT first_channel, first_month, customers, cac_eur FROM payback ORDER BY first_month';
    expect((await workshop.view('payback', shop, sql)).map((row) => Object.values(row).map(String))).toEqual([
      ['Email', '2026-02-01', '1', '3'],
      [paid, '2026-03-01', '2', 'null'],
      [paid, '2026-04-01', '1', '7'],
    ]);
    // Without any report, what the profile says is all that there was.
    const profile = { ...shop, ad_spend: [], shop_marketing_costs: [{ name: 'agency', channel: paid, first_day: '2026-03-01', amount_eur: '6.00', per: 'once', dt: '1970-01-01' }] }; // prettier-ignore
    expect((await workshop.view('payback', profile, sql)).map((row) => Object.values(row).map(String))).toEqual([
      ['Email', '2026-02-01', '1', 'null'],
      [paid, '2026-03-01', '2', '3'],
      [paid, '2026-04-01', '1', 'null'],
    ]);
  },
);

test('the last 28 days, those before and those a year before begin and end on their days', async () => {
  const last = '2026-03-31';
  const model = { attribution_model: 'last', lookback_days: 30 };
  /** A shop of orders so many days before its last, of which the n-th counts 2ⁿ, and of reports since its first. */
  const periods = async (...before: readonly number[]) => {
    const days = before.map((back) => dayAfter(last, -back));
    const shop = {
      orders: days.map(ordered),
      shop: [{ name: 'S', ...model, dt: '1970-01-01' }],
      attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
      attribution: days.map((order_id, i) => ({
        ...model,
        order_id,
        touch_id: 't',
        channel: 'Display',
        credit: 2 ** i,
      })),
      ad_spend: days.map((dt, i) => ({ platform: 'meta_ads', channel: 'Display', campaign_id: '1', spend_eur: `${2 ** i}.000000`, dt })), // prettier-ignore
    };
    const [row = {}] = await workshop.view('last_28_days', shop);
    const told = (name: string) => ['', '_before', '_year_before'].map((period) => row[name.replace('#', period)]);
    expect(told('spend#_eur').map((eur) => (eur === null ? null : Number(eur)))).toEqual(told('orders#'));
    return told('orders#');
  };
  expect(await periods(0, 27, 28, 55, 56, 363, 364, 391, 392)).toEqual([1 + 2, 4 + 8, 64 + 128]);
  expect(await periods(0, 391)).toEqual([1, 0, 2]);
  expect(await periods(0, 390)).toEqual([1, 0, null]);
  expect(await periods(0, 55)).toEqual([1, 2, null]);
  expect(await periods(0, 54)).toEqual([1, null, null]);
});

test('a period that the lake does not go back to is null, not 0', async () => {
  const month = shopByChance(seed);
  const rowsOfMonth = await workshop.view('last_28_days', month);
  expect(rowsOfMonth.length).toBeGreaterThan(2);
  // Nor are days before the first order any of its 28.
  const sold = (month['orders'] ?? []).filter((row) => row['is_conversion'] === true);
  const first = sold.map((row) => text(row, 'local_date')).toSorted()[0] ?? '';
  const last =
    sold
      .map((row) => text(row, 'local_date'))
      .toSorted()
      .at(-1) ?? '';
  expect(first > dayAfter(last, -27)).toBe(true);
  expect([...new Set(rowsOfMonth.map((row) => row['first_day']))]).toEqual([first]);
  for (const row of rowsOfMonth)
    expect(Object.entries(row).filter(([name, value]) => name.includes('before') && value !== null)).toEqual([]);
});

test('sillage ltv values the customers of the cohorts, beside all that it cost to win them', async () => {
  const query = async (sql: string) => {
    const found = await workshop.view('customer_orders', tables, sql);
    return { columns: [], rows: found.map((row) => Object.values(row)) };
  };
  const values = await readValues({ query }, { weeks: 52, rate: 0 });
  const first = of('customer_orders').filter((row) => row['first_month'] !== null && row['order_place'] === 1);
  const won = of('marketing_daily').filter((row) => text(row, 'day') >= firstDay() && text(row, 'day') <= lastDay());
  const channels = new Set(first.map((row) => row['first_channel'] ?? 'Unassigned'));
  expect(new Set(values.map(({ channel }) => channel))).toEqual(new Set([...channels, 'all']));
  // Where of a paid channel with a hundredth of the revenue no cost is known, no cost of all customers is.
  const marketing = of('marketing_daily');
  const paid = groups(marketing, 'channel').filter(([, own]) =>
    own.some((row) => /^(?:Paid|Display|Cross)/u.test(text(row, 'channel'))),
  );
  const isPartlyKnown = paid.some(
    ([, own]) => sum(own, 'spend_eur') === 0 && sum(own, 'net_revenue_eur') > sum(marketing, 'net_revenue_eur') / 100,
  );
  const spending = groups(of('ad_spend'), 'platform').filter(([, own]) => sum(own, 'spend_eur') > 0);
  const reportsBegin = spending.flatMap(([, own]) => own.map((row) => text(row, 'dt'))).toSorted()[0];
  for (const { channel, customers, cac, covered, observed } of values) {
    const isOf = (name: string) => (row: Row) => channel === 'all' || (row[name] ?? 'Unassigned') === channel;
    // Of whom was won before the first known cost, nobody knows what it took.
    const paidDays = won
      .filter((row) => isOf('channel')(row) && n(row, 'spend_eur') > 0)
      .map((row) => text(row, 'day'));
    const from = channel === 'all' ? reportsBegin : paidDays.toSorted()[0];
    const costs = won.filter((row) => isOf('channel')(row) && text(row, 'day') >= (from ?? ''));
    const spent = sum(costs, 'spend_eur');
    const bought = of('customer_orders').filter((row) => row['first_month'] !== null && isOf('first_channel')(row));
    const known = bought.filter((row) => row['margin_eur'] !== null);
    expect(covered).toBeCloseTo(sum(known, 'net_revenue_eur') / sum(bought, 'net_revenue_eur'), 9);
    const margin = known.length === 0 ? undefined : (sum(known, 'margin_eur') / customers).toFixed(6);
    expect(observed?.toFixed(6)).toBe(margin);
    expect(customers).toBe(first.filter(isOf('first_channel')).length);
    const isKnown = spent > 0 && !(channel === 'all' && isPartlyKnown);
    expect(cac?.toFixed(6)).toBe(isKnown ? (spent / sum(costs, 'new_customers')).toFixed(6) : undefined);
  }
});

test('sillage ltv says so where of no order the cost of goods is known', async () => {
  const sold = [['a', 'Direct', '2026-03-01', null, '2026-03-31', '20.00', '0.00']];
  const query = async (sql: string) => ({ columns: [], rows: sql.includes('FROM customer_orders') ? sold : [] });
  await expect(readValues({ query }, { weeks: 52, rate: 0 })).rejects.toThrow(
    /^Of no order the cost of goods is known/u,
  );
});

test.each([
  ['2026-03-30', false],
  ['2026-03-31', true],
])('a month whose last order is of %s is whole: %s', async (last, isWhole) => {
  const told = await workshop.view('marketing_efficiency', { orders: ['2026-03-01', last].map(ordered) });
  expect(told.map((row) => [row['month'], row['is_whole']])).toEqual([['2026-03-01', isWhole]]);
});

/** The ledger's word that orders of a day came from an export that was made at a moment of UTC. */
const exported = (slice: string, made: string): Row => ({
  table_name: 'orders',
  slice,
  dt: slice,
  input_keys: [`raw/crm/orders/dt=${slice}/import-${made}Z-0123456789abcdef.jsonl.gz@b`],
});
const seenOn = (day: string): Row => ({ session_id: day, started_at: `${day} 10:00:00.000`, local_date: day });

test.each<[string, boolean, Tables]>([
  ['the last order is of its last day', true, { orders: ['2026-03-02', '2026-03-31'].map(ordered) }],
  ['the last order is of the day before', false, { orders: ['2026-03-02', '2026-03-30'].map(ordered) }],
  ['visits alone go on', false, { orders: ['2026-03-02', '2026-03-30'].map(ordered), sessions: ['2026-03-30', '2026-04-02'].map(seenOn) }], // prettier-ignore
  ['its orders were exported on its last day', false, { orders: ['2026-03-02', '2026-03-31'].map(ordered), pipeline_runs: [exported('2026-03-31', '20260331T150000')] }], // prettier-ignore
])('of a cohort whose month ends where %s, the month is over: %s', async (_, isOverNow, shop) => {
  const bought = { ...shop, orders: (shop['orders'] ?? []).map((row) => ({ ...row, customer_id: 'C' })) };
  for (const name of ['customer_cohorts', 'customer_ltv'])
    expect(pick(await workshop.view(name, bought), 'first_month', 'months_later', 'is_over')).toEqual([
      ['2026-03-01', 0, isOverNow],
    ]);
});

test('who had bought before the lake begins is of no cohort, whatever they buy since', async () => {
  const account = { customer_id: 'C', created_at: '2024-01-01 10:00:00.000', updated_at: '2024-01-01 10:00:00.000', orders_count: 3 }; // prettier-ignore
  const shop = {
    customers: [{ ...account, dt: '2024-01-01' }],
    orders: [
      ...['2026-03-02', '2026-04-05'].map((day) => ({ ...ordered(day), customer_id: 'C' })),
      { ...ordered('2026-03-03'), customer_id: 'D' },
    ],
  };
  expect(pick(await workshop.view('customer_orders', shop), 'order_id', 'first_month', 'months_later')).toEqual([
    ['2026-03-02', null, null],
    ['2026-03-03', '2026-03-01', 0],
    ['2026-04-05', null, null],
  ]);
  expect(pick(await workshop.view('customer_cohorts', shop), 'first_month', 'months_later', 'customers')).toEqual([
    ['2026-03-01', 0, 1],
    ['2026-03-01', 1, 1],
  ]);
  expect(pick(await workshop.view('cohorts_monthly', shop), 'first_month', 'months_later', 'customers')).toEqual([
    ['2026-03-01', 0, 1],
  ]);
});

test('a credited campaign that no report names has its row, without a name', async () => {
  const order = { order_id: 'O', created_at: '2026-03-10 10:00:00.000', local_date: '2026-03-10', is_conversion: true };
  const credited = {
    order_id: 'O',
    attribution_model: 'last_non_direct',
    lookback_days: 30,
    credit: 1,
    platform: 'google_ads',
    campaign_id: '115',
  };
  const found = await workshop.view('platform_claims_by_campaign', { orders: [order], attribution: [credited] });
  expect(found).toMatchObject([{ campaign_id: '115', campaign: null, attributed_orders: 1 }]);
});

test('of a deal that still runs the days so far cost what it took to win a customer, not those ahead', async () => {
  const found = await workshop.view('payback', {
    orders: ['2026-03-01', '2026-03-10'].map(ordered),
    attribution: [
      {
        order_id: '2026-03-10',
        channel: 'Influencer',
        deal_id: 'D',
        credit: 1,
        attribution_model: 'last_non_direct',
        lookback_days: 30,
      },
    ],
    // 10.00 a day.
    influencer_deals: [
      { deal_id: 'D', influencer_id: 'I', contract_date: '2026-03-01', end_date: '2026-03-30', fee_eur: '300.00' },
    ],
  });
  expect(found).toEqual(
    expect.arrayContaining([expect.objectContaining({ first_channel: 'Influencer', customers: 1, cac_eur: 100 })]),
  );
});
