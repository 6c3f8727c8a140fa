import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { machineDisk } from './disk.ts';
import { encodeFrames, findFrame, scanFrames } from './log-frames.ts';

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
