import { availableParallelism, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { athenaSql, relationOf } from '../../lambdas/model/relations.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import type { Relation } from '../../lambdas/shared/ports/warehouse.ts';
import type { Catalog, Table } from '../../lambdas/shared/schema/catalog.ts';
import { duckdbWarehouse, type DuckdbWarehouse, type DuckdbWarehouseOptions } from './duckdb-warehouse.ts';
import { keysUnder } from './files/list.ts';

/** The lake's tables and views, as Athena's catalogue has them. */
export async function relationsOf(lake: Lake, catalog: Catalog): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const table of catalog.values()) {
    if (table.zone === 'raw') continue;
    relations.push(table.isView ? { name: table.name, kind: 'view', sql: athenaSql(table.name) } : relationOf(table, await keysOf(lake, table)));
  }
  return relations;
}

/** The keys alone: a query asks for no sizes and etags, and a listing that has them reads a note for every object. */
async function keysOf(lake: Lake, table: Table): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of keysUnder(lake.location, table.prefix)) if (key.endsWith('.parquet')) keys.push(key);
  return keys;
}

function commentOf(catalog: Catalog, relation: string, column: string): string | undefined {
  const table = catalog.get(relation);
  return column === 'dt' ? table?.partition : table?.columns.find(({ name }) => name === column)?.comment;
}

/** Opens a warehouse over the lake. */
export async function withWarehouse<T>(lake: Lake, catalog: Catalog, work: (warehouse: DuckdbWarehouse) => Promise<T>, limits: Pick<DuckdbWarehouseOptions, 'memoryLimitMb'> = {}): Promise<T> {
  const warehouse = await duckdbWarehouse({
    relations: await relationsOf(lake, catalog), resolve: (key) => lake.localPath(key, ''), comment: (relation, column) => commentOf(catalog, relation, column),
    threads: availableParallelism(),
    tempDirectory: resolve(tmpdir(), `sillage-spill-${process.pid}`), ...limits,
  });
  try {
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}
