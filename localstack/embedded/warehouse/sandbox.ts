import { readFileSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { identifier, literal } from '../../../lambdas/shared/duckdb.ts';
import { QueryFailed } from '../../../lambdas/shared/ports/warehouse.ts';
import { home } from '../../../lambdas/shared/home.ts';

/** How much of the machine an engine may take. */
export interface Resources {
  readonly threads?: number;
  readonly memoryLimitMb?: number;
  /** Where work that does not fit in memory goes; without it, such a query fails. */
  readonly tempDirectory?: string;
}

/** What gives names Trino's meaning in DuckDB. */
export const macrosText = readFileSync(new URL('localstack/embedded/warehouse/trino/macros.sql', home), 'utf8');

/** Each macro with the statement that makes it, those that others use first. */
const macros: readonly { readonly name: string; readonly sql: string }[] = macrosText
  .split(/^(?=CREATE MACRO )/m)
  .flatMap((sql) => {
    const name = /^CREATE MACRO (?<name>\w+)/.exec(sql)?.groups?.['name'];
    return name === undefined ? [] : { name, sql };
  });

const wordsOf = (sql: string): ReadonlySet<string> => new Set(sql.toLowerCase().match(/\w+/g));

/** The macros that texts may call, themselves or through others. */
function macrosOf(texts: readonly string[]): typeof macros {
  const words = new Set(texts.flatMap((text) => [...wordsOf(text)]));
  const needed = macros.toReversed().filter(({ name, sql }) => {
    if (!words.has(name)) return false;
    for (const word of wordsOf(sql)) words.add(word);
    return true;
  });
  return needed.toReversed();
}

/** A DuckDB in memory: nothing is downloaded, nothing kept. */
export interface Duckdb {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  /** Gives it Trino's names that texts call: to make all of them takes longer than most queries. */
  readonly define: (texts: readonly string[]) => Promise<void>;
}

/** Opens a DuckDB in memory, without Trino's names. */
export async function openDuckdb({ threads, memoryLimitMb, tempDirectory }: Resources): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    temp_directory: tempDirectory ?? '',
    ...(threads !== undefined && { threads: String(threads) }),
    ...(memoryLimitMb !== undefined && { memory_limit: `${memoryLimitMb}MB` }),
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  const defined = new Set<string>();
  let defining = Promise.resolve();
  const run = async (before: Promise<void>, sql: string): Promise<void> => {
    await before;
    if (sql !== '') await connection.run(sql);
  };
  return {
    instance,
    connection,
    define(texts) {
      const missing = macrosOf(texts).filter(({ name }) => !defined.has(name));
      for (const { name } of missing) defined.add(name);
      // One after the other: the names of the next may call those of the one before.
      const today = literal(new Date().toISOString().slice(0, 10));
      return (defining = run(defining, missing.map(({ sql }) => sql.replace('$today', today)).join('')));
    },
  };
}

/** The bytes of a table's objects are not what they should be, in the engine's own words, which may tell no file. */
export class UnreadableTable extends QueryFailed {
  readonly table: string;
  constructor(table: string, cause: unknown) {
    super((cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '', { cause });
    this.table = table;
  }
}

/**
 * Whether an error of reading files is about what is in them, and not about the memory, the disk or the time that there
 * is.
 */
const isOfBytes = (error: unknown) =>
  !/^(Out of Memory|INTERRUPT)|Interrupted|No space left|Disk quota|File too large|ENOSPC|Permission denied/.test(
    error instanceof Error ? error.message : String(error),
  );

/**
 * The engine of one query. First the workspace puts the relations into it, then it is shut: from there on it can open
 * no file, neither to read nor to write, and its settings are fixed. An `allowed_directories` would not do, since
 * DuckDB writes where it may read.
 */
export class Sandbox {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Opens an engine with Trino's names for what some texts call. */
  static async open(resources: Resources, texts: readonly string[]): Promise<Sandbox> {
    const { instance, connection, define } = await openDuckdb(resources);
    await define(texts);
    return new Sandbox(instance, connection);
  }

