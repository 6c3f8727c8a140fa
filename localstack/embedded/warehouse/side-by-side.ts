import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../../../lambdas/shared/duckdb.ts';
import type { RelationRead } from './relation-selects.ts';
import { create } from './sandbox.ts';

/** What is to be done over relations. */
export interface Work<T> {
  /** The relations that it names. */
  readonly reads: readonly string[];
  readonly run: (connection: DuckDBConnection) => Promise<T>;
}

/** Connections to one engine, each lent to one work at a time; after a failure to none. */
class Connections {
  readonly #all: readonly DuckDBConnection[];
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  #isEnded = false;

  constructor(all: readonly DuckDBConnection[]) {
    this.#all = all;
    this.#idle = [...all];
  }

  async lend<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await new Promise<DuckDBConnection>((lent) => this.#waiting.push(lent)));
    try {
      if (this.#isEnded) throw new Error('Another of these works has failed.');
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  /** Ends what runs; what waits for a connection does not begin. */
  end(): void {
    this.#isEnded = true;
    for (const connection of this.#all) connection.interrupt();
  }
}

/**
 * Does works over relations in a schema of their own, several at a time: each, and each view that several read, which
 * is computed once, as soon as what it reads is there. The engine has one thread, so that a statement runs on the one
 * that asks for it, and its sums of doubles have one order; `connections` is how many run at a time.
 * @returns what each came to, in the order of the works
 */
export async function* sideBySide<T>(
  instance: DuckDBInstance,
  schema: string,
  relations: readonly RelationRead[],
  works: readonly Work<T>[],
  connections: number,
): AsyncGenerator<T> {
  const open: DuckDBConnection[] = [];
  const begun: Promise<unknown>[] = [];
  let lent: Connections | undefined;
  try {
    for (let n = 0; n < connections; n++) {
      const connection = await instance.connect();
      open.push(connection);
      if (n === 0) await connection.run(`CREATE SCHEMA ${identifier(schema)}`);
      await connection.run(`SET search_path = ${literal(`${schema},main`)}`);
    }
    const pool = (lent = new Connections(open));
    const made = new Map<string, Promise<unknown>>();
    const after = <R>({ reads, run }: Work<R>): Promise<R> => {
      const result = Promise.all(reads.flatMap((name) => made.get(name) ?? [])).then(() => pool.lend(run));
      // Whoever awaits it hears of its failure.
      result.catch(() => undefined);
      begun.push(result);
      return result;
    };
    for (const relation of relations) {
      const statement = create(relation.shared ? 'TABLE' : 'VIEW', relation);
      made.set(relation.name, after({ reads: relation.reads, run: (connection) => connection.run(statement) }));
    }
    for (const result of works.map(after)) yield await result;
  } finally {
    lent?.end();
    await Promise.allSettled(begun);
    await open[0]?.run(`DROP SCHEMA IF EXISTS ${identifier(schema)} CASCADE`);
    for (const connection of open) connection.disconnectSync();
  }
}
