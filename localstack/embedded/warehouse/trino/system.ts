import { literal } from '../../../../lambdas/shared/sql-text.ts';
import type { Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import { jdbc } from './jdbc.ts';
import { catalog, catalogs, database } from './names.ts';
import type { Shown } from './show.ts';
import { spell } from './types.ts';

/**
 * The schemas of Trino's own that say what the lake has, by the catalogue that they are in; undefined for that of the
 * lake.
 */
const systemSchemas: ReadonlyMap<string, string | undefined> = new Map([
  ['information_schema', undefined],
  ['jdbc', 'system'],
  ['metadata', 'system'],
]);

/** The name under which such a relation stands, from how a query writes it; undefined for one of the lake's own. */
export function systemName(name: string, qualifier: readonly string[] | undefined): string | undefined {
  const [schema = '', inCatalog] = qualifier?.toReversed() ?? [];
  if (!systemSchemas.has(schema)) return undefined;
  const own = systemSchemas.get(schema);
  if (own !== undefined) return inCatalog === own ? `${own}.${schema}.${name}` : undefined;
  return inCatalog === undefined || catalogs.has(inCatalog) ? `${schema}.${name}` : undefined;
}

/**
 * What Trino says of the lake itself: `information_schema`, `system.jdbc`, and the partitions of a table. undefined for
 * any other name.
 */
export function systemRelation(name: string, shown: Shown): Relation | undefined {
  const [, table] = /^(\w+)\$partitions$/.exec(name) ?? [];
  if (table !== undefined) {
    const relation = shown.relations().get(table);
    return relation?.kind === 'table' ? { name, kind: 'view', sql: partitions(relation.keys) } : undefined;
  }
  const rows = (informationSchema[name] ?? jdbc[name])?.(shown);
  return rows === undefined ? undefined : { name, kind: 'view', sql: rows };
}

function partitions(keys: readonly string[]): string {
  const days = new Set(keys.flatMap((key) => /\/dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1] ?? []));
  const rows = [...days].toSorted().map((day) => `DATE '${day}'`);
  return rows.length === 0
    ? 'SELECT CAST(NULL AS date) AS dt WHERE false'
    : `SELECT dt FROM (VALUES ${rows.join(', ')}) AS t(dt)`;
}

const informationSchema: Readonly<Record<string, ((shown: Shown) => string) | undefined>> = {
  'information_schema.schemata': () =>
    `SELECT ${literal(catalog)} AS catalog_name, s AS schema_name FROM (VALUES 'information_schema', ` +
    `${literal(database)}) AS t(s)`,
  'information_schema.tables': (shown) =>
    values(
      ['table_catalog', 'table_schema', 'table_name', 'table_type'],
      [...shown.relations().values()].map(({ name, kind }) => [
        ...[catalog, database, name.toLowerCase()].map(literal),
        literal(kind === 'view' ? 'VIEW' : 'BASE TABLE'),
      ]),
    ),
  'information_schema.views': (shown) =>
    values(
      ['table_catalog', 'table_schema', 'table_name', 'view_definition'],
      [...shown.relations().values()].flatMap((relation) =>
        relation.kind === 'view'
          ? [[catalog, database, relation.name.toLowerCase(), relation.sql.trim()].map(literal)]
          : [],
      ),
    ),
  // What all rows have alike stands once: the text of each is read by the gate.
  'information_schema.columns': (shown) =>
    `SELECT ${literal(catalog)} AS table_catalog, ${literal(database)} AS table_schema, table_name, column_name,
      CAST(place AS bigint) AS ordinal_position, CAST(NULL AS varchar) AS column_default, 'YES' AS is_nullable, data_type
    FROM (${values(
      ['table_name', 'column_name', 'place', 'data_type'],
      [...shown.relations().keys()].flatMap((table) =>
        (shown.shownOf(table) ?? []).map(({ name, type }, i) => [
          literal(table),
          literal(name),
          String(i + 1),
          literal(spell(type)),
        ]),
      ),
    )})`,
  'system.metadata.table_comments': (shown) =>
    values(
      ['catalog_name', 'schema_name', 'table_name', 'comment'],
      [...shown.relations().keys()].map((name) => [...[catalog, database, name].map(literal), 'CAST(NULL AS varchar)']),
    ),
  'system.metadata.catalogs': () =>
    values(['catalog_name', 'connector_id', 'connector_name'], [[catalog, catalog, 'hive'].map(literal)]),
};

/** A relation of so many rows; of its columns the first is a text where there is none. */
export function values(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0)
    return `SELECT ${columns.map((name) => `CAST(NULL AS varchar) AS ${name}`).join(', ')} WHERE false`;
  return `SELECT * FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS t(${columns.join(', ')})`;
}
