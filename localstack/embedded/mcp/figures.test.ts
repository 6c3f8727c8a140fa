import { expect, test } from '@jest/globals';
import { notesOn } from './figures.ts';

const days = { first: '2026-01-01', last: '2026-03-10', over: '2026-03-09' };

test.each([
  ['whole days', { from: '2026-03-01', to: '2026-03-09' }, []],
  ['a day that goes on', { from: '2026-03-10', to: '2026-03-10' }, [/^2026-03-10 is not over .* 2026-03-09\.$/u]],
  [
    'days that begin before the data and end with a day that goes on',
    { from: '2025-12-01', to: '2026-03-10' },
    [/^Only a part/u, /is not over/u],
  ],
  ['days to come', { from: '2026-04-01', to: '2026-04-02' }, [/^There are no orders and no visits/u]],
])('%s are told as such', (_, period, told) => {
  expect(notesOn(period, days)).toEqual(told.map((words) => expect.stringMatching(words)));
});
