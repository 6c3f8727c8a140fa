import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import type { RunSummary } from '../embedded/runner.ts';
import { outcome, refusedBy } from './outcome.ts';
import { unreadLines } from './unread-lines.ts';

const catalog = loadCatalog();

describe('a raw object that is not read', () => {
  test('is named with the place where it would be', () => {
    expect(unreadLines(['raw/web/events/dt=28-03-2025/x.jsonl', 'raw/web/events/2025-03-28/y'], catalog)).toEqual([
      'raw/web/events/dt=28-03-2025/x.jsonl is not read: it stands in no folder of a day. Move it, as to raw/web/events/dt=2025-01-31/x.jsonl',
      'raw/web/events/2025-03-28/y is not read: it stands in no folder of a day. Move it, as to raw/web/events/dt=2025-01-31/y',
    ]);
  });

  test('under no feed is named with the feeds that there are', () => {
    expect(unreadLines(['raw/web/event/dt=2025-03-28/x'], catalog)).toEqual([
      'raw/web/event/dt=2025-03-28/x is not read: it stands under no feed.', expect.stringMatching(/^The feeds: raw\/\S+\/, .*raw\/web\/events\//u),
    ]);
  });

  test('is one of five that are named; the others are counted', () => {
    const keys = Array.from({ length: 7 }, (_, i) => `raw/web/events/${i}`);
    expect(unreadLines(keys.slice(0, 5), catalog)).toHaveLength(5);
    expect(unreadLines(keys, catalog).slice(5)).toEqual(['and 2 more raw objects are not read.']);
    expect(unreadLines(keys.slice(1), catalog).slice(5)).toEqual(['and 1 more raw object is not read.']);
    expect(unreadLines([], catalog)).toEqual([]);
  });
});

describe('what a run came to', () => {
  const step = (slices: number, rejected: readonly (number | null)[], removed: readonly string[] = []): RunSummary['steps'][number] => ({
    step: 'transform', table: 'orders', slices, removed, built: rejected.map((n) => ({ day: '2025-01-01', rowsOut: 1, rejected: n, reason: 'never built' })),
  });
  const range = { from: '2030-01-01', to: '9999-12-31' };

  test.each([
    [[step(3, [0, 0]), step(2, [null])], undefined, 'built 3 of 5 slices; 0 of 0 checks hold'],
    [[step(3, [0], ['2025-01-02'])], undefined, 'built 1 of 3 slices, removed 1; 0 of 0 checks hold'],
    [[step(3, [])], undefined, 'nothing new: 3 slices stand'],
    [[step(3, [])], range, 'nothing new: 3 slices stand'],
    [[step(0, [])], undefined, 'nothing new: 0 slices stand'],
    [[step(0, []), step(0, [])], range, 'nothing to do: there is no slice from 2030-01-01'],
    [[step(0, [], ['2030-01-02'])], range, 'built 0 of 0 slices, removed 1; 0 of 0 checks hold'],
  ])('is said in one line (%#)', (steps, days, line) => expect(outcome({ steps, checks: [] }, days)).toBe(line));

  test('counts the records that its slices refused', () => expect(refusedBy({ steps: [step(3, [2, 0]), step(2, [null]), step(1, [5])] })).toBe(7));
});
