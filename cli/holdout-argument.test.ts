import { expect, test } from '@jest/globals';
import { holdoutSchema } from '../lambdas/generate/market/holdout.ts';
import { addDays, daysBetween } from '../lambdas/shared/days.ts';
import { inhabitants } from '../lambdas/generate/market/departments.ts';
import { demoHoldout, holdoutArgument } from './holdout-argument.ts';

const range = { from: '2025-02-10', to: '2025-03-09' };

test.each([
  ['display:2025-02-10..2025-03-09', { channel: 'Display', ...range }],
  ['Paid Social:2025-02-10..2025-03-09:region=75', { channel: 'Paid Social', ...range, regions: ['75'] }],
  ['paid-social:2025-02-10..2025-03-09:regions=75,be', { channel: 'Paid Social', ...range, regions: ['75', 'BE'] }],
  ['paid-video:2025-02-10..2025-03-09:people=50', { channel: 'Paid Video', ...range, people: 50 }],
  ['paid-video:2025-02-10..2025-03-09:people=12.5%', { channel: 'Paid Video', ...range, people: 12.5 }],
])('%s', (text, holdout) => {
  expect(holdoutArgument(text)).toEqual([holdout]);
  expect(holdoutArgument(text, [{ channel: 'Display', ...range }])).toHaveLength(2);
});

test.each([
  ['display', /no holdout: write CHANNEL:FROM..TO/],
  ['display:2025-02-10', /no holdout/],
  ['email:2025-02-10..2025-03-09', /"email" cannot be held out: choose among/],
  ['display:2025-02-30..2025-03-09', /"2025-02-30" is not a day/],
  ['display:2025-03-10..2025-03-09', /ends before it begins/],
  ['display:2025-02-10..2025-03-09:people=0.5', /expected number to be >=1/],
  ['display:2025-02-10..2025-03-09:people=50:region=75', /no holdout/],
  ['display:2025-02-10..2025-03-09:region=ARA', /"ARA" is no region/],
])('%s is refused', (text, message) => expect(() => holdoutArgument(text)).toThrow(message));

test('the demo’s experiment takes six weeks, is over on the last day, and has as many days before in 90', () => {
  const { from, to, regions = [], ...rest } = demoHoldout('2026-11-26');
  expect([daysBetween(from, to), daysBetween(to, '2026-11-26')]).toEqual([41, 2]);
  expect(daysBetween(addDays('2026-11-26', -89), from)).toBeGreaterThanOrEqual(42);
  expect(holdoutSchema.safeParse({ from, to, regions, ...rest }).success).toBe(true);
  const people = (names: readonly string[]) => names.reduce((sum, name) => sum + (inhabitants[name] ?? 0), 0);
  expect(people(regions) / people(Object.keys(inhabitants))).toBeCloseTo(0.45, 1);
});
