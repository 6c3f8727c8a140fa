import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { journeyShares } from './journey-shares.ts';
import { smallOf } from './named-journeys.ts';
import { countPaths } from './paths.ts';
import { counted, someJourneys } from './samples.ts';

const options = { order: 1, replicates: 40, least: 1, poolOf: smallOf } as const;
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

test('the shares of each model add up to 1, and each journey is counted once for a name', async () => {
  await fc.assert(
    fc.asyncProperty(someJourneys(), async (journeys) => {
      const found = journeyShares(await countPaths(journeys), options);
      expect(sumOf(found.names.map(({ markov }) => markov.share))).toBeCloseTo(1, 9);
      expect(sumOf(found.names.map(({ shapley }) => shapley.share))).toBeCloseTo(1, 9);
      expect(found.conversions).toBe(journeys.filter(({ converted }) => converted).length);
      expect(found.conversions + found.nonConversions).toBe(journeys.length);
      for (const { name, conversions, nonConversions } of found.names) {
        const own = journeys.filter(({ touches }) => touches.includes(name));
        expect([conversions + nonConversions, conversions]).toEqual([
          own.length,
          own.filter(({ converted }) => converted).length,
        ]);
      }
    }),
    { numRuns: 30 },
  );
});

test('campaigns that few orders tell of are one with the others of their channel, and are counted', async () => {
  const paths = await counted(
    '40 × Email: spring > converts',
    '5 × Email: one > Direct > converts',
    '6 × Email: two > converts',
    '50 × Direct > nothing',
    '9 × Email: three > nothing',
  );
  const { names, pooled } = journeyShares(paths, { ...options, least: 30 });
  expect(pooled).toBe(3);
  expect(new Set(names.map(({ name, conversions, nonConversions }) => [name, conversions, nonConversions]))).toEqual(
    new Set([
      ['Direct', 5, 50],
      ['Email: small campaigns', 11, 9],
      ['Email: spring', 40, 0],
    ]),
  );
});

test('the errors: of Markov by chance of the journeys, of Shapley of the sampling alone, above 20 names', async () => {
  const few = journeyShares(await counted('30 × A > converts', '20 × B > A > converts', '90 × B > nothing'), options);
  for (const { markov, shapley } of few.names) {
    expect(markov.error).toBeGreaterThan(0);
    expect(shapley.error).toBe(0);
  }
  const many = Array.from({ length: 21 }, (_, n) => `C${n}`);
  const lines = many.flatMap((name, n) => [`${n + 2} × ${name} > C0 > converts`, `30 × ${name} > nothing`]);
  const { names } = journeyShares(await counted(...lines), options);
  expect(names.some(({ shapley }) => shapley.error > 0)).toBe(true);
});

test('the same journeys give the same figures, and an order that is too high says so', async () => {
  const paths = await counted('3 × A > B > converts', '2 × B > A > B > converts', '4 × A > nothing', '1 × B > nothing');
  expect(journeyShares(paths, options)).toEqual(journeyShares(paths, options));
  expect(journeyShares(paths, { ...options, order: 3 }).remark).toMatch(/^Order 3 is too sparse/);
});
