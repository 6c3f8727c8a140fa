import { describe, expect, test } from '@jest/globals';
import { totalmem } from 'node:os';
import { LimitReached } from '../lambdas/shared/ports/warehouse.ts';
import { UsageError } from './context.ts';
import { defaultMemoryMb, limitInWords, memoryArgument, secondsArgument } from './limits.ts';

describe('--memory', () => {
  test.each([
    ['500MB', 500],
    ['500 mb', 500],
    ['1gb', 1000],
    ['0.25GB', 250],
  ])('%s is %i MB', (text, megabytes) => expect(memoryArgument(text)).toBe(megabytes));
  test.each(['', '500', 'lots', '-1GB', '1TB', '1MB', '0GB', '999999999GB', 'NaNMB', '1e3MB'])(
    '%j is refused in words',
    (text) => {
      expect(() => memoryArgument(text)).toThrow(UsageError);
      expect(() => memoryArgument(text)).toThrow(/^--memory .*\d+MB/u);
    },
  );
  test('is half of the machine where nobody says otherwise', () => {
    expect(defaultMemoryMb()).toBeGreaterThanOrEqual(64);
    expect(defaultMemoryMb()).toBeLessThanOrEqual(totalmem() / 2e6);
  });
});

describe('--timeout', () => {
  test.each([
    ['60', 60],
    ['0.5', 0.5],
  ])('%s is %d s', (text, seconds) => expect(secondsArgument(text)).toBe(seconds));
  test.each(['', '0', '-1', 'ten', 'Infinity', '1m'])('%j is refused in words', (text) =>
    expect(() => secondsArgument(text)).toThrow(/^--timeout .*--timeout 60\.$/u),
  );
});

test.each([
  ['time', '--timeout'],
  ['memory', '--memory'],
] as const)('a limit of %s is told with %s', (limit, flag) => {
  expect(limitInWords(new LimitReached(limit, 'The query was ended.'))).toMatch(
    new RegExp(`^The query was ended\\. Ask for less .* ${flag}\\.$`, 'u'),
  );
});
