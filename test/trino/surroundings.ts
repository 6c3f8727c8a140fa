/** What `run.ts` tells the tests. */
import { z } from 'zod';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import type { DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';

function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start these tests with \`npm run test:trino\`.`);
  return value;
}

export const catalog = loadCatalog();
export const server = told('SILLAGE_TRINO');
export const release = told('SILLAGE_TRINO_RELEASE');
export const connector = z.enum(['hive', 'memory']).parse(told('SILLAGE_TRINO_CONNECTOR'));
/** Whether the views and models are asked here: to plan them takes minutes, so one server is. */
export const areViewsAsked = told('SILLAGE_TRINO_VIEWS') === 'true';

/** The folder of the lake. */
export const root = told('SILLAGE_TRINO_LAKE');

/** Asks the embedded engine about the lake. */
export const onDuckdb = <T>(work: (warehouse: DuckdbWarehouse) => Promise<T>): Promise<T> =>
  withWarehouse(filesLake(root), catalog, work);
