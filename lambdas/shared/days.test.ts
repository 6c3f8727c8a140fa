import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOfKey, daysBetween, isDay, mondayOf } from './days.ts';

test.each([
  ['2025-01-05', true],
  ['2024-02-29', true],
  ['2025-02-29', false],
  ['2025-02-30', false],
  ['2025-13-01', false],
  ['2025-00-10', false],
  ['2025-1-5', false],
  ['20255-01-05', false],
  ['2025-01-05T00:00', false],
  ['', false],
])('isDay of %p is %p', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});

test.each([
  ['raw/web/events/dt=2025-01-05/a.gz', '2025-01-05'],
  ['dt=2025-01-05/a', '2025-01-05'],
  ['raw/dt=2025-02-30/a', undefined],
  ['raw/xdt=2025-01-05/a', undefined],
  ['raw/dt=2025-01-05', undefined],
  ['raw/a', undefined],
])('dayOfKey of %p is %p', (key, day) => {
  expect(dayOfKey(key)).toBe(day);
});

describe('days', () => {
  const day = fc
    .date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

  test('are added across months, years and the changes of clocks', () => {
    expect([
      addDays('2024-02-28', 1),
      addDays('2024-12-31', 1),
      addDays('2025-03-30', 1),
      addDays('2025-03-01', -1),
      addDays('2025-01-05', 0),
    ]).toEqual(['2024-02-29', '2025-01-01', '2025-03-31', '2025-02-28', '2025-01-05']);
    fc.assert(
      fc.property(day, fc.integer({ min: -400, max: 400 }), (from, count) => {
        expect(addDays(addDays(from, count), -count)).toBe(from);
        expect(Date.parse(addDays(from, count)) - Date.parse(from)).toBe(count * 86_400_000);
      }),
      { seed: 20250113 },
    );
  });
});

test('the Monday of a week, before and after 1970', () => {
  expect(['2026-03-09', '2026-03-10', '2026-03-15', '2026-03-16', '1970-01-01', '1969-12-28'].map(mondayOf)).toEqual([
    '2026-03-09',
    '2026-03-09',
    '2026-03-09',
    '2026-03-16',
    '1969-12-29',
    '1969-12-22',
  ]);
  for (let day = '1969-12-01'; day < '1970-02-01'; day = addDays(day, 1)) {
    expect(new Date(mondayOf(day)).getUTCDay()).toBe(1);
    expect([0, 1, 2, 3, 4, 5, 6]).toContain(daysBetween(mondayOf(day), day));
  }
});
