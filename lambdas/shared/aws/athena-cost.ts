/** What one execution took, as Athena tells it. */
export interface QueryCost {
  readonly queryId: string;
  readonly bytesScanned: number;
  /** From the start to the end, the time in the queue included. */
  readonly milliseconds: number;
  /** The rows of an equal query were used again, and nothing was scanned. */
  readonly isReused: boolean;
  /** Undefined where no price was given. */
  readonly usd: number | undefined;
}

const [mb, tb] = [1e6, 1e12];
/** What a query is charged for at least. */
const leastMb = 10;

/**
 * The charge for a query's scan in USD: by whole MB, 10 MB at least. A TB is counted as 10^12 bytes, so that it is
 * never told too low.
 */
export function scanUsd(bytesScanned: number, usdPerTb: number): number {
  return (Math.max(Math.ceil(bytesScanned / mb), leastMb) * mb * usdPerTb) / tb;
}
