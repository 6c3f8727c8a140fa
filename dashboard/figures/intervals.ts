import type { Figure } from './ratios.ts';

/** Where the true value lies with a confidence of 95 %, as far as chance in the number of orders goes. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Fewer orders than these say too little: instead of an interval, a reader is told so in words. */
export const fewestOrders = 10;

const z = 1.959964;

/**
 * Wilson's score interval of a rate (Wilson, 1927; recommended by Brown, Cai and DasGupta, 2001,
 * doi:10.1214/ss/1009213286).
 * @param successes at most `trials`, else there is no rate and no interval
 */
export function rateInterval(successes: number, trials: number): Interval | undefined {
  if (successes < 0 || successes > trials || trials <= 0) return undefined;
  const rate = successes / trials;
  const middle = (rate + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z / (1 + (z * z) / trials)) * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * Byar's approximation of the exact (Garwood) interval of a Poisson count (Breslow and Day, 1987, Statistical Methods
 * in Cancer Research II, p. 69): within 1 % of it from 10 on. Credits make counts with fractions, which it takes as
 * they are.
 */
export function countInterval(count: number): Interval {
  const low = count <= 0 ? 0 : count * (1 - 1 / (9 * count) - z / (3 * Math.sqrt(count))) ** 3;
  const above = count + 1;
  return { low: Math.max(0, low), high: above * (1 - 1 / (9 * above) + z / (3 * Math.sqrt(above))) ** 3 };
}

/**
 * Interval of a sum over orders: orders come as a Poisson process, each brings its own amount, so the variance of the
 * sum is the sum of the squares (compound Poisson; delta method for what is divided by a spend, which is known). An
 * order that two campaigns of one channel share is counted as two, which makes the interval a little too narrow there.
 */
export function sumInterval(sum: number, squares: number): Interval {
  const half = z * Math.sqrt(squares);
  return { low: sum - half, high: sum + half };
}

/** The interval of a figure that is a known function, rising or falling, of another one. */
export function mapped(interval: Interval | undefined, of: (value: number) => Figure): Interval | undefined {
  if (interval === undefined) return undefined;
  const [a, b] = [of(interval.low), of(interval.high)];
  return a === null || b === null ? undefined : { low: Math.min(a, b), high: Math.max(a, b) };
}
