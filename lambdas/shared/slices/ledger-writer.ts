import { randomBytes } from 'node:crypto';
import { parquetRows } from '../parquet-rows.ts';
import type { Lake } from '../ports/lake.ts';
import type { Table } from '../schema/table.ts';
import type { PipelineRunsRow } from '../schema/rows.generated.ts';
import { dayOfRun } from '../schema/ops-keys.ts';
import { putSealed } from '../sealed.ts';

/** A row of the ledger, as who writes it knows it. */
export type LedgerRow = Omit<PipelineRunsRow, 'run_id' | 'part'> & Partial<Pick<PipelineRunsRow, 'part'>>;

/** Rows held back before they are written as one object: after a crash at most these slices are built again. */
const batch = 64;
/**
 * The first batches of a run's only writer: one that is killed again and again while the lake is young gets on each
 * time.
 */
const firstBatches = [1, 4, 16];

/** The name of a run: its start, UTC, and what tells it from another of the same second. */
export function newRunId(startedAt = new Date()): string {
  return `${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
}

/**
 * Writes rows of one run to the ledger. A run may have many writers: each but the only one has a name of its own, which
 * its objects bear.
 */
export class LedgerWriter {
  readonly runId: string;
  readonly #lake: Lake;
  readonly #table: Table;
  readonly #name: string;
  readonly #isOnly: boolean;
  /** The partition of all rows of the run, also of one that works past midnight. */
  readonly #day: string;
  #pending: (PipelineRunsRow & { readonly dt: Date })[] = [];
  readonly #keys: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  /** @param name eight hexadecimal digits, where the run has other writers */
  constructor(lake: Lake, table: Table, runId: string, name?: string) {
    this.#lake = lake;
    this.#table = table;
    this.runId = runId;
    this.#name = name === undefined ? runId : `${runId}-${name}`;
    this.#isOnly = name === undefined;
    this.#day = dayOfRun(runId);
  }

  /** The objects that were written. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  get #batch(): number {
    return (this.#isOnly ? firstBatches[this.#keys.length] : undefined) ?? batch;
  }

  /** Adds a row; it is written with the next batch, or by `flush`. */
  async add(row: LedgerRow): Promise<void> {
    this.#pending.push({ part: null, ...row, run_id: this.runId, dt: new Date(this.#day) });
    if (this.#pending.length >= this.#batch) await this.flush();
  }

  /** Writes the rows that are held back. @throws what the lake throws; the rows are then held back still */
  async flush(): Promise<void> {
    const writing = this.#writing.then(() => this.#write());
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #write(): Promise<void> {
    const rows = this.#pending;
    if (rows.length === 0) return;
    const key = `${this.#table.prefix}dt=${this.#day}/${this.#name}-${String(this.#keys.length).padStart(5, '0')}.parquet`;
    this.#pending = [];
    try {
      await putSealed(
        this.#lake,
        key,
        await parquetRows(
          this.#table,
          rows.map((row) => ({ ...row, slice: new Date(row.slice) })),
        ),
      );
      this.#keys.push(key);
    } catch (error) {
      this.#pending = [...rows, ...this.#pending];
      throw error;
    }
  }
}
