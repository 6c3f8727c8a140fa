import { utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Disk, type DiskFile, machineDisk } from './disk.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf, textsOf } from './log-fixture.ts';
import { readMark } from './log-mark.ts';
import { openLogReader } from './log-reader.ts';
import { arrivalIn, trimShard } from './log-trim.ts';

const at = Date.parse('2026-01-05T10:00:00Z');
const folderOf = (root: string) => join(root, '.sillage/streams/web');

test.each([
  ['arrived at the border', at, at, 1],
  ['arrived before it', at + 1, at, 2],
  ['arrived in a time to come', at, at - 1, 2],
])('a segment takes more records or none, where its first one %s', async (_, olderThan, now, segments) => {
  const root = await freshRoot();
  const clock = { now: at };
  const stream = await openWeb(root, { now: () => clock.now });
  await put(stream, 'a');
  clock.now = now;
  await stream.trim(new Date(olderThan));
  await put(stream, 'b');
  expect(await segmentsOf(root)).toHaveLength(segments);
  expect(await textsOf(stream)).toEqual(['a', 'b']);
});

/** A closed stream of three records, each in a segment of its own, and a second after the one before. */
async function three(): Promise<{ root: string; numbers: bigint[] }> {
  const root = await freshRoot();
  const clock = { now: at };
  const stream = await openWeb(root, { now: () => clock.now, segmentBytes: 1 });
  for (const text of ['a', 'b', 'c']) {
    await put(stream, text);
    clock.now += 1000;
  }
  const { records } = await stream.read(firstShard, undefined, 10);
  await stream.close();
  for (const [n, path] of (await segmentsOf(root)).entries()) await utimes(path, at / 1000 + n, at / 1000 + n);
  return { root, numbers: records.map(({ sequenceNumber }) => BigInt(sequenceNumber)) };
}
const leftOf = (root: string) => textsOf(openLogReader(root, { name: 'web' }));

test.each([
  ['at the moment of the first', 0, ['a', 'b', 'c']],
  ['a moment later', 1, ['b', 'c']],
  ['at the moment of the second', 1000, ['b', 'c']],
  ['at the moment of the last', 2000, ['c']],
  ['behind all', 2001, []],
])('what arrived before a border that is %s goes, segment by segment', async (_, border, left) => {
  const { root } = await three();
  await trimShard(machineDisk, folderOf(root), firstShard, { olderThan: at + border, now: at + 5000 });
  expect(await leftOf(root)).toEqual(left);
  expect(await arrivalIn(machineDisk, folderOf(root), firstShard)).toBe(
    left.length === 0 ? undefined : at + 1000 * (3 - left.length),
  );
});

test.each([
  ['nothing', -1n, ['a', 'b', 'c']],
  ['the first', 0n, ['b', 'c']],
  ['two', 1n, ['c']],
  ['all', 2n, []],
])('what the consumer has not done stays, however old: it has done %s', async (_, done, left) => {
  const { root, numbers } = await three();
  const upTo = numbers[Number(done)] ?? -1n;
  await trimShard(machineDisk, folderOf(root), firstShard, { olderThan: at + 9000, upTo, now: at + 9000 });
  expect(await leftOf(root)).toEqual(left);
});

test('without a border all goes; a shard without segments has nothing to trim', async () => {
  const { root } = await three();
  await trimShard(machineDisk, folderOf(root), firstShard, { olderThan: Infinity, now: at });
  expect(await segmentsOf(root)).toEqual([]);
  await trimShard(machineDisk, folderOf(root), firstShard, { olderThan: Infinity, now: at });
  expect(await arrivalIn(machineDisk, folderOf(root), firstShard)).toBeUndefined();
});

