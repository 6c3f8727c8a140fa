import { hash } from 'node:crypto';
import { type Shard, type StreamEntry, streamLimits } from './stream.ts';

/** What every stream refuses alike, and how a record finds its shard: what works on a laptop works on Kinesis. */

/** The bytes that an entry counts for: its data, and its partition key in UTF-8. */
export function bytesOf({ data, partitionKey }: StreamEntry): number {
  return data.byteLength + Buffer.byteLength(partitionKey);
}

function brokenRule(entry: StreamEntry): string | undefined {
  const { partitionKey } = entry;
  if (partitionKey === '') return 'has an empty partition key; give it 1 to 256 characters';
  if (partitionKey.length > streamLimits.partitionKeyLength)
    return `has a partition key of ${partitionKey.length} characters; a stream takes ${streamLimits.partitionKeyLength}`;
  // Half a surrogate pair has no UTF-8: it would come back as another key.
  if (/\p{Cs}/u.test(partitionKey))
    return `has a partition key that is not well-formed Unicode: ${JSON.stringify(partitionKey)}`;
  const bytes = bytesOf(entry);
  return bytes > streamLimits.recordBytes
    ? `has ${bytes} bytes with its partition key; a stream takes ${streamLimits.recordBytes} a record`
    : undefined;
}

/**
 * Whether a stream may take these entries in one put.
 * @throws RangeError naming the entry, counted from 0
 */
export function checkPut(entries: readonly StreamEntry[]): void {
  if (entries.length > streamLimits.entries)
    throw new RangeError(
      `A put of ${entries.length} entries is too large: a stream takes ${streamLimits.entries}. Send it in ` +
        'several puts.',
    );
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const broken = brokenRule(entry);
    if (broken !== undefined) throw new RangeError(`Entry ${index} of the put ${broken}.`);
    bytes += bytesOf(entry);
    if (bytes > streamLimits.putBytes)
      throw new RangeError(
        `The put is too large: with entry ${index} it has ${bytes} bytes, and a stream takes ` +
          `${streamLimits.putBytes}. Send it in several puts.`,
      );
  }
}

/** @throws RangeError where a number of records to read is none */
export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError(`A read takes a limit of 1 record or more, not ${limit}.`);
}

/** The hash key that Kinesis gives a partition key: the MD5 of its UTF-8 bytes, as a number from 0 to 2^128 − 1. */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${hash('md5', partitionKey)}`);
}

/** Which open shard a partition key belongs to, for many keys: the ranges are read once. */
export function router(shards: readonly Shard[]): (partitionKey: string) => string {
  const ranges = shards.filter(({ isClosed }) => !isClosed).map(({ shardId, to }) => ({ shardId, to: BigInt(to) }));
  ranges.sort((a, b) => (a.to < b.to ? -1 : 1));
  return (partitionKey) => {
    const key = hashKeyOf(partitionKey);
    const range = ranges.find(({ to }) => key <= to);
    if (range === undefined) throw new RangeError(`No open shard takes the hash key ${key}.`);
    return range.shardId;
  };
}
