import { afterAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesLake } from './files-lake.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

const lakeModule = JSON.stringify(join(import.meta.dirname, 'files-lake.ts'));

/** Runs a program in a process of its own. */
function run(program: string) {
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sillage-kill-'));
  made.push(root);
  return root;
}

/** How many processes are killed, each somewhere within so many milliseconds of its first put. */
const kills = 6;
const withinMs = 120;

/**
 * Overwrites ten objects in turn, without end. Each is one byte many times over, and tells byte and size as metadata.
 */
const writer = (root: string) => `
  import { filesLake } from ${lakeModule};
  const lake = filesLake(${JSON.stringify(root)});
  for (let round = 0; ; round += 1) {
    const byte = round % 251;
    const size = (round * 7919) % 200_000;
    const key = 'objects/' + (round % 10);
    const options = { metadata: { byte: String(byte), size: String(size) } };
    const now = round % 3 === 0 ? await lake.head(key) : undefined;
    await lake.put(key, Buffer.alloc(size, byte), now === undefined ? options : { ...options, ifMatch: now.etag });
    if (round === 0) console.log('writing');
  }`;

test('processes killed in the middle of many puts leave a whole lake', async () => {
  const root = await freshRoot();
  const lake = filesLake(root);
  for (let kill = 0; kill < kills; kill += 1) {
    const child = run(writer(root));
    await once(child.stdout, 'data');
    await sleep(Math.random() * withinMs);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const keys = [];
    for await (const { key, size } of lake.list('')) {
      keys.push(key);
      const [content, head] = [await lake.get(key), await lake.head(key)];
      expect(key).toMatch(/^objects\/\d$/u);
      // Old or new, and with the metadata of just that content.
      expect(head?.metadata).toEqual({
        byte: content.length === 0 ? head?.metadata['byte'] : String(content[0]),
        size: String(size),
      });
      expect(content.equals(Buffer.alloc(size, content[0]))).toBe(true);
    }
    expect(keys.length).toBeGreaterThan(0);
  }
  // A lake that is opened for writing clears away what the dead left, and no lock of theirs is in the way.
  const reopened = filesLake(root);
  await reopened.put('objects/0', 'whole', { ifMatch: (await reopened.head('objects/0'))?.etag ?? '' });
  expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
});

/**
 * Replaces an object, and kills itself at the moment when the object's own rename is due: its note is already there.
 */
const killedBeforeRename = (root: string) => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { renameSync } = fs;
  fs.renameSync = (from, to) => (to.endsWith('/a') ? process.kill(process.pid, 'SIGKILL') : renameSync(from, to));
  syncBuiltinESMExports();
  const { filesLake } = await import(${lakeModule});
  await filesLake(${JSON.stringify(root)}).put('a', 'new', { metadata: { rows: '2' } });`;

test('a process killed between the note and the object leaves the old object with its own metadata', async () => {
  const root = await freshRoot();
  const lake = filesLake(root);
  await lake.put('a', 'old', { metadata: { rows: '1' } });
  const end: readonly unknown[] = await once(run(killedBeforeRename(root)), 'exit');
  expect(end).toEqual([null, 'SIGKILL']);
  expect(await readFile(join(root, '.sillage/meta/.a.json'), 'utf8')).toContain('"rows":"2"');
  expect(String(await lake.get('a'))).toBe('old');
  expect((await lake.head('a'))?.metadata).toEqual({ rows: '1' });
  await lake.put('a', 'next', { metadata: { rows: '3' } });
  expect((await lake.head('a'))?.metadata).toEqual({ rows: '3' });
});

/** Counts up in one object, by reading it and replacing just the version that it read. */
const counter = (root: string, times: number) => `
  import { filesLake } from ${lakeModule};
  const lake = filesLake(${JSON.stringify(root)});
  for (let done = 0; done < ${times}; ) {
    const head = await lake.head('count');
    const count = Number(head.metadata.count) + 1;
    try {
      await lake.put('count', String(count), { ifMatch: head.etag, metadata: { count: String(count) } });
      done += 1;
    } catch (error) {
      if (error.name !== 'PreconditionFailed') throw error;
    }
  }`;

test('conditional writes of several processes lose nothing', async () => {
  const root = await freshRoot();
  const lake = filesLake(root);
  await lake.put('count', '0', { metadata: { count: '0' } });
  await Promise.all(Array.from({ length: 3 }, () => once(run(counter(root, 40)), 'exit')));
  expect(String(await lake.get('count'))).toBe('120');
  expect((await lake.head('count'))?.metadata).toEqual({ count: '120' });
});
