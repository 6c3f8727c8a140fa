import { literal } from '../../../../lambdas/shared/sql-text.ts';
import type { Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import { database } from './names.ts';
import type { Shown } from './show.ts';
import { spell } from './types.ts';

/** Athena's name of its catalogue. */
const catalog = 'awsdatacatalog';

/** What Trino says of the lake itself: `information_schema`, and the partitions of a table. undefined for any other name. */
export function systemRelation(name: string, shown: Shown): Relation | undefined {
  const [, table] = /^(\w+)\$partitions$/.exec(name) ?? [];
  if (table !== undefined) {
    const relation = shown.relations().get(table);
    return relation?.kind === 'table' ? { name, kind: 'view', sql: partitions(relation.keys) } : undefined;
  }
  const rows = informationSchema[name]?.(shown);
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
    `SELECT ${literal(catalog)} AS catalog_name, s AS schema_name FROM (VALUES 'information_schema', ${literal(database)}) AS t(s)`,
  'information_schema.tables': (shown) =>
    values(
      ['table_catalog', 'table_schema', 'table_name', 'table_type'],
      [...shown.relations().values()].map(({ name, kind }) => [
        ...[catalog, database, name.toLowerCase()].map(literal),
        literal(kind === 'view' ? 'VIEW' : 'BASE TABLE'),
      ]),
    ),
  'information_schema.columns': (shown) =>
    values(
      'table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type'.split(
        ' ',
      ),
      [...shown.relations().keys()].flatMap((table) =>
        (shown.shownOf(table) ?? []).map(({ name, type }, i) => [
          ...[catalog, database, table, name].map(literal),
          `CAST(${i + 1} AS bigint)`,
          'CAST(NULL AS varchar)',
          "'YES'",
          literal(spell(type)),
        ]),
      ),
    ),
};

const values = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  `SELECT * FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS t(${columns.join(', ')})`;
