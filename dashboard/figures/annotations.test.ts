import { expect, test } from '@jest/globals';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import { annotationsIn } from './annotations.ts';
import { marketingTexts } from '../views/marketing/texts.ts';

const days = { from: dayNumber('2025-11-24'), to: dayNumber('2025-12-01') };

test('what the shop wrote down and the calendar knows stand in their order; what began before and goes on, too', () => {
  const written = [
    { day: '2025-11-26', text: 'Press article' },
    { day: '2025-11-20', to: '2025-11-25', text: 'Launch' },
    { day: '2025-11-20', to: '2025-11-23', text: 'over before' },
    { day: '2025-12-02', text: 'not yet' },
  ];
  expect(annotationsIn(days, written, marketingTexts.en.occasions)).toEqual([
    { from: dayNumber('2025-11-20'), to: dayNumber('2025-11-25'), label: 'Launch', isOwn: true },
    { from: dayNumber('2025-11-26'), to: dayNumber('2025-11-26'), label: 'Press article', isOwn: true },
    { from: dayNumber('2025-11-28'), to: dayNumber('2025-11-28'), label: 'Black Friday', isOwn: false },
  ]);
});
