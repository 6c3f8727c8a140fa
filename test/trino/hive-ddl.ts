/** Reads the Hive DDL that Athena is given, and says the same in the DDL of Trino's Hive connector. */
import { parseType, trinoType } from '../../lambdas/shared/schema/types.ts';

interface HiveColumn {
  readonly name: string;
  readonly type: string;
}

/** What a `CREATE EXTERNAL TABLE` says, apart from its comments. */
export interface HiveTable {
  readonly name: string;
  readonly columns: readonly HiveColumn[];
  readonly partitions: readonly HiveColumn[];
  readonly serde: string;
  readonly serdeProperties: ReadonlyMap<string, string>;
  readonly location: string;
  readonly properties: ReadonlyMap<string, string>;
}

const quoted = String.raw`'((?:[^'\\]|\\.)*)'`;
const unescaped = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

/** The part of the statement that a pattern finds. @throws Error where there is none */
function part(ddl: string, pattern: RegExp): string {
  const found = pattern.exec(ddl)?.[1];
  if (found === undefined) throw new Error(`The DDL has nothing like ${pattern.source}:\n${ddl}`);
  return found;
}

const listed = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .filter((line) => line.trim() !== '');

function columnsIn(text: string): HiveColumn[] {
  return listed(text).map((line) => {
    const [, name, type] = new RegExp(String.raw`^ {2}\`(\w+)\` (\S+)(?: COMMENT ${quoted})?$`).exec(line) ?? [];
    if (name === undefined || type === undefined) throw new Error(`This is no column of a DDL: ${line}`);
    return { name, type };
  });
}

function propertiesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    listed(text).map((line): [string, string] => {
      const [, key, value] = new RegExp(`^ {2}${quoted} = ${quoted}$`).exec(line) ?? [];
      if (key === undefined || value === undefined) throw new Error(`This is no property of a DDL: ${line}`);
      return [unescaped(key), unescaped(value)];
    }),
  );
}

/** Reads a statement as `athena-ddl.ts` writes it. @throws Error naming the line that it does not understand */
export function readHiveTable(ddl: string): HiveTable {
  const serdeProperties = /WITH SERDEPROPERTIES \(\n([\s\S]*?)\n\)/.exec(ddl)?.[1];
  return {
    name: part(ddl, /^CREATE EXTERNAL TABLE `(\w+)` \(\n/),
    columns: columnsIn(part(ddl, /^CREATE EXTERNAL TABLE `\w+` \(\n([\s\S]*?)\n\)\nCOMMENT/)),
    partitions: columnsIn(part(ddl, /\nPARTITIONED BY \(\n([\s\S]*?)\n\)\n/)),
    serde: part(ddl, new RegExp(`\nROW FORMAT SERDE ${quoted}`)),
    serdeProperties: propertiesIn(serdeProperties ?? ''),
    location: part(ddl, new RegExp(`\nLOCATION ${quoted}\n`)),
    properties: propertiesIn(part(ddl, /\nTBLPROPERTIES \(\n([\s\S]*)\n\)$/)),
  };
}

/** The formats of Trino's Hive connector by the SerDe that they stand for. */
const formats: ReadonlyMap<string, string> = new Map([
  ['org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe', 'PARQUET'],
  ['org.apache.hadoop.hive.serde2.OpenCSVSerde', 'CSV'],
  ['org.openx.data.jsonserde.JsonSerDe', 'OPENX_JSON'],
]);

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The same table for Trino, at another location. @throws Error for a SerDe that the connector has not */
export function trinoTable(table: HiveTable, location: string): string {
  const format = formats.get(table.serde);
  if (format === undefined) throw new Error(`Trino has no format for the SerDe ${table.serde} of ${table.name}.`);
  const columns = [...table.columns, ...table.partitions]
    .map(({ name, type }) => `  "${name}" ${trinoType(parseType(type))}`)
    .join(',\n');
  const options = [
    `external_location = ${text(location)}`,
    `format = '${format}'`,
    `partitioned_by = ARRAY[${table.partitions.map(({ name }) => text(name)).join(', ')}]`,
    ...(format === 'CSV' ? csvOptions(table) : []),
  ];
  return `CREATE TABLE "${table.name}" (\n${columns}\n) WITH (\n  ${options.join(',\n  ')}\n)`;
}

function csvOptions({ serdeProperties, properties }: HiveTable): string[] {
  const options = [
    ['csv_separator', 'separatorChar'],
    ['csv_quote', 'quoteChar'],
    ['csv_escape', 'escapeChar'],
  ] as const;
  return [
    ...options.flatMap(([option, property]) => {
      const value = serdeProperties.get(property);
      return value === undefined ? [] : [`${option} = ${text(value)}`];
    }),
    ...(properties.has('skip.header.line.count')
      ? [`skip_header_line_count = ${properties.get('skip.header.line.count') ?? ''}`]
      : []),
  ];
}
