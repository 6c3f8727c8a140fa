import { expect, test } from '@jest/globals';
import { poissonResample, seededRandom, shuffle } from './random.ts';
import { sampleQuantile, standardDeviation } from './statistics.ts';

test('a seed gives one stream, another seed another', () => {
  const five = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, random);
  };
  expect(five(1)).toEqual(five(1));
  expect(five(1)).not.toEqual(five(2));
  expect(five(1).every((number) => number >= 0 && number < 1)).toBe(true);
});

test('standard deviation and quantiles of known samples', () => {
  expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(standardDeviation([1])).toBeNaN();
  expect([0, 0.25, 0.5, 0.9, 1].map((share) => sampleQuantile([5, 1, 2, 3, 4], share))).toEqual([
    1,
    2,
    3,
    expect.closeTo(4.6, 12),
    5,
  ]);
});

test.each([1, 7, 400])(
  'a replicate of %i alike has the mean and the variance of the Poisson law, and of none none',
  (count) => {
    const drawn = [...poissonResample(new Float64Array(4000).fill(count), seededRandom(6))];
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    // Four standard errors of the mean and of the variance.
    expect(Math.abs(mean - count)).toBeLessThan(4 * Math.sqrt(count / 4000));
    expect(Math.abs(standardDeviation(drawn) ** 2 / count - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / count) / 4000));
    expect([...poissonResample([0, 0], seededRandom(6))]).toEqual([0, 0]);
  },
);

test('each of the six orders of three comes as often', () => {
  const random = seededRandom(8);
  const times = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw += 1) {
    const list = Int32Array.of(0, 1, 2);
    shuffle(list, random);
    times.set(list.join(''), (times.get(list.join('')) ?? 0) + 1);
  }
  expect(times.size).toBe(6);
  // 1000 each, with a standard deviation of 29.
  for (const count of times.values()) expect(Math.abs(count - 1000)).toBeLessThan(116);
});
