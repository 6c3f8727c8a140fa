import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { countInterval, rateInterval, sumInterval } from './intervals.ts';

/** Published: Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score without continuity correction). */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('Wilson: %d of %d is between %d and %d', (successes, trials, low, high) => {
  const interval = rateInterval(successes, trials);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

test.each([
  [5, 4],
  [-1, 4],
  [0, 0],
])('%d of %d is no rate', (successes, trials) => expect(rateInterval(successes, trials)).toBeUndefined());

/** Exact (Garwood, 1936), as in tables of confidence limits for a Poisson count. */
describe.each([
  [10, 4.795, 18.39],
  [20, 12.217, 30.888],
  [50, 37.111, 65.919],
  [100, 81.364, 121.627],
])('a count of %d', (count, low, high) => {
  test('is within 1 % of the exact limits', () => {
    const interval = countInterval(count);
    expect(Math.abs(interval.low / low - 1)).toBeLessThan(0.01);
    expect(Math.abs(interval.high / high - 1)).toBeLessThan(0.01);
  });
});

test('the interval of a sum holds the true mean in some 95 of 100 shops whose orders are simulated', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      // Orders by a Poisson process of 60, amounts exponential with mean 50: the expected sum is 3000.
      let state = seed >>> 0 || 1;
      const random = () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (state + 0.5) / 2 ** 32;
      };
      let held = 0;
      for (let shop = 0; shop < 1000; shop++) {
        let [sum, squares] = [0, 0];
        for (let time = -Math.log(random()); time < 60; time -= Math.log(random())) {
          const amount = -50 * Math.log(random());
          sum += amount;
          squares += amount * amount;
        }
        const { low, high } = sumInterval(sum, squares);
        if (low <= 3000 && high >= 3000) held++;
      }
      expect(held).toBeGreaterThan(900);
      expect(held).toBeLessThan(980);
    }),
    { numRuns: 3 },
  );
});
