import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  identifier,
  literal,
  parquetFiles,
  pathLiteral,
  targetLiteral,
  textOf,
  type Session,
} from '../shared/duckdb.ts';
import { dayOfKey, type Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { sliceKey, tableNamed, type Catalog, type Table } from '../shared/schema/catalog.ts';
import { duckdbType } from '../shared/schema/types.ts';
import type { Slice } from '../shared/slices/staleness.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import { inPlaces, records } from './batch-lines.ts';
import type { BatchFile } from './raw-objects.ts';
import { collectRejects, writeRejects, type Reject } from './rejects.ts';
import {
  goodStatement,
  helpers,
  duplicatesStatement,
  sliceSelect,
  stageStatement,
  type Described,
} from './statement.ts';
import { readUserAgent } from '../shared/user-agents.ts';

/** What building one slice came to. `rowsIn = rowsOut + rejected + duplicates`, or an error was thrown. */
export interface Built {
  readonly slice: Slice;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly bytesOut: number;
  readonly etag: string;
}

export interface BatchContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly session: Session;
  /** A folder of this batch alone. */
  readonly scratch: string;
  readonly key: PseudonymKey;
}

/** How many days back the last known rate of a currency counts: a long Easter has five days without one. */
export const rateDays = 10;

const dateLiteral = (day: Day | undefined) => (day === undefined ? 'NULL' : `DATE ${literal(day)}`);

/**
 * Gives every feed of the table its name in the session: `_record`, and `_at`, where the record stands: the file (its place in the
 * batch, from 1), the file's day and whether all its records are promised to be of that day.
 */
export async function stageInputs(
  context: BatchContext,
  table: Table,
  files: readonly BatchFile[],
  slices: readonly Slice[],
): Promise<void> {
  const { session, catalog } = context;
  const placed = inPlaces(files);
  await session.run(
    `SET VARIABLE file_keys = CAST([${files.map((file) => literal(file.key)).join(', ')}] AS VARCHAR[])`,
  );
  await session.run(`SET VARIABLE places = MAP(CAST([${placed.map((file) => literal(file.path)).join(', ')}] AS VARCHAR[]),
    CAST([${placed.map((file) => `(${file.place}, ${dateLiteral(dayOfKey(file.key))}, ${file.singleDay})`).join(', ')}] AS STRUCT(file INTEGER, day DATE, is_single_day BOOLEAN)[]))`);
  await session.run(
    `SET VARIABLE file_pages = CAST([${files.map(({ pages }) => `(${pages?.isFollowed ?? false}, ${pages?.isFirst ?? 'NULL'})`).join(', ')}] AS STRUCT(is_followed BOOLEAN, is_first BOOLEAN)[])`,
  );
  for (const { table: name } of table.reads) {
    if (tableNamed(catalog, name).zone !== 'raw') continue;
    const own = placed.filter((file) => file.feed.name === name && file.records > 0);
    await session.run(
      `CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS ${
        own.length > 0
          ? records(own)
          : "SELECT CAST(NULL AS VARCHAR) AS _record, { 'file': 0, 'day': CAST(NULL AS DATE), 'is_single_day': false } AS _at WHERE false"
      }`,
    );
  }
  await stageRates(context, table, slices);
}

