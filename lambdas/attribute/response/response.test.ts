import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { divide, gainOf, marginalReturn, type PlannedChannel } from './budget.ts';
import { baselineColumns, unexplained } from './baseline.ts';
import { addContribution, marginalMargin, steadyMargin, type Curve } from './curve.ts';
import { ellipticalSlice } from './elliptical-slice.ts';
import { fitResponse } from './fit-response.ts';
import { summary, type ChannelResponse } from './known-response.ts';
import { seededRandom } from '../random.ts';
import { correlation, standardDeviation } from '../statistics.ts';
import { refusalInWords } from './refusal-in-words.ts';
import { shopOf, type PlantedChannel } from './response.samples.ts';

const curve = fc.record({
  margin: fc.double({ min: 1, max: 1000, noNaN: true }),
  halfSaturation: fc.double({ min: 0.1, max: 10, noNaN: true }),
  halfLife: fc.double({ min: 0.2, max: 20, noNaN: true }),
});

describe('a curve', () => {
  test('brings its margin at the reference, and half of the most at the half-saturation', () => {
    const one: Curve = { margin: 300, halfSaturation: 2, halfLife: 3 };
    expect(steadyMargin(one, 100, 100)).toBeCloseTo(300, 9);
    expect(steadyMargin(one, 100, 0)).toBe(0);
    // The most is margin × (1 + 2) = 900.
    expect(steadyMargin(one, 100, 200)).toBeCloseTo(450, 9);
    expect(steadyMargin(one, 100, 1e9)).toBeCloseTo(900, 3);
  });

  test('rises, each euro by less; its marginal return is its slope', () => {
    fc.assert(
      fc.property(curve, fc.double({ min: 1, max: 500, noNaN: true }), (one, spend) => {
        const at = (more: number) => steadyMargin(one, 100, spend + more);
        const slope = (at(0.001) - at(-0.001)) / 0.002;
        expect(slope).toBeGreaterThan(0);
        expect(at(10) - at(0)).toBeLessThan(at(0) - at(-Math.min(10, spend)) + (10 - Math.min(10, spend)) * 1e6);
        expect(marginalMargin(one, 100, spend) / slope).toBeCloseTo(1, 4);
      }),
    );
  });

  test('carries a day over to the next ones, by halves', () => {
    const sum = new Float64Array(8);
    // So far from saturation that the curve is a line of slope 3.
    const line: Curve = { margin: 3, halfSaturation: 1e9, halfLife: 1 };
    addContribution(line, 1, [0, 0, 0, 0, 0, 0, 0, 8], sum);
    expect([...sum].slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(sum[7]).toBeCloseTo(12, 5);
    const steady = new Float64Array(3);
    addContribution(line, 1, [5, 5, 5], steady);
    for (const one of steady) expect(one).toBeCloseTo(15, 5);
  });
});

describe('the baseline', () => {
  test('explains weekdays, a trend that turns, and named days, and nothing else', () => {
    const days = Array.from({ length: 120 }, (_, i) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10));
    const occasions = new Map([
      [days[50] ?? '', 'a'],
      [days[51] ?? '', 'a'],
      [days[80] ?? '', 'b'],
    ]);
    const { squares, rank } = unexplained(baselineColumns(days, occasions));
    // One, six weekdays, a line and one turn, two occasions.
    expect(rank).toBe(11);
    const explained = days.map(
      (day, i) => 5 + (i % 7) + 0.3 * i + 2 * Math.max(0, i - 56) + (occasions.get(day) === 'a' ? 40 : 0),
    );
    expect(squares(Float64Array.from(explained))).toBeLessThan(1e-6 * explained.length * 1e4);
    const odd = Float64Array.from(explained, (value, i) => value + (i === 20 ? 10 : 0));
    expect(squares(odd)).toBeGreaterThan(60);
    expect(squares(odd)).toBeLessThan(100);
  });

  test('columns that say the same count once', () => {
    const column = [1, 2, 3, 4];
    expect(unexplained([[1, 1, 1, 1], column, column.map((one) => 2 * one + 1)]).rank).toBe(2);
  });
});

