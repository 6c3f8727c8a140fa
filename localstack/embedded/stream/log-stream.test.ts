import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamContract } from '../../../lambdas/shared/ports/stream.contract.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { entry, firstShard, freshRoot, openWeb, put, segmentsOf, shardFolder, textsOf } from './log-fixture.ts';
import { type Disk, machineDisk } from './disk.ts';
import { encodeFrames } from './log-frames.ts';
import { openLogReader } from './log-reader.ts';
import { openLogStream } from './log-stream.ts';

const roots = new Map<object, string>();
/** Segments so small that most tests cross from one to the next. */
const segmentBytes = 2000;

streamContract(
  'openLogStream',
  async (shards) => {
    const root = await freshRoot();
    const stream = await openWeb(root, { shards, segmentBytes });
    roots.set(stream, root);
    return { stream, dispose: () => stream.close() };
  },
  {
    split: (stream, shardId) => stream.split(shardId),
    merge: (stream, a, b) => stream.merge(a, b),
    async reopen(stream) {
      await stream.close();
      return await openWeb(roots.get(stream) ?? '', { segmentBytes });
    },
  },
);

describe('one process writes', () => {
  test('and another is told which, until the first one is done', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await expect(openLogStream(root, { name: 'web', shards: 1 })).rejects.toThrow(
      `The lake in ${root} is in use: process ${process.pid} has held its "stream-web" lock since`,
    );
    const other = await openLogStream(root, { name: 'crm', shards: 1 });
    await other.close();
    await stream.close();
    const next = await openWeb(root);
    await put(next, 'a');
    await expect(stream.put([entry('late')])).rejects.toThrow(
      `The stream web in ${root} was closed by this process. Open it again.`,
    );
    expect(await textsOf(next)).toEqual(['a']);
  });

  test('and closing waits for what is under way', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    const under = Array.from({ length: 20 }, (_, index) => put(stream, String(index)));
    await stream.close();
    await Promise.all(under);
    expect(await textsOf(openLogReader(root, { name: 'web' }))).toEqual(
      Array.from({ length: 20 }, (_, index) => String(index)),
    );
  });
});

describe('others read', () => {
  test('while it is written, trimmed and split', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root, { segmentBytes: 100 });
    const reader = openLogReader(root, { name: 'web' });
    await put(stream, 'a', 'b');
    expect(await textsOf(reader)).toEqual(['a', 'b']);
    await put(stream, 'x'.repeat(100));
    await put(stream, 'c');
    expect(await textsOf(reader)).toEqual(['a', 'b', 'x'.repeat(100), 'c']);
    await stream.split(firstShard);
    expect(await reader.shards()).toEqual(await stream.shards());
    const { records, isFinished } = await reader.read(firstShard, undefined, 10);
    expect({ count: records.length, isFinished }).toEqual({ count: 4, isFinished: true });
    await stream.trim(new Date(Date.now() + 60_000));
    expect((await reader.shards()).map(({ isClosed }) => isClosed)).toEqual([false, false]);
    await expect(reader.read(firstShard, undefined, 10)).rejects.toThrow(
      `The stream web in ${root} has no shard ${firstShard}. List its shards again: old ones vanish with ` +
        'their records.',
    );
  });

  test('nothing where there is no stream, and hear so', async () => {
    const root = await freshRoot();
    const reader = openLogReader(root, { name: 'web' });
    await expect(reader.shards()).rejects.toThrow(StreamUnavailable);
    await expect(reader.read(firstShard, undefined, 1)).rejects.toThrow(
      `There is no stream web in the lake in ${root}. Start what writes it first, or check the folder.`,
    );
  });

  test('no half of a frame that is being written', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await put(stream, 'a', 'b');
    await stream.close();
    const [segment = ''] = await segmentsOf(root);
    const whole = await readFile(segment);
    // As it is before the put is answered.
    await rm(join(shardFolder(root), 'acknowledged'));
    const reader = openLogReader(root, { name: 'web' });
    for (let bytes = 0; bytes < whole.length; bytes += 1) {
      await writeFile(segment, whole.subarray(0, bytes));
      expect(await textsOf(reader)).toEqual(bytes < whole.length / 2 ? [] : ['a']);
    }
  });
});

