import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type DiskFile, machineDisk } from './disk.ts';
import { encodeFrames, findFrame, readAt, recordOf, scanFrames } from './log-frames.ts';

test('each frame is told where it stands, also where a file is read in many chunks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-frames-'));
  const path = join(folder, 'segment');
  const frames = Array.from({ length: 40 }, (_, n) =>
    encodeFrames([
      { entry: { data: Buffer.alloc(1 + 37_000 * (n % 3), n), partitionKey: 'k' }, sequence: BigInt(n), arrivedAt: n },
    ]),
  );
  const starts = frames.map((_, n) => frames.slice(0, n).reduce((sum, { length }) => sum + length, 0));
  const bytes = Buffer.concat(frames);
  await writeFile(path, bytes);
  const file = await machineDisk.open(path, 'r');
  try {
    for (const from of [0, 13]) {
      const told: [bigint, number][] = [];
      const end = await scanFrames(file, starts[from] ?? 0, bytes.length, ({ sequence }, at) => {
        told.push([sequence, at]);
        return true;
      });
      expect(told).toEqual(starts.slice(from).map((at, n) => [BigInt(from + n), at]));
      expect(end).toEqual({ at: bytes.length, isTorn: false });
    }
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
});

test('behind a damage the next newer frame is found at whatever byte it begins', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-frames-'));
  const framed = (sequence: bigint) =>
    encodeFrames([{ entry: { data: Buffer.from('x'), partitionKey: 'k' }, sequence, arrivedAt: 1 }]);
  try {
    for (const broken of [0, 1, 2, 3, 40]) {
      const path = join(folder, String(broken));
      const bytes = Buffer.concat([Buffer.alloc(broken, 255), framed(4n), framed(5n), Buffer.alloc(3)]);
      await writeFile(path, bytes);
      const file = await machineDisk.open(path, 'r');
      const found = (after: bigint) => findFrame(file, 0, bytes.length, after);
      expect(await found(3n)).toEqual({ at: broken, sequence: 4n });
      expect(await found(4n)).toEqual({ at: broken + framed(4n).length, sequence: 5n });
      expect(await found(5n)).toBeUndefined();
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A file in memory, which may end before anybody thinks; it notes how much is asked of it at once. */
function fileOf(bytes: Buffer) {
  const asked: number[] = [];
  const file: DiskFile = {
    async read(buffer, offset, length, position) {
      asked.push(length);
      return { bytesRead: position >= bytes.length ? 0 : bytes.copy(buffer, offset, position, position + length) };
    },
    write: () => Promise.reject(new Error('read only')),
    writev: () => Promise.reject(new Error('read only')),
    truncate: () => Promise.reject(new Error('read only')),
    datasync: async () => undefined,
    stat: async () => ({ size: bytes.length, mtimeMs: 0 }),
    close: async () => undefined,
  };
  return { file, asked };
}
const framed = (sequence: number, bytes: number, key = 'k') =>
  encodeFrames([
    { entry: { data: Buffer.alloc(bytes, 7), partitionKey: key }, sequence: BigInt(sequence), arrivedAt: 5 },
  ]);
/** The data of the largest record that a stream takes, with a key of one letter. */
const most = 1_048_575;

async function scanned(bytes: Buffer, end = bytes.length, until = Infinity) {
  const told: number[] = [];
  const result = await scanFrames(fileOf(bytes).file, 0, end, ({ sequence }) => {
    if (Number(sequence) >= until) return false;
    told.push(Number(sequence));
    return true;
  });
  return { told, ...result };
}

test('the smallest and the largest frames are read, and what one of them says', async () => {
  const bytes = Buffer.concat([framed(1, 0, ''), framed(2, most), framed(3, 0), framed(4, most - 2, 'é')]);
  const read: unknown[] = [];
  await scanFrames(fileOf(bytes).file, 0, bytes.length, (frame) => {
    const { data, partitionKey, sequenceNumber, arrivedAt } = recordOf(frame);
    read.push([data.length, Buffer.from(data).every((byte) => byte === 7), partitionKey, sequenceNumber, arrivedAt]);
    return true;
  });
  const at = new Date(5);
  expect(read).toEqual([
    [0, true, '', '1', at],
    [most, true, 'k', '2', at],
    [0, true, 'k', '3', at],
    [most - 2, true, 'é', '4', at],
  ]);
  // Nothing is as long: what says so is no frame, and is not waited for.
  const longer = Buffer.from(framed(5, most));
  longer.writeUInt32BE(longer.readUInt32BE(0) + 1, 0);
  expect(await scanned(Buffer.concat([framed(1, 1), longer, Buffer.alloc(9)]))).toEqual({
    told: [1],
    at: 28,
    isTorn: true,
  });
});

test.each([
  ['shorter than any frame', Buffer.from('00000011', 'hex')],
  ['zeros', Buffer.alloc(40)],
  ['a frame of which a byte is missing', framed(3, 9).subarray(0, -1)],
  ['a head alone', framed(3, 9).subarray(0, 8)],
  ['half a head', framed(3, 9).subarray(0, 7)],
  ['a large frame of which a byte is missing', framed(3, 700_000).subarray(0, -1)],
  ['a frame with another checksum', Buffer.from(framed(3, 9).map((byte, at) => (at === 7 ? byte ^ 1 : byte)))],
])('a scan ends before %s', async (_, torn) => {
  const whole = Buffer.concat([framed(1, 300_000), framed(2, 1)]);
  expect(await scanned(Buffer.concat([whole, torn]))).toEqual({ told: [1, 2], at: whole.length, isTorn: true });
});

test.each([0, 1, 300_000])(
  'a scan ends where it is told to, and before a record that is not wanted, of %d bytes',
  async (size) => {
    const [a, b, c] = [framed(1, 3), framed(2, size), framed(3, 3)];
    const bytes = Buffer.concat([a, b, c]);
    expect(await scanned(bytes)).toEqual({ told: [1, 2, 3], at: bytes.length, isTorn: false });
    expect(await scanned(bytes, a.length)).toEqual({ told: [1], at: a.length, isTorn: false });
    expect(await scanned(bytes, a.length + b.length - 1)).toEqual({ told: [1], at: a.length, isTorn: true });
    expect(await scanned(bytes, bytes.length, 2)).toEqual({ told: [1], at: a.length, isTorn: false });
    // A file that has become shorter meanwhile.
    expect(await scanned(bytes, bytes.length + 10)).toEqual({ told: [1, 2, 3], at: bytes.length, isTorn: true });
  },
);

test('a file is read a chunk at a time, and a frame that is larger in one piece', async () => {
  const bytes = Buffer.concat([
    framed(1, 3),
    framed(2, 900_000),
    ...Array.from({ length: 9 }, (_, n) => framed(3 + n, 60_000)),
  ]);
  const { file, asked } = fileOf(bytes);
  await scanFrames(file, 0, bytes.length, () => true);
  expect(Math.max(...asked)).toBe(900_027);
  expect(asked.length).toBeLessThan(8);
});

test('as many bytes are read as there are', async () => {
  const { file } = fileOf(Buffer.from('abcdefgh'));
  expect(String(await readAt(file, 2, 4))).toBe('cdef');
  expect(String(await readAt(file, 6, 4))).toBe('gh');
  expect(String(await readAt(file, 9, 4))).toBe('');
});

test('a frame is found that begins at the last byte at which its chunk is looked through, and is the largest', async () => {
  const broken = 1_048_593;
  const bytes = Buffer.concat([Buffer.alloc(broken, 255), framed(7, most)]);
  expect(await findFrame(fileOf(bytes).file, 0, bytes.length, 6n)).toEqual({ at: broken, sequence: 7n });
});
