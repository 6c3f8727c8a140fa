import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { RunSummary } from '../localstack/embedded/run/run-summary.ts';
import type { Unread } from '../localstack/embedded/run/unread.ts';
import { outcome, refusedBy } from './outcome.ts';
import { unreadLines } from './unread-lines.ts';

const catalog = loadCatalog();

describe('what is not read', () => {
  const lost = (key: string): Unread => ({ key, reason: 'it stands in no folder of a day.' });

  test('is named with the reason, its characters as escapes where a terminal would obey them', () => {
    expect(
      unreadLines(
        [lost('raw/web/events/a\n\u001B[2J\u202Eb'), { key: 'raw/web/events/c', reason: 'Move it to \u009B' }],
        catalog,
      ),
    ).toEqual([
      String.raw`raw/web/events/a\n\x1b[2J\u{202e}b is not read: it stands in no folder of a day.`,
      String.raw`raw/web/events/c is not read: Move it to \x9b`,
    ]);
  });

  test('under no feed is named with the feeds that there are', () => {
    expect(
      unreadLines([{ key: 'raw/web/event/dt=2025-03-28/x', reason: 'it stands under no feed.' }], catalog),
    ).toEqual([
      'raw/web/event/dt=2025-03-28/x is not read: it stands under no feed.',
      expect.stringMatching(/^The feeds: raw\/\S+\/, .*raw\/web\/events\//u),
    ]);
  });

  test('is named up to five; the others are counted', () => {
    const all = Array.from({ length: 7 }, (_, i) => lost(`raw/web/events/${i}`));
    expect(unreadLines(all.slice(0, 5), catalog)).toHaveLength(5);
    expect(unreadLines(all, catalog).slice(5)).toEqual([
      'and 2 more raw objects are not read: "sillage status --json" names them all.',
    ]);
    expect(unreadLines(all.slice(1), catalog).slice(5)).toEqual([
      'and 1 more raw object is not read: "sillage status --json" names them all.',
    ]);
    expect(unreadLines([], catalog)).toEqual([]);
  });
});

describe('what a run came to', () => {
  const step = (
    slices: number,
    rejected: readonly (number | null)[],
    removed: readonly string[] = [],
  ): RunSummary['steps'][number] => ({
    step: 'transform',
    table: 'orders',
    slices,
    removed,
    built: rejected.map((n) => ({ day: '2025-01-01', rowsOut: 1, rejected: n, reason: 'never built' })),
  });
  const range = { from: '2030-01-01', to: '9999-12-31' };

  test.each([
    [[step(3, [0, 0]), step(2, [null])], undefined, 'built 3 of 5 slices'],
    [[step(3, [0], ['2025-01-02'])], undefined, 'built 1 of 3 slices, removed 1'],
    [[step(3, [])], undefined, 'nothing new: 3 slices stand'],
    [[step(3, [])], range, 'nothing new: 3 slices stand'],
    [[step(0, [])], undefined, 'nothing new: 0 slices stand'],
    [[step(0, []), step(0, [])], range, 'nothing to do: there is no slice from 2030-01-01'],
    [[step(0, [], ['2030-01-02'])], range, 'built 0 of 0 slices, removed 1'],
  ])('is said in one line (%#)', (steps, days, line) => expect(outcome({ steps, checks: [] }, days)).toBe(line));

  const check = (severity: 'error' | 'warning', failures: number): RunSummary['checks'][number] => ({
    run_id: 'r',
    check_name: 'orders.order_id:unique',
    table_name: 'orders',
    severity,
    failures,
    checked: 9,
    checked_at: new Date(0),
  });

  test.each([
    [[['error', 0]], '; 1 of 1 checks hold'],
    [
      [
        ['error', 0],
        ['warning', 3],
      ],
      '; 1 of 2 checks hold, 1 warns',
    ],
    [
      [
        ['warning', 1],
        ['warning', 3],
      ],
      '; 0 of 2 checks hold, 2 warn',
    ],
    [
      [
        ['error', 2],
        ['error', 1],
        ['warning', 3],
      ],
      '; 0 of 3 checks hold, 2 fail, 1 warns',
    ],
    [
      [
        ['error', 2],
        ['warning', 0],
      ],
      '; 1 of 2 checks hold, 1 fails',
    ],
  ] as const)('of checks that do not hold it is said whether they fail the run (%#)', (found, line) =>
    expect(
      outcome({ steps: [step(1, [0])], checks: found.map(([severity, n]) => check(severity, n)) }, undefined),
    ).toBe(`built 1 of 1 slices${line}`),
  );

  test('counts the records that its slices refused', () =>
    expect(refusedBy({ steps: [step(3, [2, 0]), step(2, [null]), step(1, [5])] })).toBe(7));
});
