import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { conversionProbability } from './absorption.ts';
import { markov, type MarkovModel } from './markov.ts';
import { countPaths, type Journey } from './paths.ts';
import { seededRandom } from './random.ts';
import { counted, journeys, someJourneys } from './samples.ts';
import type { Order } from './transitions.ts';

const effectsOf = (model: MarkovModel) => Object.fromEntries(model.effects.map(({ name, effect }) => [name, effect]));
const orders: readonly Order[] = [1, 2, 3];

const near = (effects: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(effects).map(([name, effect]) => [name, expect.closeTo(effect, 11)]));

describe('published cases come out right', () => {
  test.each([
    {
      source: 'Puzyrov, 2019: Markov chain attribution – simple explanation of removal effect',
      paths: ['2 × Google > converts', 'Mailing > converts', 'Google > Mailing > converts', 'Google > nothing'],
      probability: 0.8,
      effects: { Google: 0.75, Mailing: 0.5 },
    },
    {
      source: 'Bryl, 2016: Marketing multi-channel attribution model with R',
      paths: ['C1 > C2 > C3 > converts', 'C1 > nothing', 'C2 > C3 > nothing'],
      probability: 1 / 3,
      effects: { C1: 0.5, C2: 1, C3: 1 },
    },
  ])('$source', async ({ paths, probability, effects }) => {
    const model = markov(await counted(...paths));
    expect(model.conversionProbability).toBeCloseTo(probability, 11);
    expect(effectsOf(model)).toEqual(near(effects));
  });
});

/** The same by another way: the dense system (I − Q)·h = r of states as text, solved by LU decomposition. */
function denseEffects(all: readonly Journey[], order: Order): Record<string, number> {
  const counts = new Map<string, Map<string, number>>();
  for (const { touches, converted } of all) {
    const states = ['', ...touches.map((_, at) => touches.slice(Math.max(0, at + 1 - order), at + 1).join())];
    [...states, converted ? 'converts' : 'nothing'].forEach((to, at, list) => {
      const from = list[at - 1];
      if (from === undefined) return;
      const row = counts.get(from) ?? new Map<string, number>();
      counts.set(from, row.set(to, (row.get(to) ?? 0) + 1));
    });
  }
  const states = [...counts.keys()];
  const probability = (removed?: string) => {
    const kept = states.filter((state) => removed === undefined || !state.split(',').includes(removed));
    const share = (from: string, to: string) => {
      const row = counts.get(from) ?? new Map<string, number>();
      return (row.get(to) ?? 0) / [...row.values()].reduce((sum, count) => sum + count, 0);
    };
    const system = new Matrix(kept.map((from) => kept.map((to) => (from === to ? 1 : 0) - share(from, to))));
    return solve(system, Matrix.columnVector(kept.map((from) => share(from, 'converts')))).get(kept.indexOf(''), 0);
  };
  const names = [...new Set(all.flatMap(({ touches }) => touches))];
  return Object.fromEntries(names.map((name) => [name, 1 - probability(name) / probability()]));
}

