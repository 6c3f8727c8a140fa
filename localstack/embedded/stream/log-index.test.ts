import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SparseIndex, SparseIndexes } from './log-index.ts';

const step = 65_536;

test('of records, the first of each step of 64 KB is noted', () => {
  const index = new SparseIndex();
  expect(index.before(5n)).toBe(0);
  for (const [sequence, position] of [
    [1n, 0],
    [2n, step - 1],
    [3n, step],
    [4n, step + 1],
    [5n, 2 * step - 1],
    [6n, 2 * step],
  ] as const)
    index.note(sequence, position);
  expect([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((sequence) => index.before(sequence))).toEqual([
    0,
    0,
    0,
    step,
    step,
    step,
    2 * step,
    2 * step,
  ]);
});

test('a reader begins at a record that is not behind the one it looks for, and at most two steps before it', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: step }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(lengths, (sizes) => {
      const index = new SparseIndex();
      const positions = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
      for (const [i, position] of positions.entries()) index.note(BigInt(i), position);
      for (const [i, position] of positions.entries()) {
        const begin = index.before(BigInt(i));
        expect(begin <= position && position - begin < 2 * step).toBe(true);
        expect(begin === 0 || positions.includes(begin)).toBe(true);
      }
    }),
  );
});

test('the indexes of a shard are kept for the segments that are there, and forgotten with the others', () => {
  const segments = (...paths: readonly string[]) => paths.map((path) => ({ path, first: 0n }));
  const indexes = new SparseIndexes();
  const [a] = indexes.of('one', segments('a', 'b')).values();
  expect(indexes.of('one', segments('a')).get('a')).toBe(a);
  expect(indexes.of('two', segments('a')).get('a')).not.toBe(a);
  expect(indexes.of('one', segments('c')).get('a')).toBeUndefined();
  expect(indexes.of('one', segments('a')).get('a')).not.toBe(a);
});
