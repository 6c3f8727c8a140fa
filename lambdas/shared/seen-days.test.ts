import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Workshop } from '../../athena/fixture.ts';
import { seenDaysSql } from './seen-days.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const order = (processed_at: string, local_date: string, is_conversion = true): Row => ({
  order_id: processed_at,
  processed_at: `${processed_at}.000`,
  local_date,
  is_conversion,
});
const visit = (started_at: string, local_date: string): Row => ({
  session_id: started_at,
  started_at: `${started_at}.000`,
  local_date,
});

test.each<[string, readonly Row[], readonly Row[], string | null, string | null]>([
  ['nothing', [], [], null, null],
  [
    'evenings in New York, which are the next day in UTC',
    [order('2026-11-06 04:30:00', '2026-11-05'), order('2026-11-10 01:00:00', '2026-11-09')],
    [visit('2026-11-10 02:00:00', '2026-11-09')],
    '2026-11-05',
    '2026-11-09',
  ],
  [
    'mornings in Tokyo, which are the day before in UTC',
    [order('2026-11-05 15:30:00', '2026-11-06')],
    [],
    '2026-11-06',
    '2026-11-06',
  ],
  [
    'visits that are older than the orders',
    [order('2026-03-10 10:00:00', '2026-03-10')],
    [visit('2025-03-10 10:00:00', '2025-03-10'), visit('2026-03-12 10:00:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-12',
  ],
  [
    'visits of half an hour after midnight in Paris, with which an export ends',
    [order('2026-03-10 10:00:00', '2026-03-10')],
    [visit('2026-03-11 23:30:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-11',
  ],
  [
    'visits alone',
    [],
    [visit('2026-03-10 10:00:00', '2026-03-10'), visit('2026-03-12 10:00:00', '2026-03-12')],
    '2026-03-10',
    '2026-03-12',
  ],
  [
    'an order of the future, and one that is no conversion',
    [
      order('2026-03-10 10:00:00', '2026-03-10'),
      order('2099-05-06 10:00:00', '2099-05-06'),
      order('2026-01-01 10:00:00', '2026-01-01', false),
    ],
    [],
    '2026-03-10',
    '2026-03-10',
  ],
])('%s', async (_, orders, sessions, first, last) => {
  expect(await workshop.view('order_days', { orders, sessions }, seenDaysSql)).toEqual([{ first, last }]);
});
