/** What `run.ts` tells the tests. */
import { join } from 'node:path';
import { z } from 'zod';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../../localstack/embedded/warehouse/lake-warehouse.ts';
import type { DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { lakesOf } from './lakes.ts';

function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start these tests with \`npm run test:trino\`.`);
  return value;
}

export const catalog = loadCatalog();
export const server = told('SILLAGE_TRINO');
export const release = told('SILLAGE_TRINO_RELEASE');
export const connector = z.enum(['hive', 'memory']).parse(told('SILLAGE_TRINO_CONNECTOR'));
export const lakes = lakesOf(connector);

/** The folder of a lake by its name. */
export const rootOf = (name: string): string => join(told('SILLAGE_TRINO_LAKES'), name);

/** Asks the embedded engine about a lake. */
export const onDuckdb = <T>(name: string, work: (warehouse: DuckdbWarehouse) => Promise<T>): Promise<T> =>
  withWarehouse(filesLake(rootOf(name)), catalog, work);
