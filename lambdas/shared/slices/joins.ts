import * as z from 'zod';
import type { Day } from '../days.ts';
import type { Lake, LakeObject } from '../ports/lake.ts';
import { jsonObject } from '../json-object.ts';
import { joinsPrefix } from '../schema/ops-keys.ts';

const part = z.object({ key: z.string(), etag: z.string() });

/**
 * The manifest of a join: which raw objects one large object replaces. It is written first, and in force from the
 * moment when that object is there: one write turns the parts into the whole. It goes when the last part is deleted.
 */
const joinSchema = z.object({
  /** The key of the object that the parts are joined into. */
  object: z.string(),
  parts: z.array(part).min(1),
  /** Lines in all. */
  rows: z.number().int().nonnegative(),
  /** SHA-256 of the lines, unpacked. */
  sha256: z.string(),
});

export type Join = Readonly<z.infer<typeof joinSchema>>;

/** Key of a join's manifest. */
export const joinKey = (day: Day, id: string): string => `${joinsPrefix}dt=${day}/${id}.json`;

/** The join of a manifest; undefined where it is gone, or is no manifest. */
export const readJoin = (lake: Lake, key: string): Promise<Join | undefined> => jsonObject(lake, key, joinSchema);

/**
 * Tells of a raw object whether another has replaced it, and it is only not deleted yet. A part that was written anew
 * since is no longer that part: it is read beside the whole. Joins and readers take turns (a run is one after the
 * other).
 */
export async function replacedParts(lake: Lake): Promise<(object: Pick<LakeObject, 'key' | 'etag'>) => boolean> {
  const replaced = new Set<string>();
  for await (const manifest of lake.keys(joinsPrefix)) {
    const join = await readJoin(lake, manifest);
    if (join === undefined || (await lake.head(join.object)) === undefined) continue;
    for (const { key, etag } of join.parts) replaced.add(`${key}@${etag}`);
  }
  return ({ key, etag }) => replaced.has(`${key}@${etag}`);
}
