/** Lambda: plans one table of a run. */
import * as z from 'zod';
import { stackKey } from '../transform/stack-key.ts';
import { stackLake, stepLambda } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { PseudonymKey } from '../transform/pseudonyms.ts';
import { plan, planEvent, type Thresholds } from './plan.ts';

/** What the stack says of sizes. */
const environment = z.object({
  /** Models that Athena always computes, with commas between them. */
  ATHENA_MODELS: z.string().default(''),
  /** Athena computes a slice that reads more, MB of Parquet. */
  ATHENA_ABOVE_MB: z.coerce.number().positive().default(Infinity),
  PART_ROWS: z.coerce.number().int().positive().optional(),
});

/** @throws ZodError where the stack says what cannot be */
export function thresholdsOf(env: NodeJS.ProcessEnv): Thresholds {
  const { ATHENA_MODELS, ATHENA_ABOVE_MB, PART_ROWS: partRows } = environment.parse(env);
  const always = new Set(ATHENA_MODELS.split(','));
  return { partRows, outgrows: (table, bytes) => always.has(table) || bytes > ATHENA_ABOVE_MB * 1e6 };
}

export const planHandler = (
  open: () => Lake,
  key: () => Promise<PseudonymKey>,
  thresholds: () => Thresholds = () => ({}),
) => stepLambda(planEvent, open, (ports, event) => plan(ports, event, key, thresholds()));

export const handler = planHandler(stackLake, stackKey, () => thresholdsOf(process.env));
