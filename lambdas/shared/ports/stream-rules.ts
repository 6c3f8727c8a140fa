import { hash } from 'node:crypto';
import { type Shard, type StreamEntry, streamLimits } from './stream.ts';

/** What every stream refuses alike, and how a record finds its shard: what works on a laptop works on Kinesis. */

const {
  entries: MAX_ENTRIES,
  recordBytes: RECORD_BYTES,
  putBytes: PUT_BYTES,
  partitionKeyLength: KEY_LENGTH,
} = streamLimits;

/** The bytes that an entry counts for: its data, and its partition key in UTF-8. */
export function bytesOf({ data, partitionKey }: StreamEntry): number {
  return data.byteLength + Buffer.byteLength(partitionKey);
}

function brokenRule(entry: StreamEntry): string | undefined {
  const { partitionKey } = entry;
  if (partitionKey === '') return 'has an empty partition key; give it 1 to 256 characters';
  if (partitionKey.length > KEY_LENGTH)
    return `has a partition key of ${partitionKey.length} characters; a stream takes ${KEY_LENGTH}`;
  // Half a surrogate pair has no UTF-8: it would come back as another key.
  if (/\p{Cs}/u.test(partitionKey))
    return `has a partition key that is not well-formed Unicode: ${JSON.stringify(partitionKey)}`;
  const bytes = bytesOf(entry);
  return bytes > RECORD_BYTES
    ? `has ${bytes} bytes with its partition key; a stream takes ${RECORD_BYTES} a record`
    : undefined;
}

/**
 * Whether a stream may take these entries in one put.
 * @throws RangeError naming the entry, counted from 0
 */
export function checkPut(entries: readonly StreamEntry[]): void {
  if (entries.length > MAX_ENTRIES)
    throw new RangeError(
      `A put of ${entries.length} entries is too large: a stream takes ${MAX_ENTRIES}. Split it with puts().`,
    );
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const broken = brokenRule(entry);
    if (broken !== undefined) throw new RangeError(`Entry ${index} of the put ${broken}.`);
    bytes += bytesOf(entry);
    if (bytes > PUT_BYTES)
      throw new RangeError(
        `The put is too large: with entry ${index} it has ${bytes} bytes, and a stream takes ${PUT_BYTES}. Split it with puts().`,
      );
  }
}

/** @throws RangeError where a number of records to read is none */
export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError(`A read takes a limit of 1 record or more, not ${limit}.`);
}

/** Splits entries, in their order, into puts that a stream may take. An entry that is too large by itself stays for `checkPut` to refuse. */
export function* puts(entries: Iterable<StreamEntry>): Generator<StreamEntry[], void, undefined> {
  let put: StreamEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const more = bytesOf(entry);
    if (put.length === MAX_ENTRIES || (put.length > 0 && bytes + more > PUT_BYTES)) {
      yield put;
      put = [];
      bytes = 0;
    }
    put.push(entry);
    bytes += more;
  }
  if (put.length > 0) yield put;
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
