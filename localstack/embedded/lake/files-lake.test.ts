import { afterAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lakeContract } from '../../../lambdas/shared/ports/lake.contract.ts';
import { type Lake, LakeUnavailable, ObjectNotFound, PreconditionFailed } from '../../../lambdas/shared/ports/lake.ts';
import { InvalidKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { filesLake } from './files-lake.ts';
import { thisOwner } from './owner.ts';

const made: string[] = [];

async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sillage-files-'));
  made.push(root);
  return root;
}

afterAll(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

lakeContract('filesLake', async () => ({ lake: filesLake(await freshRoot()), dispose: async () => undefined }));

/** Puts a file where a person would, with a time in the past: most dropped files were made before they were dropped. */
async function drop(
  root: string,
  key: string,
  content: string,
  time = new Date('2024-01-31T12:00:00Z'),
): Promise<void> {
  await mkdir(dirname(join(root, key)), { recursive: true });
  await writeFile(join(root, key), content);
  await utimes(join(root, key), time, time);
}

async function keysOf(lake: Lake): Promise<string[]> {
  const keys = [];
  for await (const { key } of lake.list('')) keys.push(key);
  return keys;
}

const md5 = { hello: hash('md5', 'hello'), howdy: hash('md5', 'howdy') };

describe('files that a person touches', () => {
  test('a file dropped in by hand is an object without metadata', async () => {
    const root = await freshRoot();
    await drop(root, 'raw/export.csv', 'hello');
    // Twice: the second answer comes from the cache.
    for (let round = 0; round < 2; round += 1) {
      expect(await filesLake(root).head('raw/export.csv')).toMatchObject({ size: 5, etag: md5.hello, metadata: {} });
    }
    expect(await readdir(join(root, '.sillage', 'etags', 'raw'))).toEqual(['.export.csv.json']);
  });

  test('bytes that changed unseen are found when they are read anew, and told from then on', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await lake.put('raw/a', 'hello', { metadata: { rows: '1' } });
    await lake.put('raw/b', 'hello', { metadata: { rows: '1' } });
    await drop(root, 'raw/c', 'hello');
    await lake.head('raw/c');
    for (const key of ['raw/a', 'raw/c']) {
      const { mtimeNs } = await stat(join(root, key), { bigint: true });
      await writeFile(join(root, key), 'howdy');
      execFileSync('touch', [
        '-d',
        `@${mtimeNs / 1_000_000_000n}.${String(mtimeNs % 1_000_000_000n).padStart(9, '0')}`,
        join(root, key),
      ]);
      expect(await lake.head(key)).toMatchObject({ etag: md5.hello });
      expect(await lake.verify(key)).toMatchObject({ key, etag: md5.howdy, metadata: {} });
      expect(await filesLake(root).head(key)).toMatchObject({ etag: md5.howdy, metadata: {} });
    }
    expect(await lake.verify('raw/b')).toMatchObject({ etag: md5.hello, metadata: { rows: '1' } });
  });

  test('an edited file has a new etag, even at the same size, and loses the metadata of the old content', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await lake.put('raw/a', 'hello', { metadata: { rows: '1' } });
    await writeFile(join(root, 'raw/a'), 'howdy');
    expect(await lake.head('raw/a')).toMatchObject({ size: 5, etag: md5.howdy, metadata: {} });
    await drop(root, 'raw/a', 'hello');
    expect(await lake.head('raw/a')).toMatchObject({ etag: md5.hello, metadata: {} });
  });

  test('a file that is still young is read each time, for its clock may be coarse', async () => {
    const root = await freshRoot();
    const now = new Date();
    for (const content of ['hello', 'howdy'] as const) {
      await drop(root, 'a', content, now);
      expect((await filesLake(root).head('a'))?.etag).toBe(md5[content]);
    }
  });

  test('no two writes share a time, however fast they follow each other', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    const keys = Array.from({ length: 60 }, (_, index) => `a/${index}`);
    await Promise.all(keys.map((key) => lake.put(key, 'same')));
    const stats = await Promise.all(keys.map((key) => stat(join(root, key), { bigint: true })));
    expect(new Set(stats.map((one) => one.mtimeNs)).size).toBe(60);
  });

  test('a broken sidecar counts as none', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await lake.put('a', 'hello', { metadata: { rows: '1' } });
    await writeFile(join(root, '.sillage/meta/.a.json'), '[{"etag":');
    expect(await lake.head('a')).toMatchObject({ etag: md5.hello, metadata: {} });
  });

  test('a copied lake keeps its metadata', async () => {
    const [root, copy] = [await freshRoot(), await freshRoot()];
    await filesLake(root).put('a', 'hello', { metadata: { rows: '1' } });
    execFileSync('cp', ['-a', `${root}/.`, copy]);
    expect(await filesLake(copy).head('a')).toMatchObject({ metadata: { rows: '1' } });
  });

  test('hidden files are no objects', async () => {
    const root = await freshRoot();
    await drop(root, 'raw/a', 'hello');
    await drop(root, '.DS_Store', 'x');
    expect(await keysOf(filesLake(root))).toEqual(['raw/a']);
  });
});

