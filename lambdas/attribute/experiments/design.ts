import { randomBinomial } from 'd3-random';
import { addDays, daysBetween, type Day } from '../../shared/days.ts';
import { seededRandom, shuffle } from '../random.ts';
import { stdtri } from '../special-functions.ts';
import { differenceInDifferences, isSeen, type Unknown } from './difference.ts';
import {
  beforeDuring,
  panelOf,
  unknownArea,
  wholeOf,
  type BeforeDuring,
  type Panel,
  type PanelRow,
  type Window,
} from './panel.ts';
import { pauseEffect } from './pause.ts';
import type { ChannelDay } from './reading.ts';

/** Areas to hold out, and what that would see and cost. */
export interface Candidate {
  readonly areas: readonly string[];
  /** Their part of all orders. */
  readonly share: number;
  /**
   * The least loss, as a share of orders, that is seen as often as the power says; null where even the largest tried is
   * not.
   */
  readonly detectable: number | null;
  /** How often an effect is seen in the lake's own past where there was none. */
  readonly falseAlarms: number;
  readonly withheldSpend: number;
  /** Orders that would be lost, were every attributed one caused by the channel. */
  readonly ordersAtRisk: number;
}

export interface Design {
  readonly weeks: number;
  readonly power: number;
  /** What attribution credits the channel with, as a share of all orders: no experiment can lose more. */
  readonly attributedShare: number;
  /** Stretches of the past that were tried. */
  readonly stretches: number;
  readonly candidates: readonly Candidate[];
  /** The least loss that a pause everywhere would show; or why none. */
  readonly pause: { readonly detectable: number } | Unknown;
}

const shares = [0.1, 0.2, 0.3];
const drawsOfAreas = 25;
const simulations = 120;
/** Losses tried, from one hundredth of the orders to six tenths. */
const tried = Array.from({ length: 60 }, (_, n) => (n + 1) / 100);
const mostDaysBefore = 84;

interface Stretch {
  readonly before: Window;
  readonly during: Window;
}

/** All stretches of the past that are long enough, a week apart, the newest first. */
function stretchesOf(days: number, length: number): Stretch[] {
  const found: Stretch[] = [];
  for (let to = days; to - length >= Math.max(14, length); to -= 7) {
    const from = to - length;
    found.push({ before: { from: Math.max(0, from - mostDaysBefore), to: from }, during: { from, to } });
  }
  return found;
}

/** Each area before and during, for each stretch: summed once. */
type Table = readonly (readonly BeforeDuring[])[];

const effectOf = (sums: readonly BeforeDuring[], chosen: ReadonlySet<number>) =>
  differenceInDifferences(
    sums.filter((_, area) => chosen.has(area)),
    sums.filter((_, area) => !chosen.has(area)),
  );

