/** A mapping over a stream in memory, in virtual time, for its tests. */
import type { KinesisStreamEvent } from 'aws-lambda';
import type { EventSourceMapping } from '../../../lambdas/land/mapping.ts';
import { memoryStream } from '../../../lambdas/shared/ports/memory-stream.ts';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import type { Resharding } from '../../../lambdas/shared/ports/stream-shards.ts';
import { VirtualTime } from '../../../test/stream/virtual-time.ts';
import { memoryCheckpoints, type Checkpoints } from './checkpoints.ts';
import type { FailedBatch, FailureDestination } from './failed.ts';
import { startMapping, type Mapping } from './mapping.ts';

export const start = '2025-03-30T00:00:00.000Z';
export const plain: EventSourceMapping = {
  batchSize: 100,
  batchingWindowSeconds: 0,
  parallelizationFactor: 1,
  bisectOnError: false,
  maximumRetries: undefined,
  maximumRecordAgeSeconds: undefined,
  reportsItemFailures: true,
};

/** Records that arrived a second apart from a noon on, the first just then. */
export const recordsOf = (count: number): StreamRecord[] =>
  Array.from({ length: count }, (_, sequence) => ({
    data: Buffer.alloc(1),
    partitionKey: 'k',
    sequenceNumber: String(sequence),
    arrivedAt: new Date(Date.UTC(2026, 2, 10, 12, 0, sequence)),
  }));

/** What a record says, and which number it has. */
export const texts = (event: KinesisStreamEvent) =>
  event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
export const numbers = (event: KinesisStreamEvent) => event.Records.map(({ kinesis }) => kinesis.sequenceNumber);

export interface Call {
  /** Seconds since the start. */
  readonly at: number;
  readonly shard: string;
  readonly texts: readonly string[];
}

export interface Bench {
  readonly time: VirtualTime;
  readonly stream: Resharding;
  readonly checkpoints: Checkpoints;
  readonly calls: Call[];
  readonly failed: FailedBatch[];
  readonly problems: unknown[];
  readonly put: (...records: readonly string[]) => Promise<void>;
  readonly start: (
    mapping?: Partial<EventSourceMapping>,
    handle?: (event: KinesisStreamEvent) => unknown,
    onFailure?: FailureDestination,
  ) => Mapping;
  /** Starts, waits until the stream is drained, and stops. */
  readonly drain: (
    mapping?: Partial<EventSourceMapping>,
    handle?: (event: KinesisStreamEvent) => unknown,
    onFailure?: FailureDestination,
  ) => Promise<string[][]>;
}

export function bench(shards = 1): Bench {
  const time = new VirtualTime(start);
  const stream = memoryStream({ shards, now: time.now });
  const checkpoints = memoryCheckpoints();
  const calls: Call[] = [];
  const failed: FailedBatch[] = [];
  const problems: unknown[] = [];
  const since = () => (time.now() - Date.parse(start)) / 1000;
  const self: Bench = {
    time,
    stream,
    checkpoints,
    calls,
    failed,
    problems,
    async put(...records) {
      // `key:text`
      for (const record of records)
        await stream.put([{ data: Buffer.from(record), partitionKey: record.split(':')[0] ?? record }]);
    },
    start(mapping = {}, handle = () => undefined, onFailure = async (batch) => void failed.push(batch)) {
      return startMapping({
        stream,
        name: 'web',
        checkpoints,
        onFailure,
        mapping: { ...plain, ...mapping },
        clock: time.clock,
        sleep: time.sleep,
        onProblem: (error) => problems.push(error),
        invoke: async (event) => {
          calls.push({
            at: since(),
            shard: event.Records[0]?.eventID.split(':')[0]?.slice(-1) ?? '',
            texts: texts(event),
          });
          return handle(event);
        },
      });
    },
    async drain(mapping, handle, onFailure) {
      const running = self.start(mapping, handle, onFailure);
      await time.until(running.drained());
      await time.until(running.stop());
      return calls.map((call) => [...call.texts]);
    },
  };
  return self;
}

export const fail = () => {
  throw new Error('the function failed');
};
export const failOn =
  (...poison: readonly string[]) =>
  (event: KinesisStreamEvent) =>
    texts(event).some((text) => poison.includes(text)) ? fail() : undefined;
export const naming =
  (...bad: readonly string[]) =>
  (event: KinesisStreamEvent) => ({
    batchItemFailures: texts(event).flatMap((text, i) =>
      bad.includes(text) ? [{ itemIdentifier: numbers(event)[i] }] : [],
    ),
  });
