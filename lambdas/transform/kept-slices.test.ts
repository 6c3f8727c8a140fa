/** What becomes of slices when their raw objects have expired, on a hand-made lake. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { addDays } from '../shared/days.ts';
import { keyOf, webEvent, withSmallLake, type SmallLake } from '../../test/small-lake.ts';

let engine: Engine;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kept-'));
  engine = await openEngine({ threads: 2, memoryMb: 600, spill: home });
});
afterAll(async () => {
  engine.close();
  await rm(home, { recursive: true });
});

const first = '2025-01-05';
const day = (n: number) => addDays(first, n);
const objectOf = (n: number) => `raw/web/events/dt=${day(n)}/a.jsonl.gz`;
const eventOn = (id: number, n: number) =>
  webEvent(id, { event_time: `${day(n)}T10:00:00.000Z`, received_at: `${day(n)}T10:00:00.250Z` });

/** Six days of events, of which the first four have expired. */
const expired = new Map([['raw_web_events', day(4)]]);
async function withEvents(work: (small: SmallLake) => Promise<void>): Promise<void> {
  await withSmallLake(engine, async (small) => {
    for (let n = 0; n < 6; n++) await small.drop(objectOf(n), [eventOn(n, n), eventOn(100 + n, n)]);
    await small.transform('web_events');
    await work(small);
  });
}
const takeAway = async ({ lake }: SmallLake, ...days: readonly number[]) => {
  for (const n of days) await lake.delete(objectOf(n));
};
const none = { built: [], removed: [], warnings: [] };

describe('slices whose raw objects', () => {
  test('have expired stay as they are, and a run has nothing to do', () =>
    withEvents(async (small) => {
      const before = await small.etags('web_events');
      await takeAway(small, 0, 1, 2, 3);
      expect(await small.transform('web_events', { expired })).toMatchObject(none);
      expect(await small.etags('web_events')).toEqual(before);
    }));

  test('have expired stay also where they may be removed, and where another SELECT would make them', () =>
    withEvents(async (small) => {
      const before = await small.etags('web_events');
      await takeAway(small, 0, 1, 2, 3);
      expect(await small.transform('web_events', { expired, mayRemove: true })).toMatchObject(none);
      // Another key is another code: what can be made again is.
      const other = await small.transform('web_events', { expired, secret: 'another secret, long enough' });
      expect(other.built.map((one) => one.day).toSorted()).toEqual([day(4), day(5)]);
      const after = await small.etags('web_events');
      for (let n = 0; n < 4; n++) expect(after.get(day(n))).toBe(before.get(day(n)));
    }));

  test('are gone though they have not expired are missed as before', () =>
    withEvents(async (small) => {
      await takeAway(small, 2, 3, 4, 5);
      await expect(small.transform('web_events', { expired: new Map([['raw_web_events', day(3)]]) })).rejects.toThrow(
        'no raw object is left for 3 of its 6 slices',
      );
      await expect(small.transform('web_events')).rejects.toThrow('no raw object is left for 4 of its 6 slices');
    }));

  test('have expired in part are not made again from the rest; what came late is told', () =>
    withEvents(async (small) => {
      const before = await small.etags('web_events');
      await takeAway(small, 0, 1, 2, 3);
      const late = `raw/web/events/dt=${day(1)}/late.jsonl.gz`;
      await small.drop(late, [eventOn(999, 1)]);
      for (let run = 0; run < 2; run++) {
        const { built, removed, warnings } = await small.transform('web_events', { expired });
        expect([built, removed]).toEqual([[], []]);
        expect(warnings).toEqual([
          `web_events of ${day(1)} stays as it is: raw objects that it was made from have expired. But ` +
            `records came late, in ${late}.`,
        ]);
      }
      expect(await small.etags('web_events')).toEqual(before);
    }));

  test('stand and were emptied, as by an erasure, go, however old they are', () =>
    withEvents(async (small) => {
      await takeAway(small, 0, 2, 3);
      await small.drop(objectOf(1), [], { rows: '0' });
      const { built, removed, warnings } = await small.transform('web_events', { expired });
      expect([built, removed, warnings]).toEqual([[], [day(1)], []]);
    }));

  test('held records of a later day leave that day as it is, too', () =>
    withSmallLake(engine, async (small) => {
      await small.drop(objectOf(0), [eventOn(1, 0), eventOn(2, 5)]);
      await small.drop(objectOf(5), [eventOn(3, 5)]);
      await small.transform('web_events');
      const before = await small.etags('web_events');
      await takeAway(small, 0);
      expect(await small.transform('web_events', { expired })).toMatchObject(none);
      expect(await small.etags('web_events')).toEqual(before);
    }));

  test('have expired, and that are missing themselves, are told, and come back from nowhere', () =>
    withEvents(async (small) => {
      await takeAway(small, 0, 1, 2, 3);
      await small.lake.delete(keyOf('web_events', day(2)));
      const { built, removed, warnings } = await small.transform('web_events', { expired });
      expect([built, removed]).toEqual([[], []]);
      expect(warnings).toEqual([
        `web_events of ${day(2)} stays as it is: raw objects that it was made from have expired. But its ` +
          'object is missing: put it back from a backup.',
      ]);
    }));

  test('have expired, with a day that never was built: it is built from what stands', () =>
    withEvents(async (small) => {
      await takeAway(small, 0, 1, 2, 3);
      await small.drop(`raw/web/events/dt=${day(-3)}/late.jsonl.gz`, [eventOn(999, -3)]);
      const { built, warnings } = await small.transform('web_events', { expired });
      expect([built.map((one) => one.day), warnings]).toEqual([[day(-3)], []]);
    }));
});

test('rejects that have expired are no reason to build a slice again; those that are missing are', () =>
  withSmallLake(engine, async (small) => {
    await small.drop(objectOf(0), [eventOn(1, 0), { ...eventOn(2, 0), event_name: 'nothing' }]);
    await small.transform('web_events');
    for (const key of await small.keys('ops/rejects/')) await small.lake.delete(key);
    const gone = new Map([['rejects', day(1)]]);
    expect(await small.transform('web_events', { expired: gone })).toMatchObject(none);
    const { built } = await small.transform('web_events');
    expect(built.map(({ reason }) => reason)).toEqual(['its rejects are missing']);
  }));
