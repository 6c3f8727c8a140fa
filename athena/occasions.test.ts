/** The calendar against the one of the shop's days, which computes Easter; what an occasion added, by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { occasionsIn } from '../lambdas/shared/shop/occasions.ts';
import { dayNumber, isoOf } from '../lambdas/shared/day-numbers.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { n, plain, sum } from './sums.fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** The occasions that both calendars have, by the name here. */
const names: Readonly<Record<string, string>> = {
  newYear: 'new_year',
  valentine: 'valentine',
  easterMonday: 'easter_monday',
  labourDay: 'labour_day',
  victory: 'victory',
  ascension: 'ascension',
  whitMonday: 'whit_monday',
  mothersDay: 'mothers_day',
  bastille: 'bastille',
  assumption: 'assumption',
  allSaints: 'all_saints',
  armistice: 'armistice',
  blackFriday: 'black_friday',
  christmas: 'christmas_day',
};

/** How many days before an occasion, and after it, sell: the week or the two that end with it, or that it stands in. */
const sells: ReadonlyMap<string, readonly [before: number, after: number]> = new Map([
  ['valentine', [6, 0]],
  ['mothers_day', [13, 0]],
  ['black_friday', [4, 2]],
  ['christmas', [13, 0]],
]);

test('every day of 26 years is that of the dashboard; what sells has whole weeks', async () => {
  const rows = await workshop.view('occasions', {});
  const found = rows
    .filter((row) => text(row, 'occasion') !== 'christmas')
    .map((row) => `${text(row, 'day')} ${text(row, 'occasion')}`);
  const expected = occasionsIn({ from: dayNumber('2015-01-01'), to: dayNumber('2040-12-31') }).map(
    ({ day, occasion }) => `${isoOf(day)} ${names[occasion] ?? occasion}`,
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  for (const row of rows) {
    const [day, first, last] = ['day', 'first_day', 'last_day'].map((name) => dayNumber(text(row, name)));
    const name = text(row, 'occasion');
    const [before, after] = sells.get(name) ?? [0, 0];
    expect([name, row['kind'], (day ?? 0) - (first ?? 0), (last ?? 0) - (day ?? 0)]).toEqual([
      name,
      sells.has(name) ? 'sale' : 'bank holiday',
      before,
      after,
    ]);
    expect(sells.has(name) ? ((last ?? 0) - (first ?? 0) + 1) % 7 : 0).toBe(0);
  }
});

/** A shop of ten orders of 50 EUR a day, other numbers of orders on some days; `until` is its last day. */
function orders(until: string, others: (day: string) => number | undefined): Row[] {
  const rows: Row[] = [];
  for (let day = dayNumber('2025-10-01'); day <= dayNumber(until); day += 1) {
    const iso = isoOf(day);
    for (let at = 0; at < (others(iso) ?? 10); at += 1)
      rows.push({
        order_id: `${iso}-${at}`,
        created_at: `${iso} 10:00:00.000`,
        processed_at: `${iso} 10:00:00.000`,
        updated_at: `${iso} 10:00:00.000`,
        local_date: iso,
        is_conversion: true,
        is_test: false,
        net_revenue_eur: '50.00',
        promo_codes: [],
        dt: iso,
      });
  }
  return rows;
}
const effect = async (rows: Row[], more: Tables = {}) =>
  (await workshop.view('occasion_effects', { orders: rows, ...more })).find(
    (row) => text(row, 'occasion') === 'black_friday',
  );

test('what Black Friday added: more in its week, less what was only bought in another week', async () => {
  // 28 November 2025: 30 orders on each day of its week, 8 on the seven days before, and 9 for two weeks after it.
  const found = await effect(
    orders('2025-12-31', (day) => {
      if (day >= '2025-11-24' && day <= '2025-11-30') return 30;
      if (day >= '2025-11-17' && day < '2025-11-24') return 8;
      return day > '2025-11-30' && day <= '2025-12-14' ? 9 : undefined;
    }),
  );
  if (found === undefined) throw new Error('There is no Black Friday.');
  expect(['orders', 'more_orders', 'moved_orders', 'added_orders'].map((name) => n(found, name))).toEqual([
    210, 140, -28, 112,
  ]);
  expect(n(found, 'added_net_revenue_eur')).toBeCloseTo(5600, 9);
  // With nothing to send and no fee, the margin is the revenue.
  expect(n(found, 'added_margin_eur')).toBeCloseTo(5600, 9);
});

test('a cost that became known in its week is no effect; where none is known nothing is said of margins', async () => {
  const rows = orders('2025-12-31', (day) => (day >= '2025-11-24' && day <= '2025-11-30' ? 30 : undefined));
  // Half of the orders have a cost of 20 EUR that is known, and in the week itself all of them.
  const order_items = rows.map((row, at): Row => ({
    line_item_id: text(row, 'order_id'),
    order_id: text(row, 'order_id'),
    product_id: 'P1',
    variant_id: at % 2 === 0 || (text(row, 'dt') >= '2025-11-24' && text(row, 'dt') <= '2025-11-30') ? 'V1' : 'V2',
    quantity: 1,
    shipped_quantity: 1,
    net_revenue_eur: '50.00',
  }));
  const product_costs = [
    {
      variant_id: 'V1',
      cost_eur: '20.00',
      reported_at: '2025-01-01 00:00:00.000',
      local_date: '2025-01-01',
      seen_on: '2025-01-01',
    },
  ];
  const found = (await effect(rows, { order_items, product_costs })) ?? {};
  expect(n(found, 'covered_eur')).toBe(n(found, 'net_revenue_eur'));
  // 140 orders more, each of 50 EUR less 20.
  expect(n(found, 'added_margin_eur')).toBeCloseTo(140 * 30, 6);
  expect(await effect(rows, { order_items })).toMatchObject({
    covered_eur: 0,
    margin_eur: null,
    added_margin_eur: null,
  });
});

/** Some orders of each day, of which half have goods whose cost nobody knows, and some none. */
function changing(from: string, until: string): Tables {
  const days = Array.from({ length: dayNumber(until) - dayNumber(from) + 1 }, (_, place) =>
    isoOf(dayNumber(from) + place),
  );
  const all = days.flatMap((day, at) => Array.from({ length: 1 + (((at * at) % 7) % 4) }, (_, i) => ({ day, i, at })));
  return {
    orders: all.map(({ day, i, at }) => ({
      order_id: `${day} ${i}`,
      created_at: `${day} 10:00:00.000`,
      processed_at: `${day} 10:00:00.000`,
      local_date: day,
      is_conversion: true,
      is_test: false,
      net_revenue_eur: `${10 + ((at * 17 + i * 5) % 61)}.50`,
      dt: day,
    })),
    order_items: all.map(({ day, i, at }) => ({
      line_item_id: `${day} ${i}`,
      order_id: `${day} ${i}`,
      product_id: 'P',
      variant_id: `V${(at + i) % 2}`,
      quantity: 1,
      shipped_quantity: 1,
      net_revenue_eur: '1.00',
      dt: day,
    })),
    product_costs: [{ variant_id: 'V1', cost_eur: '4.00', reported_at: '2025-01-01 00:00:00.000', local_date: '2025-01-01', seen_on: '2025-01-01' }], // prettier-ignore
  };
}

/** What each occasion that sells brought and added, by loops over the orders of its days. */
function effects(occasions: readonly Row[], economics: readonly Row[], whole: string): Row[] {
  const soldOn = economics.map((row) => dayNumber(text(row, 'local_date')));
  const [first, last] = [Math.min(...soldOn), Math.max(...soldOn)];
  return occasions.flatMap((occasion): Row[] => {
    const [begin, end] = [dayNumber(text(occasion, 'first_day')), dayNumber(text(occasion, 'last_day'))];
    if (occasion['kind'] !== 'sale' || begin > last || end < first) return [];
    const within = (from: number, to: number) =>
      economics.filter((__, at) => (soldOn[at] ?? 0) >= from && (soldOn[at] ?? 0) <= to);
    const sums = (rows: readonly Row[]) => {
      const known = rows.filter((row) => row['margin_eur'] !== null);
      const [net, covered, margin] = [sum(rows, 'net_revenue_eur'), sum(known, 'net_revenue_eur'), known.length === 0 ? null : sum(known, 'margin_eur')]; // prettier-ignore
      return { orders: rows.length, net, covered, margin, all: margin === null ? null : (margin * net) / covered };
    };
    const during = sums(within(begin, end));
    const usual = sums(within(begin - 35, begin - 8));
    const around = sums([...within(begin - 7, begin - 1), ...within(end + 1, end + 14)]);
    const isWhole = begin - 35 >= first && end + 14 <= Math.min(last, dayNumber(whole));
    const more = (name: 'orders' | 'net' | 'all') => {
      const [here, then] = [during[name], usual[name]];
      return !isWhole || here === null || then === null ? null : here - ((end - begin + 1) * then) / 28;
    };
    const moved = (name: 'orders' | 'net' | 'all') => {
      const [here, then] = [around[name], usual[name]];
      return !isWhole || here === null || then === null ? null : here - (21 * then) / 28;
    };
    const added = (name: 'orders' | 'net' | 'all') => {
      const [a, b] = [more(name), moved(name)];
      return a === null || b === null ? null : a + b;
    };
    const { occasion: name = null, day = null, first_day = null, last_day = null } = occasion;
    return [
      {
        occasion: name,
        day,
        first_day,
        last_day,
        orders: during.orders,
        net_revenue_eur: during.net,
        covered_eur: during.covered,
        margin_eur: during.margin,
        more_orders: more('orders'),
        moved_orders: moved('orders'),
        added_orders: added('orders'),
        more_net_revenue_eur: more('net'),
        moved_net_revenue_eur: moved('net'),
        added_net_revenue_eur: added('net'),
        more_margin_eur: more('all'),
        moved_margin_eur: moved('all'),
        added_margin_eur: added('all'),
      },
    ];
  });
}

// The week of Black Friday 2025 is 24 to 30 November.
test.each([
  ['a winter', '2025-10-01', '2026-03-15', true, undefined],
  ['just the days that Black Friday needs', '2025-10-20', '2025-12-14', true, undefined],
  ['a day too few before', '2025-10-21', '2025-12-14', false, undefined],
  ['a day too few behind', '2025-10-20', '2025-12-13', false, undefined],
  ['a part of the last day', '2025-10-20', '2025-12-14', false, '20251214T150000'],
  ['from its last day on', '2025-11-30', '2026-02-20', false, undefined],
  ['until its first day', '2025-09-30', '2025-11-24', false, undefined],
  ['until the day before', '2025-09-30', '2025-11-23', undefined, undefined],
  ['from the day after', '2025-12-01', '2026-02-20', undefined, undefined],
] as const)('each occasion of a lake that has %s', async (_, from, until, isWhole, exported) => {
  const pipeline_runs = exported === undefined ? [] : [{ table_name: 'orders', slice: until, dt: until, input_keys: [`raw/crm/orders/dt=${until}/import-${exported}Z-0.jsonl.gz@b`] }]; // prettier-ignore
  const tables = { ...changing(from, until), pipeline_runs };
  const economics = await workshop.view('order_economics', tables);
  const whole = text((await workshop.view('seen_days', tables))[0], 'whole_day');
  expect(whole).toBe(exported === undefined ? until : isoOf(dayNumber(until) - 1));
  const found = await workshop.view('occasion_effects', tables);
  const friday = found.find((row) => row['occasion'] === 'black_friday');
  expect(friday && friday['added_margin_eur'] !== null).toBe(isWhole);
  expect(plain(found)).toEqual(plain(effects(await workshop.view('occasions', {}), economics, whole)));
});

test('a lake that ends before the weeks after it cannot say', async () => {
  const found = await effect(orders('2025-12-13', () => undefined));
  expect(found).toMatchObject({ added_orders: null, more_orders: null });
  expect(n(found ?? {}, 'orders')).toBe(70);
});
