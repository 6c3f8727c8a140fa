/** Days with their month in letters: a French Tuesday (“mar.”) was March, and a clock before the day was its number. */
import { expect, test } from '@jest/globals';
import { Dates } from './dates.ts';

test.each([
  ['mar. 4 févr. 2025', '2025-02-04'],
  ['mar. 1 avr. 2025', '2025-04-01'],
  ['Mar 2 déc. 2025', '2025-12-02'],
  ['mar. 4 mars 2025', '2025-03-04'],
  ['mardi 4 février 2025', '2025-02-04'],
  ['Tue, Mar 4, 2025', '2025-03-04'],
  ['Mar 4, 2025', '2025-03-04'],
  ['09:30, 12 mars 2025', '2025-03-12'],
  ['10h30 le 12 mars 2025', '2025-03-12'],
  ['Mar 12, 2025, 09:30 AM', '2025-03-12'],
])('%s', (text, day) => {
  expect(new Dates(undefined, 'fr').read(text)).toBe(day);
});
