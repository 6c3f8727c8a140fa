/** The calendar against the one of the shop's days, which computes Easter; what an occasion added, by hand. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { occasionsIn } from '../lambdas/shared/shop/occasions.ts';
import { dayNumber, isoOf } from '../lambdas/shared/day-numbers.ts';
import { openWorkshop, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { n } from './sums.fixture.ts';

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

test('every day of 26 years is that of the dashboard; what sells has whole weeks', async () => {
  const rows = await workshop.view('occasions', {});
  const found = rows
    .filter((row) => text(row, 'occasion') !== 'christmas')
    .map((row) => `${text(row, 'day')} ${text(row, 'occasion')}`);
  const expected = occasionsIn({ from: dayNumber('2015-01-01'), to: dayNumber('2040-12-31') }).map(
    ({ day, occasion }) => `${isoOf(day)} ${names[occasion] ?? occasion}`,
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  for (const row of rows.filter((one) => text(one, 'kind') === 'sale')) {
    const days = dayNumber(text(row, 'last_day')) - dayNumber(text(row, 'first_day')) + 1;
    expect([text(row, 'occasion'), days % 7]).toEqual([text(row, 'occasion'), 0]);
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

test('a lake that ends before the weeks after it cannot say', async () => {
  const found = await effect(orders('2025-12-13', () => undefined));
  expect(found).toMatchObject({ added_orders: null, more_orders: null });
  expect(n(found ?? {}, 'orders')).toBe(70);
});
