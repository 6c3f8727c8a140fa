import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import {
  entry,
  type Fault,
  firstShard,
  freshRoot,
  openWeb,
  plant,
  put,
  segmentsOf,
  systemError,
  textsOf,
} from './log-fixture.ts';
import { machineDisk } from './disk.ts';
import { openLogReader } from './log-reader.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

async function fault(method: Parameters<typeof plant>[0], what: Fault): Promise<void> {
  undo.push(await plant(method, what));
}

/** A promise that the test settles when it likes. */
function held() {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
}

describe('a commit', () => {
  test('is shared by all puts that came during the one before', async () => {
    const stream = await openWeb(await freshRoot(), { shards: 2 });
    let syncs = 0;
    let writes = 0;
    await fault('datasync', (real) => ((syncs += 1), real()));
    await fault('writev', (real, args) => ((writes += 1), real(...args)));
    await Promise.all(Array.from({ length: 300 }, (_, index) => stream.put([entry(String(index), `${index}`)])));
    // Two shards: the first commit has what was put at once, which is all.
    expect({ syncs, writes }).toEqual({ syncs: 2, writes: 2 });
  });

  test('comes before the answer, and before any reader of this process sees its records', async () => {
    const stream = await openWeb(await freshRoot());
    const syncs = [held(), held()];
    const begun = [held(), held()];
    let turn = -1;
    await fault('datasync', async (real) => {
      turn += 1;
      begun[turn]?.release();
      await syncs[turn]?.until;
      return await real();
    });
    const answered: string[] = [];
    const first = put(stream, 'a').then(() => answered.push('a'));
    await begun[0]?.until;
    const second = Promise.all(['b', 'c'].map((text) => put(stream, text).then(() => answered.push(text))));
    expect(await textsOf(stream)).toEqual([]);
    syncs[0]?.release();
    await first;
    await begun[1]?.until;
    expect(answered).toEqual(['a']);
    expect(await textsOf(stream)).toEqual(['a']);
    syncs[1]?.release();
    await second;
    expect(answered).toEqual(['a', 'b', 'c']);
    expect(await textsOf(stream)).toEqual(['a', 'b', 'c']);
    expect(turn).toBe(1);
  });
});

describe('a split', () => {
  test('keeps puts waiting, and they go to the children', async () => {
    const stream = await openWeb(await freshRoot());
    const [sync, begun] = [held(), held()];
    await fault('sync', async (real) => {
      begun.release();
      await sync.until;
      return await real();
    });
    const split = stream.split(firstShard);
    await begun.until;
    const under = stream.put([entry('a')]);
    sync.release();
    await split;
    const [outcome] = await under;
    const home = (await stream.shards()).find(
      ({ shardId }) => outcome !== undefined && 'shardId' in outcome && outcome.shardId === shardId,
    );
    expect(home).toMatchObject({ parents: [firstShard], isClosed: false });
    expect(await textsOf(stream, home?.shardId)).toEqual(['a']);
  });

  test('waits for the puts that are under way', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    const [sync, begun] = [held(), held()];
    const order: string[] = [];
    await fault('datasync', async (real) => {
      begun.release();
      await sync.until;
      order.push('put');
      return await real();
    });
    const under = put(stream, 'a');
    await begun.until;
    await fault('sync', (real) => (order.push('table'), real()));
    const split = stream.split(firstShard);
    // Long enough for a split that did not wait.
    for (let turn = 0; turn < 20; turn += 1) await segmentsOf(root);
    sync.release();
    await Promise.all([under, split]);
    expect(order[0]).toBe('put');
    expect(order).toContain('table');
    expect(await textsOf(stream)).toEqual(['a']);
  });
});

