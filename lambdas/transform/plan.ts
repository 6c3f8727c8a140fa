import { version } from '@duckdb/node-api';
import { bareSql } from '../shared/bare-sql.ts';
import { inRange, type Day } from '../shared/days.ts';
import { versionsOf } from '../shared/libraries.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { partsOf, placeOf } from '../shared/schema/parts.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import { hasExpired, type Expirations } from '../shared/slices/expirations.ts';
import type { Entry } from '../shared/slices/ledger.ts';
import { notErased } from '../shared/slices/erased.ts';
import { groups } from '../shared/slices/groups.ts';
import { refuseLosingSlices } from '../shared/slices/losses.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import {
  codeVersion,
  explainedBy,
  orphanDays,
  outdatedSlices,
  staleReason,
  windowInputs,
  type Slice,
  type SliceInput,
  type SliceName,
  type StaleSlice,
} from '../shared/slices/staleness.ts';
import { defaultPartRows, type Batch, type Plan, type PlanOptions } from '../shared/slices/slice-maker.ts';
import { listsReadBy, macrosCalledBy, read } from './names.ts';
import { withGrown, type TransformSlice } from './grown.ts';
import { keptInWords, keptSlices, withoutKept } from './kept-slices.ts';
import type { RawObjects } from './raw-objects.ts';
import { routes, type Route, type Routes } from './routes.ts';
import { describeSelect, knownColumns, stageInputs, type AtWork, type BatchContext } from './staging.ts';
import { duplicatesStatement, goodStatement, sliceSelect, stageStatement, withoutStatement } from './statement.ts';

/** A raw object as a worker must know it. */
export type RawInput = Pick<Route, 'key' | 'feed' | 'rows' | 'singleDay'>;

/**
 * What plans: the profile's parts are inputs of the slices. A session is asked for only where raw has something new: to
 * teach one its names takes longer than the rest of the plan.
 */
export interface PlanContext extends Pick<BatchContext, 'lake' | 'catalog' | 'described' | 'key'> {
  readonly profile: ShopProfile;
  readonly atWork: AtWork;
}

/** Slices, all of which have only grown or none, and the raw objects that they are made from. */
export interface TransformBatch extends Batch {
  readonly slices: readonly TransformSlice[];
  readonly objects: readonly RawInput[];
}

/** Versions of the libraries that decide the content of a slice. */
const libraries = versionsOf('bowser', 'isbot');

/** The version of all that decides a slice's content, besides its inputs. */
async function versionOf({ described, key, atWork }: PlanContext, table: Table, select: string): Promise<string> {
  const columns =
    knownColumns({ described }, select) ??
    (await atWork(async (context) => {
      await stageInputs(context, table, [], []);
      return describeSelect(context, select);
    }));
  const stage = stageStatement(table, select, columns);
  const statements = [
    stage,
    withoutStatement(table) ?? '',
    duplicatesStatement(table),
    goodStatement(table, 'VIEW'),
    sliceSelect(table, '2000-01-01'),
  ];
  const called = macrosCalledBy(statements.join('\n'));
  return codeVersion(...statements.map(bareSql), called, ...listsReadBy(called), key.fingerprint, version(), libraries);
}

/** The slices of the table and what each is made from. */
function slicesOf(
  { catalog, profile }: PlanContext,
  { ledger }: PlanOptions,
  table: Table,
  { routes: found, moves }: Routes,
): Slice[] {
  const byDay = new Map<Day, SliceInput[]>();
  for (const { key, etag, days, rivals } of found) {
    for (const day of [...days, ...rivals]) {
      const inputs = byDay.get(day);
      if (inputs) inputs.push({ key, etag });
      else byDay.set(day, [{ key, etag }]);
    }
  }
  const windows = table.reads
    .map((input) => ({ ...input, source: tableNamed(catalog, input.table) }))
    .filter((input) => input.source.zone !== 'raw');
  const parts = table.shop.map((part) => partInput(profile, part));
  return [...byDay]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, raw]) => {
      const rivals = moves[day] ?? [];
      const windowed = windows.flatMap(({ source, from, to }) =>
        [day, ...rivals].flatMap((one) => windowInputs(ledger, source, one, from, to)),
      );
      return {
        table: table.name,
        day,
        rivals,
        inputs: [...parts, ...raw, ...new Map(windowed.map((input) => [input.key, input])).values()],
      };
    });
}

/** Bytes of a packed event, where nobody has told how many there are. */
const packedBytes = 110;

/**
 * The same slices, each day of a table that may be cut in as many parts as its records ask for: one, two, four, eight,
 * and so on. Never in fewer than it was: its objects would have to be built again for nothing.
 */
