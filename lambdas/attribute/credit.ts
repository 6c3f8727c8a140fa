import type { Paths } from './paths.ts';

/** Weights as shares of their sum; all alike where none is above 0. A weight below 0 counts as 0. */
export function normalised(weights: ArrayLike<number>): number[] {
  const kept = Array.from(weights, (weight) => Math.max(0, weight));
  const sum = kept.reduce((total, weight) => total + weight, 0);
  return kept.map((weight) => (sum > 0 ? weight / sum : 1 / kept.length));
}

/**
 * A model's weights as credits of one order's touches: channel i of those on the path has wᵢ / Σⱼ wⱼ, shared evenly
 * between its touches. The credits add up to 1. Where the model gives none of the path's channels a weight, all of them
 * have the same.
 *
 * Anderl et al. (2016) share the conversions of all journeys in proportion to the removal effects; this is the same
 * rule within one journey, among the channels that it touched, as Shapley's equal split is (`equalSplit`) with equal
 * weights. So the credits of all orders by channel are near the model's shares, not equal to them: a channel cannot
 * earn an order that it did not touch.
 * @param touches names, or places of names, in any order
 * @param weightOf the model's weight of a name; 0 for one that it does not know
 * @returns a credit for each touch
 */
export function touchCredits<Name>(touches: readonly Name[], weightOf: (name: Name) => number): number[] {
  const times = new Map<Name, number>();
  for (const touch of touches) times.set(touch, (times.get(touch) ?? 0) + 1);
  const names = [...times.keys()];
  const shares = normalised(names.map(weightOf));
  const credits = new Map(names.map((name, place) => [name, (shares[place] ?? 0) / (times.get(name) ?? 1)]));
  return touches.map((touch) => credits.get(touch) ?? 0);
}

/** What one channel earned. */
export interface Earned {
  readonly name: string;
  /** Sum of its credits, orders. */
  readonly conversions: number;
  /** Sum of credit × value, cents. */
  readonly value: number;
}

/**
 * The credits of all orders by channel: they add up to the orders and to their value.
 * @param weights a weight for each of `paths.names`
 */
export function earnedBy(paths: Paths, weights: ArrayLike<number>): Earned[] {
  const conversions = new Float64Array(paths.names.length);
  const values = new Float64Array(paths.names.length);
  for (const type of paths.types) {
    if (type.conversions === 0) continue;
    touchCredits(type.touches, (name) => weights[name] ?? 0).forEach((credit, at) => {
      const name = type.touches[at] ?? 0;
      conversions[name] = (conversions[name] ?? 0) + credit * type.conversions;
      values[name] = (values[name] ?? 0) + credit * type.value;
    });
  }
  return paths.names.map((name, place) => ({ name, conversions: conversions[place] ?? 0, value: values[place] ?? 0 }));
}
