import { crc32 } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryDisk, type MemoryDisk } from '../../../test/stream/memory-disk.ts';
import { firstShard } from './log-fixture.ts';
import { readMark, writeMark } from './log-mark.ts';
import { recoverShard } from './log-recovery.ts';

const folder = '/lake/stream';
const shard = `${folder}/${firstShard}`;

/** The frame of a record of the key `k`, by the format and not by the code under test. */
function frameOf(sequence: number, text: string): Buffer {
  const frame = Buffer.alloc(27 + text.length);
  frame.writeUInt32BE(19 + text.length, 0);
  frame.writeBigUInt64BE(BigInt(sequence), 8);
  frame.writeBigUInt64BE(1000n, 16);
  frame.writeUInt16BE(1, 24);
  frame.write(`k${text}`, 26);
  frame.writeUInt32BE(crc32(frame.subarray(8)), 4);
  return frame;
}

const nameOf = (first: number) => `${String(first).padStart(20, '0')}.log`;

async function write(disk: MemoryDisk, path: string, bytes: Buffer): Promise<void> {
  const file = await disk.open(path, 'w');
  if (bytes.length > 0) await file.write(bytes, 0, bytes.length, 0);
  await file.datasync();
  await disk.syncFolder(shard);
}

async function read(disk: MemoryDisk, path: string): Promise<Buffer> {
  const file = await disk.open(path, 'r');
  const bytes = Buffer.alloc((await file.stat()).size);
  await file.read(bytes, 0, bytes.length, 0);
  return bytes;
}

/** A shard on a disk: its segments by their first numbers, and its mark. */
async function shardOf(
  segments: ReadonlyMap<number, Buffer>,
  mark: { readonly first: number; readonly length: number } | undefined,
): Promise<MemoryDisk> {
  const disk = memoryDisk({ now: () => 1000 });
  await disk.makeFolder(shard);
  for (const [first, bytes] of segments) await write(disk, `${shard}/${nameOf(first)}`, bytes);
  if (mark !== undefined) await writeMark(disk, folder, firstShard, { first: BigInt(mark.first), length: mark.length });
  await disk.syncFolder(shard);
  return disk;
}

/** What a shard's folder holds: the bytes of its segments, what was set aside, and up to where its mark promises. */
async function held(disk: MemoryDisk) {
  const names = (await disk.list(shard)).toSorted();
  const contents = async (end: string) =>
    Object.fromEntries(
      await Promise.all(
        names
          .filter((name) => name.endsWith(end))
          .map(async (name) => [name, (await read(disk, `${shard}/${name}`)).toString('hex')] as const),
      ),
    );
  const mark = await readMark(disk, folder, firstShard);
  return {
    segments: await contents('.log'),
    aside: await contents('.damaged'),
    others: names.filter((name) => !/\.(?:log|damaged)$|^acknowledged$/u.test(name)),
    mark: mark && [Number(mark.first), mark.length],
  };
}

const recover = async (disk: MemoryDisk, done = -1n) => {
  const newest = await recoverShard(disk, folder, firstShard, done);
  return newest === undefined ? undefined : Number(newest);
};

interface Damaged {
  /** Of each segment, the lengths of its records, and at which byte any of them is broken. */
  readonly segments: readonly (readonly { readonly size: number; readonly broken: number | undefined }[])[];
  /** Records of the last segment, from its end, that nobody was promised. */
  readonly unpromised: number;
  /** Bytes that the last segment has lost at its end. */
  readonly cut: number;
}

