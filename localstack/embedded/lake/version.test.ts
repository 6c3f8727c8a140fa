import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openUnder, plant } from '../stream/log-fixture.ts';
import { linkAbove, openPlain, statsAt } from './plain.ts';
import { digest, seal, versionAt, versionOf } from './version.ts';

let root: string;
let undo: (() => void) | undefined;
const at = (name: string) => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-version-'));
  mkdirSync(at('folder'));
  writeFileSync(at('folder/file'), 'text');
  symlinkSync('folder', at('link'));
  symlinkSync('folder/file', at('file-link'));
});
afterEach(() => {
  undo?.();
  rmSync(root, { recursive: true });
});

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex');

async function within<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r+');
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

test('the version of a plain file is its size and time, to the nanosecond; nothing else has one', () => {
  utimesSync(at('folder/file'), 1_700_000_000.25, 1_700_000_000.25);
  expect(versionAt(at('folder/file'))).toEqual({
    size: 4,
    mtimeNs: '1700000000250000000',
    lastModified: new Date(1_700_000_000_250),
  });
  for (const name of ['none', 'folder', 'link', 'file-link', 'folder/file/below'])
    expect([name, versionAt(at(name))]).toEqual([name, undefined]);
  expect(() => versionAt(at('x'.repeat(300)))).toThrow('ENAMETOOLONG');
});

test.each([0, 1, 1 << 20, (1 << 20) + 1, (2 << 20) + 7])('the digest of %d bytes is their MD5', async (size) => {
  const bytes = randomBytes(size);
  writeFileSync(at('large'), bytes);
  expect(await within(at('large'), digest)).toBe(md5(bytes));
});

/** Has something happen before each read of a file. */
async function beforeRead(happen: (reads: number) => void): Promise<void> {
  let reads = 0;
  undo = await plant('read', (real, args) => {
    happen((reads += 1));
    return real(...args);
  });
}

test('a file that changes while it is read is read again, and etag and time are of the same bytes', async () => {
  await beforeRead((reads) => {
    if (reads !== 2) return;
    writeFileSync(at('folder/file'), 'other text');
    utimesSync(at('folder/file'), 1_700_000_000, 1_700_000_000);
  });
  expect(await versionOf(at('folder/file'))).toMatchObject({
    etag: md5('other text'),
    version: { size: 10, mtimeNs: '1700000000000000000' },
  });
});

test('a file that does not change is read once', async () => {
  let times = 0;
  await beforeRead((reads) => {
    times = reads;
  });
  await versionOf(at('folder/file'));
  expect(times).toBe(2);
});

test('a file that changes each time it is read is given up after three', async () => {
  let times = 0;
  await beforeRead((reads) => {
    times = reads;
    utimesSync(at('folder/file'), 1_700_000_000 + reads, 1_700_000_000 + reads);
  });
  expect((await versionOf(at('folder/file'))).etag).toBe(md5('text'));
  // Each time once for the bytes, and once for their end.
  expect(times).toBe(6);
});

test('a file is sealed with a time that is now, and later than that of the one before', async () => {
  const sealed = await within(at('folder/file'), async (handle) => [await seal(handle), await seal(handle)] as const);
  const [first, second] = sealed.map(({ mtimeNs }) => BigInt(mtimeNs));
  expect((second ?? 0n) > (first ?? 0n)).toBe(true);
  expect(Math.abs(sealed[1].lastModified.getTime() - Date.now())).toBeLessThan(3_600_000);
  expect(versionAt(at('folder/file'))).toEqual(sealed[1]);
  expect(statSync(at('folder/file')).atimeMs).toBeCloseTo(statSync(at('folder/file')).mtimeMs, 3);
});

test('files sealed in one moment differ by a microsecond, and are on the disk', async () => {
  // In ten seconds, as the files of this process were sealed before then.
  const moment = performance.now() + 10_000;
  const clock = jest.spyOn(performance, 'now').mockReturnValue(moment);
  let syncs = 0;
  undo = await plant('sync', (sync) => {
    syncs += 1;
    return sync();
  });
  const sealed = await within(at('folder/file'), async (handle) => [
    await seal(handle),
    await seal(handle),
    await seal(handle),
  ]);
  clock.mockRestore();
  const micros = Math.round((performance.timeOrigin + moment) * 1000);
  expect(sealed.map(({ mtimeNs }) => Number(BigInt(mtimeNs) / 1000n) - micros)).toEqual([0, 1, 2]);
  expect(syncs).toBe(3);
});

test('only a plain file is opened', async () => {
  const handle = await openPlain(at('folder/file'));
  expect(String(await handle.readFile())).toBe('text');
  await expect(handle.write('x')).rejects.toThrow('EBADF');
  await handle.close();
  await expect(openPlain(at('folder'))).rejects.toMatchObject({
    message: `${at('folder')} is no file.`,
    code: 'ENOENT',
  });
  expect(openUnder(root)).toEqual([]);
  await expect(openPlain(at('file-link'))).rejects.toMatchObject({ code: 'ELOOP' });
});

test.each([
  ['folder/file', undefined],
  ['link/file', 'link'],
  ['link', undefined],
  ['none/link/file', undefined],
  ['folder/link/deep/file', undefined],
  ['folder/inner/file', 'folder/inner'],
  ['folder/inner/inner/file', 'folder/inner'],
])('the first link above %s is %p', (key, link) => {
  symlinkSync('.', at('folder/inner'));
  expect(linkAbove(root, key)).toBe(link);
});

test('what stands at a path is told without following it, and nothing of what is below a file', () => {
  expect(statsAt(at('link'))?.isSymbolicLink()).toBe(true);
  expect([statsAt(at('none')), statsAt(at('folder/file/below'))]).toEqual([undefined, undefined]);
  expect(() => statsAt(at('x'.repeat(300)))).toThrow('ENAMETOOLONG');
});
