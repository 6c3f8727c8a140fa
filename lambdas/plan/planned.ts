import * as z from 'zod';
import type { ModelBatch } from '../model/model.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { isPart } from '../shared/schema/parts.ts';
import { plansPrefix } from '../shared/schema/ops-keys.ts';
import type { Batch } from '../shared/slices/slice-maker.ts';
import type { TransformBatch } from '../transform/plan.ts';

/** Batches that lie in the lake between the Lambda that planned them and those that build them. */

const day = z.iso.date();
const input = z.strictObject({ key: z.string(), etag: z.string() });
const slice = z.strictObject({
  table: z.string(),
  day,
  part: z.string().refine(isPart).optional(),
  inputs: z.array(input),
  rivals: z.array(day).optional(),
  reason: z.string(),
});
const batch = { table: z.string(), code: z.string(), slices: z.array(slice) };

export const modelBatch: z.ZodType<ModelBatch> = z.strictObject({
  ...batch,
  step: z.literal('model'),
  isOutgrown: z.boolean().optional(),
});
export const attributeBatch: z.ZodType<Batch> = z.strictObject({ ...batch, step: z.literal('attribute') });
export const transformBatch: z.ZodType<TransformBatch> = z.strictObject({
  ...batch,
  step: z.literal('transform'),
  slices: z.array(
    slice.extend({
      grown: z
        .strictObject({
          added: z.array(z.string()),
          etag: z.string(),
          rowsIn: z.number(),
          rejected: z.number(),
          duplicates: z.number(),
        })
        .optional(),
    }),
  ),
  objects: z.array(
    z.strictObject({ key: z.string(), feed: z.string(), rows: z.number().optional(), singleDay: z.boolean() }),
  ),
});

/** The name of a batch: its run, its table and its number. */
export interface BatchName {
  readonly run: string;
  readonly table: string;
  readonly batch: number;
}

const keyOf = ({ run, table, batch: number }: BatchName) =>
  `${plansPrefix}${run}/${table}/${String(number).padStart(5, '0')}.json`;

/** Batches that are written at a time. */
const atOnce = 16;

/** Puts the batches of a table in place. @returns their numbers */
export async function putBatches(lake: Lake, run: string, table: string, batches: readonly Batch[]): Promise<number[]> {
  const numbers = batches.map((_, number) => number);
  for (let i = 0; i < batches.length; i += atOnce) {
    await Promise.all(
      batches
        .slice(i, i + atOnce)
        .map((one, k) =>
          lake.put(keyOf({ run, table, batch: i + k }), JSON.stringify(one), { contentType: 'application/json' }),
        ),
    );
  }
  return numbers;
}

/** @throws ObjectNotFound where it was never planned, or long ago @throws ZodError where it is no batch of this kind */
export async function readPlanned<B extends Batch>(lake: Lake, name: BatchName, schema: z.ZodType<B>): Promise<B> {
  return schema.parse(JSON.parse((await lake.get(keyOf(name))).toString('utf8')));
}