test('a record that is promised while others read is not taken for damage', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root);
  await put(stream, 'a');
  let isWriting = false;
  /** As between a commit's bytes: the size is asked in the middle of a frame, and its put is answered right after. */
  const midway: Disk = {
    ...machineDisk,
    async open(...given) {
      const file = await machineDisk.open(...given);
      const stat = file.stat.bind(file);
      return Object.assign(file, {
        async stat() {
          const found = await stat();
          if (isWriting) return found;
          isWriting = true;
          await put(stream, 'b');
          return { size: found.size + 5, mtimeMs: found.mtimeMs };
        },
      });
    },
  };
  const reader = openLogReader(root, { name: 'web', disk: midway });
  const { records } = await reader.read(firstShard, undefined, 10);
  expect(records.map(({ data }) => String(data))).toEqual(['a']);
  expect(await textsOf(reader)).toEqual(['a', 'b']);
});

describe('sequence numbers', () => {
  test('rise although the clock goes back, also over reopening', async () => {
    const root = await freshRoot();
    const times = [5_000, 4_000, 3_000, 2_000, 1_000];
    let stream = await openWeb(root, { now: () => times[0] ?? 0 });
    for (let turn = 0; turn < 4; turn += 1) {
      await put(stream, String(turn));
      if (turn === 1) await stream.split(firstShard);
      await stream.close();
      times.shift();
      stream = await openWeb(root, { now: () => times[0] ?? 0 });
    }
    const records = [];
    for (const { shardId } of await stream.shards())
      records.push(...(await stream.read(shardId, undefined, 10)).records);
    expect(records.map(({ data }) => String(data))).toEqual(['0', '1', '2', '3']);
    const numbers = records.map(({ sequenceNumber }) => BigInt(sequenceNumber));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1)));
    expect(records.map(({ arrivedAt }) => arrivedAt.getTime())).toEqual([5_000, 4_000, 3_000, 2_000]);
  });

  test('are not used again where records were lost that were seen', async () => {
    const root = await freshRoot();
    let time = 1_000;
    const now = () => time;
    let stream = await openWeb(root, { now });
    await put(stream, 'a');
    const seen = await stream.read(firstShard, undefined, 1);
    await stream.close();
    const [segment = ''] = await segmentsOf(root);
    await writeFile(segment, '');
    time = 1_001;
    stream = await openWeb(root, { now });
    await put(stream, 'b');
    expect((await stream.read(firstShard, seen.after, 1)).records.map(({ data }) => String(data))).toEqual(['b']);
  });
});

