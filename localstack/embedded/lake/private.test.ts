import { chmodSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { filesLake } from './files-lake.ts';
import { acquireLock } from './lock.ts';
import { closeToOthers } from './private.ts';

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'private-')), 'lake');
});
afterEach(() => rm(join(root, '..'), { recursive: true }));

const modeOf = (path: string) => statSync(join(root, path)).mode & 0o777;

test.each([
  'raw/web/events/dt=2025-01-05/a.jsonl.gz',
  'ops/rejects/dt=2025-01-05/web_events.parquet',
  'truth/world.json',
  'raw/failed/land/1.json',
])("%s is its owner's alone, with every folder above it", async (key) => {
  const lake = filesLake(root);
  await lake.put(key, 'x');
  await writeFile(join(root, '..', 'source'), 'y');
  await lake.putFile(`${key}2`, join(root, '..', 'source'));
  await lake.put(`${key}3`, 'z', { ifAbsent: true });
  for (const name of [key, `${key}2`, `${key}3`]) expect(modeOf(name)).toBe(0o600);
  expect(
    modeOf(
      key
        .split('/')
        .slice(0, key.startsWith('ops') ? 2 : 1)
        .join('/'),
    ),
  ).toBe(0o700);
  expect(modeOf(key.slice(0, key.lastIndexOf('/')))).toBe(0o700);
});

test("the lake's own folder is closed, with all that is unfinished in it", async () => {
  await filesLake(root).put('raw/web/events/dt=2025-01-05/a.jsonl', 'x');
  await filesLake(root).put('curated/orders/dt=2025-01-05/orders.parquet', 'x');
  const lock = await acquireLock(join(root, '..', 'second'), 'run');
  await lock.release();
  expect([modeOf('.sillage'), modeOf('../second/.sillage')]).toEqual([0o700, 0o700]);
  // The lake around it can be shared.
  expect([modeOf('.'), modeOf('../second')].map((mode) => mode & 0o500)).toEqual([0o500, 0o500]);
  expect([modeOf('.'), modeOf('../second')]).toEqual([modeOf('curated'), modeOf('curated')]);
  // What people read is theirs to share, by the umask.
  await writeFile(join(root, 'plain'), 'x');
  expect(modeOf('curated/orders/dt=2025-01-05/orders.parquet')).toBe(modeOf('plain'));
});

test('what was left open is closed once, and told', async () => {
  const folders = ['.sillage', 'raw', 'ops/rejects', 'ops/damaged'];
  for (const folder of [...folders, 'curated']) mkdirSync(join(root, folder), { recursive: true });
  for (const folder of folders) chmodSync(join(root, folder), folder === 'ops/damaged' ? 0o701 : 0o755);
  await writeFile(join(root, 'truth'), 'no folder');
  expect(closeToOthers(root)).toEqual(folders);
  expect(folders.map(modeOf)).toEqual(folders.map(() => 0o700));
  expect(closeToOthers(root)).toEqual([]);
  await mkdir(join(root, 'other'));
  expect((await readdir(root)).includes('other')).toBe(true);
});
