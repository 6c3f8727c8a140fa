/** Orders of a file that the shop deleted before, as a webhook told: they do not count. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { hasGzipMagic } from '../shared/gzip.ts';
import { parsedJson } from '../shared/json-texts.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { doorName, platformNames } from '../webhook/names.ts';
import { ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, recordsIn } from './orders-in.ts';

const id = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const deletion = z.object({ id, deleted_at: z.string() });
const order = z.object({ id, name: z.string().optional(), told_by: z.string().nullish(), updated_at: z.string() });

/** When the shop last deleted an order, by its id, in milliseconds. */
async function deletedIn(lake: Lake): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for await (const key of lake.keys(ordersPrefix)) {
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (!platformNames.some((platform) => name.startsWith(doorName(platform)))) continue;
    const bytes = await lake.get(key);
    const text = (hasGzipMagic(bytes) ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const line of text.includes('"deleted_at"') ? text.split('\n') : []) {
      const read = line.includes('"deleted_at"') ? deletion.safeParse(parsedJson(line)).data : undefined;
      if (read) found.set(read.id, Math.max(found.get(read.id) ?? 0, Date.parse(read.deleted_at)));
    }
  }
  return found;
}

/** A sentence for each file with orders that were deleted since they were last changed, as an export's always are. */
export async function deletedOrders(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const files = filesOfOrders(looked);
  const deleted = files.length === 0 ? new Map<string, number>() : await deletedIn(lake);
  if (deleted.size === 0) return [];
  const lines: string[] = [];
  for (const { name, paths } of files) {
    const gone = new Map<string, string>();
    for (const path of paths)
      for (const record of recordsIn(await readFile(path, 'utf8'))) {
        const one = order.safeParse(record).data;
        if (one === undefined) continue;
        const at = deleted.get(one.id);
        if (at !== undefined && (one.told_by === 'export' || Date.parse(one.updated_at) <= at))
          gone.set(one.id, one.name ?? one.id);
      }
    const [first] = gone.values();
    if (first !== undefined)
      lines.push(
        `${gone.size === 1 ? `An order (${first})` : `${gone.size} orders (the first is ${first})`} of ${name} ` +
          `${gone.size === 1 ? 'was' : 'were'} deleted in the shop, as its webhook told: ` +
          `${gone.size === 1 ? 'it does not count' : 'they do not count'}. One that was taken back counts as the API ` +
          'tells it, once it is changed.',
      );
  }
  return lines;
}
