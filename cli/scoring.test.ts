import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { memoryLake } from '../lambdas/shared/ports/memory-lake.ts';
import { rankCorrelation, scoreOf, scores } from './scoring.ts';
import stringWidth from 'string-width';
import { scoreReport } from './score.ts';
import { readTruth, type Earned } from './truth.ts';

const earned = (orders: number): Earned => ({ orders, revenue: 10 * orders, margin: 4 * orders });
const map = (orders: Readonly<Record<string, number>>) =>
  new Map(Object.entries(orders).map(([name, one]) => [name, earned(one)]));
const asked = { model: 'm', grain: 'channel', measure: 'orders' } as const;

test('a score by hand', () => {
  const score = scoreOf(asked, map({ email: 6, search: 4, display: 0 }), map({ email: 5, display: 10, direct: 5 }));
  expect(score).toMatchObject({ caused: 10, credited: 20 });
  // |5 − 6| + |0 − 4| + |10 − 0| + |5 − 0| = 20, of 10.
  expect(score.error).toBe(2);
  // Shares .25, 0, .5, .25 for .6, .4, 0, 0: half of .35 + .4 + .5 + .25.
  expect(score.misplaced).toBeCloseTo(0.75, 12);
  expect(score.overCredited).toEqual({ name: 'display', caused: 0, credited: 10 });
  expect(score.underCredited).toEqual({ name: 'search', caused: 4, credited: 0 });
  // Ranks of email, search, display, direct: caused 3 2 .5 .5, credited 1.5 0 3 1.5, so −2.25 ÷ √(4.5 · 4.5).
  expect(score.rankCorrelation).toBeCloseTo(-0.5, 12);
});

test.each([
  ['the same order', [1, 2, 3], [10, 20, 30], 1],
  ['the other way round', [1, 2, 3], [3, 2, 1], -1],
  ['all alike', [1, 1, 1], [1, 2, 3], null],
  ['one name', [1], [1], null],
  ['no name', [], [], null],
])('ranks: %s', (_, a, b, expected) => {
  expect(rankCorrelation(a, b)).toBe(expected);
});

test('where nothing was caused there is no error, and where nothing is credited no share', () => {
  expect(scoreOf(asked, map({ a: 0 }), map({ a: 3 }))).toMatchObject({
    error: null,
    misplaced: null,
    overCredited: null,
  });
  expect(scoreOf(asked, map({ a: 3 }), map({}))).toMatchObject({ error: 1, misplaced: null });
});

test('the truth itself scores without fault, and more of all the same only in its error', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 9 }), (orders) => {
      const caused = map(Object.fromEntries(orders.map((one, n) => [`c${n}`, one])));
      const same = scoreOf(asked, caused, caused);
      expect([same.error, same.misplaced, same.overCredited, same.underCredited]).toEqual([0, 0, null, null]);
      const twice = new Map(Array.from(caused, ([name, one]) => [name, earned(2 * one.orders)]));
      const double = scoreOf(asked, caused, twice);
      expect(double.error).toBeCloseTo(1, 9);
      expect(double.misplaced).toBeCloseTo(0, 9);
    }),
    { numRuns: 100, seed: 8 },
  );
});

const effect = (orders: number) => ({ orders, net_revenue_eur: 10 * orders, contribution_margin_eur: 4 * orders });

async function lakeWith(...days: readonly object[]) {
  const lake = memoryLake();
  for (const [n, day] of days.entries())
    await lake.put(`truth/incremental/dt=2026-03-0${n + 1}/truth.json`, JSON.stringify(day));
  return lake;
}

test('the truth is that of all days, by names as anybody writes them', async () => {
  const truth = await readTruth(
    await lakeWith(
      {
        all: effect(9),
        by_channel: { Email: effect(2) },
        by_campaign: { 'FR E\u0301te\u0301': effect(1) },
        by_influencer: {},
      },
      {
        all: effect(5),
        by_channel: { Email: effect(1), Display: effect(0) },
        by_campaign: { 'fr  Été': effect(1) },
        by_influencer: { 'lea.beaute': effect(1) },
      },
    ),
  );
  expect(truth.all).toEqual(earned(14));
  expect([...truth.caused.channel]).toEqual([
    ['email', earned(3)],
    ['display', earned(0)],
  ]);
  expect([...truth.caused.campaign]).toEqual([['fr été', earned(2)]]);
  expect([...truth.caused.influencer]).toEqual([['lea.beaute', earned(1)]]);
});

test('a lake without truth is refused: no real shop has any', async () => {
  await expect(readTruth(await lakeWith())).rejects.toThrow(
    'has no truth/incremental/: what really caused its orders is known of a simulated market alone.',
  );
});

test('the report has a line for each model and grain, the one that divides a budget best first', async () => {
  const truth = await readTruth(
    await lakeWith({
      all: effect(9),
      by_channel: { Email: effect(4), Display: effect(0) },
      by_campaign: { spring: effect(2) },
      by_influencer: { lea: effect(1) },
    }),
  );
  const wrong = { channel: map({ display: 9 }), campaign: map({}), influencer: map({ lea: 3 }) };
  const right = { channel: map({ email: 8, display: 1 }), campaign: map({ spring: 4 }), influencer: map({ lea: 1 }) };
  const all = scores(
    truth,
    new Map([
      ['wrong', wrong],
      ['right', right],
    ]),
  );
  expect(all).toHaveLength(2 * 3 * 3);
  const lines = scoreReport(truth, all).split('\n');
  expect(lines[0]).toBe(
    'Of 9 orders, channels caused 4 (an order that two were needed for counts twice). Attribution credits all of them.',
  );
  const at = lines.findIndex((line) => line.includes('by channel') && line.includes('misplaced'));
  expect(lines.slice(at + 2, at + 4).map((line) => line.trim().split(/ {2,}/u))).toEqual([
    ['right', '9', '125 %', '125 %', '125 %', '11 %', '1.00', 'display 1 for 0', 'email 8 for 4'],
    ['wrong', '9', '325 %', '325 %', '325 %', '100 %', '-1.00', 'display 9 for 0', 'email 0 for 4'],
  ]);

  // On a terminal no line is wider, and no name is cut: what does not fit beside a model stands in a table below.
  const narrow = scoreReport(truth, all, [], 60);
  expect(narrow.split('\n').filter((line) => stringWidth(line) > 60)).toEqual([]);
  for (const line of lines.slice(at + 2, at + 4))
    for (const cell of line.trim().split(/ {2,}/u)) expect(narrow).toContain(cell);
});
