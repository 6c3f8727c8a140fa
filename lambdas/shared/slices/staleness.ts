import { createHash } from 'node:crypto';
import { addDays, type Day } from '../days.ts';
import { sliceKey, sliceOfKey } from '../schema/slice-key.ts';
import type { Table } from '../schema/table.ts';
import type { Part } from '../schema/parts.ts';

/** One object that a slice is made from. */
export interface SliceInput {
  readonly key: string;
  readonly etag: string;
}

/** A slice of a table: a day, or a part of one. */
export interface SliceName {
  readonly day: Day;
  readonly part?: Part | undefined;
}

/** One table, one day or a part of it, and everything that its content depends on. */
export interface Slice extends SliceName {
  readonly table: string;
  readonly inputs: readonly SliceInput[];
  /**
   * Other days of the table that have versions of its records: a rate of such a day may decide which version is good.
   */
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
  /** Which part of its day; undefined for a whole day. */
  readonly part?: Part | undefined;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** `key@etag` of each input, in order of key. */
export function inputKeys(inputs: readonly SliceInput[]): string[] {
  return inputs.map(({ key, etag }) => `${key}@${etag}`).toSorted();
}

/** SHA-256 over inputs as `inputKeys` names them. */
export const hashOfKeys = (keys: readonly string[]): string => sha256(keys.join('\n'));

/** SHA-256 over the inputs, whatever their order. */
export const inputsHash = (inputs: readonly SliceInput[]): string => hashOfKeys(inputKeys(inputs));

/** SHA-256 over all that decides how a slice is computed. */
export function codeVersion(...parts: readonly string[]): string {
  return sha256(parts.join('\0'));
}

/** What stands of a table, day by day. */
export interface StandingSlices<E extends Standing = Standing> {
  /** In order. */
  days(table: string): readonly Day[];
  /** All that stands of a day that is whole. */
  whole(table: string, day: Day): readonly E[];
}

/** The slices of a table that stand in a window around a day, with their days. */
function* inWindow<E extends Standing>(
  standing: StandingSlices<E>,
  source: Table,
  day: Day,
  from: number,
  to: number,
): Generator<readonly [Day, E]> {
  const days = standing.days(source.name);
  const [first, last] = [addDays(day, from), addDays(day, to)];
  for (let i = placeOf(days, first); i < days.length; i++) {
    const one = days[i];
    if (one === undefined || one > last) break;
    for (const entry of standing.whole(source.name, one)) yield [one, entry];
  }
}

/** The objects of a table that stand in the window of a slice. A day of which a part is missing is none yet. */
export function windowInputs(
  ...[standing, source, day, from, to]: [StandingSlices, Table, Day, number, number]
): SliceInput[] {
  return Array.from(inWindow(standing, source, day, from, to), ([one, { part, outputEtag }]) => ({
    key: sliceKey(source, one, part),
    etag: outputEtag,
  }));
}

/** Their bytes in all. */
export function windowBytes(
  ...[standing, source, day, from, to]: [
    StandingSlices<Standing & { readonly bytesOut: number }>,
    Table,
    Day,
    number,
    number,
  ]
): number {
  let sum = 0;
  for (const [, { bytesOut }] of inWindow(standing, source, day, from, to)) sum += bytesOut;
  return sum;
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
 * The days of a table that have an object, or a row in the ledger, but nothing to be made from any more. A run that was
 * killed between the two leaves an object without its row.
 */
export function orphanDays(
  table: Table,
  slices: readonly Slice[],
  known: readonly Day[],
  outputs: Iterable<string>,
): Day[] {
  const wanted = new Set(slices.map((slice) => slice.day));
  const standing = [...outputs].flatMap((key) => sliceOfKey(table, key)?.day ?? []);
  return [...new Set([...known, ...standing])].filter((day) => !wanted.has(day)).toSorted();
}

/**
 * The slices that have an object, or a row in the ledger, of a day that is cut otherwise by now. Athena reads all that
 * lies in the folder of a day, so that what was built before it was cut would count twice.
 */
export function outdatedSlices(
  table: Table,
  slices: readonly Slice[],
  known: Iterable<SliceName>,
  outputs: Iterable<string>,
): SliceName[] {
  const parts = new Map<Day, Set<Part | undefined>>();
  for (const { day, part } of slices) parts.set(day, (parts.get(day) ?? new Set()).add(part));
  const found = new Map<string, SliceName>();
  for (const one of [...known, ...Array.from(outputs, (key) => sliceOfKey(table, key))]) {
    // A whole day that nothing is left for is an orphan.
    if (one === undefined || (parts.get(one.day)?.has(one.part) ?? one.part === undefined)) continue;
    found.set(sliceKey(table, one.day, one.part), one);
  }
  return [...found.values()];
}

/** The reason of a slice of which other inputs are there than it was built from; `Ledger.explained` says which. */
export const inputsChanged = 'inputs changed';

/**
 * In what the inputs of a slice differ from those that it was built from, as `inputKeys` names both: what was added is
 * named first.
 */
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

/** A stale slice, and where its inputs have changed in what: `before` are those that it was built from. */
export const explainedBy = <S extends StaleSlice>(before: readonly string[], slice: S): S =>
  slice.reason === inputsChanged ? { ...slice, reason: inputsDifference(before, inputKeys(slice.inputs)) } : slice;

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
