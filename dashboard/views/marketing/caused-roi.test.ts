import { expect, test } from '@jest/globals';
import { causedRoi } from './caused-roi.ts';

test.each([
  ['a gain', { spend: 100, margin: 150, low: 50, high: 300 }, 0.5, { low: -0.5, high: 2 }],
  ['a loss, which is the greater the more was caused', { spend: 100, margin: -20, low: -5, high: -40 }, -1.2, { low: -1.4, high: -1.05 }], // prettier-ignore
  ['nothing spent', { spend: 0, margin: 10, low: 5, high: 20 }, null, undefined],
  ['no margin that is known', { spend: 100, margin: null, low: null, high: null }, null, undefined],
] as const)('the return of %s has its ends in order', (_, caused, value, interval) => {
  expect(causedRoi(caused)).toEqual({ value, interval });
});