/** Fails once, as a full disk does: in the middle of what is to be written. */
function halfWritten(code: string): Fault {
  let isDone = false;
  return async (real, [buffers, position]) => {
    if (isDone || !Array.isArray(buffers)) return await real(buffers, position);
    isDone = true;
    const all = Buffer.concat(buffers.filter((one) => Buffer.isBuffer(one)));
    await real([all.subarray(0, Math.trunc(all.length / 2))], position);
    throw systemError(code);
  };
}

const failing = (times: number, code: string): Fault => {
  let left = times;
  return async (real, args) => {
    left -= 1;
    if (left >= 0) throw systemError(code);
    return await real(...args);
  };
};

describe('a disk that fails', () => {
  test.each([
    {
      what: 'before it wrote',
      faults: [['writev', failing(1, 'ENOSPC')]] as const,
      says: 'its disk is full. Free some space, or choose another folder (ENOSPC).',
    },
    {
      what: 'in the middle of a frame',
      faults: [['writev', halfWritten('ENOSPC')]] as const,
      says: 'its disk is full',
    },
    {
      what: 'when it syncs',
      faults: [['datasync', failing(1, 'EIO')]] as const,
      says: 'its disk reports an error. Check the disk, or choose another folder (EIO).',
    },
    {
      what: 'in the middle, and cannot be cut back at once',
      faults: [
        ['writev', halfWritten('EDQUOT')],
        ['truncate', failing(1, 'EIO')],
      ] as const,
      says: 'your disk quota is used up',
    },
    {
      what: 'in the middle, and is cut back only the third time',
      faults: [
        ['writev', halfWritten('EROFS')],
        ['truncate', failing(2, 'EROFS')],
      ] as const,
      says: 'its file system is read-only',
      refusals: 2,
    },
  ])(
    '$what: the put is refused, nothing of it is there, and the next one is taken',
    async ({ faults, says, refusals = 1 }) => {
      const root = await freshRoot();
      const stream = await openWeb(root);
      const other = openLogReader(root, { name: 'web' });
      await put(stream, 'a', 'b');
      for (const [method, what] of faults) await fault(method, what);
      for (let refusal = 1; refusal <= refusals; refusal += 1) {
        const refused: unknown = await put(stream, 'lost', 'x'.repeat(500)).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(StreamUnavailable);
        expect(String(refused)).toContain(`The stream web stands still. The lake in ${root} cannot be used: `);
        expect(String(refused)).toContain(refusal === 1 ? says : 'cannot be used');
        expect(await textsOf(stream)).toEqual(['a', 'b']);
      }
      await put(stream, 'c');
      expect(await textsOf(stream)).toEqual(['a', 'b', 'c']);
      expect(await textsOf(other)).toEqual(['a', 'b', 'c']);
      await stream.close();
      expect(await textsOf(await openWeb(root))).toEqual(['a', 'b', 'c']);
    },
  );

  test('as the first thing that is ever written leaves no segment', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await fault('writev', halfWritten('ENOSPC'));
    await expect(put(stream, 'lost')).rejects.toThrow(StreamUnavailable);
    expect(await segmentsOf(root)).toEqual([]);
    await put(stream, 'a');
    expect(await textsOf(stream)).toEqual(['a']);
  });

  test('in one shard refuses only what was for that shard', async () => {
    const stream = await openWeb(await freshRoot(), { shards: 2 });
    const [one, other] = ['a', 'b'];
    const [first] = await stream.put([entry('x', one)]);
    const [second] = await stream.put([entry('x', other)]);
    expect(first).not.toMatchObject({ shardId: second !== undefined && 'shardId' in second ? second.shardId : '' });
    await fault('writev', failing(1, 'EIO'));
    const ends = await Promise.allSettled([
      stream.put([entry('y', one)]),
      stream.put([entry('y', other)]),
      stream.put([entry('z', one), entry('z', other)]),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });

  test('that takes only a part at a time gets the rest', async () => {
    const stream = await openWeb(await freshRoot());
    await fault('writev', async (real, [buffers, position]) => {
      const all = Buffer.concat(Array.isArray(buffers) ? buffers.filter((one) => Buffer.isBuffer(one)) : []);
      return await real([all.subarray(0, 17)], position);
    });
    await Promise.all([put(stream, 'a', 'b'), put(stream, 'c'), put(stream, 'd'.repeat(100))]);
    expect(await textsOf(stream)).toEqual(['a', 'b', 'c', 'd'.repeat(100)]);
  });

  test('refuses a split whole', async () => {
    const root = await freshRoot();
    const stream = await openWeb(root);
    const [shard] = await stream.shards();
    await mkdir(join(root, '.sillage/streams/web/shards.json.new'));
    await expect(stream.split(firstShard)).rejects.toThrow(StreamUnavailable);
    expect(await stream.shards()).toEqual([shard]);
    await put(stream, 'a');
    expect(await textsOf(stream)).toEqual(['a']);
  });
});

/** A disk of two megabytes; mounting one takes root on Linux. */
const disk = mkdtempSync(join(tmpdir(), 'sillage-small-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
});

(mounted ? describe : describe.skip)(
  'a stream on a small disk (skipped where none can be mounted: that takes root on Linux)',
  () => {
    test('that fills up keeps what it promised and nothing else, and goes on when there is room', async () => {
      const root = join(disk, 'lake');
      const ballast = join(disk, 'ballast');
      await writeFile(ballast, Buffer.alloc(1_000_000));
      let stream = await openWeb(root, { segmentBytes: 200_000 });
      const promised: string[] = [];
      const refused: string[] = [];
      for (let index = 0; refused.length < 3; index += 1) {
        const text = String(index).padEnd(30_000, '.');
        try {
          await put(stream, text);
          promised.push(text);
        } catch (error) {
          refused.push(String(error));
        }
      }
      const says =
        `StreamUnavailable: The stream web stands still. The lake in ${root} cannot be used: its disk is full. ` +
        'Free some space, or choose another folder (ENOSPC).';
      expect(refused).toEqual([says, says, says]);
      expect(promised.length).toBeGreaterThan(20);
      expect(await textsOf(stream)).toEqual(promised);
      rmSync(ballast);
      await put(stream, 'room');
      expect(await textsOf(stream)).toEqual([...promised, 'room']);
      await stream.close();
      stream = await openWeb(root);
      expect(await textsOf(stream)).toEqual([...promised, 'room']);
      await stream.close();
    });

    test('that is read-only can be read, and says why it cannot be written', async () => {
      const root = join(disk, 'locked');
      const stream = await openWeb(root);
      await put(stream, 'a');
      await stream.close();
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      try {
        expect(await textsOf(openLogReader(root, { name: 'web' }))).toEqual(['a']);
        const refused: unknown = await openWeb(root).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(StreamUnavailable);
        expect(String(refused)).toContain(
          'its file system is read-only. Choose another folder, or mount it for writing (EROFS).',
        );
      } finally {
        spawnSync('mount', ['-o', 'remount,rw', disk]);
      }
      expect(await textsOf(await openWeb(root))).toEqual(['a']);
    });
  },
);

describe('a segment that is gone between listing and opening', () => {
  /** Reads where the first so many segments that are opened are gone. */
  async function readPast(gone: number): Promise<number> {
    const root = await freshRoot();
    const stream = await openWeb(root);
    await put(stream, 'a');
    await stream.close();
    let left = gone;
    const losing = {
      ...machineDisk,
      open: async (...given: Parameters<typeof machineDisk.open>) => {
        if (given[0].endsWith('.log') && left-- > 0) throw systemError('ENOENT');
        return machineDisk.open(...given);
      },
    };
    const { records } = await openLogReader(root, { name: 'web', disk: losing }).read(firstShard, undefined, 10);
    return records.length;
  }

  test('is looked for anew, nineteen times', async () => expect(await readPast(19)).toBe(1));
  test('and no more: then it says so', () => expect(readPast(20)).rejects.toThrow('ENOENT'));
});
