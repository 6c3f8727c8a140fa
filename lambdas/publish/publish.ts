import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import type { DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import type { KnownResponse } from '../attribute/response/known-response.ts';
import type { Asking } from '../shared/asked-together.ts';
import { askedBeside } from './asked-beside.ts';
import { identifier, literal, parquetFiles, targetLiteral, textOf, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import { manifestKey, publicationPrefix } from '../shared/schema/site-keys.ts';
import { putSealed } from '../shared/sealed.ts';
import type { KnownDays } from './known-days.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import type { Standings } from '../shared/slices/ledger-rows.ts';
import { inputsOf, publishedCode, publishedColumns, publishedViews, shopOf } from './inputs.ts';
import { manifestSchema, manifestVersion, type Manifest, type PublishedFile } from './manifest-schema.ts';
import { readManifest } from './manifest.ts';
import { responseMarts, type FittedMart } from './response-marts.ts';

type Asked = Pick<DuckdbWarehouse, 'answerAll' | 'queryAll'>;

export interface PublishContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  /** The lake in SQL, asked only where something is to be published. */
  readonly withWarehouse: <T>(work: (warehouse: Asked) => Promise<T>) => Promise<T>;
  /** What each advertising channel's spend brings, learnt from the lake. */
  readonly responseOf: (asking: Asking) => Promise<KnownResponse>;
  readonly knownDaysOf: (asking: Asking) => Promise<KnownDays>;
  readonly session: Session;
  /** A folder for files on their way. */
  readonly scratch: string;
  readonly standings: Standings;
  /** What the checks of this state of the lake found. */
  readonly checks: readonly CheckResultsRow[];
  readonly profile: ShopProfile;
  /**
   * Removes files that neither the new manifest names nor the one that it replaces. On AWS nothing but erasure deletes:
   * there they stay.
   */
  readonly removesOld: boolean;
}

/**
 * What became of a publication. `withheld`: a check failed, and what was published before stays; `unchanged`: it is
 * published as it would be now, and nothing was written.
 */
export interface Publication {
  readonly state: 'published' | 'unchanged' | 'withheld';
  /** Checks that failed. */
  readonly failedChecks: number;
  readonly files: number;
  /** Of all files, bytes. */
  readonly bytes: number;
  readonly filesWritten: number;
}

const filesOf = (manifest: Manifest | undefined): PublishedFile[] =>
  Object.values(manifest?.marts ?? {}).flatMap(({ files }) => files);

const keyOf = ({ name }: Pick<PublishedFile, 'name'>) => `${publicationPrefix}${name}`;

function told(
  state: Publication['state'],
  manifest: Manifest | undefined,
  more: Partial<Publication> = {},
): Publication {
  const files = filesOf(manifest);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { state, failedChecks: 0, files: files.length, bytes, filesWritten: 0, ...more };
}

/** The first and the last day of each table. */
function tablesOf({ slices }: Standings): Manifest['tables'] {
  const tables: Record<string, { first: string; last: string; slices: number }> = {};
  for (const { table, day } of slices.toSorted((a, b) => (a.table < b.table ? -1 : 1))) {
    const known = (tables[table] ??= { first: day, last: day, slices: 0 });
    if (day < known.first) known.first = day;
    if (day > known.last) known.last = day;
    known.slices++;
  }
  return tables;
}

/** The part of the SHA-256 of its bytes that a file has in its name. */
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** What stands under the prefix of the publication, and which of its files have the bytes that their names tell. */
async function standing(lake: Lake): Promise<{ readonly all: Set<string>; readonly whole: Set<string> }> {
  const [all, whole] = [new Set<string>(), new Set<string>()];
  for await (const key of lake.keys(publicationPrefix)) {
    all.add(key);
    if (key.endsWith('.parquet') && key.endsWith(`-${digestOf(await lake.get(key))}.parquet`)) whole.add(key);
  }
  return { all, whole };
}

/**
 * Publishes the marts that dashboards read: small, without anything of one person, as SNAPPY Parquet that a browser
 * decodes.
 *
 * Files come first, each under a name that its bytes give; the manifest comes last. So a reader who has a manifest
 * finds just the files that belong together, whatever is published meanwhile. Where a check failed nothing is written:
 * a wrong figure is worse than an old one.
 */
export async function publish(context: PublishContext): Promise<Publication> {
  const { lake, catalog, standings, checks, profile, removesOld } = context;
  const before = await readManifest(lake);
  const failedChecks = checks.filter(({ severity, failures }) => severity === 'error' && failures > 0).length;
  if (failedChecks > 0) return told('withheld', before, { failedChecks });
  const code = publishedCode(catalog, engineVersion);
  const shop = shopOf(profile);
  const inputs = await inputsOf(lake, catalog, { standings, checks, code, shop });
  const { all, whole } = await standing(lake);
  if (before?.inputs === inputs && filesOf(before).every((file) => whole.has(keyOf(file))))
    return told('unchanged', before);
  const tables = tablesOf(standings);
  const { known, marts, filesWritten } = await makeMarts(context, whole);
  const { seen, spendFrom, unknownSpend, spendBegins, spendEnds } = known;
  const manifest = v.parse(manifestSchema, {
    version: manifestVersion,
    inputs,
    code,
    data_from: seen?.first ?? null,
    data_to: seen?.last ?? null,
    data_whole_to: seen?.whole ?? null,
    spend_from: spendFrom ?? null,
    unknown_spend: unknownSpend,
    spend_begins: spendBegins,
    spend_ends: spendEnds,
    shop,
    checks: {
      made: checks.length,
      warnings: checks
        .filter(({ failures }) => failures > 0)
        .map(({ check_name: name, table_name: table, failures, checked }) => ({ name, table, failures, checked }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
    tables,
    marts,
  });
  await putSealed(lake, manifestKey, Buffer.from(JSON.stringify(manifest)), { contentType: 'application/json' });
  if (removesOld) await removeOld(lake, all, [before, manifest]);
  return told('published', manifest, { filesWritten });
}

/** Writes the files of all marts that are not there yet, and asks which days the lake knows. */
function makeMarts(
  context: PublishContext,
  whole: ReadonlySet<string>,
): Promise<{ readonly known: KnownDays; readonly marts: Manifest['marts']; readonly filesWritten: number }> {
  const marts: Record<string, Manifest['marts'][string]> = {};
  let filesWritten = 0;
  return context.withWarehouse(async (warehouse) => {
    await mkdir(context.scratch, { recursive: true });
    const asking = askedBeside(warehouse, copiesOf(context));
    const publishViews = async (): Promise<void> => {
      for await (const { view, path } of asking.copied) {
        const { files, written } = await publishMart(context, view, path, whole);
        await rm(path);
        filesWritten += written;
        marts[view.name] = {
          use: view.publish ?? 'detail',
          columns: publishedColumns(view).map(({ name, glueType }) => ({ name, type: glueType })),
          rows: files.reduce((sum, { rows }) => sum + rows, 0),
          files,
        };
      }
    };
    // To fit responses is one thread's work: the engine answers the views meanwhile. A failure is thrown once all have
    // ended: nobody asks an engine that is closed.
    const works = [context.responseOf(asking), context.knownDaysOf(asking), publishViews()] as const;
    await Promise.allSettled(works);
    const [response, known] = await Promise.all(works);
    for (const mart of responseMarts(response)) {
      const { file, written } = await publishFitted(context, mart, whole);
      filesWritten += written;
      marts[mart.name] = { use: 'detail', columns: [...mart.columns], rows: file.rows, files: [file] };
    }
    return { known, marts, filesWritten };
  });
}

/** Puts a file where it is not there yet. @param month null for all of a mart */
async function putFile(
  lake: Lake,
  { mart, month, rows, path }: { mart: string; month: string | null; rows: number; path: string },
  there: ReadonlySet<string>,
): Promise<{ readonly file: PublishedFile; readonly written: 0 | 1 }> {
  const bytes = await readFile(path);
  const file = { name: `${mart}/${month ?? 'all'}-${digestOf(bytes)}.parquet`, month, rows, bytes: bytes.length };
  if (there.has(keyOf(file))) return { file, written: 0 };
  await lake.put(keyOf(file), bytes, { contentType: 'application/vnd.apache.parquet' });
  return { file, written: 1 };
}

/** The rows of each published view, and the file that they are to lie in. */
function copiesOf({ catalog, scratch }: PublishContext) {
  return publishedViews(catalog).map((view) => {
    const names = publishedColumns(view).map(({ name }) => name);
    const select = `SELECT ${names.join(', ')} FROM ${view.name}`;
    return { view, select, path: join(scratch, `${view.name}.parquet`), orderBy: view.sort };
  });
}

/** Writes the files of one view that are not there yet. @param whole has all its rows */
async function publishMart(
  { session, lake, scratch }: PublishContext,
  view: Table,
  whole: string,
  there: ReadonlySet<string>,
): Promise<{ readonly files: PublishedFile[]; readonly written: number }> {
  const part = join(scratch, `${view.name}-part.parquet`);
  const files: PublishedFile[] = [];
  let written = 0;
  for (const month of publishedColumns(view).some(({ name }) => name === 'day')
    ? await monthsOf(session, whole)
    : [null]) {
    const where = month === null ? 'true' : `strftime(day, '%Y-%m') = ${literal(month)}`;
    const order = view.sort.map(identifier).join(', ');
    const [row] = await session.rows(`SELECT count(*) AS n FROM ${parquetFiles([whole])} WHERE ${where}`);
    await session.run(
      `COPY (SELECT * FROM ${parquetFiles([whole])} WHERE ${where} ORDER BY ${order}) TO ` +
        `${targetLiteral(part)} (FORMAT parquet, COMPRESSION snappy)`,
    );
    const put = await putFile(lake, { mart: view.name, month, rows: Number(row?.['n']), path: part }, there);
    files.push(put.file);
    written += put.written;
  }
  await rm(part, { force: true });
  return { files, written };
}

/** Writes the one file of a fitted mart, where it is not there yet. */
async function publishFitted(
  { lake, session, scratch }: PublishContext,
  { name, columns, rows }: FittedMart,
  there: ReadonlySet<string>,
) {
  const [lines, path] = [join(scratch, `${name}.json`), join(scratch, `${name}.parquet`)];
  await writeFile(lines, JSON.stringify(rows));
  const types = columns.map((column) => `${column.name}: ${literal(duckdbType[column.type])}`).join(', ');
  const order = columns.slice(0, 2).map((column) => identifier(column.name));
  await session.run(
    `COPY (SELECT * FROM read_json(${literal(lines)}, format = 'array', columns = {${types}}) ORDER BY ${order.join(', ')})
    TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION snappy)`,
  );
  const put = await putFile(lake, { mart: name, month: null, rows: rows.length, path }, there);
  await rm(lines);
  await rm(path);
  return put;
}

const duckdbType = { string: 'VARCHAR', date: 'DATE', int: 'INTEGER', float: 'FLOAT', double: 'DOUBLE' } as const;

/** The months that a file has rows of, in order. */
async function monthsOf(session: Session, path: string): Promise<string[]> {
  const rows = await session.rows(
    `SELECT DISTINCT strftime(day, '%Y-%m') AS month FROM ${parquetFiles([path])} ORDER BY month`,
  );
  return rows.map(({ month }) => textOf(month));
}

/**
 * A reader who has the manifest from before goes on finding its files; who has an older one reads the manifest again.
 */
async function removeOld(
  lake: Lake,
  there: ReadonlySet<string>,
  manifests: readonly (Manifest | undefined)[],
): Promise<void> {
  const named = new Set([manifestKey, ...manifests.flatMap(filesOf).map(keyOf)]);
  for (const key of there) if (!named.has(key)) await lake.delete(key);
}
