import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';

/** Stands in for the parts of an ARN that only AWS has. */
const region = 'eu-west-3';
const account = '000000000000';

export function streamArn(name: string): string {
  return `arn:aws:kinesis:${region}:${account}:stream/${name}`;
}

/**
 * A record as a Lambda sees it (Lambda Developer Guide, "Process Amazon Kinesis Data Streams records with Lambda",
 * "Example event").
 */
export function eventRecord(
  stream: string,
  shardId: string,
  { data, partitionKey, sequenceNumber, arrivedAt }: StreamRecord,
): KinesisStreamRecord {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: arrivedAt.getTime() / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: `arn:aws:iam::${account}:role/embedded`,
    awsRegion: region,
    eventSourceARN: streamArn(stream),
  };
}

export function kinesisEvent(stream: string, shardId: string, records: readonly StreamRecord[]): KinesisStreamEvent {
  return { Records: records.map((record) => eventRecord(stream, shardId, record)) };
}

/** Bytes of a synchronous invocation at most ("Lambda quotas"). */
const payloadBytes = 6_291_456;
/**
 * What a record's envelope takes besides its data and partition key, and what stands around all records: more than they
 * ever are.
 */
const envelopeBytes = 700;

function invokedBytes({ data, partitionKey }: StreamRecord): number {
  return Math.ceil(data.length / 3) * 4 + JSON.stringify(partitionKey).length * 3 + envelopeBytes;
}

/** Batches of at most `size` records that fit into an invocation, in the order of the records. */
export function batched(records: readonly StreamRecord[], size: number): StreamRecord[][] {
  const batches: StreamRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const added = invokedBytes(record);
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < size && bytes + added <= payloadBytes) {
      batch.push(record);
      bytes += added;
    } else {
      batches.push([record]);
      bytes = envelopeBytes + added;
    }
  }
  return batches;
}

/** Whether the records fill an invocation, so that no more are waited for. */
export function isFull(records: readonly StreamRecord[], size: number): boolean {
  return records.length >= size || batched(records, size).length > 1;
}
