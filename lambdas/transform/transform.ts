import { join } from 'node:path';
import { bareSql } from '../shared/bare-sql.ts';
import { inRange, type Day, type DayRange } from '../shared/days.ts';
import { textOf, type Engine, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { sliceKey, tableNamed, type Catalog, type Table } from '../shared/schema/catalog.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Ledger } from '../shared/slices/ledger.ts';
import { refuseLosingSlices } from '../shared/slices/losses.ts';
import {
  codeVersion,
  inputsHash,
  inputKeys,
  orphanDays,
  staleReason,
  windowInputs,
  type Slice,
  type SliceInput,
} from '../shared/slices/staleness.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import { buildBatch, describeSelect, stageInputs, type Built, type BatchContext } from './batch.ts';
import { listsReadBy, loadNames, macrosCalledBy, read } from './names.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { RawObjects, trusting, type BatchFile } from './raw-objects.ts';
import { routes, type Route, type Routes } from './routes.ts';
import { goodStatement, duplicatesStatement, sliceSelect, stageStatement } from './statement.ts';

/** All that the transform of a table needs. */
export interface TransformContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly inputs: Inputs;
  readonly key: PseudonymKey;
  readonly profile: ShopProfile;
  /** Folder for plain files and spills, removed by the caller. */
  readonly scratch: string;
  /** Batches worked on at a time. */
  readonly workers: number;
  /** Days to look at; all where undefined. */
  readonly days?: DayRange | undefined;
  /** Builds these slices although they are not stale. */
  readonly force?: ((table: string, day: Day) => boolean) | undefined;
  /** Removes slices however many have lost their raw objects. */
  readonly mayRemove?: boolean | undefined;
  readonly onProgress?: ((table: string, done: number, of: number) => void) | undefined;
}

/** What the transform of one table came to. */
export interface TransformSummary {
  readonly table: string;
  readonly slices: number;
  readonly built: readonly Built[];
  readonly removed: readonly Day[];
  /** Days outside those looked at on which a record may stand that has another day now, or be missing: their slices are stale. */
  readonly behind: readonly Day[];
}

/** Versions of the libraries that decide the content of a slice. */
const libraries = 'bowser 2.15.0, isbot 5.2.3';

/** A connection that knows the names that the SELECTs use. */
async function openSession({
  engine,
  profile,
  key,
}: Pick<TransformContext, 'engine' | 'profile' | 'key'>): Promise<Session> {
  const session = await engine.connect();
  await loadNames(session, profile, key.pseudonym('sillage: masks'));
  return session;
}

/** The version of all that decides a slice's content, besides its inputs. */
async function versionOf(bench: BatchContext, table: Table, select: string): Promise<string> {
  await stageInputs(bench, table, [], []);
  const stage = stageStatement(table, select, await describeSelect(bench.session, select));
  const [engine] = await bench.session.rows('SELECT version() AS version');
  const statements = [
    stage,
    duplicatesStatement(table),
    goodStatement(table, 'VIEW'),
    sliceSelect(table, '2000-01-01'),
  ];
  const called = macrosCalledBy(statements.join('\n'));
  return codeVersion(
    ...statements.map(bareSql),
    called,
    ...listsReadBy(called),
    bench.key.fingerprint,
    textOf(engine?.['version']),
    libraries,
  );
}

/** Bytes of raw objects that one batch may hold: about a million compressed events. */
const batchBytes = 64 * 2 ** 20;
const batchSlices = 31;

/** The slices of the table and what each is made from. */
function slicesOf(context: TransformContext, table: Table, { routes: found, moves }: Routes): Slice[] {
  const byDay = new Map<Day, SliceInput[]>();
  for (const { key, etag, days, rivals } of found) {
    for (const day of [...days, ...rivals]) byDay.set(day, [...(byDay.get(day) ?? []), { key, etag }]);
  }
  const windows = table.reads
    .map((input) => ({ ...input, source: tableNamed(context.catalog, input.table) }))
    .filter((input) => input.source.zone !== 'raw');
  const parts = table.shop.map((part) => partInput(context.profile, part));
  return [...byDay]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, raw]) => {
      const rivals = moves[day] ?? [];
      const windowed = windows.flatMap(({ source, from, to }) =>
        [day, ...rivals].flatMap((one) => windowInputs(context.ledger, source, one, from, to)),
      );
      return {
        table: table.name,
        day,
        rivals,
        inputs: [...parts, ...raw, ...new Map(windowed.map((input) => [input.key, input])).values()],
      };
    });
}

