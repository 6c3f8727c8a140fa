import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { comparisons } from '../app/state.ts';
import { dayNumber, isoOf, lengthOf, weekdayOf } from '../../lambdas/shared/day-numbers.ts';
import { comparedDays, daysBefore, daysOf, lastWholeDay } from './period.ts';

const days = (from: string, to: string) => ({ from: dayNumber(from), to: dayNumber(to) });
const told = (of: { from: number; to: number } | undefined) => of && [isoOf(of.from), isoOf(of.to)];

test.each([
  ['previous', '2025-03-04', '2025-03-31', ['2025-02-04', '2025-03-03']],
  ['weekday', '2025-03-01', '2025-03-31', ['2025-01-25', '2025-02-24']],
  ['weekday', '2025-03-25', '2025-03-31', ['2025-03-18', '2025-03-24']],
  ['year', '2025-03-01', '2025-03-31', ['2024-03-01', '2024-03-31']],
  ['year', '2024-02-29', '2024-03-01', ['2023-02-28', '2023-03-01']],
  ['none', '2025-03-01', '2025-03-31', undefined],
] as const)('%s of %s to %s is %j', (comparison, from, to, expected) => {
  expect(told(comparedDays(days(from, to), comparison))).toEqual(expected);
});

test('a comparison has as many days, all before; aligned ones begin on the same day of the week', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 40_000 }),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(...comparisons),
      (from, length, comparison) => {
        const of = { from, to: from + length };
        const compared = comparedDays(of, comparison);
        if (compared === undefined) return comparison === 'none';
        const isAligned = comparison !== 'weekday' || weekdayOf(compared.from) === weekdayOf(from);
        return lengthOf(compared) === lengthOf(of) && compared.from < from && isAligned;
      },
    ),
  );
});

test('a period has no days that nobody has seen', () => {
  const known = days('2025-01-01', '2025-03-31');
  expect(told(daysOf({ last: 90 }, days('2025-03-01', '2025-03-31')))).toEqual(['2025-03-01', '2025-03-31']);
  // Of today some hours are known.
  const last = days('2025-03-01', '2025-03-31');
  expect(told(daysOf({ last: 7 }, last, last.to - 1))).toEqual(['2025-03-24', '2025-03-30']);
  expect(told(daysOf({ last: 7 }, last, last.to + 200))).toEqual(['2025-03-25', '2025-03-31']);
  expect(told(daysOf(days('2024-12-01', '2025-01-02'), known))).toEqual(['2025-01-01', '2025-01-02']);
  expect(daysOf(days('2026-01-01', '2026-01-02'), known)).toBeUndefined();
});

test('nothing is compared with a day that still goes on', () => {
  const known = days('2025-01-01', '2025-03-31');
  const over = known.to - 1;
  expect(daysBefore(days('2025-03-31', '2025-03-31'), 'previous', known, over)).toBeUndefined();
  expect(told(daysBefore(days('2025-03-30', '2025-03-30'), 'previous', known, over))).toEqual([
    '2025-03-29',
    '2025-03-29',
  ]);
  expect(daysBefore(days('2025-01-01', '2025-01-02'), 'previous', known, over)).toBeUndefined();
});

test('the last whole day is over in the shop’s zone, and was not exported before its end', () => {
  const last = (whole: string | undefined, now: string) =>
    isoOf(lastWholeDay({ data_whole_to: whole, shop: { time_zone: 'Europe/Paris' } }, new Date(now)));
  expect(last('2025-03-30', '2025-04-20T08:00:00Z')).toBe('2025-03-30');
  expect(last('2025-03-31', '2025-03-31T08:00:00Z')).toBe('2025-03-30');
  // As releases before this one published it.
  expect(last(undefined, '2025-03-31T22:30:00Z')).toBe('2025-03-31');
});
