/**
 * A real Trino over a lake's own files: what the ledger names, in the columns that a query sees, and nothing to write
 * to.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { identifier, literal } from '../../lambdas/shared/duckdb.ts';
import { type Lake, LakeUnavailable } from '../../lambdas/shared/ports/lake.ts';
import { type Relation, WarehouseUnavailable } from '../../lambdas/shared/ports/warehouse.ts';
import { createView } from '../../lambdas/shared/schema/athena-ddl.ts';
import type { Catalog } from '../../lambdas/shared/schema/catalog.ts';
import { isPersonal, type VerifiedRelations, verifiedRelations } from '../embedded/warehouse/lake-warehouse.ts';
import { catalog as catalogName, database } from '../embedded/warehouse/trino/names.ts';
import { accessRules, owner } from './access.ts';
import { ask, TrinoFailed } from './client.ts';
import { findTrino } from './release.ts';
import { overFiles, startTrino } from './server.ts';
import { viewsInOrder } from './views.ts';

export interface TrinoOptions {
  /** Hears what is under way, and what a reader should know, in words. */
  readonly onLine: (line: string) => void;
  /** What Trino's Java may take, MB. */
  readonly heapMb: number;
  /** Keeps from queries what tells one person from another. */
  readonly withholdsPersons?: boolean;
  readonly port?: number;
  /** Ends the start, and the server under the work. */
  readonly signal?: AbortSignal;
}

/** A Trino that answers over a lake. */
export interface LakeTrino {
  readonly url: string;
  readonly version: string;
}

type Table = Extract<Relation, { kind: 'table' }>;

const inText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Lays out links to a table's objects as Hive wants them, a folder a day: a file that the ledger does not name is not
 * there.
 */
async function linkObjects({ keys }: Table, folder: string, { resolve }: VerifiedRelations): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, key] of keys.entries()) {
    const path = await resolve(key);
    const day = /\/(dt=\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];
    if (day === undefined) throw new LakeUnavailable(`${key} stands under no day.`);
    await mkdir(join(folder, day), { recursive: true });
    await symlink(path, join(folder, day, `${i}.parquet`));
  }
}

function createTable({ name, columns }: Table, folder: string): string {
  const declared = columns.map((column) => `${identifier(column.name)} ${column.type}`).join(', ');
  const location = literal(pathToFileURL(folder).href);
  return (
    `CREATE TABLE ${identifier(name)} (${declared}) ` +
    `WITH (external_location = ${location}, format = 'PARQUET', partitioned_by = ARRAY['dt'])`
  );
}

/** How many statements are asked at a time. */
const atATime = 4;

/** Makes the tables and views. What cannot be read is left out, with all that reads it, and told. */
async function place(
  url: string,
  folder: string,
  verified: VerifiedRelations,
  onLine: (line: string) => void,
): Promise<void> {
  const make = (sql: string) => ask(url, database, sql, { catalog: catalogName, user: owner });
  const leftOut = new Set<string>();
  const placeTable = async (table: Table): Promise<void> => {
    const objects = join(folder, 'tables', table.name);
    try {
      await linkObjects(table, objects, verified);
    } catch (error) {
      if (!(error instanceof LakeUnavailable)) throw error;
      leftOut.add(table.name);
      onLine(`${table.name} is left out: ${error.message}`);
      return;
    }
    await make(createTable(table, objects));
    await make(`CALL system.sync_partition_metadata(${literal(database)}, ${literal(table.name)}, 'ADD')`);
  };
  await make(`CREATE SCHEMA ${identifier(database)}`);
  const waiting = verified.relations.filter((relation) => relation.kind === 'table')[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const table of waiting) await placeTable(table);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  for (const { name, sql, reads } of viewsInOrder(verified.relations)) {
    if (reads.some((read) => leftOut.has(read))) leftOut.add(name);
    else await make(createView(name, sql));
  }
}

/** Waits until the server has read that its owner asks no more. @throws Error where it does not */
async function closed(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      await ask(url, database, 'SELECT 1', { catalog: catalogName, user: owner });
    } catch (error) {
      if (error instanceof TrinoFailed && error.code === 'PERMISSION_DENIED') return;
      throw error;
    }
    await sleep(100);
  }
  throw new Error('Trino did not take the rules by which nobody writes, so it was ended.');
}

/** Never comes, but fails when the signal does. */
const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));

/**
 * Starts a Trino over the slices of a lake as they stand now, and ends it behind the work.
 * @throws WarehouseUnavailable where there is no Java or no Trino to be had @throws LakeUnavailable
 */
export async function withTrino<T>(
  lake: Lake,
  catalog: Catalog,
  options: TrinoOptions,
  work: (trino: LakeTrino) => Promise<T>,
): Promise<T> {
  const { onLine, heapMb, withholdsPersons = false, port, signal } = options;
  const found = await findTrino(process.env, (address) =>
    onLine(`Trino is fetched from ${address}: some 800 MB, once; it is kept in the cache of this machine.`),
  );
  if ('missing' in found) throw new WarehouseUnavailable(`No Trino can be started: ${found.missing}.`);
  const { distribution, java } = found;
  const verified = await verifiedRelations(lake, catalog, { onWarning: onLine });
  const folder = await mkdtemp(join(tmpdir(), 'sillage-trino-'));
  try {
    const rulesFile = join(folder, 'rules.json');
    const writeRules = (isOpen: boolean) =>
      writeFile(
        rulesFile,
        JSON.stringify(
          accessRules({
            version: distribution.version,
            isOpen,
            relations: verified.relations,
            isWithheld: (relation, column) => withholdsPersons && isPersonal(catalog, relation, column),
          }),
        ),
      );
    await writeRules(true);
    onLine(`Trino ${distribution.version} starts; that takes some 20 seconds.`);
    const server = await startTrino(distribution, folder, {
      java,
      heapMb,
      catalogs: { [catalogName]: overFiles(distribution.version, folder) },
      accessRules: rulesFile,
      ...(port !== undefined && { port }),
      ...(signal !== undefined && { signal }),
    });
    try {
      await place(server.url, folder, verified, onLine);
      await writeRules(false);
      await closed(server.url);
      return await Promise.race([work({ url: server.url, version: distribution.version }), aborted(signal)]);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (error instanceof TrinoFailed)
      throw new WarehouseUnavailable(`Trino did not take the lake: ${inText(error)}.`, { cause: error });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
