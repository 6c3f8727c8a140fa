/** Lambda: publishes the marts that dashboards read. */
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { stepEvent } from '../shared/step-ports.ts';
import { publishStep } from './publish-step.ts';

export const publishHandler = (open: () => Lake) => stepLambda(stepEvent, open, publishStep);

export const handler = publishHandler(stackLake);
