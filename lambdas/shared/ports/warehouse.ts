/** A column of an answer; `type` in Trino's spelling: `bigint`, `decimal(18,2)`, `timestamp(3)`, `array(varchar)`… */
export interface AnswerColumn {
  readonly name: string;
  readonly type: string;
  /** What its values are parts of, where that is known of the column itself, and not of its name: 0.25 is 25 %. */
  readonly unit?: 'share' | undefined;
}

/**
 * A value of an answer, the same for every warehouse. bigint and integers → bigint or number (number where it is
 * exact); decimal → string with its scale; double → number; date → `YYYY-MM-DD`; timestamp → `YYYY-MM-DD HH:MM:SS.mmm`
 * (UTC); array → array; row and map → object; where a warehouse answers with them: varbinary → hexadecimal as of
 * `to_hex`; json → its text.
 */
export type AnswerValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly AnswerValue[]
  | { readonly [field: string]: AnswerValue };

export type AnswerRow = readonly AnswerValue[];

/** A whole answer, in memory. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly AnswerRow[];
  /** What is to be known of it, in sentences. */
  readonly notes?: readonly string[];
}

/**
 * An answer of any size: its rows come in batches, each when it is asked for, and are read once. Who leaves the loop
 * ends the query.
 */
export interface StreamedAnswer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: AsyncIterable<readonly AnswerRow[]>;
  /** What is to be known of it, in sentences. */
  readonly notes?: readonly string[];
}

export interface QueryOptions {
  /** Ends the query, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long the engine may work on it, ms. The time that a reader takes between two batches does not count. */
  readonly timeoutMs?: number;
}

/**
 * A table or a view under its name, as the warehouse sees it. A table is the Parquet objects under its keys; it exists,
 * empty, before the first of them does, with its declared columns (types in Trino's spelling).
 */
export type Relation =
  | {
      readonly name: string;
      readonly kind: 'table';
      readonly columns: readonly AnswerColumn[];
      readonly keys: readonly string[];
      /** Under which address they lie, `s3://bucket` or `file:///folder`, which `"$path"` tells. */ readonly location?: string;
      /** Objects of an older version may lack a column: it is null there. */ readonly mayLack?: boolean;
    }
  | {
      readonly name: string;
      readonly kind: 'view';
      readonly sql: string;
      /** What it is declared to give; where nothing is, its text tells. */ readonly columns?: readonly AnswerColumn[];
    };

/**
 * What is held of a relation that several answers of a statement share: its rows with one of these values. It changes
 * no answer, since the others can count for none.
 */
export interface Narrowed {
  readonly relation: string;
  /** A SELECT of one column, which the relation has, too. */
  readonly values: string;
}

/** What a materialised SELECT left behind: one finished local Parquet file. */
export interface Materialised {
  readonly path: string;
  readonly rows: number;
}

/**
 * The warehouse: answers Trino SQL, in the portable subset of `docs/portable-sql.md`, over the lake's Parquet tables.
 * @throws UnportableSql for a construct outside the subset, by name, with the portable spelling
 * @throws QueryFailed for a query that is refused or fails, with line and column where they are known
 * @throws LimitReached for a query that needs more time or memory than it may take
 * @throws WarehouseUnavailable where the engine cannot be asked: no access, no such workgroup, no network
 */
export interface Warehouse {
  /** Answers one query whose rows fit in memory. */
  query(sql: string, options?: QueryOptions): Promise<Answer>;
  /**
   * Answers one query batch by batch. What is wrong with its text is thrown at once; what fails as it is computed, by
   * its rows.
   */
  stream(sql: string, options?: QueryOptions): Promise<StreamedAnswer>;
  /** Ends all queries and gives everything back. */
  close(): Promise<void>;
}

/** An engine that answers several SELECTs of the house's own at less cost than one by one. */
export interface QueriesTogether {
  /** Answers SELECTs whose rows fit in memory, in their order; throws what the first that fails would. */
  queryAll(selects: readonly string[]): Promise<readonly Answer[]>;
}

/** One SELECT, what it sees, and where its rows are to lie. */
export interface TableRequest {
  /** Of the table, while it is made: lower-case letters, digits and `_`. */
  readonly name: string;
  /** Folder of its objects, `s3://…/`, in which nothing lies yet. */
  readonly location: string;
  readonly select: string;
  /** Tables of the warehouse, each narrowed to the days of its keys, and views. */
  readonly relations: readonly Relation[];
  /** Its columns in their order, in Trino's types. */
  readonly columns: readonly AnswerColumn[];
}

/** A distributed engine that keeps what a SELECT answers as Parquet objects, however many rows it has. */
export interface TableMaker {
  /** Makes the table. @returns its rows @throws what a warehouse throws */
  make(request: TableRequest): Promise<number>;
  /** Takes the table out of the catalogue, if it is there; its objects stay. */
  drop(name: string): Promise<void>;
}

/** SQL that Athena and the embedded engine might answer differently, or that is outside the portable subset. */
export class UnportableSql extends Error {
  override readonly name = 'UnportableSql';
}

/** The engine refused or failed a query. */
export class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}

/** The engine cannot be asked, whatever the query; the message says what to do. */
export class WarehouseUnavailable extends Error {
  override readonly name = 'WarehouseUnavailable';
}

/** What a query ran out of: the time or the memory that it was given, or what the service itself lets a query take. */
export type Limit = 'time' | 'memory' | 'service';

/** A query was ended where its time or its memory did. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
  readonly limit: Limit;
  constructor(limit: Limit, message: string, options?: ErrorOptions) {
    super(message, options);
    this.limit = limit;
  }
}

/** All of an answer at once. */
export async function whole({ columns, rows, notes }: StreamedAnswer): Promise<Answer> {
  const gathered: AnswerRow[] = [];
  // One by one: a spread of a long batch would need as much stack.
  for await (const batch of rows) for (const row of batch) gathered.push(row);
  return { columns, rows: gathered, ...(notes && { notes }) };
}
