import { createHash } from 'node:crypto';
import type { Lake, PutOptions } from './ports/lake.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Writes an object that nothing else vouches for, with its own checksum: the ledger, and what the checks found. */
export async function putSealed(
  lake: Lake,
  key: string,
  bytes: Uint8Array,
  { metadata = {}, ...options }: PutOptions = {},
): Promise<void> {
  await lake.put(key, bytes, { ...options, metadata: { ...metadata, sha256: sha256(bytes) } });
}

/**
 * Whether an object has the bytes that it was sealed with. One without a seal, as a copy by hand has none, can only be
 * read and judged.
 */
export async function isUnbroken(lake: Lake, key: string): Promise<boolean> {
  const seal = (await lake.head(key))?.metadata['sha256'];
  return seal === undefined || seal === sha256(await lake.get(key));
}
