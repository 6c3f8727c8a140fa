/**
 * Slices that have only grown: raw objects were added to those that they were built from, and nothing else has changed.
 * Their rows and what is added are what all of their raw objects together would give, so only the latter are read: some
 * late events of a day cost what they are, and not what the day is.
 */
import type { Table } from '../shared/schema/table.ts';
import type { Entry } from '../shared/slices/ledger.ts';
import { hashOfKeys, inputKeys, inputsChanged, type StaleSlice } from '../shared/slices/staleness.ts';

/** What stands of a slice that has only grown. */
export interface Grown {
  /** Keys of the raw objects that were added. */
  readonly added: readonly string[];
  /** Etag of the slice's object. */
  readonly etag: string;
  /** Its counts: `rowsIn = rowsOut + rejected + duplicates`. */
  readonly rowsIn: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** A slice to be built of a curated table. */
export interface TransformSlice extends StaleSlice {
  /** Undefined where all that it is made from must be read. */
  readonly grown?: Grown | undefined;
}

/**
 * Whether each record of a table is judged without the others, but for those with its own key: as it is where a day may
 * be cut into parts.
 */
const isJudgedAlone = (table: Table): boolean => table.part !== undefined;

/** What was added to the inputs of a slice, where that is all that differs: keys of raw objects. */
function addedTo(slice: StaleSlice, before: readonly string[], isRaw: (key: string) => boolean): string[] | undefined {
  const after = new Set(inputKeys(slice.inputs));
  if (!before.every((input) => after.has(input))) return undefined;
  const was = new Set(before);
  const added = slice.inputs.filter(({ key, etag }) => !was.has(`${key}@${etag}`)).map(({ key }) => key);
  return added.length > 0 && added.every(isRaw) ? added : undefined;
}

export interface StandingOf {
  /** What the ledger knows of a slice, where it was built by the code that is here. */
  readonly entryOf: (slice: StaleSlice) => Entry | undefined;
  /** What it was built from, as `inputKeys` names it. */
  readonly beforeOf: (slice: StaleSlice) => readonly string[];
  readonly isRaw: (key: string) => boolean;
}

/**
 * The slices, those that have only grown with what stands of them. An object that is new to one slice and old to another
 * would add its records to both, so that the other one is built of all.
 */
export function withGrown(
  table: Table,
  stale: readonly StaleSlice[],
  { entryOf, beforeOf, isRaw }: StandingOf,
): TransformSlice[] {
  if (!isJudgedAlone(table)) return [...stale];
  const grown = stale.map((slice): TransformSlice => {
    const entry = slice.reason === inputsChanged ? entryOf(slice) : undefined;
    const before = beforeOf(slice);
    // The parts of a day share a name in the ledger's inputs: the hash tells whether these are the slice's own.
    if (entry === undefined || hashOfKeys(before) !== entry.inputs) return slice;
    const { outputEtag: etag, rowsIn, rejected, duplicates } = entry;
    const added = addedTo(slice, before, isRaw);
    if (added === undefined || rowsIn === null || rejected === null || duplicates === null) return slice;
    return { ...slice, grown: { added, etag, rowsIn, rejected, duplicates } };
  });
  const isNew = new Set(grown.flatMap((slice) => slice.grown?.added ?? []));
  return grown.map(({ grown: found, ...slice }): TransformSlice => {
    const added = new Set(found?.added);
    return found === undefined || slice.inputs.some(({ key }) => isNew.has(key) && !added.has(key))
      ? slice
      : { ...slice, grown: found };
  });
}
