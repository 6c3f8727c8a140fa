/** What a reader of a log gives, asks and refuses. */
import { describe, expect, test } from '@jest/globals';
import { memoryDisk, type MemoryDisk } from '../../../test/stream/memory-disk.ts';
import type { Disk } from './disk.ts';
import { firstShard, put, systemError, textsOf } from './log-fixture.ts';
import { writeMark } from './log-mark.ts';
import { openLogReader } from './log-reader.ts';
import { type LogStreamOptions, openLogStream } from './log-stream.ts';

const root = '/lake';
const shard = `${root}/.sillage/streams/web/${firstShard}`;
const pathOf = (first: number) => `${shard}/${String(first).padStart(20, '0')}.log`;

async function opened(options: Partial<LogStreamOptions> = {}) {
  const disk = memoryDisk({ now: () => 0 });
  const stream = await openLogStream(root, { name: 'web', shards: 1, disk, now: () => 0, ...options });
  return { disk, stream };
}
const reader = (disk: Disk) => openLogReader(root, { name: 'web', disk });

/** Counts the files that are open, and notes where they are read. */
function noting(disk: MemoryDisk) {
  const seen = { open: 0, reads: [] as number[] };
  const noted: Disk = {
    ...disk,
    async open(path, flags) {
      const file = await disk.open(path, flags);
      seen.open += 1;
      return {
        ...file,
        async read(buffer, offset, length, position) {
          seen.reads.push(position);
          return await file.read(buffer, offset, length, position);
        },
        async close() {
          seen.open -= 1;
          await file.close();
        },
      };
    },
  };
  return { disk: noted, seen };
}

const sizes = async (disk: Disk) => (await reader(disk).read(firstShard, undefined, 1000)).records.length;

