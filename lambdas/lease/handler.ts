/** Lambda: takes the lake's lease for an execution of the state machine, and gives it back. */
import * as z from 'zod';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { begin, end } from './lease.ts';

const leaseEvent = z.discriminatedUnion('action', [
  z.object({ action: z.literal('begin'), execution: z.string().min(1) }),
  z.object({ action: z.literal('end'), execution: z.string().min(1) }),
]);

export const leaseHandler = (open: () => Lake) =>
  stepLambda(leaseEvent, open, async ({ lake }, { action, execution }) => {
    if (action === 'begin') return begin(lake, execution);
    await end(lake, execution);
    return {};
  });

export const handler = leaseHandler(stackLake);
