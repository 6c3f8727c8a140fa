import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsResultEntry,
  type Shard as KinesisShard,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type PutOutcome, type Shard, type Stream, type StreamBatch, StreamUnavailable } from '../ports/stream.ts';
import { checkLimit, checkPut } from '../ports/stream-rules.ts';
import { explain, kinesisErrorName } from './kinesis-errors.ts';

export interface KinesisStreamOptions {
  readonly name: string;
  /** A client of one's own, e.g. with other credentials. */
  readonly client?: KinesisClient;
}

/** Records of one GetRecords at most. */
const batchRecords = 10_000;

export interface Patience {
  /** Of one request, the first included. */
  readonly maxAttempts?: number;
  /** A request that gets no answer for so long is broken off, ms. */
  readonly requestTimeout?: number;
}

/** The client of a stream: retries what is throttled, another endpoint where one is set. */
export function kinesisClient(
  env: NodeJS.ProcessEnv = process.env,
  { maxAttempts = 6, requestTimeout = 10_000 }: Patience = {},
): KinesisClient {
  const endpoint = env['AWS_ENDPOINT_URL_KINESIS'] ?? env['AWS_ENDPOINT_URL'];
  return new KinesisClient({
    maxAttempts,
    // The client speaks HTTP/2 of itself, and stand-ins for Kinesis do not.
    ...(endpoint === undefined
      ? { requestHandler: { requestTimeout } }
      : {
          endpoint,
          region: env['AWS_REGION'] ?? 'us-east-1',
          requestHandler: new NodeHttpHandler({ requestTimeout, throwOnRequestTimeout: true }),
        }),
  });
}

function outcomeOf({ ShardId, SequenceNumber, ErrorCode, ErrorMessage }: PutRecordsResultEntry): PutOutcome {
  if (ShardId !== undefined && SequenceNumber !== undefined)
    return { shardId: ShardId, sequenceNumber: SequenceNumber };
  const errorCode = ErrorCode === 'ProvisionedThroughputExceededException' ? ErrorCode : 'InternalFailure';
  return { errorCode, errorMessage: ErrorMessage ?? ErrorCode ?? 'Kinesis did not say why.' };
}

function shardOf({
  ShardId = '',
  ParentShardId,
  AdjacentParentShardId,
  HashKeyRange,
  SequenceNumberRange,
}: KinesisShard): Shard {
  return {
    shardId: ShardId,
    parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
    from: HashKeyRange?.StartingHashKey ?? '',
    to: HashKeyRange?.EndingHashKey ?? '',
    isClosed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

/** A Kinesis data stream. A put is retried whole where it gets no answer, and may then be there twice. */
export function kinesisStream({ name, client = kinesisClient() }: KinesisStreamOptions): Stream {
  const location = `kinesis://${name}`;

  /** Where the last read of a shard ended: its position, and the iterator that leads on from there. */
  const cursors = new Map<string, { readonly after: string | undefined; readonly iterator: string }>();

  /** Runs an operation, and puts the errors of Kinesis into the words of the port. */
  async function inOurErrors<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw explain(location, error);
    }
  }

  async function iteratorFor(shardId: string, after: string | undefined): Promise<string> {
    const start =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: after };
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: name, ShardId: shardId, ...start }),
    );
    if (ShardIterator === undefined)
      throw new StreamUnavailable(`The stream ${location} gave no iterator for ${shardId}. Try again later.`);
    return ShardIterator;
  }

  async function recordsFrom(iterator: string, limit: number) {
    return await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: Math.min(limit, batchRecords) }));
  }

  /**
   * Reads on where the last read of the shard ended, if that is where `after` is; an iterator lives for five minutes
   * only.
   */
  async function recordsAfter(shardId: string, after: string | undefined, limit: number) {
    const cursor = cursors.get(shardId);
    if (cursor !== undefined && cursor.after === after) {
      try {
        return await recordsFrom(cursor.iterator, limit);
      } catch (error) {
        if (kinesisErrorName(error) !== 'ExpiredIteratorException') throw error;
      }
    }
    return await recordsFrom(await iteratorFor(shardId, after), limit);
  }

  return {
    location,

    async put(entries) {
      checkPut(entries);
      if (entries.length === 0) return [];
      return await inOurErrors(async () => {
        const { Records = [] } = await client.send(
          new PutRecordsCommand({
            StreamName: name,
            Records: entries.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
          }),
        );
        if (Records.length !== entries.length)
          throw new StreamUnavailable(
            `The stream ${location} answered a put of ${entries.length} entries with ${Records.length} ` +
              'outcomes: which are there is not known. Put them again.',
          );
        return Records.map((record) => outcomeOf(record));
      });
    },

    shards: () =>
      inOurErrors(async () => {
        const found: Shard[] = [];
        let token: string | undefined;
        do {
          const page = await client.send(
            new ListShardsCommand(token === undefined ? { StreamName: name } : { NextToken: token }),
          );
          found.push(...(page.Shards ?? []).map((shard) => shardOf(shard)));
          token = page.NextToken;
        } while (token !== undefined);
        // Shards are numbered as they are made, so parents come first.
        return found.sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
      }),

    read: (shardId, after, limit) =>
      inOurErrors(async (): Promise<StreamBatch> => {
        checkLimit(limit);
        const { Records = [], NextShardIterator } = await recordsAfter(shardId, after, limit);
        const records = Records.map(
          ({
            Data = new Uint8Array(),
            PartitionKey = '',
            SequenceNumber = '',
            ApproximateArrivalTimestamp = new Date(0),
          }) => ({
            data: Data,
            partitionKey: PartitionKey,
            sequenceNumber: SequenceNumber,
            arrivedAt: ApproximateArrivalTimestamp,
          }),
        );
        const last = records.at(-1)?.sequenceNumber ?? after;
        // Kept even where nothing came: it may have passed over a stretch without records, which another would cross
        // again.
        if (NextShardIterator === undefined) cursors.delete(shardId);
        else cursors.set(shardId, { after: last, iterator: NextShardIterator });
        return { records, after: last, isFinished: NextShardIterator === undefined };
      }),
  };
}
