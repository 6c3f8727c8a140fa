import { expect, test } from '@jest/globals';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { firstFailure } from './answer.ts';

const record = (sequence: number): StreamRecord => ({
  data: Buffer.alloc(1),
  partitionKey: 'k',
  sequenceNumber: String(sequence),
  arrivedAt: new Date(Date.UTC(2026, 2, 10, 12, 0, sequence)),
});
const records = (count: number) => Array.from({ length: count }, (_, i) => record(i));

const named = (...sequences: readonly string[]) => ({
  batchItemFailures: sequences.map((itemIdentifier) => ({ itemIdentifier })),
});
test.each([
  [undefined, undefined],
  [null, undefined],
  [{}, undefined],
  [{ batchItemFailures: null }, undefined],
  [named(), undefined],
  [named('1'), 1],
  [named('0'), 0],
  [named('2', '1'), 1],
  [named('2', 'none'), 0],
  ['text', 0],
  [{ batchItemFailures: [{}] }, 0],
])('by the answer %j the first record that failed is %p', (answer, place) => {
  expect(firstFailure(answer, records(3))).toBe(place);
});
