import { afterAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import {
  type PutOutcome,
  type Shard,
  type Stream,
  type StreamEntry,
  type StreamRecord,
  streamLimits,
  StreamUnavailable,
} from './stream.ts';
import { bytesOf } from './stream-rules.ts';

/** Entries, in their order, in puts that a stream may take. */
function* puts(entries: Iterable<StreamEntry>): Generator<StreamEntry[], void, undefined> {
  let put: StreamEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const more = bytesOf(entry);
    if (put.length === streamLimits.entries || (put.length > 0 && bytes + more > streamLimits.putBytes)) {
      yield put;
      put = [];
      bytes = 0;
    }
    put.push(entry);
    bytes += more;
  }
  if (put.length > 0) yield put;
}

/** A stream under test, new and empty, and how to leave nothing of it behind. */
export interface StreamUnderTest<S extends Stream> {
  readonly stream: S;
  readonly dispose: () => Promise<void>;
}

export interface StreamContractOptions<S extends Stream> {
  /** How many random histories to try; fewer where each call crosses a network. */
  readonly runs?: number;
  /**
   * Where records outlive the process that put them: the same stream, opened once more. The old one is used no further.
   */
  readonly reopen?: (stream: S) => Promise<S>;
  /** Where the stream can be told to re-shard. */
  readonly split?: (stream: S, shardId: string) => Promise<void>;
  readonly merge?: (stream: S, a: string, b: string) => Promise<void>;
}

/**
 * How often a shard may answer with nothing before its records are missed: Kinesis may do so in the middle of a shard.
 */
const emptyReads = 10;

/** Keys that have gone wrong somewhere: in JSON, in hashes of UTF-16, in trimming. */
const oddKeys = [
  ' ',
  '0',
  'null',
  'undefined',
  '\t',
  '"',
  '\\',
  'é',
  'e\u0301',
  '日本',
  '😀',
  'k'.repeat(256),
  '€'.repeat(256),
  '__proto__',
] as const;

const text = (value: string, partitionKey = value): StreamEntry => ({ data: Buffer.from(value), partitionKey });
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => text(String(from + index)));

/** What all outcomes of a put must be where nothing is throttled. */
function placed(outcomes: readonly PutOutcome[]): { shardId: string; sequenceNumber: string }[] {
  return outcomes.map((outcome) => {
    if ('errorCode' in outcome) throw new Error(`${outcome.errorCode}: ${outcome.errorMessage}`);
    return outcome;
  });
}

/** Reads on from `after` until there are `count` records, or none come any more. */
async function take(
  stream: Stream,
  shardId: string,
  count: number,
  after?: string,
  limit = 1000,
): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  let position = after;
  for (let empty = 0; empty < emptyReads && records.length < count;) {
    const batch = await stream.read(shardId, position, limit);
    expect(batch.records.length).toBeLessThanOrEqual(limit);
    expect(batch.after).toBe(batch.records.at(-1)?.sequenceNumber ?? position);
    records.push(...batch.records);
    position = batch.after;
    if (batch.records.length === 0) empty += 1;
    if (batch.isFinished) break;
  }
  return records;
}

/** Reads a closed shard to its end. */
async function takeToTheEnd(stream: Stream, shardId: string): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  for (let empty = 0, after: string | undefined; empty < emptyReads;) {
    const batch = await stream.read(shardId, after, 3);
    records.push(...batch.records);
    if (batch.isFinished) return records;
    if (batch.records.length === 0) empty += 1;
    after = batch.after;
  }
  throw new Error(`The closed shard ${shardId} does not come to its end.`);
}

const texts = (records: readonly StreamRecord[]) => records.map(({ data }) => Buffer.from(data).toString());
const open = (shards: readonly Shard[]) => shards.filter(({ isClosed }) => !isClosed);

