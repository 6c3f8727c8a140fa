/**
 * A lake in Trino's catalogue: its files by the DDL that Athena is given, or its rows, and the views from their own
 * text.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declaredRelations } from '../../lambdas/model/relations.ts';
import { createTable, createView } from '../../lambdas/shared/schema/athena-ddl.ts';
import { home } from '../../lambdas/shared/home.ts';
import type { Catalog } from '../../lambdas/shared/schema/catalog.ts';
import type { Table } from '../../lambdas/shared/schema/table.ts';
import { ask } from '../../localstack/trino/client.ts';
import { viewsInOrder } from '../../localstack/trino/views.ts';
import { readHiveTable, trinoTable } from './hive-ddl.ts';
import { placeRows } from './rows.ts';
import type { Connector } from '../../localstack/trino/server.ts';

const bucketName = 'the-lake';

/** Athena's own statement for a table. */
export function athenaTable(table: Table): string {
  return createTable(readFileSync(new URL(`glue-schemas/${table.zone}/${table.name}.json`, home), 'utf8'), bucketName);
}

async function placeFiles(server: string, schema: string, root: string, table: Table): Promise<void> {
  const hive = readHiveTable(athenaTable(table));
  const bucket = `s3://${bucketName}/`;
  if (!hive.location.startsWith(bucket)) throw new Error(`${table.name} stands at ${hive.location}, not in ${bucket}.`);
  const folder = join(root, hive.location.slice(bucket.length));
  // A table exists before its first object.
  await mkdir(folder, { recursive: true });
  await ask(server, schema, trinoTable(hive, pathToFileURL(folder).href));
  await ask(server, schema, `CALL system.sync_partition_metadata('${schema}', '${table.name}', 'FULL')`);
}

/** Puts a lake's tables and views into a new schema. */
export async function placeLake(
  server: string,
  connector: Connector,
  schema: string,
  root: string,
  catalog: Catalog,
): Promise<void> {
  await ask(server, schema, `CREATE SCHEMA ${schema}`);
  const tables = [...catalog.values()].filter(({ isView, zone }) => !isView && zone !== 'raw');
  if (connector === 'memory') await placeRows(server, schema, root, catalog, tables);
  else for (const table of tables) await placeFiles(server, schema, root, table);
  for (const { name, sql } of viewsInOrder(declaredRelations(catalog)))
    await ask(server, schema, createView(name, sql));
}