describe('retention', () => {
  test('drops the segments that are wholly older, and readers go on with what is left', async () => {
    const root = await freshRoot();
    let time = 0;
    const stream = await openWeb(root, { now: () => time, segmentBytes: 60 });
    for (time = 1_000; time <= 5_000; time += 1_000) {
      await put(stream, `a${time}`);
      await put(stream, `b${time}`);
    }
    expect(await segmentsOf(root)).toHaveLength(5);
    const { after } = await stream.read(firstShard, undefined, 1);
    await stream.trim(new Date(1_000));
    await stream.trim(new Date(2_000));
    expect(await segmentsOf(root)).toHaveLength(5);
    await stream.trim(new Date(3_001));
    expect(await textsOf(stream)).toEqual(['a3000', 'b3000', 'a4000', 'b4000', 'a5000', 'b5000']);
    expect((await stream.read(firstShard, after, 1)).records.map(({ data }) => String(data))).toEqual(['a3000']);
    // What is being written stays.
    await stream.trim(new Date(9_000));
    expect(await textsOf(stream)).toEqual(['a5000', 'b5000']);
    await put(stream, 'next');
    expect(await textsOf(stream)).toEqual(['a5000', 'b5000', 'next']);
  });

  test('a quiet stream keeps nothing for ever: a segment with older records takes no more, and goes when its last one is old', async () => {
    const root = await freshRoot();
    let time = 1_000;
    const stream = await openWeb(root, { now: () => time });
    await put(stream, 'old');
    time = 3_000;
    await put(stream, 'young');
    await stream.trim(new Date(2_000));
    expect(await textsOf(stream)).toEqual(['old', 'young']);
    const [segment = ''] = await segmentsOf(root);
    await utimes(segment, 3, 3);
    time = 9_000;
    await put(stream, 'new');
    expect(await segmentsOf(root)).toHaveLength(2);
    await stream.trim(new Date(4_000));
    expect(await textsOf(stream)).toEqual(['new']);
    const [last = ''] = await segmentsOf(root);
    await utimes(last, 9, 9);
    await stream.trim(new Date(10_000));
    expect(await textsOf(stream)).toEqual([]);
    time = 11_000;
    await put(stream, 'again');
    expect(await textsOf(stream)).toEqual(['again']);
    await stream.close();
  });

  test('lets a closed shard go with its last record, and its number is not given again', async () => {
    const root = await freshRoot();
    let time = 1_000;
    let stream = await openWeb(root, { now: () => time });
    await put(stream, 'a');
    await stream.split(firstShard);
    time = 2_000;
    await stream.trim(new Date(1_000));
    expect(await textsOf(stream)).toEqual(['a']);
    await stream.trim(new Date(1_001));
    expect((await stream.shards()).map(({ shardId, parents }) => [shardId, parents])).toEqual([
      ['shardId-000000000001', [firstShard]],
      ['shardId-000000000002', [firstShard]],
    ]);
    expect(existsSync(shardFolder(root))).toBe(false);
    await stream.close();
    stream = await openWeb(root, { now: () => time });
    await stream.merge('shardId-000000000001', 'shardId-000000000002');
    expect((await stream.shards()).at(-1)?.shardId).toBe('shardId-000000000003');
  });
});

test('a batch ends at 10 MB, however many records are asked for', async () => {
  const stream = await openWeb(await freshRoot());
  for (let turn = 0; turn < 3; turn += 1)
    await stream.put(Array.from({ length: 5 }, () => ({ data: Buffer.alloc(1_000_000), partitionKey: 'k' })));
  const first = await stream.read(firstShard, undefined, 1000);
  const second = await stream.read(firstShard, first.after, 1000);
  expect([first.records.length, second.records.length]).toEqual([11, 4]);
});

test('records are found in the middle of a large segment', async () => {
  const stream = await openWeb(await freshRoot());
  const numbers: string[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const outcomes = await stream.put(
      Array.from({ length: 500 }, (_, index) => ({
        data: Buffer.alloc(700, String(turn * 500 + index)),
        partitionKey: 'k',
      })),
    );
    numbers.push(...outcomes.map((outcome) => ('sequenceNumber' in outcome ? outcome.sequenceNumber : '')));
  }
  for (const at of [2990, 7, 1500, 0, 2998, 88, 89, 90, 91, 92, 93, 94, 95]) {
    const { records } = await stream.read(firstShard, numbers[at], 1);
    expect(
      records.map(({ sequenceNumber, data }) => [
        sequenceNumber,
        Buffer.from(data).equals(Buffer.alloc(700, String(at + 1))),
      ]),
    ).toEqual([[numbers[at + 1], true]]);
  }
});

