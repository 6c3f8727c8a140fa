import type { Shard, Stream } from './stream.ts';

/** A stream that is told to re-shard by its own process, as the embedded ones are. Kinesis is told by its operator. */
export interface Resharding extends Stream {
  /** Closes a shard; two new ones take half of its range each. @throws RangeError where it cannot be split */
  split(shardId: string): Promise<void>;
  /** Closes two open neighbours; a new shard takes both ranges. @throws RangeError where they cannot be merged */
  merge(a: string, b: string): Promise<void>;
}

/** Hash keys are numbers of 128 bits. */
const hashKeys = 2n ** 128n;

const idOf = (number: number) => `shardId-${String(number).padStart(12, '0')}`;

/**
 * The number of the next shard. The last one is always there: only closed shards vanish, and their children come behind
 * them.
 */
const nextNumber = (shards: readonly Shard[]) =>
  Math.max(-1, ...shards.map(({ shardId }) => Number(shardId.slice(-12)))) + 1;

const shardOf = (number: number, parents: readonly string[], from: bigint, to: bigint): Shard => ({
  shardId: idOf(number),
  parents,
  from: String(from),
  to: String(to),
  isClosed: false,
});

/** The shards of a new stream: equal parts of all hash keys. @throws RangeError where the number is none */
export function evenShards(count: number): Shard[] {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`A stream has 1 shard or more, not ${count}.`);
  const bound = (index: number) => (hashKeys * BigInt(index)) / BigInt(count);
  return Array.from({ length: count }, (_, index) => shardOf(index, [], bound(index), bound(index + 1) - 1n));
}

function openShard(shards: readonly Shard[], shardId: string): Shard {
  const shard = shards.find((one) => one.shardId === shardId);
  if (shard === undefined)
    throw new RangeError(`There is no shard ${shardId}; there are ${shards.map((one) => one.shardId).join(', ')}.`);
  if (shard.isClosed) throw new RangeError(`The shard ${shardId} is closed: it was split or merged before.`);
  return shard;
}

const closing = (shards: readonly Shard[], ...ids: readonly string[]) =>
  shards.map((shard) => (ids.includes(shard.shardId) ? { ...shard, isClosed: true } : shard));

/** The shards after one of them is split in the middle of its range. @throws RangeError */
export function splitShard(shards: readonly Shard[], shardId: string): Shard[] {
  const { from, to } = openShard(shards, shardId);
  const [first, last] = [BigInt(from), BigInt(to)];
  if (first === last) throw new RangeError(`The shard ${shardId} has a single hash key and cannot be split.`);
  const middle = (first + last) / 2n;
  const number = nextNumber(shards);
  return [
    ...closing(shards, shardId),
    shardOf(number, [shardId], first, middle),
    shardOf(number + 1, [shardId], middle + 1n, last),
  ];
}

/** The shards after two neighbours become one. @throws RangeError */
export function mergeShards(shards: readonly Shard[], a: string, b: string): Shard[] {
  const [low, high] = [openShard(shards, a), openShard(shards, b)].sort((one, other) =>
    BigInt(one.from) < BigInt(other.from) ? -1 : 1,
  );
  if (low === undefined || high === undefined || BigInt(low.to) + 1n !== BigInt(high.from))
    throw new RangeError(`The shards ${a} and ${b} are no neighbours and cannot be merged.`);
  return [
    ...closing(shards, a, b),
    shardOf(nextNumber(shards), [low.shardId, high.shardId], BigInt(low.from), BigInt(high.to)),
  ];
}
