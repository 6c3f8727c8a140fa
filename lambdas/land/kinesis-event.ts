import * as z from 'zod';

/** A record of the batch that a Lambda was given. */
export interface BatchRecord {
  readonly stream: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly arrivedAt: Date;
  readonly data: Buffer;
}

const kinesisEvent = z.object({
  Records: z.array(
    z.object({
      eventID: z.string().regex(/^shardId-\d+:\d+$/),
      eventSourceARN: z.string().regex(/:stream\/[\w.-]+$/),
      kinesis: z.object({
        sequenceNumber: z.string().regex(/^\d+$/),
        data: z.base64(),
        approximateArrivalTimestamp: z.number(),
      }),
    }),
  ),
});

/** What the mapping's failure destination keeps of a batch that was given up; the event stands in it as text. */
const invocationRecord = z.object({ KinesisBatchInfo: z.object({}), payload: z.string() });

export interface Batch {
  /** In the order of the event. */
  readonly records: readonly BatchRecord[];
  /** It was given up before, and somebody gives it back. */
  readonly isRedriven: boolean;
}

/** Reads a Lambda's Kinesis event, or the record of one that was given up. @throws ZodError where it is neither */
export function batchOf(event: unknown): Batch {
  const givenUp = invocationRecord.safeParse(event).data;
  return {
    records: recordsOf(givenUp === undefined ? event : JSON.parse(givenUp.payload)),
    isRedriven: givenUp !== undefined,
  };
}

function recordsOf(event: unknown): BatchRecord[] {
  return kinesisEvent.parse(event).Records.map(({ eventID, eventSourceARN, kinesis }) => ({
    stream: eventSourceARN.slice(eventSourceARN.lastIndexOf('/') + 1),
    shardId: eventID.slice(0, eventID.indexOf(':')),
    sequenceNumber: kinesis.sequenceNumber,
    // Seconds with a fraction.
    arrivedAt: new Date(kinesis.approximateArrivalTimestamp * 1000),
    data: Buffer.from(kinesis.data, 'base64'),
  }));
}