/** The variable `rates`: for each day of the batch, and each that has versions of its records, the last known rate of each currency, in units for one euro, under `CHF 2025-01-31`. */
async function stageRates(
  { session, lake, scratch, catalog }: BatchContext,
  table: Table,
  slices: readonly Slice[],
): Promise<void> {
  const prefix = tableNamed(catalog, 'fx_rates').prefix;
  const keys = new Set(
    slices.flatMap((slice) => slice.inputs.map((input) => input.key).filter((key) => key.startsWith(prefix))),
  );
  const none = 'SET VARIABLE rates = MAP(CAST([] AS VARCHAR[]), CAST([] AS DOUBLE[]))';
  if (keys.size === 0 || !table.reads.some((input) => input.table === 'fx_rates')) return session.run(none);
  const days = [...new Set(slices.flatMap(({ day, rivals = [] }) => [day, ...rivals]))];
  const paths = await Promise.all([...keys].toSorted().map((key) => lake.localPath(key, join(scratch, 'rates'))));
  await session.run(`SET VARIABLE rates = (SELECT map_from_entries(list((name, rate))) FROM (
    SELECT currency || ' ' || CAST(day AS VARCHAR) AS name, CAST(arg_max(rate, rate_date) AS DOUBLE) AS rate
    FROM (VALUES ${days.map((day) => `(${dateLiteral(day)})`).join(', ')}) AS days(day)
    JOIN ${parquetFiles(paths)} AS r ON r.rate_date BETWEEN day - ${rateDays} AND day
    GROUP BY day, currency))`);
}

/** The columns that the SELECT gives. */
export async function describeSelect(session: Session, select: string): Promise<Described[]> {
  return (await session.rows(`DESCRIBE ${select}`)).map((row) => ({
    name: textOf(row['column_name']),
    type: textOf(row['column_type']),
  }));
}

/** `pseudonyms` and `user_agents`: what TypeScript knows of the values that stand in `staged`. */
async function stageLookups({ session, key }: BatchContext, table: Table): Promise<void> {
  await session.run('CREATE OR REPLACE TEMP TABLE pseudonyms (value VARCHAR, pseudonym VARCHAR)');
  const columns = table.columns.filter((column) => column.pseudonymise).map((column) => identifier(column.name));
  if (columns.length > 0) {
    const values = await distinct(
      session,
      `SELECT unnest([${columns.join(', ')}]) AS value FROM staged WHERE _reasons IS NULL`,
    );
    await append(
      session,
      'pseudonyms',
      values.flatMap((value) => (value === null ? [] : [[value, key.pseudonym(value)]])),
    );
  }
  const derived = table.columns.filter((column) => column.derive === 'user_agent');
  if (derived.length === 0) return;
  await session.run(
    `CREATE OR REPLACE TEMP TABLE user_agents (value VARCHAR, ${derived.map((c) => `${identifier(c.name)} ${duckdbType(c.type)}`).join(', ')})`,
  );
  const agents = await distinct(session, `SELECT ${helpers.userAgent} AS value FROM staged WHERE _reasons IS NULL`);
  await append(
    session,
    'user_agents',
    agents.map((agent) => {
      const read = new Map<string, string | boolean | null>(Object.entries(readUserAgent(agent)));
      return [agent, ...derived.map((column) => read.get(column.name) ?? null)];
    }),
  );
}

async function distinct(session: Session, select: string): Promise<(string | null)[]> {
  const rows = await session.rows(`SELECT DISTINCT value FROM (${select})`);
  return rows.map((row) => (typeof row['value'] === 'string' ? row['value'] : null));
}

