import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { earnedBy, touchCredits } from './credit.ts';
import { markov } from './markov.ts';
import { countPaths } from './paths.ts';
import { someJourneys } from './samples.ts';
import { shapley } from './shapley.ts';
import type { Order } from './transitions.ts';

const weightOf = (weights: Readonly<Record<string, number>>) => (name: string) => weights[name] ?? 0;

test.each([
  ['in proportion to the weights', ['A', 'B'], { A: 3, B: 1 }, [0.75, 0.25]],
  ['a repeated channel earns no more, and shares evenly', ['A', 'B', 'A'], { A: 3, B: 1 }, [0.375, 0.25, 0.375]],
  ['what is not on the path takes nothing', ['B'], { A: 3, B: 1 }, [1]],
  ['a weight below 0 is 0', ['A', 'B'], { A: -1, B: 2 }, [0, 1]],
  ['a channel that the model does not know', ['A', 'X'], { A: 1 }, [1, 0]],
  ['none known: all alike', ['X', 'Y', 'Y'], {}, [0.5, 0.25, 0.25]],
])('%s', (_, touches, weights, credits) => {
  expect(touchCredits(touches, weightOf(weights))).toEqual(credits);
});

const weights = {
  'Markov, order 1': markovWeights(1),
  'Markov, order 2': markovWeights(2),
  'Markov, order 3': markovWeights(3),
  'Shapley of conversions': shapleyWeights('conversions'),
  'Shapley of the rate': shapleyWeights('rate'),
};

function markovWeights(order: Order) {
  return (paths: Parameters<typeof markov>[0]) => markov(paths, { order }).effects.map(({ effect }) => effect);
}

function shapleyWeights(worth: 'conversions' | 'rate') {
  return (paths: Parameters<typeof shapley>[0]) => shapley(paths, { worth }).values.map(({ weight }) => weight);
}

test.each(Object.entries(weights))(
  '%s: each order’s credits add up to 1, and all credits to the orders and their value',
  async (_, of) => {
    await fc.assert(
      fc.asyncProperty(someJourneys(), async (all) => {
        const paths = await countPaths(all);
        const weight = of(paths);
        for (const { touches } of paths.types) {
          const credits = touchCredits(touches, (name) => weight[name] ?? 0);
          expect(Math.abs(credits.reduce((sum, credit) => sum + credit, 0) - 1)).toBeLessThan(1e-9);
          expect(Math.min(...credits)).toBeGreaterThanOrEqual(0);
        }
        const converted = all.filter((journey) => journey.converted);
        const earned = earnedBy(paths, weight);
        expect(earned.reduce((sum, { conversions }) => sum + conversions, 0)).toBeCloseTo(converted.length, 9);
        expect(earned.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(
          converted.reduce((sum, { value }) => sum + value, 0),
          4,
        );
      }),
    );
  },
);

test('Shapley of conversions: the credits of all orders by channel are the values themselves', async () => {
  await fc.assert(
    fc.asyncProperty(someJourneys(), async (all) => {
      const paths = await countPaths(all);
      const { values } = shapley(paths);
      const earned = earnedBy(
        paths,
        values.map(({ weight }) => weight),
      );
      values.forEach(({ value }, place) => expect(earned[place]?.conversions).toBeCloseTo(value, 9));
    }),
  );
});
