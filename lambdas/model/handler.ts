/** Lambda: builds one batch of slices of a mart. */
import { buildEvent } from '../plan/build.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { buildModel } from './build-model.ts';

export const modelHandler = (open: () => Lake) => stepLambda(buildEvent, open, buildModel);

export const handler = modelHandler(stackLake);
