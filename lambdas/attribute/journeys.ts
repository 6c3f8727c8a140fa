import { readFile } from 'node:fs/promises';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import type { CountedJourneys } from './paths.ts';

/** How `path_types` writes the channels of a path. */
const between = ' > ';

const count = z.bigint().nonnegative().transform(Number);
const pathType = z.object({ path: z.string().min(1), conversions: count, non_conversions: count });

/**
 * The journeys of an object of `path_types`. What an order was worth is not asked for: no model of weights needs it.
 */
export async function readJourneys(path: string): Promise<CountedJourneys[]> {
  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file, compressors, columns: Object.keys(pathType.shape) });
  return z
    .array(pathType)
    .parse(rows)
    .map(({ path: touches, conversions, non_conversions: nonConversions }) => ({
      touches: touches.split(between),
      conversions,
      nonConversions,
      value: 0,
    }));
}
