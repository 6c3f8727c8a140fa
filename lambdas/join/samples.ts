/** Landed objects for tests, and a reader that knows nothing of how objects are joined. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Lake } from '../shared/ports/lake.ts';
import { replacedParts } from '../shared/slices/joins.ts';

export const folderOf = (day: string) => `raw/web/events/dt=${day}/`;

/** The key of what `land` writes for a batch that begins with this record. */
export const landedKey = (day: string, sequence: number, shard = 0) =>
  `${folderOf(day)}stream-shardId-${String(shard).padStart(12, '0')}-${String(sequence).padStart(20, '0')}.jsonl.gz`;

/** Puts an object there as `land` does. */
export async function putLanded(
  lake: Lake,
  key: string,
  lines: readonly string[],
  { rows = lines.length, isSingleDay = true }: { readonly rows?: number; readonly isSingleDay?: boolean } = {},
): Promise<void> {
  await lake.put(key, gzipSync(lines.map((line) => `${line}\n`).join('')), {
    metadata: { rows: String(rows), producer: 'land', ...(isSingleDay && { 'single-day': 'true' }) },
  });
}

/** Puts an order there as a webhook does. */
export async function putOrder(lake: Lake, key: string, order: object): Promise<void> {
  await lake.put(key, `${JSON.stringify(order)}\n`, { metadata: { rows: '1', producer: 'webhook' } });
}

export const linesOf = async (lake: Lake, key: string): Promise<string[]> =>
  gunzipSync(await lake.get(key))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);

/** All lines of the feed as the transform would read them. */
export async function readLines(lake: Lake): Promise<string[]> {
  const lines: string[] = [];
  const isReplaced = await replacedParts(lake);
  for await (const object of lake.list('raw/web/events/'))
    if (!isReplaced(object)) lines.push(...(await linesOf(lake, object.key)));
  return lines;
}

export async function keysOf(lake: Lake, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of lake.keys(prefix)) keys.push(key);
  return keys;
}

/** A change of the lake: it goes through, or throws before or after it is made. */
export type Change = (apply: () => Promise<unknown>) => Promise<unknown>;

/** A lake of which each change is made by another. */
export function watchedLake(lake: Lake, change: Change): Lake {
  return {
    ...lake,
    async put(key, body, options) {
      const made = { object: await lake.head(key) };
      await change(async () => {
        await lake.put(key, body, options);
        made.object = await lake.head(key);
      });
      if (made.object === undefined) throw new Error(`${key} was not written.`);
      return made.object;
    },
    async delete(key, options) {
      await change(() => lake.delete(key, options));
    },
  };
}
