import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { relationOf, viewOf } from '../../../lambdas/model/relations.ts';
import { openEngine, parquetFiles } from '../../../lambdas/shared/duckdb.ts';
import { LakeUnavailable, ObjectNotFound, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { whole, type AnswerRow, type Relation } from '../../../lambdas/shared/ports/warehouse.ts';
import { sliceKey } from '../../../lambdas/shared/schema/slice-key.ts';
import { tableNamed, type Catalog } from '../../../lambdas/shared/schema/catalog.ts';
import type { Table } from '../../../lambdas/shared/schema/table.ts';
import { checkedRun, isLandReject, rejectsKey } from '../../../lambdas/shared/schema/ops-keys.ts';
import type { Standings } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from './duckdb-warehouse.ts';
import { isClosed } from '../lake/errors.ts';
import { isAtWork, isFolder } from '../lake/at-work.ts';
import { standingsOf } from './lake-standings.ts';
import { UnreadableTable } from './sandbox.ts';

/** How the lake is opened. */
export interface OpenOptions {
  /** What the ledger says, where that is known already; else it is read. */
  readonly standings?: Standings;
  /** Hears of what a reader should know, in words. */
  readonly onWarning?: (line: string) => void;
  /** Shows the text of rejects as it came, which may name people. */
  readonly direct?: boolean;
  /** Where objects go that must be fetched before they are read; none where the lake's objects are files. */
  readonly scratch?: string;
  /** Keeps from queries what tells one person from another: for readers who are none of the shop's own. */
  readonly withholdsPersons?: boolean;
  /** What the engine of a query may take. */
  readonly memoryLimitMb?: number;
}

/** The lake's tables and views, as Athena's catalogue has them: of slices, those that the ledger names. */
export async function relationsOf(
  lake: Lake,
  catalog: Catalog,
  standings: Standings,
  shown: { readonly direct?: boolean } = {},
): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const table of catalog.values()) {
    if (table.zone === 'raw') continue;
    relations.push(
      table.isView
        ? viewOf(table)
        : { ...relationOf(table, await keysOf(lake, catalog, table, standings), shown), location: addressOf(lake) },
    );
  }
  return relations;
}

/** The address of a lake, as those who read its objects call it. */
const addressOf = (lake: Lake): string => (isFolder(lake) ? pathToFileURL(lake.location).href : lake.location);

async function keysOf(lake: Lake, catalog: Catalog, table: Table, { slices, keys }: Standings): Promise<string[]> {
  switch (table.name) {
    case 'pipeline_runs':
      return [...keys];
    case 'check_results':
      return keysWhere(lake, table, (key) => checkedRun(key) !== undefined);
    case 'rejects':
      return [
        ...slices
          .filter(({ table: name, rejected }) => rejected > 0 && catalog.has(name))
          .map((slice) => rejectsKey(catalog, tableNamed(catalog, slice.table), slice.day, slice.part)),
        ...(await keysWhere(lake, table, isLandReject)),
      ].toSorted();
    default:
      return slices
        .filter((slice) => slice.table === table.name)
        .map(({ day, part }) => sliceKey(table, day, part))
        .toSorted();
  }
}

/**
 * The keys alone: a query asks for no sizes and etags, and a listing that has them reads a note for every object. A
 * folder into which this person may not look stands for what is in it: who asks for it is told so, and all other tables
 * answer.
 */
async function keysWhere(lake: Lake, table: Table, isWanted: (key: string) => boolean): Promise<string[]> {
  const keys: string[] = [];
  try {
    for await (const key of lake.keys(table.prefix)) if (isWanted(key)) keys.push(key);
  } catch (error) {
    if (!isClosed(error)) throw error;
    return [table.prefix];
  }
  return keys;
}

/** Whether a column tells one person from another, as its schema says. */
export const isPersonal = (catalog: Catalog, relation: string, column: string): boolean =>
  catalog.get(relation)?.columns.some(({ name, pii }) => name === column && pii !== undefined) === true;

function commentOf(catalog: Catalog, relation: string, column: string): string | undefined {
  const table = catalog.get(relation);
  return column === 'dt' ? table?.partition : table?.columns.find(({ name }) => name === column)?.comment;
}

/** No Parquet object is smaller: it begins and ends with four letters, and tells its length. */
const smallest = 12;

/** An object that is replaced each time while it is read is no accident. */
const mostTries = 4;

/**
 * Opens a warehouse over the lake. What a bucket holds is fetched as it is asked for, and gone at the end.
 * @throws LakeUnavailable where the ledger cannot be believed
 */
