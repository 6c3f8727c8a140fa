/**
 * The names under which a query may call the lake: `lake` is the catalogue of a Trino beside it, `awsdatacatalog`
 * Athena's, and the database is that of a deployment without a name of its own.
 */
export const database = 'sillage';
export const catalog = 'awsdatacatalog';
export const catalogs: ReadonlySet<string> = new Set([catalog, 'lake']);
export const databases: ReadonlySet<string> = new Set([database]);
