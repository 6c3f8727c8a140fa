import { identifier, literal, parquetFiles } from '../../../lambdas/shared/duckdb.ts';
import type { Narrowed } from '../../../lambdas/shared/ports/warehouse.ts';
import type { SharedRelation } from './copy-each.ts';
import type { RelationSelect } from './sandbox.ts';
import { type Admitted, Gate, typed } from './trino/gate.ts';
import { duckType } from './trino/types.ts';
import { shownName } from './trino/withheld.ts';

/** The local path of an object of the lake. */
export type Resolve = (key: string) => string | Promise<string>;

/** A relation that queries read, with the names of those that it reads itself. */
export interface RelationRead extends RelationSelect {
  readonly kind: 'TABLE' | 'VIEW';
  readonly reads: readonly string[];
  /** Of a view: several read it. */
  readonly shared?: true;
}

/** What stands before a statement, for it to see views. */
export interface ViewsBefore {
  /** `WITH … ` of the views, each behind those that it reads; empty where the statement reads none. */
  readonly seen: string;
  /** The relations that the statement reads beside these views, itself or through them. */
  readonly reads: readonly string[];
}

/**
 * The SELECT of every relation that queries read, themselves or through a view, each behind those that it reads. A view
 * that several read is `shared`, and has the columns that they read.
 */
export async function relationsOf(
  gate: Gate,
  queries: readonly Admitted[],
  resolve: Resolve,
): Promise<readonly RelationRead[]> {
  const readers = new Map<string, Admitted[]>();
  // Who sees relations without the columns that are withheld.
  const shownReaders = [...queries];
  const visit = (reader: Admitted): void => {
    for (const name of reader.reads) {
      const known = readers.get(name);
      if (known) known.push(reader);
      else {
        const view = gate.view(name);
        if (view && gate.isOwn(name)) shownReaders.push(view);
        if (view) visit(view);
        // Behind what it reads itself, which the visit has entered.
        readers.set(name, [reader]);
      }
    }
  };
  for (const query of queries) visit(query);
  const read = await Promise.all(
    [...readers].map(async ([name, by]): Promise<RelationRead> => {
      const view = gate.view(name);
      if (view && by.length === 1) return { name, kind: 'VIEW', select: typed(view), reads: view.reads };
      if (view) return { name, kind: 'VIEW', select: usedOf(view, name, by), shared: true, reads: view.reads };
      return {
        name,
        kind: 'TABLE',
        reads: [],
        select: await tableSql(gate, name, (column) => by.some((reader) => reader.uses(name, column)), resolve),
      };
    }),
  );
  if (!gate.withholds) return read;
  return read.flatMap((relation) => {
    const by = shownReaders.filter(({ reads }) => reads.includes(relation.name));
    return by.length === 0 ? [relation] : [relation, shownOf(gate, by, relation.name)];
  });
}

/**
 * The views that a statement reads, as a WITH before it: so the engine binds each once. `CREATE VIEW` would bind a view
 * and all beneath it when it is made, and again wherever it is named, which for a deep view takes longer than to
 * compute it. One that is named twice is computed once: with NOT MATERIALIZED the engine would copy its plan by the paths
 * of its files, and take them for patterns.
 * @param views those of `relationsOf` that are not made in the engine, in its order: tables too, where none is
 */
export function viewsBefore(reads: readonly string[], views: readonly RelationRead[]): ViewsBefore {
  const below = new Map(views.map((view) => [view.name, view.reads]));
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    below.get(name)?.forEach(need);
    if (below.has(shownName(name))) need(shownName(name));
  };
  reads.forEach(need);
  const each = views
    .filter(({ name }) => needed.has(name))
    .map(({ name, select }) => `${identifier(name)} AS (\n${select}\n)`);
  return {
    seen: each.length === 0 ? '' : `WITH ${each.join(', ')} `,
    reads: [...needed].filter((name) => !below.has(name)),
  };
}

/** The columns of a view that its readers name, or one, for its rows to be counted. */
function usedOf(view: Admitted, name: string, by: readonly Admitted[]): string {
  const all = view.columns.map((column) => column.name);
  const used = all.filter((column) => by.some(({ uses }) => uses(name, column)));
  const columns = used.length > 0 ? used : all.slice(0, 1);
  return `SELECT ${columns.map(identifier).join(', ')} FROM (${typed(view)})`;
}

