import { describe, expect, test } from '@jest/globals';
import {
  differenceInDifferences,
  interval,
  isSeen,
  sizeable,
  varianceBetween,
  type LogEffect,
  type Unknown,
} from './difference.ts';
import { beforeDuring, panelOf, sumIn, type BeforeDuring } from './panel.ts';
import { pauseEffect } from './pause.ts';
import { syntheticControl } from './synthetic-control.ts';
import { world } from './worlds.samples.ts';

const known = (one: LogEffect | Unknown): LogEffect => {
  if ('unknown' in one) throw new Error(one.unknown);
  return one;
};
const counts = (before: number, during: number): BeforeDuring => ({
  before: { value: before, squares: before },
  during: { value: during, squares: during },
});
const [before, during] = [
  { from: 0, to: 56 },
  { from: 56, to: 84 },
];
const seeds = Array.from({ length: 100 }, (_, seed) => seed + 1);

/**
 * By a method, how many of the 100 worlds have the planted effect in their interval, and in how many an effect is seen.
 */
function outOf100(lift: number, method: (seed: number) => LogEffect) {
  const planted = Math.log(1 - lift);
  const found = seeds.map((seed) => ({ seed, one: method(seed) }));
  const missed = found.filter(({ one }) => !(interval(one).low <= planted && planted <= interval(one).high));
  return {
    covered: 100 - missed.length,
    seen: found.filter(({ one }) => isSeen(one)).length,
    missed: missed.map(({ seed }) => seed),
  };
}

/** Two methods read the same worlds. */
const worlds = new Map<string, ReturnType<typeof world>>();
function worldOf(seed: number, lift: number) {
  const one = worlds.get(`${seed} ${lift}`) ?? world(seed, { lift });
  worlds.set(`${seed} ${lift}`, one);
  return one;
}

const did = (lift: number) => (seed: number) => {
  const { panel, heldOut } = worldOf(seed, lift);
  const areas = panel.series.map((series) => ({ series, sums: beforeDuring(series, before, during) }));
  const of = (isHeldOut: boolean) =>
    areas.filter(({ series }) => heldOut.has(series.area) === isHeldOut).map(({ sums }) => sums);
  return known(differenceInDifferences(of(true), of(false)));
};
const synthetic = (lift: number) => (seed: number) => {
  const { panel, heldOut } = worldOf(seed, lift);
  const of = (isHeldOut: boolean) => panel.series.filter(({ area }) => heldOut.has(area) === isHeldOut);
  return known(syntheticControl(of(true), of(false), { before, during, seed }));
};
const pause = (lift: number) => (seed: number) => {
  const { panel } = world(seed, { lift: 0, from: 999, days: 196, areas: 1 });
  const [whole] = panel.series;
  if (whole === undefined) throw new Error('no area');
  // Of what there was in the pause a part is taken away, order by order, by counting.
  const sums = whole.sums.map((sum, day) => (day >= 168 ? Math.round(sum * (1 - lift)) : sum));
  return known(pauseEffect({ area: 'all', sums, squares: sums }, { from: 168, to: 196 }));
};

