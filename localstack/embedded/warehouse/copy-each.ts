import { rename } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, targetLiteral } from '../../../lambdas/shared/duckdb.ts';
import type { Materialised, Relation } from '../../../lambdas/shared/ports/warehouse.ts';
import { prepareCopy } from './sandbox.ts';

/** One of several answers of a statement: what it sees, and where its rows go. */
export interface Copy {
  readonly path: string;
  readonly relations: readonly Relation[];
}

/** The rows that one copy sees of a relation: those whose `_place` lies between these, both included. */
interface Bounds {
  readonly first: number;
  readonly last: number;
}

/** A relation that all copies share, with what each of them sees of it. */
export interface SharedRelation {
  /** Of a table, with the objects of all copies, in the order of their names. */
  readonly relation: Relation;
  /** Of a view, its text in each copy. */
  readonly views: readonly string[];
  readonly bounds: readonly Bounds[];
}

/**
 * Puts the relations of several copies together, so that each object is read once. What a copy sees are objects that
 * stand side by side in the order of their names, as a window of days is.
 * @throws Error where they are not, or where the copies do not see relations of the same names
 */
export function shared(copies: readonly Copy[]): SharedRelation[] {
  const [first] = copies;
  return (first?.relations ?? []).map((one) => {
    const each = copies.map(({ relations }) => {
      const own = relations.find(({ name, kind }) => name === one.name && kind === one.kind);
      if (own === undefined) throw new Error(`Not every copy sees ${one.name}.`);
      return own;
    });
    if (one.kind === 'view') {
      const views = each.flatMap((own) => (own.kind === 'view' ? own.sql : []));
      return { relation: one, views, bounds: views.map((_, place) => ({ first: place, last: place })) };
    }
    const seen = each.map((own) => (own.kind === 'table' ? own.keys : []));
    const keys = [...new Set(seen.flat())].toSorted();
    const places = new Map(keys.map((key, place) => [key, place]));
    const bounds = seen.map((own) => {
      const found = own.map((key) => places.get(key) ?? -1);
      const [low, high] = [Math.min(...found), Math.max(...found)];
      if (found.length === 0) return { first: 0, last: -1 };
      if (high - low + 1 !== new Set(found).size) throw new Error(`A copy sees ${one.name} with days left out.`);
      return { first: low, last: high };
    });
    return { relation: { ...one, keys }, views: [], bounds };
  });
}

/** The name under which the rows of all copies are read in. */
const heldName = (name: string) => identifier(`${name} of all`);

/** The statement that reads in what all copies see of a relation. @param select gives its rows with `_place` */
export const hold = (name: string, select: string) => `CREATE TEMP TABLE ${heldName(name)} AS ${select}`;

/** The table that says which copy is at work: one row, with the bounds of each relation. */
const chosen = '"the copy at work"';

/** The relations as the copy at work sees them. */
export function windows(relations: readonly SharedRelation[]): string {
  const bound = (i: number, end: string) => `(SELECT ${end}_${i} FROM ${chosen})`;
  const each = relations.map(
    ({ relation: { name } }, i) =>
      `${identifier(name)} AS NOT MATERIALIZED (SELECT * EXCLUDE (_place) FROM ${heldName(name)} WHERE _place ` +
      `BETWEEN ${bound(i, 'first')} AND ${bound(i, 'last')})`,
  );
  return each.length === 0 ? '' : `WITH ${each.join(', ')} `;
}

/** Makes the table of the copy at work, with the bounds of all copies for now. */
export async function openCopies(
  connection: DuckDBConnection,
  copies: readonly Copy[],
  relations: readonly SharedRelation[],
): Promise<void> {
  const rows = copies.map((_, n) =>
    [n, ...relations.flatMap(({ bounds }) => [bounds[n]?.first ?? 0, bounds[n]?.last ?? -1])].join(', '),
  );
  const names = ['copy', ...relations.flatMap((_, i) => [`first_${i}`, `last_${i}`])];
  await connection.run(
    `CREATE TEMP TABLE bounds AS FROM (VALUES (${rows.join('), (')})) AS t(${names.join(', ')}); CREATE TEMP ` +
      `TABLE ${chosen} AS FROM bounds`,
  );
}

/**
 * Runs one COPY, planned once, for each copy in turn: to plan the statement of a model takes as long as to run it over
 * a day. It has no parameters, since DuckDB plans a statement that has some anew whenever it runs; a table says which
 * copy is at work. While the statement is planned that table has the rows of all copies: what the plan takes from its
 * statistics holds for each of them.
 * @param select over the relations of `windows`, for which `openCopies` has been called
 * @param statement of a path to its COPY
 */
export async function* copyInTurn(
  connection: DuckDBConnection,
  copies: readonly Copy[],
  select: string,
  statement: (target: string) => string,
): AsyncGenerator<Materialised> {
  const [first] = copies;
  if (first === undefined) return;
  const target = `${first.path}.next`;
  const copy = await prepareCopy(connection, select, statement(targetLiteral(target)));
  try {
    for (const [n, { path }] of copies.entries()) {
      await connection.run(`DELETE FROM ${chosen}; INSERT INTO ${chosen} FROM bounds WHERE copy = ${n}`);
      const { rowsChanged: rows } = await copy.run();
      await rename(target, path);
      yield { path, rows };
    }
  } finally {
    copy.destroySync();
  }
}