describe.each(orders)('order %i', (order) => {
  test('agrees with a dense solve of a chain built by itself, and keeps the observed rate', async () => {
    await fc.assert(
      fc.asyncProperty(someJourneys(), async (all) => {
        const model = markov(await countPaths(all), { order });
        const expected = denseEffects(all, order);
        expect(Object.keys(expected).toSorted()).toEqual(model.effects.map(({ name }) => name));
        for (const { name, effect } of model.effects)
          expect(Math.abs(effect - (expected[name] ?? NaN))).toBeLessThan(1e-9);
        const rate = all.filter(({ converted }) => converted).length / all.length;
        expect(Math.abs(model.conversionProbability - rate)).toBeLessThan(1e-9);
      }),
    );
  });

  test('a channel on every converting journey has effect 1; one on none, effect 0; shares add up to 1', async () => {
    await fc.assert(
      fc.asyncProperty(someJourneys(['A', 'B', 'C']), async (all) => {
        const marked = all.map((journey) => ({
          ...journey,
          touches: [...journey.touches, journey.converted ? 'always' : 'never'],
        }));
        const model = markov(await countPaths(marked), { order });
        expect(effectsOf(model)['always']).toBeCloseTo(1, 9);
        expect(effectsOf(model)['never'] ?? 0).toBeCloseTo(0, 9);
        expect(model.effects.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

test('the first order does not see how often a touch is repeated at a stretch (Anderl et al., 2016); the second does', async () => {
  await fc.assert(
    fc.asyncProperty(someJourneys(), async (all) => {
      const collapsed = all.map((journey) => ({
        ...journey,
        touches: journey.touches.filter((touch, at, list) => touch !== list[at - 1]),
      }));
      const one = effectsOf(markov(await countPaths(all)));
      const other = effectsOf(markov(await countPaths(collapsed)));
      for (const [name, effect] of Object.entries(one)) expect(effect).toBeCloseTo(other[name] ?? NaN, 9);
    }),
  );
  const twice = await counted('A > A > nothing', 'B > A > A > converts');
  expect(effectsOf(markov(twice, { order: 2 }))).toEqual({ A: 1, B: 0.5 });
  const once = await counted('A > nothing', 'B > A > converts');
  expect(effectsOf(markov(once, { order: 2 }))).toEqual({ A: 1, B: 1 });
});

test('order 2 tells what order 1 cannot: B converts after A alone', async () => {
  const paths = await counted('50 × A > B > converts', '50 × C > B > nothing');
  expect(effectsOf(markov(paths))['C']).toBeCloseTo(0.5, 9);
  expect(effectsOf(markov(paths, { order: 2 }))).toEqual({ A: 1, B: 1, C: 0 });
});

test('journeys without a conversion count', async () => {
  // Of the conversions through B, as many begin at A as at B; with the lost ones, four of five journeys to B begin at
  // B.
  const lines = ['20 × A > B > converts', '20 × B > converts'];
  expect(effectsOf(markov(await counted(...lines)))['A']).toBeCloseTo(0.5, 9);
  expect(effectsOf(markov(await counted(...lines, '60 × B > nothing')))['A']).toBeCloseTo(0.2, 9);
});

test('journeys of a thousand steps are solved as well: two channels in turn, and one that stays', async () => {
  const long = Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? 'A' : 'B'));
  const all = [
    { touches: long, converted: true, value: 1 },
    { touches: long, converted: false, value: 0 },
    { touches: Array.from({ length: 1000 }, () => 'C'), converted: true, value: 1 },
  ];
  const model = markov(await countPaths(all));
  expect(model.conversionProbability).toBeCloseTo(2 / 3, 9);
  for (const [name, effect] of Object.entries(denseEffects(all, 1)))
    expect(effectsOf(model)[name]).toBeCloseTo(effect, 8);
});

test('without a conversion there is nothing to attribute, and it says so', async () => {
  const paths = await counted('A > nothing');
  expect(() => markov(paths)).toThrow('No journey of these converted, so there is nothing to attribute.');
});

test('a chain that does not end is given up with what to do, not answered', () => {
  const chain = {
    rowStart: Int32Array.of(0, 1, 2),
    column: Int32Array.of(1, 0),
    probability: Float64Array.of(1, 1),
    conversion: Float64Array.of(0, 0),
  };
  expect(() => conversionProbability(chain)).toThrow(/not solved to 1e-12 after 50000 sweeps.*Cut very long ones/);
});

test('an order too high for its journeys says so, with figures; the first order on many journeys does not', async () => {
  const random = seededRandom(5);
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
  const paths = await countPaths(
    Array.from({ length: 500 }, () => ({
      touches: Array.from({ length: 5 }, () => names[Math.floor(random() * 8)] ?? ''),
      converted: random() < 0.3,
      value: 1,
    })),
  );
  expect(markov(paths).remark).toBeUndefined();
  const third = markov(paths, { order: 3 });
  expect(third.thinShare).toBeGreaterThan(0.5);
  expect(third.remark).toMatch(
    /^Order 3 is too sparse: \d\d % of the steps leave a state that was seen fewer than 30 times\./,
  );
});

describe('standard errors', () => {
  /**
   * A world whose chain is known: half begin at A, half at B; A leads to B at 0.3, converts at 0.2; B converts at 0.3.
   */
  const world = (seed: number, size: number): Journey[] => {
    const random = seededRandom(seed);
    return Array.from({ length: size }, () => {
      if (random() < 0.5) return { touches: ['B'], converted: random() < 0.3, value: 1 };
      const next = random();
      if (next < 0.3) return { touches: ['A', 'B'], converted: random() < 0.3, value: 1 };
      return { touches: ['A'], converted: next < 0.5, value: 1 };
    });
  };

  test('are those of the share over worlds drawn anew', async () => {
    const shares: number[] = [];
    for (let seed = 1; seed <= 200; seed += 1)
      shares.push(markov(await countPaths(world(seed, 1000))).effects[0]?.share ?? NaN);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const spread = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1));
    const [a] = markov(await countPaths(world(1, 1000)), { replicates: 300, seed: 3 }).effects;
    // 200 worlds and 300 replicates know a standard deviation to within 5 and 4 %; three standard errors of both are 20
    // %.
    expect(Math.abs((a?.standardError ?? NaN) / spread - 1)).toBeLessThan(0.2);
  });

  test('are the same for the same seed, and shrink with the root of the journeys', async () => {
    const small = await countPaths(world(1, 1000));
    const large = await countPaths(world(2, 16_000));
    const error = (model: MarkovModel) => model.effects[0]?.standardError ?? NaN;
    const once = markov(small, { replicates: 100, seed: 7 });
    expect(markov(small, { replicates: 100, seed: 7 })).toEqual(once);
    expect(error(markov(small, { replicates: 100, seed: 8 }))).not.toBe(error(once));
    expect(error(once) / error(markov(large, { replicates: 100, seed: 7 }))).toBeGreaterThan(3);
    expect(error(once) / error(markov(large, { replicates: 100, seed: 7 }))).toBeLessThan(5.3);
  });

  test('where very few converted, a replicate without any is left out', async () => {
    const model = markov(await countPaths(journeys('A > converts', '3 × B > nothing')), { replicates: 50, seed: 1 });
    expect(model.effects.map(({ standardError }) => standardError)).toEqual([0, 0]);
  });
});
