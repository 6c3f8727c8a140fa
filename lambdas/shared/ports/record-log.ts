/**
 * The records that a stream keeps, where they can be changed: the log of the embedded stream. Those of Kinesis cannot;
 * they end with its retention.
 */
export interface RecordLog {
  /** Shows every record that is kept. */
  visit(see: (data: Buffer, partitionKey: string) => void): Promise<number>;
  /**
   * Rewrites the records of which something else, or nothing (undefined), is to be left. A reader finds the others
   * where they were.
   */
  rewrite(change: (data: Buffer) => Buffer | undefined): Promise<void>;
  /** Removes what was damaged and is set aside, where its bytes hold the person. */
  removeDamaged(isTheirs: (bytes: string) => boolean): Promise<void>;
}
