import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { identifier, targetLiteral } from '../../../lambdas/shared/duckdb.ts';
import {
  type Answer,
  type AnswerRow,
  type Materialised,
  type Narrowed,
  type QueriesTogether,
  type QueryOptions,
  type Relation,
  type StreamedAnswer,
  type Warehouse,
  whole,
} from '../../../lambdas/shared/ports/warehouse.ts';
import { told } from './engine-errors.ts';
import { type Copy, copyInTurn, hold, openCopies, shared, windows } from './copy-each.ts';
import { placedSql, type RelationRead, relationsOf, type Resolve, viewsBefore } from './relation-selects.ts';
import { openDuckdb, prepareCopy, prepareSelect, type Resources, Sandbox } from './sandbox.ts';
import { sideBySide, type Work } from './side-by-side.ts';
import { answerValue } from './trino/answers.ts';
import { type Admitted, Gate, typed } from './trino/gate.ts';
import { parse } from './trino/parser/statements.ts';
import { unitOf } from './trino/scope.ts';
import { duckType, spell, type Type } from './trino/types.ts';
import type { Withheld } from './trino/withheld.ts';
import { Watch } from './watch.ts';

/**
 * `threads` are those of queries; a materialisation always runs on one thread, so that sums of doubles have one order.
 */
export interface DuckdbWarehouseOptions extends Resources {
  readonly relations: readonly Relation[];
  readonly resolve: Resolve;
  /** What a column of a relation means, for DESCRIBE; empty where undefined. */
  readonly comment?: (relation: string, column: string) => string | undefined;
  /**
   * Columns that no query may see, not even to count or compare their values; views are made from them all the same.
   */
  readonly isWithheld?: Withheld;
}

export interface CopyOptions {
  /** The columns by which the rows are sorted, so that the same input gives the same bytes, and the statistics cut. */
  readonly orderBy: readonly string[];
  readonly rowGroupSize?: number;
}

export interface CopyEachOptions extends CopyOptions {
  /** What is held of a relation that the copies share. */
  readonly narrowed?: Narrowed | undefined;
}

/** A SELECT, and the file that gets its rows. */
export interface SelectCopy extends CopyOptions {
  readonly select: string;
  readonly path: string;
}

/** A query of a session sees its views, too. */
export interface SessionOptions extends QueryOptions {
  readonly views?: readonly Relation[];
}

/** The embedded warehouse: it also writes what a SELECT answers, which Athena does by CREATE TABLE AS. */
export interface DuckdbWarehouse extends Warehouse, QueriesTogether {
  stream(sql: string, options?: SessionOptions): Promise<StreamedAnswer>;
  /**
   * Runs SELECTs of the portable subset, as many side by side as there are threads: of some, whose rows fit in memory,
   * it gives the answers; of the copies it leaves the rows of each as one Parquet file (ZSTD, timestamps in
   * milliseconds). The answers come first, and copies are told in their order; files of later ones may be there already.
   * A view that several of them read, themselves or through others, is computed once. A failure is told to both.
   */
  answerAll<Copied extends SelectCopy>(
    selects: readonly string[],
    copies: readonly Copied[],
  ): { readonly answers: Promise<readonly Answer[]>; readonly copied: AsyncIterable<Copied & Materialised> };
  /**
   * Leaves the rows of one SELECT in several files, one after the other, each over relations of its own in place of the
   * warehouse's: a slice of a model sees its windows alone. The statement is planned once, and what several of them see
   * is read once.
   */
  copyEach(select: string, copies: readonly Copy[], options: CopyEachOptions): AsyncIterable<Materialised>;
}

/** The plan is told, but not as Trino would. */
const planNote =
  'This is the plan of the embedded engine, over the query as it is given to it. Athena has another for the ' +
  'same answer: `--engine trino` shows it.';

const defaultRowGroupSize = 122_880;
/** They share the memory of one engine. */
const mostSideBySide = 4;
/** Rows that are turned into values at a time: a record may have a megabyte. */
const batchRows = 256;

/**
 * A warehouse over the tables and views. Nothing of a relation is read before a query names it, and then only the
 * columns that it names.
 */
