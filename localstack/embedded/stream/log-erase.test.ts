import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Disk } from './disk.ts';
import { machineDisk } from './disk.ts';
import { damageOf } from './log-damage.ts';
import { openErasableLog } from './log-erase.ts';
import { firstShard, freshRoot, openWeb, put, segmentsOf, shardFolder, textsOf } from './log-fixture.ts';
import { openLogReader } from './log-reader.ts';

/** A stream of six records in segments of about two. */
async function written(): Promise<string> {
  const root = await freshRoot();
  const stream = await openWeb(root, { segmentBytes: 60 });
  for (const text of ['a1', 'bob 1', 'bob 2', 'bob 3', 'a2', 'bob 4']) await put(stream, text);
  await stream.close();
  return root;
}

const withoutBob = (data: Buffer): Buffer | undefined => (data.toString().startsWith('bob') ? undefined : data);

async function erase(root: string, disk?: Disk): Promise<void> {
  const log = await openErasableLog(root, 'web', disk);
  try {
    await log.rewrite(withoutBob);
  } finally {
    await log.release();
  }
}

const reader = (root: string) => openLogReader(root, { name: 'web' });
const numbersOf = async (root: string) =>
  (await reader(root).read(firstShard, undefined, 100)).records.map(({ sequenceNumber, data }) => [
    Buffer.from(data).toString(),
    sequenceNumber,
  ]);

async function bytesOf(root: string): Promise<string> {
  return (await Promise.all((await segmentsOf(root)).map((path) => readFile(path, 'latin1')))).join('');
}

test('an erasure sees each record with its key, and counts them', async () => {
  const root = await freshRoot();
  const stream = await openWeb(root, { shards: 2, segmentBytes: 60 });
  const entries = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ data: Buffer.from(`data of ${key}`), partitionKey: key }));
  for (const entry of entries) await stream.put([entry]);
  await stream.close();
  const log = await openErasableLog(root, 'web');
  const seen: string[] = [];
  expect(await log.visit((data, key) => seen.push(`${key}: ${data.toString()}`))).toBe(5);
  expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => `${key}: data of ${key}`));
  await log.release();
});

test('an erased record has lost its key, too, and the others have theirs', async () => {
  const root = await written();
  await erase(root);
  const { records } = await reader(root).read(firstShard, undefined, 100);
  expect(records.map(({ partitionKey }) => partitionKey)).toEqual(['k', 'k']);
  const log = await openErasableLog(root, 'web');
  await log.rewrite((data) => (data.toString() === 'a1' ? Buffer.from('less') : data));
  await log.release();
  const changed = (await reader(root).read(firstShard, undefined, 100)).records;
  expect(changed.map(({ data, partitionKey }) => [Buffer.from(data).toString(), partitionKey])).toEqual([
    ['less', 'erased'],
    ['a2', 'k'],
  ]);
});

test('of what was set aside theirs goes, the rest stays, and what is gone meanwhile is no fault', async () => {
  const root = await written();
  const note = (n: number) => join(shardFolder(root), `${String(n).padStart(20, '0')}-0-5.damaged`);
  await writeFile(note(1), 'bob 9');
  await writeFile(note(2), 'a 999');
  await writeFile(note(3), 'bob 8');
  const log = await openErasableLog(root, 'web');
  await rm(note(3));
  const asked: string[] = [];
  await log.removeDamaged((bytes) => {
    asked.push(bytes);
    return bytes.startsWith('bob');
  });
  await log.release();
  expect(asked.toSorted()).toEqual(['a 999', 'bob 9']);
  expect((await readdir(shardFolder(root))).filter((name) => name.endsWith('.damaged'))).toEqual([basename(note(2))]);
});

describe('an erased record of a stream', () => {
  test('is in no byte of it; the others keep their numbers, and a checkpoint means what it meant', async () => {
    const root = await written();
    const before = await numbersOf(root);
    expect(before).toHaveLength(6);
    await erase(root);
    expect(await numbersOf(root)).toEqual(before.filter(([text]) => !text?.startsWith('bob')));
    expect(await bytesOf(root)).not.toContain('bob');
    // From each record on, erased or not, the same ones come.
    for (const [n, [, after]] of before.entries()) {
      const { records } = await reader(root).read(firstShard, after, 100);
      const expected = before.slice(n + 1).flatMap(([text]) => (text?.startsWith('bob') === true ? [] : [text]));
      expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(expected);
    }
  });

  test('leaves a stream that goes on, with higher numbers, and of which nothing is told to be damaged', async () => {
    const root = await written();
    const last = (await numbersOf(root)).at(-1)?.[1] ?? '';
    await erase(root);
    const stream = await openWeb(root, { segmentBytes: 60 });
    await put(stream, 'a3');
    expect(await textsOf(stream)).toEqual(['a1', 'a2', 'a3']);
    await stream.close();
    expect(BigInt((await numbersOf(root)).at(-1)?.[1] ?? 0)).toBeGreaterThan(BigInt(last));
    expect(await damageOf(root, 'web')).toEqual([]);
  });

  test('is gone also where the erasure was killed at any step, and run again', async () => {
    for (let nth = 1; ; nth++) {
      const root = await written();
      let steps = 0;
      const step = async <T>(work: () => Promise<T>): Promise<T> => {
        if (++steps >= nth) throw new Error('killed');
        return work();
      };
      const disk: Disk = {
        ...machineDisk,
        open: (path, flags) => step(() => machineDisk.open(path, flags)),
        rename: (a, b) => step(() => machineDisk.rename(a, b)),
        remove: (path) => step(() => machineDisk.remove(path)),
      };
      const isKilled = await erase(root, disk).then(
        () => false,
        () => true,
      );
      await erase(root);
      expect([nth, await numbersOf(root).then((all) => all.map(([text]) => text))]).toEqual([nth, ['a1', 'a2']]);
      expect(await bytesOf(root)).not.toContain('bob');
      expect(await damageOf(root, 'web')).toEqual([]);
      if (!isKilled) break;
    }
  });

  test('of a stream that is written by another process nothing is changed', async () => {
    const root = await written();
    const stream = await openWeb(root);
    await expect(erase(root)).rejects.toThrow('is in use');
    await stream.close();
  });
});
