import type { AnswerColumn } from '../../../lambdas/shared/ports/warehouse.ts';
import type { LakeStatus } from '../run/lake-status.ts';

/**
 * A value as JSON has it: whole numbers beyond 2^53, decimals, days and moments are texts; so are NaN and Infinity,
 * which JSON has not.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface ReadLimits {
  /** How long the engine may work, ms. */
  readonly timeoutMs: number;
  /** Rows beyond these are left off. */
  readonly maxRows: number;
  /** Ends the query where nobody waits for its answer any more. */
  readonly signal?: AbortSignal;
}

export interface ReadAnswer {
  /** Types in Trino's spelling. */
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Json[])[];
  /** The answer has more rows, which were left off: beyond `maxRows`, or more than a page should be sent. */
  readonly isCut: boolean;
  /** What is to be known of it, in sentences: that a figure is an estimate on Athena. */
  readonly notes: readonly string[];
}

export interface DescribedColumn {
  readonly name: string;
  /** In Trino's spelling. */
  readonly type: string;
  readonly comment: string;
  readonly unit: string | null;
  /** A quotient: to be computed anew from its parts, never added up. */
  readonly isRatio: boolean;
}

export interface DescribedTable {
  readonly name: string;
  readonly zone: 'curated' | 'marts' | 'ops';
  readonly isView: boolean;
  /** What a row is. */
  readonly description: string;
  readonly columns: readonly DescribedColumn[];
}

/** Refused records of one table and one reason. */
export interface RefusedRecords {
  readonly table: string;
  readonly reason: string;
  readonly records: number;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Some of them: where each stands, and what is wrong in words in which what looks personal is masked. */
  readonly samples: readonly { readonly object: string; readonly line: number | null; readonly message: string }[];
}

/** One run as the ledger has it. */
export interface LedgerRun {
  readonly run: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS.mmm`. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly built: number;
  readonly removed: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** What the pipeline has done, newest first, and how the lake stands. */
export interface PipelineReport {
  readonly status: LakeStatus;
  readonly runs: readonly LedgerRun[];
  readonly rejects: readonly RefusedRecords[];
}

/**
 * Reads a lake for those who ask from elsewhere: a browser, an assistant. It writes nothing, and answers what the gate
 * of the warehouse lets pass. The local one is an engine in a process of its own; one over Athena would answer the
 * same.
 * @throws what a warehouse throws, LakeUnavailable, and TooBusy
 */
export interface LakeReader {
  query(sql: string, limits: ReadLimits): Promise<ReadAnswer>;
  /** The tables and views that a query may name, with the columns that it sees. */
  tables(): Promise<readonly DescribedTable[]>;
  pipeline(signal?: AbortSignal): Promise<PipelineReport>;
  close(): Promise<void>;
}

/** More is asked than is answered at once; ask again a little later. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}
