import type { StaleSlice } from './staleness.ts';

/** How slices are put together. */
export interface Grouping<S extends StaleSlice = StaleSlice> {
  /** Keys of the objects that building a slice reads; all of its inputs where undefined. */
  readonly readBy?: (slice: S) => Iterable<string>;
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
  readonly isAlone: (slice: S) => boolean;
}

/**
 * Slices that a batch has at most: half of a first build of 90 days, and to spare. What it has built is entered in the
 * ledger at its end, so a run that is killed repeats them.
 */
const mostSlices = 62;

/** What a slice reads, in bytes, one more for its statement: an object that it names twice is read once. */
const workOf = (keys: readonly string[], sizeOf: Grouping['sizeOf']): number =>
  keys.reduce((sum, key) => sum + sizeOf(key), 1);

/** Of each slice which worker should have it, in their order, so that all have as much to do. */
function sharesOf(reads: readonly (readonly string[])[], sizeOf: Grouping['sizeOf'], workers: number): number[] {
  const works = reads.map((keys) => workOf(keys, sizeOf));
  const all = works.reduce((sum, work) => sum + work, 0);
  let before = 0;
  return works.map((work) => {
    const middle = before + work / 2;
    before += work;
    return Math.ceil((middle / all) * workers);
  });
}

/**
 * Groups stale slices so that a batch is neither too large to hold nor too small to share its objects, and every worker
 * has as much to do if there is enough.
 */
export function groups<S extends StaleSlice>(stale: readonly S[], grouping: Grouping<S>): S[][] {
  const { sizeOf, bytes: mostBytes, fewBytes, workers, isAlone } = grouping;
  const { readBy = ({ inputs }) => inputs.map(({ key }) => key) } = grouping;
  const reads = stale.map((slice) => [...new Set(readBy(slice))]);
  const isLittle = [...new Set(reads.flat())].reduce((sum, key) => sum + sizeOf(key), 0) < fewBytes;
  const shares = isLittle ? [] : sharesOf(reads, sizeOf, workers);
  const made: S[][] = [];
  let keys = new Set<string>();
  let bytes = Infinity;
  for (const [i, slice] of stale.entries()) {
    const read = reads[i] ?? [];
    const added = read.reduce((sum, key) => sum + (keys.has(key) ? 0 : sizeOf(key)), 0);
    let group = made.at(-1);
    const isFull = group === undefined || group.length === mostSlices || bytes + added > mostBytes;
    if (!group || isFull || isAlone(slice) || group.some(isAlone) || shares[i] !== shares[i - 1]) {
      group = [];
      made.push(group);
      keys = new Set();
      bytes = 0;
    }
    group.push(slice);
    for (const key of read) {
      if (!keys.has(key)) bytes += sizeOf(key);
      keys.add(key);
    }
  }
  return made;
}
