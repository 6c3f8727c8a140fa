/** Lambda: lands the batches of the stream in the lake's bucket. */
import middy from '@middy/core';
import type { KinesisStreamBatchResponse } from 'aws-lambda';
import { z } from 'zod';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { land } from './land.ts';

const environment = z.object({ LAKE_BUCKET: z.string().min(1) });
const catalog = loadCatalog();

/**
 * The event is a batch of Kinesis. A batch lands whole or is delivered again whole (see `land`), so this throws where the lake fails,
 * and names no record: the mapping halves the batch, which finds a record that this code itself would stumble over.
 */
export const handler = middy(async (event: unknown): Promise<KinesisStreamBatchResponse> => {
  const { LAKE_BUCKET } = environment.parse(process.env);
  const landed = await land({ lake: s3Lake({ bucket: LAKE_BUCKET }), catalog }, event);
  console.info(JSON.stringify({ level: 'INFO', message: 'landed a batch', ...landed }));
  return { batchItemFailures: [] };
});
