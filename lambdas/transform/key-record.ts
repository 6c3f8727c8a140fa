import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { keyRecordKey } from '../shared/schema/ops-keys.ts';

const keyRecord = z.strictObject({
  /** A check value of the key, from which no key follows. */
  fingerprint: z.string(),
  /** Every slice that stands was made with it. */
  isWhole: z.boolean(),
});

export type KeyRecord = z.infer<typeof keyRecord>;

/**
 * The record; undefined where there is none, or where it cannot be read: then it is not known which key the slices
 * have.
 */
export const readKeyRecord = (lake: Lake): Promise<KeyRecord | undefined> => jsonObject(lake, keyRecordKey, keyRecord);

/** Writes the record where it is another. */
export async function writeKeyRecord(lake: Lake, record: KeyRecord): Promise<void> {
  const before = await readKeyRecord(lake);
  if (before?.fingerprint === record.fingerprint && before.isWhole === record.isWhole) return;
  await lake.put(keyRecordKey, `${JSON.stringify(record)}\n`, { contentType: 'application/json' });
}
