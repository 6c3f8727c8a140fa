import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';
import { kinesisEvent, streamArn } from './event.ts';

/** A batch that the mapping gives up. */
export interface FailedBatch {
  readonly stream: string;
  readonly shardId: string;
  /** At least one. */
  readonly records: readonly StreamRecord[];
  /** Its retries are used up, or it is too old. */
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function was tried with it. */
  readonly invocations: number;
  readonly failedAt: Date;
}

/** Takes the batches that are given up. What it throws keeps the batch: the mapping tries on. */
export type FailureDestination = (batch: FailedBatch) => Promise<void>;

/**
 * The invocation record that AWS sends to an S3 destination (Lambda Developer Guide, "Retain discarded batch records
 * for a Kinesis Data Streams event source in Lambda"): what failed, and the whole event as text in `payload`, which may
 * be given to the function again.
 */
export function invocationRecord(
  functionName: string,
  { stream, shardId, records, condition, invocations, failedAt }: FailedBatch,
): object {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: `${shardId}:${first?.sequenceNumber}`,
      functionArn: `arn:aws:lambda:eu-west-3:000000000000:function:${functionName}`,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext:
      invocations === 0 ? null : { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: failedAt.toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: first?.arrivedAt.toISOString(),
      approximateArrivalOfLastRecord: last?.arrivedAt.toISOString(),
      batchSize: records.length,
      streamArn: streamArn(stream),
    },
    payload: JSON.stringify(kinesisEvent(stream, shardId, records)),
  };
}

/** Where the failed batches of a function are kept. */
export const failedPrefix = (functionName: string): string => `raw/failed/${functionName}/`;

/**
 * Keeps failed batches in the lake. Under `raw/`, since nothing can make them again: a clean of what is derived leaves
 * them. No feed has the prefix, so no table reads them. Named after its first record and the day on which that arrived,
 * a batch that fails again takes its own place, also on another day: two of them would land one over the other, and the
 * smaller one last.
 */
export function lakeDestination(lake: Lake, functionName: string): FailureDestination {
  return async (batch) => {
    const [first] = batch.records;
    const day = (first?.arrivedAt ?? batch.failedAt).toISOString().slice(0, 10).replaceAll('-', '/');
    const key = `${failedPrefix(functionName)}${batch.shardId}/${day}/${first?.sequenceNumber}.json`;
    await lake.put(key, JSON.stringify(invocationRecord(functionName, batch)), { contentType: 'application/json' });
  };
}
