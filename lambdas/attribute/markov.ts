import { type AbsorbingChain, conversionProbability } from './absorption.ts';
import { normalised } from './credit.ts';
import type { Paths } from './paths.ts';
import { poissonResample, seededRandom } from './random.ts';
import { standardDeviation } from './statistics.ts';
import { type Order, type Transitions, transitionsOf, weigh, type Weights } from './transitions.ts';

/** What the removal of one channel (or campaign) would do. */
export interface RemovalEffect {
  readonly name: string;
  /** Share of the conversions that would be missing, 0 to 1. The effects of all do not add up to 1. */
  readonly effect: number;
  /** The effect as a share of all effects. */
  readonly share: number;
  /** Standard error of the share by the bootstrap; NaN where none was asked for. */
  readonly standardError: number;
}

/** A Markov model of the paths. */
export interface MarkovModel {
  readonly order: Order;
  /** Probability that a journey converts: the observed rate, which the chain of any order keeps. */
  readonly conversionProbability: number;
  readonly effects: readonly RemovalEffect[];
  /** Share of all steps that leave a state which was left fewer than `thinState` times. */
  readonly thinShare: number;
  /** In words, that the order is too high for so few journeys; undefined where it is not. */
  readonly remark: string | undefined;
}

/**
 * A transition's probability that is estimated from fewer steps has a standard error of up to ½/√30 = 9 percentage
 * points.
 */
const thinState = 30;
/** From this share of thin steps on, the model says that its order is too sparse. */
const mostThin = 0.1;

/**
 * Removal effects of an absorbing Markov chain: 1 − P(conversion without i) / P(conversion), where a journey that would
 * touch i ends in nothing (Anderl, Becker, von Wangenheim and Schumann, 2016: Mapping the customer journey). Journeys
 * that did not convert count, repeated touches are steps. Each removal is a solve of its own; none is simulated.
 * @param order how many of the last touches decide on the next step
 * @param replicates Poisson bootstrap over the journeys, for the standard errors; 0 for none
 * @throws Error where no journey converted
 */
export function markov(
  paths: Paths,
  {
    order = 1,
    replicates = 0,
    seed = 1,
  }: { readonly order?: Order; readonly replicates?: number; readonly seed?: number } = {},
): MarkovModel {
  const weights: Weights = {
    conversions: paths.types.map((type) => type.conversions),
    nonConversions: paths.types.map((type) => type.nonConversions),
  };
  const transitions = transitionsOf(paths, order);
  const chain = weigh(transitions, weights);
  const whole = conversionProbability(chain);
  if (whole === 0) throw new Error('No journey of these converted, so there is nothing to attribute.');
  const effects = removals(chain, transitions, paths.names.length, whole);
  const shares = normalised(effects);
  const errors = shareErrors({ transitions, weights, names: paths.names.length }, { replicates, seed });
  const thinShare = thin(chain.left);
  return {
    order,
    conversionProbability: whole,
    effects: paths.names.map((name, place) => ({
      name,
      effect: effects[place] ?? 0,
      share: shares[place] ?? 0,
      standardError: errors[place] ?? Number.NaN,
    })),
    thinShare,
    remark:
      thinShare > mostThin
        ? `Order ${order} is too sparse: ${(100 * thinShare).toFixed(0)} % of the steps leave a state that was ` +
          `seen fewer than ${thinState} times. Take a lower order, more days, or larger pools.`
        : undefined,
  };
}

function removals(chain: AbsorbingChain, { touchOf }: Transitions, names: number, whole: number): number[] {
  return Array.from({ length: names }, (_, name) => {
    const isRemoved = Uint8Array.from(touchOf, (touch) => (touch === name ? 1 : 0));
    return Math.max(0, 1 - conversionProbability(chain, isRemoved) / whole);
  });
}

function shareErrors(
  {
    transitions,
    weights,
    names,
  }: { readonly transitions: Transitions; readonly weights: Weights; readonly names: number },
  { replicates, seed }: { readonly replicates: number; readonly seed: number },
): number[] {
  const random = seededRandom(seed);
  const shares: number[][] = [];
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const chain = weigh(transitions, {
      conversions: poissonResample(weights.conversions, random),
      nonConversions: poissonResample(weights.nonConversions, random),
    });
    const whole = conversionProbability(chain);
    // Of very few conversions a replicate may have none, and then no shares either.
    if (whole > 0) shares.push(normalised(removals(chain, transitions, names, whole)));
  }
  return Array.from({ length: names }, (_, name) => standardDeviation(shares.map((share) => share[name] ?? 0)));
}

/** Share of all steps that leave a state which was seldom left. */
function thin(left: Float64Array): number {
  let all = 0;
  let few = 0;
  for (const steps of left) {
    all += steps;
    if (steps < thinState) few += steps;
  }
  return few / all;
}