export function duckdbWarehouse(options: DuckdbWarehouseOptions): Promise<DuckdbWarehouse> {
  const gate = new Gate(options.relations, options.isWithheld);
  const open = new Set<Sandbox>();
  let writer: ReturnType<typeof openDuckdb> | undefined;
  let calls = 0;

  /** What a work makes of an engine of its own that holds the tables that a query reads; its views stand before it. */
  async function* within(
    sees: Gate,
    admitted: Admitted,
    limits: QueryOptions,
    work: (sandbox: Sandbox, watch: Watch, seen: string) => AsyncGenerator<readonly AnswerRow[]>,
  ): AsyncGenerator<readonly AnswerRow[]> {
    const relations = await relationsOf(sees, [admitted], options.resolve);
    const { seen } = viewsBefore(
      admitted.reads,
      relations.filter(({ kind }) => kind === 'VIEW'),
    );
    const sandbox = await Sandbox.open(options, [admitted.sql, ...relations.map(({ select }) => select)]);
    const watch = new Watch(limits, () => sandbox.interrupt());
    open.add(sandbox);
    try {
      await watch.during(() => sandbox.load(relations.filter(({ kind }) => kind === 'TABLE')));
      yield* work(sandbox, watch, seen);
    } catch (error) {
      throw limits.signal?.aborted && error === limits.signal.reason ? error : told(error, options, { admitted, seen });
    } finally {
      const giveBack = () => {
        open.delete(sandbox);
        sandbox.close();
      };
      if (watch.unended) void watch.unended.then(giveBack);
      else giveBack();
    }
  }

  /** The rows of a SELECT in batches, each computed as it is asked for. */
  const rowsOf = (sees: Gate, admitted: Admitted, limits: QueryOptions): AsyncGenerator<readonly AnswerRow[]> =>
    within(sees, admitted, limits, async function* run(sandbox, watch, seen) {
      const statement = await watch.during(() => sandbox.prepare(admitted.sql, seen));
      const result = await watch.during(() => statement.stream());
      for (;;) {
        const chunk = await watch.during(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield* batches(
          chunk,
          admitted.columns.map(({ type }) => type),
        );
      }
    });

  /** The plan of a SELECT: each of its lines is a row, so that it is read at a terminal. */
  const planOf = (sees: Gate, admitted: Admitted, limits: QueryOptions): AsyncGenerator<readonly AnswerRow[]> =>
    within(sees, admitted, limits, async function* explain(sandbox, watch, seen) {
      yield (await watch.during(() => sandbox.explain(admitted.sql, seen))).map((text) => [text]);
    });

  const writing = () => (writer ??= openDuckdb({ ...options, threads: 1 }));

  /**
   * Does works over the relations of a gate in one engine, several side by side. Tables and what several read are made
   * in it; the views that one alone reads stand before it.
   */
  async function* together<T>(
    sees: Gate,
    works: readonly {
      readonly query: Admitted;
      readonly run: (connection: DuckDBConnection, seen: string) => Promise<T>;
    }[],
  ): AsyncGenerator<T> {
    const queries = works.map(({ query }) => query);
    const relations = await relationsOf(sees, queries, options.resolve);
    const { instance, define } = await writing();
    await define([...queries.map(({ sql }) => sql), ...relations.map(({ select }) => select)]);
    const connections = Math.min(works.length, options.threads ?? availableParallelism(), mostSideBySide);
    const isBefore = ({ kind, shared: several }: RelationRead) => kind === 'VIEW' && several === undefined;
    const views = relations.filter(isBefore);
    const made = relations
      .filter((relation) => !isBefore(relation))
      .map((relation) => {
        const { seen, reads } = viewsBefore(relation.reads, views);
        return { ...relation, reads, select: `${seen}${relation.select}` };
      });
    const each = works.map(({ query, run }): Work<T> => {
      const { seen, reads } = viewsBefore(query.reads, views);
      return { reads, run: (connection) => run(connection, seen) };
    });
    yield* sideBySide(instance, `works ${(calls += 1)}`, made, each, connections);
  }

  /** Leaves the rows of a SELECT over the relations of a gate in a file. */
  const copyWork = <Copied extends SelectCopy>(sees: Gate, copy: Copied) => {
    const query = sees.admitQuery(copy.select);
    return {
      query,
      run: async (connection: DuckDBConnection, seen: string): Promise<Copied & Materialised> => {
        const statement = copyStatement(query, seen, targetLiteral(copy.path), copy);
        const prepared = await prepareCopy(connection, typed(query), statement);
        try {
          return { ...copy, rows: (await prepared.run()).rowsChanged };
        } finally {
          prepared.destroySync();
        }
      },
    };
  };

  /** What a SELECT answers, in an engine that others use too. */
  const answered = (query: Admitted) =>
    async function run(connection: DuckDBConnection, seen: string): Promise<Answer> {
      const prepared = await prepareSelect(connection, query.sql, seen);
      try {
        const chunks = await (await prepared.run()).fetchAllChunks();
        const types = query.columns.map(({ type }) => type);
        return { columns: answerColumns(query), rows: chunks.flatMap((chunk) => [...batches(chunk, types)].flat()) };
      } finally {
        prepared.destroySync();
      }
    };

  /** The same for several files of one SELECT. */
  async function* copiedInTurn(
    select: string,
    copies: readonly Copy[],
    { narrowed, ...copying }: CopyEachOptions,
  ): AsyncGenerator<Materialised> {
    const all = shared(copies);
    const sees = new Gate(
      all.map(({ relation }) => relation),
      options.isWithheld,
    );
    const admitted = sees.admitQuery(select);
    const read = all.filter(({ relation }) => admitted.reads.includes(relation.name));
    const { instance, define } = await writing();
    const connection = await instance.connect();
    try {
      const held = await Promise.all(
        read.map(async (one) => ({
          name: one.relation.name,
          rows: await placedSql(sees, admitted, one, options.resolve, narrowed),
        })),
      );
      await define([admitted.sql, ...held.map(({ rows }) => rows)]);
      for (const { name, rows } of held) await connection.run(hold(name, rows));
      await openCopies(connection, copies, read);
      const seen = windows(read);
      yield* copyInTurn(connection, copies, `${seen}${typed(admitted)}`, (target) =>
        copyStatement(admitted, seen, target, copying),
      );
    } finally {
      connection.disconnectSync();
    }
  }

  const stream: DuckdbWarehouse['stream'] = (sql, { views = [], ...limits } = {}) =>
    reporting(options, () => {
      const sees = gate.with(views);
      const admitted = sees.admit(sql);
      if ('rows' in admitted) {
        const { columns, rows } = commented(sql, admitted, options.comment);
        return Promise.resolve({ columns, rows: only(rows) });
      }
      if (admitted.isExplained)
        return Promise.resolve({
          columns: [{ name: 'Query Plan', type: 'varchar' }],
          rows: planOf(sees, admitted, limits),
          notes: [planNote],
        });
      return Promise.resolve({
        columns: answerColumns(admitted),
        rows: rowsOf(sees, admitted, limits),
        ...(admitted.notes.length > 0 && { notes: admitted.notes }),
      });
    });

  return Promise.resolve({
    stream,
    query: async (sql, limits) => whole(await stream(sql, limits)),

    queryAll: (selects) =>
      reporting(options, async () => {
        const works = selects
          .map((select) => gate.admitQuery(select))
          .map((query) => ({ query, run: answered(query) }));
        const answers: Answer[] = [];
        for await (const answer of together(gate, works)) answers.push(answer);
        return answers;
      }),

    answerAll: <Copied extends SelectCopy>(selects: readonly string[], copies: readonly Copied[]) => {
      const found: Answer[] = [];
      const made = (async function* both(): AsyncGenerator<(Copied & Materialised) | undefined> {
        const queries = selects.map((select) => gate.admitQuery(select));
        const asked = queries.map((query, at) => ({
          query,
          run: async (connection: DuckDBConnection, seen: string): Promise<undefined> => {
            found[at] = await answered(query)(connection, seen);
          },
        }));
        yield* together(gate, [...asked, ...copies.map((copy) => copyWork(gate, copy))]);
      })();
      const answers = reporting(options, async () => {
        for (let at = 0; at < selects.length; at++) await made.next();
        return found;
      });
      const copied = async function* rest() {
        await answers;
        try {
          for await (const one of made) if (one !== undefined) yield one;
        } catch (error) {
          throw told(error, options);
        }
      };
      return { answers, copied: copied() };
    },

    async *copyEach(select, copies, copying) {
      const [first, second] = copies;
      if (first === undefined) return;
      try {
        const sees = new Gate(first.relations, options.isWithheld);
        if (second === undefined) yield* together(sees, [copyWork(sees, { ...copying, select, path: first.path })]);
        else yield* copiedInTurn(select, copies, copying);
      } catch (error) {
        throw told(error, options);
      }
    },

    close: async () => {
      for (const sandbox of open) sandbox.interrupt();
      const engine = await writer;
      engine?.connection.disconnectSync();
      engine?.instance.closeSync();
    },
  });
}

const answerColumns = ({ columns }: Admitted) =>
  columns.map((column) => ({ name: column.shown ?? column.name, type: spell(column.type), ...unitOf(column) }));

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

/** The statement that leaves the rows of a query in a file. @param seen what it sees, as a WITH before it */
function copyStatement(
  admitted: Admitted,
  seen: string,
  target: string,
  { orderBy, rowGroupSize = defaultRowGroupSize }: CopyOptions,
): string {
  const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(identifier).join(', ')}`;
  const columns = admitted.columns.map(
    ({ name, type }) => `CAST(${identifier(name)} AS ${stored(duckType(type))}) AS ${identifier(name)}`,
  );
  return `COPY (${seen}SELECT ${columns.join(', ')} FROM (${typed(admitted)})${order}) TO ${target} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize})`;
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

async function reporting<T>(options: DuckdbWarehouseOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error, options);
  }
}
