/** Builds slices that have only grown: from what stands of them, and the records that were added. */
import { join } from 'node:path';
import * as z from 'zod';
import { identifier, literal, parquetFiles } from '../shared/duckdb.ts';
import type { Day } from '../shared/days.ts';
import { ObjectNotFound } from '../shared/ports/lake.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import type { Table } from '../shared/schema/table.ts';
import { duckdbType } from '../shared/schema/types.ts';
import { InputsChanged } from '../shared/slices/inputs.ts';
import type { SliceName } from '../shared/slices/staleness.ts';
import type { TransformSlice } from './grown.ts';
import type { Reject } from './rejects.ts';
import type { BatchContext } from './staging.ts';
import { preferred, sortKeys } from './statement.ts';
import { writeSlice, type Counts, type Written } from './write-slice.ts';

/** What stands of a slice: its rows in a file, its counts and its rejects. */
export interface Standing {
  readonly path: string;
  readonly counts: Counts;
  readonly rejects: readonly Reject[];
}

const rejectRow = z.object({
  feed: z.string(),
  object: z.string(),
  line: z.coerce.string().transform(Number),
  reasons: z.array(z.string()),
  messages: z.array(z.string()),
  record: z.string(),
});

/** What stands of a slice that has grown; undefined where it is not all there any more, and must be made of all. */
export async function readStanding(
  context: BatchContext,
  table: Table,
  { day, part, grown }: TransformSlice,
): Promise<Standing | undefined> {
  if (grown === undefined) return undefined;
  const { etag, rowsIn, rejected, duplicates } = grown;
  const rejects = rejected === 0 ? [] : await standingRejects(context, rejectsKey(context.catalog, table, day, part));
  if (rejects?.length !== rejected) return undefined;
  const path = await localCopy(context, sliceKey(table, day, part), etag);
  return path === undefined ? undefined : { path, counts: { staged: rowsIn, bad: rejected, duplicates }, rejects };
}

/** A file with the bytes of an object; undefined where it is gone, or has others. */
async function localCopy(
  { lake, inputs, scratch }: BatchContext,
  key: string,
  etag: string,
): Promise<string | undefined> {
  // Where the lake vouches for its etags, the copy is asked for on condition of this one.
  if (!lake.vouches && (await lake.head(key))?.etag !== etag) return undefined;
  try {
    await inputs.verify([{ key, etag }]);
    return await inputs.localPath(key, join(scratch, 'standing'));
  } catch (error) {
    if (error instanceof InputsChanged || error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

/** The rejects of a slice that stand; undefined where they are gone or cannot be read: they are made anew. */
async function standingRejects(context: BatchContext, key: string): Promise<Reject[] | undefined> {
  const noted = await context.lake.head(key);
  const path = noted === undefined ? undefined : await localCopy(context, key, noted.etag);
  if (path === undefined) return undefined;
  const rows = await context.session
    .rows(`SELECT feed, object, line, reasons, messages, record FROM ${parquetFiles([path])} WHERE line IS NOT NULL`)
    .catch(() => undefined);
  return z
    .array(rejectRow)
    .safeParse(rows)
    .data?.map((row) => ({ ...row, staged: true }));
}

/** The good rows that were added, those that stand, and how both are compared. */
function growth(table: Table, day: Day, path: string) {
  const columns = [...table.columns.map(({ name }) => name), 'dt'].map(identifier).join(', ');
  const key = table.primaryKey.map(identifier).join(', ');
  const added = `SELECT ${columns} FROM good WHERE dt = DATE ${literal(day)}`;
  // In the types that they were written in: a file of milliseconds is read as one of microseconds.
  const typed = table.columns.map(
    ({ name, type }) => `CAST(${identifier(name)} AS ${duckdbType(type)}) AS ${identifier(name)}`,
  );
  const standing = `SELECT ${typed.join(', ')}, dt FROM ${parquetFiles([path])}`;
  const losing = (place: number) => `SELECT ${key} FROM contested WHERE NOT _is_added AND _place = ${place}`;
  return {
    /** Rows of one key, one that was added and one that stands: 1 for the better one, for both where neither is. */
    contested: `CREATE OR REPLACE TEMP TABLE contested AS
SELECT *, rank() OVER (PARTITION BY ${key} ORDER BY ${preferred(table).join(', ')}) AS _place FROM (
  SELECT ${columns}, true AS _is_added FROM (${added}) SEMI JOIN (${standing}) USING (${key})
  UNION ALL SELECT ${columns}, false FROM (${standing}) SEMI JOIN (${added}) USING (${key}))`,
    /** Of each key one best row, or two that are alike: whichever is left, the rows are the same. Else none is best. */
    compared: `SELECT count(*) FILTER (WHERE NOT _is_added) AS contested,
  (SELECT count(*) FROM (SELECT DISTINCT ${columns} FROM contested WHERE _place = 1)) AS best,
  count(DISTINCT (${key})) AS keys FROM contested`,
    rows: `SELECT * FROM (
  SELECT ${columns} FROM (${added}) ANTI JOIN (${losing(1)}) USING (${key})
  UNION ALL SELECT ${columns} FROM (${standing}) ANTI JOIN (${losing(2)}) USING (${key}))
ORDER BY ${sortKeys(table)}`,
  };
}

/**
 * Writes a slice that has grown, from its records in `good` and what stands of it: the same bytes as if it were made of
 * all its records. Undefined, and nothing written, where an added record and one that stands share their key and only
 * the text of both would tell which counts.
 */
export async function growSlice(
  context: BatchContext,
  table: Table,
  slice: SliceName,
  counted: Counts,
  rejects: readonly Reject[],
  { path, counts, rejects: standing }: Standing,
): Promise<Written | undefined> {
  const { session } = context;
  const { contested, compared, rows } = growth(table, slice.day, path);
  await session.run(contested);
  try {
    const [found] = await session.rows(compared);
    if (Number(found?.['best']) > Number(found?.['keys'])) return undefined;
    const all = {
      staged: counts.staged + counted.staged,
      bad: counts.bad + counted.bad,
      duplicates: counts.duplicates + counted.duplicates + Number(found?.['contested']),
    };
    return await writeSlice(context, table, slice, all, [...standing, ...rejects], rows);
  } finally {
    await session.run('DROP TABLE contested');
  }
}