describe('difference in differences', () => {
  test('is the closed form, by hand', () => {
    // 100 → 90 where it was withheld; 4 × (200 → 220) elsewhere, all alike: nothing between areas.
    const one = known(
      differenceInDifferences(
        [counts(100, 90)],
        Array.from({ length: 4 }, () => counts(200, 220)),
      ),
    );
    expect(one.effect).toBeCloseTo(Math.log((90 / 100) * (800 / 880)), 12);
    expect(one.standardError).toBeCloseTo(Math.sqrt(1 / 100 + 1 / 90 + 1 / 800 + 1 / 880), 12);
    expect(one.degrees).toBe(3);
    // t(3) at 97.5 %, from tables: 3.182.
    expect(interval(one).high - one.effect).toBeCloseTo(3.182446 * one.standardError, 5);
  });

  test('what differs between areas beyond chance, by hand', () => {
    const areas = [counts(100, 100), counts(100, 200), counts(100, 50), counts(100, 100)];
    const [y, w] = [
      areas.map((area) => Math.log(area.during.value / area.before.value)),
      areas.map((area) => 1 / (1 / area.before.value + 1 / area.during.value)),
    ];
    const sum = (of: (n: number) => number) => [0, 1, 2, 3].reduce((all, n) => all + of(n), 0);
    const weight = (n: number) => w[n] ?? 0;
    const mean = sum((n) => weight(n) * (y[n] ?? 0)) / sum(weight);
    const q = sum((n) => weight(n) * ((y[n] ?? 0) - mean) ** 2);
    const expected = (q - 3) / (sum(weight) - sum((n) => weight(n) ** 2) / sum(weight));
    expect(varianceBetween(areas)).toBeCloseTo(expected, 12);
    expect(varianceBetween(areas.map(() => counts(100, 100)))).toBe(0);
  });

  test('small areas are put together, and none is lost', () => {
    const areas = [counts(50, 60), counts(6, 6), counts(5, 5), counts(3, 2)];
    expect(sizeable(areas)).toEqual([counts(50, 60), counts(14, 13)]);
    expect(sizeable([counts(1, 1)])).toEqual([]);
  });

  test.each([
    ['areas', [counts(100, 90)], [counts(200, 220)], /too few or too small: 1 with/],
    ['orders', [counts(5, 3)], Array.from({ length: 9 }, () => counts(200, 220)), /^Too few orders/],
    ['nothing at all', [], [], /: 0 with/],
  ])('too few %s: it says so', (_, heldOut, controls, words) => {
    expect(differenceInDifferences(heldOut, controls)).toEqual({ unknown: expect.stringMatching(words) as unknown });
  });
});

describe('in 100 worlds (seeds 1 to 100), with seasons, areas of unlike size and noise of their own, one odd area', () => {
  test.each([
    ['difference in differences', did, 0.2],
    ['difference in differences', did, 0],
    ['synthetic control', synthetic, 0.2],
    ['synthetic control', synthetic, 0],
    ['a pause', pause, 0.3],
    ['a pause', pause, 0],
  ])('%s: a planted lift is in its interval in 90, a placebo is rejected in 10 at most', (name, method, lift) => {
    const found = outOf100(lift, method(lift));
    console.info(`${name}, ${lift}:`, JSON.stringify(found));
    expect(found.covered).toBeGreaterThanOrEqual(90);
    // Where nothing is planted, to see an effect is to miss it: both follow from the same intervals.
    expect(lift === 0 ? found.seen : 0).toBeLessThanOrEqual(10);
  });
});

test('a pause with too little before it: it says so', () => {
  const sums = new Float64Array(84).fill(50);
  expect(pauseEffect({ area: 'all', sums, squares: sums }, { from: 56, to: 84 })).toEqual({
    unknown: expect.stringMatching(/needs 4 stretches .* the lake has 2\./) as unknown,
  });
});

test('a panel has every day, and only its days', () => {
  const row = (area: string, day: string) => ({
    area,
    day,
    orders: 1,
    revenue: 5,
    revenueSquares: 25,
    margin: 2,
    marginSquares: 4,
  });
  const rows = [row('13', '2026-01-01'), row('13', '2026-01-03'), row('75', '2026-01-03'), row('75', '2026-01-04')];
  const panel = panelOf(rows, 'revenue', { from: '2026-01-01', to: '2026-01-03' });
  expect(panel.series.map(({ area, sums }) => [area, [...sums]])).toEqual([
    ['13', [5, 0, 5]],
    ['75', [0, 0, 5]],
  ]);
  expect(panel.series.map((series) => sumIn(series, { from: 1, to: 3 }))).toEqual([
    { value: 5, squares: 25 },
    { value: 5, squares: 25 },
  ]);
});

test('an area whose orders before lie outside the whole weeks is left out of a synthetic control, which stays a number', () => {
  const { panel, heldOut } = worldOf(1, 0);
  const others = panel.series.filter(({ area }) => !heldOut.has(area));
  // 53 days: the first four are of no whole week. Its orders are of day 4, and of each day of the experiment.
  const window = { from: 3, to: 56 };
  const orders = Float64Array.from(others[0]?.sums ?? [], (_, day) => (day >= 56 ? 1 : day === 4 ? 15 : 0));
  const early = { area: 'early', sums: orders, squares: orders };
  const read = syntheticControl(
    panel.series.filter(({ area }) => heldOut.has(area)),
    [...others, early],
    { before: window, during, seed: 1 },
  );
  if ('unknown' in read) throw new Error(read.unknown);
  expect([read.effect, read.standardError].every(Number.isFinite)).toBe(true);
  expect(read.weights.map(([area]) => area)).not.toContain('early');
});
