import { expect, test } from '@jest/globals';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { batched, isFull } from './event.ts';

const record = (sequence: number, bytes = 1, partitionKey = 'k'): StreamRecord => ({
  data: Buffer.alloc(bytes),
  partitionKey,
  sequenceNumber: String(sequence),
  arrivedAt: new Date(Date.UTC(2026, 2, 10, 12, 0, sequence)),
});
const records = (count: number, bytes?: number) => Array.from({ length: count }, (_, i) => record(i, bytes));

test.each([
  ['no record', records(0), 3, []],
  ['fewer than may be', records(2), 3, [2]],
  ['as many as may be', records(3), 3, [3]],
  ['one more', records(4), 3, [3, 1]],
  // In Base64 three bytes take four, and the envelope of each is below 1 KB.
  ['what fits into 6 MB', records(2, 2_358_000), 9, [2]],
  ['what does not', records(2, 2_360_000), 9, [1, 1]],
  ['two and two of a third', records(5, 1_500_000), 9, [3, 2]],
  ['one that fits into nothing, alone', [record(1), record(2, 6_291_456), record(3)], 9, [1, 1, 1]],
] as const)('batches of %s', (_, given, size, sizes) => {
  const batches = batched(given, size);
  expect(batches.map((one) => one.length)).toEqual(sizes);
  expect(batches.flat()).toEqual(given);
});

test.each([
  // 700 around all, and of each record 700, four bytes for three of its data, three for each character of its key as JSON.
  ['6,291,456 bytes', 3 * 786_166, 'k', 3 * 786_167, 'kkk', 1],
  ['a byte more', 3 * 786_167, 'k', 3 * 786_167, 'kk', 2],
])('at most 6 MB are one invocation: %s', (_, bytes, key, others, otherKey, count) => {
  expect(batched([record(1, bytes, key), record(2, others, otherKey)], 9)).toHaveLength(count);
});

test('a partition key takes its place too, three bytes of each of its characters', () => {
  const key = 'k'.repeat(256);
  const sizes = (partitionKey: string) => batched([record(1, 2_358_000, partitionKey), record(2, 2_358_000)], 9).length;
  expect([sizes('k'), sizes(key.repeat(8))]).toEqual([1, 2]);
});

test.each([
  [2, 1, 3, false],
  [3, 1, 3, true],
  [4, 1, 3, true],
  [1, 6_291_456, 3, false],
  [2, 3_000_000, 3, true],
])('%d records of %d bytes, of at most %d, fill a batch: %p', (count, bytes, size, full) => {
  expect(isFull(records(count, bytes), size)).toBe(full);
});
