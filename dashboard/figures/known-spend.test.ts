import { expect, test } from '@jest/globals';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import { martOf } from '../data/mart.fixture.ts';
import { endedSpend, lateSpend } from './known-spend.ts';

const within = (from: string, to: string) => ({ from: dayNumber(from), to: dayNumber(to) });

test.each([
  // Reports end within the days, the day before them, and four weeks before them; longer ago is no news.
  ['2026-03-10', true],
  ['2026-02-28', true],
  ['2026-02-01', true],
  ['2026-01-31', false],
  ['2026-03-31', false],
])('reports of a platform that end on %s: told of March is %s', (last, isTold) => {
  const ends = [{ platform: 'meta_ads', last }];
  expect(endedSpend({ spend_ends: ends }, within('2026-03-01', '2026-03-31'))).toEqual(isTold ? ends : []);
});

test('a channel that is credited before its costs are known is told, where it is more than a stray order', () => {
  const row = (day: string, channel: string, net_revenue_eur: number) => ({
    day: dayNumber(day),
    attribution_model: 'last',
    channel,
    net_revenue_eur,
  });
  const returns = martOf([
    row('2026-03-01', 'Paid Social', 6),
    row('2026-03-01', 'Display', 5),
    row('2026-03-02', 'Paid Social', 94),
    row('2026-03-02', 'Display', 95),
  ]);
  const [social, display] = ['Paid Social', 'Display'].map((channel) => ({ channel, first: '2026-03-02' }));
  const begins = [display, social].filter((one) => one !== undefined);
  const told = (from: string, model: string, channel?: string) =>
    lateSpend({ spend_begins: begins }, returns, { days: within(from, '2026-03-02'), model, channel });
  expect(told('2026-03-01', 'last')).toEqual([social]);
  expect(told('2026-03-01', 'last', 'Display')).toEqual([]);
  expect(told('2026-03-02', 'last')).toEqual([]);
  expect(told('2026-03-01', 'first')).toEqual([]);
  expect(lateSpend({}, returns, { days: within('2026-03-01', '2026-03-02'), model: 'last' })).toEqual([]);
});
