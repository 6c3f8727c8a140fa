import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { isPart, partOfFile, placeOf, wholeOf } from '../shared/schema/parts.ts';
import { windowInputs } from '../shared/slices/staleness.ts';
import { catalog, uuid, webEvent, withSmallLake, type SmallLake } from '../../test/small-lake.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-parts-test') });
});
afterAll(() => engine.close());

const day = '2025-01-05';
const table = tableNamed(catalog, 'web_events');
const web = (name: string, folder = day) => `raw/web/events/dt=${folder}/${name}.jsonl.gz`;
const partKey = (part?: string) => sliceKey(table, day, part);

type Lines = readonly (string | object)[];

/** Puts an object there whose writer has told its rows. */
const land = (small: SmallLake, key: string, lines: Lines) => small.drop(key, lines, { rows: String(lines.length) });

/** What is read by who reads all that lies in the folders, as Athena does; and what the ledger counts. */
async function standing(small: SmallLake) {
  const count = (
    name: 'rowsIn' | 'rowsOut' | 'rejected' | 'duplicates',
    all: Awaited<ReturnType<SmallLake['entries']>>,
  ) => all.reduce((sum, entry) => sum + (entry[name] ?? 0), 0);
  const entries = await small.entries('web_events', day);
  const key = (row: object) => JSON.stringify(row);
  return {
    rows: (await small.rows('web_events')).map(key).toSorted(),
    rejects: (await small.rejects('web_events')).map(key).toSorted(),
    rowsIn: count('rowsIn', entries),
    rowsOut: count('rowsOut', entries),
    rejected: count('rejected', entries),
    duplicates: count('duplicates', entries),
  };
}

/** What becomes of the same objects, cut or not. */
const made = (objects: Readonly<Record<string, Lines>>, partRows: number) =>
  withSmallLake(engine, async (small) => {
    for (const [key, lines] of Object.entries(objects)) await small.drop(key, lines);
    const { built } = await small.transform('web_events', { partRows });
    for (const one of built) expect(one.rowsIn).toBe(one.rowsOut + one.rejected + one.duplicates);
    return { ...(await standing(small)), parts: built.length };
  });

const without = { visitor_id: null, consent: { analytics: false, ads: false } };

/** Each is a way in which two records are one event, or in which one is none. */
const cases: Readonly<Record<string, Lines>> = {
  'an event that is sent again with consent, by a visitor it did not have': [
    webEvent(1, without),
    webEvent(1, { received_at: '2025-01-05T10:00:09.000Z' }),
  ],
  'an id in letters of another case': [
    webEvent(1, { event_id: uuid(0xabcdef).toUpperCase() }),
    webEvent(1, { event_id: uuid(0xabcdef) }),
  ],
  'two visitors of one event': [webEvent(2, { visitor_id: 'a' }), webEvent(2, { visitor_id: 'b' })],
  'ids that are one behind the mask': [webEvent(3, { event_id: 'a@b.fr' }), webEvent(3, { event_id: 'c@d.fr' })],
  'no id': [webEvent(4, { event_id: null }), webEvent(5, { event_id: '' }), webEvent(6, { event_id: undefined })],
  'an id that is no text': [
    webEvent(7, { event_id: 7 }),
    webEvent(7, { event_id: { a: 1 } }),
    webEvent(8, { event_id: [] }),
  ],
  'an id twice in a record': [
    '{"event_id":"a","event_id":"b"}',
    JSON.stringify(webEvent(9)).replace('{', `{"event_id":"${uuid(10)}",`),
  ],
  'no record': ['nonsense', '[]', 'null', '{"event_id":', '"text"', '', '{}', '{}'],
  'a text that reads as none': [Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), '{"a":"\u0001"}'],
};

const all = Object.fromEntries([
  ...Object.values(cases).map((lines, i) => [web(`case-${i}`), lines] as const),
  [web('many'), Array.from({ length: 40 }, (_, i) => webEvent(100 + (i % 30)))] as const,
  // What comes late lies in another folder.
  [web('late', '2025-01-06'), [webEvent(1, { received_at: '2025-01-06T00:10:00.000Z' }), webEvent(77)]] as const,
]);

