import { expect, test } from '@jest/globals';
import { maximise } from './likelihood.ts';

test('where the likelihood rises for ever, the person is told so in words of customers', () => {
  expect(() => maximise(([rate = NaN]) => rate, [1])).toThrow(/^too few of them came back yet/);
});
