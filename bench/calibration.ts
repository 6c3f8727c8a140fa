/**
 * `node --import tsx bench/calibration.ts [--in-turn | --people] [EVENTS_PER_DAY…]`
 *
 * How far credits are from planted incremental revenue, by channel and weighed by spend: with no experiment and with
 * more and more of them, for shops of two sizes, and as fewer people consent; three seeds each. Three experiments over regions
 * are held side by side, or six in turn; or six lift studies by people, side by side. Each is read three weeks after its
 * end.
 */
import { parseArgs } from 'node:util';
import { beside } from '../lambdas/attribute/experiments/other-experiments.ts';
import { readStudy } from '../lambdas/attribute/experiments/lift-study.ts';
import { ofRegions, readExperiment } from '../lambdas/attribute/experiments/reading.ts';
import type { Estimate } from '../lambdas/attribute/estimate.ts';
import { studiesOf } from '../lambdas/generate/lift-study.ts';
import { dayOf } from '../lambdas/generate/market/calendar.ts';
import { inhabitants, nearlyHalfOfFrance } from '../lambdas/generate/market/departments.ts';
import { holdoutSchema } from '../lambdas/generate/market/holdout.ts';
import { newMarket, type Market } from '../lambdas/generate/market/market.ts';
import { worldDefaults } from '../lambdas/generate/market/world.ts';
import { addDays } from '../lambdas/shared/days.ts';
import { coolDownDays, peopleOf, regionsOf, type Experiment, type Study } from '../lambdas/shared/shop/experiments.ts';
import { incrementalityOf } from '../lambdas/shared/shop/incrementality.ts';
import { lastNonDirect, livedWorld, type LivedOrder, type LivedWorld } from './lived-world.ts';

const opens = '2025-01-01';
/** Six weeks, after as many days as it takes to know what is usual. */
const [usualDays, heldDays] = [45, 42];

const others = Object.entries(inhabitants)
  .filter(([region, people]) => region !== '97' && people >= 400 && !nearlyHalfOfFrance.includes(region))
  .toSorted(([, a], [, b]) => b - a)
  .map(([region]) => region);

/** What a shop tests, and for how long it is looked at. */
interface Programme {
  readonly log: readonly Experiment[];
  readonly dayCount: number;
}

const experimentOf = (channel: Experiment['channel'], regions: readonly string[], first: number): Experiment => ({
  id: channel.toLowerCase().replaceAll(' ', '-'),
  channel,
  from: addDays(opens, first),
  to: addDays(opens, first + heldDays - 1),
  held_out: { regions: [...regions] },
});

/** Three experiments side by side, the channels with most spend first; what none of them holds out are their controls. */
const sideBySide: Programme = {
  log: [
    experimentOf('Paid Social', nearlyHalfOfFrance, usualDays),
    experimentOf(
      'Paid Search',
      others.filter((_, at) => at % 2 === 0),
      usualDays,
    ),
    experimentOf(
      'Paid Shopping',
      others.filter((_, at) => at % 4 === 1),
      usualDays,
    ),
  ],
  dayCount: usualDays + heldDays + coolDownDays + 2,
};

const tested = ['Paid Social', 'Paid Video', 'Display', 'Paid Search', 'Paid Shopping', 'Cross-network'] as const;
const between = heldDays + coolDownDays + heldDays;
/** Each channel in turn, alone, where nearly half of the French live: six in a year and nine months. */
const inTurn: Programme = {
  log: tested.map((channel, at) => experimentOf(channel, nearlyHalfOfFrance, usualDays + at * between)),
  dayCount: usualDays + tested.length * between,
};

/** A lift study of each channel at once: each draws its own half of the people. */
const byPeople: Programme = {
  log: tested.map((channel) => ({ ...experimentOf(channel, [], usualDays), held_out: { people: 50 } })),
  dayCount: usualDays + heldDays + coolDownDays + 2,
};

type Shares = (order: LivedOrder) => readonly (readonly [channel: string, credit: number])[];
const models: Readonly<Record<string, Shares>> = {
  first: ({ touches }) => touches.slice(0, 1).map(({ channel }) => [channel, 1]),
  linear: ({ touches }) => touches.map(({ channel }) => [channel, 1 / touches.length]),
  'last non-direct': (order) => [lastNonDirect(order)].flatMap((touch) => (touch ? [[touch.channel, 1] as const] : [])),
};

/** Revenue that a model credits each channel with, EUR. */
function creditedBy({ orders }: LivedWorld, shares: Shares): Map<string, number> {
  const sums = new Map<string, number>();
  for (const order of orders)
    for (const [channel, credit] of shares(order)) sums.set(channel, (sums.get(channel) ?? 0) + credit * order.revenue);
  return sums;
}

const resultOf = (
  { value, low, high }: Estimate,
  { to }: Experiment,
  method: string,
): Pick<Experiment, 'result'> | undefined =>
  value === null || low === null || high === null
    ? undefined
    : {
        result: {
          incrementality: value,
          low,
          high,
          attribution_model: 'last_non_direct',
          lookback_days: 30,
          method,
          read_on: to,
        },
      };

