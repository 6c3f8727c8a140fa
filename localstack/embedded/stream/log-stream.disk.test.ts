/** What the writer of a log asks of its disk, and what it makes of what it finds there. */
import { describe, expect, jest, test } from '@jest/globals';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { memoryDisk, type MemoryDisk } from '../../../test/stream/memory-disk.ts';
import { type Checkpoint, fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import type { Disk } from './disk.ts';
import { entry, firstShard, put, systemError, textsOf } from './log-fixture.ts';
import { type LogStreamOptions, openLogStream } from './log-stream.ts';

const root = '/lake';
const folder = `${root}/.sillage/streams/web`;
const shard = `${folder}/${firstShard}`;

/** A disk in memory whose clock, and that of the streams on it, stands where it is told to. */
function machine(now = 0) {
  const clock = { now };
  const disk = memoryDisk({ now: () => clock.now });
  const open = (options: Partial<LogStreamOptions> = {}) =>
    openLogStream(root, { name: 'web', shards: 1, disk, now: () => clock.now, onDamage: () => undefined, ...options });
  return { clock, disk, open };
}

/** Tells what changes of a disk, by the paths below the folder of the stream. */
function noting(disk: MemoryDisk): { readonly disk: Disk; readonly calls: string[] } {
  const calls: string[] = [];
  const note = (what: string, path: string) => calls.push(`${what} ${path.replace(`${folder}/`, '')}`);
  return {
    calls,
    disk: {
      ...disk,
      makeFolder: (path) => (note('make', path), disk.makeFolder(path)),
      syncFolder: (path) => (note('sync', path), disk.syncFolder(path)),
      rename: (from, to) => (note('name', to), disk.rename(from, to)),
      remove: (path) => (note('remove', path), disk.remove(path)),
    },
  };
}

const logsOf = async (disk: Disk, path = shard) => (await disk.list(path)).filter((name) => name.endsWith('.log'));

describe('a stream that is opened', () => {
  test('is synced up to the lake where it is new, and in its own folder alone where it was there', async () => {
    const { disk, open } = machine();
    const first = noting(disk);
    await (await open({ disk: first.disk })).close();
    expect(first.calls).toEqual([
      `make ${folder}`,
      `make ${firstShard}`,
      'name shards.json',
      `sync ${folder}`,
      `sync ${root}/.sillage/streams`,
      `sync ${root}/.sillage`,
      `sync ${root}`,
    ]);
    const second = noting(disk);
    await (await open({ disk: second.disk })).close();
    expect(second.calls).toEqual([`make ${folder}`, `make ${firstShard}`, 'name shards.json', `sync ${folder}`]);
  });

  test('gives the numbers behind its newest record, also by a clock that stands still', async () => {
    const { open } = machine();
    const numbers: string[] = [];
    for (const texts of [['a', 'b'], ['c'], ['d', 'e']]) {
      const stream = await open({ segmentBytes: 1 });
      await put(stream, ...texts);
      numbers.push(...(await stream.read(firstShard, undefined, 10)).records.map((one) => one.sequenceNumber));
      await stream.close();
    }
    expect(numbers).toEqual(['0', '1', '0', '1', '2', '0', '1', '2', '3', '4']);
  });

  test('gives no number again of a shard that has fewer records than another', async () => {
    const { open } = machine();
    const stream = await open({ shards: 2 });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await stream.put([entry(key, key)]);
    await stream.close();
    const [outcome] = await (await open()).put([entry('next')]);
    expect(outcome).toMatchObject({ sequenceNumber: '7' });
  });

  test.each([
    ['one has done all before it, and another more', [0, 1], true],
    ['two have done', [1, 1], false],
    ['one alone has done', [1], false],
    ['nobody has done', [], true],
  ])('looks at each segment but those that %s', async (_, done, isLookedAt) => {
    const { disk, open } = machine();
    const stream = await open({ segmentBytes: 1 });
    for (const text of ['a', 'b', 'c']) await put(stream, text);
    await stream.close();
    for (const [n, at] of done.entries())
      await fileCheckpoints(root, 'web', `consumer${n}`, disk).save(firstShard, {
        after: String(at),
        isFinished: false,
      });
    // Where others stand in another shard says nothing of this one.
    await fileCheckpoints(root, 'web', 'other', disk).save('shardId-000000000001', { after: '99', isFinished: false });
    disk.flip(new RegExp(`${firstShard}/.*\\.log$`, 'u'), 1, 8 * 20);
    const told: string[] = [];
    await (await open({ onDamage: ({ message }) => told.push(message) })).close();
    expect(told).toHaveLength(isLookedAt ? 1 : 0);
  });

  test('warns of damage where nobody else hears of it', async () => {
    const { disk, open } = machine();
    const stream = await open();
    await put(stream, 'a');
    await stream.close();
    disk.flip(/\.log$/u, 0, 8 * 20);
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await (await openLogStream(root, { name: 'web', shards: 1, disk, now: () => 0 })).close();
    expect(warn.mock.calls).toEqual([[expect.stringContaining('lost records'), 'StreamUnavailable']]);
    jest.restoreAllMocks();
  });

  test('lets its lock go where it cannot be opened, and when it is closed, once', async () => {
    const { disk, open } = machine();
    const locked: string[] = [];
    const lock: Disk['lock'] = async (of, name) => {
      locked.push(`${of} ${name}`);
      return { release: async () => void locked.push('released') };
    };
    const failing = { ...disk, lock, makeFolder: () => Promise.reject(systemError('EIO')) };
    await expect(open({ disk: failing })).rejects.toThrow(StreamUnavailable);
    expect(locked).toEqual(['/lake stream-web', 'released']);
    const stream = await open({ disk: { ...disk, lock } });
    await stream.close();
    await stream.close();
    expect(locked.slice(2)).toEqual(['/lake stream-web', 'released']);
  });

  test.each([
    ['a lake that is in use, in its words', new LakeUnavailable('It is in use.'), StreamUnavailable, 'It is in use.'],
    ['any other fault as it is', new TypeError('no lock'), TypeError, 'no lock'],
  ])('tells of %s', async (_, fault, type, words) => {
    const { disk, open } = machine();
    const opening = open({ disk: { ...disk, lock: () => Promise.reject(fault) } });
    await expect(opening).rejects.toThrow(type);
    await expect(opening).rejects.toThrow(words);
  });
});

test.each([
  [0, 0],
  [-5, 0],
  [7, 7],
])('what is put at %d ms arrives at %d ms', async (now, arrived) => {
  const stream = await machine(now).open();
  await put(stream, 'a');
  const { records } = await stream.read(firstShard, undefined, 1);
  expect(records.map(({ arrivedAt }) => arrivedAt.getTime())).toEqual([arrived]);
});

test('a shard that is closed has none of its files open any more, and its mark is synced; the others write on', async () => {
  const { disk, open } = machine();
  const files = new Map<string, string>();
  const noted: Disk = {
    ...disk,
    async open(path, flags) {
      const file = await disk.open(path, flags);
      files.set(path, 'open');
      return {
        ...file,
        async datasync() {
          files.set(path, 'synced');
          await file.datasync();
        },
        async close() {
          files.set(path, files.get(path) === 'synced' ? 'synced and closed' : 'closed');
          await file.close();
        },
      };
    },
  };
  const stream = await open({ disk: noted, shards: 2 });
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await stream.put([entry(key, key)]);
  const other = `${folder}/shardId-000000000001`;
  files.clear();
  for (const path of [`${shard}/acknowledged`, `${other}/acknowledged`]) files.set(path, 'open');
  await stream.split(firstShard);
  expect(files.get(`${shard}/acknowledged`)).toBe('synced and closed');
  expect(files.get(`${other}/acknowledged`)).toBe('open');
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await stream.put([entry(key, key)]);
  expect(await logsOf(disk, other)).toHaveLength(1);
  expect(await logsOf(disk)).toHaveLength(1);
  await stream.close();
  expect([...files].filter(([, state]) => !state.endsWith('closed'))).toEqual([]);
});

test('what is put one after the other shares a segment, unless it is told to be small', async () => {
  const { disk, open } = machine();
  const stream = await open();
  for (let turn = 0; turn < 3; turn += 1) await put(stream, 'x'.repeat(100_000));
  expect(await logsOf(disk)).toHaveLength(1);
});

test.each([
  [1, '1000000'],
  // Numbers have 64 bits: a clock from April 2262 on is not followed.
  [9_223_372_036_854, '9223372036854000000'],
  [9_223_372_036_855, '0'],
])('at %d ms the first number of a new stream is %s', async (now, number) => {
  const [outcome] = await machine(now)
    .open()
    .then((stream) => stream.put([entry('a')]));
  expect(outcome).toMatchObject({ sequenceNumber: number });
});

describe('a stream that is trimmed', () => {
  test('has the number that comes next on its disk before any record goes', async () => {
    const { clock, disk, open } = machine();
    const noted = noting(disk);
    const stream = await open({ disk: noted.disk, segmentBytes: 1 });
    await put(stream, 'a');
    await put(stream, 'b');
    clock.now = 5000;
    noted.calls.length = 0;
    await stream.trim(new Date(4000));
    const [table, first, second] = ['name shards.json', '0', '1'].map((one) =>
      noted.calls.indexOf(one.length > 1 ? one : `remove ${firstShard}/${one.padStart(20, '0')}.log`),
    );
    expect([table, first, second]).toEqual([table, first, second].toSorted((x, y) => (x ?? 0) - (y ?? 0)));
    expect(table).toBeGreaterThanOrEqual(0);
    expect(await disk.readText(`${folder}/shards.json`)).toContain('"next": "2"');
  });

  test.each([
    ['nothing', {}, 1],
    ['its first record', { after: '0' }, 0],
  ])('keeps what a consumer that has done %s has still to do', async (_, checkpoint, left) => {
    const { clock, open } = machine();
    const stream = await open({ segmentBytes: 1 });
    await put(stream, 'a');
    clock.now = 5000;
    await stream.trim(new Date(4000), { load: async () => ({ isFinished: false, ...checkpoint }) });
    expect(await textsOf(stream)).toHaveLength(left);
  });

  test.each([
    ['nobody reads it', undefined, 1001, true],
    ['its consumer has finished it', { isFinished: true }, 1001, true],
    ['its consumer has not', { isFinished: false }, 1001, false],
    ['it was closed at the border', undefined, 1000, false],
  ] as readonly [string, Checkpoint | undefined, number, boolean][])(
    'lets a closed shard go, or keeps it, where %s',
    async (_, checkpoint, border, isGone) => {
      const { clock, disk, open } = machine(1000);
      const stream = await open();
      await stream.split(firstShard);
      clock.now = 5000;
      await stream.trim(new Date(border), checkpoint && { load: async () => checkpoint });
      expect((await stream.shards()).some(({ shardId }) => shardId === firstShard)).toBe(!isGone);
      expect((await disk.list(folder)).includes(firstShard)).toBe(!isGone);
      await stream.close();
      expect(await (await open()).shards()).toHaveLength(isGone ? 2 : 3);
    },
  );

  test('keeps the moment of a closing that was told by a clock far ahead, as the one of this trim', async () => {
    const { clock, open } = machine(9_000_000);
    const stream = await open();
    await stream.split(firstShard);
    clock.now = 2000;
    await stream.trim(new Date(1000));
    await stream.close();
    clock.now = 5000;
    const again = await open();
    await again.trim(new Date(2000));
    expect(await again.shards()).toHaveLength(3);
    await again.trim(new Date(2001));
    expect(await again.shards()).toHaveLength(2);
  });

  test('keeps the moment of a closing when another shard is closed later', async () => {
    const { clock, open } = machine(1000);
    const stream = await open({ shards: 2 });
    await stream.split(firstShard);
    clock.now = 5000;
    await stream.split('shardId-000000000001');
    await stream.trim(new Date(2000));
    expect((await stream.shards()).map(({ shardId }) => Number(shardId.slice(-2)))).toEqual([1, 2, 3, 4, 5]);
  });

  test('has no records of a shard any more that its table does not know, wherever it is ended', async () => {
    const { clock, disk, open } = machine(1000);
    const remove: Disk['remove'] = (path) => (path === shard ? Promise.reject(systemError('EIO')) : disk.remove(path));
    const stream = await open({ disk: { ...disk, remove } });
    await put(stream, 'a');
    await stream.split(firstShard);
    clock.now = 5000;
    await expect(stream.trim(new Date(4000))).rejects.toThrow('its disk reports an error');
    await stream.close();
    expect(await (await open()).shards()).toHaveLength(2);
    expect(await disk.list(folder)).not.toContain(firstShard);
  });

  test('writes on in a new segment only where the old one has older records', async () => {
    const { clock, disk, open } = machine(1000);
    const stream = await open();
    await put(stream, 'a');
    await stream.trim(new Date(1000));
    await put(stream, 'b');
    expect(await logsOf(disk)).toHaveLength(1);
    clock.now = 1500;
    await stream.trim(new Date(1001), { load: async () => ({ isFinished: false }) });
    await put(stream, 'c');
    expect(await logsOf(disk)).toHaveLength(2);
    expect(await textsOf(stream)).toEqual(['a', 'b', 'c']);
  });

  test('refuses to be trimmed, split or merged by who has closed it', async () => {
    const stream = await machine().open({ shards: 2 });
    await stream.close();
    for (const late of [
      stream.trim(new Date(0)),
      stream.split(firstShard),
      stream.merge(firstShard, 'shardId-000000000001'),
      put(stream, 'a'),
    ])
      await expect(late).rejects.toThrow('was closed by this process');
  });
});
