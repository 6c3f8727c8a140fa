import { createHash } from 'node:crypto';
import { addDays, dayOfKey, type Day } from '../days.ts';
import { sliceKey, type Table } from '../schema/catalog.ts';

/** One object that a slice is made from. */
export interface SliceInput {
  readonly key: string;
  readonly etag: string;
}

/** One table, one day, and everything that its content depends on. */
export interface Slice {
  readonly table: string;
  readonly day: Day;
  readonly inputs: readonly SliceInput[];
  /** Other days of the table that have versions of its records: a rate of such a day may decide which version is good. */
  readonly rivals?: readonly Day[] | undefined;
}

/** A slice that must be built, and why. */
export interface StaleSlice extends Slice {
  readonly reason: string;
}

/** What the ledger knows of a slice that stands. */
export interface Standing {
  readonly inputs: string;
  readonly code: string;
  readonly outputEtag: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** `key@etag` of each input, in order of key. */
export function inputKeys(inputs: readonly SliceInput[]): string[] {
  return inputs.map(({ key, etag }) => `${key}@${etag}`).toSorted();
}

/** SHA-256 over the inputs, whatever their order. */
export function inputsHash(inputs: readonly SliceInput[]): string {
  return sha256(inputKeys(inputs).join('\n'));
}

/** SHA-256 over all that decides how a slice is computed. */
export function codeVersion(...parts: readonly string[]): string {
  return sha256(parts.join('\0'));
}

/** The objects of a table that stand in the window of a slice. */
export function windowInputs(
  standing: { days(table: string): readonly Day[]; entry(table: string, day: Day): Standing | undefined },
  source: Table,
  day: Day,
  from: number,
  to: number,
): SliceInput[] {
  const days = standing.days(source.name);
  const [first, last] = [addDays(day, from), addDays(day, to)];
  const inputs: SliceInput[] = [];
  for (let i = placeOf(days, first); i < days.length; i++) {
    const one = days[i];
    if (one === undefined || one > last) break;
    const entry = standing.entry(source.name, one);
    if (entry) inputs.push({ key: sliceKey(source, one), etag: entry.outputEtag });
  }
  return inputs;
}

/** The place of the first of these days that is not before another. */
function placeOf(days: readonly Day[], day: Day): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] ?? '') < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The days of a table that have an object, or a row in the ledger, but nothing to be made from any more. A run that was killed
 * between the two leaves an object without its row.
 */
export function orphanDays(
  table: Table,
  slices: readonly Slice[],
  known: readonly Day[],
  outputs: Iterable<string>,
): Day[] {
  const wanted = new Set(slices.map((slice) => slice.day));
  const standing = [...outputs].flatMap((key) => {
    const day = dayOfKey(key);
    return day !== undefined && sliceKey(table, day) === key ? [day] : [];
  });
  return [...new Set([...known, ...standing])].filter((day) => !wanted.has(day)).toSorted();
}

/** The reason of a slice of which other inputs are there than it was built from; `Ledger.explained` says which. */
export const inputsChanged = 'inputs changed';

/** In what the inputs of a slice differ from those that it was built from, as `inputKeys` names both: what was added is named first. */
export function inputsDifference(before: readonly string[], after: readonly string[]): string {
  const was = new Map(before.map((entry) => [entry.slice(0, entry.lastIndexOf('@')), entry]));
  const is = new Map(after.map((entry) => [entry.slice(0, entry.lastIndexOf('@')), entry]));
  const differences = [
    ...[...is].filter(([key]) => !was.has(key)).map(([key]) => `${key} added`),
    ...[...is].filter(([key, entry]) => was.has(key) && was.get(key) !== entry).map(([key]) => `${key} changed`),
    ...[...was.keys()].filter((key) => !is.has(key)).map((key) => `${key} removed`),
  ];
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : '';
  return `${differences[0] ?? inputsChanged}${more}`;
}

/**
 * Why the slice must be built again; undefined where it stands as it would be built now.
 * `output` is the etag of the object that is in the lake.
 */
export function staleReason(
  slice: Slice,
  code: string,
  standing: Standing | undefined,
  output: string | undefined,
): string | undefined {
  if (!standing) return 'never built';
  if (output === undefined) return 'its object is missing';
  if (output !== standing.outputEtag) return 'its object was changed by another hand';
  if (standing.inputs !== inputsHash(slice.inputs)) return inputsChanged;
  if (standing.code !== code) return 'code changed';
  return undefined;
}
