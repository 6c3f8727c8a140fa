import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { smallLake, webEvent } from '../../test/small-lake.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { LakeUnavailable, type Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { RawObjects, trusting, type BatchFile } from './raw-objects.ts';

const feed = tableNamed(loadCatalog(), 'raw_web_events');
const file = (onTrust: boolean): BatchFile => ({
  key: 'raw/web/events/dt=2025-01-05/a.jsonl.gz',
  path: '/nowhere',
  feed,
  onTrust,
  lines: 1,
  records: 1,
  problems: [],
  singleDay: false,
});

describe('files that are taken on trust', () => {
  /** Works on files that fail with an error as long as they are trusted, and tells how they were loaded. */
  async function worked(fault: Error, onTrust = true) {
    const loads: boolean[] = [];
    const open = async (trust: boolean) => {
      loads.push(trust);
      return [file(trust && onTrust)];
    };
    const work = async ([first]: readonly BatchFile[]) => {
      if (loads.length === 1) throw fault;
      return first?.onTrust;
    };
    const result: unknown = await trusting(open, work).catch((caught: unknown) => caught);
    return { loads, result };
  }

  test('are unpacked where the work on them fails', async () => {
    expect(await worked(new Error('line 3 is no JSON'))).toEqual({ loads: [true, false], result: false });
  });

  test('are not worked on again where the disk is full: that error is the one to tell', async () => {
    const full = new LakeUnavailable('The lake cannot be used: its disk is full.');
    const { loads, result } = await worked(full);
    expect(loads).toEqual([true]);
    expect(result).toBe(full);
  });

  test('and those that were not are worked on once', async () => {
    const error = new Error('the SELECT is wrong');
    expect(await worked(error, false)).toEqual({ loads: [true], result: error });
  });
});

test('an unpacked object stays until the last of its readers has read it, and is unpacked once', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-raw-objects-'));
  try {
    const lake = memoryLake();
    const key = 'raw/web/events/dt=2025-01-05/a.jsonl';
    await lake.put(key, `${JSON.stringify(webEvent(1))}\n`);
    const raw = new RawObjects(lake, scratch);
    const there = async () => existsSync((await raw.file(key, feed, undefined)).path);
    raw.expect([key, key]);
    const { path } = await raw.file(key, feed, undefined);
    await raw.release([key]);
    expect(existsSync(path)).toBe(true);
    // The next reader gets what is there: an object that was put meanwhile is another run's.
    await lake.put(key, `${JSON.stringify(webEvent(1))}\n${JSON.stringify(webEvent(2))}\n`);
    expect(await raw.file(key, feed, undefined)).toMatchObject({ path, records: 1 });
    await raw.release([key]);
    expect(existsSync(path)).toBe(false);
    // Who comes later has it unpacked anew.
    expect(await there()).toBe(true);
    expect(await raw.file(key, feed, undefined)).toMatchObject({ records: 2 });
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('an object is read as it lies there only where its lines were promised, and only on trust', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-raw-objects-'));
  try {
    const lake = filesLake(join(scratch, 'lake'));
    const line = `${JSON.stringify(webEvent(1))}\n`;
    const isOnTrust = async (name: string, content: string | Buffer, expected: number | undefined, trust = true) => {
      const key = `raw/web/events/dt=2025-01-05/${name}`;
      await lake.put(key, content);
      const { onTrust, records } = await new RawObjects(lake, scratch).file(key, feed, expected, trust);
      return [onTrust, records];
    };
    expect(await isOnTrust('a.jsonl.gz', gzipSync(line), 1)).toEqual([true, 1]);
    expect(await isOnTrust('a.jsonl', line, 1)).toEqual([true, 1]);
    expect(await isOnTrust('a.jsonl.gz', gzipSync(line), 1, false)).toEqual([false, 1]);
    expect(await isOnTrust('a.jsonl.gz', gzipSync(line), undefined)).toEqual([false, 1]);
    expect(await isOnTrust('a.jsonl.gz', gzipSync(''), 0)).toEqual([false, 0]);
    // Its name says another thing than its bytes.
    expect(await isOnTrust('b.jsonl.gz', line, 1)).toEqual([false, 1]);
    expect(await isOnTrust('b.jsonl', gzipSync(line), 1)).toEqual([false, 1]);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

describe('an object that several batches read', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-raw-objects-test') });
  });
  afterAll(() => engine.close());

  test('is there for the slowest of them, though the others have ended', async () => {
    const small = await smallLake(engine);
    try {
      const days = Array.from({ length: 8 }, (_, i) => `2025-01-1${i}`);
      const of = (n: number, day: string) =>
        webEvent(n, { event_time: `${day}T10:00:00.000Z`, received_at: '2025-01-18T10:00:00.000Z' });
      // The later days have a second object, whose reader waits until the others are done.
      const [shared, own] = ['a', 'b'].map((name) => `raw/web/events/dt=2025-01-18/${name}.jsonl.gz`);
      const lateDays = days.slice(4);
      await small.drop(
        shared ?? '',
        days.map((day, n) => of(n, day)),
      );
      await small.drop(
        own ?? '',
        lateDays.map((day, n) => of(100 + n, day)),
      );
      let isBuilding = false;
      let put = 0;
      // Not for ever: who builds the days one after the other has no others to wait for.
      const othersDone = async () => {
        for (let tries = 0; tries < 200; tries++) if (put < 4) await pause(20);
        await pause(100);
      };
      const slow: Lake = {
        ...small.lake,
        async verify(key) {
          isBuilding = true;
          return small.lake.verify(key);
        },
        async localPath(key, folder) {
          if (isBuilding && key === own) await othersDone();
          return small.lake.localPath(key, folder);
        },
        async putFile(key, ...rest) {
          const object = await small.lake.putFile(key, ...rest);
          put++;
          return object;
        },
      };
      const { built } = await small.transform('web_events', { lake: slow, workers: 2 });
      expect(built.map(({ day, rowsOut }) => `${day}: ${rowsOut}`).toSorted()).toEqual(
        days.map((day) => `${day}: ${lateDays.includes(day) ? 2 : 1}`),
      );
    } finally {
      await small.dispose();
    }
  });
});
