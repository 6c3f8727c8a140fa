import { expect, test } from '@jest/globals';
import { memoryDisk } from '../../../test/stream/memory-disk.ts';
import type { Disk } from './disk.ts';
import { LogAppender } from './log-appender.ts';
import { firstShard, systemError } from './log-fixture.ts';
import { readMark } from './log-mark.ts';

const folder = '/lake/stream';
const shard = `${folder}/${firstShard}`;
const pathOf = (first: number) => `${shard}/${String(first).padStart(20, '0')}.log`;

type Call = 'open' | 'writev' | 'write' | 'datasync' | 'truncate' | 'close' | 'syncFolder' | 'remove';

/** An appender over a disk that notes what it is asked, takes so much at a time, and fails where it is told to. */
async function noted(segmentBytes = 100, atOnce = Infinity) {
  const disk = memoryDisk({ now: () => 0 });
  await disk.makeFolder(shard);
  const log: string[] = [];
  const failing: Call[] = [];
  const note = (call: Call, path: string, more = '') => {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/^0+(?=\d)/u, '');
    log.push(`${call} ${name}${more}`);
    if (failing[0] !== call) return;
    failing.shift();
    throw systemError('EIO');
  };
  const noting: Disk = {
    ...disk,
    async open(path, flags) {
      if (flags !== 'wx' || path.endsWith('.log')) note('open', path, ` ${flags}`);
      const file = await disk.open(path, flags);
      return {
        ...file,
        async writev(buffers, position) {
          note('writev', path, ` ${buffers.map(({ length }) => length).join('+')} at ${position}`);
          const all = Buffer.concat(buffers);
          return await file.writev([all.subarray(0, Math.min(all.length, atOnce))], position);
        },
        async write(buffer, ...where) {
          note('write', path, ` ${buffer.toString().split(' ').slice(0, 2).map(Number).join(' ')}`);
          return await file.write(buffer, ...where);
        },
        async datasync() {
          note('datasync', path);
          await file.datasync();
        },
        async truncate(length) {
          note('truncate', path, ` ${length}`);
          await file.truncate(length);
        },
        async close() {
          note('close', path);
          await file.close();
        },
      };
    },
    async syncFolder(path) {
      note('syncFolder', path);
      await disk.syncFolder(path);
    },
    async remove(path) {
      note('remove', path);
      await disk.remove(path);
    },
  };
  const appender = new LogAppender(noting, folder, firstShard, segmentBytes);
  const append = (first: number, ...frames: readonly string[]) =>
    appender.append(
      BigInt(first),
      frames.map((one) => Buffer.from(one)),
    );
  return { disk, appender, append, log, failing };
}
const contentOf = async (disk: Disk, first: number) => await disk.readText(pathOf(first));

test('a segment is made, and named, and promised nothing of before its first frame; a mark comes behind each sync', async () => {
  const { disk, appender, append, log } = await noted();
  await append(7, 'abc', 'de');
  expect(log.splice(0)).toEqual([
    'open 7.log wx',
    `syncFolder ${firstShard}`,
    'open acknowledged r+',
    'write acknowledged 7 0',
    'writev 7.log 3+2 at 0',
    'datasync 7.log',
    'write acknowledged 7 5',
  ]);
  await append(9, 'f');
  expect(log.splice(0)).toEqual(['writev 7.log 1 at 5', 'datasync 7.log', 'write acknowledged 7 6']);
  expect([await contentOf(disk, 7), appender.durableEnd(pathOf(7))]).toEqual(['abcdef', 6]);
  await appender.close();
  expect(log.splice(0)).toEqual(['close 7.log', 'datasync acknowledged', 'close acknowledged']);
  expect(appender.durableEnd(pathOf(7))).toBeUndefined();
});

test('a segment that has its size takes no more', async () => {
  const { disk, append, log } = await noted(5);
  await append(1, 'abcd');
  await append(2, 'e');
  log.length = 0;
  await append(3, 'f');
  expect(log).toEqual([
    'close 1.log',
    'open 3.log wx',
    `syncFolder ${firstShard}`,
    'write acknowledged 3 0',
    'writev 3.log 1 at 0',
    'datasync 3.log',
    'write acknowledged 3 1',
  ]);
  expect([await contentOf(disk, 1), await contentOf(disk, 3)]).toEqual(['abcde', 'f']);
});

test.each([1, 2, 3, 4, 5, 6, 7])('a disk that takes %d bytes at a time is given the rest', async (atOnce) => {
  const { disk, append, log } = await noted(100, atOnce);
  await append(1, 'ab', 'cd', '', 'ef');
  await append(2, 'ghi');
  expect(await contentOf(disk, 1)).toBe('abcdefghi');
  expect(log.filter((one) => one.startsWith('writev'))).toHaveLength(Math.ceil(6 / atOnce) + Math.ceil(3 / atOnce));
  expect(await readMark(disk, folder, firstShard)).toEqual({ first: 1n, length: 9 });
});

test('what a failed append left is cut off at once, and the next one begins a segment', async () => {
  const { disk, appender, append, log, failing } = await noted();
  await append(1, 'abc');
  failing.push('datasync');
  log.length = 0;
  await expect(append(2, 'lost')).rejects.toThrow('EIO');
  expect(log).toEqual([
    'writev 1.log 4 at 3',
    'datasync 1.log',
    'close 1.log',
    'open 1.log r+',
    'truncate 1.log 3',
    'datasync 1.log',
    'close 1.log',
  ]);
  expect([await contentOf(disk, 1), appender.durableEnd(pathOf(1))]).toEqual(['abc', undefined]);
  await append(2, 'd');
  expect([await contentOf(disk, 1), await contentOf(disk, 2)]).toEqual(['abc', 'd']);
});

test('what cannot be cut off stays unseen, and keeps the next append until it can be', async () => {
  const { disk, appender, append, log, failing } = await noted();
  await append(1, 'abc');
  failing.push('datasync', 'truncate', 'truncate');
  await expect(append(2, 'lost')).rejects.toThrow('EIO');
  expect(appender.durableEnd(pathOf(1))).toBe(3);
  expect(await contentOf(disk, 1)).toBe('abclost');
  log.length = 0;
  await expect(append(2, 'd')).rejects.toThrow('EIO');
  // The file that was opened to be cut is closed whatever comes of it.
  expect(log).toEqual(['open 1.log r+', 'truncate 1.log 3', 'close 1.log']);
  await append(2, 'd');
  expect([await contentOf(disk, 1), await contentOf(disk, 2)]).toEqual(['abc', 'd']);
  expect(appender.durableEnd(pathOf(1))).toBeUndefined();
});

test('a segment of which nothing came to be durable goes', async () => {
  const { disk, append, log, failing } = await noted();
  failing.push('writev');
  await expect(append(1, 'lost')).rejects.toThrow('EIO');
  expect(log.slice(-3)).toEqual(['close 1.log', 'remove 1.log', `syncFolder ${firstShard}`]);
  expect(await disk.list(shard)).toEqual(['acknowledged']);
  await append(1, 'a');
  expect(await contentOf(disk, 1)).toBe('a');
});

test.each(['syncFolder', 'write'] as const)('so does one that was only begun: its %s failed', async (call) => {
  const { disk, append, log, failing } = await noted();
  failing.push(call);
  await expect(append(1, 'lost')).rejects.toThrow('EIO');
  expect(log.at(-1)).toBe('close 1.log');
  await append(1, 'a');
  expect(await contentOf(disk, 1)).toBe('a');
});
