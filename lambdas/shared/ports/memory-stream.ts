import { type Shard, type StreamRecord, StreamUnavailable } from './stream.ts';
import { checkLimit, checkPut, router } from './stream-rules.ts';
import { evenShards, mergeShards, type Resharding, splitShard } from './stream-shards.ts';

export interface MemoryStreamOptions {
  readonly shards?: number;
  /** Milliseconds, for tests in which time passes. */
  readonly now?: () => number;
}

/**
 * Beyond 2^53, and soon a digit longer: who reads sequence numbers as doubles or compares them as text finds out here.
 */
const firstSequenceNumber = 9_999_999_999_999_999_990n;

/**
 * A stream for tests of logic: quick, gone with its process, no more. Programs are composed with the other adapters.
 */
export function memoryStream({ shards: count = 1, now = Date.now }: MemoryStreamOptions = {}): Resharding {
  const location = 'memory';
  let shards: Shard[] = evenShards(count);
  const records = new Map<string, StreamRecord[]>(shards.map(({ shardId }) => [shardId, []]));
  let route = router(shards);
  let next = firstSequenceNumber;

  function recordsOf(shardId: string): StreamRecord[] {
    const found = records.get(shardId);
    if (found === undefined)
      throw new StreamUnavailable(`The stream in ${location} has no shard ${shardId}. List its shards again.`);
    return found;
  }

  function reshard(after: Shard[]): void {
    for (const { shardId } of after) if (!records.has(shardId)) records.set(shardId, []);
    shards = after;
    route = router(shards);
  }

  return {
    location,

    async put(entries) {
      checkPut(entries);
      return entries.map(({ data, partitionKey }) => {
        const shardId = route(partitionKey);
        const sequenceNumber = String(next);
        next += 1n;
        // A copy, so that no caller changes what is stored.
        recordsOf(shardId).push({
          data: Uint8Array.from(data),
          partitionKey,
          sequenceNumber,
          arrivedAt: new Date(now()),
        });
        return { shardId, sequenceNumber };
      });
    },

    async shards() {
      return [...shards];
    },

    async read(shardId, after, limit) {
      checkLimit(limit);
      const all = recordsOf(shardId);
      if (after !== undefined && BigInt(after) >= next)
        throw new StreamUnavailable(`No record of the stream in ${location} has the number ${after} yet.`);
      const start =
        after === undefined ? 0 : all.findIndex(({ sequenceNumber }) => BigInt(sequenceNumber) > BigInt(after));
      const batch = start === -1 ? [] : all.slice(start, start + limit);
      const isClosed = shards.some((shard) => shard.shardId === shardId && shard.isClosed);
      return {
        records: batch.map((record) => ({ ...record, data: Uint8Array.from(record.data) })),
        after: batch.at(-1)?.sequenceNumber ?? after,
        isFinished: isClosed && (start === -1 || start + batch.length === all.length),
      };
    },

    async split(shardId) {
      reshard(splitShard(shards, shardId));
    },

    async merge(a, b) {
      reshard(mergeShards(shards, a, b));
    },
  };
}
