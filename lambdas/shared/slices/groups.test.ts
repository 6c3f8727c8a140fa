import { expect, test } from '@jest/globals';
import { groups } from './groups.ts';

/** Slices by the objects that they are made from, each `name:bytes`; of one machine where it begins with `!`. */
const batchesOf = (
  slices: readonly string[],
  { workers = 1, bytes = 10, fewBytes = 0 }: { workers?: number; bytes?: number; fewBytes?: number } = {},
) =>
  groups(
    slices.map((slice) => ({
      table: 'orders',
      day: '2025-01-01',
      reason: slice,
      inputs: slice
        .replace('!', '')
        .split(' ')
        .filter((key) => key !== '')
        .map((key) => ({ key, etag: '1' })),
    })),
    {
      sizeOf: (key) => Number(key.split(':')[1]),
      workers,
      bytes,
      fewBytes,
      isAlone: ({ reason }) => reason.startsWith('!'),
    },
  ).map((group) => group.map(({ reason }) => reason).join(' | '));

test.each<readonly [what: string, batches: readonly string[], options?: Parameters<typeof batchesOf>[1]]>([
  ['as much as one may read, and not a byte more', ['a:6 | b:4', 'c:1']],
  ['each counts its own bytes alone', ['a:6', 'b:6 | c:4', 'd:6 | e:4', 'f:1']],
  ['an object that two slices share is read once', ['a:6 | a:6 b:4 | a:6 b:4', 'a:6 c:4', 'b:4 d:1']],
  ['an object that a slice names twice is read once', ['a:6 a:6 | b:4']],
  ['a slice that is more than a batch may read is one', ['a:1', 'b:11', 'c:1']],
  ['slices that are made from nothing', [' |  | ']],
  ['what is alone shares its batch with nothing before or behind it', ['a:1', '!b:1', 'c:1 | d:1', '!e:1', '!f:1']],
  ['every worker has one', ['a:1 | b:1', 'c:1', 'd:1 | e:1'], { workers: 3 }],
  ['every worker has as much to read', ['a:1 | b:1 | c:1 | d:1 | e:1', 'f:9'], { workers: 2 }],
  ['of those that read nothing every worker has as many', [' | ', ' | '], { workers: 2 }],
  ['little is not shared out', ['a:1 | b:1 | c:1'], { workers: 3, fewBytes: 4 }],
  ['what is no longer little is', ['a:2', 'b:1', 'c:1'], { workers: 3, fewBytes: 4 }],
  ['what is shared makes little of much', ['a:2 | a:2 | b:1'], { workers: 3, fewBytes: 4 }],
])('%s', (_, batches, options = {}) => {
  expect(
    batchesOf(
      batches.flatMap((batch) => batch.split(' | ')),
      options,
    ),
  ).toEqual(batches);
});
