/** Lambda: imports the files that people put into the inbox of the lake. */
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { importEvent, importStep } from './import-step.ts';

export const importHandler = (open: () => Lake) => stepLambda(importEvent, open, importStep);

export const handler = importHandler(stackLake);
