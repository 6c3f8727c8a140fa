import * as z from 'zod';
import { hold } from '../lease/lease.ts';
import { count, stepEvent, writerName, type StepPorts } from '../shared/aws/step-lambda.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { LedgerWriter } from '../shared/slices/ledger-writer.ts';
import { enter, type Batch, type Built, type SliceMaker } from '../shared/slices/slice-maker.ts';
import { readPlanned } from './planned.ts';

/** What a Lambda is asked to build: one batch of the plan of a table. */
export const buildEvent = stepEvent.extend({ table: z.string(), batch: z.int().nonnegative() });

/** Builds a batch of a plan and enters it in the ledger. Doing it again writes the same. */
export async function buildPlanned<B extends Batch, R extends Built>(
  { lake, catalog }: StepPorts,
  event: z.output<typeof buildEvent>,
  schema: z.ZodType<B>,
  maker: SliceMaker<B, R>,
): Promise<{ readonly built: number }> {
  await hold(lake, event.execution);
  const batch = await readPlanned(lake, event, schema);
  const built = await maker.build(batch);
  const ledger = new LedgerWriter(lake, tableNamed(catalog, 'pipeline_runs'), event.run, writerName());
  await enter(ledger, batch, built);
  await ledger.flush();
  count('SlicesBuilt', built.length);
  count(
    'RecordsRejected',
    built.reduce((sum, { rejected }) => sum + (rejected ?? 0), 0),
  );
  return { built: built.length };
}