test('shards split and merge under puts, and each record is in one of them, once', async () => {
  const stream = await openWeb(await freshRoot(), { segmentBytes });
  const put20 = async (turn: number) =>
    await stream.put(Array.from({ length: 20 }, (_, index) => entry(`${turn}:${index}`, `${turn}:${index}`)));
  const under = [];
  for (let turn = 0; turn < 30; turn += 1) {
    under.push(put20(turn));
    if (turn === 5) under.push(stream.split(firstShard).then(() => []));
    if (turn === 15) under.push(stream.split('shardId-000000000001').then(() => []));
    if (turn === 25) under.push(stream.merge('shardId-000000000004', 'shardId-000000000002').then(() => []));
    if (turn % 10 === 9) await Promise.all(under);
  }
  const outcomes = (await Promise.all(under)).flat();
  const promised = outcomes.map((outcome) =>
    'shardId' in outcome ? `${outcome.shardId} ${outcome.sequenceNumber}` : '',
  );
  const found = [];
  for (const { shardId } of await stream.shards()) {
    for (const { sequenceNumber } of (await stream.read(shardId, undefined, 1000)).records)
      found.push(`${shardId} ${sequenceNumber}`);
  }
  expect(new Set(promised).size).toBe(600);
  expect(new Set(found)).toEqual(new Set(promised));
  expect(found).toHaveLength(600);
});

describe('what is not as a writer left it', () => {
  test('the folder of a shard that never came to be', async () => {
    const root = await freshRoot();
    await (await openWeb(root)).close();
    const stray = shardFolder(root, 'shardId-000000000001');
    await mkdir(stray);
    await writeFile(join(stray, '00000000000000000001.log'), 'not ours');
    const stream = await openWeb(root);
    expect(existsSync(stray)).toBe(false);
    await stream.split(firstShard);
    expect(await textsOf(stream, 'shardId-000000000001')).toEqual([]);
  });

  test('the folder of such a shard goes only when nobody is to be told of what was damaged in it', async () => {
    const root = await freshRoot();
    await (await openWeb(root)).close();
    const stray = shardFolder(root, 'shardId-000000000001');
    const note = join(stray, '00000000000000000001-0-7.damaged');
    await mkdir(stray);
    await writeFile(note, 'damaged');
    await writeFile(join(stray, 'other'), '');
    await (await openWeb(root)).close();
    expect(existsSync(note)).toBe(true);
    await rm(note);
    await (await openWeb(root)).close();
    expect(existsSync(stray)).toBe(false);
  });

  test('a last commit of zeros, as a power cut may leave it', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await put(stream, 'a');
    await stream.close();
    const [segment = ''] = await segmentsOf(root);
    await appendFile(segment, Buffer.alloc(5000));
    expect(await textsOf(openLogReader(root, { name: 'web' }))).toEqual(['a']);
    const again = await openWeb(root);
    await put(again, 'b');
    expect(await textsOf(again)).toEqual(['a', 'b']);
  });

  test('a table of shards that is none', async () => {
    const root = await freshRoot();
    await (await openWeb(root)).close();
    const table = join(shardFolder(root), '../shards.json');
    await writeFile(table, '{"version": 2, "shards": []}');
    await expect(openWeb(root)).rejects.toThrow(
      `${table} does not hold the shards of a stream. Restore it, or delete its folder and begin a new stream.`,
    );
  });

  test.each(['', '.web', 'a/b', '..', 'a b', 'x'.repeat(129)])('the name %p is refused', async (name) => {
    await expect(openLogStream(await freshRoot(), { name, shards: 1 })).rejects.toThrow(RangeError);
  });
});

test('a reader that is told to wait sees nothing before it is promised', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root);
  await put(stream, 'a', 'b');
  const [path = ''] = await segmentsOf(root);
  // A commit that is under way: its bytes are in the file, and neither synced nor promised yet.
  const next = BigInt((await stream.read(firstShard, undefined, 2)).after ?? '') + 1n;
  await appendFile(path, encodeFrames([{ entry: entry('c'), sequence: next, arrivedAt: 0 }]));
  expect(await textsOf(openLogReader(root, { name: 'web' }))).toEqual(['a', 'b', 'c']);
  expect(await textsOf(openLogReader(root, { name: 'web', isDurableOnly: true }))).toEqual(['a', 'b']);
  await rm(join(shardFolder(root), 'acknowledged'));
  // Streams of before have no mark.
  expect(await textsOf(openLogReader(root, { name: 'web', isDurableOnly: true }))).toEqual(['a', 'b', 'c']);
});
