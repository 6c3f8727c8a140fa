/** Lambda: lands the batches of the stream in the lake's bucket. */
import middy from '@middy/core';
import * as z from 'zod';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { visibleJson } from '../shared/visible.ts';
import { land } from './land.ts';

const environment = z.object({ LAKE_BUCKET: z.string().min(1) });
const catalog = loadCatalog();

/**
 * The event is a batch of Kinesis. A batch lands whole or is delivered again whole (see `land`), so this throws where
 * the lake fails, and names no record: the mapping halves the batch, which finds a record that this code itself would
 * stumble over.
 */
export function landHandler(open: () => Lake) {
  /** One for the life of the process: its connections stay open between invocations. */
  let lake: Lake | undefined;
  return middy(async (event: unknown): Promise<void> => {
    lake ??= open();
    const landed = await land({ lake, catalog }, event);
    console.info(visibleJson({ level: 'INFO', message: 'landed a batch', ...landed }));
  });
}

export const handler = landHandler(() => s3Lake({ bucket: environment.parse(process.env).LAKE_BUCKET }));
