/** Batches of Kinesis for tests. */
import { hash } from 'node:crypto';
import type { KinesisStreamEvent } from 'aws-lambda';

export interface SampleRecord {
  readonly data: Buffer | string;
  readonly sequenceNumber: string;
  /** ISO 8601. */
  readonly arrivedAt: string;
  readonly shardId?: string;
}

/** A Lambda's Kinesis event, of the stream `web`. */
export function sampleEvent(records: readonly SampleRecord[]): KinesisStreamEvent {
  return {
    Records: records.map(({ data, sequenceNumber, arrivedAt, shardId = 'shardId-000000000000' }) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'visitor',
        sequenceNumber,
        data: Buffer.from(data).toString('base64'),
        approximateArrivalTimestamp: Date.parse(arrivedAt) / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/land',
      awsRegion: 'eu-west-3',
      eventSourceARN: 'arn:aws:kinesis:eu-west-3:123456789012:stream/web',
    })),
  };
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  for (let rest = number; ; rest = Math.trunc(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

export const delimited = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
export const counted = (field: number, number: number): Buffer => Buffer.concat([varint(field * 8), varint(number)]);

/** A message in the envelope of the Kinesis Producer Library. */
export function sealed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, hash('md5', message, 'buffer')]);
}

/** Records packed as the Kinesis Producer Library does it, with the fields that a reader must pass over. */
export function aggregated(records: readonly (Buffer | string)[]): Buffer {
  const tag = Buffer.concat([delimited(1, Buffer.from('name')), delimited(2, Buffer.from('value'))]);
  return sealed(
    Buffer.concat([
      delimited(1, Buffer.from('visitor')),
      delimited(2, Buffer.from('170141183460469231731687303715884105728')),
      ...records.map((data) =>
        delimited(
          3,
          Buffer.concat([counted(1, 0), counted(2, 300), delimited(3, Buffer.from(data)), delimited(4, tag)]),
        ),
      ),
    ]),
  );
}
