import type { Day, DayRange } from '../days.ts';
import type { Lake } from '../ports/lake.ts';
import { tableNamed, type Catalog } from '../schema/catalog.ts';
import { rejectsKey } from '../schema/ops-keys.ts';
import type { Expirations } from './expirations.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import type { Ledger } from './ledger.ts';
import type { Listings } from './listings.ts';
import { inputKeys, inputsHash, type SliceName, type StaleSlice } from './staleness.ts';

/** Slices of one table that are built together. Plain data: a state machine hands it from the planner to a worker. */
export interface Batch {
  readonly step: 'transform' | 'model' | 'attribute';
  readonly table: string;
  /** Version of all that decides the content of the slices, besides their inputs. */
  readonly code: string;
  readonly slices: readonly StaleSlice[];
}

/** What must be done to bring a table up to date. Plain data. */
export interface Plan<B extends Batch = Batch> {
  readonly step: Batch['step'];
  readonly table: string;
  /** Slices that were looked at. */
  readonly slices: number;
  readonly batches: readonly B[];
  /** Days whose slices go, since nothing is left to make them from. */
  readonly orphans: readonly Day[];
  /**
   * Slices that go, since their days are cut otherwise now: before their days are built, so that nothing counts twice.
   */
  readonly outdated?: readonly SliceName[];
  /**
   * Of a table in which the day of a record may change, where only some days are looked at: the others that have a
   * stale slice. A record that moved between a day of these and one of those stands on both, or on none.
   */
  readonly behind?: readonly Day[];
  /** What a person should know of slices that stay as they are. */
  readonly warnings?: readonly string[];
}

/** What building one slice came to: its object stands in the lake. Plain data. */
export interface Built extends SliceName {
  readonly etag: string;
  readonly bytesOut: number;
  readonly rowsOut: number;
  /** Null for a model, which reads no records; else `rowsIn = rowsOut + rejected + duplicates`. */
  readonly rowsIn: number | null;
  readonly rejected: number | null;
  readonly duplicates: number | null;
  /** ISO times, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * Records that a part of a day has at most. An engine of 900 MB builds a day of a million (measured), and one of the
 * functions has 2,400 MB, and a disk for what does not fit.
 */
export const defaultPartRows = 2_000_000;

/** What a plan is made from, beside the lake's objects, and how far it goes. Who builds needs none of it. */
export interface PlanOptions {
  readonly ledger: Ledger;
  readonly listings: Listings;
  /** Batches that will be worked on at a time. */
  readonly workers: number;
  /** Days to look at; all where undefined. */
  readonly days?: DayRange | undefined;
  /** Builds these slices although they are not stale. */
  readonly force?: ((table: string, day: Day) => boolean) | undefined;
  /** Records that one part of a day should have at most; @see defaultPartRows */
  readonly partRows?: number | undefined;
  /** What may have expired; nothing where undefined. */
  readonly expired?: Expirations | undefined;
  /** Removes slices however many have lost their raw objects. */
  readonly mayRemove?: boolean | undefined;
}

/**
 * How the slices of a table are made; `enter` and `removeOrphans` then tell the ledger. A runner on a laptop and a
 * state machine call the same.
 */
export interface SliceMaker<B extends Batch = Batch, R extends Built = Built> {
  /** Looks at the lake and changes nothing in it but what was found of raw objects (`ops/routes/`). */
  plan(options: PlanOptions): Promise<Plan<B>>;
  /**
   * Puts the objects of the slices in place. Doing it again writes the same.
   * @throws InputsChanged where the plan is out of date
   */
  build(batch: B): Promise<readonly R[]>;
}

/** Writes to the ledger what building a batch came to. */
export async function enter(
  ledger: Pick<LedgerWriter, 'add'>,
  { step, table, code, slices }: Batch,
  built: readonly Built[],
): Promise<void> {
  for (const one of built) {
    const slice = slices.find(({ day, part }) => day === one.day && part === one.part);
    if (!slice) throw new Error(`The batch of ${table} has no slice of ${one.day}, so nothing is entered for it.`);
    await ledger.add({
      step,
      table_name: table,
      slice: one.day,
      part: one.part ?? null,
      action: 'built',
      reason: slice.reason,
      code,
      inputs: inputsHash(slice.inputs),
      input_keys: inputKeys(slice.inputs),
      rows_in: one.rowsIn,
      rows_out: one.rowsOut,
      rejected: one.rejected,
      duplicates: one.duplicates,
      bytes_out: one.bytesOut,
      output_etag: one.etag,
      started_at: new Date(one.startedAt),
      finished_at: new Date(one.finishedAt),
    });
  }
}

const whyOrphan = {
  transform: 'no raw object has records for it',
  model: 'the day has no input any more',
  attribute: 'the week has no input any more',
} as const;

/** Takes away the slices that have nothing left to be made from, or have other parts, and says so in the ledger. */
export async function removeOrphans(
  ledger: Ledger,
  lake: Lake,
  catalog: Catalog,
  { step, table: name, orphans, outdated = [] }: Plan,
): Promise<void> {
  const table = tableNamed(catalog, name);
  const gone = new Set(orphans);
  for (const slice of [...outdated, ...orphans.map((day): SliceName => ({ day }))]) {
    if (step === 'transform') await lake.delete(rejectsKey(catalog, table, slice.day, slice.part));
    const why = gone.has(slice.day) ? whyOrphan[step] : 'its day is cut otherwise';
    await ledger.remove(lake, step, table, slice.day, why, slice.part);
  }
}
