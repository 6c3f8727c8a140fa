import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { machineDisk } from './disk.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf, textsOf } from './log-fixture.ts';
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
  await trimShard(machineDisk, folderOf(root), firstShard, {});
  expect(await segmentsOf(root)).toEqual([]);
  await trimShard(machineDisk, folderOf(root), firstShard, {});
  expect(await arrivalIn(machineDisk, folderOf(root), firstShard)).toBeUndefined();
});
