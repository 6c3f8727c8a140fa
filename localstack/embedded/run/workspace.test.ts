import { expect, test } from '@jest/globals';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { inWords } from './workspace.ts';

const written = 'IO Error: Could not write file "/lake/.sillage/scratch/1": ';
const lake = { location: '/lake' };

test.each([
  [`${written}No space left on device`, 'is full. Free some space and run again'],
  [`${written}Disk quota exceeded`, 'has no room left for you'],
  [`${written}File too large`, 'takes no file so large. Raise the limit (ulimit -f)'],
  ['EFBIG: file too large, write', 'takes no file so large'],
])('what finds no room says so, and what to do: %s', (message, words) => {
  const told = inWords(lake, new Error(message));
  expect(told).toBeInstanceOf(LakeUnavailable);
  expect(String(told)).toContain(words);
});

test('any other error stays as it is', () => {
  const error = new Error('Binder Error: no such column');
  expect(inWords(lake, error)).toBe(error);
});
