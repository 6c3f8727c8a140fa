import { expect, test } from '@jest/globals';
import { firstFailure } from './answer.ts';
import { recordsOf } from './fixture.ts';

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
  expect(firstFailure(answer, recordsOf(3))).toBe(place);
});
