/** Orders of a file that the shop deleted before, as a webhook told: they do not count. */
import * as z from 'zod';
import { parsedJson } from '../shared/json-texts.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { doorName, platformNames } from '../webhook/names.ts';
import { ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, orderId, ordersOf, textOfOrders } from './orders-in.ts';

const deletion = z.object({ id: orderId, deleted_at: z.string() });
const order = z.object({
  id: orderId,
  name: z.string().optional(),
  told_by: z.string().nullish(),
  updated_at: z.string(),
});

/** When the shop last deleted an order, by its id, in milliseconds. */
async function deletedIn(lake: Lake): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for await (const key of lake.keys(ordersPrefix)) {
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (!platformNames.some((platform) => name.startsWith(doorName(platform)))) continue;
    const text = textOfOrders(await lake.get(key));
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
  const gone = await ordersOf(files, order, ({ id, told_by: by, updated_at: changed }) => {
    const at = deleted.get(id);
    return at !== undefined && (by === 'export' || Date.parse(changed) <= at);
  });
  return gone.map(
    ({ file, count, first }) =>
      `${count === 1 ? `An order (${first})` : `${count} orders (the first is ${first})`} of ${file} ` +
      `${count === 1 ? 'was' : 'were'} deleted in the shop, as its webhook told: ` +
      `${count === 1 ? 'it does not count' : 'they do not count'}. One that was taken back counts as the API ` +
      'tells it, once it is changed.',
  );
}
