import * as z from 'zod';
import { textOf } from '../shared/duckdb.ts';
import { dayOfKey, isDay, type Day } from '../shared/days.ts';
import type { Lake, LakeObject } from '../shared/ports/lake.ts';
import { jsonObject } from '../shared/json-object.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { routesKey } from '../shared/schema/ops-keys.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Listings } from '../shared/slices/listings.ts';
import { inPlaces } from './batch-lines.ts';
import { countRecords, stageInputs, type AtWork, type BatchContext } from './staging.ts';
import { isPart, trusting, type RawObject, type RawObjects } from './raw-objects.ts';
import { RecordDays, type Seals } from './record-days.ts';
import { recordsSelect } from './record-selects.ts';

/** A raw object and the days of a table that it has records for. */
export interface Route {
  readonly key: string;
  readonly feed: string;
  readonly etag: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Records that its writer promised. */
  readonly rows?: number | undefined;
  readonly singleDay: boolean;
  readonly days: readonly Day[];
  /** The days that have other versions of its records: their slices read it too, to know which version is the last. */
  readonly rivals: readonly Day[];
}

/** What is known of the raw objects of a table. */
export interface Routes {
  readonly routes: readonly Route[];
  /** For each day that has versions of a record of another day, these other days. */
  readonly moves: Readonly<Record<Day, readonly Day[]>>;
}

const daysOf = z.array(z.string().refine(isDay));

const routesDocument = z.object({
  /** What found them: another SELECT may give a record another day. */
  code: z.string(),
  /** SHA-256 of what follows as it was written: a wrong day would lose records. */
  checksum: z.string(),
  routes: z.array(
    z.object({
      key: z.string(),
      feed: z.string(),
      etag: z.string(),
      size: z.number(),
      rows: z.number().optional(),
      singleDay: z.boolean(),
      days: daysOf,
      rivals: daysOf,
    }),
  ),
  moves: z.record(z.string(), daysOf),
  /** Of the table's record days, by month. */
  seals: z.record(z.string(), z.string()),
});

/** What is remembered of an earlier look. */
interface Remembered extends Routes {
  readonly seals: Seals;
}

const checksumOf = ({ routes: found, moves, seals }: Remembered) =>
  codeVersion(
    ...found.map(({ key, feed, etag, size, rows, singleDay, days: own, rivals }) =>
      JSON.stringify([key, feed, etag, size, rows ?? null, singleDay, own, rivals]),
    ),
    JSON.stringify([Object.entries(moves), Object.entries(seals)]),
  );

/** What the same code found before; anything else is found out again. */
async function remembered(lake: Lake, table: Table, code: string): Promise<Remembered> {
  const document = await jsonObject(lake, routesKey(table), routesDocument);
  const isBelieved = document?.code === code && document.checksum === checksumOf(document);
  return isBelieved ? document : { routes: [], moves: {}, seals: {} };
}

/** A raw object that nothing is known of yet. */
interface Unknown extends RawObject, Pick<LakeObject, 'etag' | 'size'> {}

/**
 * Objects looked into at a time: to plan the SELECT takes as long as to read thousands of records. Their plain files
 * take disk, no more than those of a batch.
 */
const most = { objects: 512, bytes: 64 * 2 ** 20 };

/** Objects whose writers' promises are asked for at a time. */
const askedTogether = 32;

