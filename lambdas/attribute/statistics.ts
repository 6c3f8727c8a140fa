/** Sum of a sample; 0 of none. */
export const sumOf = (sample: readonly number[]): number => sample.reduce((sum, value) => sum + value, 0);

/** Mean of a sample; NaN of none. */
export const meanOf = (sample: readonly number[]): number => sumOf(sample) / sample.length;

/** Pearson's correlation of two samples of one length; null where one of them does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const [x, y] = [a, b].map((sample) => {
    const mean = meanOf(sample);
    return sample.map((value) => value - mean);
  });
  const product = (p: readonly number[] = [], q: readonly number[] = []) =>
    p.reduce((sum, value, at) => sum + value * (q[at] ?? 0), 0);
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread === 0 ? null : product(x, y) / spread;
}

/** Standard deviation of a sample; NaN for fewer than two. */
export function standardDeviation(sample: readonly number[]): number {
  if (sample.length < 2) return Number.NaN;
  const mean = meanOf(sample);
  return Math.sqrt(sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1));
}

/**
 * The quantile of a sample that is in order, between neighbours linearly (Hyndman and Fan, 1996: type 7).
 * @param share 0 to 1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  return below + (at % 1) * ((sorted[Math.ceil(at)] ?? Number.NaN) - below);
}

/** Numbers in order; several times as fast as with a comparison of our own. */
export const inOrder = (sample: Iterable<number>): Float64Array => Float64Array.from(sample).sort();

/** The quantile of a sample. @param share 0 to 1 */
export const sampleQuantile = (sample: Iterable<number>, share: number): number =>
  quantileOfSorted(inOrder(sample), share);
