/** A column of an answer; `type` in Trino's spelling: `bigint`, `decimal(18,2)`, `timestamp(3)`, `array(varchar)`… */
export interface AnswerColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * A value of an answer, the same for every warehouse.
 * bigint and integers → bigint or number (number where it is exact); decimal → string with its scale; double → number;
 * date → `YYYY-MM-DD`; timestamp → `YYYY-MM-DD HH:MM:SS.mmm` (UTC); array → array; row and map → object.
 */
export type AnswerValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly AnswerValue[]
  | { readonly [field: string]: AnswerValue };

export interface Answer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly AnswerValue[])[];
}

/**
 * A table or a view under its name, as the warehouse sees it. A table is the Parquet objects under its keys; it exists,
 * empty, before the first of them does, with its declared columns (types in Trino's spelling).
 */
export type Relation =
  | { readonly name: string; readonly kind: 'table'; readonly columns: readonly AnswerColumn[]; readonly keys: readonly string[] }
  | { readonly name: string; readonly kind: 'view'; readonly sql: string };

/** What a materialised SELECT left behind: one finished local Parquet file. */
export interface Materialised {
  readonly path: string;
  readonly rows: number;
}

/**
 * The warehouse: answers Trino SQL, in the portable subset of `docs/portable-sql.md`, over the lake's Parquet tables.
 * @throws UnportableSql for a construct outside the subset, by name, with the portable spelling
 * @throws QueryFailed for a query that is refused or fails, with line and column where they are known
 */
export interface Warehouse {
  /** Answers one query. */
  query(sql: string): Promise<Answer>;
  /** Ends all queries and gives everything back. */
  close(): Promise<void>;
}

/** SQL that Athena and the embedded engine might answer differently, or that is outside the portable subset. */
export class UnportableSql extends Error {
  override readonly name = 'UnportableSql';
}

/** The engine refused or failed a query. */
export class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}
