/** A record on its way into a stream. */
export interface StreamEntry {
  readonly data: Uint8Array;
  /** Decides the shard: the MD5 of its UTF-8 bytes is the record's hash key. 1 to 256 characters. */
  readonly partitionKey: string;
}

/** What became of one entry: where it stands, or why it was refused this time. */
export type PutOutcome =
  | { readonly shardId: string; readonly sequenceNumber: string }
  | { readonly errorCode: 'ProvisionedThroughputExceededException' | 'InternalFailure'; readonly errorMessage: string };

/** A record as a stream gives it back. */
export interface StreamRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  /** A decimal number without sign, rising within its shard; compare as BigInt, for it exceeds 2^53. */
  readonly sequenceNumber: string;
  readonly arrivedAt: Date;
}

/** A shard and the range of hash keys that is its own, decimal, both ends included. */
export interface Shard {
  readonly shardId: string;
  /**
   * Shards that were split or merged into this one: their records come before its own. One whose records have all
   * expired is no longer listed.
   */
  readonly parents: readonly string[];
  readonly from: string;
  readonly to: string;
  /** It takes no more records; what it has can still be read. */
  readonly isClosed: boolean;
}

export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  /** Where to read on: the sequence number of the last record seen; undefined where none was seen yet. */
  readonly after: string | undefined;
  /** The shard is closed, and there is nothing behind this batch. */
  readonly isFinished: boolean;
}

/** Kinesis's limits, which every adapter keeps. */
export const streamLimits = {
  /** Records of one put. */
  entries: 500,
  /** Bytes of one record, data and partition key together. */
  recordBytes: 1_048_576,
  /** Bytes of one put. */
  putBytes: 5_242_880,
  partitionKeyLength: 256,
} as const;

/**
 * A stream: records in shards, in the order of their arrival within a shard, each there for a while and read by any
 * number of readers.
 *
 * A put is not atomic: each entry has an outcome of its own. An outcome with a sequence number is a promise that the
 * record is durable. A put that throws may have written any of its entries: who tries again may write them twice.
 */
export interface Stream {
  /** Where this stream is, for people: a folder, or `kinesis://name`. */
  readonly location: string;
  /**
   * Appends up to 500 entries, whose data must stay as it is until then. @returns the outcomes, in the order of the
   * entries
   * @throws RangeError where an entry or the put breaks `streamLimits`, before anything is written @throws
   * StreamUnavailable
   */
  put(entries: readonly StreamEntry[]): Promise<PutOutcome[]>;
  /** All shards that still have records or take them, parents before children. @throws StreamUnavailable */
  shards(): Promise<Shard[]>;
  /**
   * Up to `limit` records of a shard behind the sequence number `after`, or from its oldest one. There may be fewer
   * than there are, or none: only `isFinished` says that nothing comes any more.
   * @throws RangeError where the limit is not 1 or more @throws StreamUnavailable also where the shard is not there, or
   * no longer, or where no record was given the number `after` yet
   */
  read(shardId: string, after: string | undefined, limit: number): Promise<StreamBatch>;
}

/**
 * The stream cannot be read or written at all: a full disk, no permission, no such stream. The message says what to do.
 */
export class StreamUnavailable extends Error {
  override readonly name = 'StreamUnavailable';
}
