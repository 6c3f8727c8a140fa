import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dayNumber, isoOf, weekdayOf } from '../shared/day-numbers.ts';
import { lastWeek } from './week.ts';

const known = { from: dayNumber('2025-01-01'), to: dayNumber('2025-03-31') };
const at = (iso: string) => new Date(iso);

test('the last week is seven days from a Monday on, over in the shop’s zone, less than eight days ago', () => {
  const hours = fc.integer({ min: 24 * 20, max: 24 * 80 });
  fc.assert(
    fc.property(hours, fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Auckland'), (hour, zone) => {
      const now = new Date(known.from * 86_400_000 + hour * 3_600_000);
      const week = lastWeek(now, zone, known);
      const today = dayNumber(new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(now));
      expect(week?.isCut).toBe(false);
      expect([weekdayOf(week?.days.from ?? 1), (week?.days.to ?? 0) - (week?.days.from ?? 0)]).toEqual([0, 6]);
      expect(week?.days.to).toBeLessThan(today);
      expect(today - (week?.days.to ?? 0)).toBeLessThan(8);
      expect(week?.before).toEqual({ from: (week?.days.from ?? 0) - 7, to: (week?.days.to ?? 0) - 7 });
    }),
  );
});

test.each([
  // A Monday morning; in New York it is Sunday still.
  ['2025-03-10T03:00:00Z', 'Europe/Paris', ['2025-03-03', '2025-03-09'], false],
  ['2025-03-10T03:00:00Z', 'America/New_York', ['2025-02-24', '2025-03-02'], false],
  // The lake ends on Monday: six days are missing, and the report says so.
  ['2025-04-07T06:00:00Z', 'Europe/Paris', ['2025-03-31', '2025-03-31'], true],
])('at %s in %s it is %j', (now, zone, days, isCut) => {
  const week = lastWeek(at(now), zone, known);
  expect([[isoOf(week?.days.from ?? 0), isoOf(week?.days.to ?? 0)], week?.isCut]).toEqual([days, isCut]);
});

test('a week of which nothing is known is none', () => {
  expect(lastWeek(at('2025-04-14T06:00:00Z'), 'Europe/Paris', known)).toBeUndefined();
});
