import { z } from 'zod';
import type { StreamRecord } from '../../../lambdas/shared/ports/stream.ts';

const answerSchema = z
  .looseObject({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
  })
  .nullish();

/**
 * The place of the first record that failed, by the function's answer; undefined where none did.
 *
 * Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams and Lambda", "Success and
 * failure conditions": no answer, no list or an empty list is a success; a list that names anything but records of the
 * batch fails the whole batch; else the lowest sequence number counts, and everything from it on is delivered again.
 */
export function firstFailure(answer: unknown, records: readonly StreamRecord[]): number | undefined {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return 0;
  const failures = parsed.data?.batchItemFailures ?? [];
  if (failures.length === 0) return undefined;
  const places = new Map(records.map(({ sequenceNumber }, place) => [sequenceNumber, place]));
  return Math.min(...failures.map(({ itemIdentifier }) => places.get(itemIdentifier) ?? 0));
}
