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
