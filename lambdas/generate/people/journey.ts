/** A person's way through visits and orders, and what would have happened without some of the exposures. */
import { dayMs, parisOffset, seasonOf } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { halfLifeDays, memoryDays } from '../market/channels.ts';
import { Dice, Weighted, draw } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import { arrivalOf } from './arrival.ts';
import type { Arrival, Exposure } from './arrival.ts';
import type { Habit, Person } from './population.ts';

export type Device = 'mobile' | 'desktop' | 'tablet';
export type Outcome = 'bought' | 'abandoned' | 'looked';

export interface Visit {
  /** 0 for the person's first. */
  readonly number: number;
  readonly day: DayIndex;
  readonly device: Device;
  readonly arrival: Arrival;
  readonly outcome: Outcome;
  /** Orders placed in the shop before this visit. */
  readonly ordersBefore: number;
}

/** Nobody buys with a higher probability than this in one visit, which spares working out most visits. */
export const ceiling: Readonly<Record<Habit, number>> = { 'passer-by': 0.09, browser: 0.16, regular: 0.5, client: 0.5 };

const conversion: Readonly<Record<Device, number>> = { mobile: 0.765, desktop: 1.44, tablet: 1.05 };
const baseline = { 'passer-by': 0.0055, browser: 0.012, regular: 0.175, client: 0.08 } as const;
const season = { 'black-friday': 1.2, 'mothers-day': 1.08, ordinary: 1 } as const;
/** For each cart that becomes an order, so many are filled: 68 % are abandoned. */
const cartsPerOrder = 3.15;

/**
 * Intent once something was bought: most when the cream is finished, about 75 days later; few remain faithful for
 * years.
 */
function replenishing(daysSince: number, orders: number): number {
  const phase = (daysSince - 75) / 30;
  return (0.005 + 0.6 * Math.exp(-0.5 * phase * phase)) / orders ** 2;
}

function mainDevice(person: Person): Device {
  const unit = draw(person.key, personSalts.devices);
  return unit < 0.745 ? 'mobile' : unit < 0.96 ? 'desktop' : 'tablet';
}

/** True for one in eight, who has a computer beside the telephone: two visitor ids, one person. */
function hasTwoDevices(person: Person): boolean {
  return (draw(person.key, personSalts.devices) * 1000) % 1 < 0.125;
}

export function deviceOf(person: Person, visit: number): Device {
  const main = mainDevice(person);
  if (!hasTwoDevices(person) || draw(person.key, visitSalt(salt.device, visit)) < 0.6) return main;
  return main === 'mobile' ? 'desktop' : 'mobile';
}

function persuasion(exposures: readonly Exposure[], day: DayIndex): number {
  let sum = 0;
  for (let n = exposures.length - 1; n >= 0; n -= 1) {
    const exposure = exposures[n];
    if (exposure === undefined || exposure.lift === 0) continue;
    const age = day - exposure.day;
    if (age > memoryDays) continue;
    sum += exposure.lift * 2 ** (-age / halfLifeDays[exposure.channel]);
  }
  return sum;
}

/** What happens before a person decides: the same in every replay. */
interface Occasion {
  readonly number: number;
  readonly day: DayIndex;
  readonly device: Device;
  readonly arrival: Arrival;
}

type LeftOut = (exposure: Exposure) => boolean;

/**
 * How a visit comes about without some exposures: as it did, by another way, or not at all.
 * Those who come all the same after an advertisement find the shop by themselves.
 */
function arrivalWithout(person: Person, { number, arrival }: Occasion, leftOut: LeftOut): Arrival | undefined {
  const { clicked, seen } = arrival;
  const isClickOut = leftOut(clicked);
  const isSeenOut = seen !== undefined && leftOut(seen);
  if (!isClickOut && !isSeenOut) return arrival;
  if (isClickOut && draw(person.key, visitSalt(salt.anyway, number)) >= clicked.anyway) return undefined;
  if (isSeenOut && draw(person.key, visitSalt(salt.halo, number)) >= seen.anyway) return undefined;
  const channel = clicked.ad?.campaign.kind === 'SEARCH' ? 'Organic Search' : 'Direct';
  return {
    clicked: isClickOut ? { channel, day: clicked.day, clicked: true, lift: 0, anyway: 1 } : clicked,
    ...(seen && !isSeenOut && { seen }),
  };
}

/**
 * The occasions that remain without some exposures. Whose first visit is not made does not know the shop, and never
 * comes.
 */
function occasionsWithout(
  market: Market,
  person: Person,
  occasions: readonly Occasion[],
  leftOut: LeftOut,
): readonly Occasion[] {
  const { opens } = market.population;
  const left: Occasion[] = [];
  for (const occasion of occasions) {
    const arrival = occasion.day < opens ? occasion.arrival : arrivalWithout(person, occasion, leftOut);
    if (arrival !== undefined) left.push(arrival === occasion.arrival ? occasion : { ...occasion, arrival });
    else if (occasion.number === 0) return [];
  }
  return left;
}

