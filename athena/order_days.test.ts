import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findings } from '../lambdas/check/findings.ts';
import { openWorkshop, type Row, type Tables, type Workshop } from './fixture.ts';
import { plain } from './sums.fixture.ts';
import { shopByChance } from './views.samples.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const seed = 20_261_128;
const ahead = '2099-05-06';
const at = `${ahead} 10:00:00.000`;
/** An order of the future, as a date that was read the wrong way round makes one. */
const future: Row = {
  order_id: 'future',
  customer_id: 'future',
  created_at: at,
  processed_at: at,
  updated_at: at,
  local_date: ahead,
  is_conversion: true,
  is_test: false,
  net_revenue_eur: '40.00',
  promo_codes: [],
};

/** The shop, and the shop with an order and a report of the future. */
function shops(): readonly [Tables, Tables] {
  const tables = shopByChance(seed);
  const of = (name: string) => tables[name] ?? [];
  const [spent = {}, credit = {}] = [of('ad_spend')[0], of('attribution')[0]];
  return [
    tables,
    {
      ...tables,
      orders: [...of('orders'), future],
      ad_spend: [...of('ad_spend'), { ...spent, spend_eur: '0.000000', dt: ahead }],
      attribution: [...of('attribution'), { ...credit, order_id: 'future', touch_id: 'future', touched_at: at }],
    },
  ];
}

test.each([
  'order_days',
  'last_28_days',
  'attribution_comparison',
  'marketing_efficiency',
  'customer_cohorts',
  'customer_rfm',
  'payback',
])(`%s is the same with an order of the future (seed ${seed})`, async (view) => {
  const [before, after] = shops();
  const found = await workshop.view(view, before);
  expect(found.length).toBeGreaterThan(0);
  expect(plain(await workshop.view(view, after))).toEqual(plain(found));
});

test('a shop whose orders are all of the future, or none, has no span of orders', async () => {
  for (const orders of [[], [future], [{ ...future, local_date: '2026-01-01', is_conversion: false }]])
    expect(await workshop.view('order_days', { orders })).toEqual([]);
});

test('tomorrow may have come, where the shop’s clock is ahead of UTC; the day behind it has not', async () => {
  const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const spans = async () => {
    const today = dayAhead(0);
    const found = await Promise.all(
      [1, 2].map((days) =>
        workshop.view('order_days', {
          orders: ['2026-01-01', dayAhead(days)].map((local_date) => ({ ...future, order_id: local_date, local_date })),
        }),
      ),
    );
    return { today, last: found.map(([row]) => row?.['last_day']) };
  };
  let told = await spans();
  // Midnight came meanwhile.
  if (told.today !== dayAhead(0)) told = await spans();
  expect(told.last).toEqual([dayAhead(1), '2026-01-01']);
});

test('a cost by the month goes on until the last day that has come', async () => {
  const costs = "SELECT max(day) AS day, sum(spend_eur) AS spend_eur FROM marketing_costs WHERE platform = 'shop'";
  const [before, after] = shops();
  expect(await workshop.view('marketing_costs', after, costs)).toEqual(
    await workshop.view('marketing_costs', before, costs),
  );
});

test('what lies in the future is told', async () => {
  const finding = findings.find(({ name }) => name === 'days of the future');
  if (finding === undefined) throw new Error('There is no such finding.');
  const told = async (tables: Tables) =>
    finding.words(
      (await workshop.view('orders', tables, finding.sql)).map((row) => Object.values(row)),
      '',
    );
  const [before, after] = shops();
  expect(await told(before)).toEqual([]);
  expect(await told(after)).toEqual([
    expect.stringMatching(/^google_ads|^meta_ads|^tiktok_ads/),
    expect.stringMatching(/^orders: 1 record lies in the future \(2099-05-06\)\. Was a date read the wrong way round/),
  ]);
});
