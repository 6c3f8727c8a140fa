import { randomNormal, randomPoisson } from 'd3-random';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../random.ts';
import { advise, whatIf } from './advise.ts';
import { carriedOver, meanOf, response, saturated } from './curve.ts';
import { whyNot } from './identified.ts';
import { fitResponse, type ChannelHistory, type Response } from './response.ts';

const days = 140;

interface Known {
  readonly channel: string;
  readonly spend: number;
  /** Orders a day that it causes at its mean spend. */
  readonly caused: number;
  readonly halfSaturation: number;
  readonly carryOver: number;
}
/** Of one pay more: nearly straight, and cheap. Of the other less: long saturated. */
const good: Known = { channel: 'Paid Social', spend: 100, caused: 16, halfSaturation: 4, carryOver: 0.4 };
const poor: Known = { channel: 'Paid Search', spend: 300, caused: 10, halfSaturation: 0.15, carryOver: 0.2 };

/** Orders of a shop whose curves are known: seasons, weekdays, counts by chance, spend that each channel moves on its own. Attribution credits twice what is caused. */
function shop(seed: number, channels: readonly Known[] = [good, poor]) {
  const random = seededRandom(seed);
  const normal = randomNormal.source(random)(0, 1);
  const poisson = randomPoisson.source(random);
  const spends = channels.map(({ spend }) => {
    let level = 0;
    return Array.from({ length: days }, (_, day) => {
      if (day % 7 === 0) level = 0.6 * normal();
      return spend * Math.exp(level + 0.2 * normal());
    });
  });
  const caused = channels.map(({ carryOver, halfSaturation, caused: orders }, n) =>
    saturated(carriedOver(spends[n] ?? [], carryOver), halfSaturation).map((share) => share * orders),
  );
  const orders = Array.from({ length: days }, (_, day) => {
    const season = 60 * (1 + 0.3 * Math.sin(day / 25)) * (day % 7 > 4 ? 1.2 : 1);
    return poisson(season + caused.reduce((sum, values) => sum + (values[day] ?? 0), 0))();
  });
  const histories = channels.map(({ channel, caused: own }, n): ChannelHistory => ({
    channel,
    spend: spends[n] ?? [],
    attributed: 2 * own,
    marginPerOrder: 20,
    incrementality: { incrementality: 0.6, low: 0.1, high: 1.1 },
    isTested: false,
  }));
  return { orders, histories };
}
const fits = new Map<number, Response>();
/** The fit of a shop, once for all tests. */
function fitted(seed: number): Response {
  const { orders, histories } = shop(seed);
  const one = fits.get(seed) ?? fitResponse(orders, histories, { seed });
  fits.set(seed, one);
  return one;
}

describe('a curve', () => {
  test('bends down, is 0 at nothing and 1 at the mean', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (half, at) => {
          const [before, here, after] = [at - 0.05, at, at + 0.05].map((pressure) => response(pressure, half));
          expect((here ?? 0) - (before ?? 0)).toBeGreaterThan((after ?? 0) - (here ?? 0) - 1e-12);
          expect([response(0, half), response(1, half)]).toEqual([0, expect.closeTo(1, 12)]);
        },
      ),
    );
  });

  test('carries over, by hand', () => {
    // Mean 10; half lasts: before the first day it was as usual.
    expect([...carriedOver([20, 0], 0.5)]).toEqual([0.5 * 1 + 0.5 * 2, 0.5 * 1.5]);
    expect([...carriedOver([20, 0], 0)]).toEqual([2, 0]);
  });
});

test('in shops whose curves are known (seeds 1 to 10), the money goes where the optimum is, and the gain is told', () => {
  const found = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => {
    const advice = advise(fitted(seed));
    const [social, search] = advice.channels;
    // What it truly brings, by the curves that the world was made with.
    const truly = [good, poor].reduce((sum, known, n) => {
      const one = advice.channels[n];
      const factor = (one?.advised ?? 0) / (one?.spend ?? 1);
      return sum + 20 * known.caused * (response(factor, known.halfSaturation) - 1);
    }, 0);
    return {
      seed,
      isRight: (social?.advised ?? 0) > (social?.spend ?? 0) && (search?.advised ?? 0) < (search?.spend ?? 0),
      truly,
      gain: advice.gain,
    };
  });
  expect(found.filter(({ isRight, truly }) => !isRight || truly <= 0)).toEqual([]);
  expect(
    found.filter(({ gain, truly }) => (gain.low ?? 0) > truly || (gain.high ?? 0) < truly).map(({ seed }) => seed)
      .length,
  ).toBeLessThanOrEqual(2);
});

test('the same data give the same advice, and the budget is what is divided', () => {
  const one = advise(fitted(3), { total: 450 });
  const { orders, histories } = shop(3);
  expect(advise(fitResponse(orders, histories, { seed: 3 }), { total: 450 })).toEqual(one);
  expect(one.channels.reduce((sum, { advised }) => sum + advised, 0)).toBeCloseTo(450, 6);
  const kept = advise(fitted(3), {
    bounds: { 'Paid Search': { least: 1, most: 1 }, 'Paid Social': { least: 0.9, most: 1.1 } },
  });
  expect(kept.channels.map(({ spend, advised }) => advised / spend)).toEqual([
    expect.closeTo(1, 2),
    expect.closeTo(1, 2),
  ]);
});

test('what 20 % more brings has an interval, and less per euro than the margin of the first', () => {
  const [social] = fitted(4).curves;
  if (social === undefined) throw new Error('no curve');
  const gain = whatIf(social, 1.2);
  const truly = 20 * good.caused * (response(1.2, good.halfSaturation) - 1) - 0.2 * social.meanSpend;
  expect(gain.low).toBeLessThan(truly);
  expect(gain.high).toBeGreaterThan(truly);
  expect(whatIf(social, 1)).toEqual({ value: 0, low: 0, high: 0 });
  expect(social.learnt).toBeGreaterThan(0.1);
});

describe('where the data cannot say, it says why', () => {
  const [social, search] = shop(1).histories;
  if (social === undefined || search === undefined) throw new Error('no channel');
  const twin = { ...search, spend: social.spend.map((one) => 3 * one) };
  const flat = { ...search, spend: search.spend.map(() => 300) };

  test.each<[string, ChannelHistory, readonly ChannelHistory[], RegExp]>([
    [
      'two that were moved together',
      twin,
      [social, twin],
      /Paid Search and Paid Social were raised and lowered together/,
    ],
    ['one that never moved', flat, [social, flat], /hardly varied \(by 0 %/],
    ['one without an order', { ...social, attributed: 0 }, [social], /No order is credited to Paid Social/],
    ['too few days', { ...social, spend: social.spend.slice(0, 30) }, [social], /has 30 days of spend, of 56/],
  ])('%s', (_, one, all, words) => {
    expect(whyNot(one, all)).toMatch(words);
  });

  test('an experiment tells two apart that were moved together', () => {
    expect(whyNot({ ...twin, isTested: true }, [social, twin])).toBeUndefined();
  });

  test('and divides no budget by it', () => {
    const { orders } = shop(1);
    const advice = advise(fitResponse(orders, [social, twin]));
    expect(advice.channels.map(({ spend, advised }) => advised - spend)).toEqual([0, 0]);
    expect(advice.remarks).toEqual([expect.stringMatching(/^Of no channel do the data say/)]);
    expect(advise(fitResponse(orders, [social, flat])).remarks).toEqual([expect.stringMatching(/^Only one channel/)]);
    expect(meanOf(flat.spend)).toBe(300);
  });
});
