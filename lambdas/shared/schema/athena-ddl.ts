/** The statements that make the lake's tables and views in Athena, from the schema documents. */
import { type GlueColumn, glueTable } from './glue-table.ts';

/** Hive escapes with a backslash. */
const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
const name = (value: string): string => `\`${value}\``;

const columnLines = (columns: readonly GlueColumn[]): string =>
  columns
    .map(({ Name, Type, Comment }) => `  ${name(Name)} ${Type}${Comment === '' ? '' : ` COMMENT ${text(Comment)}`}`)
    .join(',\n');

const propertyLines = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([key, value]) => `  ${text(key)} = ${text(value)}`)
    .join(',\n');

/**
 * The `CREATE EXTERNAL TABLE` of a table's schema document, for the lake in a bucket. What is the house's own
 * (`sillage.*`) is left out: Athena reads none of it.
 * @throws ZodError for a document of no table
 */
export function createTable(schemaDocument: string, bucket: string): string {
  const table = glueTable(schemaDocument, bucket);
  const { Columns, Location, InputFormat, OutputFormat, SerdeInfo } = table.StorageDescriptor;
  const properties = Object.fromEntries(
    Object.entries(table.Parameters).filter(([key]) => !key.startsWith('sillage.')),
  );
  const serde =
    Object.keys(SerdeInfo.Parameters).length === 0
      ? ''
      : ` WITH SERDEPROPERTIES (\n${propertyLines(SerdeInfo.Parameters)}\n)`;
  return [
    `CREATE EXTERNAL TABLE ${name(table.Name)} (\n${columnLines(Columns)}\n)`,
    `COMMENT ${text(table.Description)}`,
    `PARTITIONED BY (\n${columnLines(table.PartitionKeys)}\n)`,
    `ROW FORMAT SERDE ${text(SerdeInfo.SerializationLibrary)}${serde}`,
    `STORED AS INPUTFORMAT ${text(InputFormat)} OUTPUTFORMAT ${text(OutputFormat)}`,
    `LOCATION ${text(Location)}`,
    `TBLPROPERTIES (\n${propertyLines(properties)}\n)`,
  ].join('\n');
}

/** The `CREATE VIEW` of a view's own text. */
export function createView(view: string, sql: string): string {
  return `CREATE OR REPLACE VIEW ${view} AS\n${sql}`;
}
