import { randomNormal } from 'd3-random';
import type { Incrementality } from '../../shared/shop/incrementality-priors.ts';
import { seededRandom } from '../random.ts';
import { baselineOf } from './baseline.ts';
import { carriedOver, meanOf, saturated, type Shape } from './curve.ts';
import { whyNot, whyUnlearnt } from './identified.ts';
import { Regression, solveUpper } from './regression.ts';

/** A channel over the days of the fit. */
export interface ChannelHistory {
  readonly channel: string;
  /** EUR by day. */
  readonly spend: readonly number[];
  /** Orders a day that attribution credits it with, on average. */
  readonly attributed: number;
  /** Contribution margin of one of its orders, EUR, before marketing. */
  readonly marginPerOrder: number;
  /** Which part of its credits it causes, by experiments and belief. */
  readonly incrementality: Incrementality;
  readonly isTested: boolean;
}

/** One draw of a channel's curve from the posterior: caused ÷ credited orders at the mean spend, and its shape. */
export interface Draw extends Shape {
  readonly caused: number;
}

/** A channel's curve, as far as it is known. */
export interface Curve {
  readonly history: ChannelHistory;
  readonly meanSpend: number;
  readonly draws: readonly Draw[];
  /** Why the data cannot tell what more or less spend brings, in words. */
  readonly refused: string | undefined;
  /** Which part of the doubt of the belief about the caused share the days took away: 0 is nothing learnt. */
  readonly learnt: number;
}

export interface Response {
  readonly curves: readonly Curve[];
  /** Share of the variance of daily orders that the fit explains. */
  readonly explained: number;
  readonly days: number;
}

const [warmUp, kept, thinning] = [400, 200, 4];
/** Carry-over and half-saturation before the data: about three days of half-life within wide bounds; half saturated near the present spend. */
const shapePrior = { carryOver: { mean: 0, deviation: 1 }, halfSaturation: { mean: 0.3, deviation: 0.8 } };

/** A shape on the axes of its prior: both unbounded. */
interface Place {
  readonly carryOver: number;
  readonly halfSaturation: number;
}
const shapeAt = ({ carryOver, halfSaturation }: Place): Shape => ({
  // A logistic of mean one half, at most nine tenths: what lasts longer is a season to the data.
  carryOver: 0.9 / (1 + Math.exp(-carryOver)),
  halfSaturation: Math.exp(halfSaturation),
});

/**
 * Fits daily orders: a baseline of weekdays and seasons, and for each channel its credited orders × a caused share × a saturating curve of
 * spend that carries over (adstock). A Bayesian regression: given the shapes it is linear and solved exactly, its caused shares drawn to what experiments and
 * belief say; the shapes are drawn by Metropolis (seeded, so deterministic).
 * @param orders by day, as many as each channel has days of spend
 * @param weekday of the first day, 0 to 6
 */
export function fitResponse(
  orders: readonly number[],
  channels: readonly ChannelHistory[],
  { weekday = 0, seed = 1 }: { readonly weekday?: number; readonly seed?: number } = {},
): Response {
  const usable = channels.filter((one) => one.attributed > 0 && meanOf(one.spend) > 0);
  const baseline = baselineOf(orders, weekday);
  const width = baseline.columns.length;
  const random = seededRandom(seed);
  const normal = randomNormal.source(random)(0, 1);
  const beliefs = usable.map(({ incrementality: { incrementality, low, high } }) => ({
    mean: incrementality,
    deviation: (high - low) / (2 * 1.959964),
  }));
  const regression = new Regression(orders, baseline, beliefs);
  const column = (n: number, place: Place): Float64Array => {
    const one = usable[n];
    if (one === undefined) throw new RangeError(`There is no channel ${n}.`);
    return saturated(carriedOver(one.spend, shapeAt(place).carryOver), shapeAt(place).halfSaturation).map(
      (share) => share * one.attributed,
    );
  };
  const logPrior = (place: Place) =>
    -(((place.carryOver - shapePrior.carryOver.mean) / shapePrior.carryOver.deviation) ** 2) / 2 -
    ((place.halfSaturation - shapePrior.halfSaturation.mean) / shapePrior.halfSaturation.deviation) ** 2 / 2;
  const places: Place[] = usable.map(() => ({ carryOver: 0, halfSaturation: shapePrior.halfSaturation.mean }));
  const columns = places.map((place, n) => column(n, place));
  let now = regression.posterior(columns);
  const draws: Draw[][] = usable.map(() => []);
  const fitted = new Float64Array(orders.length);
  for (let step = 0; step < warmUp + kept * thinning; step += 1) {
    const n = step % Math.max(1, usable.length);
    const place = places[n];
    if (place !== undefined) {
      const next = { carryOver: place.carryOver + normal(), halfSaturation: place.halfSaturation + 0.8 * normal() };
      const changed = columns.with(n, column(n, next));
      const then = regression.posterior(changed);
      if (Math.log(random()) < then.evidence + logPrior(next) - now.evidence - logPrior(place)) {
        places[n] = next;
        columns.splice(0, columns.length, ...changed);
        now = then;
      }
    }
    if (step < warmUp || (step - warmUp) % thinning > 0) continue;
    const noise = solveUpper(
      now.lower,
      Array.from(now.mean, () => normal()),
    );
    usable.forEach((_, at) => {
      const caused = (beliefs[at]?.mean ?? 0) + (now.mean[width + at] ?? 0) + (noise[width + at] ?? 0);
      draws[at]?.push({ ...shapeAt(places[at] ?? { carryOver: 0, halfSaturation: 0 }), caused: Math.max(0, caused) });
    });
    fitted.forEach((_, day) => {
      const base = baseline.columns.reduce((sum, values, i) => sum + (values[day] ?? 0) * (now.mean[i] ?? 0), 0);
      const paid = columns.reduce(
        (sum, values, at) => sum + (values[day] ?? 0) * ((beliefs[at]?.mean ?? 0) + (now.mean[width + at] ?? 0)),
        0,
      );
      fitted[day] = (fitted[day] ?? 0) + (base + paid) / kept;
    });
  }
  const mean = meanOf(orders);
  const missed = orders.reduce((sum, order, day) => sum + (order - (fitted[day] ?? 0)) ** 2, 0);
  const total = orders.reduce((sum, order) => sum + (order - mean) ** 2, 0);
  return {
    days: orders.length,
    explained: total === 0 ? 0 : 1 - missed / total,
    curves: usable.map((history, n) => {
      const shares = (draws[n] ?? []).map(({ caused }) => caused);
      const variance = meanOf(shares.map((share) => (share - meanOf(shares)) ** 2));
      const learnt = Math.max(0, 1 - Math.sqrt(variance) / (beliefs[n]?.deviation ?? 1));
      return {
        history,
        meanSpend: meanOf(history.spend),
        draws: draws[n] ?? [],
        refused: whyNot(history, channels) ?? whyUnlearnt(history, learnt),
        learnt,
      };
    }),
  };
}
