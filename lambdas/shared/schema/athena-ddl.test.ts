import { expect, test } from '@jest/globals';
import { createTable, createView } from './athena-ddl.ts';

const visits = JSON.stringify({
  Name: 'visits',
  Description: "The shop's visits",
  TableType: 'EXTERNAL_TABLE',
  Parameters: {
    classification: 'parquet',
    'sillage.sort': 'at',
    'projection.dt.type': 'date',
    'storage.location.template': 's3://${LakeBucket}/curated/visits/dt=${dt}/',
  },
  PartitionKeys: [{ Name: 'dt', Type: 'date', Comment: 'Day' }],
  StorageDescriptor: {
    Columns: [
      { Name: 'at', Type: 'timestamp' },
      {
        Name: 'items',
        Type: 'array<struct<sku:string,qty:int>>',
        Comment: String.raw`Of the cart \ "bag"; the shop's`,
      },
    ],
    Location: 's3://${LakeBucket}/curated/visits/',
    InputFormat: 'in',
    OutputFormat: 'out',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  },
});

const statement = String.raw`CREATE EXTERNAL TABLE ${'`visits`'} (
  ${'`at`'} timestamp,
  ${'`items`'} array<struct<sku:string,qty:int>> COMMENT 'Of the cart \\ "bag"; the shop\'s'
)
COMMENT 'The shop\'s visits'
PARTITIONED BY (
  ${'`dt`'} date COMMENT 'Day'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'in' OUTPUTFORMAT 'out'
LOCATION 's3://lake/curated/visits/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'projection.dt.type' = 'date',
  'storage.location.template' = 's3://lake/curated/visits/dt=${'${dt}'}/'
)`;

test('a document becomes the statement that Athena takes', () => {
  expect(createTable(visits, 'lake')).toBe(statement);
});

test('a view is its own text under its name', () => {
  expect(createView('paths', 'SELECT 1 AS n\n')).toBe('CREATE OR REPLACE VIEW paths AS\nSELECT 1 AS n\n');
});

test('what is no table has no such statement', () => {
  expect(() => createTable(visits.replace('EXTERNAL_TABLE', 'VIRTUAL_VIEW'), 'lake')).toThrow(/EXTERNAL_TABLE/);
});
