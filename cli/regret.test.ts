import { expect, test } from '@jest/globals';
import { memoryLake } from '../lambdas/shared/ports/memory-lake.ts';
import { generate } from '../lambdas/generate/generate.ts';
import { advices, budgetAdvice, readCurves, regrets } from './regret.ts';
import { scoreReport } from './score.ts';
import type { Earned } from './truth.ts';

/** √ of the spend: 100 EUR on each, and a is worth twice what b is. */
const curves = new Map([
  ['A', { spend: 100, margin: (multiple: number) => 400 * Math.sqrt(multiple) }],
  ['B', { spend: 100, margin: (multiple: number) => 200 * Math.sqrt(multiple) }],
]);
const margin = (eur: number): Earned => ({ orders: 0, revenue: 0, margin: eur });
const credits = (a: number, b: number) => ({
  channel: new Map([
    ['a', margin(a)],
    ['b', margin(b)],
    ['direct', margin(999)],
  ]),
  campaign: new Map<string, Earned>(),
  influencer: new Map<string, Earned>(),
});

test('regret by hand: the best division goes by the squares, 160 and 40', () => {
  const found = regrets(
    curves,
    advices(
      curves,
      new Map([
        ['misled', credits(1, 3)],
        ['right', credits(40, 10)],
        ['mute', credits(0, 0)],
      ]),
    ),
  );
  const best = 400 * Math.sqrt(1.6) + 200 * Math.sqrt(0.4) - 200;
  expect(found.map(({ name }) => name)).toEqual(['the best division', 'right', 'as it was spent', 'misled', 'mute']);
  expect(found[0]?.spend).toEqual({ A: expect.closeTo(160, 0), B: expect.closeTo(40, 0) });
  const regretOf = (name: string) => found.find((one) => one.name === name)?.regret;
  expect(regretOf('right')).toBeCloseTo(0, 1);
  expect(regretOf('as it was spent')).toBeCloseTo(best - 400, 1);
  expect(regretOf('misled')).toBeCloseTo(best - (400 * Math.sqrt(0.5) + 200 * Math.sqrt(1.5) - 200), 1);
  expect(regretOf('mute')).toBeCloseTo(best, 1);
});

test('a generated lake has its curves; another has none, and no regret', async () => {
  expect(regrets(await readCurves(memoryLake()), [])).toEqual([]);
  const lake = memoryLake();
  await generate(lake, { from: '2026-03-02', to: '2026-03-05', eventsPerDay: 1500, dirt: 0, sources: ['influencers'] });
  const found = await readCurves(lake);
  expect([...found.keys()].toSorted()).toEqual(expect.arrayContaining(['Display', 'Paid Search', 'Paid Social']));
  const [best, today] = regrets(found, advices(found, new Map()));
  expect([best?.name, today?.name]).toEqual(['the best division', 'as it was spent']);
  expect(today?.regret).toBeGreaterThan(0);
  expect(scoreReport({ all: margin(0), caused: credits(0, 0) }, [], regrets(found, []))).toContain('the best division');
});

const known = {
  brings: { low: 0, middle: 0, high: 0 },
  next: { low: 0, middle: 0, high: 0 },
  learnt: 1,
  basis: 'prior',
};

test('the advice of sillage budget is of one day, and is compared with as much money as was spent', () => {
  const advised = budgetAdvice(curves, [
    { channel: 'A', today: 2, advised: 3, ...known },
    { channel: 'B', today: 5, advised: null, ...known },
  ]);
  // A by half more, B as it was: 150 and 100, of 200.
  expect(advised).toEqual({ name: 'sillage budget', spend: { A: 120, B: 80 } });
});
