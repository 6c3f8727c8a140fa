import { expect, test } from '@jest/globals';
import type { AnswerRow } from '../lambdas/shared/ports/warehouse.ts';
import { attributionText, readAttribution } from './attribution.ts';

const asked = { by: 'campaign', order: 1, replicates: 40, least: 30 } as const;
const path = (...touches: readonly string[]) => touches.join('\u001F');

/** A lake with these last days, and these journeys on whatever days. */
const lake = (
  lastOrder: string | null,
  lastVisit: string | null,
  journeys: readonly AnswerRow[] = [],
  first: string | null = '2025-01-01',
) => ({
  query: (sql: string) =>
    Promise.resolve({ columns: [], rows: sql.startsWith('WITH') ? journeys : [[lastOrder, lastVisit, first]] }),
});

const journeys: readonly AnswerRow[] = [
  [path('Paid Search: Brand', 'Direct'), 60, 20],
  [path('Direct'), 40, 400],
  [path('Email: one'), 3, 5],
  [path('Email: two', 'Direct'), 4, 5],
];

test('without days they are the 90 up to the last of which journeys without an order are known', async () => {
  const daysOf = async (lastOrder: string, lastVisit: string | null, days: { from?: string; to?: string } = {}) =>
    (await readAttribution(lake(lastOrder, lastVisit, journeys), { ...asked, ...days })).days;
  expect(await daysOf('2026-06-29', '2026-06-30')).toEqual({ from: '2026-03-02', to: '2026-05-30' });
  expect(await daysOf('2026-06-30', '2026-06-20')).toEqual({ from: '2026-02-21', to: '2026-05-21' });
  // Where no visit is known, nothing is waited for.
  expect(await daysOf('2026-06-30', null)).toEqual({ from: '2026-04-02', to: '2026-06-30' });
  expect(await daysOf('2026-06-30', '2026-06-30', { to: '2026-04-30' })).toEqual({
    from: '2026-01-31',
    to: '2026-04-30',
  });
  expect(await daysOf('2026-06-30', '2026-06-30', { from: '2026-05-01' })).toEqual({
    from: '2026-05-01',
    to: '2026-05-31',
  });
});

test('a lake of fewer days is asked for those that it has', async () => {
  const young = lake('2026-06-30', '2026-06-30', journeys, '2026-05-01');
  expect((await readAttribution(young, asked)).days).toEqual({ from: '2026-05-01', to: '2026-05-31' });
});

test('days before the first visit have journeys with an order alone: they are not asked for', async () => {
  const late = lake('2026-06-30', '2026-06-30', journeys, '2026-04-20');
  expect((await readAttribution(late, asked)).days).toEqual({ from: '2026-04-20', to: '2026-05-31' });
  await expect(readAttribution(late, { ...asked, from: '2026-04-01' })).rejects.toThrow(
    /known from 2026-04-20 on: .*--from 2026-04-20/,
  );
  await expect(readAttribution(late, { ...asked, to: '2026-04-01' })).rejects.toThrow(
    /--to 2026-04-01 is before 2026-04-20/,
  );
});

test.each([
  ['no order', lake(null, '2026-06-30'), {}, /no order that counts: import the orders/],
  [
    'a lake that is too young',
    lake('2026-06-30', '2026-06-30', journeys, '2026-06-10'),
    {},
    /has 2026-06-10 to 2026-06-30, and .* ask again when there are more days/,
  ],
  [
    'days that are too new',
    lake('2026-06-30', '2026-06-30'),
    { to: '2026-06-01' },
    /known up to 2026-05-31.*--to 2026-05-31/,
  ],
  ['days that are none', lake('2026-06-30', '2026-06-30'), { from: '2026-06-15' }, /--from 2026-06-15 is after/],
  [
    'no journey with one',
    lake('2026-06-30', '2026-06-30', [[path('Direct'), 0, 9]]),
    {},
    /No journey of .* ended with an order/,
  ],
])('of %s it says what to do', async (_, { query }, days, words) => {
  await expect(readAttribution({ query }, { ...asked, ...days })).rejects.toThrow(words);
});

test('it says on how many journeys the shares rest, how sure they are, and what was put together', async () => {
  const found = await readAttribution(lake('2026-06-30', '2026-06-30', journeys), asked);
  const text = attributionText(found, asked, 80);
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(
    /^What each campaign adds, by 107 journeys with an order and 430 without, 2026-03-03 to 2026-05-31/,
  );
  expect(text).toMatch(/^ ?Direct +104 +425 +\d+\.\d % +± \d+\.\d/m);
  expect(text).toMatch(/^ ?Email: small campaigns +7 +10 /m);
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(
    /2 campaigns that had a part in fewer than 30 orders are one .* not of what was caused/,
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
