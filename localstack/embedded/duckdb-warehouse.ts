import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { types as kinds } from 'node:util';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { type Answer, type AnswerRow, LimitReached, type Materialised, QueryFailed, type QueryOptions, type Relation, UnportableSql, type Warehouse, whole } from '../../lambdas/shared/ports/warehouse.ts';
import { home } from '../../lambdas/shared/schema/catalog.ts';
import { answerValue } from './trino/answers.ts';
import { Gate, typed } from './trino/gate.ts';
import { parse } from './trino/parser.ts';
import { duckType, spell, type Type } from './trino/types.ts';
import { Watch } from './watch.ts';

export interface DuckdbWarehouseOptions {
  readonly relations: readonly Relation[];
  /** The local path of an object of the lake. */
  readonly resolve: (key: string) => string | Promise<string>;
  /** What a column of a relation means, for DESCRIBE; empty where undefined. */
  readonly comment?: (relation: string, column: string) => string | undefined;
  /** The folders that hold all objects; without it, those of the objects that there are at opening. */
  readonly directories?: readonly string[];
  /** For queries; a materialisation always runs on one thread, so that sums of doubles have one order. */
  readonly threads?: number;
  readonly memoryLimitMb?: number;
  /** Where work that does not fit in memory goes. */
  readonly tempDirectory?: string;
}

export interface CopyOptions {
  /** The columns by which the rows are sorted, so that the same input gives the same bytes, and the statistics cut. */
  readonly orderBy: readonly string[];
  readonly rowGroupSize?: number;
  /** What this SELECT sees, in place of the warehouse's own relations: a slice of a model sees its window alone. */
  readonly relations?: readonly Relation[];
}

/** The embedded warehouse: it also writes what a SELECT answers, which Athena does by CREATE TABLE AS. */
export interface DuckdbWarehouse extends Warehouse {
  /** Runs one SELECT of the portable subset and leaves its rows as one Parquet file (ZSTD, timestamps in milliseconds). */
  copyTo(select: string, path: string, options: CopyOptions): Promise<Materialised>;
}

const MACROS = readFileSync(new URL('localstack/embedded/trino/macros.sql', home), 'utf8');
const ROW_GROUP_SIZE = 122_880;
/** Rows that are turned into values at a time: a record may have a megabyte. */
const BATCH_ROWS = 256;

