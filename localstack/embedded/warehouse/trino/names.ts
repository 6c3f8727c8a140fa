import { QueryFailed } from '../../../../lambdas/shared/ports/warehouse.ts';

/**
 * The names under which a query may call the lake: `lake` is the catalogue of a Trino beside it, `awsdatacatalog`
 * Athena's, and the database is that of a deployment without a name of its own.
 */
export const database = 'sillage';
export const catalog = 'awsdatacatalog';
export const catalogs: ReadonlySet<string> = new Set([catalog, 'lake']);
export const databases: ReadonlySet<string> = new Set([database]);

/** Schemas that a client may stand in, though no name is looked for in them. */
const otherSchemas: ReadonlySet<string> = new Set(['information_schema', 'jdbc', 'metadata', 'runtime']);

/** @throws QueryFailed for a catalogue or a schema that is not here */
export function assertThere(catalogName: string | undefined, schema: string | undefined): void {
  if (catalogName !== undefined && !catalogs.has(catalogName) && catalogName !== 'system')
    throw new QueryFailed(`Catalog '${catalogName}' not found; use ${catalog}`);
  if (schema !== undefined && !databases.has(schema) && !otherSchemas.has(schema))
    throw new QueryFailed(`Schema '${schema}' does not exist; use ${database}`);
}
