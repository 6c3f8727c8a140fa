/**
 * What is used of Cephes: its package has declarations, but does not name them beside its module ("exports" without
 * "types").
 */
declare module 'cephes' {
  /** Fulfilled when the functions may be called. */
  export const compiled: Promise<void>;
  /** Natural logarithm of the gamma function. */
  export function lgam(x: number): number;
  /** Quantile of the standard normal law. */
  export function ndtri(probability: number): number;
  /** Quantile of Student's t law of so many degrees of freedom. */
  export function stdtri(degrees: number, probability: number): number;
}
