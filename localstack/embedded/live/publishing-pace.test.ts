import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { publishingPace } from './publishing-pace.ts';

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
