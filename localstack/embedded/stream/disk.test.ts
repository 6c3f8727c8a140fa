import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Disk, type DiskFile, machineDisk, replaceFile } from './disk.ts';
import { plant, systemError } from './log-fixture.ts';

let root: string;
let undo: (() => void) | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-disk-'));
});
afterEach(() => {
  undo?.();
  rmSync(root, { recursive: true });
});
const modeOf = (name: string) => statSync(join(root, name)).mode & 0o777;

test('the lake is made by the umask, and what is below its own folder for its owner alone', async () => {
  await machineDisk.makeFolder(join(root, 'lake/.sillage/streams/web'));
  const byUmask = 0o777 & ~process.umask();
  expect([modeOf('lake'), modeOf('lake/.sillage'), modeOf('lake/.sillage/streams/web')]).toEqual([
    byUmask,
    0o700,
    0o700,
  ]);
  const file = await machineDisk.open(join(root, 'lake/.sillage/streams/web/file'), 'wx');
  await file.close();
  expect(modeOf('lake/.sillage/streams/web/file')).toBe(0o600);
});

test('a file, or a folder with all in it, is removed, and what is not there too', async () => {
  await machineDisk.makeFolder(join(root, 'folder'));
  writeFileSync(join(root, 'folder/file'), 'text');
  utimesSync(join(root, 'folder/file'), 1_700_000_000, 1_700_000_000);
  expect(await machineDisk.readText(join(root, 'folder/file'))).toBe('text');
  expect(await machineDisk.writtenAt(join(root, 'folder/file'))).toBe(1_700_000_000_000);
  expect(await machineDisk.list(join(root, 'folder'))).toEqual(['file']);
  await machineDisk.rename(join(root, 'folder/file'), join(root, 'folder/renamed'));
  await machineDisk.remove(join(root, 'folder'));
  await machineDisk.remove(join(root, 'folder'));
  expect(readdirSync(root)).toEqual([]);
});

test('a folder is synced, and closed whatever comes of it', async () => {
  // Only Linux tells.
  const open = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
  const before = open();
  let syncs = 0;
  undo = await plant('sync', async (real) => {
    syncs += 1;
    await real();
    throw systemError('EIO');
  });
  await expect(machineDisk.syncFolder(root)).rejects.toThrow('EIO');
  expect(syncs).toBe(1);
  expect(open()).toBe(before);
});

/** A disk that writes few bytes at a time, and fails where it is told to. */
function slowDisk(failing?: 'write' | 'datasync' | 'rename'): { readonly disk: Disk; readonly calls: string[] } {
  const calls: string[] = [];
  const note = (call: 'write' | 'datasync' | 'rename') => {
    calls.push(call);
    if (call === failing) throw systemError('EIO');
  };
  const disk: Disk = {
    ...machineDisk,
    async open(path, flags) {
      const file = await machineDisk.open(path, flags);
      const slow: DiskFile = {
        read: (...args) => file.read(...args),
        write: async (buffer, offset, length, position) => {
          note('write');
          const part = buffer.subarray(offset, offset + Math.min(length, 3));
          return await file.write(part, 0, part.length, position);
        },
        writev: (...args) => file.writev(...args),
        truncate: (length) => file.truncate(length),
        datasync: async () => {
          note('datasync');
          await file.datasync();
        },
        stat: () => file.stat(),
        close: async () => {
          calls.push('close');
          await file.close();
        },
      };
      return slow;
    },
    async rename(from, to) {
      note('rename');
      await machineDisk.rename(from, to);
    },
  };
  return { disk, calls };
}

test.each(['longer text', Buffer.from('more bytes')])(
  'a file is replaced whole, and synced before its name: %s',
  async (content) => {
    const path = join(root, 'file');
    writeFileSync(path, 'old');
    const { disk, calls } = slowDisk();
    await replaceFile(disk, path, content);
    expect(readFileSync(path, 'utf8')).toBe(String(content));
    expect(calls.filter((call) => call !== 'write')).toEqual(['datasync', 'close', 'rename']);
    expect(readdirSync(root)).toEqual(['file']);
  },
);

test.each(['write', 'datasync', 'rename'] as const)('where %s fails the old file stays, alone', async (failing) => {
  const path = join(root, 'file');
  writeFileSync(path, 'old');
  const { disk, calls } = slowDisk(failing);
  await expect(replaceFile(disk, path, 'longer text')).rejects.toThrow('EIO');
  expect(calls).toContain('close');
  expect([readFileSync(path, 'utf8'), readdirSync(root)]).toEqual(['old', ['file']]);
});
