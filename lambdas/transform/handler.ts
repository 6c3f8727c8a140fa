/** Lambda: builds one batch of slices of a curated table. */
import { buildEvent } from '../plan/build.ts';
import { stackKey } from './stack-key.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { buildTransform } from './build-transform.ts';
import type { PseudonymKey } from './pseudonyms.ts';

export const transformHandler = (open: () => Lake, key: () => Promise<PseudonymKey>) =>
  stepLambda(buildEvent, open, async (ports, event) => buildTransform(ports, event, await key()));

export const handler = transformHandler(stackLake, stackKey);
