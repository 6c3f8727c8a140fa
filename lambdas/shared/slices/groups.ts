import type { StaleSlice } from './staleness.ts';

/** How slices are put together. */
export interface Grouping {
  /** Bytes of an object that a slice is made from. */
  readonly sizeOf: (key: string) => number;
  /** Batches that will be worked on at a time. */
  readonly workers: number;
  /** Bytes that one batch may read, where it has more than one slice. */
  readonly bytes: number;
  /**
   * Bytes in all that are not worth sharing out: to plan the statement of another batch takes as long as to read them.
   */
  readonly fewBytes: number;
  /** Slices that are a batch each. */
  readonly isAlone: (slice: StaleSlice) => boolean;
}

/**
 * Slices that a batch has at most: half of a first build of 90 days, and to spare. What it has built is entered in the
 * ledger at its end, so a run that is killed repeats them.
 */
const mostSlices = 62;

/**
 * Groups stale slices so that a batch is neither too large to hold nor too small to share its objects, and every worker
 * has one if there is enough to do.
 */
export function groups(
  stale: readonly StaleSlice[],
  { sizeOf, workers, bytes: mostBytes, fewBytes, isAlone }: Grouping,
): StaleSlice[][] {
  const all = new Set(stale.flatMap(({ inputs }) => inputs.map(({ key }) => key)));
  const total = [...all].reduce((sum, key) => sum + sizeOf(key), 0);
  const most = total < fewBytes ? mostSlices : Math.min(mostSlices, Math.ceil(stale.length / workers));
  const made: StaleSlice[][] = [];
  let keys = new Set<string>();
  let bytes = Infinity;
  for (const slice of stale) {
    const added = slice.inputs.reduce((sum, { key }) => sum + (keys.has(key) ? 0 : sizeOf(key)), 0);
    let group = made.at(-1);
    if (!group || isAlone(slice) || group.some(isAlone) || group.length >= most || bytes + added > mostBytes) {
      group = [];
      made.push(group);
      keys = new Set();
      bytes = 0;
    }
    group.push(slice);
    for (const { key } of slice.inputs) {
      if (!keys.has(key)) bytes += sizeOf(key);
      keys.add(key);
    }
  }
  return made;
}