async function append(
  session: Session,
  table: string,
  rows: readonly (readonly (string | boolean | null)[])[],
): Promise<void> {
  const appender = await session.connection.createAppender(table);
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else if (typeof value === 'boolean') appender.appendBoolean(value);
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** Every line of a file must have come out of the SELECT: a SELECT that loses records is a defect, not a reject. */
async function assertNothingLost({ session }: BatchContext, table: Table, files: readonly BatchFile[]): Promise<void> {
  if (table.rowsPerRecord === 'some') return;
  const seen = new Map(
    (await session.rows(`SELECT _file, count(*) AS n FROM staged GROUP BY _file`)).map((row) => [
      Number(row['_file']),
      Number(row['n']),
    ]),
  );
  for (const [i, file] of files.entries()) {
    const rows = seen.get(i + 1) ?? 0;
    if (table.rowsPerRecord === 'one' ? rows !== file.records : rows < file.records) {
      throw new Error(
        `${file.key} has ${file.records} records, but the SELECT of ${table.name} saw ${rows}. Nothing was written for its slices.`,
      );
    }
  }
}

/**
 * Builds a batch of slices of one table: stages the records of its raw files once, then writes each slice's rejects and rows,
 * each by one atomic put, sorted, ZSTD, with statistics.
 * @throws Error where a record is not accounted for; slices that were written before stay, and are right
 */
export async function buildBatch(
  context: BatchContext,
  table: Table,
  select: string,
  slices: readonly Slice[],
  files: readonly BatchFile[],
): Promise<Built[]> {
  const { session } = context;
  await mkdir(context.scratch, { recursive: true });
  await stageInputs(context, table, files, slices);
  const stage = stageStatement(table, select, await describeSelect(session, select));
  await session.run(stage);
  await assertNothingLost(context, table, files);
  await session.run(duplicatesStatement(table));
  await stageLookups(context, table);
  const counts = await countBySlice(session);
  const rejects = await collectRejects(session, table, slices, files, stage);
  const shared = slices.length > 1;
  await session.run(goodStatement(table, shared ? 'TABLE' : 'VIEW'));
  if (shared) await session.run('DROP TABLE staged');
  const built: Built[] = [];
  for (const slice of slices) {
    built.push(
      await writeSlice(
        context,
        table,
        slice,
        counts.get(slice.day) ?? { staged: 0, bad: 0, duplicates: 0 },
        rejects.get(slice.day) ?? [],
      ),
    );
  }
  await session.run(shared ? 'DROP TABLE good' : 'DROP VIEW good; DROP TABLE staged');
  return built;
}

interface Counts {
  readonly staged: number;
  readonly bad: number;
  readonly duplicates: number;
}

async function countBySlice(session: Session): Promise<Map<Day, Counts>> {
  const rows = await session.rows(`SELECT CAST(_slice AS VARCHAR) AS day, count(*) AS staged, count(_reasons) AS bad,
    (SELECT count(*) FROM duplicates AS l WHERE l._slice = s._slice) AS duplicates FROM staged AS s GROUP BY _slice`);
  return new Map(
    rows.map((row) => [
      textOf(row['day']),
      { staged: Number(row['staged']), bad: Number(row['bad']), duplicates: Number(row['duplicates']) },
    ]),
  );
}

async function writeSlice(
  context: BatchContext,
  table: Table,
  slice: Slice,
  counts: Counts,
  rejects: readonly Reject[],
): Promise<Built> {
  const { session, lake, scratch, catalog } = context;
  const path = join(scratch, `${table.name}-${slice.day}.parquet`);
  await session.run(
    `COPY (${sliceSelect(table, slice.day)}) TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
  const [written] = await session.rows(`SELECT sum(num_rows) AS n FROM parquet_file_metadata(${pathLiteral(path)})`);
  const rowsOut = Number(written?.['n']);
  // What could not be unpacked never reached `staged`.
  const rowsIn = counts.staged + rejects.filter((reject) => !reject.staged).length;
  const { duplicates } = counts;
  if (
    rowsIn !== rowsOut + rejects.length + duplicates ||
    counts.bad !== rejects.filter((reject) => reject.staged).length
  ) {
    await rm(path, { force: true });
    throw new Error(
      `${table.name} of ${slice.day} does not add up: ${rowsIn} records in, but ${rowsOut} rows out + ${rejects.length} rejected + ${duplicates} duplicates. Nothing was written for it.`,
    );
  }
  await writeRejects(lake, catalog, table, slice.day, rejects);
  const bytesOut = (await stat(path)).size;
  const { etag } = await lake.putFile(sliceKey(table, slice.day), path, {
    contentType: 'application/vnd.apache.parquet',
    metadata: { rows: String(rowsOut) },
  });
  return { slice, rowsIn, rowsOut, rejected: rejects.length, duplicates, bytesOut, etag };
}