/** Of many draws of areas with such a part of the orders, the one whose past came closest to that of the others. */
function choose(panel: Panel, table: Table, share: number, seed: number): ReadonlySet<number> | undefined {
  const sizes = panel.series.map(({ sums }) => sums.reduce((sum, one) => sum + one, 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const random = seededRandom(seed);
  const order = Int32Array.from([...sizes.keys()].filter((area) => panel.series[area]?.area !== unknownArea));
  let best: { readonly chosen: ReadonlySet<number>; readonly miss: number } | undefined;
  for (let draw = 0; draw < drawsOfAreas; draw += 1) {
    shuffle(order, random);
    const chosen = new Set<number>();
    let sum = 0;
    for (const area of order) {
      const size = sizes[area] ?? 0;
      if (sum + size > 1.1 * share * total) continue;
      chosen.add(area);
      sum += size;
      if (sum >= 0.95 * share * total) break;
    }
    if (sum < 0.9 * share * total) continue;
    const effects = table.map((sums) => effectOf(sums, chosen));
    const known = effects.flatMap((one) => ('unknown' in one ? [] : [one.effect ** 2 + one.standardError ** 2]));
    if (known.length === 0) continue;
    const miss = known.reduce((all, one) => all + one, 0) / known.length;
    if (best === undefined || miss < best.miss) best = { chosen, miss };
  }
  return best?.chosen;
}

/** How often an effect is seen in the past with that part of the held-out orders taken away, order by order. */
function powerOf(table: Table, chosen: ReadonlySet<number>, lift: number, seed: number): number {
  const random = seededRandom(seed);
  const binomial = randomBinomial.source(random);
  let seen = 0;
  for (let n = 0; n < simulations; n += 1) {
    const sums = table[n % table.length] ?? [];
    const thinned = sums.map((one, area) => {
      if (!chosen.has(area) || lift === 0) return one;
      const value = binomial(one.during.value, 1 - lift)();
      return { before: one.before, during: { value, squares: value } };
    });
    const effect = effectOf(thinned, chosen);
    if (!('unknown' in effect) && (lift === 0 || effect.effect < 0) && isSeen(effect)) seen += 1;
  }
  return seen / simulations;
}

/** The least loss that is seen often enough: power grows with it, so by halves. */
function detectableOf(table: Table, chosen: ReadonlySet<number>, power: number, seed: number): number | null {
  let [low, high] = [0, tried.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (powerOf(table, chosen, tried[middle] ?? 1, seed) >= power) high = middle;
    else low = middle + 1;
  }
  return tried[low] ?? null;
}

function pauseOf(panel: Panel, length: number, power: number): Design['pause'] {
  const one = pauseEffect(wholeOf(panel.series, panel.days), { from: panel.days - length, to: panel.days });
  if ('unknown' in one) return one;
  const reach = -stdtri(one.degrees, 0.025) + stdtri(one.degrees, power);
  return { detectable: 1 - Math.exp(-reach * one.standardError) };
}

/**
 * What an experiment of so many weeks could see, tried on the lake's own past: which areas to hold out, the minimum
 * detectable effect at the power asked for, and what is withheld. Deterministic for a seed.
 * @returns why not, where the past is too short or no choice of areas has enough orders
 */
export function designExperiment(
  rows: readonly PanelRow[],
  channel: readonly ChannelDay[],
  {
    weeks,
    power,
    firstDay,
    lastDay,
    seed = 1,
  }: {
    readonly weeks: number;
    readonly power: number;
    readonly firstDay: Day;
    readonly lastDay: Day;
    readonly seed?: number;
  },
): Design | Unknown {
  const length = 7 * weeks;
  const panel = panelOf(rows, 'orders', { from: firstDay, to: lastDay });
  const stretches = stretchesOf(daysBetween(firstDay, lastDay) + 1, length);
  if (stretches.length === 0)
    return {
      unknown:
        `The lake has ${panel.days} days of orders, and ${length + Math.max(14, length)} are needed to try an ` +
        `experiment of ${weeks} weeks on them: take fewer weeks, or wait.`,
    };
  const table = stretches.map(({ before, during }) => panel.series.map((one) => beforeDuring(one, before, during)));
  const from = addDays(lastDay, 1 - length);
  const recent = channel.filter(({ day }) => day >= from && day <= lastDay);
  const [spend, attributed] = [
    recent.reduce((sum, one) => sum + one.spend, 0),
    recent.reduce((sum, one) => sum + one.attributed, 0),
  ];
  const orders = (sums: readonly BeforeDuring[]) => sums.reduce((sum, { during }) => sum + during.value, 0);
  const all = orders(table[0] ?? []);
  const candidates = shares.flatMap((wanted, n) => {
    const chosen = choose(panel, table, wanted, seed + n);
    if (chosen === undefined) return [];
    const share = orders((table[0] ?? []).filter((_, area) => chosen.has(area))) / all;
    return [
      {
        areas: panel.series.filter((_, area) => chosen.has(area)).map(({ area }) => area),
        share,
        detectable: detectableOf(table, chosen, power, seed),
        falseAlarms: powerOf(table, chosen, 0, seed),
        withheldSpend: spend * share,
        ordersAtRisk: attributed * share,
      },
    ];
  });
  if (candidates.length === 0)
    return {
      unknown:
        'No choice of areas has enough orders in the held-out areas and in the others: pause the channel ' +
        'everywhere instead.',
    };
  return {
    weeks,
    power,
    attributedShare: all > 0 ? attributed / all : 0,
    stretches: stretches.length,
    candidates,
    pause: pauseOf(panel, length, power),
  };
}
