/** What an erasure asks of its disk, and what it leaves there. */
import { expect, test } from '@jest/globals';
import { memoryDisk, type MemoryDisk } from '../../../test/stream/memory-disk.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import type { Disk } from './disk.ts';
import { damageOf } from './log-damage.ts';
import { openErasableLog } from './log-erase.ts';
import { firstShard, put, systemError, textsOf } from './log-fixture.ts';
import { readMark } from './log-mark.ts';
import { openLogReader } from './log-reader.ts';
import { openLogStream } from './log-stream.ts';

const root = '/lake';
const folder = `${root}/.sillage/streams/web`;
const shard = `${folder}/${firstShard}`;
const logOf = (first: number) => `${String(first).padStart(20, '0')}.log`;

/** A closed stream: each put is a segment, of which the first number is that of its first record. */
async function written(...puts: readonly (readonly string[])[]): Promise<MemoryDisk> {
  const disk = memoryDisk({ now: () => 0 });
  const stream = await openLogStream(root, { name: 'web', shards: 1, disk, now: () => 0, segmentBytes: 1 });
  for (const texts of puts) await put(stream, ...texts);
  await stream.close();
  return disk;
}

/** Tells what an erasure does to the files of a shard, and how many of them are open. */
function noting(disk: MemoryDisk) {
  const seen = { calls: [] as string[], open: 0 };
  const note = (what: string, path: string) => {
    if (path.startsWith(shard)) seen.calls.push(`${what} ${path.slice(path.lastIndexOf('/') + 1)}`);
  };
  const noted: Disk = {
    ...disk,
    async open(path, flags) {
      const file = await disk.open(path, flags);
      seen.open += 1;
      return {
        ...file,
        async write(buffer, offset, length, position) {
          if (path.endsWith('acknowledged'))
            note(`mark ${buffer.toString().split(' ').slice(0, 2).map(Number).join(' ')}`, path);
          return await file.write(buffer, offset, length, position);
        },
        async close() {
          seen.open -= 1;
          await file.close();
        },
      };
    },
    rename: (from, to) => (note('name', to), disk.rename(from, to)),
    remove: (path) => (note('remove', path), disk.remove(path)),
    syncFolder: (path) => (note('sync', path), disk.syncFolder(path)),
  };
  return { seen, disk: noted };
}

const withoutBob = (data: Buffer): Buffer | undefined => (data.toString().startsWith('bob') ? undefined : data);
const reader = (disk: Disk) => openLogReader(root, { name: 'web', disk });

test('a segment that has nothing of theirs is left as it is, and one that has only theirs goes', async () => {
  const given = await written(['a'], ['bob', 'b'], ['bob'], ['c', 'bob']);
  const { seen, disk } = noting(given);
  const log = await openErasableLog(root, 'web', disk);
  seen.calls.length = 0;
  await log.rewrite(withoutBob);
  await log.release();
  expect(seen.calls).toEqual([
    `name ${logOf(1)}`,
    `sync ${firstShard}`,
    `remove ${logOf(3)}`,
    `sync ${firstShard}`,
    // The mark is of the last segment: it promises nothing of it while it is replaced, and then what is left.
    'mark 4 0 acknowledged',
    `name ${logOf(4)}`,
    `sync ${firstShard}`,
    'mark 4 28 acknowledged',
  ]);
  expect(seen.open).toBe(0);
  expect((await given.list(shard)).toSorted()).toEqual([logOf(0), logOf(1), logOf(4), 'acknowledged']);
  expect(await textsOf(reader(given))).toEqual(['a', 'b', 'c']);
});

test('of a last segment that has only theirs nothing is promised any more', async () => {
  const disk = await written(['a'], ['bob']);
  const log = await openErasableLog(root, 'web', disk);
  await log.rewrite(withoutBob);
  await log.release();
  expect(await readMark(disk, folder, firstShard)).toEqual({ first: 1n, length: 0 });
  const stream = await openLogStream(root, { name: 'web', shards: 1, disk, now: () => 0 });
  expect([await textsOf(stream), await damageOf(root, 'web', disk)]).toEqual([['a'], []]);
});

test('what is damaged in a segment that everybody has done is seen too, and all that stands behind it', async () => {
  const disk = await written(['a', 'bob of the damage', 'bob behind it', 'b'], ['c']);
  await fileCheckpoints(root, 'web', 'land', disk).save(firstShard, { after: '4', isFinished: false });
  // In the number of the second record: what it says can still be read by whoever looks at the disk.
  disk.flip(/0\.log$/u, 0, 8 * (28 + 15));
  const log = await openErasableLog(root, 'web', disk);
  const seen: string[] = [];
  expect(await log.visit((data) => seen.push(data.toString()))).toBe(4);
  expect(seen).toEqual(['a', 'bob behind it', 'b', 'c']);
  await log.rewrite(withoutBob);
  await log.removeDamaged((bytes) => bytes.includes('bob'));
  await log.release();
  expect(await textsOf(reader(disk))).toEqual(['a', 'b', 'c']);
  const left = await Promise.all((await disk.list(shard)).map((name) => disk.readText(`${shard}/${name}`)));
  expect(left.join('')).not.toContain('bob');
});

test('what was set aside and cannot be read is told: it may hold the person', async () => {
  const disk = await written(['bob']);
  disk.flip(/\.log$/u, 0, 8 * 27);
  const readText: Disk['readText'] = (path) =>
    path.endsWith('.damaged') ? Promise.reject(systemError('EIO')) : disk.readText(path);
  const log = await openErasableLog(root, 'web', { ...disk, readText });
  await expect(log.removeDamaged(() => true)).rejects.toThrow('EIO');
  await log.release();
});

test('where it cannot begin, others may write again', async () => {
  const disk = await written(['a']);
  const held: string[] = [];
  const lock: Disk['lock'] = async (_, name) => {
    held.push(name);
    return { release: async () => void held.pop() };
  };
  // The stream is opened and closed before: its second lock is that of the erasure.
  const list: Disk['list'] = (path) =>
    held.length === 1 && path === folder && opened ? Promise.reject(systemError('EIO')) : disk.list(path);
  let opened = false;
  const noted: Disk = { ...disk, list, lock: async (...of) => ((opened = locks++ > 0), lock(...of)) };
  let locks = 0;
  await expect(openErasableLog(root, 'web', noted)).rejects.toThrow('EIO');
  expect([locks, held]).toEqual([2, []]);
});
