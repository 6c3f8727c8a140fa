/** Lambda: joins the small objects that `land` wrote. */
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { joinEvent, joinStep } from './join-step.ts';

export const joinHandler = (open: () => Lake) => stepLambda(joinEvent, open, joinStep);

export const handler = joinHandler(stackLake);