describe('a day in parts has what the whole day has', () => {
  test('of every way to be one event, or none', async () => {
    const { parts: one, ...whole } = await made(all, 1e6);
    const { parts: several, ...cut } = await made(all, 15);
    expect([one, several]).toEqual([1, 4]);
    expect(cut).toEqual(whole);
    expect(whole.rejected).toBeGreaterThan(5);
    expect(whole.duplicates).toBeGreaterThan(10);
  });

  test('whatever the records', async () => {
    const record = fc.record({
      event_id: fc.constantFrom(uuid(1), uuid(2), uuid(3), uuid(15), uuid(15).toUpperCase(), 'x@y.fr', null, ''),
      visitor_id: fc.constantFrom('v', 'w', null),
      consent: fc.constantFrom({ analytics: true, ads: true }, { analytics: false, ads: false }),
      received_at: fc.constantFrom('2025-01-05T10:00:00.250Z', '2025-01-05T10:00:03.000Z'),
    });
    const objects = fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(objects, fc.constantFrom(4, 8), async (records, partRows) => {
        const named = Object.fromEntries(
          records.map((lines, i) => [web(`o${i}`), lines.map((over, k) => webEvent(k, over))]),
        );
        const { parts: _, ...whole } = await made(named, 1000);
        const { parts: __, ...cut } = await made(named, partRows);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 3 },
    );
  });
});

describe('the number of parts', () => {
  const twelve = Array.from({ length: 12 }, (_, i) => webEvent(i));

  test('grows with the day, and what was cut otherwise is gone before anything is built: who reads the folder counts nothing twice', () =>
    withSmallLake(engine, async (small) => {
      await land(small, web('a'), twelve);
      await small.transform('web_events', { partRows: 12 });
      expect(await small.keys('curated/')).toEqual([partKey()]);
      await land(small, web('b'), [webEvent(1), webEvent(90), 'nonsense']);
      const grown = await small.transform('web_events', { partRows: 12 });
      expect(grown.outdated).toEqual([{ day, part: undefined }]);
      expect(await small.keys('curated/')).toEqual([partKey('0-of-2'), partKey('1-of-2')]);
      expect((await small.rows('web_events')).length).toBe(13);
      expect(await standing(small)).toMatchObject({ rowsIn: 15, rowsOut: 13, rejected: 1, duplicates: 1 });
      await land(
        small,
        web('c'),
        Array.from({ length: 20 }, (_, i) => webEvent(200 + i)),
      );
      await small.transform('web_events', { partRows: 12 });
      expect(await small.keys('curated/')).toEqual([0, 1, 2, 3].map((i) => partKey(`${i}-of-4`)));
      expect((await small.rows('web_events')).length).toBe(33);
      expect(await small.rejects('web_events')).toHaveLength(1);
    }));

  test('never falls: nothing is built again for it', () =>
    withSmallLake(engine, async (small) => {
      await land(small, web('a'), twelve);
      expect((await small.transform('web_events', { partRows: 5 })).built).toHaveLength(4);
      const again = await small.transform('web_events');
      expect([again.built, again.outdated]).toEqual([[], []]);
    }));

  test('an object of another cut that a killed run left is taken away, named in the ledger or not', () =>
    withSmallLake(engine, async (small) => {
      await land(small, web('a'), twelve);
      await small.transform('web_events', { partRows: 6 });
      const left = await small.lake.get(partKey('0-of-2'));
      for (const part of [undefined, '3-of-4']) await small.lake.put(partKey(part), left);
      await small.lake.put(`curated/web_events/dt=${day}/other.parquet`, left);
      const { built, outdated } = await small.transform('web_events', { partRows: 6 });
      expect(built).toEqual([]);
      expect(outdated.map(({ part }) => part)).toEqual([undefined, '3-of-4']);
      expect(await small.keys('curated/')).toEqual([
        `curated/web_events/dt=${day}/other.parquet`,
        partKey('0-of-2'),
        partKey('1-of-2'),
      ]);
    }));

  test('so are its rejects, which a killed run writes before the object: each is told once', () =>
    withSmallLake(engine, async (small) => {
      await land(small, web('a'), [...twelve, 'nonsense']);
      await small.transform('web_events');
      const keyOf = (part?: string) => rejectsKey(catalog, table, day, part);
      const left = await small.lake.get(keyOf());
      await small.transform('web_events', { partRows: 6 });
      expect(await small.rejects('web_events')).toHaveLength(1);
      for (const part of [undefined, '5-of-8']) await small.lake.put(keyOf(part), left);
      const { built, outdated } = await small.transform('web_events', { partRows: 6 });
      expect(built).toEqual([]);
      expect(outdated.map(({ part }) => part)).toEqual([undefined, '5-of-8']);
      expect(await small.rejects('web_events')).toHaveLength(1);
    }));

  test('counts a late object for the days that it has records of, not as a whole for each', () =>
    withSmallLake(engine, async (small) => {
      const days = Array.from({ length: 6 }, (_, i) => `2025-01-0${i + 1}`);
      const of = (one: string, i: number) =>
        webEvent(i, { event_time: `${one}T10:00:00.000Z`, received_at: `${one}T10:00:01.000Z` });
      await land(small, web('mine'), days.map(of));
      const { built } = await small.transform('web_events', { partRows: 3 });
      expect(built.map(({ part }) => part)).toEqual(days.map(() => undefined));
    }));
});

