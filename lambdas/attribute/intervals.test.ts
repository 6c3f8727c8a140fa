import { describe, expect, test } from '@jest/globals';
import { randomBinomial, randomLogNormal, randomPoisson } from 'd3-random';
import { leastOrders, rateEstimate, ratioEstimate } from './intervals.ts';
import { poissonResample, seededRandom } from './random.ts';
import { sampleQuantile } from './statistics.ts';

describe('rates', () => {
  test.each([
    // Published: Brown, Cai and DasGupta (2001), Agresti and Coull (1998), and the rule of three for none of n.
    { successes: 0, trials: 20, low: 0, high: 0.1684 },
    { successes: 20, trials: 20, low: 0.8316, high: 1 },
    { successes: 1, trials: 10, low: 0.0025, high: 0.445 },
    { successes: 5, trials: 10, low: 0.1871, high: 0.8129 },
    { successes: 15, trials: 100, low: 0.0865, high: 0.2353 },
  ])('$successes of $trials', ({ successes, trials, low, high }) => {
    const estimate = rateEstimate(successes, trials);
    expect(estimate.value).toBe(successes / trials);
    expect(estimate.low).toBeCloseTo(low, 4);
    expect(estimate.high).toBeCloseTo(high, 4);
  });

  test('the ends are where the binomial law leaves 2.5 % outside: summed term by term', () => {
    const atLeast = (from: number, trials: number, rate: number) => {
      let term = (1 - rate) ** trials;
      let sum = 0;
      for (let count = 0; count <= trials; count += 1) {
        if (count >= from) sum += term;
        term *= ((trials - count) / (count + 1)) * (rate / (1 - rate));
      }
      return sum;
    };
    for (let trials = 2; trials <= 40; trials += 1)
      for (let successes = 1; successes < trials; successes += 1) {
        const { low, high } = rateEstimate(successes, trials);
        expect(atLeast(successes, trials, low ?? NaN)).toBeCloseTo(0.025, 9);
        expect(1 - atLeast(successes + 1, trials, high ?? NaN)).toBeCloseTo(0.025, 9);
      }
  });

  test.each([0.01, 0.1, 0.5])('cover a true rate of %d at least as often as they say, over 200 worlds', (rate) => {
    const worlds = randomBinomial.source(seededRandom(3))(100, rate);
    const covered = Array.from({ length: 200 }, () => rateEstimate(worlds(), 100)).filter(
      ({ low, high }) => (low ?? 1) <= rate && rate <= (high ?? 0),
    );
    // 95 % of 200 are 190, with a standard deviation of 3.
    expect(covered.length).toBeGreaterThanOrEqual(187);
  });

  test('no trial: null and words; counts that are none: refused', () => {
    expect(rateEstimate(0, 0)).toEqual({ value: null, low: null, high: null, remark: 'No trial, so no rate.' });
    for (const [successes, trials] of [
      [3, 2],
      [-1, 2],
      [0.5, 2],
      [1, NaN],
    ] as const)
      expect(() => rateEstimate(successes, trials)).toThrow(RangeError);
  });
});

/**
 * The orders of one world: Poisson many, of lognormal value (mean 50 × e^(0.5 × 0.6²) = 59.86 €), each credited in
 * part.
 */
function orders(seed: number, mean: number) {
  const random = seededRandom(seed);
  const value = randomLogNormal.source(random)(Math.log(50), 0.6);
  return Array.from({ length: randomPoisson.source(random)(mean)() }, () => ({
    credit: random() < 0.5 ? 1 : 0.5,
    value: value(),
  }));
}
const meanValue = 50 * Math.exp(0.18);
const spend = 1000;

