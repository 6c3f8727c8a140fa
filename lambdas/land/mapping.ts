/**
 * How a stream invokes a Lambda: the parameters of an AWS event-source mapping (Lambda Developer Guide, "Process Amazon
 * Kinesis Data Streams records with Lambda"), read by the CDK stack and by the embedded mapping alike.
 */
export interface EventSourceMapping {
  /** Records of one invocation at most: 1 to 10,000. */
  readonly batchSize: number;
  /** How long a batch may wait to fill, s: 0 to 300. */
  readonly batchingWindowSeconds: number;
  /** Batches of one shard at work at the same time, 1 to 10; records of one partition key stay in order. */
  readonly parallelizationFactor: number;
  /** Splits a batch in two where its invocation fails, and tries each half. */
  readonly bisectOnError: boolean;
  /** Invocations after the first one that a record may cost, 0 to 10,000; undefined for no end. */
  readonly maximumRetries: number | undefined;
  /** Older records go to the failure destination, s: 60 to 604,800; undefined for no end. */
  readonly maximumRecordAgeSeconds: number | undefined;
  /**
   * The function's answer names the records that failed: `{ batchItemFailures: [{ itemIdentifier: sequenceNumber }] }`.
   */
  readonly reportsItemFailures: boolean;
}

/**
 * How `land` is fed on a laptop, where an event is to be seen soon. A batch lands whole or fails whole, so its answer
 * names no records. What fails for ever costs 10 tries, and then goes to the failure destination whole.
 */
export const landMapping: EventSourceMapping = {
  batchSize: 500,
  batchingWindowSeconds: 2,
  parallelizationFactor: 1,
  bisectOnError: true,
  maximumRetries: 10,
  maximumRecordAgeSeconds: 86_400,
  reportsItemFailures: false,
};

/**
 * How `land` is fed on AWS: a batch is what comes in a window, or the 6 MB that an invocation may have. Every run reads
 * each object of its day again, and S3 counts reads: with windows of 2 s these reads would cost more than all the rest.
 */
export const deployedMapping = (batchingWindowSeconds: number): EventSourceMapping => ({
  ...landMapping,
  batchSize: 10_000,
  batchingWindowSeconds,
});