function decide(market: Market, person: Person, occasions: readonly Occasion[]): Outcome[] {
  const { opens } = market.population;
  const susceptibility = 0.35 + 1.3 * draw(person.key, personSalts.susceptibility);
  const exposures: Exposure[] = [];
  let lastOrder: DayIndex | undefined;
  let orders = 0;
  return occasions.map(({ number, day, device, arrival }) => {
    // Before the opening nothing was sold and nothing tracked.
    if (day < opens) return 'looked';
    if (arrival.seen) exposures.push(arrival.seen);
    exposures.push(arrival.clicked);
    const intent = lastOrder === undefined ? baseline[person.habit] : replenishing(day - lastOrder, orders);
    const wanted =
      (intent + susceptibility * persuasion(exposures, day)) *
      conversion[device] *
      season[seasonOf(day)] *
      market.media.demand(day);
    const chance = Math.min(wanted, ceiling[person.habit]);
    const unit = draw(person.key, visitSalt(salt.buys, number));
    if (unit < chance) {
      lastOrder = day;
      orders += 1;
      return 'bought';
    }
    return unit < chance * cartsPerOrder ? 'abandoned' : 'looked';
  });
}

function occasionsOf(market: Market, person: Person, days: readonly DayIndex[]): Occasion[] {
  return days.map((day, number) => ({
    number,
    day,
    device: deviceOf(person, number),
    arrival: arrivalOf(market, person, number, day),
  }));
}

/** The person's visits on these days, from the first on. */
export function journey(market: Market, person: Person, days: readonly DayIndex[]): Visit[] {
  return journeyWithout(market, person, days, market.holdouts.heldFrom(person));
}

/** The visits that the person makes where some exposures are withheld, whatever the world's experiments. */
export function journeyWithout(
  market: Market,
  person: Person,
  days: readonly DayIndex[],
  held: LeftOut | undefined,
): Visit[] {
  const planned = occasionsOf(market, person, days);
  const occasions = held === undefined ? planned : occasionsWithout(market, person, planned, held);
  let orders = 0;
  const outcomes = decide(market, person, occasions);
  return occasions.map((occasion, at) => {
    const outcome = outcomes[at] ?? 'looked';
    const ordersBefore = orders;
    if (outcome === 'bought') orders += 1;
    const { number, day, device, arrival } = occasion;
    return { number, day, device, arrival, outcome, ordersBefore };
  });
}

/**
 * Whether the order of a visit was caused by the exposures left out: with the same draws, it would not have been
 * placed.
 */
export function causedBy(
  market: Market,
  person: Person,
  visits: readonly Visit[],
  order: Visit,
  leftOut: LeftOut,
): boolean {
  const until = visits.filter(({ number }) => number <= order.number);
  const left = occasionsWithout(market, person, until, leftOut);
  return left.at(-1)?.number !== order.number || decide(market, person, left).at(-1) !== 'bought';
}

/** The exposures that were still remembered at a visit. */
export function exposuresBefore(visits: readonly Visit[], visit: Visit): Exposure[] {
  return visits
    .filter(({ number, day }) => number <= visit.number && visit.day - day <= memoryDays)
    .flatMap(({ arrival }) => (arrival.seen ? [arrival.seen, arrival.clicked] : [arrival.clicked]));
}

/** Visits by local hour. */
const hours = new Weighted<number>(
  [1.2, 0.6, 0.3, 0.2, 0.2, 0.4, 1.2, 2.6, 3.8, 4.6, 5, 5, 6, 5.8, 4.8, 4.4, 4.4, 5, 5.8, 6.2, 7.4, 8.6, 7.4, 3.8].map(
    (weight, hour) => [hour, weight],
  ),
);
const hourMs = 3_600_000;
const startDice = new Dice({ high: 0, low: 0 }, 0);

/**
 * When a visit begins, ms.
 *
 * An ad is never clicked from midnight to 2 a.m. in Paris: so the accounts' day (Paris) is the day of the session
 * (UTC). Who buys begins early enough to have paid on the same UTC day.
 */
export function startOf(person: Person, visit: Visit): number {
  const dice = startDice.seed(person.key, visitSalt(salt.start, visit.number));
  const midnight = visit.day * dayMs;
  const offset = parisOffset(midnight + dayMs / 2);
  let local = (hours.at(dice.next()) + dice.next()) * hourMs;
  if (visit.arrival.clicked.ad && local < 2 * hourMs) local += 18 * hourMs;
  let start = (local - offset + dayMs) % dayMs;
  if (visit.outcome === 'bought' && start > 22.5 * hourMs) start -= 2 * hourMs;
  return midnight + Math.floor(start);
}