test('the sampler finds a posterior that is known: normal prior, normal likelihood', () => {
  // Mean 0, variance 1 before; one observation of 2 with variance 0.25: mean 1.6, variance 0.2.
  const draws = ellipticalSlice((at) => -((2 - (at[0] ?? 0)) ** 2) / (2 * 0.25), {
    axes: 2,
    kept: 4000,
    thin: 2,
    random: seededRandom(7),
  });
  const along = (axis: number) => draws.map((at) => at[axis] ?? 0);
  expect(summary(along(0)).middle).toBeCloseTo(1.6, 1);
  expect(standardDeviation(along(0)) ** 2).toBeCloseTo(0.2, 1);
  expect(summary(along(1)).middle).toBeCloseTo(0, 0);
  expect(standardDeviation(along(1))).toBeCloseTo(1, 0);
});

const planned = (response: ChannelResponse, today: number, more: Partial<PlannedChannel> = {}): PlannedChannel => ({
  response,
  today,
  min: 0,
  max: 10 * today,
  ...more,
});
const sure = (channel: string, one: Curve, reference: number): ChannelResponse => ({
  channel,
  reference,
  curves: [one],
  learnt: 1,
  basis: 'planted',
});

describe('a budget', () => {
  test('is divided as no other division of the same steps does better', () => {
    fc.assert(
      fc.property(fc.array(curve, { minLength: 2, maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (curves, steps) => {
        const channels = curves.map((one, i) => planned(sure(`c${i}`, one, 100), 100));
        const plan = divide(channels, { total: steps * 10, step: 10 });
        const value = (spends: readonly number[]) =>
          curves.reduce((sum, one, i) => sum + steadyMargin(one, 100, spends[i] ?? 0), 0);
        const found = value(curves.map((_, i) => plan.spend.get(`c${i}`) ?? 0));
        const divisions = (left: number, places: number): number[][] =>
          places === 1
            ? [[left]]
            : Array.from({ length: left + 1 }, (_, n) => n).flatMap((n) =>
                divisions(left - n, places - 1).map((rest) => [n, ...rest]),
              );
        for (const other of divisions(steps, curves.length))
          expect(found).toBeGreaterThanOrEqual(value(other.map((n) => n * 10)) - 1e-6);
      }),
      { numRuns: 30 },
    );
  });

  test('keeps to its limits, and what does not fit them is refused in words', () => {
    const good = sure('good', { margin: 500, halfSaturation: 1, halfLife: 1 }, 100);
    const bad = sure('bad', { margin: 1, halfSaturation: 1, halfLife: 1 }, 100);
    const channels = [planned(good, 100, { max: 150 }), planned(bad, 100, { min: 20 })];
    expect(divide(channels, { total: 200, step: 5 }).spend).toEqual(
      new Map([
        ['good', 150],
        ['bad', 50],
      ]),
    );
    expect(() => divide(channels, { total: 10, step: 5 })).toThrow(/does not fit the limits/u);
    // What brings less than it costs may be kept: good stops where the next euro brings one, bad at its least.
    const kept = divide(channels, { total: 1000, step: 1, keep: true });
    expect(kept.spend.get('bad')).toBe(20);
    expect(kept.spend.get('good')).toBe(150);
    expect(
      gainOf(
        channels,
        new Map([
          ['good', 100],
          ['bad', 100],
        ]),
      ).middle,
    ).toBe(0);
  });
});

/** At the reference: search pays well at the margin, display hardly brings anything, social is between. */
const market: readonly PlantedChannel[] = [
  { channel: 'search', spend: 100, curve: { margin: 250, halfSaturation: 1.5, halfLife: 1 } },
  { channel: 'social', spend: 200, curve: { margin: 220, halfSaturation: 0.8, halfLife: 4 } },
  { channel: 'display', spend: 100, curve: { margin: 10, halfSaturation: 1, halfLife: 3 }, believed: 150 },
];

describe('the fit of a shop whose curves are planted', () => {
  test.each([1])('finds which channel is worth more, and what the advice would bring (seed %i)', (seed) => {
    const fit = fitResponse(shopOf(market, { seed, days: 120, noise: 40 }), seed);
    expect(fit.scaleReduction).toBeLessThan(1.2);
    const of = (channel: string) => fit.channels.find((one) => one.channel === channel);
    for (const { channel, spend } of market)
      expect([of(channel)?.refusal, of(channel)?.reference]).toEqual([undefined, expect.closeTo(spend, -2)]);
    const [search, social, display] = market.map(({ channel, spend }) => {
      const response = of(channel);
      if (response === undefined) throw new Error(channel);
      return {
        planned: planned(response, spend, { min: 0.5 * spend, max: 1.5 * spend }),
        next: marginalReturn(response, spend),
      };
    });
    // Planted: 250 × 1.5 / (100 × 2.5) = 1.5; 220 × .8 / (200 × 1.8) = .49; .05.
    expect(search?.next.middle).toBeGreaterThan(social?.next.middle ?? Infinity);
    expect(social?.next.middle).toBeGreaterThan(display?.next.middle ?? Infinity);
    expect(search?.next.low).toBeLessThan(1.5);
    expect(search?.next.high).toBeGreaterThan(1.5);
    const channels = [search, social, display].flatMap((one) => (one ? [one.planned] : []));
    const plan = divide(channels, { total: 400, step: 4 });
    expect(plan.spend.get('search')).toBeCloseTo(150, 0);
    expect(plan.spend.get('display')).toBeLessThan(80);
    // What it would really bring, by the planted curves.
    const truth = market.reduce(
      (sum, one) =>
        sum +
        steadyMargin(one.curve, one.spend, plan.spend.get(one.channel) ?? 0) -
        steadyMargin(one.curve, one.spend, one.spend),
      0,
    );
    expect(truth).toBeGreaterThan(0);
    // Its interval of 90 % has it in 9 of 10 shops; twice its width has it in each of these.
    const { middle, low, high } = plan.gain;
    expect(truth).toBeGreaterThan(middle - 2 * (middle - low));
    expect(truth).toBeLessThan(middle + 2 * (high - middle));
  });

  test('says nothing of spends that move together, hardly move, or stood still for most of the time', () => {
    const twin: PlantedChannel = {
      channel: 'shopping',
      spend: 50,
      curve: { margin: 90, halfSaturation: 1, halfLife: 1 },
      follows: ['search', 0.5],
    };
    const both = fitResponse(shopOf([...market, twin], { seed: 4, days: 70, noise: 30 }));
    const refusal = (fit: typeof both, channel: string) => {
      const found = fit.channels.find((one) => one.channel === channel)?.refusal;
      return found && refusalInWords(found);
    };
    expect(refusal(both, 'search')).toMatch(/rose and fell with that of shopping \(correlation 1\.00\)/u);
    expect(refusal(both, 'shopping')).toMatch(/rose and fell with that of search/u);
    expect(refusal(both, 'display')).toBeUndefined();
    const still = fitResponse(shopOf(market, { seed: 5, days: 60, noise: 150, spread: 0 }));
    expect(refusal(still, 'social')).toMatch(/spend changed too little/u);
    const history = shopOf(market, { seed: 6, days: 60, noise: 40 });
    const brief = fitResponse({
      ...history,
      channels: history.channels.map((one) =>
        one.channel === 'social' ? { ...one, spend: one.spend.map((spend, day) => (day < 13 ? spend : 0)) } : one,
      ),
    });
    expect(refusal(brief, 'social')).toBe('it has spend on 13 days only, of 14 at least');
  });

  test('an experiment speaks where the days do not', () => {
    const history = shopOf(market, { seed: 5, days: 60, noise: 150, spread: 0 });
    const measured = fitResponse({
      ...history,
      channels: history.channels.map((one) => ({
        ...one,
        prior: { ...one.prior, spread: 0.2, basis: 'measured: e1', tested: 0.9 },
      })),
    });
    expect(measured.channels.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined]);
  });

  test('is the same for the same seed, and wants eight weeks', () => {
    const history = shopOf(market.slice(0, 1), { seed: 1, days: 60, noise: 40 });
    expect(fitResponse(history, 3)).toEqual(fitResponse(history, 3));
    expect(() => fitResponse({ ...history, days: history.days.slice(0, 55) })).toThrow('55 days are too few');
  });
});

test('correlation is that of the textbook', () => {
  expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  expect(correlation([1, 2, 3, 4], [1, -1, -1, 1])).toBeCloseTo(0, 12);
  expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull();
});
