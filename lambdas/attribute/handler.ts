/** Lambda: builds one batch of the weights of the data-driven attribution models. */
import { buildEvent } from '../plan/build.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { buildAttribute } from './build-attribute.ts';

export const attributeHandler = (open: () => Lake) => stepLambda(buildEvent, open, buildAttribute);

export const handler = attributeHandler(stackLake);
