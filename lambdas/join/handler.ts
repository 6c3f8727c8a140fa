/** Lambda: joins the small objects that `land` wrote. */
import { stepEvent } from '../shared/step-ports.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { joinStep } from './join-step.ts';

export const joinHandler = (open: () => Lake) => stepLambda(stepEvent, open, joinStep);

export const handler = joinHandler(stackLake);