describe('a batch', () => {
  test.each([
    ['10 MiB and', 1_048_557, 10],
    ['a byte less than 10 MiB, and one more, with', 1_048_556, 11],
  ])('ends behind the record with which it has %s the heads of its records', async (_, last, count) => {
    const { disk, stream } = await opened();
    // Of each record 19 bytes count beside its data: two numbers, the length of its key, and its key.
    const all = [...Array.from({ length: 9 }, () => 1_048_557), last, 1, 1];
    for (const size of all) await stream.put([{ data: Buffer.alloc(size), partitionKey: 'k' }]);
    expect(await sizes(disk)).toBe(count);
  });

  test('counts what it has of the segments before', async () => {
    const { disk, stream } = await opened({ segmentBytes: 1 });
    for (let n = 0; n < 12; n += 1) await stream.put([{ data: Buffer.alloc(1_000_000), partitionKey: 'k' }]);
    expect(await sizes(disk)).toBe(11);
  });

  test.each([1, 2, 3, 4, 5, 6])('of at most %d records, over segments, goes on where it ended', async (limit) => {
    const { disk, stream } = await opened({ segmentBytes: 50 });
    for (const texts of [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g']]) await put(stream, ...texts);
    await stream.split(firstShard);
    const batches: string[] = [];
    const seen: string[] = [];
    let [after, isFinished]: [string | undefined, boolean] = [undefined, false];
    for (let turn = 0; turn < 9 && !isFinished; turn += 1) {
      const batch = await reader(disk).read(firstShard, after, limit);
      batches.push(batch.records.map(({ data }) => String(data)).join(''));
      after = batch.after;
      isFinished = batch.isFinished;
      seen.push(after ?? '');
    }
    expect(batches.join('')).toBe('abcdefg');
    expect(batches.every((one, n) => one.length === limit || n === batches.length - 1)).toBe(true);
    expect(batches).toHaveLength(Math.ceil(7 / limit));
    expect(seen.at(-1)).toBe('6');
  });

  test('of an open shard finishes nothing, and of nothing new says where it was asked from', async () => {
    const { disk, stream } = await opened();
    expect(await reader(disk).read(firstShard, undefined, 5)).toEqual({
      records: [],
      after: undefined,
      isFinished: false,
    });
    await put(stream, 'a');
    expect(await reader(disk).read(firstShard, '0', 5)).toEqual({ records: [], after: '0', isFinished: false });
    await stream.split(firstShard);
    expect(await reader(disk).read(firstShard, '0', 5)).toEqual({ records: [], after: '0', isFinished: true });
    expect(await reader(disk).read('shardId-000000000001', undefined, 5)).toMatchObject({ isFinished: false });
  });

  test.each([0, -1, 1.5, Number.NaN])('of %d records is refused', async (limit) => {
    const { disk } = await opened();
    await expect(reader(disk).read(firstShard, undefined, limit)).rejects.toThrow(RangeError);
  });
});

describe('a reader', () => {
  test('that has read before begins near what it looks for, and closes what it opened', async () => {
    const { disk, stream } = await opened();
    for (let n = 0; n < 30; n += 1) await put(stream, String(n).padEnd(20_000, '.'));
    const { disk: noted, seen } = noting(disk);
    const own = reader(noted);
    const { after } = await own.read(firstShard, undefined, 1000);
    await put(stream, 'new');
    seen.reads.length = 0;
    const { records } = await own.read(firstShard, after, 10);
    expect(records.map(({ data }) => String(data))).toEqual(['new']);
    // Of some 600 KB those behind the last note: two steps of 64 KB at most.
    expect(Math.min(...seen.reads)).toBeGreaterThan(600_000 - 2 * 65_536);
    expect(seen.open).toBe(0);
  });

  test('is not kept up by a damage that is behind it, and before it is told of it', async () => {
    const { disk, stream } = await opened({ segmentBytes: 1 });
    for (const text of ['a', 'b', 'c']) await put(stream, text);
    disk.flip(/\.log$/u, 0, 8 * 20);
    const { disk: noted, seen } = noting(disk);
    const { records } = await reader(noted).read(firstShard, '0', 10);
    expect(records.map(({ data }) => String(data))).toEqual(['b', 'c']);
    await expect(reader(noted).read(firstShard, undefined, 10)).rejects.toThrow(
      `The segment ${pathOf(0)} is damaged at byte 0: the records behind it are not read until it is mended. Restore ` +
        'it from a copy; or end what writes the stream and start it again, which sets the damaged bytes aside and ' +
        'keeps all others.',
    );
    expect(seen.open).toBe(0);
  });

  test('is told of a damage at the end of a segment that others follow, whatever the mark says', async () => {
    const { disk, stream } = await opened({ segmentBytes: 50 });
    await put(stream, 'a', 'b');
    await put(stream, 'c');
    disk.flip(/0\.log$/u, 0, 8 * 48);
    await expect(textsOf(reader(disk))).rejects.toThrow(`${pathOf(0)} is damaged at byte 28`);
  });

  test('takes the end of the last segment for a frame that is being written where it is not promised, and else for damage', async () => {
    const { disk, stream } = await opened();
    await put(stream, 'a');
    await put(stream, 'b');
    await stream.close();
    const file = await disk.open(pathOf(0), 'r+');
    await file.truncate(40);
    await expect(textsOf(reader(disk))).rejects.toThrow(`${pathOf(0)} is damaged at byte 28`);
    await disk.remove(`${shard}/acknowledged`);
    expect(await textsOf(reader(disk))).toEqual(['a']);
    await writeMark(disk, `${root}/.sillage/streams/web`, firstShard, { first: 0n, length: 28 });
    expect(await textsOf(reader(disk))).toEqual(['a']);
    await writeMark(disk, `${root}/.sillage/streams/web`, firstShard, { first: 0n, length: 29 });
    await expect(textsOf(reader(disk))).rejects.toThrow(`${pathOf(0)} is damaged at byte 28`);
  });

  test('that waits is told where a promised part of the last segment is gone', async () => {
    const { disk, stream } = await opened();
    await put(stream, 'a', 'b');
    const waiting = openLogReader(root, { name: 'web', disk, isDurableOnly: true });
    expect(await textsOf(waiting)).toEqual(['a', 'b']);
    await (await disk.open(pathOf(0), 'r+')).truncate(28);
    await expect(textsOf(waiting)).rejects.toThrow(`${pathOf(0)} is damaged at byte 28`);
  });

  test('of another process is told what it asked for in vain', async () => {
    const { disk, stream } = await opened();
    await put(stream, 'a', 'b');
    const own = reader(disk);
    expect(own.location).toBe(`${root}/.sillage/streams/web`);
    expect((await own.read(firstShard, '1', 1)).records).toEqual([]);
    await expect(own.read(firstShard, '2', 1)).rejects.toThrow(
      `Somebody reads ${firstShard} of the stream web in ${root} from behind number 2, and no record has been given ` +
        'that number yet: the next one has 2. That checkpoint is of another stream, or was changed. Delete it: the ' +
        'shard is then read from its oldest record, and what was done already is recognised as repeated.',
    );
    await expect(own.read('shardId-000000000009', undefined, 1)).rejects.toThrow(
      `The stream web in ${root} has no shard shardId-000000000009. List its shards again: old ones vanish with their records.`,
    );
    await expect(openLogReader(root, { name: 'none', disk }).shards()).rejects.toThrow(
      `There is no stream none in the lake in ${root}. Start what writes it first, or check the folder.`,
    );
  });

  test.each([
    ['an empty stream', 0, undefined, 0],
    ['a stream with a record', 1, undefined, 1],
    ['a stream of which a segment is begun', 1, 5, 5],
  ])('of %s is told which number comes next', async (_, records, begun, next) => {
    const { disk, stream } = await opened();
    for (let n = 0; n < records; n += 1) await put(stream, 'a');
    if (begun !== undefined) await disk.open(pathOf(begun), 'wx');
    await expect(reader(disk).read(firstShard, String(next), 1)).rejects.toThrow(`the next one has ${next}. That`);
  });

  test('of a table of before numbers were kept waits behind whatever number', async () => {
    const { disk, stream } = await opened();
    await put(stream, 'a');
    const shards = await stream.shards();
    const readText: Disk['readText'] = (path) =>
      path.endsWith('shards.json') ? Promise.resolve(JSON.stringify({ version: 1, shards })) : disk.readText(path);
    expect(await reader({ ...disk, readText }).read(firstShard, '99', 1)).toEqual({
      records: [],
      after: '99',
      isFinished: false,
    });
  });

  test('tells any fault of the disk in words, at once', async () => {
    const { disk, stream } = await opened();
    await put(stream, 'a');
    let opens = 0;
    const open: Disk['open'] = (path, flags) =>
      path.endsWith('.log') ? ((opens += 1), Promise.reject(systemError('EIO'))) : disk.open(path, flags);
    await expect(reader({ ...disk, open }).read(firstShard, undefined, 1)).rejects.toThrow(
      'The stream web stands still. The lake in /lake cannot be used: its disk reports an error.',
    );
    expect(opens).toBe(1);
    const readText = () => Promise.reject(systemError('EIO'));
    await expect(reader({ ...disk, readText }).shards()).rejects.toThrow('The stream web stands still.');
  });
});
