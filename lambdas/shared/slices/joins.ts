import { z } from 'zod';
import type { Day } from '../days.ts';
import { ObjectNotFound, type Lake, type LakeObject } from '../ports/lake.ts';
import { joinsPrefix } from '../schema/ops-keys.ts';

const part = z.object({ key: z.string(), etag: z.string() });

/**
 * The manifest of a join: which raw objects one large object replaces. It is written first, and in force from the moment when that object
 * is there: one write turns the parts into the whole. It goes when the last part is deleted.
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
export async function readJoin(lake: Lake, key: string): Promise<Join | undefined> {
  try {
    return joinSchema.parse(JSON.parse((await lake.get(key)).toString('utf8')));
  } catch (error) {
    if (error instanceof ObjectNotFound || error instanceof SyntaxError || error instanceof z.ZodError)
      return undefined;
    throw error;
  }
}

/**
 * Tells of a raw object whether another has replaced it, and it is only not deleted yet. A part that was written anew since is no longer
 * that part: it is read beside the whole. Joins and readers take turns (a run is one after the other).
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