describe('one part', () => {
  test('that is missing is built again alone, and till then the day is none: half a day is not read', () =>
    withSmallLake(engine, async (small) => {
      await land(
        small,
        web('a'),
        Array.from({ length: 12 }, (_, i) => webEvent(i)),
      );
      await small.transform('web_events', { partRows: 6 });
      const before = await standing(small);
      const ledger = async () => {
        const entries = await small.entries('web_events', day);
        return { days: () => [day], whole: () => wholeOf(entries.slice(1)) };
      };
      expect(windowInputs(await ledger(), table, day, 0, 0)).toEqual([]);
      await small.lake.delete(partKey('1-of-2'));
      const { built } = await small.transform('web_events', { partRows: 6 });
      expect(built.map(({ part, reason }) => [part, reason])).toEqual([['1-of-2', 'its object is missing']]);
      expect(await standing(small)).toEqual(before);
    }));

  test('sees where an object has fewer lines than its writer promised, though those are of another part', () =>
    withSmallLake(engine, async (small) => {
      const lines = Array.from({ length: 60 }, (_, i) => webEvent(i));
      const packed = gzipSync(lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
      await small.drop(web('cut'), packed.subarray(0, packed.length - 200), { rows: '60', 'single-day': 'true' });
      await land(small, web('good'), [webEvent(900)]);
      const { built } = await small.transform('web_events', { partRows: 40 });
      expect(built).toHaveLength(2);
      // It is told once, by the first part, and each has every line that could be unpacked.
      expect((await small.rejects('web_events')).filter(({ object }) => object === web('cut'))).toHaveLength(1);
      expect((await small.rows('web_events')).map((row) => row['event_id'])).toContain(uuid(900));
    }));
});

describe('names of parts', () => {
  test.each(['0-of-2', '3-of-4', '9-of-16'])('%s', (part) => {
    expect(isPart(part)).toBe(true);
    expect(partOfFile('t', `t.part-${part}.parquet`)).toBe(part);
  });
  test.each(['0-of-1', '2-of-2', '00-of-2', '1-of-02', '-1-of-2', 'a', '', '1-of-2x'])('%j is none', (part) => {
    expect(isPart(part)).toBe(false);
    expect(() => placeOf(part)).toThrow('is no part of a day');
    expect(partOfFile('t', `t.part-${part}.parquet`)).toBeNull();
  });
});
