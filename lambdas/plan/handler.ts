/** Lambda: plans one table of a run. */
import { stackKey } from '../transform/stack-key.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { PseudonymKey } from '../transform/pseudonyms.ts';
import { plan, planEvent } from './plan.ts';

export const planHandler = (open: () => Lake, key: () => Promise<PseudonymKey>) =>
  stepLambda(planEvent, open, (ports, event) => plan(ports, event, key));

export const handler = planHandler(stackLake, stackKey);