interface Stale {
  readonly slice: Slice;
  readonly reason: string;
}

/** Groups stale slices so that a batch is neither too large to hold nor too small to share its objects, and every worker has one. */
function batches(stale: readonly Stale[], found: readonly Route[], workers: number): Stale[][] {
  const sizes = new Map(found.map((route) => [route.key, route.size]));
  const most = Math.min(batchSlices, Math.ceil(stale.length / workers));
  const groups: Stale[][] = [];
  let keys = new Set<string>();
  let bytes = Infinity;
  for (const one of stale) {
    const added = one.slice.inputs
      .filter((input) => !keys.has(input.key))
      .reduce((sum, input) => sum + (sizes.get(input.key) ?? 0), 0);
    let group = groups.at(-1);
    if (!group || group.length >= most || bytes + added > batchBytes) {
      group = [];
      groups.push(group);
      keys = new Set();
      bytes = 0;
    }
    group.push(one);
    for (const input of one.slice.inputs) {
      if (!keys.has(input.key)) bytes += sizes.get(input.key) ?? 0;
      keys.add(input.key);
    }
  }
  return groups;
}

/** Why the slice must be built again for its rejects: they have no etag in the ledger, but their number, and their writer's word for it. */
async function rejectsReason(
  { lake, catalog, ledger }: TransformContext,
  table: Table,
  day: Day,
): Promise<string | undefined> {
  const { rejected } = ledger.entry(table.name, day) ?? {};
  if (!rejected) return undefined;
  const found = await lake.head(rejectsKey(catalog, table, day));
  if (found === undefined) return 'its rejects are missing';
  return found.metadata['rows'] === String(rejected) ? undefined : 'its rejects were changed by another hand';
}

/** Removes the slices whose raw objects are all gone. @throws LakeUnavailable where they are many */
async function removeOrphans(
  context: TransformContext,
  table: Table,
  slices: readonly Slice[],
  outputs: Iterable<string>,
): Promise<Day[]> {
  const orphans = orphanDays(table, slices, context.ledger.days(table.name), outputs).filter((day) =>
    inRange(context.days, day),
  );
  if (context.mayRemove !== true)
    refuseLosingSlices(
      table.name,
      orphans,
      Math.max(context.ledger.days(table.name).length, slices.length + orphans.length),
    );
  for (const day of orphans) {
    await context.lake.delete(rejectsKey(context.catalog, table, day));
    await context.ledger.remove(context.lake, 'transform', table, day, 'no raw object has records for it');
  }
  return orphans;
}

/** The days outside those looked at that have a slice which is stale, or has nothing to be made from any more. */
function leftBehind(
  { ledger, days }: TransformContext,
  table: Table,
  slices: readonly Slice[],
  code: string,
  outputs: ReadonlyMap<string, string>,
): Day[] {
  const stale = slices.filter((slice) => {
    const entry = ledger.entry(table.name, slice.day);
    return entry && staleReason(slice, code, entry, outputs.get(sliceKey(table, slice.day))) !== undefined;
  });
  return [...stale.map(({ day }) => day), ...orphanDays(table, slices, ledger.days(table.name), outputs.keys())]
    .filter((day) => !inRange(days, day))
    .toSorted();
}

/**
 * Brings every slice of one curated table up to date: finds which raw objects feed which days, builds what is stale in
 * batches that run side by side, and enters each slice in the ledger once its object is in place.
 * @throws Error naming the table and the slices, where a record is not accounted for or the engine refuses the SELECT
 */
