import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../../../lambdas/shared/duckdb.ts';
import type { RelationRead } from './relation-selects.ts';
import { create, prepareCopy } from './sandbox.ts';

/** A SELECT whose rows go to a file. */
export interface FileToMake {
  readonly select: string;
  /** The COPY of that SELECT. */
  readonly statement: string;
  /** The relations that it names. */
  readonly reads: readonly string[];
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
      if (this.#isEnded) throw new Error('Another of these statements has failed.');
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
 * Makes files over relations in a schema of their own, several side by side: a file, or a view that several read, which
 * is computed once, as soon as what it reads is there. The engine has one thread, so that each statement runs on the
 * one that asks for it, and its sums of doubles have one order; `connections` is how many run at a time.
 * @returns each file with its rows, in the order of the files
 */
export async function* makeFiles<File extends FileToMake>(
  instance: DuckDBInstance,
  schema: string,
  relations: readonly RelationRead[],
  files: readonly File[],
  connections: number,
): AsyncGenerator<{ readonly file: File; readonly rows: number }> {
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
    const after = <T>(reads: readonly string[], work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
      const result = Promise.all(reads.flatMap((name) => made.get(name) ?? [])).then(() => pool.lend(work));
      // Whoever awaits it hears of its failure.
      result.catch(() => undefined);
      begun.push(result);
      return result;
    };
    for (const relation of relations)
      made.set(
        relation.name,
        after(relation.reads, (connection) => connection.run(create(relation.shared ? 'TABLE' : 'VIEW', relation))),
      );
    const written = files.map((file) =>
      after(file.reads, async (connection) => {
        const copy = await prepareCopy(connection, file.select, file.statement);
        try {
          return { file, rows: (await copy.run()).rowsChanged };
        } finally {
          copy.destroySync();
        }
      }),
    );
    for (const one of written) yield await one;
  } finally {
    lent?.end();
    await Promise.allSettled(begun);
    await open[0]?.run(`DROP SCHEMA IF EXISTS ${identifier(schema)} CASCADE`);
    for (const connection of open) connection.disconnectSync();
  }
}