  /** Reads each table by the workspace's own statement, and takes all files away. @throws UnreadableTable */
  async load(tables: readonly RelationSelect[]): Promise<void> {
    for (const table of tables) {
      try {
        await this.#connection.run(create('TABLE', table));
      } catch (error) {
        throw isOfBytes(error) ? new UnreadableTable(table.name, error) : error;
      }
    }
    // From here on what is wrong is in the query's own text, and the engine tells where.
    await this.#connection.run('SET errors_as_json = true');
    await shut(this.#connection);
  }

  /** Prepares a statement that is one SELECT by the engine's own reading. @throws QueryFailed for any other */
  prepare(sql: string, seen = ''): Promise<DuckDBPreparedStatement> {
    return prepareSelect(this.#connection, sql, seen);
  }

  /** The plan of one SELECT, line by line. @throws QueryFailed for any other statement */
  async explain(sql: string, seen = ''): Promise<readonly string[]> {
    (await this.prepare(sql, seen)).destroySync();
    const plan = await this.#connection.runAndReadAll(`EXPLAIN ${beginOf(seen)}${sql}${endOf(seen)}`);
    return String(plan.getRows()[0]?.[1] ?? '')
      .trimEnd()
      .split('\n');
  }

  /** Ends what runs. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.interrupt();
    this.#connection.disconnectSync();
    this.#instance.closeSync();
  }
}

/** Takes every file from an engine, and fixes its settings; neither can be undone. */
export async function shut(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false; SET lock_configuration = true');
}

/** Exactly one statement of a type, as the engine itself reads the text. @throws QueryFailed */
async function prepareOne(
  connection: DuckDBConnection,
  sql: string,
  type: StatementType,
): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1)
    throw new QueryFailed(`a query is one SELECT, and the engine reads ${statements.count} statements`);
  const prepared = await statements.prepare(0);
  if (prepared.statementType === type) return prepared;
  const read = StatementType[prepared.statementType];
  prepared.destroySync();
  throw new QueryFailed(`a query is one SELECT, and the engine reads the statement as ${read}`);
}

/** What stands before a SELECT that sees views, and behind it. */
export const beginOf = (seen: string): string => (seen === '' ? '' : `${seen}SELECT * FROM (\n`);
const endOf = (seen: string): string => (seen === '' ? '' : '\n)');

/**
 * Exactly one SELECT, as the engine itself reads the text; read alone, too, where it stands behind the views that it
 * sees: one that closes a parenthesis too many would go on behind it.
 * @param seen the views, as a WITH before it
 * @throws QueryFailed
 */
export async function prepareSelect(
  connection: DuckDBConnection,
  sql: string,
  seen = '',
): Promise<DuckDBPreparedStatement> {
  if (seen !== '') await connection.extractStatements(sql);
  return prepareOne(connection, `${beginOf(seen)}${sql}${endOf(seen)}`, StatementType.SELECT);
}

/**
 * Exactly one COPY, likewise, of a SELECT that is also read alone: one that closes a parenthesis too many would write
 * elsewhere. It is planned once, with the COPY.
 * @throws QueryFailed
 */
export async function prepareCopy(
  connection: DuckDBConnection,
  select: string,
  copy: string,
): Promise<DuckDBPreparedStatement> {
  await connection.extractStatements(select);
  return prepareOne(connection, copy, StatementType.COPY);
}

/** A relation under its name, by the SELECT of its rows. */
export interface RelationSelect {
  readonly name: string;
  readonly select: string;
}

/** The statement that makes a relation: a table is read into the engine, a view when a statement names it. */
export const create = (kind: 'TABLE' | 'VIEW', { name, select }: RelationSelect): string =>
  `CREATE ${kind} ${identifier(name)} AS ${select}`;
