import { expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { memoryDisk } from '../../../test/stream/memory-disk.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import type { Disk } from './disk.ts';
import { systemError } from './log-fixture.ts';
import {
  listSegments,
  type LoggedShard,
  readTable,
  segmentPath,
  shownShard,
  strayShards,
  streamFolder,
  writeTable,
} from './log-folder.ts';

const folder = '/lake/stream';
const shard = (number: number, over: Partial<LoggedShard> = {}): LoggedShard => ({
  shardId: `shardId-${String(number).padStart(12, '0')}`,
  parents: [],
  from: '0',
  to: '9',
  isClosed: false,
  ...over,
});

test.each(['a', '-', '_', '0', 'a.', 'A-b_c.d', 'x'.repeat(128)])('a stream may be named %s', (name) =>
  expect(streamFolder('lake', name)).toBe(`${resolve('lake')}/.sillage/streams/${name}`),
);

test.each(['', '.a', 'a b', 'a/b', 'é', 'a\n', 'x'.repeat(129)])('and not %j', (name) =>
  expect(() => streamFolder('lake', name)).toThrow(
    'A stream is named with 1 to 128 of a–z, A–Z, 0–9, _, - and ., and no dot at its beginning; not ' +
      `${JSON.stringify(name)}.`,
  ),
);

test('a table is read as it was written; its folders are there before it, and it is synced', async () => {
  const disk = memoryDisk({ now: () => 0 });
  const calls: string[] = [];
  const noting: Disk = {
    ...disk,
    makeFolder: (path) => (calls.push(`make ${path}`), disk.makeFolder(path)),
    rename: (from, to) => (calls.push(`name ${to}`), disk.rename(from, to)),
    syncFolder: (path) => (calls.push(`sync ${path}`), disk.syncFolder(path)),
  };
  const shards = [shard(0, { isClosed: true, closedAt: 7 }), shard(1, { parents: ['shardId-000000000000'] })];
  await writeTable(noting, folder, shards, 123_456_789_012_345_678n);
  expect(calls).toEqual([
    `make ${folder}/shardId-000000000000`,
    `make ${folder}/shardId-000000000001`,
    `name ${folder}/shards.json`,
    `sync ${folder}`,
  ]);
  expect(await readTable(disk, folder)).toEqual({ shards, next: 123_456_789_012_345_678n });
  expect(JSON.parse(await disk.readText(`${folder}/shards.json`))).toMatchObject({
    version: 1,
    next: '123456789012345678',
  });
  expect(shards.map(shownShard)).toEqual([
    shard(0, { isClosed: true }),
    shard(1, { parents: ['shardId-000000000000'] }),
  ]);
  expect(Object.keys(shownShard(shard(0, { isClosed: true, closedAt: 7 })))).not.toContain('closedAt');
});

const tableOf = async (text: string) =>
  await readTable({ ...memoryDisk({ now: () => 0 }), readText: async () => text }, folder);

test('a table of before numbers were kept has none, and of none there is nothing', async () => {
  expect(await tableOf(JSON.stringify({ version: 1, shards: [shard(0)] }))).toEqual({
    shards: [shard(0)],
    next: undefined,
  });
  expect(await readTable(memoryDisk({ now: () => 0 }), folder)).toBeUndefined();
});

test.each([
  ['no JSON', '{'],
  ['another version', JSON.stringify({ version: 2, shards: [] })],
  ['no shards', JSON.stringify({ version: 1 })],
  ['a number that is none', JSON.stringify({ version: 1, next: '1x', shards: [] })],
  ['a number that is none in front', JSON.stringify({ version: 1, next: 'x1', shards: [] })],
  ...(
    [
      ['a short name', { shardId: 'shardId-00000000000' }],
      ['a long name', { shardId: 'shardId-0000000000000' }],
      ['a name with more in front', { shardId: 'a shardId-000000000000' }],
      ['a range that is none', { from: '-1' }],
      ['another range that is none', { to: '9 ' }],
    ] as const
  ).map(([what, over]) => [`a shard of ${what}`, JSON.stringify({ version: 1, shards: [shard(0, over)] })] as const),
])('a table of %s is refused in words', async (_, text) => {
  const refused = tableOf(text);
  await expect(refused).rejects.toThrow(StreamUnavailable);
  await expect(refused).rejects.toThrow(
    `${folder}/shards.json does not hold the shards of a stream. Restore it, or delete its folder and begin a new stream.`,
  );
  await expect(refused).rejects.toMatchObject({ cause: expect.anything() });
});

test('what keeps a table from being read is told as it is', async () => {
  const readText = () => Promise.reject(systemError('EIO'));
  await expect(readTable({ ...memoryDisk({ now: () => 0 }), readText }, folder)).rejects.toMatchObject({ code: 'EIO' });
});

test('the strays of a folder are its shards that the table does not know', async () => {
  const list = async () => [
    'shardId-000000000000',
    'shardId-000000000001',
    'shards.json',
    'checkpoints',
    'a shardId-1',
  ];
  const disk = { ...memoryDisk({ now: () => 0 }), list };
  expect(await strayShards(disk, folder, [shard(0)])).toEqual(['shardId-000000000001']);
  expect(await strayShards(disk, folder, [])).toEqual(['shardId-000000000000', 'shardId-000000000001']);
});

test('segments are the files that are named by a number of twenty digits, oldest first', async () => {
  const names = [
    '7.log',
    '00000000000000000010.log',
    '00000000000000000009.log',
    'acknowledged',
    '00000000000000000001-0-5.damaged',
  ];
  const others = ['000000000000000000011.log', '00000000000000000002.log.new', 'x00000000000000000003.log'];
  const disk = { ...memoryDisk({ now: () => 0 }), list: async () => [...names, ...others] };
  expect(await listSegments(disk, folder, 'shardId-000000000000')).toEqual(
    [9n, 10n].map((first) => ({ first, path: segmentPath(folder, 'shardId-000000000000', first) })),
  );
  expect(segmentPath(folder, 'shardId-000000000000', 9n)).toBe(
    `${folder}/shardId-000000000000/00000000000000000009.log`,
  );
});
