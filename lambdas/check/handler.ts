/** Lambda: makes the checks of the schema documents. */
import { stepEvent } from '../shared/step-ports.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { checkStep } from './check-step.ts';

export const checkHandler = (open: () => Lake) => stepLambda(stepEvent, open, checkStep);

export const handler = checkHandler(stackLake);
