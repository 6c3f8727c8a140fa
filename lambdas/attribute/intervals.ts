import { poissonResample, seededRandom } from './random.ts';
import { sampleQuantile } from './statistics.ts';
import { incbi, ndtr, stdtri } from './special-functions.ts';

/** A figure and how sure it is. */
export interface Estimate {
  /** Null where the denominator is 0: never 0, never ∞. */
  readonly value: number | null;
  /** Ends of the confidence interval; null where there is none, and then `remark` says why. */
  readonly low: number | null;
  readonly high: number | null;
  /** In words, why there is no interval. */
  readonly remark?: string;
}

/** Fewer orders than this say nothing of how orders vary: there is no interval, and words instead. */
export const leastOrders = 10;

/**
 * A rate with its exact interval (Clopper and Pearson, 1934: The use of confidence or fiducial limits). It covers the
 * true rate at least as often as `level` says, also near 0 and 1 and for few trials; a little more often, since counts
 * are whole.
 * @param level of confidence, 0 to 1
 * @throws RangeError where the counts are not whole numbers with 0 ≤ successes ≤ trials
 */
export function rateEstimate(successes: number, trials: number, level = 0.95): Estimate {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials)
    throw new RangeError(`${successes} of ${trials} is no rate: whole numbers are needed, 0 ≤ successes ≤ trials.`);
  if (trials === 0) return { value: null, low: null, high: null, remark: 'No trial, so no rate.' };
  const tail = (1 - level) / 2;
  return {
    value: successes / trials,
    low: successes === 0 ? 0 : incbi(successes, trials - successes + 1, tail),
    high: successes === trials ? 1 : incbi(successes + 1, trials - successes, 1 - tail),
  };
}

/** What one order (or customer) adds to the two sums of a ratio. */
export interface Part {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * A ratio of two sums, such as of money, with the interval that the chance of its orders gives it: Poisson bootstrap
 * over the orders, since their number is chance too (Hanley and MacGibbon, 2006), by percentiles that are widened for a
 * small sample (Hesterberg, 2015: What teachers should know about the bootstrap, section 5.4). What was decided and not
 * drawn, such as spend, is `fixed`. With money in euros and `credit` a model's share of the order:
 * - ROAS: numerator credit × revenue, denominator 0; fixed 0 and spend.
 * - ROI: numerator credit × margin, denominator 0; fixed −spend and spend.
 * - CAC: numerator 0, denominator the credit of a new customer; fixed spend and 0.
 * - AOV: numerator revenue, denominator 1; nothing fixed.
 *
 * It is the interval of chance alone: what attribution cannot see is not in it.
 * @param of what the parts are, for the remark
 */
export function ratioEstimate(
  parts: readonly Part[],
  {
    fixed = { numerator: 0, denominator: 0 },
    of = 'orders',
    level = 0.95,
    replicates = 1000,
    seed = 1,
  }: {
    readonly fixed?: Part;
    readonly of?: string;
    readonly level?: number;
    readonly replicates?: number;
    readonly seed?: number;
  } = {},
): Estimate {
  const once = new Float64Array(parts.length).fill(1);
  const value = ratio(parts, once, fixed);
  if (value === null) return { value, low: null, high: null, remark: 'The denominator is 0, so there is no ratio.' };
  if (parts.length < leastOrders)
    return {
      value,
      low: null,
      high: null,
      remark: `Too few ${of} for an interval: ${parts.length}, of ${leastOrders} at least.`,
    };
  const random = seededRandom(seed);
  const drawn: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const one = ratio(parts, poissonResample(once, random), fixed);
    if (one !== null) drawn.push(one);
  }
  // The percentile that a t interval of as many orders would reach, instead of a normal one.
  const t = stdtri(parts.length - 1, (1 - level) / 2);
  const tail = ndtr(t * Math.sqrt(parts.length / (parts.length - 1)));
  return { value, low: sampleQuantile(drawn, tail), high: sampleQuantile(drawn, 1 - tail) };
}

function ratio(parts: readonly Part[], weights: Float64Array, fixed: Part): number | null {
  let { numerator, denominator } = fixed;
  parts.forEach((part, place) => {
    const weight = weights[place] ?? 0;
    numerator += weight * part.numerator;
    denominator += weight * part.denominator;
  });
  return denominator === 0 ? null : numerator / denominator;
}
