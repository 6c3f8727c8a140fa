/** A promise of the schema as a query that counts the rows which break it. */
export interface Check {
  /** `table.column:rule`. */
  readonly name: string;
  readonly table: string;
  /** An error fails the run; a warning is shown: a source may send an order before its customer. */
  readonly severity: 'error' | 'warning';
  /** The condition under which a row breaks the promise, where one row can break it by itself. */
  readonly broken?: string;
  /** Columns of which no two rows of one day may have the same values, where that is the promise. */
  readonly uniqueInDay?: readonly string[];
  /** The column that has no value twice in the table, where that is the promise. */
  readonly unique?: string;
  /** Portable SQL with one row: `failures`, `checked`. */
  readonly sql: string;
}

/** How many rows a check looked at, and how many of them broke its promise. */
export interface Counts {
  readonly failures: number;
  readonly checked: number;
}