/** What readers may see of a relation, and ask for. */
function shownOf(gate: Gate, by: readonly Admitted[], name: string): RelationRead {
  const columns = (gate.shownOf(name) ?? []).filter((column) => by.some(({ uses }) => uses(name, column.name)));
  const hidden = gate.hiddenOf(name).filter((column) => by.some(({ uses }) => uses(name, column.name)));
  const select = [...columns, ...hidden].map((column) => identifier(column.name)).join(', ');
  // Only its rows are counted where none is.
  return {
    name: shownName(name),
    kind: 'VIEW',
    reads: [name],
    select: `SELECT ${select || 'true AS counted'} FROM ${identifier(name)}`,
  };
}

/**
 * A table's files with its declared types, or no rows of them; in the columns that are used, or in one, for its rows to
 * be counted.
 */
async function tableSql(
  gate: Gate,
  name: string,
  used: (column: string) => boolean,
  resolve: Resolve,
  { placed = false } = {},
): Promise<string> {
  const all = gate.columnsOf(name) ?? [];
  const named = all.filter((column) => used(column.name));
  const columns = (named.length > 0 ? named : all.slice(0, 1)).map((column) => ({
    name: identifier(column.name),
    type: duckType(column.type),
  }));
  const keys = gate.keysOf(name);
  const empty = columns.map((column) => `CAST(NULL AS ${column.type}) AS ${column.name}`).join(', ');
  const path = gate.hiddenOf(name).find((column) => used(column.name));
  const as = path ? ` AS ${identifier(path.name)}` : '';
  if (keys.length === 0)
    return `SELECT ${empty}${path ? `, CAST(NULL AS VARCHAR)${as}` : ''}${placed ? ', 0 AS _place' : ''} WHERE false`;
  const paths = await Promise.all(keys.map(async (key) => resolve(key)));
  const source = gate.mayLack(name)
    ? `(SELECT ${empty} WHERE false UNION ALL BY NAME SELECT *${path ? ', file_index' : ''} FROM ` +
      `${parquetFiles(paths, { byName: true })})`
    : parquetFiles(paths);
  const cast = columns.map((column) => `CAST(${column.name} AS ${column.type}) AS ${column.name}`).join(', ');
  const addressed = path
    ? `, [${gate.pathsOf(name).map(literal).join(', ')}][CAST(file_index AS BIGINT) + 1]${as}`
    : '';
  return `SELECT ${cast}${addressed}${placed ? ', CAST(file_index AS INTEGER) AS _place' : ''} FROM ${source}`;
}

/** Those of a relation's rows that have one of the values by which it is narrowed. */
async function narrowedSql(gate: Gate, rows: string, { values }: Narrowed, resolve: Resolve): Promise<string> {
  const admitted = gate.admitQuery(values);
  const [column] = admitted.columns;
  if (column === undefined || admitted.columns.length > 1) throw new Error(`Not one column: ${values}`);
  const name = identifier(column.name);
  const { seen } = viewsBefore(admitted.reads, await relationsOf(gate, [admitted], resolve));
  return `SELECT * FROM (${rows}) WHERE ${name} IN (${seen}SELECT ${name} FROM (${typed(admitted)}))`;
}

/**
 * The rows of a relation that several copies see, with `_place`: the place of their object, or of the copy whose view
 * they are.
 */
export async function placedSql(
  gate: Gate,
  { uses }: Admitted,
  { relation: { name }, views }: SharedRelation,
  resolve: Resolve,
  narrowed?: Narrowed,
): Promise<string> {
  if (views.length === 0) {
    const rows = await tableSql(gate, name, (column) => uses(name, column), resolve, { placed: true });
    return narrowed?.relation === name ? narrowedSql(gate, rows, narrowed, resolve) : rows;
  }
  return views
    .map((sql, place) => `SELECT *, ${place} AS _place FROM (${typed(new Gate([]).admitQuery(sql))})`)
    .join(' UNION ALL ');
}
