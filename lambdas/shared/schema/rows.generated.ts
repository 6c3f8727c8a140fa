// Made from glue-schemas/ by `npm run schemas`; change those instead.

/** The weight that one data-driven attribution model gives one channel in the week from a Monday on, learnt from the journeys of the 90 days before: an order's credit is shared between the channels of its path in proportion to them. */
export interface AttributionWeightsRow {
  /** The model */
  readonly attribution_model: string;
  /** Channel */
  readonly channel: string;
  /** Its share of the model's weights, to 4 digits; all alike where there is nothing to learn from */
  readonly weight: number;
  /** Journeys with an order that touched the channel */
  readonly conversions: number;
  /** Journeys without an order that touched it */
  readonly non_conversions: number;
  /** In words, on how many journeys the model's weights rest */
  readonly remark: string;
}

/** One data-quality check of one run. */
export interface CheckResultsRow {
  /** The run */
  readonly run_id: string;
  /** table.column:rule */
  readonly check_name: string;
  /** Table checked */
  readonly table_name: string;
  /** An error fails the run; a warning is shown */
  readonly severity: "error" | "warning";
  /** Rows that break the rule */
  readonly failures: number;
  /** Rows looked at */
  readonly checked: number;
  /** When (UTC) */
  readonly checked_at: Date;
}

/** One slice that one run built or removed: the ledger. */
export interface PipelineRunsRow {
  /** The run: its start in UTC and a random suffix */
  readonly run_id: string;
  /** Step of the pipeline */
  readonly step: "transform" | "model" | "attribute";
  /** Table of the slice */
  readonly table_name: string;
  /** Day of the slice */
  readonly slice: string;
  /** Which part of the day, such as 0-of-4; null where the day is one slice */
  readonly part: string | null;
  /** What the run did */
  readonly action: "built" | "removed";
  /** Why the slice was stale */
  readonly reason: string;
  /** SHA-256 over the keys and etags that the slice was built from */
  readonly inputs: string;
  /** key@etag of every object that the slice was built from */
  readonly input_keys: readonly (string)[];
  /** SHA-256 over the statement, the schema and the engine that built it */
  readonly code: string;
  /** Raw records read; null for a model */
  readonly rows_in: number | null;
  /** Rows written */
  readonly rows_out: number;
  /** Raw records refused; null for a model */
  readonly rejected: number | null;
  /** Raw records that a better one replaced; null for a model */
  readonly duplicates: number | null;
  /** Size of the object written (bytes) */
  readonly bytes_out: number;
  /** Etag of the object written; null when it was removed */
  readonly output_etag: string | null;
  /** When the work on the slice began (UTC) */
  readonly started_at: Date;
  /** When the slice was in place (UTC) */
  readonly finished_at: Date;
}

/** One raw record that was refused, with its reasons. */
export interface RejectsRow {
  /** Table that refused it */
  readonly table_name: string;
  /** Feed that sent it */
  readonly feed: string;
  /** Key of the raw object */
  readonly object: string;
  /** Line in the object, row of a sheet as a spreadsheet numbers it, or place among the records of a document, from 1; null where it could not be found again */
  readonly line: number | null;
  /** The same in words, one for each reason: what is wrong, where, and what to do. What looks personal is masked */
  readonly messages: readonly (string)[] | null;
  /** Why, each as rule:subject; the rules are at the end of the data dictionary */
  readonly reasons: readonly (string)[];
  /** The record as received (a row of a sheet as its cells by heading), with whatever personal data it had, cut at 1 MB */
  readonly record: string | null;
}
