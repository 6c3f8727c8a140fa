import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { countPaths, type Journey, poolSmall } from './paths.ts';
import { counted, journeys, someJourneys } from './samples.ts';

test('journeys of one sequence are one type, with its conversions, the others and the value', async () => {
  const { names, types } = await counted(
    '2 × Search > Email > converts',
    'Search > Email > nothing',
    'Email > nothing',
  );
  expect(names).toEqual(['Email', 'Search']);
  expect(types).toEqual([
    { touches: [0], conversions: 0, nonConversions: 1, value: 0 },
    { touches: [1, 0], conversions: 2, nonConversions: 1, value: 2000 },
  ]);
});

test('a repeated touch is kept, and the order of touches tells types apart', async () => {
  const { types } = await counted('A > A > converts', 'A > converts', 'A > B > nothing', 'B > A > nothing');
  expect(types.map(({ touches }) => touches)).toEqual([[0], [0, 0], [0, 1], [1, 0]]);
});

test('whatever order they come in, and from an array or a cursor, the answer is the same; nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(someJourneys(), async (all) => {
      const paths = await countPaths(all);
      expect(await countPaths(all.toReversed())).toEqual(paths);
      expect(await countPaths(cursor(all))).toEqual(paths);
      const converted = all.filter((journey) => journey.converted);
      const sum = (key: 'conversions' | 'nonConversions' | 'value') =>
        paths.types.reduce((total, type) => total + type[key], 0);
      expect([sum('conversions'), sum('nonConversions'), sum('value')]).toEqual([
        converted.length,
        all.length - converted.length,
        converted.reduce((total, { value }) => total + value, 0),
      ]);
    }),
  );
});

async function* cursor(all: readonly Journey[]): AsyncGenerator<Journey> {
  yield* all;
}

test('a journey without a touch is refused, with what to do', async () => {
  await expect(countPaths([{ touches: [], converted: true, value: 1 }])).rejects.toThrow(
    'A journey has no touch. Give what nobody knows the cause of a touch of its own.',
  );
});

test('campaigns on fewer conversions than the least are pooled; conversions, not touches, decide', async () => {
  const paths = await countPaths(
    journeys(
      '3 × Meta/Spring > Meta/Spring > converts',
      '2 × Meta/Odd > Google/Brand > converts',
      '9 × Meta/Tiny > nothing',
      '3 × Google/Brand > converts',
    ),
  );
  const pooled = poolSmall(paths, { least: 3, poolOf: (name) => `${name.split('/')[0]}/small campaigns` });
  expect(pooled.names).toEqual(['Google/Brand', 'Meta/Spring', 'Meta/small campaigns']);
  expect(pooled.types).toEqual([
    { touches: [0], conversions: 3, nonConversions: 0, value: 3000 },
    { touches: [1, 1], conversions: 3, nonConversions: 0, value: 3000 },
    { touches: [2], conversions: 0, nonConversions: 9, value: 0 },
    { touches: [2, 0], conversions: 2, nonConversions: 0, value: 2000 },
  ]);
});