/** A disk that tells in which order a shard's files are marked, removed and synced. */
function noting(disk: Disk): { readonly disk: Disk; readonly calls: string[]; readonly open: Set<DiskFile> } {
  const calls: string[] = [];
  const files = new Set<DiskFile>();
  const note = (what: string, path: string) => calls.push(`${what} ${basename(path)}`);
  return {
    calls,
    open: files,
    disk: {
      ...disk,
      async open(path, flags) {
        if (path.endsWith('acknowledged')) note('mark', path);
        const file = await disk.open(path, flags);
        files.add(file);
        const close = file.close.bind(file);
        return Object.assign(file, { close: () => (files.delete(file), close()) });
      },
      remove: (path) => (note('remove', path), disk.remove(path)),
      syncFolder: (path) => (note('sync', path), disk.syncFolder(path)),
    },
  };
}

test('what goes is made to last, and the newest segment is promised no more before it goes', async () => {
  const { root, numbers } = await three();
  const nameOf = (n: number) => `${String(numbers[n]).padStart(20, '0')}.log`;
  const some = noting(machineDisk);
  await trimShard(some.disk, folderOf(root), firstShard, { olderThan: at + 1500, now: at + 5000 });
  expect(some.calls).toEqual([`remove ${nameOf(0)}`, `remove ${nameOf(1)}`, `sync ${firstShard}`]);
  const all = noting(machineDisk);
  await trimShard(all.disk, folderOf(root), firstShard, { olderThan: at + 2001, now: at + 5000 });
  expect(all.calls).toEqual(['mark acknowledged', `remove ${nameOf(2)}`, `sync ${firstShard}`]);
  expect(await readMark(machineDisk, folderOf(root), firstShard)).toEqual({ first: numbers[2], length: 0 });
  expect([some.open.size, all.open.size]).toEqual([0, 0]);
});

test('a segment without a record holds nothing that is to be done', async () => {
  const { root, numbers } = await three();
  const [first = ''] = await segmentsOf(root);
  await writeFile(first, '');
  await utimes(first, at / 1000, at / 1000);
  await trimShard(machineDisk, folderOf(root), firstShard, { olderThan: at + 500, upTo: -1n, now: at + 5000 });
  expect((await segmentsOf(root)).map((path) => BigInt(basename(path).slice(0, 20)))).toEqual(numbers.slice(1));
  expect(await arrivalIn(machineDisk, folderOf(root), firstShard)).toBe(at + 1000);
});

test('the segment that is written is ended only where it has something that is old', async () => {
  const { root } = await three();
  const ended: string[] = [];
  const trim = (olderThan: number, now: number) =>
    trimShard(machineDisk, folderOf(root), firstShard, {
      olderThan: at + olderThan,
      upTo: -1n,
      now: at + now,
      finish: async () => void ended.push(`${olderThan} ${now}`),
    });
  for (const [olderThan, now] of [
    [2000, 2000],
    [2001, 2000],
    [2000, 1999],
    [0, 1999],
  ] as const)
    await trim(olderThan, now);
  expect(ended).toEqual(['2001 2000', '2000 1999', '0 1999']);
  expect(await leftOf(root)).toEqual(['a', 'b', 'c']);
});

test('a segment that was written to later stays as long as that is young, and one goes with those behind it', async () => {
  const { root } = await three();
  const [first = '', second = '', third = ''] = await segmentsOf(root);
  // The disk has no times before those of the records behind it.
  await utimes(first, at / 1000 + 90, at / 1000 + 90);
  await utimes(second, at / 1000 + 90, at / 1000 + 90);
  await utimes(third, at / 1000 + 90, at / 1000 + 90);
  const trim = (border: number) =>
    trimShard(machineDisk, folderOf(root), firstShard, { olderThan: at + border, now: at + 99_000 });
  await trim(1000);
  expect(await leftOf(root)).toEqual(['a', 'b', 'c']);
  await trim(1001);
  expect(await leftOf(root)).toEqual(['b', 'c']);
  await trim(90_000);
  expect(await leftOf(root)).toEqual(['c']);
  await trim(90_001);
  expect(await leftOf(root)).toEqual([]);
});
