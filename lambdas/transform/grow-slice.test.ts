import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { keyOf, uuid, webEvent, withSmallLake, type SmallLake } from '../../test/small-lake.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-grow-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

const day = '2025-01-05';
const web = (name: string, of = day) => `raw/web/events/dt=${of}/${name}.jsonl.gz`;
const event = (n: number, over: Readonly<Record<string, unknown>> = {}) =>
  webEvent(n, { event_time: `${day}T10:00:00.000Z`, received_at: `${day}T10:00:01.000Z`, ...over });
const at = (second: number) => ({ received_at: `${day}T10:00:0${second}.000Z` });
const keyOfRejects = `ops/rejects/dt=${day}/web_events.parquet`;
const broken = (n: number) => event(n, { event_name: 'nonsense' });

type Lines = readonly (string | object)[];

/** All that building came to: bytes of the rows and of the rejects, and counts of the ledger, by day. */
async function outcome(small: SmallLake, days: readonly string[] = [day]) {
  const found = [];
  for (const one of days)
    for (const {
      rowsIn,
      rowsOut,
      rejected,
      duplicates,
      bytesOut,
      outputEtag,
      inputs,
      code,
      part,
    } of await small.entries('web_events', one))
      found.push({ one, part, rowsIn, rowsOut, rejected, duplicates, bytesOut, outputEtag, inputs, code });
  return {
    slices: found.toSorted((a, b) => (`${a.one} ${a.part}` < `${b.one} ${b.part}` ? -1 : 1)),
    etags: [...(await small.etags('web_events'))],
    rejects: await small.rejects('web_events'),
    messages: await small.messages('web_events'),
  };
}

/** What comes of raw objects that are all there from the first. */
const atOnce = (objects: readonly (readonly [string, Lines])[], days?: readonly string[], partRows?: number) =>
  withLake(async (small) => {
    for (const [key, lines] of objects) await small.drop(key, lines);
    await small.transform('web_events', partRows === undefined ? {} : { partRows });
    return outcome(small, days);
  });

/** A lake that notes which raw objects are opened. */
function watched(lake: Lake): { lake: Lake; opened: () => string[] } {
  const keys = new Set<string>();
  const localPath: Lake['localPath'] = (key, ...rest) => {
    if (key.startsWith('raw/')) keys.add(key);
    return lake.localPath(key, ...rest);
  };
  return { lake: { ...lake, localPath }, opened: () => [...keys].toSorted() };
}

/** Builds what is there, then drops more and builds again: which raw objects the second build opened, and the outcome. */
const grown = (before: Lines, added: Lines, meanwhile: (small: SmallLake) => Promise<void> = () => Promise.resolve()) =>
  withLake(async (small) => {
    await small.drop(web('a'), before);
    await small.transform('web_events');
    await meanwhile(small);
    await small.drop(web('b'), added);
    // What routes look into is opened, too: they are found first, and in a plan of their own.
    const looked = watched(small.lake);
    const { built } = await small.transform('web_events', { lake: looked.lake });
    return { built, opened: looked.opened(), outcome: await outcome(small) };
  });

