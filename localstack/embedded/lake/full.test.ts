import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { filesLake } from './files-lake.ts';
import { acquireLock } from './lock.ts';

/** A disk of one megabyte that fills up fast; mounting one takes root on Linux. */
const disk = mkdtempSync(join(tmpdir(), 'sillage-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;

afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

(mounted ? describe : describe.skip)(
  'a lake on a small disk (skipped where none can be mounted: that takes root on Linux)',
  () => {
    const root = join(disk, 'lake');

    test('that is full says so, keeps what it has, and leaves nothing unfinished', async () => {
      const lake = filesLake(root);
      await lake.put('a', 'old', { metadata: { rows: '1' } });
      const large = join(tmpdir(), `sillage-large-${process.pid}`);
      await writeFile(large, Buffer.alloc(2_000_000));
      try {
        await expect(lake.put('a', Buffer.alloc(2_000_000))).rejects.toThrow(LakeUnavailable);
        await expect(lake.putFile('a', large)).rejects.toThrow(
          `The lake in ${root} cannot be used: its disk is full. Free some space, or choose another folder (ENOSPC).`,
        );
      } finally {
        rmSync(large);
      }
      expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
      expect(await lake.head('a')).toMatchObject({ size: 3, metadata: { rows: '1' } });
      await expect(lake.put('a', 'new')).resolves.toMatchObject({ size: 3 });
    });

    test('takes a file from another disk by copying it', async () => {
      const large = join(tmpdir(), `sillage-small-${process.pid}`);
      await writeFile(large, 'small');
      await filesLake(root).putFile('copied', large);
      expect(await readFile(join(root, 'copied'), 'utf8')).toBe('small');
      rmSync(large);
    });

    test('that is read-only can be read, and says why it cannot be written', async () => {
      const lake = filesLake(root);
      await mkdir(root, { recursive: true });
      await writeFile(join(root, 'dropped'), 'hello');
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      try {
        expect(String(await lake.get('dropped'))).toBe('hello');
        expect(await lake.head('dropped')).toMatchObject({ size: 5 });
        await expect(lake.put('b', 'x')).rejects.toThrow(
          `The lake in ${root} cannot be used: its file system is read-only.`,
        );
        await expect(lake.delete('dropped')).rejects.toThrow(LakeUnavailable);
        await expect(acquireLock(root, 'run')).rejects.toThrow('its file system is read-only');
      } finally {
        spawnSync('mount', ['-o', 'remount,rw', disk]);
      }
    });
  },
);
