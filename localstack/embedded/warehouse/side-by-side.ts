import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../../../lambdas/shared/duckdb.ts';
import type { RelationRead } from './relation-selects.ts';
import { create } from './sandbox.ts';
import { shownName } from './trino/withheld.ts';

/** What is to be done over relations. */
export interface Work<T> {
  /** The relations that it names. */
  readonly reads: readonly string[];
  /** @param seen what its statement must begin with, to read them: a WITH, or nothing */
  readonly run: (connection: DuckDBConnection, seen: string) => Promise<T>;
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
 * What a statement must begin with to read relations, and the shared ones that it then names. A view would be planned
 * when it is made, and again wherever it is read.
 */
function within(
  own: ReadonlyMap<string, RelationRead>,
  reads: readonly string[],
): { readonly seen: string; readonly names: readonly string[] } {
  const visited = new Set<string>();
  const texts: string[] = [];
  const names: string[] = [];
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    const relation = own.get(name);
    if (relation === undefined) names.push(name);
    else {
      relation.reads.forEach(visit);
      texts.push(`${identifier(name)} AS NOT MATERIALIZED (${relation.select})`);
    }
    // What a query may see of it, where it may not see all.
    if (own.has(shownName(name))) visit(shownName(name));
  };
  reads.forEach(visit);
  return { seen: texts.length === 0 ? '' : `WITH ${texts.join(', ')} `, names };
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
    const own = new Map(relations.filter(({ shared }) => !shared).map((relation) => [relation.name, relation]));
    const after = <R>({ reads, run }: Work<R>): Promise<R> => {
      const { seen, names } = within(own, reads);
      const result = Promise.all(names.flatMap((name) => made.get(name) ?? [])).then(() =>
        pool.lend((connection) => run(connection, seen)),
      );
      // Whoever awaits it hears of its failure.
      result.catch(() => undefined);
      begun.push(result);
      return result;
    };
    for (const relation of relations.filter(({ shared }) => shared)) {
      const run: Work<unknown>['run'] = (connection, seen) =>
        connection.run(create('TABLE', { ...relation, select: `${seen}${relation.select}` }));
      made.set(relation.name, after({ reads: relation.reads, run }));
    }
    for (const result of works.map(after)) yield await result;
  } finally {
    lent?.end();
    await Promise.allSettled(begun);
    await open[0]?.run(`DROP SCHEMA IF EXISTS ${identifier(schema)} CASCADE`);
    for (const connection of open) connection.disconnectSync();
  }
}
