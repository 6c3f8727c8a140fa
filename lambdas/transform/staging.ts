import { join } from 'node:path';
import { dayOfKey, type Day } from '../shared/days.ts';
import { identifier, literal, parquetFiles, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import type { Part } from '../shared/schema/parts.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Slice } from '../shared/slices/staleness.ts';
import { inPlaces, records, type PlacedFile } from './batch-lines.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import type { BatchFile } from './raw-objects.ts';
import { columnsFound, columnsOf } from './select-columns.ts';
import { partedRecords } from './record-selects.ts';
import { stageStatement, withoutStatement } from './statement.ts';
import type { Described } from './described.ts';

/** What works on a batch: a session of its own, and a folder of its own. */
export interface BatchContext {
  readonly lake: Lake;
  readonly inputs: Pick<Inputs, 'localPath' | 'verify'>;
  readonly catalog: Catalog;
  readonly session: Session;
  /** The columns that SELECTs are known to give. */
  readonly described: Map<string, readonly Described[]>;
  /** A folder of this session alone. */
  readonly scratch: string;
  readonly key: PseudonymKey;
}

/** Lends a context to some work. */
export type AtWork = <T>(work: (context: BatchContext) => Promise<T>) => Promise<T>;

const dateLiteral = (day: Day | undefined) => (day === undefined ? 'NULL' : `DATE ${literal(day)}`);

/**
 * Gives every feed of the table its name in the session: `_record`, and `_at`, where the record stands: the file (its
 * place in the batch, from 1), the file's day and whether all its records are promised to be of that day.
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
    'SET VARIABLE file_pages = ' +
      `CAST([${files.map(({ pages }) => `(${pages?.isFollowed ?? false}, ${pages?.isFirst ?? 'NULL'})`).join(', ')}] ` +
      'AS STRUCT(is_followed BOOLEAN, is_first BOOLEAN)[])',
  );
  for (const { table: name } of table.reads) {
    if (tableNamed(catalog, name).zone !== 'raw') continue;
    const own = placed.filter((file) => file.feed.name === name && file.records > 0);
    const part = slices[0]?.part;
    await session.run(
      `CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS ${
        own.length > 0
          ? part === undefined
            ? records(own)
            : `SELECT _record, _at FROM (${partedRecords(table, part, records(own))}) WHERE _is_own`
          : "SELECT CAST(NULL AS VARCHAR) AS _record, { 'file': 0, 'day': CAST(NULL AS DATE), 'is_single_day': false } AS _at WHERE false"
      }`,
    );
  }
  await stageRates(context, table, slices);
}

/**
 * The variable `rates`: for each day of the batch, and each that has versions of its records, the last known rate of
 * each currency, in units for one euro, under `CHF 2025-01-31`. How many days back one counts is the table's own
 * window: a long Easter has five days without one.
 */
async function stageRates(
  { session, inputs, scratch, catalog }: BatchContext,
  table: Table,
  slices: readonly Slice[],
): Promise<void> {
  const prefix = tableNamed(catalog, 'fx_rates').prefix;
  const window = table.reads.find((input) => input.table === 'fx_rates');
  const keys = new Set(
    slices.flatMap((slice) => slice.inputs.map((input) => input.key).filter((key) => key.startsWith(prefix))),
  );
  const none = 'SET VARIABLE rates = MAP(CAST([] AS VARCHAR[]), CAST([] AS DOUBLE[]))';
  if (keys.size === 0 || window === undefined) return session.run(none);
  const days = [...new Set(slices.flatMap(({ day, rivals = [] }) => [day, ...rivals]))];
  const paths = await Promise.all([...keys].toSorted().map((key) => inputs.localPath(key, join(scratch, 'rates'))));
  await session.run(`SET VARIABLE rates = (SELECT map_from_entries(list((name, rate))) FROM (
    SELECT currency || ' ' || CAST(day AS VARCHAR) AS name, CAST(arg_max(rate, rate_date) AS DOUBLE) AS rate
    FROM (VALUES ${days.map((day) => `(${dateLiteral(day)})`).join(', ')}) AS days(day)
    JOIN ${parquetFiles(paths)} AS r ON r.rate_date BETWEEN day + ${window.from} AND day + ${window.to}
    GROUP BY day, currency))`);
}

/** The columns that a SELECT gives, where that is known without asking the engine. */
export const knownColumns = (
  { described }: Pick<BatchContext, 'described'>,
  select: string,
): readonly Described[] | undefined => described.get(select) ?? columnsFound(select);

/** The columns that the SELECT gives, over the inputs that are staged. */
export async function describeSelect(context: BatchContext, select: string): Promise<readonly Described[]> {
  const columns = knownColumns(context, select) ?? (await columnsOf(context.session, select));
  context.described.set(select, columns);
  return columns;
}

/**
 * How many of each file's records are in a part of the day, by the files' places; all where there is no part. All lines
 * are counted, too: what another part misses of a file this one would not see.
 * @throws Error where a file has not the lines that its writer promised
 */
export async function countRecords(
  session: Session,
  files: readonly PlacedFile[],
  parted = (lines: string) => `SELECT _at, true AS _is_own FROM (${lines})`,
): Promise<ReadonlyMap<number, number>> {
  const read = files.filter((file) => file.records > 0);
  const rows =
    read.length === 0
      ? []
      : await session.rows(
          'SELECT _at.file AS file, count(*) AS n, count(*) FILTER (WHERE _is_own) AS own FROM ' +
            `(${parted(records(read))}) GROUP BY 1`,
        );
  const found = new Map(rows.map((row) => [Number(row['file']), row]));
  for (const { key, place, records: expected } of files) {
    const n = Number(found.get(place)?.['n'] ?? 0);
    if (n !== expected)
      throw new Error(`${key} has ${expected} records, but ${n} were read. Nothing was written for its slices.`);
  }
  return new Map([...found].map(([place, { own = 0 }]) => [place, Number(own)]));
}

/** Every line of a file must have come out of the SELECT: a SELECT that loses records is a defect, not a reject. */
async function assertNothingLost(
  { session }: BatchContext,
  table: Table,
  files: readonly BatchFile[],
  part: Part | undefined,
): Promise<void> {
  if (table.rowsPerRecord === 'some') return;
  const own =
    part === undefined
      ? undefined
      : await countRecords(session, inPlaces(files), (lines) => partedRecords(table, part, lines));
  const seen = new Map(
    (await session.rows(`SELECT _file, count(*) AS n FROM staged GROUP BY _file`)).map((row) => [
      Number(row['_file']),
      Number(row['n']),
    ]),
  );
  for (const [i, file] of files.entries()) {
    const [rows, promised] = [seen.get(i + 1) ?? 0, own === undefined ? file.records : (own.get(i + 1) ?? 0)];
    if (table.rowsPerRecord === 'one' ? rows !== promised : rows < promised) {
      throw new Error(
        `${file.key} has ${promised} records, but the SELECT of ${table.name} saw ${rows}. Nothing was ` +
          'written for its slices.',
      );
    }
  }
}

/**
 * Stages every record of the files (where the slices are a part of a day, those of this part) in the table `staged`,
 * judged, and answers with the statement that did it.
 * @throws Error where the SELECT lost a record
 */
export async function stage(
  context: BatchContext,
  table: Table,
  select: string,
  slices: readonly Slice[],
  files: readonly BatchFile[],
): Promise<string> {
  await stageInputs(context, table, files, slices);
  const statement = stageStatement(table, select, await describeSelect(context, select));
  await context.session.run(statement);
  const without = withoutStatement(table);
  if (without !== undefined) await context.session.run(without);
  await assertNothingLost(context, table, files, slices[0]?.part);
  return statement;
}