describe('a day to which raw objects were added', () => {
  test.each<readonly [what: string, before: Lines, added: Lines, isGrown?: boolean]>([
    ['late events', [event(1), event(2)], [event(3), event(4)]],
    ['late events and broken ones, before and after', [event(1), broken(2)], [event(3), broken(4), '{']],
    ['nothing but broken ones', [event(1)], ['{', broken(4)]],
    ['a retry that came later counts no second time', [event(1), event(2)], [event(1, at(5)), event(3)]],
    ['a first try that lands later takes the place of its retry', [event(1, at(5)), event(2)], [event(1, at(3))]],
    [
      'an event that is sent again with consent takes the place of the one without',
      [event(1, { visitor_id: null, consent: { analytics: false, ads: false } }), event(2)],
      [event(1, at(9))],
    ],
    [
      'one without consent takes no place of one with it, though it was received first',
      [event(1, at(9))],
      [event(1, { ...at(2), visitor_id: null, consent: { analytics: false, ads: false } }), event(2)],
    ],
    ['a record of the stream that is delivered twice', [event(1), event(2)], [event(2), event(2), event(3)]],
    [
      'two of one moment of which only the text tells: all is read',
      [event(1, { visitor_id: 'b' })],
      [event(1, { visitor_id: 'a' }), event(2)],
      false,
    ],
  ])('%s', async (_, before, added, isGrown = true) => {
    const found = await grown(before, added);
    expect(found.outcome).toEqual(
      await atOnce([
        [web('a'), before],
        [web('b'), added],
      ]),
    );
    expect(found.opened).toEqual(isGrown ? [web('b')] : [web('a'), web('b')]);
  });

  test.each<readonly [what: string, meanwhile: (small: SmallLake) => Promise<void>]>([
    ['its object is gone', (small) => small.lake.delete(keyOf('web_events', day))],
    ['its object was changed by another hand', (small) => small.drop(keyOf('web_events', day), 'rubbish')],
    ['its rejects are gone', (small) => small.lake.delete(keyOfRejects)],
    ['its rejects are unreadable', (small) => small.drop(keyOfRejects, 'rubbish', { rows: '1' })],
    ['what it was built from has changed', (small) => small.drop(web('a'), [event(1, at(4)), broken(2)])],
    [
      'what it was built from is less',
      async (small) => {
        await small.drop(web('c'), [event(7)]);
        await small.transform('web_events');
        await small.lake.delete(web('c'));
      },
    ],
  ])('is built of all its raw objects where %s', async (_, meanwhile) => {
    const found = await grown([event(1), broken(2)], [event(3)], meanwhile);
    expect(found.opened).toEqual([web('a'), web('b')]);
    expect(found.outcome.rejects).toMatchObject([{ object: web('a'), line: 2 }]);
    expect(found.outcome.slices).toMatchObject([{ rowsIn: 3, rowsOut: 2, rejected: 1, duplicates: 0 }]);
  });

  test('where it was entered in no ledger, its records count once', () =>
    withLake(async (small) => {
      await small.drop(web('a'), [event(1)]);
      await small.transform('web_events');
      await small.drop(web('b'), [event(2)]);
      const before = new Set(await small.keys('ops/pipeline_runs/'));
      await small.transform('web_events');
      const entered = (await small.keys('ops/pipeline_runs/')).filter((key) => !before.has(key));
      expect(entered).not.toEqual([]);
      for (const key of entered) await small.lake.delete(key);
      await small.drop(web('c'), [event(3)]);
      await small.transform('web_events');
      expect(await outcome(small)).toEqual(
        await atOnce([
          [web('a'), [event(1)]],
          [web('b'), [event(2)]],
          [web('c'), [event(3)]],
        ]),
      );
    }));

  test('where one of two days fails once, each of them counts once', () =>
    withLake(async (small) => {
      const days = [day, '2025-01-06'];
      const of = (n: number, dt: string) =>
        webEvent(n, { event_time: `${dt}T10:00:00.000Z`, received_at: `${dt}T10:00:01.000Z` });
      const before = days.map((dt, i) => [web('a', dt), [of(i, dt)]] as const);
      const added = days.map((dt, i) => [web('b', dt), [of(i + 2, dt)]] as const);
      for (const [key, lines] of before) await small.drop(key, lines);
      await small.transform('web_events');
      // What is promised is taken on trust at first, and after a fault read byte by byte.
      for (const [key, lines] of added) await small.drop(key, lines, { rows: '1' });
      let slices = 0;
      const failing: Lake = {
        ...small.lake,
        putFile: (...given) =>
          ++slices === 2 ? Promise.reject(new Error('no space left')) : small.lake.putFile(...given),
      };
      await small.transform('web_events', { lake: failing });
      expect((await outcome(small, days)).slices).toMatchObject(days.map(() => ({ rowsIn: 2, rowsOut: 2 })));
      expect(await outcome(small, days)).toMatchObject({ etags: (await atOnce([...before, ...added], days)).etags });
    }));

  test('building it twice writes the same', () =>
    withLake(async (small) => {
      await small.drop(web('a'), [event(1), broken(2)]);
      await small.transform('web_events');
      await small.drop(web('b'), [event(3), broken(4), event(1, at(7))]);
      await small.transform('web_events', { times: 2 });
      expect(await outcome(small)).toEqual(
        await atOnce([
          [web('a'), [event(1), broken(2)]],
          [web('b'), [event(3), broken(4), event(1, at(7))]],
        ]),
      );
    }));
});

const days = ['2025-01-04', '2025-01-05', '2025-01-06'];

/** An event of a few, received at one of a few moments, with what makes retries, refusals and ties of it. */
const record = fc
  .record({
    n: fc.integer({ min: 1, max: 9 }),
    of: fc.constantFrom(...days),
    second: fc.integer({ min: 1, max: 4 }),
    consented: fc.boolean(),
    visitor: fc.constantFrom('a', 'b'),
    kind: fc.constantFrom('good', 'good', 'good', 'good', 'broken', 'text'),
  })
  .map(({ n, of, second, consented, visitor, kind }): string | object =>
    kind === 'text'
      ? `{"event_id":"${uuid(n)}"`
      : webEvent(n, {
          event_time: `${of}T10:00:00.000Z`,
          received_at: `${of}T10:00:0${second}.000Z`,
          visitor_id: consented ? visitor : null,
          consent: { analytics: consented, ads: false },
          ...(kind === 'broken' ? { event_name: 'nonsense' } : {}),
        }),
  );
const rounds = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...days), fc.array(record, { minLength: 1, maxLength: 6 })), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 2, maxLength: 3 },
);

test.each([undefined, 4])(
  'whatever is added in whatever order, the same bytes, rejects and counts as of all at once (a part has %s records)',
  async (partRows) => {
    await fc.assert(
      fc.asyncProperty(rounds, async (given) => {
        const named = given.map((objects, i) =>
          objects.map(([of, lines], k) => [web(`${i}-${k}`, of), lines] as const),
        );
        const grownStep = await withLake(async (small) => {
          for (const objects of named) {
            for (const [key, lines] of objects) await small.drop(key, lines);
            await small.transform('web_events', partRows === undefined ? {} : { partRows });
          }
          return outcome(small, days);
        });
        expect(grownStep).toEqual(await atOnce(named.flat(), days, partRows));
      }),
      { numRuns: partRows === undefined ? 5 : 2, seed: 20250105, endOnFailure: true },
    );
  },
);
