import { beforeEach, expect, test } from '@jest/globals';
import type { Lake, LakeObject } from '../ports/lake.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { joinKey } from './joins.ts';
import { Listings } from './listings.ts';

const keys = ['curated/a/1', 'curated/a/2', 'curated/ab/1', 'curated/b/1', 'ops/a/1', 'ops/b/1', 'raw/a/1', 'raw/z/9'];
let lake: Lake;
/** The prefixes that the lake was asked to list. */
let listed: string[];
beforeEach(async () => {
  const memory = memoryLake();
  listed = [];
  lake = {
    ...memory,
    list(prefix) {
      listed.push(prefix);
      return memory.list(prefix);
    },
  };
  for (const key of keys) await lake.put(key, key);
});

const keysOf = (objects: readonly LakeObject[]) => objects.map(({ key }) => key);

test('of a zone all and only what stands under the prefix is told, in order', async () => {
  const listings = new Listings(lake);
  const prefixes = ['curated/', 'curated/a', 'curated/a/', 'curated/a/2', 'curated/0/', 'curated/aa/', 'curated/b/'];
  for (const prefix of [...prefixes, 'curated/z/', 'raw/a/', 'raw/z/9', 'marts/'])
    expect([prefix, keysOf(await listings.of(prefix))]).toEqual([prefix, keys.filter((key) => key.startsWith(prefix))]);
});

test('a zone is listed once, and of ops only what is asked for', async () => {
  const listings = new Listings(lake);
  await Promise.all(['curated/a/', 'curated/b/', 'raw/a/', 'ops/a/', 'ops/b/'].map((prefix) => listings.of(prefix)));
  await Promise.all(['curated/ab/', 'ops/a/'].map((prefix) => listings.etags(prefix)));
  expect(listed).toEqual(['curated/', 'raw/', 'ops/a/', 'ops/b/']);
});

test('what is written since is told when all is listed anew', async () => {
  const listings = new Listings(lake);
  const told = async () => [
    keysOf(await listings.of('raw/a/')),
    [...(await listings.byKey('raw/a/')).keys()],
    [...(await listings.etags('raw/a/'))],
  ];
  const etagOf = async (key: string) => [key, (await lake.head(key))?.etag];
  const before = [['raw/a/1'], ['raw/a/1'], [await etagOf('raw/a/1')]];
  expect(await told()).toEqual(before);
  await lake.put('raw/a/2', 'new');
  expect(await told()).toEqual(before);
  expect(await listings.byKey('raw/a/')).toBe(await listings.byKey('raw/a/'));
  listings.forget();
  expect(await told()).toEqual([
    ['raw/a/1', 'raw/a/2'],
    ['raw/a/1', 'raw/a/2'],
    [await etagOf('raw/a/1'), await etagOf('raw/a/2')],
  ]);
  expect((await listings.byKey('raw/a/')).get('raw/a/2')).toMatchObject({ key: 'raw/a/2', size: 3 });
});

test('parts are replaced from the moment when what they are joined into is there; one written anew is none', async () => {
  const join = async (id: string, object: string, parts: readonly string[]) => {
    const heads = await Promise.all(parts.map(async (key) => ({ key, etag: (await lake.head(key))?.etag })));
    await lake.put(joinKey('2025-03-01', id), JSON.stringify({ object, parts: heads, rows: 2, sha256: 'x' }));
  };
  for (const key of ['raw/j/1', 'raw/j/2', 'raw/j/3', 'raw/k/1', 'raw/l/1']) await lake.put(key, 'part');
  await join('one', 'raw/j/whole', ['raw/j/1', 'raw/j/2', 'raw/j/3']);
  await join('two', 'raw/k/whole', ['raw/k/1']);
  await join('three', 'raw/l/whole', ['raw/l/1']);
  await lake.put(joinKey('2025-03-01', 'none'), 'no manifest');
  await lake.put('raw/j/whole', 'parts');
  await lake.put('raw/l/whole', 'part');
  await lake.put('raw/j/2', 'another');
  const listings = new Listings(lake);
  expect(keysOf(await listings.raw('raw/j/'))).toEqual(['raw/j/2', 'raw/j/whole']);
  expect(keysOf(await listings.raw('raw/k/'))).toEqual(['raw/k/1']);
  expect(keysOf(await listings.raw('raw/l/'))).toEqual(['raw/l/whole']);
  await lake.put('raw/k/whole', 'part');
  expect(keysOf(await listings.raw('raw/k/'))).toEqual(['raw/k/1']);
  listings.forget();
  expect(keysOf(await listings.raw('raw/k/'))).toEqual(['raw/k/whole']);
});
