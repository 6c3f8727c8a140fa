/** Slices that were made from raw objects that have expired: what cannot be made again stays as it is. */
import { dayOfKey, type Day } from '../shared/days.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { hasExpired, type Expirations } from '../shared/slices/expirations.ts';
import type { Ledger } from '../shared/slices/ledger.ts';
import { inputKeys, inputsChanged, type Slice, type StaleSlice } from '../shared/slices/staleness.ts';

/** A slice that stays as it is although it is not what would be made now, and why a person should know. */
export interface KeptSlice {
  readonly day: Day;
  readonly why: string;
}

interface Kept {
  /** The days that are neither built nor removed. */
  readonly days: ReadonlySet<Day>;
  /** Those among them of which something is to be told. */
  readonly told: readonly KeptSlice[];
}

const keyIn = (input: string) => input.slice(0, input.lastIndexOf('@'));

interface Asked {
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  readonly table: Table;
  readonly expired: Expirations;
  /** Days of the table that have nothing to be made from. */
  readonly gone: readonly Day[];
  readonly stale: readonly StaleSlice[];
  /** Raw objects that stand, by their key. */
  readonly standing: ReadonlyMap<string, unknown>;
  /** Etags of the slices that stand. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Of the days without raw objects, those before which all raw of the table may have expired: in its tenth year they are
 * most of a lake.
 */
function goneForGood({ catalog, table, expired, gone, standing }: Asked): Day[] {
  const feeds = table.reads.map((input) => tableNamed(catalog, input.table)).filter(({ zone }) => zone === 'raw');
  // One that stands may have been emptied, as by an erasure.
  const withObjects = new Set([...standing.keys()].map(dayOfKey));
  return gone.filter((day) => !withObjects.has(day) && feeds.every(({ name }) => day < (expired.get(name) ?? '')));
}

/** Why a person should know of a slice that was to be built: more than that its raw has expired. */
function whyTold({ reason, inputs }: StaleSlice, known: readonly string[]): string | undefined {
  if (reason !== inputsChanged) return reason;
  const late = inputKeys(inputs).find((input) => input.startsWith('raw/') && !known.includes(input));
  return late === undefined ? undefined : `records came late, in ${keyIn(late)}`;
}

/**
 * Of the slices that a plan would build or remove, those that were made from a raw object that has expired. To build
 * one from what is left would lose the rest, so it stays, and so does all that is made from it.
 */
export async function keptSlices(asked: Asked): Promise<Kept> {
  const { catalog, ledger, table, expired, gone, stale, standing, outputs } = asked;
  const feeds = table.reads
    .map((input) => tableNamed(catalog, input.table))
    .filter(({ name, zone }) => zone === 'raw' && expired.has(name));
  if (feeds.length === 0) return { days: new Set(), told: [] };
  const days = new Set(goneForGood(asked).filter((day) => ledger.entries(table.name, day).length > 0));
  const told: KeptSlice[] = [...days]
    .filter((day) => ledger.entries(table.name, day).some(({ part }) => !outputs.has(sliceKey(table, day, part))))
    .map((day) => ({ day, why: 'its object is missing: put it back from a backup' }));
  const others = [...new Set([...gone.filter((day) => !days.has(day)), ...stale.map(({ day }) => day)])];
  const known = await ledger.inputKeys(table.name, others);
  const isExpired = (key: string) => !standing.has(key) && feeds.some((feed) => hasExpired(expired, feed, key));
  for (const day of others) {
    const inputs = known.get(day) ?? [];
    if (!inputs.some((input) => isExpired(keyIn(input)))) continue;
    days.add(day);
    const slice = stale.find((one) => one.day === day);
    const why = slice && whyTold(slice, inputs);
    if (why !== undefined) told.push({ day, why });
  }
  return { days, told };
}

/** What a person is told of them; undefined where nothing is. */
export function keptInWords(table: string, told: readonly KeptSlice[]): string | undefined {
  const [first] = told;
  if (first === undefined) return undefined;
  const more = told.length > 1 ? ` (and ${told.length - 1} more slices)` : '';
  return (
    `${table} of ${first.day} stays as it is${more}: raw objects that it was made from have expired. But ` +
    `${first.why}.`
  );
}

/** Of slices alone, whose raw has not expired. */
export const withoutKept = <T extends Pick<Slice, 'day'>>(slices: readonly T[], { days }: Kept): T[] =>
  slices.filter(({ day }) => !days.has(day));