/** What a lift study of the world found. */
function readByPeople({ orders, spend, days }: LivedWorld, study: Study, experiment: Experiment) {
  const { channel, from, to } = experiment;
  const credited = orders.filter((order) => {
    const touch = lastNonDirect(order);
    return touch?.channel === channel && touch.day >= from && touch.day <= to && order.day <= (study.until ?? to);
  });
  const reading = readStudy(experiment, study, {
    attributed: credited.length,
    revenue: credited.reduce((sum, { revenue }) => sum + revenue, 0),
    spend: days.reduce((sum, day, n) => (day >= from && day <= to ? sum + (spend.get(channel)?.[n] ?? 0) : sum), 0),
  });
  return resultOf(reading.incrementality, experiment, reading.method);
}

/** What an experiment over regions of the world found. */
function readByRegions({ orders, days, spend }: LivedWorld, experiment: Experiment, { log, dayCount }: Programme) {
  const { channel, from, to } = experiment;
  const regions = regionsOf(experiment) ?? [];
  const { apart, until, without } = beside(experiment, log, addDays(opens, dayCount - 1));
  const elsewhere = new Set(apart);
  const counted = orders.filter(({ area }) => !elsewhere.has(area));
  const held: ReadonlySet<string> = new Set(regions);
  const attributed = new Map<string, number>();
  for (const order of counted)
    if (!held.has(order.area) && lastNonDirect(order)?.channel === channel)
      attributed.set(order.day, (attributed.get(order.day) ?? 0) + 1);
  const { incrementality } = readExperiment(
    { from, to, areas: regions, until, without },
    {
      rows: counted.map(({ area, day, revenue, margin }) => ({
        area,
        day,
        orders: 1,
        revenue,
        revenueSquares: revenue ** 2,
        margin,
        marginSquares: margin ** 2,
      })),
      channel: days.map((day, n) => ({
        day,
        spend: spend.get(channel)?.[n] ?? 0,
        attributed: attributed.get(day) ?? 0,
      })),
      firstDay: opens,
    },
  );
  return resultOf(incrementality, experiment, ofRegions);
}

const isTestable = (channel: string): channel is Experiment['channel'] => channel !== 'Direct';

/** Σ |credited − caused| ÷ Σ caused over the channels with spend. */
function errorOf(world: LivedWorld, credited: ReadonlyMap<string, number>): number {
  let [off, all] = [0, 0];
  for (const channel of world.spend.keys()) {
    const caused = (world.truth.channel[channel]?.netCents ?? 0) / 100;
    off += Math.abs((credited.get(channel) ?? 0) - caused);
    all += caused;
  }
  return off / all;
}

function errorsOf(world: LivedWorld, market: Market, programme: Programme): Record<string, number> {
  const last = creditedBy(world, models['last non-direct'] ?? (() => []));
  const studies = studiesOf(market, dayOf(opens) + programme.dayCount);
  const found = programme.log.map((experiment, number) => {
    const study = studies.get(number);
    const result =
      study === undefined ? readByRegions(world, experiment, programme) : readByPeople(world, study, experiment);
    return result === undefined ? [] : [{ ...experiment, ...result }];
  });
  const calibrated = (count: number) => {
    const known = found.slice(0, count).flat();
    return new Map(
      Array.from(last, ([channel, revenue]) => [
        channel,
        isTestable(channel) && world.spend.has(channel)
          ? revenue * Math.max(0, incrementalityOf(channel, known, 30).incrementality)
          : revenue,
      ]),
    );
  };
  return Object.fromEntries<number>([
    ...Object.entries(models).map(([name, shares]) => [name, errorOf(world, creditedBy(world, shares))] as const),
    ...Array.from(
      { length: found.length + 1 },
      (_, count) => [`experiments: ${count}`, errorOf(world, calibrated(count))] as const,
    ),
  ]);
}

function told(programme: Programme, eventsPerDay: number, consent: number, seed: number): void {
  const holdouts = programme.log.map((experiment) => {
    const { channel, from, to } = experiment;
    return holdoutSchema.parse({ channel, from, to, regions: regionsOf(experiment), people: peopleOf(experiment) });
  });
  const market = newMarket({
    seed,
    opens,
    eventsPerDay,
    initialCustomers: eventsPerDay / 10,
    dirt: 0,
    ...worldDefaults,
    consent,
    holdouts,
  });
  const world = livedWorld(market, programme.dayCount);
  const errors = Object.entries(errorsOf(world, market, programme)).map(([name, error]) => [
    name,
    Number(error.toFixed(3)),
  ]);
  console.log(
    JSON.stringify({ eventsPerDay, consent, seed, orders: world.orders.length, ...Object.fromEntries(errors) }),
  );
}

const { values, positionals } = parseArgs({
  options: { 'in-turn': { type: 'boolean' }, people: { type: 'boolean' } },
  allowPositionals: true,
});
const programme = values.people === true ? byPeople : values['in-turn'] === true ? inTurn : sideBySide;
for (const eventsPerDay of positionals.length > 0 ? positionals.map(Number) : [5000, 40_000])
  for (const consent of eventsPerDay > 5000 ? [0.6] : [1, 0.75, 0.5])
    for (const seed of [1, 2, 3]) told(programme, eventsPerDay, consent, seed);