describe('what is no plain file', () => {
  const strange: readonly {
    readonly what: string;
    readonly make: (path: string, outside: string) => Promise<unknown>;
  }[] = [
    { what: 'a link to an object', make: (path) => symlink(join(dirname(path), 'a'), path) },
    { what: 'a link out of the lake', make: (path, outside) => symlink(join(outside, 'secret'), path) },
    { what: 'a link to nothing', make: (path) => symlink('nowhere', path) },
    { what: 'a link to itself', make: (path) => symlink('strange', path) },
    { what: 'a link to a device', make: (path) => symlink('/dev/zero', path) },
    { what: 'a pipe', make: async (path) => execFileSync('mkfifo', [path]) },
    {
      what: 'a link to a pipe',
      make: async (path, outside) => {
        execFileSync('mkfifo', [join(outside, 'pipe')]);
        await symlink(join(outside, 'pipe'), path);
      },
    },
  ];

  const readings = (lake: Lake, scratch: string) => [
    (key: string) => lake.get(key),
    (key: string) => lake.read(key),
    (key: string) => lake.localPath(key, scratch),
  ];

  test.each(strange)('is no object, and a put takes its place without going through it: $what', async ({ make }) => {
    const [root, outside] = [await freshRoot(), await freshRoot()];
    const lake = filesLake(root);
    await lake.put('raw/a', 'hello');
    await drop(outside, 'secret', 'secret');
    await make(join(root, 'raw/strange'), outside);
    expect(await keysOf(lake)).toEqual(['raw/a']);
    expect(await lake.head('raw/strange')).toBeUndefined();
    for (const reading of readings(lake, root)) await expect(reading('raw/strange')).rejects.toThrow(ObjectNotFound);
    await expect(lake.put('raw/strange', 'x', { ifAbsent: true })).rejects.toThrow(PreconditionFailed);
    await lake.put('raw/strange', 'mine');
    expect(String(await lake.get('raw/strange'))).toBe('mine');
    expect(String(await lake.get('raw/a'))).toBe('hello');
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('an object that is there and cannot be read is an error, and neither none nor nothing', async () => {
    const root = await freshRoot();
    await drop(root, 'raw/large', '');
    // More than can be read at once, and no byte of it on the disk.
    await truncate(join(root, 'raw/large'), 3 * 2 ** 30);
    await expect(filesLake(root).get('raw/large')).rejects.toMatchObject({ code: 'ERR_FS_FILE_TOO_LARGE' });
  });

  test('a folder that is a link holds no objects, takes none, and loses none', async () => {
    const [root, outside] = [await freshRoot(), await freshRoot()];
    const lake = filesLake(root);
    await lake.put('raw/web/a', 'hello');
    await drop(outside, 'deep/secret', 'secret');
    await symlink(outside, join(root, 'raw/out'));
    await symlink(root, join(root, 'raw/circle'));
    for (const key of ['raw/out/deep/secret', 'raw/circle/raw/web/a']) {
      expect(await lake.head(key)).toBeUndefined();
      for (const reading of readings(lake, root)) await expect(reading(key)).rejects.toThrow(ObjectNotFound);
      await expect(lake.put(key, 'x')).rejects.toThrow(
        /the folder raw\/(?:out|circle) is a link, and a lake follows none/u,
      );
      await lake.delete(key);
    }
    expect(await keysOf(lake)).toEqual(['raw/web/a']);
    expect(await readFile(join(outside, 'deep/secret'), 'utf8')).toBe('secret');
  });

  test.each([
    'raw',
    'curated',
    'marts',
    'ops',
    'truth',
    '.sillage',
    '.sillage/tmp',
    '.sillage/meta',
    '.sillage/streams',
    '.sillage/streams/web-events/shards.json',
    '.sillage/pseudonym.key',
    '.sillage/locks/run',
  ])('a lake whose %s is a link is refused in words', async (name) => {
    const [root, outside] = [await freshRoot(), await freshRoot()];
    await mkdir(dirname(join(root, name)), { recursive: true });
    await symlink(outside, join(root, name));
    expect(() => filesLake(root)).toThrow(LakeUnavailable);
    expect(() => filesLake(root)).toThrow(`${join(root, name)} is a link`);
  });

  test('a lake may itself be reached by a link', async () => {
    const [root, elsewhere] = [await freshRoot(), await freshRoot()];
    await symlink(root, join(elsewhere, 'lake'));
    await filesLake(join(elsewhere, 'lake')).put('raw/a', 'hello');
    expect(await keysOf(filesLake(root))).toEqual(['raw/a']);
  });

  test('a name that is no text is no object, nor is the one that looks like it', async () => {
    const root = await freshRoot();
    await drop(root, 'raw/a', 'hello');
    for (const name of [Buffer.from([0x61, 0xff]), Buffer.from('a\uFFFD')])
      await writeFile(Buffer.concat([Buffer.from(`${root}/raw/`), name]), 'x');
    expect(await keysOf(filesLake(root))).toEqual(['raw/a']);
  });
});

describe('what files cannot do', () => {
  test('an object cannot stand where a folder stands, nor above another object', async () => {
    const lake = filesLake(await freshRoot());
    await lake.put('a/b', 'x');
    await expect(lake.put('a', 'x')).rejects.toThrow(InvalidKey);
    await expect(lake.put('a', 'x', { ifAbsent: true })).rejects.toThrow(/it is a folder that holds other objects/u);
    await expect(lake.put('a/b/c/d', 'x')).rejects.toThrow(/the object a\/b stands where its folder must be/u);
    await lake.delete('a/b');
    await expect(lake.put('a', 'x')).resolves.toMatchObject({ size: 1 });
  });

  test('a folder that is a file makes the lake unavailable, and the message says so', async () => {
    const file = join(await freshRoot(), 'file');
    await writeFile(file, 'x');
    for (const root of [file, join(file, 'below')]) {
      const lake = filesLake(root);
      await expect(lake.put('a', 'x')).rejects.toThrow(LakeUnavailable);
      await expect(lake.put('a', 'x')).rejects.toThrow(
        `The lake in ${root} cannot be used: a file stands where a folder must be.`,
      );
      await expect(keysOf(lake)).rejects.toThrow(LakeUnavailable);
    }
  });

  test('a failed put leaves nothing behind', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await lake.put('a', 'x');
    await expect(lake.put('a/b', 'y')).rejects.toThrow(InvalidKey);
    await expect(lake.put('a', 'y', { ifAbsent: true })).rejects.toThrow('was not written');
    await expect(lake.putFile('b', join(root, 'missing'))).rejects.toThrow('ENOENT');
    expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
    expect(await keysOf(lake)).toEqual(['a']);
  });

  test('a lake that is opened for writing is rid of what dead processes left, and of nothing else', async () => {
    const root = await freshRoot();
    const dead = thisOwner.replace(/^\d+/u, '4194999');
    const reused = thisOwner.replace(/-[0-9a-f]{8}-/u, '-00000000-');
    const elsewhere = thisOwner.replace(/[0-9a-f]{8}$/u, '00000000');
    for (const owner of [dead, reused, elsewhere, thisOwner]) await drop(root, `.sillage/tmp/${owner}.x`, 'x');
    await filesLake(root).put('a', 'x');
    expect((await readdir(join(root, '.sillage/tmp'))).sort()).toEqual([`${thisOwner}.x`, `${elsewhere}.x`].sort());
  });

  test('putFile moves a file that is not in the lake', async () => {
    const [root, elsewhere] = [await freshRoot(), await freshRoot()];
    await drop(elsewhere, 'source', 'hello');
    await filesLake(root).putFile('a', join(elsewhere, 'source'));
    await expect(stat(join(elsewhere, 'source'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('hello');
  });
});