const damaged: fc.Arbitrary<Damaged> = fc.record({
  segments: fc.array(
    fc.array(
      fc.record({
        size: fc.integer({ min: 0, max: 9 }),
        broken: fc.constantFrom(undefined, undefined, undefined, 0, 3, 20),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    { minLength: 1, maxLength: 4 },
  ),
  unpromised: fc.nat(3),
  cut: fc.oneof(fc.constant(0), fc.nat(90)),
});

/** The shard of a case, and what recovery must leave of it, by a walk over its records. */
function modelOf({ segments, unpromised, cut }: Damaged) {
  let sequence = 0;
  const given = new Map<number, Buffer>();
  const left = new Map<string, Buffer>();
  const aside = new Map<string, Buffer>();
  let newest: number | undefined;
  let mark = { first: 0, length: 0 };
  let before = mark;
  for (const [at, records] of segments.entries()) {
    const isLast = at === segments.length - 1;
    const frames = records.map(({ size, broken }) => {
      const whole = frameOf((sequence += 1), '.'.repeat(size));
      const stands = Buffer.from(whole);
      if (broken !== undefined) stands.writeUInt8(stands.readUInt8(broken) ^ 1, broken);
      return { sequence, bytes: stands, isWhole: broken === undefined };
    });
    const first = frames[0]?.sequence ?? 0;
    const promisedRecords = isLast ? Math.max(0, frames.length - unpromised) : frames.length;
    let promised = frames.slice(0, promisedRecords).reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (isLast) {
      mark = before = { first, length: promised };
      // What was cut off is no record any more, and its last piece none either.
      for (let rest = cut; rest > 0 && frames.length > 0;) {
        const end = frames.at(-1);
        if (end === undefined) break;
        if (end.bytes.length <= rest) {
          rest -= end.bytes.length;
          frames.pop();
        } else {
          end.bytes = end.bytes.subarray(0, end.bytes.length - rest);
          end.isWhole = false;
          rest = 0;
        }
      }
    } else promised = Infinity;
    given.set(first, Buffer.concat(frames.map(({ bytes }) => bytes)));

    // Runs of whole records have a segment each; runs of broken ones are set aside.
    let own = first;
    let kept: Buffer[] = [];
    let lost: Buffer[] = [];
    const length = (parts: readonly Buffer[]) => parts.reduce((sum, one) => sum + one.length, 0);
    const setAside = (missing: number) => {
      const bytes = Buffer.concat(lost);
      aside.set(`${nameOf(own).slice(0, -4)}-${length(kept)}-${bytes.length + missing}.damaged`, bytes);
    };
    const close = () => {
      if (length(kept) > 0) left.set(nameOf(own), Buffer.concat(kept));
    };
    for (const one of frames) {
      if (!one.isWhole) {
        lost.push(one.bytes);
        continue;
      }
      if (lost.length > 0) {
        setAside(0);
        close();
        promised = Math.max(0, promised - length(kept) - length(lost));
        if (isLast) mark = { first: one.sequence, length: promised };
        own = one.sequence;
        kept = [];
        lost = [];
      }
      kept.push(one.bytes);
      newest = one.sequence;
    }
    const end = length(kept);
    const size = end + length(lost);
    if (end < promised) {
      const missing = promised === Infinity ? 0 : Math.max(0, promised - size);
      if (size + missing > end) setAside(missing);
      if (isLast) mark = { first: own, length: end };
    }
    close();
  }
  // The mark is that of the last segment there is.
  const last = [...left.keys()].toSorted().at(-1);
  if (last !== undefined && Number(last.slice(0, -4)) !== mark.first)
    mark = { first: Number(last.slice(0, -4)), length: left.get(last)?.length ?? 0 };
  const inHex = (files: ReadonlyMap<string, Buffer>) =>
    Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('hex')]));
  return {
    given,
    before,
    newest,
    left: { segments: inHex(left), aside: inHex(aside), others: [], mark: [mark.first, mark.length] },
  };
}

test('whatever is broken or cut off: each whole record stays, what was promised is set aside, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async (one) => {
      const { given, before, newest, left } = modelOf(one);
      const disk = await shardOf(given, before);
      expect(await recover(disk)).toBe(newest);
      expect(await held(disk)).toEqual(left);
      // Done again, also behind a power cut, it comes to the same.
      disk.powerCut('nothing');
      expect(await recover(disk)).toBe(newest);
      expect(await held(disk)).toEqual(left);
    }),
    { numRuns: 120 },
  );
});

const [a, b, c] = [frameOf(1, 'a'), frameOf(2, 'b'), frameOf(3, 'c')];
const broken = (frame: Buffer) => Buffer.from(frame.map((byte, at) => (at === 20 ? byte ^ 1 : byte)));

test.each([
  ['not its last record', 1n, true],
  ['all of it', 2n, false],
  ['more than it', 3n, false],
])('a segment of which everybody has done %s is looked at, or left as it is', async (_, done, isLookedAt) => {
  const disk = await shardOf(
    new Map([
      [1, Buffer.concat([broken(a), b])],
      [3, c],
    ]),
    { first: 3, length: c.length },
  );
  expect(await recover(disk, done)).toBe(3);
  expect(Object.keys((await held(disk)).aside)).toHaveLength(isLookedAt ? 1 : 0);
  // The last one always is.
  const last = await shardOf(
    new Map([
      [1, a],
      [3, Buffer.concat([broken(c), frameOf(4, 'd')])],
    ]),
    undefined,
  );
  expect(await recover(last, 9n)).toBe(4);
  expect(Object.keys((await held(last)).aside)).toHaveLength(1);
});

test('a shard of before there were marks is given one, of all that its last segment holds', async () => {
  const disk = await shardOf(
    new Map([
      [1, a],
      [2, Buffer.concat([b, c])],
    ]),
    undefined,
  );
  expect(await recover(disk)).toBe(3);
  expect((await held(disk)).mark).toEqual([2, b.length + c.length]);
});

test('a shard of which there is nothing has no newest record, and no mark', async () => {
  const disk = await shardOf(new Map(), undefined);
  expect(await recover(disk)).toBeUndefined();
  expect(await held(disk)).toEqual({ segments: {}, aside: {}, others: [], mark: undefined });
});

