import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lakeContract } from '../../../lambdas/shared/ports/lake.contract.ts';
import { type Lake, LakeUnavailable, ObjectNotFound, PreconditionFailed } from '../../../lambdas/shared/ports/lake.ts';
import { InvalidKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { openUnder, plant, systemError } from '../stream/log-fixture.ts';
import { filesLake } from './files-lake.ts';
import { thisOwner } from './owner.ts';
import { sweepTemp } from './temp.ts';

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

/** Gives a file other bytes, and the time that it had. */
async function changeUnseen(path: string, content: string): Promise<void> {
  const { mtimeNs } = await stat(path, { bigint: true });
  await writeFile(path, content);
  const fraction = String(mtimeNs % 1_000_000_000n).padStart(9, '0');
  execFileSync('touch', ['-d', `@${mtimeNs / 1_000_000_000n}.${fraction}`, path]);
}

describe('files that a person touches', () => {
  test('what can be no object is told beside the listing: a name in no Unicode, a link, a folder that is one', async () => {
    const root = await freshRoot();
    await drop(root, 'inbox/good.csv', 'a');
    await drop(root, 'inbox/bad\nname.csv', 'a');
    await writeFile(Buffer.from(`${root}/inbox/relev\xe9.csv`, 'latin1'), 'a');
    await symlink(join(root, 'inbox/good.csv'), join(root, 'inbox/link.csv'));
    await symlink(join(root, 'inbox'), join(root, 'other'));
    const straysOf = async (prefix: string) => {
      const strays = [];
      for await (const { key, why } of filesLake(root).strays?.(prefix) ?? []) strays.push([key, why]);
      return strays;
    };
    expect(await straysOf('inbox/')).toEqual([
      ['inbox/bad\nname.csv', 'it holds a control character. Rename it.'],
      ['inbox/link.csv', expect.stringContaining('it is a link')],
      ['inbox/relev\uFFFD.csv', expect.stringContaining('bytes that are no text. Rename it.')],
    ]);
    expect(await straysOf('other/')).toEqual([['other', expect.stringContaining('it is a link')]]);
  });

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
      await changeUnseen(join(root, key), 'howdy');
      expect(await lake.head(key)).toMatchObject({ etag: md5.hello });
      expect(await lake.verify(key)).toMatchObject({ key, etag: md5.howdy, metadata: {} });
      expect(await filesLake(root).head(key)).toMatchObject({ etag: md5.howdy, metadata: {} });
    }
    expect(await lake.verify('raw/b')).toMatchObject({ etag: md5.hello, metadata: { rows: '1' } });
    expect(await lake.head('raw/b')).toMatchObject({ metadata: { rows: '1' } });
  });

  test('a listing knows what the one before found, but of what was young then, until bytes are found to be others', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    const keys = Array.from({ length: 64 }, (_, index) => `raw/${index}`);
    for (const key of keys) await drop(root, key, 'hello');
    // However late it is listed: its time is to come.
    await drop(root, 'raw/young', 'hello', new Date(Date.now() + 3_600_000));
    const etags = async () => {
      // What each file's own note says is gone: only the listing's memory is left.
      await rm(join(root, '.sillage/etags'), { recursive: true, force: true });
      const found = new Map<string, string>();
      for await (const { key, etag } of lake.list('raw/')) found.set(key, etag);
      return ['raw/0', 'raw/young'].map((key) => found.get(key));
    };
    expect(await etags()).toEqual([md5.hello, md5.hello]);
    for (const key of ['raw/0', 'raw/young']) await changeUnseen(join(root, key), 'howdy');
    expect(await etags()).toEqual([md5.hello, md5.howdy]);
    await lake.head('raw/1');
    await changeUnseen(join(root, 'raw/1'), 'howdy');
    await lake.verify('raw/1');
    expect(await etags()).toEqual([md5.howdy, md5.howdy]);
  });

  test('an object that goes while they are listed, or while it is read, is none', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    for (const key of ['a', 'b', 'c']) await lake.put(key, 'hello');
    const found = [];
    for await (const { key } of lake.list('')) {
      found.push(key);
      await rm(join(root, 'b'), { force: true });
    }
    expect(found).toEqual(['a', 'c']);
    const undo = await plant('stat', () => {
      rmSync(join(root, 'a'), { force: true });
      throw systemError('EIO');
    });
    await expect(lake.get('a').finally(undo)).rejects.toThrow(ObjectNotFound);
  });

  test('a file has settled when it is more than two seconds old', async () => {
    const root = await freshRoot();
    const time = new Date('2024-01-31T12:00:00Z');
    await drop(root, 'a', 'hello', time);
    const clock = jest.spyOn(Date, 'now');
    const isNoted = async (ageMs: number) => {
      clock.mockReturnValue(time.getTime() + ageMs);
      await filesLake(root).head('a');
      return (await readdir(join(root, '.sillage/etags')).catch(() => [])).length > 0;
    };
    expect([await isNoted(2000), await isNoted(2001)]).toEqual([false, true]);
    clock.mockRestore();
  });

  test('every file that is opened is closed', async () => {
    const [root, elsewhere] = [await freshRoot(), await freshRoot()];
    await drop(elsewhere, 'source', 'hello');
    const lake = filesLake(root);
    await lake.put('a', 'hello');
    await lake.putFile('b', join(elsewhere, 'source'));
    await lake.get('a');
    await lake.verify('a');
    expect(openUnder(root)).toEqual([]);
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
    expect(await lake.verify('raw/strange')).toBeUndefined();
    for (const reading of readings(lake, root)) await expect(reading('raw/strange')).rejects.toThrow(ObjectNotFound);
    const refused = lake.put('raw/strange', 'x', { ifAbsent: true });
    await expect(refused).rejects.toThrow(PreconditionFailed);
    await expect(refused).rejects.toThrow('an object already stands there');
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
      expect([await lake.head(key), await lake.verify(key)]).toEqual([undefined, undefined]);
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
    expect(() => filesLake(root)).toThrow(
      /follows none\. Put the folder itself there, or mount it there\.|Put the file or the folder itself there\./u,
    );
  });

  test('a lake whose zone is a file is refused in words', async () => {
    const root = await freshRoot();
    await writeFile(join(root, 'raw'), 'x');
    expect(() => filesLake(root)).toThrow(
      `The lake in ${root} cannot be used: the file ${root}/raw stands where a folder must be. Move it away.`,
    );
  });

  test.each(['meta', 'etags', 'tmp', 'scratch'])('what lies in .sillage/%s is not looked at', async (name) => {
    const root = await freshRoot();
    await mkdir(join(root, '.sillage', name), { recursive: true });
    await symlink('nowhere', join(root, '.sillage', name, 'link'));
    expect(() => filesLake(root)).not.toThrow();
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
    await expect(lake.delete('a')).resolves.toBeUndefined();
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
      await expect(lake.keys('')[Symbol.asyncIterator]().next()).rejects.toThrow(LakeUnavailable);
    }
  });

  test('a pipe where a folder must be makes the lake unavailable, also for what must not be there yet', async () => {
    const root = await freshRoot();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const lake = filesLake(root);
    for (const options of [{}, { ifAbsent: true }])
      await expect(lake.put('pipe/a', 'x', options)).rejects.toThrow(LakeUnavailable);
  });

  test('a condition that does not hold is told with what stands there', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await expect(lake.put('a', 'x', { ifMatch: 'e' })).rejects.toThrow('there is no object to replace');
    await lake.put('a', 'hello');
    const isOther = `its etag is ${md5.hello}, not e`;
    await expect(lake.put('a', 'x', { ifMatch: 'e' })).rejects.toThrow(`a was not written: ${isOther}`);
    await expect(lake.delete('a', { ifMatch: 'e' })).rejects.toThrow(`a was not deleted: ${isOther}`);
    await expect(lake.localPath('a', root, 'e')).rejects.toThrow(`a was not read: ${isOther}`);
  });

  test('a look that fails is an error, and neither none nor nothing', async () => {
    const root = await freshRoot();
    await drop(root, 'a', 'hello');
    const undo = await plant('read', () => {
      throw systemError('EIO');
    });
    await expect(filesLake(root).head('a').finally(undo)).rejects.toThrow('its disk reports an error');
  });

  test('a failed put leaves nothing behind', async () => {
    const root = await freshRoot();
    const lake = filesLake(root);
    await lake.put('a', 'x');
    await expect(lake.put('a/b', 'y')).rejects.toThrow(InvalidKey);
    await expect(lake.put('a', 'y', { ifAbsent: true })).rejects.toThrow('was not written');
    await expect(lake.putFile('b', join(root, 'missing'))).rejects.toThrow('ENOENT');
    expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
    expect(await readdir(join(root, '.sillage/meta'))).toEqual(['.a.json']);
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

  test('what dead processes left and cannot be removed is told, and tried again', async () => {
    const root = await freshRoot();
    const folder = join(root, '.sillage/tmp', thisOwner.replace(/^\d+/u, '4194999'));
    await mkdir(folder, { recursive: true });
    const lake = filesLake(root);
    await expect(lake.put('a', 'x')).rejects.toMatchObject({ code: 'ERR_FS_EISDIR' });
    await rm(folder, { recursive: true });
    await expect(lake.put('a', 'x')).resolves.toMatchObject({ size: 1 });
  });

  test('what a dead process left is removed by two at once', async () => {
    const root = await freshRoot();
    await drop(root, `.sillage/tmp/${thisOwner.replace(/^\d+/u, '4194999')}.x`, 'x');
    await Promise.all([sweepTemp(root), sweepTemp(root)]);
    expect(await readdir(join(root, '.sillage/tmp'))).toEqual([]);
  });

  test('putFile moves a file that is not in the lake', async () => {
    const [root, elsewhere] = [await freshRoot(), await freshRoot()];
    await drop(elsewhere, 'source', 'hello');
    await filesLake(root).putFile('a', join(elsewhere, 'source'));
    await expect(stat(join(elsewhere, 'source'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('hello');
  });
});