/** A warehouse over the tables and views. DuckDB starts with the first query, and reads nothing of a relation before a query names it. */
export function duckdbWarehouse(options: DuckdbWarehouseOptions): Promise<DuckdbWarehouse> {
  const gate = new Gate(options.relations);
  let reader: Promise<Engine> | undefined;
  let writer: Promise<Engine> | undefined;

  const stream: Warehouse['stream'] = (sql, limits = {}) =>
    reporting(options, async () => {
      const admitted = gate.admit(sql);
      if ('rows' in admitted) {
        const { columns, rows } = commented(sql, admitted, options.comment);
        return { columns, rows: only(rows) };
      }
      reader ??= Engine.open(options, 'reads only');
      const { columns, reads } = admitted;
      return { columns: columns.map(({ name, type }) => ({ name, type: spell(type) })), rows: (await reader).rows(gate, reads, admitted.sql, columns.map(({ type }) => type), limits) };
    });

  return Promise.resolve({
    stream,
    query: async (sql, limits) => whole(await stream(sql, limits)),

    copyTo: (select, path, { orderBy, rowGroupSize = ROW_GROUP_SIZE, relations }) =>
      reporting(options, async () => {
        const sees = relations ? new Gate(relations) : gate;
        const admitted = sees.admitQuery(select);
        writer ??= Engine.open({ ...options, threads: 1 }, 'writes');
        const engine = await writer;
        const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(quoted).join(', ')}`;
        const columns = admitted.columns.map(({ name, type }) => `CAST(${quoted(name)} AS ${stored(duckType(type))}) AS ${quoted(name)}`);
        const copy = `COPY (SELECT ${columns.join(', ')} FROM (${typed(admitted)})${order}) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize})`;
        const rows = await engine.run(sees, admitted.reads, async connection => (await connection.run(copy)).rowsChanged);
        return { path, rows };
      }),

    close: async () => {
      (await reader)?.close();
      (await writer)?.close();
    },
  });
}

async function* only(rows: readonly AnswerRow[]): AsyncGenerator<readonly AnswerRow[]> {
  yield rows;
}

/** The answer to DESCRIBE with the meaning of each column, which the gate does not know; any other as it is. */
function commented(sql: string, answer: Answer, comment: DuckdbWarehouseOptions['comment']): Answer {
  const statement = parse(sql);
  if (statement.kind !== 'show columns' || comment === undefined) return answer;
  return { ...answer, rows: answer.rows.map(([name = '', type = '', extra = '']) => [name, type, extra, typeof name === 'string' ? comment(statement.table, name) ?? '' : '']) };
}

/** One DuckDB with Trino's names, in which views stand for the relations that a query reads. */
class Engine {
  private readonly open = new Set<DuckDBConnection>();
  private readonly instance: DuckDBInstance;
  private readonly options: DuckdbWarehouseOptions;
  /** The reader always sees the same relations, so its views last; the writer's go with the connection. */
  private readonly lasting: Map<string, Promise<void>> | undefined;

  private constructor(instance: DuckDBInstance, options: DuckdbWarehouseOptions, may: 'reads only' | 'writes') {
    this.instance = instance;
    this.options = options;
    this.lasting = may === 'reads only' ? new Map() : undefined;
  }

  static async open(options: DuckdbWarehouseOptions, may: 'reads only' | 'writes'): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      ...(options.threads !== undefined && { threads: String(options.threads) }),
      ...(options.memoryLimitMb !== undefined && { memory_limit: `${options.memoryLimitMb}MB` }),
      ...(options.tempDirectory !== undefined && { temp_directory: options.tempDirectory }),
    });
    const engine = new Engine(instance, options, may);
    const lock = may === 'writes' ? '' : `SET allowed_directories = [${(await engine.directories()).map(text).join(', ')}]; SET enable_external_access = false;`;
    await engine.connected(connection => connection.run(`SET GLOBAL TimeZone = 'UTC'; ${MACROS}; ${lock} SET lock_configuration = true;`));
    return engine;
  }

  /** Runs something in a connection of its own, with the relations that it reads in place. */
  run<T>(gate: Gate, reads: readonly string[], work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.connected(async connection => {
      await this.placeAll(gate, reads, connection);
      return work(connection);
    });
  }

  /** The rows of a SELECT in batches. DuckDB computes them as they are asked for, in a connection of their own. */
  async *rows(gate: Gate, reads: readonly string[], sql: string, types: readonly Type[], limits: QueryOptions): AsyncGenerator<readonly AnswerRow[]> {
    const connection = await this.instance.connect();
    const watch = new Watch(limits, () => connection.interrupt());
    this.open.add(connection);
    try {
      await watch.during(() => this.placeAll(gate, reads, connection));
      const statement = await watch.during(() => connection.prepare(sql));
      const result = await watch.during(() => statement.stream());
      for (;;) {
        const chunk = await watch.during(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield* batches(chunk, types);
      }
    } catch (error) {
      throw limits.signal?.aborted && error === limits.signal.reason ? error : told(error, this.options);
    } finally {
      const giveBack = () => {
        this.open.delete(connection);
        connection.disconnectSync();
      };
      if (watch.unended) void watch.unended.then(giveBack);
      else {
        connection.interrupt();
        giveBack();
      }
    }
  }

  close(): void {
    for (const connection of this.open) connection.interrupt();
    this.instance.closeSync();
  }

  private async connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    this.open.add(connection);
    try {
      return await work(connection);
    } finally {
      this.open.delete(connection);
      connection.disconnectSync();
    }
  }

  private async placeAll(gate: Gate, reads: readonly string[], connection: DuckDBConnection): Promise<void> {
    const made = this.lasting ?? new Map<string, Promise<void>>();
    for (const name of reads) await this.place(gate, name, connection, made);
  }

  private place(gate: Gate, name: string, connection: DuckDBConnection, made: Map<string, Promise<void>>): Promise<void> {
    const placing = made.get(name) ?? this.create(gate, name, connection, made);
    made.set(name, placing);
    return placing;
  }

  private async create(gate: Gate, name: string, connection: DuckDBConnection, made: Map<string, Promise<void>>): Promise<void> {
    const view = gate.view(name);
    if (view) for (const read of view.reads) await this.place(gate, read, connection, made);
    const sql = view ? typed(view) : await this.tableSql(gate, name);
    const make = (within: DuckDBConnection) => within.run(`CREATE ${this.lasting ? '' : 'TEMP '}VIEW ${quoted(name)} AS ${sql}`);
    // A lasting view is for every query: the end of the one that asked for it first is not its end.
    await (this.lasting ? this.connected(make) : make(connection));
  }

  /** A table's files with its declared types, or no rows of them. DuckDB opens one file when it binds, the others as it reads. */
  private async tableSql(gate: Gate, name: string): Promise<string> {
    const columns = (gate.columnsOf(name) ?? []).map(column => ({ name: quoted(column.name), type: duckType(column.type) }));
    const keys = gate.keysOf(name);
    if (keys.length === 0) return `SELECT ${columns.map(column => `CAST(NULL AS ${column.type}) AS ${column.name}`).join(', ')} WHERE false`;
    const paths = await this.resolved(keys);
    return `SELECT ${columns.map(column => `CAST(${column.name} AS ${column.type}) AS ${column.name}`).join(', ')} FROM read_parquet([${paths.map(text).join(', ')}], hive_partitioning = false)`;
  }

  private resolved(keys: readonly string[]): Promise<readonly string[]> {
    return Promise.all(keys.map(async key => this.options.resolve(key)));
  }

  private async directories(): Promise<readonly string[]> {
    if (this.options.directories) return this.options.directories;
    const paths = await this.resolved(this.options.relations.flatMap(relation => (relation.kind === 'table' ? relation.keys : [])));
    return [...new Set(paths.map(path => dirname(path)))];
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Athena reads timestamps of milliseconds, DuckDB would write microseconds. */
const stored = (type: string): string => type.replaceAll(/TIMESTAMP\b(?! WITH)/g, 'TIMESTAMP_MS');

/** The rows of a chunk as values, some at a time. */
function* batches(chunk: DuckDBDataChunk, types: readonly Type[]): Generator<readonly AnswerRow[]> {
  const { rowCount } = chunk;
  const columns = types.map((type, i) => ({ type, vector: chunk.getColumnVector(i) }));
  for (let start = 0; start < rowCount; start += BATCH_ROWS) {
    yield Array.from({ length: Math.min(BATCH_ROWS, rowCount - start) }, (_, i) => columns.map(({ type, vector }) => answerValue(vector.getItem(start + i), type)));
  }
}

/** An error of the engine in one line, and in the words of the port. */
function told(error: unknown, { memoryLimitMb }: DuckdbWarehouseOptions): unknown {
  if (error instanceof UnportableSql || error instanceof QueryFailed || error instanceof LimitReached || !kinds.isNativeError(error)) return error;
  if (error.message.startsWith('Out of Memory Error')) {
    return new LimitReached('memory', `The query was ended: it needs more memory than ${memoryLimitMb === undefined ? 'there is' : `${memoryLimitMb} MB`}.`, { cause: error });
  }
  const [line = ''] = error.message.split('\n');
  return new QueryFailed(line.replace(/^(?:[A-Z][A-Za-z ]+ Error: )+/, ''), { cause: error });
}

async function reporting<T>(options: DuckdbWarehouseOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error, options);
  }
}