test('a promised segment that is gone whole is told once, and the mark is then of the last one there is', async () => {
  const disk = await shardOf(new Map([[1, a]]), { first: 2, length: 56 });
  for (let turn = 0; turn < 2; turn += 1) {
    expect(await recover(disk)).toBe(1);
    expect(await held(disk)).toMatchObject({ aside: { '00000000000000000002-0-56.damaged': '' }, mark: [1, a.length] });
  }
  for (const segments of [new Map([[1, a]]), new Map<number, Buffer>()]) {
    const other = await shardOf(segments, { first: 2, length: 56 });
    await recover(other);
    await other.remove(`${shard}/00000000000000000002-0-56.damaged`);
    await recover(other);
    expect((await held(other)).aside).toEqual({});
  }
});

test('a file that ends while it is read is an error, and nothing of it is cut off', async () => {
  const disk = await shardOf(new Map([[1, Buffer.concat([a, broken(b)])]]), { first: 1, length: 2 * a.length });
  const open: MemoryDisk['open'] = async (path, flags) => {
    const file = await disk.open(path, flags);
    return { ...file, stat: async () => ({ size: 100, mtimeMs: 0 }) };
  };
  await expect(recoverShard({ ...disk, open }, folder, firstShard, -1n)).rejects.toThrow(
    'A segment ended at byte 56 while it was read up to 100.',
  );
  expect((await held(disk)).segments).toEqual({ [nameOf(1)]: Buffer.concat([a, broken(b)]).toString('hex') });
});

/** A disk that tells what is asked of it, and takes a few bytes at a time. */
function noting(disk: MemoryDisk): { readonly disk: MemoryDisk; readonly calls: string[] } {
  const calls: string[] = [];
  const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/^0+(?=\d)/u, '');
  const note = (what: string, path: string) => calls.push(`${what} ${baseOf(path)}`);
  return {
    calls,
    disk: {
      ...disk,
      async open(path, flags) {
        const file = await disk.open(path, flags);
        return {
          ...file,
          read: (buffer, offset, length, position) => file.read(buffer, offset, Math.min(length, 5), position),
          write: (buffer, offset, length, position) => file.write(buffer, offset, Math.min(length, 5), position),
          truncate: (length) => (note(`cut to ${length}`, path), file.truncate(length)),
          datasync: () => (note('sync', path), file.datasync()),
          close: () => (note('close', path), file.close()),
        };
      },
      rename: (from, to) => (note('name', to), disk.rename(from, to)),
      remove: (path) => (note('remove', path), disk.remove(path)),
      syncFolder: (path) => (note('sync', path), disk.syncFolder(path)),
    },
  };
}

test('what is damaged is kept before it is cut off, and each file is synced and closed', async () => {
  const given = await shardOf(new Map([[1, Buffer.concat([a, broken(b), c])]]), { first: 1, length: 3 * a.length });
  const { disk, calls } = noting(given);
  expect(await recover(disk)).toBe(3);
  expect(calls).toEqual([
    // What is damaged has its file,
    'sync 1-28-28.damaged.new',
    'close 1-28-28.damaged.new',
    'name 1-28-28.damaged',
    `sync ${firstShard}`,
    // and what stands behind it has, and is promised;
    'sync 3.log.new',
    'close 3.log.new',
    'name 3.log',
    `sync ${firstShard}`,
    'sync acknowledged',
    'close acknowledged',
    // then it is cut off, and the new segment is looked at.
    'cut to 28 1.log',
    'sync 1.log',
    'close 1.log',
    'sync 3.log',
    'close 3.log',
  ]);
  expect(await held(given)).toMatchObject({
    segments: { [nameOf(1)]: a.toString('hex'), [nameOf(3)]: c.toString('hex') },
    mark: [3, c.length],
  });
});

test('a whole segment is synced, for its writer may have ended before; of a torn one the rest is cut off', async () => {
  const whole = noting(await shardOf(new Map([[1, a]]), { first: 1, length: a.length }));
  await recover(whole.disk);
  expect(whole.calls).toEqual(['sync 1.log', 'close 1.log']);
  const torn = noting(
    await shardOf(new Map([[1, Buffer.concat([a, b.subarray(0, 9)])]]), { first: 1, length: a.length }),
  );
  await recover(torn.disk);
  expect(torn.calls).toEqual(['cut to 28 1.log', 'sync 1.log', 'close 1.log']);
  const unmarked = noting(await shardOf(new Map([[1, a]]), undefined));
  await recover(unmarked.disk);
  expect(unmarked.calls).toEqual([
    'sync 1.log',
    'close 1.log',
    'sync acknowledged',
    'close acknowledged',
    'close 1.log',
  ]);
  const empty = noting(await shardOf(new Map([[1, Buffer.alloc(0)]]), { first: 1, length: 0 }));
  await recover(empty.disk);
  expect(empty.calls).toEqual(['sync 1.log', 'close 1.log', 'remove 1.log']);
});
