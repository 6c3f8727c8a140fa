import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { acquireLock } from './lock.ts';
import { isAtWork, isFolder } from './at-work.ts';
import { filesLake } from './files-lake.ts';
import { listKeys, standingUnder } from './list.ts';
import { begin } from '../../../lambdas/lease/lease.ts';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-list-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function drop(...keys: readonly string[]): void {
  for (const key of keys) {
    mkdirSync(dirname(join(root, key)), { recursive: true });
    writeFileSync(join(root, key), '');
  }
}

test.each([
  ['', ['a b', 'a.txt', 'a/x', 'a/y/z', 'a0', 'b']],
  ['a', ['a b', 'a.txt', 'a/x', 'a/y/z', 'a0']],
  ['a/', ['a/x', 'a/y/z']],
  ['a/y', ['a/y/z']],
  ['a/y/z', ['a/y/z']],
  ['a/y/zz', []],
  ['c', []],
])('the keys under %p, in their order', (prefix, keys) => {
  drop('b', 'a0', 'a/y/z', 'a/x', 'a.txt', 'a b');
  expect(listKeys(root, prefix)).toEqual(keys);
});

test('of a folder that is not there, nothing; of one that is a file, an error', () => {
  drop('file');
  expect(listKeys(join(root, 'none'), '')).toEqual([]);
  expect(() => listKeys(join(root, 'file'), '')).toThrow('ENOTDIR');
});

test('what can be no object is told, with what to do about it', () => {
  drop('raw/object', 'raw/.hidden/file');
  symlinkSync('object', join(root, 'raw/link'));
  spawnSync('mkfifo', [join(root, 'raw/pipe')]);
  const strange = [...standingUnder(root, 'raw/')].map(({ path, strange: why }) => [path, why]);
  expect(strange).toEqual([
    ['raw/.hidden/', expect.stringMatching(/^.+\. Rename it\.$/u)],
    ['raw/link', 'it is a link, and links are not followed. Put what it leads to in its place.'],
    ['raw/object', undefined],
    ['raw/pipe', 'it is no file but a pipe, a socket or a device. Take it away.'],
  ]);
});

test('a run is at work in a folder while it has its lock, and in a bucket while it has its lease', async () => {
  const lake = filesLake(root);
  const bucket = memoryLake();
  expect([isFolder(lake), isFolder(bucket)]).toEqual([true, false]);
  expect([await isAtWork(lake), await isAtWork(bucket)]).toEqual([false, false]);
  const other = await acquireLock(root, 'other');
  expect(await isAtWork(lake)).toBe(false);
  const lock = await acquireLock(root, 'run');
  await begin(bucket, 'e');
  expect([await isAtWork(lake), await isAtWork(bucket)]).toEqual([true, true]);
  await Promise.all([lock.release(), other.release()]);
  expect(await isAtWork(lake)).toBe(false);
});
