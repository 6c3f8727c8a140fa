import { literal } from '../../../../lambdas/shared/duckdb.ts';
import { catalog as catalogName, database } from './names.ts';
import type { Shown } from './show.ts';
import { spell, type Type } from './types.ts';

const catalog = literal(catalogName);
const schema = literal(database);
const none = 'CAST(NULL AS varchar)';
const unknown = 'CAST(NULL AS bigint)';

/** The numbers of `java.sql.Types`, by the names of Trino's types; what is not here is a JAVA_OBJECT. */
const javaTypes: Readonly<Record<string, number | undefined>> = {
  boolean: 16,
  tinyint: -6,
  smallint: 5,
  integer: 4,
  bigint: -5,
  real: 7,
  double: 8,
  decimal: 3,
  varchar: 12,
  char: 1,
  varbinary: -3,
  date: 91,
  timestamp: 93,
  array: 2003,
};
const javaObject = 2000;
const javaType = ({ name }: Type): string => String(javaTypes[name] ?? javaObject);

/** A row of named values, as a SELECT item each. */
const select = (columns: Readonly<Record<string, string>>, from: string): string =>
  `SELECT ${Object.entries(columns)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ')} FROM ${from}`;

const rowsOf = (rows: readonly (readonly string[])[], names: string): string =>
  `(VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS t(${names})`;

/** The columns of these that are numbers. */
const numbers = new Set(
  (
    'attr_size base_type buffer_length char_octet_length column_size column_type data_type ' +
    'decimal_digits length nullable num_prec_radix ordinal_position precision procedure_type radix ' +
    'scale sql_data_type sql_datetime_sub'
  ).split(' '),
);

/** What a lake has none of: procedures, types of its own, tables under others. */
const nothing = (columns: string) => () =>
  `SELECT ${columns
    .split(' ')
    .map((name) => `CAST(NULL AS ${numbers.has(name) ? 'bigint' : 'varchar'}) AS ${name}`)
    .join(', ')} WHERE false`;

/** What JDBC's DatabaseMetaData asks (`system.jdbc` of Trino), in the columns that the standard names. */
export const jdbc: Readonly<Record<string, ((shown: Shown) => string) | undefined>> = {
  'system.jdbc.catalogs': () => `SELECT ${catalog} AS table_cat`,
  'system.jdbc.schemas': () =>
    select({ table_schem: 's', table_catalog: catalog }, `(VALUES 'information_schema', ${schema}) AS t(s)`),
  'system.jdbc.table_types': () => `SELECT x AS table_type FROM (VALUES 'TABLE', 'VIEW') AS t(x)`,
  'system.jdbc.types': () =>
    select(
      {
        type_name: 't',
        data_type: 'j',
        precision: unknown,
        literal_prefix: none,
        literal_suffix: none,
        create_params: none,
        nullable: 'CAST(1 AS bigint)',
        case_sensitive: 'false',
        searchable: 'CAST(3 AS bigint)',
        unsigned_attribute: 'CAST(NULL AS boolean)',
        fixed_prec_scale: 'false',
        auto_increment: 'CAST(NULL AS boolean)',
        local_type_name: none,
        minimum_scale: 'CAST(0 AS bigint)',
        maximum_scale: 'CAST(0 AS bigint)',
        sql_data_type: unknown,
        sql_datetime_sub: unknown,
        num_prec_radix: 'CAST(10 AS bigint)',
      },
      rowsOf(
        Object.entries(javaTypes).map(([name, number]) => [literal(name), `CAST(${number ?? javaObject} AS bigint)`]),
        't, j',
      ),
    ),
  'system.jdbc.procedures': nothing(
    'procedure_cat procedure_schem procedure_name remarks procedure_type specific_name',
  ),
  'system.jdbc.procedure_columns': nothing(
    'procedure_cat procedure_schem procedure_name column_name column_type data_type type_name ' +
      'precision length scale radix nullable remarks column_def sql_data_type sql_datetime_sub ' +
      'char_octet_length ordinal_position is_nullable specific_name',
  ),
  'system.jdbc.udts': nothing('type_cat type_schem type_name class_name data_type remarks base_type'),
  'system.jdbc.super_types': nothing('type_cat type_schem type_name supertype_cat supertype_schem supertype_name'),
  'system.jdbc.super_tables': nothing('table_cat table_schem table_name supertable_name'),
  'system.jdbc.attributes': nothing(
    'type_cat type_schem type_name attr_name data_type attr_type_name attr_size decimal_digits ' +
      'num_prec_radix nullable remarks attr_def sql_data_type sql_datetime_sub char_octet_length ' +
      'ordinal_position is_nullable scope_catalog scope_schema scope_table source_data_type',
  ),
  'system.jdbc.pseudo_columns': nothing(
    'table_cat table_schem table_name column_name data_type column_size decimal_digits num_prec_radix column_usage remarks char_octet_length is_nullable',
  ),
  'system.jdbc.tables': (shown) =>
    select(
      {
        table_cat: catalog,
        table_schem: schema,
        table_name: 'n',
        table_type: 'k',
        remarks: none,
        type_cat: none,
        type_schem: none,
        type_name: none,
        self_referencing_col_name: none,
        ref_generation: none,
      },
      rowsOf(
        [...shown.relations().values()].map(({ name, kind }) =>
          [name.toLowerCase(), kind === 'view' ? 'VIEW' : 'TABLE'].map(literal),
        ),
        'n, k',
      ),
    ),
  'system.jdbc.columns': (shown) =>
    select(
      {
        table_cat: catalog,
        table_schem: schema,
        table_name: 'r',
        column_name: 'n',
        data_type: 'j',
        type_name: 't',
        column_size: 'w',
        buffer_length: unknown,
        decimal_digits: 'd',
        num_prec_radix: 'CASE WHEN d IS NULL THEN CAST(NULL AS bigint) ELSE CAST(10 AS bigint) END',
        nullable: 'CAST(1 AS bigint)',
        remarks: none,
        column_def: none,
        sql_data_type: unknown,
        sql_datetime_sub: unknown,
        char_octet_length: unknown,
        ordinal_position: 'o',
        is_nullable: "'YES'",
        scope_catalog: none,
        scope_schema: none,
        scope_table: none,
        source_data_type: unknown,
        is_autoincrement: none,
        is_generatedcolumn: none,
      },
      rowsOf(
        [...shown.relations().keys()].flatMap((table) =>
          (shown.shownOf(table) ?? []).map(({ name, type }, i) => [
            ...[table, name].map(literal),
            `CAST(${javaType(type)} AS bigint)`,
            literal(spell(type)),
            `CAST(${type.name === 'decimal' ? type.precision : 'NULL'} AS bigint)`,
            `CAST(${type.name === 'decimal' ? type.scale : 'NULL'} AS bigint)`,
            `CAST(${i + 1} AS bigint)`,
          ]),
        ),
        'r, n, j, t, w, d, o',
      ),
    ),
};
