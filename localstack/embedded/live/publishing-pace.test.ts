import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { summaryJson } from '../../../cli/run.ts';
import { publishingMsOf, publishingPace } from './publishing-pace.ts';

/** A world of refreshes with a clock of its own. */
function world(publicationMs: number) {
  let now = 0;
  let timer: { at: number; call: () => void } | undefined;
  const published: number[] = [];
  let isBehind = false;
  const pace = publishingPace({
    clock: () => now,
    later(ms, call) {
      timer = { at: now + ms, call };
      return () => {
        timer = undefined;
      };
    },
    request: () => refresh(true),
  });
  function refresh(isForPublishing: boolean) {
    if (!isForPublishing) isBehind = true;
    if (!pace.isDue()) return pace.leftBehind();
    published.push(now);
    isBehind = false;
    now += publicationMs;
    pace.published(publicationMs);
  }
  return {
    pace,
    published,
    refresh: () => refresh(false),
    isBehind: () => isBehind,
    /** Lets time go on. */
    wait: (ms: number) => {
      const until = now + ms;
      while (timer !== undefined && timer.at <= until) {
        now = Math.max(now, timer.at);
        const { call } = timer;
        timer = undefined;
        call();
      }
      now = Math.max(now, until);
    },
  };
}

/** A run of four minutes that published for so many seconds of them. */
const runOf = (publishingSeconds: number | undefined) =>
  summaryJson({
    runId: 'r',
    seconds: 240,
    steps: [],
    checks: [],
    publishingSeconds,
    unread: [],
    strangers: [],
    damaged: [],
    refusedFiles: [],
    warnings: [],
    inbox: { imported: [], refused: [], notes: [], replaced: [], left: [] },
  });

test.each([
  ['published for three seconds', 3, 60_000],
  ['published for twenty seconds', 20, 200_000],
  ['found nothing new to publish', undefined, 60_000],
])('after a run of four minutes that %s the next publication is due when its own time says so', (_, seconds, wait) => {
  let now = 0;
  const pace = publishingPace({ clock: () => now, later: () => () => undefined, request: () => undefined });
  pace.published(publishingMsOf(runOf(seconds)));
  now = wait - 1;
  expect(pace.isDue()).toBe(false);
  now = wait;
  expect(pace.isDue()).toBe(true);
});

describe('what is published follows the lake at a pace', () => {
  test('the first refresh publishes at once, the next ones after a minute, and the last one of a visit too', () => {
    const { refresh, wait, published } = world(1000);
    refresh();
    wait(5000);
    refresh();
    wait(5000);
    refresh();
    wait(600_000);
    expect(published).toEqual([0, 61_000]);
  });

  test('whatever lands when: two publications are never closer than the pace, and nothing stays behind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.array(fc.nat(100_000), { maxLength: 60 }), (ms, waits) => {
        const { refresh, wait, published, isBehind } = world(ms);
        for (const pause of waits) {
          refresh();
          wait(pause);
        }
        wait(1_000_000);
        expect(isBehind()).toBe(false);
        const gaps = published.slice(1).map((at, i) => at - (published[i] ?? 0));
        expect(gaps.filter((gap) => gap < Math.max(60_000, 10 * ms))).toEqual([]);
      }),
    );
  });
});
