import { types as kinds } from 'node:util';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { identifier, parquetFiles, targetLiteral } from '../../../lambdas/shared/duckdb.ts';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import {
  type Answer,
  type AnswerRow,
  LimitReached,
  type Materialised,
  QueryFailed,
  type QueryOptions,
  type Relation,
  UnportableSql,
  type Warehouse,
  whole,
} from '../../../lambdas/shared/ports/warehouse.ts';
import { create, openDuckdb, prepareSelect, type RelationSelect, type Resources, Sandbox } from './sandbox.ts';
import { answerValue } from './trino/answers.ts';
import { type Admitted, Gate, typed } from './trino/gate.ts';
import { parse } from './trino/parser/statements.ts';
import { duckType, spell, type Type } from './trino/types.ts';
import { shownName, type Withheld } from './trino/withheld.ts';
import { Watch } from './watch.ts';

/** `threads` are those of queries; a materialisation always runs on one thread, so that sums of doubles have one order. */
export interface DuckdbWarehouseOptions extends Resources {
  readonly relations: readonly Relation[];
  /** The local path of an object of the lake. */
  readonly resolve: (key: string) => string | Promise<string>;
  /** What a column of a relation means, for DESCRIBE; empty where undefined. */
  readonly comment?: (relation: string, column: string) => string | undefined;
  /** Columns that no query may see, not even to count or compare their values; views are made from them all the same. */
  readonly isWithheld?: Withheld;
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

const defaultRowGroupSize = 122_880;
/** Rows that are turned into values at a time: a record may have a megabyte. */
const batchRows = 256;

/** A warehouse over the tables and views. Nothing of a relation is read before a query names it, and then only the columns that it names. */
export function duckdbWarehouse(options: DuckdbWarehouseOptions): Promise<DuckdbWarehouse> {
  const gate = new Gate(options.relations, options.isWithheld);
  const open = new Set<Sandbox>();
  let writer: ReturnType<typeof openDuckdb> | undefined;

  /** The rows of a SELECT in batches, each computed as it is asked for, in an engine of its own. */
  async function* rowsOf(admitted: Admitted, limits: QueryOptions): AsyncGenerator<readonly AnswerRow[]> {
    const relations = await relationsOf(gate, admitted, options.resolve);
    const sandbox = await Sandbox.open(options, [admitted.sql, ...relations.map(({ select }) => select)]);
    const watch = new Watch(limits, () => sandbox.interrupt());
    open.add(sandbox);
    try {
      await watch.during(() => sandbox.load(relations));
      const statement = await watch.during(() => sandbox.prepare(admitted.sql));
      const result = await watch.during(() => statement.stream());
      for (;;) {
        const chunk = await watch.during(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield* batches(
          chunk,
          admitted.columns.map(({ type }) => type),
        );
      }
    } catch (error) {
      throw limits.signal?.aborted && error === limits.signal.reason ? error : told(error, options);
    } finally {
      const giveBack = () => {
        open.delete(sandbox);
        sandbox.close();
      };
      if (watch.unended) void watch.unended.then(giveBack);
      else giveBack();
    }
  }

  const stream: Warehouse['stream'] = (sql, limits = {}) =>
    reporting(options, () => {
      const admitted = gate.admit(sql);
      if ('rows' in admitted) {
        const { columns, rows } = commented(sql, admitted, options.comment);
        return Promise.resolve({ columns, rows: only(rows) });
      }
      return Promise.resolve({
        columns: admitted.columns.map(({ name, shown, type }) => ({ name: shown ?? name, type: spell(type) })),
        rows: rowsOf(admitted, limits),
        ...(admitted.notes.length > 0 && { notes: admitted.notes }),
      });
    });

  return Promise.resolve({
    stream,
    query: async (sql, limits) => whole(await stream(sql, limits)),

    copyTo: (select, path, { orderBy, rowGroupSize = defaultRowGroupSize, relations }) =>
      reporting(options, async () => {
        const sees = relations ? new Gate(relations, options.isWithheld) : gate;
        const admitted = sees.admitQuery(select);
        writer ??= openDuckdb({ ...options, threads: 1 });
        const connection = await (await writer).instance.connect();
        try {
          for (const relation of await relationsOf(sees, admitted, options.resolve))
            await connection.run(create('TEMP VIEW', relation));
          const rows = typed(admitted);
          (await prepareSelect(connection, rows)).destroySync();
          const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(identifier).join(', ')}`;
          const columns = admitted.columns.map(
            ({ name, type }) => `CAST(${identifier(name)} AS ${stored(duckType(type))}) AS ${identifier(name)}`,
          );
          const copy = `COPY (SELECT ${columns.join(', ')} FROM (${rows})${order}) TO ${targetLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize})`;
          return { path, rows: (await connection.run(copy)).rowsChanged };
        } finally {
          connection.disconnectSync();
        }
      }),

    close: async () => {
      for (const sandbox of open) sandbox.interrupt();
      const engine = await writer;
      engine?.connection.disconnectSync();
      engine?.instance.closeSync();
    },
  });
}

/** The answer to DESCRIBE with the meaning of each column, which the gate does not know; any other as it is. */
function commented(sql: string, answer: Answer, comment: DuckdbWarehouseOptions['comment']): Answer {
  const statement = parse(sql);
  if (statement.kind !== 'show columns' || comment === undefined) return answer;
  return {
    ...answer,
    rows: answer.rows.map(([name = '', type = '', extra = '']) => [
      name,
      type,
      extra,
      typeof name === 'string' ? (comment(statement.table, name) ?? '') : '',
    ]),
  };
}

/** The SELECT of every relation that a query reads, itself or through a view, each behind those that it reads. */
async function relationsOf(
  gate: Gate,
  query: Admitted,
  resolve: DuckdbWarehouseOptions['resolve'],
): Promise<readonly RelationSelect[]> {
  const readers = new Map<string, Admitted[]>();
  const visit = (reader: Admitted): void => {
    for (const name of reader.reads) {
      const known = readers.get(name);
      if (known) known.push(reader);
      else {
        const view = gate.view(name);
        if (view) visit(view);
        // Behind what it reads itself, which the visit has entered.
        readers.set(name, [reader]);
      }
    }
  };
  visit(query);
  const read = await Promise.all(
    [...readers].map(async ([name, by]): Promise<RelationSelect> => {
      const view = gate.view(name);
      if (view) return { name, kind: 'VIEW', select: typed(view) };
      return {
        name,
        kind: 'TABLE',
        select: await tableSql(gate, name, (column) => by.some((reader) => reader.uses(name, column)), resolve),
      };
    }),
  );
  return gate.withholds ? [...read, ...query.reads.map((name) => shownOf(gate, query, name))] : read;
}

/** What a query may see of a relation, and asks for. */
function shownOf(gate: Gate, { uses }: Admitted, name: string): RelationSelect {
  const columns = (gate.shownOf(name) ?? []).filter((column) => uses(name, column.name));
  // Only its rows are counted.
  const select = columns.length === 0 ? 'true AS counted' : columns.map((column) => identifier(column.name)).join(', ');
  return { name: shownName(name), kind: 'VIEW', select: `SELECT ${select} FROM ${identifier(name)}` };
}

/** A table's files with its declared types, or no rows of them; in the columns that are used, or in one, for its rows to be counted. */
async function tableSql(
  gate: Gate,
  name: string,
  used: (column: string) => boolean,
  resolve: DuckdbWarehouseOptions['resolve'],
): Promise<string> {
  const all = gate.columnsOf(name) ?? [];
  const named = all.filter((column) => used(column.name));
  const columns = (named.length > 0 ? named : all.slice(0, 1)).map((column) => ({
    name: identifier(column.name),
    type: duckType(column.type),
  }));
  const keys = gate.keysOf(name);
  if (keys.length === 0)
    return `SELECT ${columns.map((column) => `CAST(NULL AS ${column.type}) AS ${column.name}`).join(', ')} WHERE false`;
  const paths = await Promise.all(keys.map(async (key) => resolve(key)));
  const source = gate.mayLack(name)
    ? `(SELECT ${columns.map((column) => `CAST(NULL AS ${column.type}) AS ${column.name}`).join(', ')} WHERE false UNION ALL BY NAME SELECT * FROM ${parquetFiles(paths, { byName: true })})`
    : parquetFiles(paths);
  return `SELECT ${columns.map((column) => `CAST(${column.name} AS ${column.type}) AS ${column.name}`).join(', ')} FROM ${source}`;
}

/** Athena reads timestamps of milliseconds, DuckDB would write microseconds. */
const stored = (type: string): string => type.replaceAll(/TIMESTAMP\b(?! WITH)/g, 'TIMESTAMP_MS');

/** Rows that are there already, as a stream has them. */
async function* only(rows: readonly AnswerRow[]): AsyncGenerator<readonly AnswerRow[]> {
  yield rows;
}

/** The rows of a chunk as values, some at a time. */
function* batches(chunk: DuckDBDataChunk, types: readonly Type[]): Generator<readonly AnswerRow[]> {
  const { rowCount } = chunk;
  const columns = types.map((type, i) => ({ type, vector: chunk.getColumnVector(i) }));
  for (let start = 0; start < rowCount; start += batchRows) {
    yield Array.from({ length: Math.min(batchRows, rowCount - start) }, (_, i) =>
      columns.map(({ type, vector }) => answerValue(vector.getItem(start + i), type)),
    );
  }
}

/** An error of the engine in one line, and in the words of the port. */
function told(error: unknown, { memoryLimitMb }: DuckdbWarehouseOptions): unknown {
  if (
    error instanceof UnportableSql ||
    error instanceof QueryFailed ||
    error instanceof LimitReached ||
    error instanceof LakeUnavailable ||
    !kinds.isNativeError(error)
  )
    return error;
  if (error.message.startsWith('Out of Memory Error')) {
    return new LimitReached(
      'memory',
      `The query was ended: it needs more memory than ${memoryLimitMb === undefined ? 'there is' : `${memoryLimitMb} MB`}.`,
      { cause: error },
    );
  }
  const [line = ''] = error.message.split('\n');
  if (line.includes('Max expression depth')) return new QueryFailed('the query is nested too deeply', { cause: error });
  return new QueryFailed(line.replace(/^(?:[A-Z][A-Za-z ]+ Error: )+/, ''), { cause: error });
}

async function reporting<T>(options: DuckdbWarehouseOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error, options);
  }
}
