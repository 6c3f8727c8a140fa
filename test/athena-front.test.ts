import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { athenaClient } from '../lambdas/shared/aws/athena-executions.ts';
import { athenaWarehouse } from '../lambdas/shared/aws/athena-warehouse.ts';
import { warehouseContract } from '../lambdas/shared/ports/warehouse.contract.ts';
import { type Relation, type Warehouse, whole } from '../lambdas/shared/ports/warehouse.ts';
import { duckdbWarehouse } from '../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { assertPortable } from '../localstack/embedded/warehouse/trino/gate.ts';
import { type AthenaFront, athenaFront } from './athena-front.ts';
import { copyTo } from './copy-to.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'athena-front-'));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(() => rm(folder, { recursive: true }));

const within = (key: string): string => join(folder, key);
const duckdb = (relations: readonly Relation[]) => duckdbWarehouse({ relations, resolve: within, threads: 1 });

interface Opened {
  readonly front: AthenaFront;
  readonly warehouse: Warehouse;
}

/** The adapter before a front before the embedded engine. */
async function through(relations: readonly Relation[], admit: (sql: string) => void): Promise<Opened> {
  const engine = await duckdb(relations);
  const front = await athenaFront(engine);
  const client = athenaClient({ AWS_ENDPOINT_URL: front.url });
  const adapter = athenaWarehouse({ workgroup: 'sillage-test', database: 'sillage_test', client, admit });
  return {
    front,
    warehouse: {
      query: (...given) => adapter.query(...given),
      stream: (...given) => adapter.stream(...given),
      async close() {
        await adapter.close();
        client.destroy();
        await front.close();
        await engine.close();
      },
    },
  };
}

warehouseContract(
  'Athena warehouse',
  async (tables, views) => {
    const writer = await duckdb([]);
    for (const { name, rows } of tables)
      if (rows !== undefined) await copyTo(writer, rows, within(`${name}.parquet`), { orderBy: ['dt'] });
    await writer.close();
    const relations: readonly Relation[] = [
      ...tables.map(
        ({ name, columns, rows }) =>
          ({ name, kind: 'table', columns, keys: rows === undefined ? [] : [`${name}.parquet`] }) as const,
      ),
      ...views.map((view) => ({ ...view, kind: 'view' }) as const),
    ];
    return (await through(relations, (sql) => assertPortable(sql, relations))).warehouse;
  },
  { refusesNested: true, waitsForTheLast: true },
);

test('pages hold what the engine answers, and no row twice', async () => {
  const { front, warehouse } = await through([], () => undefined);
  try {
    const answer = await warehouse.stream('SELECT x, CAST(x AS varchar) AS t FROM UNNEST(sequence(1, 2500)) AS s(x)');
    const pages: number[] = [];
    const rows = [];
    for await (const page of answer.rows) {
      pages.push(page.length);
      rows.push(...page);
    }
    // The names take the first row of the first page.
    expect(pages).toEqual([999, 1000, 501]);
    expect(rows).toEqual(Array.from({ length: 2500 }, (_, i) => [i + 1, String(i + 1)]));
    const described = await whole(await warehouse.stream('SHOW TABLES'));
    expect(described.rows).toEqual([]);
    expect(new Set(front.requests.map(({ operation }) => operation))).toEqual(
      new Set(['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults']),
    );
  } finally {
    await warehouse.close();
  }
});

test('a reader that ends a query ends it in the engine too', async () => {
  let isEnded = false;
  const front = await athenaFront({
    stream: async (_, { signal } = {}) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      isEnded = true;
      throw signal?.reason;
    },
  });
  const client = athenaClient({ AWS_ENDPOINT_URL: front.url });
  const warehouse = athenaWarehouse({ workgroup: 'w', database: 'd', client });
  await expect(warehouse.query('SELECT 1', { timeoutMs: 60 })).rejects.toMatchObject({ name: 'LimitReached' });
  expect(isEnded).toBe(true);
  await warehouse.close();
  client.destroy();
  await front.close();
});
