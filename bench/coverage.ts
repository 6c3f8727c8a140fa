/**
 * How often the intervals of 95 % hold what they are of: 200 worlds with the same plan, prices and demand and other
 * people, each of four weeks. What they are of is the figure of all worlds together.
 */
import {
  countInterval,
  fewestOrders,
  mapped,
  rateInterval,
  sumInterval,
  type Interval,
} from '../dashboard/figures/intervals.ts';
import { newMarket, type Market } from '../lambdas/generate/market/market.ts';
import { worldDefaults } from '../lambdas/generate/market/world.ts';
import { Population } from '../lambdas/generate/people/population.ts';
import { lastNonDirect, livedWorld } from './lived-world.ts';

const worlds = Number(process.argv[2] ?? 200);
const [firstSeed, dayCount] = [1001, 28];
const plan = newMarket({
  seed: 1,
  opens: '2025-01-01',
  eventsPerDay: 2000,
  initialCustomers: 200,
  dirt: 0,
  ...worldDefaults,
});

/** The plan's market with people of another seed. */
const peopled = (seed: number): Market => ({
  ...plan,
  population: new Population({ ...plan.world, seed }, plan.ways),
});

interface Sums {
  readonly spend: number;
  readonly orders: number;
  readonly customers: number;
  readonly revenue: number;
  readonly revenueSquares: number;
  readonly margin: number;
  readonly marginSquares: number;
}
const nothing: Sums = {
  spend: 0,
  orders: 0,
  customers: 0,
  revenue: 0,
  revenueSquares: 0,
  margin: 0,
  marginSquares: 0,
};
const added = (a: Sums, b: Sums): Sums => ({
  spend: a.spend + b.spend,
  orders: a.orders + b.orders,
  customers: a.customers + b.customers,
  revenue: a.revenue + b.revenue,
  revenueSquares: a.revenueSquares + b.revenueSquares,
  margin: a.margin + b.margin,
  marginSquares: a.marginSquares + b.marginSquares,
});

/** Each channel of one world, and the shop's conversion. */
function sumsOf(seed: number) {
  const { orders, spend, sessions } = livedWorld(peopled(seed), dayCount);
  const channels = new Map(
    Array.from(spend, ([channel, days]): [string, Sums] => [
      channel,
      { ...nothing, spend: days.reduce((sum, eur) => sum + eur, 0) },
    ]),
  );
  for (const order of orders) {
    const channel = lastNonDirect(order)?.channel ?? '';
    const before = channels.get(channel);
    if (before === undefined) continue;
    const { revenue, margin, isNew } = order;
    channels.set(
      channel,
      added(before, {
        spend: 0,
        orders: 1,
        customers: isNew ? 1 : 0,
        revenue,
        revenueSquares: revenue ** 2,
        margin,
        marginSquares: margin ** 2,
      }),
    );
  }
  return { channels, orders: orders.length, sessions };
}

const found = Array.from({ length: worlds }, (_, n) => sumsOf(firstSeed + n));
const all = new Map<string, Sums>();
for (const { channels } of found)
  for (const [channel, sums] of channels) all.set(channel, added(all.get(channel) ?? nothing, sums));

const figures: Readonly<
  Record<string, { readonly of: (sums: Sums) => number; readonly interval: (sums: Sums) => Interval | undefined }>
> = {
  ROAS: {
    of: ({ revenue, spend }) => revenue / spend,
    interval: ({ revenue, revenueSquares, spend }) =>
      mapped(sumInterval(revenue, revenueSquares), (value) => value / spend),
  },
  ROI: {
    of: ({ margin, spend }) => margin / spend - 1,
    interval: ({ margin, marginSquares, spend }) =>
      mapped(sumInterval(margin, marginSquares), (value) => value / spend - 1),
  },
  CAC: {
    of: ({ customers, spend }) => spend / customers,
    interval: ({ customers, spend }) => mapped(countInterval(customers), (value) => spend / value),
  },
};

console.log(`${worlds} worlds of ${dayCount} days, people's seeds ${firstSeed} to ${firstSeed + worlds - 1}`);
const total: Record<string, [held: number, of: number]> = {};
for (const [channel, sums] of all)
  for (const [name, { of, interval }] of Object.entries(figures)) {
    let [held, told] = [0, 0];
    for (const { channels } of found) {
      const own = channels.get(channel) ?? nothing;
      if ((name === 'CAC' ? own.customers : own.orders) < fewestOrders) continue;
      const range = interval(own);
      if (range === undefined) continue;
      told += 1;
      if (range.low <= of(sums) && of(sums) <= range.high) held += 1;
    }
    if (told > 0)
      console.log(
        `${channel} ${name}: ${held} of ${told} (${((100 * held) / told).toFixed(1)} %), ` +
          `${(sums.orders / worlds).toFixed(0)} orders a world`,
      );
    const [before, tries] = total[name] ?? [0, 0];
    total[name] = [before + held, tries + told];
  }
const rate =
  found.reduce((sum, { orders }) => sum + orders, 0) / found.reduce((sum, { sessions }) => sum + sessions, 0);
total['conversion rate'] = [
  found.filter(({ orders, sessions }) => {
    const range = rateInterval(orders, sessions);
    return range !== undefined && range.low <= rate && rate <= range.high;
  }).length,
  worlds,
];
for (const [name, [held, of]] of Object.entries(total))
  console.log(`${name}: ${held} of ${of}, ${((100 * held) / of).toFixed(1)} %`);