export async function withWarehouse<T>(
  lake: Lake,
  catalog: Catalog,
  work: (warehouse: DuckdbWarehouse) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  if (isFolder(lake) || options.scratch !== undefined) return withWarehouseIn(lake, catalog, work, options);
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-bucket-'));
  try {
    return await withWarehouseIn(lake, catalog, work, { ...options, scratch });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The relations of a lake, and where each object of them lies. */
export interface VerifiedRelations {
  readonly relations: readonly Relation[];
  /** The path of an object that is there, and by its note is the one that the ledger tells. @throws LakeUnavailable */
  readonly resolve: (key: string) => Promise<string>;
  /** The error of an object without which an answer would be wrong, which is kept. */
  readonly refuse: (key: string, problem: string) => LakeUnavailable;
  /** The last of these errors: an engine may lose it on its way. */
  refused: LakeUnavailable | undefined;
}

/**
 * Opens what the ledger names, object by object as each is asked for.
 * @throws LakeUnavailable where the ledger cannot be believed
 */
export async function verifiedRelations(
  lake: Lake,
  catalog: Catalog,
  options: OpenOptions = {},
): Promise<VerifiedRelations> {
  const scratch = options.scratch ?? '';
  const standings =
    options.standings ?? (await standingsOf(lake, catalog, scratch, options.onWarning ?? (() => undefined)));
  const named = new Map(
    standings.slices
      .filter(({ table }) => catalog.has(table))
      .map((slice) => [sliceKey(tableNamed(catalog, slice.table), slice.day, slice.part), slice]),
  );
  const verified: VerifiedRelations = {
    relations: await relationsOf(lake, catalog, standings, options),
    refused: undefined,
    refuse: (key, problem) =>
      (verified.refused = new LakeUnavailable(
        `${key} of the lake in ${lake.location} ${problem}. Without it the answer would be wrong: "sillage ` +
          'run --verify" finds what is damaged or missing, and builds it again.',
      )),
    // While a run is at work, a slice may be newer than its row.
    resolve: async (key) => {
      if (key.endsWith('/'))
        throw (verified.refused = new LakeUnavailable(
          `You may not look into ${key} of the lake in ${lake.location}: its owner may, who runs the pipeline.`,
        ));
      const path = await lake.localPath(key, scratch).catch((error: unknown): never => {
        throw error instanceof ObjectNotFound ? verified.refuse(key, 'is missing, though the ledger names it') : error;
      });
      const { size } = statSync(path);
      if (size < smallest) throw verified.refuse(key, 'is empty');
      const slice = named.get(key);
      const head = slice && (await lake.head(key));
      if (slice === undefined || head?.etag === slice.etag) return path;
      const isNewer = (await isAtWork(lake)) && head?.metadata['rows'] !== undefined;
      if (!isNewer)
        throw verified.refuse(
          key,
          size === slice.bytes
            ? 'is not what the ledger tells'
            : `has ${size} bytes in place of the ${slice.bytes} that the ledger tells`,
        );
      return path;
    },
  };
  return verified;
}

async function withWarehouseIn<T>(
  lake: Lake,
  catalog: Catalog,
  work: (warehouse: DuckdbWarehouse) => Promise<T>,
  options: OpenOptions,
): Promise<T> {
  const scratch = options.scratch ?? '';
  const verified = await verifiedRelations(lake, catalog, options);
  const { relations, resolve } = verified;
  const warehouse = await duckdbWarehouse({
    relations,
    resolve,
    comment: (relation, column) => commentOf(catalog, relation, column),
    threads: availableParallelism(),
    tempDirectory: absolute(options.scratch ?? tmpdir(), `sillage-spill-${process.pid}`),
    ...(options.memoryLimitMb !== undefined && { memoryLimitMb: options.memoryLimitMb }),
    ...(options.withholdsPersons === true && {
      isWithheld: (relation: string, column: string) => isPersonal(catalog, relation, column),
    }),
  });
  try {
    const stream: DuckdbWarehouse['stream'] = async (sql, limits) => {
      verified.refused = undefined;
      const answer = await warehouse.stream(sql, limits);
      async function* told(): AsyncGenerator<readonly AnswerRow[]> {
        let { rows } = answer;
        for (let tries = 1; ; tries++)
          try {
            yield* rows;
            return;
          } catch (error) {
            if (verified.refused !== undefined || !(error instanceof UnreadableTable)) throw verified.refused ?? error;
            const key = await unreadableKey(lake, relations, scratch, error);
            if (key === undefined && isOfColumns(error)) throw (verified.refused = otherRelease(lake, error));
            if (key !== undefined || tries === mostTries)
              throw verified.refuse(key ?? `an object of ${error.table}`, 'cannot be read');
            // A run has replaced the object while it was read, before any row came of it.
            rows = (await warehouse.stream(sql, limits)).rows;
          }
      }
      return { ...answer, rows: told() };
    };
    const query: DuckdbWarehouse['query'] = async (sql, limits) => whole(await stream(sql, limits));
    return await work({
      queryAll: async (selects) => {
        try {
          return await warehouse.queryAll(selects);
        } catch {
          // Asked one by one, the one that fails tells of which object.
          const answers = [];
          for (const select of selects) answers.push(await query(select));
          return answers;
        }
      },
      answerAll: (...given) => warehouse.answerAll(...given),
      copyEach: (...given) => warehouse.copyEach(...given),
      close: () => warehouse.close(),
      stream,
      query,
    });
  } finally {
    await warehouse.close();
  }
}

/** Whether a table's objects are whole, but have other columns than the schema of this release. */
const isOfColumns = ({ message }: UnreadableTable) => /\bBinder Error\b/.test(message);

const otherRelease = (lake: Lake, { table }: UnreadableTable) =>
  new LakeUnavailable(
    `${table} of the lake in ${lake.location} was built by another release of Sillage, with other columns: ` +
      '"sillage run" builds it again.',
  );

/**
 * Which of a table's objects the engine cannot read: each is tried alone, since its own words may tell none. Undefined
 * where it can read each of them by now.
 */
async function unreadableKey(
  lake: Lake,
  relations: readonly Relation[],
  scratch: string,
  { table }: UnreadableTable,
): Promise<string | undefined> {
  const relation = relations.find(({ name }) => name === table);
  const engine = await openEngine({ threads: 1, memoryMb: 400, spill: tmpdir() });
  const session = await engine.connect();
  try {
    for (const key of relation?.kind === 'table' ? relation.keys : []) {
      try {
        await session.run(
          `CREATE OR REPLACE TEMP TABLE tried AS FROM ${parquetFiles([await lake.localPath(key, scratch)])}`,
        );
      } catch {
        // This is the one that was looked for.
        return key;
      }
    }
    return undefined;
  } finally {
    session.close();
    engine.close();
  }
}
