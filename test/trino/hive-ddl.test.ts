import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createTable } from '../../lambdas/shared/schema/athena-ddl.ts';
import { home } from '../../lambdas/shared/home.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { readHiveTable, trinoTable } from './hive-ddl.ts';

const tables = [...loadCatalog().values()].filter(({ isView }) => !isView);
const documentOf = ({ zone, name }: { readonly zone: string; readonly name: string }): string =>
  readFileSync(new URL(`glue-schemas/${zone}/${name}.json`, home), 'utf8');

const statement = String.raw`CREATE EXTERNAL TABLE ${'`visits`'} (
  ${'`at`'} timestamp,
  ${'`items`'} array<struct<sku:string,qty:int>> COMMENT 'Of the shop\'s cart, \\ and "bag"'
)
COMMENT 'Visits'
PARTITIONED BY (
  ${'`dt`'} date COMMENT 'Day'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'in' OUTPUTFORMAT 'out'
LOCATION 's3://lake/curated/visits/'
TBLPROPERTIES (
  'classification' = 'parquet'
)`;

describe('the statement of', () => {
  test.each(tables)('$name says what the schema says', (table) => {
    const hive = readHiveTable(createTable(documentOf(table), 'lake'));
    expect(hive.columns).toEqual(
      table.columns
        .filter(({ pii }) => table.zone === 'raw' || pii !== 'direct')
        .map(({ name, glueType }) => ({ name, type: glueType })),
    );
    expect(hive).toMatchObject({ name: table.name, location: `s3://lake/${table.prefix}` });
    expect(hive.partitions.map(({ name }) => name)).toEqual(['dt']);
    expect(hive.properties.get('storage.location.template')).toBe(`s3://lake/${table.prefix}dt=\${dt}/`);
    expect(hive.properties.get('projection.dt.type')).toBe('date');
    expect([...hive.properties.keys()].filter((key) => key.startsWith('sillage.'))).toEqual([]);
  });
});

test('Trino is told the same columns, at another place', () => {
  expect(trinoTable(readHiveTable(statement), 'file:///tmp/the lake/')).toBe(`CREATE TABLE "visits" (
  "at" timestamp(3),
  "items" array(row("sku" varchar, "qty" integer)),
  "dt" date
) WITH (
  external_location = 'file:///tmp/the lake/',
  format = 'PARQUET',
  partitioned_by = ARRAY['dt']
)`);
});

test('a line that is not understood is told', () => {
  expect(() => readHiveTable(statement.replace('`at` timestamp', 'at timestamp'))).toThrow(
    /This is no column of a DDL: {3}at timestamp/,
  );
  expect(() => trinoTable(readHiveTable(statement.replace('ParquetHiveSerDe', 'AvroSerDe')), 'file:///x')).toThrow(
    /no format for the SerDe .*AvroSerDe of visits/,
  );
});
