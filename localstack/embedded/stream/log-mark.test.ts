import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Disk, machineDisk } from './disk.ts';
import { firstShard, freshRoot } from './log-fixture.ts';
import { MarkWriter, promisedEnd, readMark, unpromised, writeMark } from './log-mark.ts';

/** The folder of a stream with one shard, and the path of its mark. */
async function shard(): Promise<{ folder: string; path: string }> {
  const folder = await freshRoot();
  await mkdir(join(folder, firstShard));
  return { folder, path: join(folder, firstShard, 'acknowledged') };
}

test('a mark is read as it was written, each in the place of the one before', async () => {
  const { folder, path } = await shard();
  expect(await readMark(machineDisk, folder, firstShard)).toBeUndefined();
  for (const mark of [{ first: 12n, length: 3_000_000_000 }, { first: 2n ** 63n, length: 5 }, unpromised(7n)]) {
    await writeMark(machineDisk, folder, firstShard, mark);
    expect(await readMark(machineDisk, folder, firstShard)).toEqual(mark);
  }
  expect(unpromised(7n)).toEqual({ first: 7n, length: 0 });
  expect(await readFile(path, 'utf8')).toMatch(/^0{19}7 0{16} [\da-f]{8}\n$/u);
});

test('a mark in which anything changed is none', async () => {
  const { folder, path } = await shard();
  await writeMark(machineDisk, folder, firstShard, { first: 12n, length: 34 });
  const text = await readFile(path, 'utf8');
  for (const other of [
    '',
    text.slice(0, -1),
    text.replace('12 ', '13 '),
    text.replace('34 ', '35 '),
    `0${text}`,
    text.replace('12 ', '1x '),
    text.replace('34 ', '3x '),
  ]) {
    // prettier-ignore
    await writeFile(path, other);
    expect([other, await readMark(machineDisk, folder, firstShard)]).toEqual([other, undefined]);
  }
});

test('what keeps a mark from being read is told, but for its lack', async () => {
  const { folder, path } = await shard();
  await mkdir(path);
  await expect(readMark(machineDisk, folder, firstShard)).rejects.toThrow('EISDIR');
  await expect(writeMark(machineDisk, folder, firstShard, unpromised(1n))).rejects.toThrow('EISDIR');
});

test.each([
  ['without a mark', undefined, 5n, Infinity],
  ['an older segment', { first: 6n, length: 40 }, 5n, Infinity],
  ['the segment of the mark', { first: 5n, length: 40 }, 5n, 40],
  ['a newer segment', { first: 4n, length: 40 }, 5n, 0],
] as const)('promised of %s', (_, mark, first, end) => {
  expect(promisedEnd(mark, { path: 'segment', first })).toBe(end);
});

test('a writer takes its file once, by small writes too, and a closed one takes it anew', async () => {
  const { folder } = await shard();
  const opened: string[] = [];
  const done: string[] = [];
  const disk: Disk = {
    ...machineDisk,
    async open(path, flags) {
      const file = await machineDisk.open(path, flags);
      opened.push(flags);
      return {
        write: (buffer, offset, length, position) => file.write(buffer, offset, Math.min(length, 7), position),
        datasync: async () => void done.push('synced', await file.datasync().then(() => 'whole')),
        close: async () => void done.push('closed', await file.close().then(() => 'whole')),
        read: (...given) => file.read(...given),
        writev: (...given) => file.writev(...given),
        truncate: (length) => file.truncate(length),
        stat: () => file.stat(),
      };
    },
  };
  const writer = new MarkWriter(disk, folder, firstShard);
  await writer.close();
  expect(done).toEqual([]);
  await writer.write({ first: 1n, length: 1 });
  await writer.write({ first: 1n, length: 22 });
  expect(await readMark(machineDisk, folder, firstShard)).toEqual({ first: 1n, length: 22 });
  await writer.close();
  await writer.close();
  expect(done).toEqual(['synced', 'whole', 'closed', 'whole']);
  await writer.write({ first: 1n, length: 3 });
  await writer.close();
  expect(await readMark(machineDisk, folder, firstShard)).toEqual({ first: 1n, length: 3 });
  expect(opened).toEqual(['wx', 'r+']);
});
