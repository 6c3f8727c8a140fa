/** What the lake notes of its objects beside them: sidecars, and what listings found. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { filesLake } from './files-lake.ts';
import { forgetListings, ListedEtags } from './listed.ts';
import { dropNotes, forgetNote, readNote, writeNotes, type Note } from './sidecar.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-notes-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const own = (name: string) => join(root, '.sillage', name);
const note = (etag: string, size = 1, mtimeNs = '5'): Note => ({ etag, size, mtimeNs, metadata: {} });

describe('sidecars', () => {
  test('go with their object, and their folders with the last of them', async () => {
    const lake = filesLake(root);
    await lake.put('raw/a/b/one', '1');
    await lake.put('raw/a/c/two', '2');
    expect(readdirSync(own('meta/raw/a'))).toEqual(['b', 'c']);
    await lake.delete('raw/a/b/one');
    expect(readdirSync(own('meta/raw/a'))).toEqual(['c']);
    await lake.delete('raw/a/c/two');
    expect(readdirSync(own('meta'))).toEqual([]);
    expect(existsSync(own('meta'))).toBe(true);
    mkdirSync(join(root, 'raw'), { recursive: true });
    writeFileSync(join(root, 'raw/dropped'), '3');
    utimesSync(join(root, 'raw/dropped'), 1, 1);
    await lake.head('raw/dropped');
    expect(readdirSync(own('etags/raw'))).toEqual(['.dropped.json']);
    await lake.delete('raw/dropped');
    expect(readdirSync(own('etags'))).toEqual([]);
  });

  test('are each of one version: of size and of time', async () => {
    await writeNotes(root, 'meta', 'a', [note('one', 1, '5'), note('two', 2, '5'), note('three', 1, '6')]);
    const etagOf = (size: number, mtimeNs: string) => readNote(root, 'meta', 'a', { size, mtimeNs })?.etag;
    expect([etagOf(1, '5'), etagOf(2, '5'), etagOf(1, '6'), etagOf(2, '6')]).toEqual([
      'one',
      'two',
      'three',
      undefined,
    ]);
    await forgetNote(root, 'a', { size: 2, mtimeNs: '5' });
    expect([etagOf(1, '5'), etagOf(2, '5'), etagOf(1, '6')]).toEqual(['one', undefined, 'three']);
    expect(existsSync(own('etags'))).toBe(false);
    dropNotes(root, 'a');
    expect([etagOf(1, '5'), etagOf(1, '6')]).toEqual([undefined, undefined]);
  });

  test('that cannot be put in their place leave nothing unfinished', async () => {
    mkdirSync(own('meta/.a.json/x'), { recursive: true });
    await expect(writeNotes(root, 'meta', 'a', [note('one')])).rejects.toThrow('EISDIR');
    expect(() => dropNotes(root, 'a')).toThrow('directory');
    expect(readdirSync(own('tmp'))).toEqual([]);
  });
});

describe('what a listing found', () => {
  const version = { size: 1, mtimeNs: '5' };
  const keys = Array.from({ length: 64 }, (_, i) => `raw/${i}`);
  async function listed(of: readonly string[] = keys) {
    const listing = new ListedEtags(root, 'raw/');
    for (const key of of) listing.add(key, version, `etag of ${key}`);
    await listing.keep();
  }
  const known = (key: string, of = version, prefix = 'raw/') => new ListedEtags(root, prefix).etagOf(key, of);

  test('is known to the next one, of the same version and prefix', async () => {
    await listed();
    expect(known('raw/7')).toBe('etag of raw/7');
    expect(known('raw/64')).toBeUndefined();
    expect(known('raw/7', { size: 2, mtimeNs: '5' })).toBeUndefined();
    expect(known('raw/7', { size: 1, mtimeNs: '6' })).toBeUndefined();
    expect(known('raw/7', version, 'raw')).toBeUndefined();
    expect(readdirSync(own('tmp'))).toEqual([]);
  });

  test('is kept where it is worth it', async () => {
    await listed(keys.slice(1));
    expect(existsSync(own('listed'))).toBe(false);
  });

  test('of what is gone is gone with the next', async () => {
    await listed([...keys, 'raw/gone']);
    await listed();
    expect(known('raw/gone')).toBeUndefined();
    expect(known('raw/7')).toBe('etag of raw/7');
  });

  test('is forgotten at once where a note was wrong, also by one that is under way; the ones after that count', async () => {
    await listed();
    const underWay = new ListedEtags(root, 'raw/');
    for (const key of keys) underWay.add(key, version, 'wrong');
    forgetListings(root);
    expect(existsSync(own('listed'))).toBe(false);
    forgetListings(root);
    await underWay.keep();
    expect(known('raw/7')).toBeUndefined();
    await listed();
    expect(known('raw/7')).toBe('etag of raw/7');
  });

  test('is not written again where nothing has changed', async () => {
    await listed();
    const [name = ''] = readdirSync(own('listed'));
    utimesSync(join(own('listed'), name), 1, 1);
    await listed();
    expect(statSync(join(own('listed'), name)).mtimeMs).toBe(1000);
    await listed([...keys, 'raw/new']);
    expect(known('raw/new')).toBe('etag of raw/new');
  });
});
