import { expect, test } from '@jest/globals';
import { dayNumber, isoOf } from '../day-numbers.ts';
import { blackFriday, easter, mothersDay, occasionsIn } from './occasions.ts';

// Published calendars.
test.each([
  [2024, '2024-03-31', '2024-05-26', '2024-11-29'],
  [2025, '2025-04-20', '2025-05-25', '2025-11-28'],
  [2026, '2026-04-05', '2026-05-31', '2026-11-27'],
  // Whit Sunday is the last Sunday of May: Mother's Day gives way.
  [2023, '2023-04-09', '2023-06-04', '2023-11-24'],
  [2038, '2038-04-25', '2038-05-30', '2038-11-26'],
])('%d: Easter %s, Mother’s Day %s, Black Friday %s', (year, sunday, mothers, friday) => {
  expect([easter(year), mothersDay(year), blackFriday(year)].map(isoOf)).toEqual([sunday, mothers, friday]);
});

test('occasions are those within the days, also across years', () => {
  const days = { from: dayNumber('2025-12-24'), to: dayNumber('2026-01-01') };
  expect(occasionsIn(days).map(({ day, occasion }) => `${isoOf(day)} ${occasion}`)).toEqual([
    '2025-12-25 christmas',
    '2026-01-01 newYear',
  ]);
});
