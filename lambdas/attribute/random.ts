import { randomPoisson } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The next number in [0, 1). */
export type Random = () => number;

/**
 * A stream of numbers that the seed alone decides (Blackman and Vigna, 2018: xoroshiro128+).
 * @param seed a whole number
 */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Puts a list into a random order, in place (Fisher and Yates, 1938; Durstenfeld, 1964). */
export function shuffle(list: Int32Array, random: Random): void {
  for (let end = list.length - 1; end > 0; end -= 1) {
    const other = Math.floor(random() * (end + 1));
    const kept = list[end] ?? 0;
    list[end] = list[other] ?? 0;
    list[other] = kept;
  }
}

/**
 * One replicate of a bootstrap: each of `counts` observations gets a weight of its own from the Poisson law of mean 1,
 * so a group of n alike gets one of mean n (Hanley and MacGibbon, 2006: Creating non-parametric bootstrap samples using
 * Poisson frequencies).
 */
export function poissonResample(counts: ArrayLike<number>, random: Random): Float64Array {
  const poisson = randomPoisson.source(random);
  return Float64Array.from(counts, (count) =>
    count === 1 ? poissonOfOne(random()) : count > 0 ? poisson(count)() : 0,
  );
}

/** Distribution function of the Poisson law of mean 1, as far as a double tells it from 1. */
const upTo: number[] = [];
for (let [count, term, sum] = [1, Math.exp(-1), 0]; sum + term > sum; count += 1) {
  sum += term;
  upTo.push(sum);
  term /= count;
}

/** The Poisson law of mean 1 by inversion: bootstraps of single orders draw little else. */
function poissonOfOne(unit: number): number {
  let count = 0;
  while (count < upTo.length - 1 && unit >= (upTo[count] ?? 1)) count += 1;
  return count;
}

/** Mean of a sample; NaN of none. */
export const meanOf = (sample: readonly number[]): number =>
  sample.reduce((sum, value) => sum + value, 0) / sample.length;

/** Pearson's correlation of two samples of one length; null where one of them does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const [x, y] = [a, b].map((sample) => {
    const mean = meanOf(sample);
    return sample.map((value) => value - mean);
  });
  const product = (p: readonly number[] = [], q: readonly number[] = []) =>
    p.reduce((sum, value, at) => sum + value * (q[at] ?? 0), 0);
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread === 0 ? null : product(x, y) / spread;
}

/** Standard deviation of a sample; NaN for fewer than two. */
export function standardDeviation(sample: readonly number[]): number {
  if (sample.length < 2) return Number.NaN;
  const mean = meanOf(sample);
  return Math.sqrt(sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1));
}

/** The quantile of a sample, between neighbours linearly (Hyndman and Fan, 1996: type 7). @param share 0 to 1 */
export function sampleQuantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  return below + (at % 1) * ((sorted[Math.ceil(at)] ?? Number.NaN) - below);
}