describe('ratios of sums', () => {
  const figures = {
    ROAS: {
      truth: (mean: number) => (0.75 * mean * meanValue) / spend,
      of: (all: ReturnType<typeof orders>, seed: number) =>
        ratioEstimate(
          all.map(({ credit, value }) => ({ numerator: credit * value, denominator: 0 })),
          { fixed: { numerator: 0, denominator: spend }, replicates: 400, seed },
        ),
    },
    ROI: {
      truth: (mean: number) => (0.75 * mean * 0.4 * meanValue - spend) / spend,
      of: (all: ReturnType<typeof orders>, seed: number) =>
        ratioEstimate(
          all.map(({ credit, value }) => ({ numerator: credit * 0.4 * value, denominator: 0 })),
          { fixed: { numerator: -spend, denominator: spend }, replicates: 400, seed },
        ),
    },
    CAC: {
      truth: (mean: number) => spend / (0.75 * mean),
      of: (all: ReturnType<typeof orders>, seed: number) =>
        ratioEstimate(
          all.map(({ credit }) => ({ numerator: 0, denominator: credit })),
          { fixed: { numerator: spend, denominator: 0 }, replicates: 400, seed },
        ),
    },
    AOV: {
      truth: () => meanValue,
      of: (all: ReturnType<typeof orders>, seed: number) =>
        ratioEstimate(
          all.map(({ value }) => ({ numerator: value, denominator: 1 })),
          { replicates: 400, seed },
        ),
    },
  };

  test.each([
    ...Object.entries(figures).map(([name, figure]) => ({ name, mean: 25, figure })),
    { name: 'ROAS', mean: 100, figure: figures.ROAS },
  ])('$name of $mean orders covers the truth in 95 % of 200 worlds, as nearly as 200 can tell', ({ mean, figure }) => {
    const truth = figure.truth(mean);
    const estimates = Array.from({ length: 200 }, (_, seed) => figure.of(orders(seed, mean), seed));
    const covered = estimates.filter(
      ({ low, high }) => (low ?? Infinity) <= truth && truth <= (high ?? -Infinity),
    ).length;
    // 190 ± 3 standard deviations of 3.1; a skewed value may cost a few of 25 orders.
    expect(covered).toBeGreaterThanOrEqual(mean < 50 ? 178 : 181);
    expect(covered).toBeLessThanOrEqual(199);
  });

  test('the same seed gives the same interval, another one nearly the same', () => {
    const parts = orders(1, 200).map(({ value }) => ({ numerator: value, denominator: 1 }));
    const one = ratioEstimate(parts, { seed: 1 });
    expect(ratioEstimate(parts, { seed: 1 })).toEqual(one);
    const other = ratioEstimate(parts, { seed: 2 });
    expect(other.low).not.toBe(one.low);
    expect(Math.abs((other.low ?? NaN) / (one.low ?? NaN) - 1)).toBeLessThan(0.02);
  });

  test('of ten orders the percentiles are those of a t interval: 0.86 % and 99.14 %', () => {
    const values = [12, 80, 33, 45, 51, 20, 95, 61, 47, 38];
    const random = seededRandom(5);
    const drawn = Array.from({ length: 2000 }, () => {
      const weights = poissonResample(new Float64Array(10).fill(1), random);
      return (
        values.reduce((sum, value, place) => sum + value * (weights[place] ?? 0), 0) /
        weights.reduce((sum, weight) => sum + weight, 0)
      );
    });
    // t of 9 degrees of freedom at 97.5 % is 2.26216; 2.26216 × √(10/9) = 2.38453, and the normal law leaves 0.8551 %
    // below that.
    const { low, high } = ratioEstimate(
      values.map((value) => ({ numerator: value, denominator: 1 })),
      { replicates: 2000, seed: 5 },
    );
    expect(low).toBeCloseTo(sampleQuantile(drawn, 0.008551), 2);
    expect(high).toBeCloseTo(sampleQuantile(drawn, 0.991449), 2);
  });

  test('too few orders say so in words; without a denominator there is no ratio', () => {
    const parts = Array.from({ length: leastOrders - 1 }, () => ({ numerator: 10, denominator: 0 }));
    const fixed = { numerator: 0, denominator: 45 };
    expect(ratioEstimate(parts, { fixed })).toEqual({
      value: 2,
      low: null,
      high: null,
      remark: 'Too few orders for an interval: 9, of 10 at least.',
    });
    expect(ratioEstimate([...parts, { numerator: 10, denominator: 0 }], { fixed }).low).not.toBeNull();
    expect(ratioEstimate(parts, { of: 'customers', fixed }).remark).toBe(
      'Too few customers for an interval: 9, of 10 at least.',
    );
    expect(ratioEstimate(parts)).toEqual({
      value: null,
      low: null,
      high: null,
      remark: 'The denominator is 0, so there is no ratio.',
    });
  });
});