function inParts(
  slices: readonly Slice[],
  table: Table,
  found: readonly Route[],
  { ledger, partRows = defaultPartRows }: PlanOptions,
): Slice[] {
  if (table.part === undefined) return [...slices];
  const rows = new Map<Day, number>();
  for (const { days, size, rows: told = size / packedBytes } of found)
    for (const day of days) rows.set(day, (rows.get(day) ?? 0) + told / days.length);
  return slices.flatMap((slice) => {
    const standing = ledger.entries(table.name, slice.day).map(({ part }) => placeOf(part).count);
    let count = Math.max(1, ...standing);
    while ((rows.get(slice.day) ?? 0) > count * partRows) count *= 2;
    return partsOf(count).map((part) => (part === undefined ? slice : { ...slice, part }));
  });
}

/** The version of what decides a slice's content: of a part also by what its day is cut. */
const codeOf = (table: Table, code: string, slice: SliceName | undefined): string =>
  slice?.part === undefined || table.part === undefined ? code : codeVersion(code, bareSql(read(table.part)));

/**
 * Why the slice must be built again for its rejects: they have no etag in the ledger, but their number, and their
 * writer's word for it.
 */
async function rejectsReason(
  { lake, catalog }: PlanContext,
  { ledger, listings }: PlanOptions,
  table: Table,
  { day, part }: SliceName,
  expired: Expirations,
): Promise<string | undefined> {
  const { rejected, finishedAt = '' } = ledger.entry(table.name, day, part) ?? {};
  if (!rejected) return undefined;
  const key = rejectsKey(catalog, table, day, part);
  const rejects = tableNamed(catalog, 'rejects');
  const missing = () => (hasExpired(expired, rejects, key) ? undefined : 'its rejects are missing');
  if (lake.vouches) {
    // One listing tells of them all: what was written before its slice was in place nobody has touched since.
    const listed = (await listings.byKey(rejects.prefix)).get(key);
    if (listed === undefined) return missing();
    if (listed.lastModified.toISOString() <= finishedAt) return undefined;
  }
  const found = await lake.head(key);
  if (found === undefined) return missing();
  return found.metadata['rows'] === String(rejected) ? undefined : 'its rejects were changed by another hand';
}

/** Keys of the slices of which rejects stand: those of a killed run may have no object, and are read nonetheless. */
async function slicesOfRejects(
  { catalog }: PlanContext,
  { listings }: PlanOptions,
  table: Table,
): Promise<readonly string[]> {
  const { prefix } = tableNamed(catalog, 'rejects');
  return Array.from((await listings.byKey(prefix)).keys(), (key) => table.prefix + key.slice(prefix.length));
}

/**
 * The days outside those looked at that have a slice which is stale, or has nothing to be made from any more, or lack
 * one of a record that moved.
 */
function staleOutside(
  slices: readonly Slice[],
  gone: readonly Day[],
  code: string,
  { ledger, days }: PlanOptions,
  table: Table,
  outputs: ReadonlyMap<string, string>,
): Day[] {
  const stale = slices.filter((slice) => {
    const entry = ledger.entry(table.name, slice.day, slice.part);
    // A day that never was built is behind where a record has moved to it from one of those looked at: it counts
    // nowhere now.
    if (entry === undefined) return slice.rivals?.some((day) => inRange(days, day));
    return staleReason(slice, code, entry, outputs.get(sliceKey(table, slice.day, slice.part))) !== undefined;
  });
  return [...stale.map(({ day }) => day), ...gone].filter((day) => !inRange(days, day)).toSorted();
}

/** Bytes of raw objects that one batch may hold: about a million compressed events. */
const batchBytes = 64 * 2 ** 20;
const fewBytes = 2 * 2 ** 20;

/** Bytes of what stands of a slice: its rejects are read with its rows, and may be more. */
const standingBytes = (entry: Pick<Entry, 'bytesOut' | 'rejected'> | undefined): number =>
  entry === undefined ? 0 : entry.bytesOut + (entry.rejected ?? 0) * packedBytes;

/** The raw objects that some slices are made from, in order of key. */
function objectsOf(slices: readonly Slice[], known: ReadonlyMap<string, Route>): RawInput[] {
  const keys = new Set(slices.flatMap(({ inputs }) => inputs.map(({ key }) => key)));
  return [...keys].toSorted().flatMap((name) => {
    const route = known.get(name);
    if (!route) return [];
    const { key, feed, rows, singleDay } = route;
    return [{ key, feed, rows, singleDay }];
  });
}

