/** A view as Athena keeps it in the Glue catalogue. */

export interface ViewText {
  readonly sql: string;
  /** Where it looks for the names that it reads. */
  readonly database: string;
  /** With types in Trino's spelling. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What tells Athena, and Trino, that a table is a view whose text is theirs. */
export const viewMark = 'Presto View';

/** The `ViewOriginalText`: the query and its columns, which Athena does not look at again before it runs. */
export function viewOriginalText({ sql, database, columns }: ViewText): string {
  const view = { originalSql: sql, catalog: 'awsdatacatalog', schema: database, columns };
  return `/* ${viewMark}: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`;
}