/** Where Kinesis puts a key, said once more: a test that asks the code for the answer tests nothing. */
function homeOf(shards: readonly Shard[], partitionKey: string): string[] {
  const key = BigInt(`0x${createHash('md5').update(Buffer.from(partitionKey, 'utf8')).digest('hex')}`);
  return open(shards).flatMap(({ shardId, from, to }) => (BigInt(from) <= key && key <= BigInt(to) ? [shardId] : []));
}

function expectRising(records: readonly { readonly sequenceNumber: string }[]): void {
  for (const [index, { sequenceNumber }] of records.entries()) {
    expect(sequenceNumber).toMatch(/^\d+$/u);
    expect(BigInt(sequenceNumber) > BigInt(records[index - 1]?.sequenceNumber ?? '-1')).toBe(true);
  }
}

/**
 * What every adapter of the Stream port must keep, as one suite to put it under. `make` is told how many shards to
 * begin with.
 *
 * @example streamContract('memoryStream', async (shards) => ({ stream: memoryStream({ shards }), dispose: async () =>
 * undefined }));
 */
export function streamContract<S extends Stream>(
  name: string,
  make: (shards: number) => Promise<StreamUnderTest<S>>,
  options: StreamContractOptions<S> = {},
): void {
  const { runs = 30, reopen, split, merge } = options;

  describe(`${name} keeps the contract of a stream`, () => {
    const made: StreamUnderTest<S>[] = [];
    afterAll(async () => {
      for (const one of made) await one.dispose();
    });

    async function fresh(shards = 1): Promise<S> {
      const one = await make(shards);
      made.push(one);
      return one.stream;
    }

    /** A new stream of one shard, and the shard's name. */
    async function single(): Promise<{ stream: S; shardId: string }> {
      const stream = await fresh(1);
      const [shard] = await stream.shards();
      return { stream, shardId: shard?.shardId ?? '' };
    }

    describe('records', () => {
      test('come back in order, as they were put', async () => {
        const { stream, shardId } = await single();
        const outcomes = placed(await stream.put(numbered(12)));
        outcomes.push(...placed(await stream.put(numbered(3, 12))));
        expectRising(outcomes);
        const records = await take(stream, shardId, 15);
        expect(texts(records)).toEqual(numbered(15).map(({ partitionKey }) => partitionKey));
        expect(records.map(({ partitionKey }) => partitionKey)).toEqual(texts(records));
        expect(records.map(({ sequenceNumber }) => ({ shardId, sequenceNumber }))).toEqual(outcomes);
      });

      test.each([
        { what: 'no bytes', data: Buffer.alloc(0) },
        { what: 'a zero', data: Buffer.alloc(1) },
        { what: 'every byte there is', data: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
        { what: 'a part of a larger buffer', data: Buffer.from('abcdef').subarray(2, 4) },
        { what: 'a plain Uint8Array', data: Uint8Array.from([0, 255, 128, 10, 13]) },
        { what: 'a largest record', data: randomBytes(1_048_576 - 1) },
      ])('may hold $what', async ({ data }) => {
        const { stream, shardId } = await single();
        await stream.put([{ data, partitionKey: 'k' }, text('next')]);
        const [record, next] = await take(stream, shardId, 2);
        expect(Buffer.from(data).equals(record?.data ?? Buffer.from('none'))).toBe(true);
        expect(texts(next === undefined ? [] : [next])).toEqual(['next']);
      });

      test('say when they arrived', async () => {
        const { stream, shardId } = await single();
        const before = Date.now();
        await stream.put(numbered(2));
        const records = await take(stream, shardId, 2);
        for (const { arrivedAt } of records) {
          // Kinesis may tell whole seconds.
          expect(arrivedAt.getTime()).toBeGreaterThan(before - 1000);
          expect(arrivedAt.getTime()).toBeLessThan(Date.now() + 1000);
        }
        expect(records).toHaveLength(2);
      });

      test('are copies: who changes one changes no other', async () => {
        const { stream, shardId } = await single();
        const data = Buffer.from('kept');
        await stream.put([{ data, partitionKey: 'k' }]);
        data.fill('x');
        (await take(stream, shardId, 1))[0]?.data.fill(0);
        expect(texts(await take(stream, shardId, 1))).toEqual(['kept']);
      });
    });

    describe('shards', () => {
      test('of a new stream share all hash keys', async () => {
        const shards = await (await fresh(3)).shards();
        expect(shards.map(({ isClosed, parents }) => ({ isClosed, parents }))).toEqual(
          Array.from({ length: 3 }, () => ({ isClosed: false, parents: [] })),
        );
        const sorted = [...shards].sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
        const bounds = sorted.flatMap(({ from, to }) => [BigInt(from), BigInt(to) + 1n]);
        expect([bounds[0], bounds[1], bounds[3], bounds[5]]).toEqual([0n, bounds[2], bounds[4], 2n ** 128n]);
      });

      test('take the records whose hash key is theirs, odd partition keys among them', async () => {
        const stream = await fresh(4);
        const shards = await stream.shards();
        const keys = [...oddKeys, ...Array.from({ length: 50 }, (_, index) => `key-${index}`)];
        const outcomes = placed(await stream.put(keys.map((key) => text(key))));
        expect(outcomes.map(({ shardId }) => [shardId])).toEqual(keys.map((key) => homeOf(shards, key)));
        expect(new Set(outcomes.map(({ shardId }) => shardId)).size).toBe(4);
        for (const { shardId } of shards) {
          const mine = keys.filter((_, index) => outcomes[index]?.shardId === shardId);
          const records = await take(stream, shardId, mine.length);
          expect(records.map(({ partitionKey }) => partitionKey)).toEqual(mine);
          expect(texts(records)).toEqual(mine);
        }
      });

      test('that are empty have nothing to read, and are not finished', async () => {
        const { stream, shardId } = await single();
        expect(await stream.read(shardId, undefined, 10)).toEqual({ records: [], after: undefined, isFinished: false });
        await stream.put(numbered(1));
        expect(texts(await take(stream, shardId, 1))).toEqual(['0']);
      });

      test('that are not there say so', async () => {
        const { stream } = await single();
        await expect(stream.read('shardId-000000000999', undefined, 10)).rejects.toThrow(StreamUnavailable);
      });
    });

    describe('puts', () => {
      test('of nothing have no outcomes', async () => {
        expect(await (await fresh()).put([])).toEqual([]);
      });

      test('of 500 entries and of 5 MB are taken', async () => {
        const { stream, shardId } = await single();
        expect(placed(await stream.put(numbered(500)))).toHaveLength(500);
        expect(
          placed(
            await stream.put(Array.from({ length: 5 }, () => ({ data: Buffer.alloc(1_048_575), partitionKey: 'k' }))),
          ),
        ).toHaveLength(5);
        const records = await take(stream, shardId, 505);
        expect(texts(records.slice(0, 500))).toEqual(numbered(500).map(({ partitionKey }) => partitionKey));
        expect(records.slice(500).map(({ data }) => data.byteLength)).toEqual([
          1_048_575, 1_048_575, 1_048_575, 1_048_575, 1_048_575,
        ]);
      });

      test.each([
        { what: '501 entries', entries: numbered(501) },
        {
          what: 'more than 5 MB',
          entries: [
            ...numbered(1),
            ...Array.from({ length: 5 }, () => ({ data: Buffer.alloc(1_048_575), partitionKey: 'k' })),
          ],
        },
        {
          what: 'a record that is too large',
          entries: [...numbered(2), { data: Buffer.alloc(1_048_576), partitionKey: 'k' }],
        },
        { what: 'an empty partition key', entries: [...numbered(2), text('x', '')] },
        { what: 'a partition key that is too long', entries: [...numbered(2), text('x', 'k'.repeat(257))] },
        { what: 'half a surrogate pair', entries: [...numbered(2), text('x', 'a\uD83D')] },
      ])('with $what are refused, and nothing of them is written', async ({ entries }) => {
        const { stream, shardId } = await single();
        await expect(stream.put(entries)).rejects.toThrow(RangeError);
        await stream.put([text('after')]);
        expect(texts(await take(stream, shardId, 1))).toEqual(['after']);
      });

      test('at the same time lose nothing, and keep the order of each', async () => {
        const stream = await fresh(2);
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, writer) =>
            stream.put(Array.from({ length: 20 }, (__, index) => text(`${writer}:${index}`))),
          ),
        );
        const all = outcomes.flatMap((one) => placed(one));
        for (const { shardId } of await stream.shards()) {
          const records = await take(stream, shardId, all.filter((one) => one.shardId === shardId).length);
          expectRising(records);
          for (let writer = 0; writer < 8; writer += 1) {
            const mine = Array.from({ length: 20 }, (_, index) => `${writer}:${index}`).filter(
              (_, index) => placed(outcomes[writer] ?? [])[index]?.shardId === shardId,
            );
            expect(texts(records).filter((one) => one.startsWith(`${writer}:`))).toEqual(mine);
          }
        }
      });
    });

    describe('reading', () => {
      test('goes on from any record, in steps of any size', async () => {
        const { stream, shardId } = await single();
        const outcomes = placed(await stream.put(numbered(20)));
        const all = numbered(20).map(({ partitionKey }) => partitionKey);
        for (const limit of [1, 3, 20, 10_000])
          expect(texts(await take(stream, shardId, 20, undefined, limit))).toEqual(all);
        for (const from of [0, 7, 18])
          expect(texts(await take(stream, shardId, 19 - from, outcomes[from]?.sequenceNumber))).toEqual(
            all.slice(from + 1),
          );
        // Behind the last one is nothing, until something comes.
        const last = outcomes.at(-1)?.sequenceNumber;
        expect(await stream.read(shardId, last, 5)).toEqual({ records: [], after: last, isFinished: false });
        await stream.put([text('new')]);
        expect(texts(await take(stream, shardId, 1, last))).toEqual(['new']);
        // The same again, for whoever could not keep what was read.
        expect(texts(await take(stream, shardId, 1, last))).toEqual(['new']);
      });

      test.each([0, -1, 0.5])('up to %p records is refused', async (limit) => {
        const { stream, shardId } = await single();
        await expect(stream.read(shardId, undefined, limit)).rejects.toThrow(RangeError);
      });

      test('is for any number of readers, each at its own place', async () => {
        const { stream, shardId } = await single();
        await stream.put(numbered(10));
        const seen: StreamRecord[][] = [[], []];
        for (let turn = 0; turn < 10; turn += 1) {
          for (const [index, records] of seen.entries())
            records.push(...(await stream.read(shardId, records.at(-1)?.sequenceNumber, index + 1)).records);
        }
        expect(seen.map((records) => texts(records))).toEqual(
          [numbered(10), numbered(10)].map((entries) => entries.map(({ partitionKey }) => partitionKey)),
        );
        const both = await Promise.all([take(stream, shardId, 10), take(stream, shardId, 10, undefined, 4)]);
        expect(both.map((records) => texts(records))).toEqual(seen.map((records) => texts(records)));
      });
    });

    test('any entries in any puts come back, each in its shard, in order', async () => {
      const entry = fc.record({
        data: fc.uint8Array({ maxLength: 300 }),
        partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((key) => key.length <= 256),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 4 }),
          fc.array(fc.array(entry, { maxLength: 30 }), { maxLength: 6 }),
          async (count, batches) => {
            const stream = await fresh(count);
            const expected = new Map<string, { key: string; data: string }[]>();
            const shards = await stream.shards();
            for (const batch of batches) {
              for (const put of puts(batch)) placed(await stream.put(put));
              for (const { data, partitionKey: key } of batch) {
                const [home = ''] = homeOf(shards, key);
                expected.set(home, [...(expected.get(home) ?? []), { key, data: Buffer.from(data).toString('hex') }]);
              }
            }
            for (const { shardId } of shards) {
              const mine = expected.get(shardId) ?? [];
              const records = await take(stream, shardId, mine.length, undefined, 7);
              expect(
                records.map(({ partitionKey: key, data }) => ({ key, data: Buffer.from(data).toString('hex') })),
              ).toEqual(mine);
              expectRising(records);
            }
          },
        ),
        { numRuns: runs },
      );
    });

    (reopen === undefined ? describe.skip : describe)('reopening', () => {
      test('gives back every record and goes on behind them', async () => {
        let stream = await fresh(2);
        const before = placed(await stream.put(numbered(30)));
        stream = (await reopen?.(stream)) ?? stream;
        const after = placed(await stream.put(numbered(30, 30)));
        for (const { shardId } of await stream.shards()) {
          const mine = [...before, ...after].flatMap((outcome, index) =>
            outcome.shardId === shardId ? [{ data: String(index), ...outcome }] : [],
          );
          const records = await take(stream, shardId, mine.length);
          expect(
            records.map(({ data, sequenceNumber }) => ({
              data: Buffer.from(data).toString(),
              shardId,
              sequenceNumber,
            })),
          ).toEqual(mine);
          expectRising(records);
        }
      });
    });

    (split === undefined || merge === undefined ? describe.skip : describe)('re-sharding', () => {
      test('closes the parent, and its children take its range and higher numbers', async () => {
        const { stream, shardId } = await single();
        const before = placed(await stream.put(numbered(10)));
        await split?.(stream, shardId);
        const shards = await stream.shards();
        expect(shards.map((shard) => ({ isClosed: shard.isClosed, parents: shard.parents }))).toEqual([
          { isClosed: true, parents: [] },
          { isClosed: false, parents: [shardId] },
          { isClosed: false, parents: [shardId] },
        ]);
        const after = placed(await stream.put(numbered(40, 10)));
        expect(after.map((outcome) => [outcome.shardId])).toEqual(
          numbered(40, 10).map(({ partitionKey }) => homeOf(shards, partitionKey)),
        );
        const newest = BigInt(before.at(-1)?.sequenceNumber ?? '0');
        for (const { sequenceNumber } of after) expect(BigInt(sequenceNumber) > newest).toBe(true);
        expect(texts(await takeToTheEnd(stream, shardId))).toEqual(
          numbered(10).map(({ partitionKey }) => partitionKey),
        );

        const [low, high] = open(shards).sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
        await merge?.(stream, low?.shardId ?? '', high?.shardId ?? '');
        const merged = open(await stream.shards());
        expect(merged).toMatchObject([{ from: low?.from, to: high?.to }]);
        expect(new Set(merged[0]?.parents)).toEqual(new Set([low?.shardId, high?.shardId]));
        const last = placed(await stream.put([text('last')]));
        expect(last.map((outcome) => outcome.shardId)).toEqual(merged.map((shard) => shard.shardId));
        for (const { sequenceNumber } of after)
          expect(BigInt(last[0]?.sequenceNumber ?? '0') > BigInt(sequenceNumber)).toBe(true);
        for (const one of [low, high]) {
          const mine = after.flatMap((outcome, index) =>
            outcome.shardId === one?.shardId ? [String(10 + index)] : [],
          );
          expect(texts(await takeToTheEnd(stream, one?.shardId ?? ''))).toEqual(mine);
        }
      });

      test('lets an empty shard end at once', async () => {
        const { stream, shardId } = await single();
        await split?.(stream, shardId);
        expect(await takeToTheEnd(stream, shardId)).toEqual([]);
      });
    });
  });
}