/** Stale slices in batches: those that have only grown apart from those of which all must be read. */
async function batchesOf(
  table: Table,
  stale: readonly StaleSlice[],
  found: readonly Route[],
  code: string,
  { ledger, workers }: PlanOptions,
): Promise<TransformBatch[]> {
  const byKey = new Map(found.map((route) => [route.key, route]));
  const entryOf = ({ day, part }: SliceName) => ledger.entry(table.name, day, part);
  const ownKey = ({ day, part }: SliceName) => sliceKey(table, day, part);
  const before = await ledger.inputsBefore(stale);
  const beforeOf = ({ day }: SliceName) => before.get(day) ?? [];
  const slices = withGrown(table, stale, {
    beforeOf,
    entryOf: (slice) => (entryOf(slice)?.code === codeOf(table, code, slice) ? entryOf(slice) : undefined),
    isRaw: (key) => byKey.has(key),
  }).map((slice) => explainedBy(beforeOf(slice), slice));
  const sizes = new Map([
    ...found.map(({ key, size }) => [key, size] as const),
    ...stale.map((slice) => [ownKey(slice), standingBytes(entryOf(slice))] as const),
  ]);
  const isGrown = ({ grown }: TransformSlice) => grown !== undefined;
  return [slices.filter(isGrown), slices.filter((slice) => !isGrown(slice))]
    .flatMap((some) =>
      groups(some, {
        readBy: (slice) =>
          slice.grown === undefined ? slice.inputs.map(({ key }) => key) : [...slice.grown.added, ownKey(slice)],
        sizeOf: (key) => sizes.get(key) ?? 0,
        workers,
        bytes: batchBytes,
        fewBytes,
        // A part is as much as one machine should take.
        isAlone: ({ part }) => part !== undefined,
      }),
    )
    .map((group): TransformBatch => ({
      step: 'transform',
      table: table.name,
      code: codeOf(table, code, group[0]),
      slices: group,
      objects: objectsOf(group, byKey),
    }));
}

/**
 * Finds which raw objects feed which days of a curated table, and which of its slices are stale.
 * @throws LakeUnavailable where many slices have lost their raw objects
 */
export async function planTable(
  context: PlanContext,
  options: PlanOptions,
  table: Table,
  select: string,
  raw: RawObjects,
): Promise<Plan<TransformBatch>> {
  const { ledger, days, force, mayRemove, expired = new Map() } = options;
  const code = await versionOf(context, table, select);
  const known = await routes(context, table, select, code, raw, options.listings);
  const all = inParts(slicesOf(context, options, table, known), table, known.routes, options);
  const slices = all.filter(({ day }) => inRange(days, day));
  const outputs = await options.listings.etags(table.prefix);
  const changed: StaleSlice[] = [];
  for (const slice of slices) {
    const reason = force?.(table.name, slice.day)
      ? 'replayed'
      : (staleReason(
          slice,
          codeOf(table, code, slice),
          ledger.entry(table.name, slice.day, slice.part),
          outputs.get(sliceKey(table, slice.day, slice.part)),
        ) ?? (await rejectsReason(context, options, table, slice, expired)));
    if (reason !== undefined) changed.push({ ...slice, reason });
  }
  const standing = ledger.days(table.name);
  const byKey = new Map(known.routes.map((route) => [route.key, route]));
  const lost = orphanDays(table, all, standing, outputs.keys());
  const { catalog } = context;
  const kept = await keptSlices({
    catalog,
    ledger,
    table,
    expired,
    gone: lost,
    stale: changed,
    standing: byKey,
    outputs,
  });
  const stale = withoutKept(changed, kept);
  const gone = lost.filter((day) => !kept.days.has(day));
  const orphans = gone.filter((day) => inRange(days, day));
  if (mayRemove !== true) {
    const unexplained = await notErased(context.lake, ledger, table, orphans, byKey);
    refuseLosingSlices(
      table.name,
      unexplained,
      Math.max(standing.length, new Set(slices.map(({ day }) => day)).size + orphans.length),
    );
  }
  const batches = await batchesOf(table, stale, known.routes, code, options);
  const behind = days && table.dayMayChange ? staleOutside(all, gone, code, options, table, outputs) : [];
  const named = standing.flatMap((day) => ledger.entries(table.name, day).map(({ part }) => ({ day, part })));
  // A day is never cut in fewer parts than it was.
  const isCut = all.some(({ part }) => part !== undefined);
  const rejected = isCut ? await slicesOfRejects(context, options, table) : [];
  // What cannot be built again stays as it was cut.
  const outdated = withoutKept(outdatedSlices(table, all, named, [...outputs.keys(), ...rejected]), kept).filter(
    ({ day }) => inRange(days, day),
  );
  return {
    step: 'transform',
    table: table.name,
    slices: slices.length,
    batches,
    orphans,
    outdated,
    behind,
    warnings: [keptInWords(table.name, kept.told) ?? []].flat(),
  };
}
