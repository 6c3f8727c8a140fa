import { DuckDBTimestampTZValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerValue } from './answers.ts';
import { scalar } from './types.ts';

describe('a timestamp of microseconds', () => {
  test.each([
    [0n, '1970-01-01 00:00:00.000'],
    [999n, '1970-01-01 00:00:00.000'],
    [1000n, '1970-01-01 00:00:00.001'],
    [-1n, '1969-12-31 23:59:59.999'],
    [-1000n, '1969-12-31 23:59:59.999'],
    [-1001n, '1969-12-31 23:59:59.998'],
    [-86_400_000_000n, '1969-12-31 00:00:00.000'],
  ])('%s is %s: milliseconds begin before it, also before 1970', (micros, expected) => {
    expect(answerValue(new DuckDBTimestampValue(micros), scalar('timestamp'))).toBe(expected);
    expect(answerValue(new DuckDBTimestampTZValue(micros), scalar('utc'))).toBe(`${expected} UTC`);
  });

  test('is never later than it was, and less than a millisecond earlier', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -4_000_000_000_000_000n, max: 4_000_000_000_000_000n }), (micros) => {
        const told = answerValue(new DuckDBTimestampValue(micros), scalar('timestamp'));
        const lost = micros - BigInt(Date.parse(`${typeof told === 'string' ? told.replace(' ', 'T') : ''}Z`)) * 1000n;
        expect(lost >= 0n && lost < 1000n).toBe(true);
      }),
    );
  });
});

test('a real is the same float in fewer digits, a zero with its sign', () => {
  expect(answerValue(Math.fround(0.1), scalar('real'))).toBe(0.1);
  expect(answerValue(-0, scalar('real'))).toBe(-0);
  fc.assert(
    fc.property(fc.float(), (value) => {
      const told = Number(answerValue(value, scalar('real')));
      expect(Math.fround(told)).toBe(value);
      expect(String(told).length).toBeLessThanOrEqual(String(value).length);
    }),
  );
});
