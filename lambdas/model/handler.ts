/** Lambda: builds one batch of slices of a mart. */
import * as z from 'zod';
import { buildEvent } from '../plan/build.ts';
import { athenaTables } from '../shared/aws/athena-tables.ts';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import { logger, stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { buildModel } from './build-model.ts';
import type { Apart } from './materialise-apart.ts';

/** Bucket and prefix of what Athena leaves for the function, and where it may ask. */
const environment = z.object({
  SCRATCH_BUCKET: z.string().min(1),
  SCRATCH_PREFIX: z.string().min(1),
  ATHENA_WORKGROUP: z.string().min(1),
  ATHENA_DATABASE: z.string().min(1),
});

/** A statement ends before the function does, so that it is stopped and what it left is cleared. */
export const timeoutMs = 12 * 60_000;

/** Athena, as the stack has it. @throws ZodError, naming it, where a variable is missing */
export function stackAthena(env: NodeJS.ProcessEnv = process.env): Omit<Apart, 'here'> {
  const { SCRATCH_BUCKET, SCRATCH_PREFIX, ATHENA_WORKGROUP, ATHENA_DATABASE } = environment.parse(env);
  const scratch = s3Lake({ bucket: SCRATCH_BUCKET, prefix: SCRATCH_PREFIX });
  const maker = athenaTables({
    workgroup: ATHENA_WORKGROUP,
    database: ATHENA_DATABASE,
    timeoutMs,
    onCost: (cost) => logger.info('athena', { cost }),
    onWarning: (line) => logger.warn(line),
  });
  return { maker, scratch, locationOf: (folder) => `${scratch.location}/${folder}` };
}

/** @param openAthena opens the distributed engine, once for the life of the process */
export const modelHandler = (open: () => Lake, openAthena?: () => Omit<Apart, 'here'>) => {
  let athena: Omit<Apart, 'here'> | undefined;
  return stepLambda(buildEvent, open, (ports, event) => buildModel(ports, event, (athena ??= openAthena?.())));
};

export const handler = modelHandler(stackLake, () => stackAthena());
