import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { StreamEntry } from './stream.ts';
import { checkLimit, checkPut, hashKeyOf, router } from './stream-rules.ts';
import { evenShards, mergeShards, splitShard } from './stream-shards.ts';

const entry = (bytes: number, partitionKey = 'k'): StreamEntry => ({ data: Buffer.alloc(bytes), partitionKey });
const mb = 1_048_576;

test.each([
  {
    what: 'an empty key',
    entries: [entry(1), entry(1, '')],
    says: 'Entry 1 of the put has an empty partition key; give it 1 to 256 characters.',
  },
  {
    what: 'a key of 257 characters',
    entries: [entry(1, 'k'.repeat(257))],
    says: 'Entry 0 of the put has a partition key of 257 characters; a stream takes 256.',
  },
  {
    what: 'half a surrogate pair',
    entries: [entry(1, 'a\uD83D')],
    says: 'Entry 0 of the put has a partition key that is not well-formed Unicode: "a\\ud83d".',
  },
  {
    what: 'a record of 1 MB and its key',
    entries: [entry(1), entry(1), entry(mb)],
    says: 'Entry 2 of the put has 1048577 bytes with its partition key; a stream takes 1048576 a record.',
  },
  { what: 'a key whose bytes count', entries: [entry(mb - 2, 'é€')], says: 'Entry 0 of the put has 1048579 bytes' },
  {
    what: '501 entries',
    entries: Array.from({ length: 501 }, () => entry(1)),
    says: 'A put of 501 entries is too large: a stream takes 500. Send it in several puts.',
  },
  {
    what: '5 MB and a byte',
    entries: [...Array.from({ length: 5 }, () => entry(mb - 1)), entry(0)],
    says: 'with entry 5 it has 5242881 bytes, and a stream takes 5242880.',
  },
])('a put is refused for $what', ({ entries, says }) => {
  expect(() => checkPut(entries)).toThrow(RangeError);
  expect(() => checkPut(entries)).toThrow(says);
});

test.each([
  { what: 'nothing', entries: [] },
  { what: 'no data', entries: [entry(0)] },
  { what: 'a longest key', entries: [entry(1, 'é'.repeat(256))] },
  { what: 'a largest record', entries: [entry(mb - 1)] },
  { what: 'a largest put', entries: Array.from({ length: 5 }, () => entry(mb - 1)) },
  { what: 'most entries', entries: Array.from({ length: 500 }, () => entry(1)) },
])('a put may hold $what', ({ entries }) => {
  expect(() => checkPut(entries)).not.toThrow();
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a read of %p records is refused', (limit) => {
  expect(() => checkLimit(limit)).toThrow(RangeError);
});

describe('hash keys', () => {
  // Published digests: RFC 1321, appendix A.5.
  test.each([
    { key: 'a', hash: 0x0cc175b9c0f1b6a831c399e269772661n },
    { key: 'message digest', hash: 0xf96b697d7cb7938d525a2f31aaf161d0n },
  ])('of $key', ({ key, hash }) => expect(hashKeyOf(key)).toBe(hash));

  test('at the ends of a range belong to it', () => {
    const at = hashKeyOf('a');
    const shards = (first: bigint) => [
      { shardId: 'low', parents: [], from: '0', to: String(first - 1n), isClosed: false },
      { shardId: 'high', parents: [], from: String(first), to: String(2n ** 128n - 1n), isClosed: false },
    ];
    expect([router(shards(at))('a'), router(shards(at + 1n))('a')]).toEqual(['high', 'low']);
  });

  test('are of the UTF-8 bytes', () => {
    expect(hashKeyOf('é😀')).toBe(BigInt(`0x${createHash('md5').update(Buffer.from('é😀', 'utf8')).digest('hex')}`));
  });
});

describe('shards', () => {
  test('of a new stream as Kinesis deals them', () => {
    expect(evenShards(3).map(({ shardId, from, to }) => ({ shardId, from, to }))).toEqual([
      { shardId: 'shardId-000000000000', from: '0', to: '113427455640312821154458202477256070484' },
      {
        shardId: 'shardId-000000000001',
        from: '113427455640312821154458202477256070485',
        to: '226854911280625642308916404954512140969',
      },
      {
        shardId: 'shardId-000000000002',
        from: '226854911280625642308916404954512140970',
        to: '340282366920938463463374607431768211455',
      },
    ]);
    expect(() => evenShards(0)).toThrow('A stream has 1 shard or more, not 0.');
  });

  /** Any history of splits and merges: each number picks what to do and to which open shards. */
  test('that are split and merged always cover each hash key once, by one open shard', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(100)), { maxLength: 25 }),
        fc.array(fc.string(), { minLength: 1 }),
        (count, moves, keys) => {
          let shards = evenShards(count);
          for (const [splits, pick] of moves) {
            const open = shards
              .filter(({ isClosed }) => !isClosed)
              .sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
            const [one, other] = [open[pick % open.length]?.shardId ?? '', open[(pick % open.length) + 1]?.shardId];
            if (splits) shards = splitShard(shards, one);
            else if (other !== undefined)
              shards = pick % 2 === 0 ? mergeShards(shards, one, other) : mergeShards(shards, other, one);
          }
          const open = shards
            .filter(({ isClosed }) => !isClosed)
            .sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
          const bounds = open.flatMap(({ from, to }) => [BigInt(from), BigInt(to) + 1n]);
          expect(bounds).toEqual([0n, ...bounds.slice(1, -1), 2n ** 128n]);
          for (let index = 1; index < bounds.length - 1; index += 2) expect(bounds[index]).toBe(bounds[index + 1]);
          expect(new Set(shards.map(({ shardId }) => shardId)).size).toBe(shards.length);
          for (const { shardId, parents } of shards) for (const parent of parents) expect(parent < shardId).toBe(true);
          const route = router(shards);
          for (const key of keys) {
            const takers = open.filter(
              ({ from, to }) => BigInt(from) <= hashKeyOf(key) && hashKeyOf(key) <= BigInt(to),
            );
            expect(takers.map(({ shardId }) => shardId)).toEqual([route(key)]);
          }
        },
      ),
    );
  });

  test.each([
    {
      what: 'a shard that is not there',
      change: () => splitShard(evenShards(1), 'shardId-000000000007'),
      says: 'There is no shard shardId-000000000007; there are shardId-000000000000.',
    },
    {
      what: 'a closed shard',
      change: () => splitShard(splitShard(evenShards(1), 'shardId-000000000000'), 'shardId-000000000000'),
      says: 'The shard shardId-000000000000 is closed: it was split or merged before.',
    },
    {
      what: 'a single hash key',
      change: () =>
        splitShard(
          [{ shardId: 'shardId-000000000000', parents: [], from: '7', to: '7', isClosed: false }],
          'shardId-000000000000',
        ),
      says: 'has a single hash key',
    },
    {
      what: 'shards apart',
      change: () => mergeShards(evenShards(3), 'shardId-000000000000', 'shardId-000000000002'),
      says: 'are no neighbours',
    },
    {
      what: 'a shard and itself',
      change: () => mergeShards(evenShards(3), 'shardId-000000000000', 'shardId-000000000000'),
      says: 'are no neighbours',
    },
  ])('are not changed by $what', ({ change, says }) => {
    expect(change).toThrow(RangeError);
    expect(change).toThrow(says);
  });
});
