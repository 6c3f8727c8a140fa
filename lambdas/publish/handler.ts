/** Lambda: publishes the marts that dashboards read. */
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { stepEvent } from '../shared/step-ports.ts';
import { bundledPage } from './page.ts';
import { publishStep } from './publish-step.ts';

export const publishHandler = (open: () => Lake, page = bundledPage) =>
  stepLambda(stepEvent, open, (ports, event) => publishStep(ports, event, page));

export const handler = publishHandler(stackLake);
