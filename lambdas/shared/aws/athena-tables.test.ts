import { expect, test } from '@jest/globals';
import { createTableAs } from './athena-tables.ts';

const columns = [
  { name: 'n', type: 'bigint' },
  { name: 'dt', type: 'date' },
];
const key = (day: string) => `curated/orders/dt=${day}/orders.parquet`;

test('each table is narrowed to the days of its keys, in as few ranges as there are', () => {
  const keys = ['2024-02-28', '2024-02-29', '2024-03-01', '2024-03-05'].map(key);
  const sql = createTableAs(
    {
      name: 'scratch_m_20240301',
      location: "s3://results/it's/",
      select: 'SELECT n, dt FROM orders',
      relations: [
        { name: 'slice', kind: 'view', sql: "SELECT DATE '2024-03-01' AS dt" },
        { name: 'orders', kind: 'table', columns, keys: [...keys, keys[0] ?? ''] },
        { name: 'refunds', kind: 'table', columns, keys: [] },
      ],
      columns,
    },
    'sillage_dev',
  );
  expect(sql)
    .toBe(`CREATE TABLE sillage_dev.scratch_m_20240301 WITH (format = 'PARQUET', external_location = 's3://results/it''s/') AS
WITH slice AS (SELECT DATE '2024-03-01' AS dt),
orders AS (SELECT n, dt FROM sillage_dev.orders WHERE dt BETWEEN DATE '2024-02-28' AND DATE '2024-03-01' OR dt BETWEEN DATE '2024-03-05' AND DATE '2024-03-05'),
refunds AS (SELECT n, dt FROM sillage_dev.refunds WHERE false)
SELECT CAST(n AS bigint) AS n, CAST(dt AS date) AS dt FROM (
SELECT n, dt FROM orders
)`);
});