export async function transformTable(context: TransformContext, table: Table): Promise<TransformSummary> {
  const { lake, ledger } = context;
  const select = read(`${table.name}.sql`);
  const raw = new RawObjects(lake, join(context.scratch, table.name));
  const session = await openSession(context);
  try {
    const bench: BatchContext = { ...context, session, scratch: join(context.scratch, table.name, 'plan') };
    const code = await versionOf(bench, table, select);
    const known = await routes(bench, table, select, code, raw);
    const { routes: found } = known;
    const all = slicesOf(context, table, known);
    const slices = all.filter((slice) => inRange(context.days, slice.day));
    const outputs = new Map<string, string>();
    for await (const object of lake.list(table.prefix)) outputs.set(object.key, object.etag);
    const stale: Stale[] = [];
    for (const slice of slices) {
      const reason = context.force?.(table.name, slice.day)
        ? 'replayed'
        : (staleReason(slice, code, ledger.entry(table.name, slice.day), outputs.get(sliceKey(table, slice.day))) ??
          (await rejectsReason(context, table, slice.day)));
      if (reason !== undefined) stale.push({ slice, reason });
    }
    const removed = await removeOrphans(context, table, slices, outputs.keys());
    const built = await buildAll(context, table, select, code, batches(stale, found, context.workers), found, raw);
    const behind = context.days && table.dayMayChange ? leftBehind(context, table, all, code, outputs) : [];
    return { table: table.name, slices: slices.length, built, removed, behind };
  } finally {
    session.close();
  }
}

async function buildAll(
  context: TransformContext,
  table: Table,
  select: string,
  code: string,
  groups: Stale[][],
  found: readonly Route[],
  raw: RawObjects,
): Promise<Built[]> {
  const known = new Map(found.map((route) => [route.key, route]));
  const of = groups.reduce((sum, group) => sum + group.length, 0);
  // An object may feed several batches: its plain file goes when the last of them has read it.
  const uses = new Map<string, number>();
  for (const group of groups) for (const key of rawKeys(group, known)) uses.set(key, (uses.get(key) ?? 0) + 1);
  const built: Built[] = [];
  let next = 0;
  const halt = new AbortController();
  const worker = async (number: number) => {
    if (next >= groups.length) return;
    const session = await openSession(context);
    try {
      for (let group = groups[next++]; group && !halt.signal.aborted; group = groups[next++]) {
        const startedAt = new Date();
        const load = async (trust: boolean) => {
          const files: BatchFile[] = [];
          for (const key of rawKeys(group, known)) {
            const route = known.get(key);
            if (route)
              files.push({
                ...(await raw.file(key, tableNamed(context.catalog, route.feed), route.rows, trust)),
                singleDay: route.singleDay,
              });
          }
          return files;
        };
        const bench: BatchContext = {
          ...context,
          session,
          scratch: join(context.scratch, table.name, `worker-${number}`),
        };
        const slices = group.map((one) => one.slice);
        await context.inputs.verify(slices.flatMap((slice) => slice.inputs));
        const done = await trusting(load, (files) => buildBatch(bench, table, select, slices, files));
        for (const result of done)
          await enter(
            context,
            table,
            code,
            result,
            group.find((one) => one.slice === result.slice)?.reason ?? '',
            startedAt,
          );
        built.push(...done);
        for (const key of rawKeys(group, known)) {
          const left = (uses.get(key) ?? 1) - 1;
          uses.set(key, left);
          if (left === 0) await raw.drop([key]);
        }
        context.onProgress?.(table.name, built.length, of);
      }
    } catch (error) {
      halt.abort();
      throw error;
    } finally {
      session.close();
    }
  };
  // All have ended when this throws: nobody writes to a lake, or asks an engine, that the caller has closed.
  for (const ended of await Promise.allSettled(
    Array.from({ length: context.workers }, (_, number) => worker(number)),
  )) {
    if (ended.status === 'rejected') throw ended.reason;
  }
  return built;
}

function rawKeys(group: readonly Stale[], known: ReadonlyMap<string, Route>): string[] {
  return [...new Set(group.flatMap((one) => one.slice.inputs.map((input) => input.key)))]
    .filter((key) => known.has(key))
    .toSorted();
}

async function enter(
  { ledger, inputs }: TransformContext,
  table: Table,
  code: string,
  built: Built,
  reason: string,
  startedAt: Date,
): Promise<void> {
  inputs.made(sliceKey(table, built.slice.day), built.etag);
  await ledger.add({
    step: 'transform',
    table_name: table.name,
    slice: built.slice.day,
    action: 'built',
    reason,
    code,
    inputs: inputsHash(built.slice.inputs),
    input_keys: inputKeys(built.slice.inputs),
    rows_in: built.rowsIn,
    rows_out: built.rowsOut,
    rejected: built.rejected,
    duplicates: built.duplicates,
    bytes_out: built.bytesOut,
    output_etag: built.etag,
    started_at: startedAt,
    finished_at: new Date(),
  });
}
