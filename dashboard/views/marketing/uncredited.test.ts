import { expect, test } from '@jest/globals';
import { uncreditedOf } from './uncredited.ts';

const row = (id: string, orders: number | null, spend: number | null, level: 'channel' | 'campaign' = 'channel') => ({
  id,
  level,
  orders,
  spend,
});

test.each<[string, ReturnType<typeof row>[], number | undefined]>([
  ['a fifth of them', [row('Unassigned', 2, 0), row('Display', 8, 5)], 0.2],
  ['all of them', [row('Unassigned', 3, 0), row('Display', 0, 5)], 1],
  ['fewer, as always', [row('Unassigned', 1.9, 0), row('Display', 8.1, 5)], undefined],
  ['where nothing was spent', [row('Unassigned', 9, 0), row('Direct', 1, 0)], undefined],
  ['where spend is not known', [row('Unassigned', 9, null), row('Display', 1, null)], undefined],
  ['where orders are not known', [row('Unassigned', null, 0), row('Display', null, 5)], undefined],
  ['where it alone is chosen', [row('Unassigned', 9, 0)], undefined],
  [
    'of campaigns nothing is counted twice',
    [row('Unassigned', 2, 0), row('Display', 8, 5), row('Display/x', 8, 5, 'campaign')],
    0.2,
  ],
])('orders that nobody is credited with: %s', (_, rows, share) => {
  expect(uncreditedOf(rows)).toEqual(share);
});
