/** Orders of which an export knows more than what a webhook told, or an answer in raw/: they count as that has them. */
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { allImports, ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, orderId, ordersOf, recordsIn, textOfOrders } from './orders-in.ts';

const paid = new Set(['paid', 'partially_refunded', 'refunded']);
const orderSchema = z
  .object({
    id: orderId,
    name: z.string().nullish(),
    told_by: z.string().nullish(),
    updated_at: z.string(),
    cancelled_at: z.string().nullish(),
    financial_status: z.string().nullish(),
  })
  .transform(({ told_by: by, cancelled_at: cancelledAt, financial_status: state, ...order }) => ({
    ...order,
    isOfExport: by === 'export',
    isCancelled: cancelledAt != null || state === 'voided',
    isPaid: paid.has(state ?? ''),
  }));
type Order = z.output<typeof orderSchema>;
/** One that the shop deleted counts no more: of an export with it that is told apart (deleted-orders.ts). */
const deletion = z.object({ id: orderId, deleted_at: z.string() });

/** The orders that came into the lake otherwise than by an import, each as it was told last. */
async function otherOrders(lake: Lake): Promise<ReadonlyMap<string, Order>> {
  const imported = new Set<string>();
  for await (const { parts } of allImports(lake))
    for (const { documents } of parts) for (const key of documents) imported.add(key);
  const [found, deleted] = [new Map<string, Order>(), new Set<string>()];
  for await (const key of lake.keys(ordersPrefix)) {
    if (imported.has(key)) continue;
    for (const record of recordsIn(textOfOrders(await lake.get(key)))) {
      const [order, gone] = [orderSchema.safeParse(record).data, deletion.safeParse(record).data];
      if (gone !== undefined) deleted.add(gone.id);
      if (order === undefined || order.isOfExport) continue;
      const known = found.get(order.id);
      if (known === undefined || Date.parse(known.updated_at) <= Date.parse(order.updated_at))
        found.set(order.id, order);
    }
  }
  for (const id of deleted) found.delete(id);
  return found;
}

const states = [
  { word: 'cancelled', isBehind: (other: Order, one: Order) => one.isCancelled && !other.isCancelled && other.isPaid },
  { word: 'paid', isBehind: (other: Order, one: Order) => one.isPaid && !other.isPaid && !other.isCancelled },
] as const;

/** A sentence for each export by which orders are cancelled or paid that the lake has otherwise: no webhook told of it. */
export async function behindExports(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const files = filesOfOrders(looked);
  const others = files.length === 0 ? new Map<string, Order>() : await otherOrders(lake);
  if (others.size === 0) return [];
  const lines: string[] = [];
  for (const { word, isBehind } of states) {
    const behind = await ordersOf(files, orderSchema, (one) => {
      const other = one.isOfExport ? others.get(one.id) : undefined;
      return other !== undefined && Date.parse(one.updated_at) > Date.parse(other.updated_at) && isBehind(other, one);
    });
    for (const { file, count, first } of behind) {
      const [are, they, them] = count === 1 ? ['is', 'it', 'it'] : ['are', 'they', 'them'];
      lines.push(
        `${count === 1 ? `An order (${first})` : `${count} orders (the first is ${first})`} of ${file} ${are} ` +
          `${word}, and not so as the shop's webhook told ${them}, or an answer of its API in raw/: as the API tells ` +
          `${them}, ${they} ${count === 1 ? 'counts' : 'count'}, also where the export is newer. Was a webhook ` +
          `lost? Ask the API for ${count === 1 ? 'this order' : 'these orders'}, and import its answer ` +
          '(docs/sources.md).',
      );
    }
  }
  return lines;
}