/** The objects, in their order, by so many as are looked into at a time. */
function* together(objects: readonly Unknown[]): Generator<readonly Unknown[]> {
  let group: Unknown[] = [];
  let bytes = 0;
  for (const object of objects) {
    if (group.length > 0 && (group.length === most.objects || bytes + object.size > most.bytes)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(object);
    bytes += object.size;
  }
  if (group.length > 0) yield group;
}

/**
 * For every raw object of the table's feeds, the days it has records for. An object whose writer promised one day has
 * that day; any other (a CRM export re-sends old orders, a person drops in three months at once) is looked into once
 * per etag and code. Where the day of a record may change, each is looked into for its records too. What was found is
 * kept under `ops/routes/`, and can be removed at any time.
 */
export async function routes(
  { lake, catalog, atWork }: Pick<BatchContext, 'lake' | 'catalog'> & { readonly atWork: AtWork },
  table: Table,
  select: string,
  tableCode: string,
  raw: RawObjects,
  listings: Listings,
): Promise<Routes> {
  const code = table.dayMayChange ? codeVersion(tableCode, recordsSelect(table, select)) : tableCode;
  const before = await remembered(lake, table, code);
  const known = new Map(before.routes.map((route) => [`${route.key}@${route.etag}`, route]));
  const found: Route[] = [];
  const unknown: Unknown[] = [];
  let recognised = 0;
  for (const { table: name } of table.reads) {
    const feed = tableNamed(catalog, name);
    if (feed.zone !== 'raw') continue;
    const fresh: { readonly object: LakeObject; readonly day: Day }[] = [];
    for (const object of await listings.raw(feed.prefix)) {
      const day = dayOfKey(object.key);
      if (day === undefined) continue;
      const route = known.get(`${object.key}@${object.etag}`);
      if (route) {
        found.push(route);
        recognised++;
      } else fresh.push({ object, day });
    }
    // A bucket takes some 20 ms for each answer, whatever else it is asked meanwhile.
    for (let at = 0; at < fresh.length; at += askedTogether) {
      const some = fresh.slice(at, at + askedTogether);
      const promises = await Promise.all(some.map(({ object }) => raw.promised(object)));
      for (const [i, { object, day }] of some.entries()) {
        const { rows, singleDay: isPromised = false } = promises[i] ?? {};
        const singleDay = isPromised && table.rowsPerRecord !== 'some';
        const { key, etag, size } = object;
        if (singleDay && !table.dayMayChange)
          found.push({ key, feed: name, etag, size, rows, singleDay, days: [day], rivals: [] });
        else unknown.push({ key, etag, size, feed, rows, singleDay });
      }
    }
  }
  // As many as before is not the same as before: an object may have been written anew under its key.
  if (recognised === known.size && found.length === recognised && unknown.length === 0) return before;
  const now = await atWork((context) => foundOut(context, table, select, raw, before, found, unknown));
  await lake.put(routesKey(table), JSON.stringify({ code, checksum: checksumOf(now), ...now }), {
    contentType: 'application/json',
  });
  return now;
}

/** Looks into the objects of which nothing is known, and holds their records against all others. */
async function foundOut(
  context: BatchContext,
  table: Table,
  select: string,
  raw: RawObjects,
  before: Remembered,
  found: readonly Route[],
  unknown: readonly Unknown[],
): Promise<Remembered> {
  const recordDays = table.dayMayChange ? await RecordDays.open(context, table, before.seals) : undefined;
  const kept = found.filter(({ key }) => recordDays?.has(key) ?? true);
  const isKept = new Set(kept.map(({ key }) => key));
  const asked = [
    ...unknown,
    ...found
      .filter(({ key }) => !isKept.has(key))
      .map((route) => ({ ...route, rows: route.rows, feed: tableNamed(context.catalog, route.feed) })),
  ];
  const looked: Route[] = [];
  for (const objects of together(asked))
    looked.push(...(await lookInto(context, table, select, raw, objects, recordDays)));
  const all = [...kept, ...looked].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (recordDays === undefined) return { routes: all, moves: {}, seals: {} };
  const gone = before.routes.filter(({ key }) => !isKept.has(key));
  const moves = await recordDays.moves(gone.length > 0 ? [...isKept] : undefined);
  return {
    routes: all.map((route) => {
      const own = new Set(route.days);
      return { ...route, rivals: (moves.objects.get(route.key) ?? []).filter((day) => !own.has(day)) };
    }),
    moves: moves.days,
    seals: await recordDays.save([...gone, ...asked], all, gone.length > 0 ? [...isKept] : undefined),
  };
}

/** The days of records that are in these objects. */
async function lookInto(
  context: BatchContext,
  table: Table,
  select: string,
  raw: RawObjects,
  objects: readonly Unknown[],
  recordDays: RecordDays | undefined,
): Promise<Route[]> {
  return trusting(raw.load(objects), async (files) => {
    await stageInputs(context, table, files, []);
    // Where an object has not the records that its writer promised, that is a fault to be told in the slice of its
    // folder's day: seen here, or a slice that has none of its records would not be asked.
    if (table.rowsPerRecord !== 'some')
      await countRecords(
        context.session,
        inPlaces(files).filter(({ onTrust }) => onTrust),
      );
    const seen = recordDays
      ? await recordDays.look(select, objects)
      : await context.session.rows(
          'SELECT DISTINCT _at.file AS file, CAST(coalesce(CAST(dt AS DATE), _at.day) AS VARCHAR) AS day FROM ' +
            `(${select})`,
        );
    const daysOfFiles = objects.map(() => new Set<Day>());
    for (const row of seen) daysOfFiles[Number(row['file']) - 1]?.add(textOf(row['day']));
    return objects.map(({ key, etag, size, feed, rows, singleDay }, i) => {
      const days = new Set(daysOfFiles[i]);
      const day = dayOfKey(key);
      const file = files[i];
      // What is wrong with an object as a whole is told in the slice of its folder's day.
      const isTold = table.rowsPerRecord !== 'some' && file && (file.problems.length > 0 || isPart(file));
      if (day !== undefined && (singleDay || isTold)) days.add(day);
      return { key, feed: feed.name, etag, size, rows, singleDay, days: [...days].toSorted(), rivals: [] };
    });
  });
}
