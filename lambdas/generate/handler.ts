/** Lambda: generates days of the simulated market into the lake's bucket. */
import middy from '@middy/core';
import * as z from 'zod';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import { generate, parseGenerateRequest } from './generate.ts';
import type { GenerateSummary } from './generate.ts';

const environment = z.object({ LAKE_BUCKET: z.string().min(1) });

/** The event is a `GenerateRequest`; the answer says what was written. */
export const handler = middy(async (event: unknown): Promise<GenerateSummary> => {
  const { LAKE_BUCKET } = environment.parse(process.env);
  return generate(s3Lake({ bucket: LAKE_BUCKET }), parseGenerateRequest(event));
});
