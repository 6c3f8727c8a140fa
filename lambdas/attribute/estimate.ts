/** A figure and how sure it is. */
export interface Estimate {
  /** Null where the denominator is 0: never 0, never ∞. */
  readonly value: number | null;
  /** Ends of the confidence interval; null where there is none, and then `remark` says why. */
  readonly low: number | null;
  readonly high: number | null;
  /** In words, why there is no interval. */
  readonly remark?: string;
}
