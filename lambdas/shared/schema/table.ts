import type { ShopPart } from '../shop/profile.ts';
import type { ColumnType } from './types.ts';

/** What a column promises beyond its type; see docs/data-dictionary.md. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly glueType: string;
  readonly comment: string;
  readonly required: boolean;
  /** What a value that stands twice is: an error fails the run, a warning is shown. */
  readonly unique: 'error' | 'warning' | undefined;
  readonly accepted: readonly string[] | undefined;
  /** Whose values are accepted too: a `table.column`, or the file that has them. */
  readonly acceptedAs: string | undefined;
  /** A regular expression (RE2) that a text must match. */
  readonly pattern: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** `table.column` that holds every value of this one. */
  readonly references: { readonly table: string; readonly column: string } | undefined;
  readonly pii: 'direct' | 'pseudonym' | undefined;
  /** The transform replaces the value by its keyed hash before anything is written. */
  readonly pseudonymise: boolean;
  /** Derived by TypeScript from a helper column of the SELECT, not by the SELECT. */
  readonly derive: 'user_agent' | undefined;
  /**
   * How what looks personal is taken out of a text that people or strangers may write: `text` masks it; `id`, by which
   * tables are joined, has a digest in its place, so that two stay two; `path` is made of ids. Undefined: nobody can
   * write anything there.
   */
  readonly mask: 'text' | 'id' | 'path' | undefined;
  readonly unit: string | undefined;
  /**
   * A quotient of other columns: it may not be added up, and is not published, since whoever adds up its parts divides
   * them.
   */
  readonly ratio: boolean;
  /** Of a raw table: the column may be left out of a file; other headings that it may have. */
  readonly optional: readonly string[] | undefined;
  /** Where its value stands in a raw record, as `consent.analytics`; `feed=field` of each feed where they differ. */
  readonly field: string;
  /** Of a column of a sheet: what its cells hold. */
  readonly cell: 'count' | 'money' | 'share' | 'day' | 'currency' | undefined;
}

/**
 * A table that another one is made from, and the days before and after its own that a slice reads; raw feeds have no
 * window.
 */
export interface Input {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

export const zones = ['raw', 'curated', 'marts', 'ops'] as const;
export type Zone = (typeof zones)[number];

/** One schema document, parsed. */
export interface Table {
  readonly name: string;
  readonly zone: Zone;
  readonly description: string;
  readonly isView: boolean;
  readonly columns: readonly Column[];
  /** Meaning of the partition `dt`; undefined for a view. */
  readonly partition: string | undefined;
  /** Where its objects are, with a final slash; empty for a view. */
  readonly prefix: string;
  readonly reads: readonly Input[];
  /** The inputs on whose days a model has slices: the first one, unless the document names others. */
  readonly days: readonly string[];
  /** Whether it has a slice for each such day, or one for the Monday of each such week. */
  readonly every: 'day' | 'week';
  /** Made by the daily run alone, not by those over the stream: what is said of closed days can wait. */
  readonly isDaily: boolean;
  /** The step that makes a mart that no SELECT makes: TypeScript of its own. */
  readonly madeBy: 'attribute' | undefined;
  /** Parts of the shop's profile that a slice is made from. */
  readonly shop: readonly ShopPart[];
  readonly primaryKey: readonly string[];
  /** Which of several records with one primary key is kept. */
  readonly keep: { readonly which: 'newest' | 'earliest'; readonly column: string } | undefined;
  /** A column that is true in the record to keep, before all: what was allowed later is allowed. */
  readonly prefer: string | undefined;
  /**
   * The column that names what is sent again whole: of an order's lines those of its newest record alone count, also
   * where another door has other ids for them. By default the primary key: each row is replaced for itself.
   */
  readonly versionsOf: string | undefined;
  /** A later version of a record may have another day: its key is unique in the table, not in the slice. */
  readonly dayMayChange: boolean;
  /**
   * Beside the SELECT: the file of one that gives the key and the day of the same records, and reads of each only what
   * these are told by.
   */
  readonly records: string | undefined;
  /**
   * Beside the SELECT: the file of the statement that lists its duplicates, where records are not replaced one by one.
   */
  readonly duplicates: string | undefined;
  /**
   * Beside the model: the file of the statement that lists whose rows of one of its inputs can count for it, for those
   * of nobody else are most of them.
   */
  readonly narrowed: string | undefined;
  /** Beside the SELECT: the file of the expression by which a day of it is cut into parts; one without is never cut. */
  readonly part: string | undefined;
  readonly sort: readonly string[];
  /**
   * Of a table whose source sends every day: how many days its newest one may lie back, and the column that tells its
   * sources apart.
   */
  readonly late:
    | {
        readonly afterDays: number;
        readonly by: string | undefined;
        /** The values of `by` that come by themselves; undefined where all do. */
        readonly among: readonly string[] | undefined;
      }
    | undefined;
  /** Of a view that `publish` writes for dashboards: whether the first page needs it. */
  readonly publish: 'first' | 'detail' | undefined;
  /**
   * Rows that the SELECT gives for a raw record: one; many, but at least one; or some, where another table accounts for
   * those that give none.
   */
  readonly rowsPerRecord: 'one' | 'many' | 'some';
  /** Its objects are removed so many days after their day, at the earliest; undefined where they stay. */
  readonly retentionDays: number | undefined;
  /** How a raw feed writes its records. */
  readonly format:
    | { readonly kind: 'jsonl' | 'json' | 'csv'; readonly delimiter: string; readonly openColumns: boolean }
    | undefined;
}

/** Where the value of a column stands in the records of a feed: what a reject names. */
export function fieldIn(column: Column, feed: string): string {
  return (
    column.field
      .split(' ')
      .find((one) => one.startsWith(`${feed}=`))
      ?.slice(feed.length + 1) ?? column.field
  );
}
