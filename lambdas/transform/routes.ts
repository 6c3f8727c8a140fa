import { z } from 'zod';
import { textOf } from '../shared/duckdb.ts';
import { dayOfKey, isDay, type Day } from '../shared/days.ts';
import { ObjectNotFound, type Lake, type LakeObject } from '../shared/ports/lake.ts';
import { tableNamed, type Table } from '../shared/schema/catalog.ts';
import { routesKey } from '../shared/schema/ops-keys.ts';
import { replacedParts } from '../shared/slices/joins.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import type { Listings } from '../shared/slices/listings.ts';
import { stageInputs, type BatchContext } from './staging.ts';
import { isPart, trusting, type BatchFile, type RawObjects } from './raw-objects.ts';

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
}

const routesDocument = z.object({
  /** What found them: another SELECT may give a record another day. */
  code: z.string(),
  /** SHA-256 of the routes as they were written: a wrong day would lose records. */
  checksum: z.string(),
  routes: z.array(
    z.object({
      key: z.string(),
      feed: z.string(),
      etag: z.string(),
      size: z.number(),
      rows: z.number().optional(),
      singleDay: z.boolean(),
      days: z.array(z.string().refine(isDay)),
    }),
  ),
});

const checksumOf = (found: readonly Route[]) =>
  codeVersion(
    ...found.map(({ key, feed, etag, size, rows, singleDay, days }) =>
      JSON.stringify([key, feed, etag, size, rows ?? null, singleDay, days]),
    ),
  );

/** What the same code found before; anything else is found out again. */
async function remembered(lake: Lake, table: Table, code: string): Promise<Map<string, Route>> {
  try {
    const document = routesDocument.parse(JSON.parse((await lake.get(routesKey(table))).toString('utf8')));
    return document.code !== code || document.checksum !== checksumOf(document.routes)
      ? new Map()
      : new Map(document.routes.map((route) => [`${route.key}@${route.etag}`, route]));
  } catch (error) {
    if (error instanceof ObjectNotFound || error instanceof SyntaxError || error instanceof z.ZodError)
      return new Map();
    throw error;
  }
}

/** Objects looked into at a time: their plain files take disk. */
const group = 64;

/**
 * For every raw object of the table's feeds, the days it has records for. An object whose writer promised one day has that day;
 * any other (a CRM export re-sends old orders, a person drops in three months at once) is looked into once per etag and code.
 * What was found is kept under `ops/routes/`, and can be removed at any time.
 */
export async function routes(
  context: BatchContext,
  table: Table,
  select: string,
  code: string,
  raw: RawObjects,
  listings: Listings,
): Promise<Route[]> {
  const { lake, catalog } = context;
  const known = await remembered(lake, table, code);
  const isReplaced = await replacedParts(lake);
  const found: Route[] = [];
  const unknown: { object: LakeObject; feed: Table; rows: number | undefined }[] = [];
  for (const { table: name } of table.reads) {
    const feed = tableNamed(catalog, name);
    if (feed.zone !== 'raw') continue;
    for (const object of await listings.of(feed.prefix)) {
      const day = dayOfKey(object.key);
      if (day === undefined || isReplaced(object)) continue;
      const route = known.get(`${object.key}@${object.etag}`);
      if (route) {
        found.push(route);
        continue;
      }
      const { rows, singleDay } = await raw.promised(object);
      const { key, etag, size } = object;
      if (singleDay && table.rowsPerRecord !== 'some')
        found.push({ key, feed: name, etag, size, rows, singleDay, days: [day] });
      else unknown.push({ object, feed, rows });
    }
  }
  for (let i = 0; i < unknown.length; i += group)
    found.push(...(await lookInto(context, table, select, raw, unknown.slice(i, i + group))));
  const sorted = found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (found.length !== known.size || unknown.length > 0)
    await lake.put(routesKey(table), JSON.stringify({ code, checksum: checksumOf(sorted), routes: sorted }), {
      contentType: 'application/json',
    });
  return sorted;
}

async function lookInto(
  context: BatchContext,
  table: Table,
  select: string,
  raw: RawObjects,
  objects: readonly { object: LakeObject; feed: Table; rows: number | undefined }[],
): Promise<Route[]> {
  const load = async (trust: boolean) => {
    const files: BatchFile[] = [];
    for (const { object, feed, rows } of objects)
      files.push({ ...(await raw.file(object.key, feed, rows, trust)), singleDay: false });
    return files;
  };
  return trusting(load, async (files) => {
    await stageInputs(context, table, files, []);
    const rows = await context.session.rows(
      `SELECT DISTINCT _at.file AS file, CAST(coalesce(CAST(dt AS DATE), _at.day) AS VARCHAR) AS day FROM (${select})`,
    );
    return objects.map(({ object: { key, etag, size }, feed, rows: promised }, i) => {
      const days = new Set(rows.filter((row) => Number(row['file']) === i + 1).map((row) => textOf(row['day'])));
      const day = dayOfKey(key);
      const file = files[i];
      // What is wrong with an object as a whole is told in the slice of its folder's day.
      if (day !== undefined && file && table.rowsPerRecord !== 'some' && (file.problems.length > 0 || isPart(file)))
        days.add(day);
      return { key, feed: feed.name, etag, size, rows: promised, singleDay: false, days: [...days].toSorted() };
    });
  });
}
