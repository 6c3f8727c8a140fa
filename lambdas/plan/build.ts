import * as z from 'zod';
import { hold } from '../lease/lease.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { LedgerWriter } from '../shared/slices/ledger-writer.ts';
import { enter, type Batch, type Built, type SliceMaker } from '../shared/slices/slice-maker.ts';
import { readPlanned } from './planned.ts';
import { stepEvent, writerName, type StepPorts } from '../shared/step-ports.ts';

/** What a Lambda is asked to build: one batch of the plan of a table. */
export const buildEvent = stepEvent.extend({ table: z.string(), batch: z.int().nonnegative() });
export type BuildEvent = z.output<typeof buildEvent>;

/** What was built: slices, and records that were refused in them. */
export interface BuildSummary {
  readonly slicesBuilt: number;
  readonly recordsRejected: number;
  /**
   * Of the records that the batch read, those that were refused, %. A batch is of one table: a small feed that is
   * refused whole is not drowned by a large one. Fewer than five records are no share.
   */
  readonly refusedPercent: number;
}

/** @see BuildSummary.refusedPercent */
export function refusedPercent(built: readonly Pick<Built, 'rowsIn' | 'rejected'>[]): number {
  const sum = (field: 'rowsIn' | 'rejected') => built.reduce((total, one) => total + (one[field] ?? 0), 0);
  return sum('rejected') < 5 ? 0 : (100 * sum('rejected')) / sum('rowsIn');
}

/** Builds a batch of a plan and enters it in the ledger. Doing it again writes the same. */
export async function buildPlanned<B extends Batch, R extends Built>(
  { lake, catalog }: StepPorts,
  event: BuildEvent,
  schema: z.ZodType<B>,
  maker: SliceMaker<B, R>,
): Promise<BuildSummary> {
  await hold(lake, event.execution);
  const batch = await readPlanned(lake, event, schema);
  const built = await maker.build(batch);
  const ledger = new LedgerWriter(lake, tableNamed(catalog, 'pipeline_runs'), event.run, writerName());
  await enter(ledger, batch, built);
  await ledger.flush();
  return {
    slicesBuilt: built.length,
    recordsRejected: built.reduce((sum, { rejected }) => sum + (rejected ?? 0), 0),
    refusedPercent: refusedPercent(built),
  };
}
