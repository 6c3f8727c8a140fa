import { describe, expect, test } from '@jest/globals';
import { appendFile, cp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Disk, machineDisk } from './disk.ts';
import { damageOf, setAside } from './log-damage.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf, shardFolder, textsOf } from './log-fixture.ts';
import { encodeFrames } from './log-frames.ts';
import { readMark, unpromised } from './log-mark.ts';
import { openLogReader } from './log-reader.ts';

/** Each record of these tests has a frame of 28 bytes: 26, its key, its letter. */
const frame = 28;

/** A closed stream of five records: two segments, of three and of two. */
async function written(): Promise<{ root: string; first: string; last: string }> {
  const root = await freshRoot();
  const stream = await openWeb(root, { segmentBytes: 60 });
  await put(stream, 'a', 'b', 'c');
  await put(stream, 'd', 'e');
  await stream.close();
  const [first = '', last = ''] = await segmentsOf(root);
  return { root, first, last };
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

/** Opens the stream twice. @returns what is in it, and what was told each time */
async function opened(root: string): Promise<{ texts: string[]; told: string[][] }> {
  const told: string[][] = [];
  let texts: string[] = [];
  for (const turn of [0, 1]) {
    const stream = await openWeb(root, {
      segmentBytes: 60,
      onDamage: ({ message }) => (told[turn] ??= []).push(message),
    });
    if (turn === 0) await put(stream, 'new');
    texts = await textsOf(stream);
    await stream.close();
  }
  return { texts, told };
}

describe('what was acknowledged, and is damaged, is told at each start, and all the rest is kept', () => {
  test.each([
    {
      what: 'the last record, in its data',
      damage: ({ last }) => flip(last, 2 * frame - 1),
      left: ['a', 'b', 'c', 'd'],
      spans: [[28, 28]],
    },
    {
      what: 'the last record, in its length',
      damage: ({ last }) => flip(last, frame),
      left: ['a', 'b', 'c', 'd'],
      spans: [[28, 28]],
    },
    {
      what: 'the end of the last record, which is gone',
      damage: ({ last }) => truncate(last, 2 * frame - 5),
      left: ['a', 'b', 'c', 'd'],
      spans: [[28, 28]],
    },
    {
      what: 'the last record, which is gone whole',
      damage: ({ last }) => truncate(last, frame),
      left: ['a', 'b', 'c', 'd'],
      spans: [[28, 28]],
    },
    {
      what: 'the last segment, which is empty',
      damage: ({ last }) => truncate(last, 0),
      left: ['a', 'b', 'c'],
      spans: [[0, 56]],
    },
    {
      what: 'the last segment, which is gone',
      damage: ({ last }) => rm(last),
      left: ['a', 'b', 'c'],
      spans: [[0, 56]],
    },
    {
      what: 'a record with others behind it',
      damage: ({ last }) => flip(last, 12),
      left: ['a', 'b', 'c', 'e'],
      spans: [[0, 28]],
    },
    {
      what: 'a record of an older segment',
      damage: ({ first }) => flip(first, frame + 12),
      left: ['a', 'c', 'd', 'e'],
      spans: [[28, 28]],
    },
    {
      what: 'the last record of an older segment',
      damage: ({ first }) => flip(first, 2 * frame + 12),
      left: ['a', 'b', 'd', 'e'],
      spans: [[56, 28]],
    },
    {
      what: 'several records',
      damage: async ({ first, last }) => {
        await flip(first, 12);
        await flip(first, 2 * frame + 1);
        await flip(last, frame + 20);
      },
      left: ['b', 'd'],
      spans: [
        [0, 28],
        [28, 28],
        [28, 28],
      ],
    },
  ] satisfies readonly {
    what: string;
    damage: (written: { first: string; last: string }) => Promise<void>;
    left: string[];
    spans: [number, number][];
  }[])('$what', async ({ damage, left, spans }) => {
    const { root, first, last } = await written();
    await damage({ first, last });
    const { texts, told } = await opened(root);
    expect(texts).toEqual([...left, 'new']);
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
    expect(
      told[0]?.map((text) =>
        /was damaged from byte (?<at>\d+) on, for (?<length>\d+) bytes that had been acknowledged/
          .exec(text)
          ?.slice(1)
          .map(Number),
      ),
    ).toEqual(spans);
  });

  test('whole, by a disk that reads a few bytes at a time', async () => {
    const { root, first, last } = await written();
    await flip(first, 12);
    await flip(last, 12);
    const disk: Disk = {
      ...machineDisk,
      async open(path, flags) {
        const file = await machineDisk.open(path, flags);
        return {
          read: (buffer, offset, length, position) => file.read(buffer, offset, Math.min(length, 5), position),
          write: (...what) => file.write(...what),
          writev: (...what) => file.writev(...what),
          truncate: (length) => file.truncate(length),
          datasync: () => file.datasync(),
          stat: () => file.stat(),
          close: () => file.close(),
        };
      },
    };
    const stream = await openWeb(root, { segmentBytes: 60, disk });
    expect(await textsOf(stream)).toEqual(['b', 'c', 'e']);
    await stream.close();
  });

  test('in a file that a power cut does not take back: its folder is synced behind its name', async () => {
    const root = await freshRoot();
    const calls: string[] = [];
    const disk: Disk = {
      ...machineDisk,
      async rename(from, to) {
        calls.push(`rename ${basename(to)}`);
        await machineDisk.rename(from, to);
      },
      async syncFolder(folder) {
        calls.push(`sync ${basename(folder)}`);
        await machineDisk.syncFolder(folder);
      },
    };
    const path = join(root, '00000000000000000007.log');
    await setAside(disk, { path, first: 7n }, { at: 28, bytes: Buffer.from('abc'), missing: 2 });
    const name = '00000000000000000007-28-5.damaged';
    expect(calls).toEqual([`rename ${name}`, `sync ${basename(root)}`]);
    expect(await readFile(join(root, name), 'utf8')).toBe('abc');
  });

  test('and what stands behind it is in a file that is synced before it has its name, and its folder behind', async () => {
    const { root, last } = await written();
    await flip(last, frame - 1);
    const calls: string[] = [];
    const disk: Disk = {
      ...machineDisk,
      async open(path, flags) {
        const file = await machineDisk.open(path, flags);
        return {
          read: (...what) => file.read(...what),
          write: (...what) => file.write(...what),
          writev: (...what) => file.writev(...what),
          truncate: (length) => file.truncate(length),
          async datasync() {
            calls.push(`sync ${basename(path)}`);
            await file.datasync();
          },
          stat: () => file.stat(),
          close: () => file.close(),
        };
      },
      async rename(from, to) {
        calls.push(`name ${basename(to)}`);
        await machineDisk.rename(from, to);
      },
      async syncFolder(folder) {
        calls.push(`sync ${basename(folder)}`);
        await machineDisk.syncFolder(folder);
      },
    };
    const stream = await openWeb(root, { segmentBytes: 60, disk });
    await stream.close();
    const moved = basename((await segmentsOf(root)).at(-1) ?? '');
    expect(moved).not.toBe(basename(last));
    const named = calls.indexOf(`name ${moved}`);
    expect(calls.slice(named - 1, named + 2)).toEqual([`sync ${moved}.new`, `name ${moved}`, `sync ${firstShard}`]);
  });

  test('with what stood there beside it, until that is deleted', async () => {
    const { root, last } = await written();
    const bytes = await readFile(last);
    await flip(last, 2 * frame - 1);
    await opened(root);
    const note = (await readdir(shardFolder(root))).find((name) => name.endsWith('.damaged')) ?? '';
    const kept = await readFile(join(shardFolder(root), note));
    expect(kept.subarray(0, -1)).toEqual(bytes.subarray(frame, -1));
    expect(await damageOf(root, 'web')).toHaveLength(1);
    await rm(join(shardFolder(root), note));
    expect(await damageOf(root, 'web')).toEqual([]);
    expect((await opened(root)).told).toEqual([]);
  });

  test('of its shards alone: a copy that a person keeps beside one is none', async () => {
    const { root, last } = await written();
    await flip(last, 2 * frame - 1);
    await opened(root);
    const shard = shardFolder(root);
    await cp(shard, join(dirname(shard), `copy of ${basename(shard)}`), { recursive: true });
    expect((await opened(root)).texts).toEqual(['a', 'b', 'c', 'd', 'new', 'new']);
    expect(await damageOf(root, 'web')).toHaveLength(1);
  });
});

describe('a stream of which segments were trimmed', () => {
  /** A closed stream of two segments, of which those before a time were trimmed. */
  async function trimmed(olderThan: number): Promise<string> {
    const root = await freshRoot();
    let time = 1000;
    const stream = await openWeb(root, { segmentBytes: 60, now: () => time });
    await put(stream, 'a', 'b', 'c');
    time = 6000;
    await put(stream, 'd', 'e');
    for (const path of await segmentsOf(root)) await utimes(path, 5, 5);
    await stream.trim(new Date(olderThan));
    await stream.close();
    return root;
  }

  test('misses none of them', async () => {
    const root = await trimmed(9000);
    expect(await segmentsOf(root)).toEqual([]);
    expect(await opened(root)).toEqual({ texts: ['new'], told: [] });
  });

  test('tells the damage of what is left', async () => {
    const root = await trimmed(5500);
    const [left = '', ...others] = await segmentsOf(root);
    expect(others).toEqual([]);
    await flip(left, 2 * frame - 1);
    const { texts, told } = await opened(root);
    expect(texts).toEqual(['d', 'new']);
    expect(told.map((each) => each.length)).toEqual([1, 1]);
  });
});

describe('what nobody was promised goes without a word, and stops no start', () => {
  const begun = Buffer.alloc(700, 7);
  test.each([
    ['a few bytes', begun.subarray(0, 3)],
    ['half a frame', Buffer.concat([Buffer.from('000002ff', 'hex'), begun])],
    ['zeros, as a power cut may leave them', Buffer.alloc(5000)],
  ])('%s behind the last record', async (_, torn) => {
    const { root, last } = await written();
    await appendFile(last, torn);
    expect(await textsOf(openLogReader(root, { name: 'web' }))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await opened(root)).toEqual({ texts: ['a', 'b', 'c', 'd', 'e', 'new'], told: [] });
  });

  test('a torn frame with a whole one behind it, of one put that a power cut broke off: nobody is kept out by it', async () => {
    const { root, last } = await written();
    await appendFile(last, Buffer.concat([Buffer.alloc(frame), (await readFile(last)).subarray(frame)]));
    expect((await opened(root)).texts).toEqual(['a', 'b', 'c', 'd', 'e', 'new']);
  });

  test('a newer record behind a torn one: it has a segment of its own, of which nobody was promised anything', async () => {
    const { root, last } = await written();
    const { records } = await openLogReader(root, { name: 'web' }).read(firstShard, undefined, 100);
    const sequence = BigInt(records.at(-1)?.sequenceNumber ?? '') + 2n;
    const entry = { data: Buffer.from('f'), partitionKey: 'k' };
    await appendFile(last, Buffer.concat([Buffer.alloc(frame), encodeFrames([{ entry, sequence, arrivedAt: 1 }])]));
    await (await openWeb(root, { segmentBytes: 60 })).close();
    expect(await readMark(machineDisk, dirname(shardFolder(root)), firstShard)).toEqual(unpromised(sequence));
    expect((await opened(root)).texts).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'new']);
  });

  test('a segment whose writer ended before its first record: the next one takes its name', async () => {
    const root = await freshRoot();
    const timeless = { now: () => 0 };
    const stream = await openWeb(root, timeless);
    await put(stream, 'a');
    await stream.close();
    const begunOne = join(shardFolder(root), `${'1'.padStart(20, '0')}.log`);
    await writeFile(begunOne, '');
    const again = await openWeb(root, timeless);
    expect((await segmentsOf(root)).includes(begunOne)).toBe(false);
    await put(again, 'b');
    expect(await segmentsOf(root)).toContain(begunOne);
    expect(await textsOf(again)).toEqual(['a', 'b']);
  });
});

describe('while it is open, a reader', () => {
  test.each(['of the writing process', 'of another one'])(
    '%s is told of a damage, and does not wait for ever',
    async (which) => {
      const root = await freshRoot();
      const stream = await openWeb(root);
      await put(stream, 'a', 'b', 'c');
      const [segment = ''] = await segmentsOf(root);
      await flip(segment, frame + 12);
      const reader = which === 'of another one' ? openLogReader(root, { name: 'web' }) : stream;
      await expect(textsOf(reader)).rejects.toThrow(
        `The segment ${segment} is damaged at byte 28: the records behind it are not read until it is mended.`,
      );
      await stream.close();
      expect((await opened(root)).texts).toEqual(['a', 'c', 'new']);
    },
  );

  test.each([
    ['behind its second record', 2 * frame],
    ['within its third', 2 * frame + 5],
  ])('of the writing process is told of a segment that was cut %s', async (_, size) => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await put(stream, 'a', 'b', 'c');
    const [segment = ''] = await segmentsOf(root);
    await truncate(segment, size);
    await expect(textsOf(stream)).rejects.toThrow(`The segment ${segment} is damaged at byte ${2 * frame}: `);
  });
});
