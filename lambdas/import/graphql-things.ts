/** Things in answers of Shopify's GraphQL Admin API, single or bulk (JSONL), wherever a query put them. */
import * as z from 'zod';
import { jsonRecords } from './json-lines.ts';
import { Refused } from './refused.ts';

export type Node = Readonly<Record<string, unknown>>;

/** The number of a global id: `gid://shopify/Order/1?x` is 1. */
export const gid = z.string().transform((id) => id.split('/').at(-1)?.split('?')[0] ?? id);

/** That the first global id of an answer is of a kind. */
export const firstGid = (kind: string): RegExp =>
  new RegExp(`^(?:(?!"id"\\s*:\\s*"gid:\\/\\/shopify\\/)[\\s\\S])*"id"\\s*:\\s*"gid:\\/\\/shopify\\/${kind}\\/`);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the children of a bulk answer stand in their parents, by the kind that their ids name. */
const places: Readonly<Record<string, string>> = {
  LineItem: 'lineItems',
  ShippingLine: 'shippingLines',
  ProductVariant: 'variants',
  Refund: 'refunds',
  RefundLineItem: 'refundLineItems',
  OrderTransaction: 'transactions',
};
const kindOf = (id: unknown) => (typeof id === 'string' ? (/^gid:\/\/shopify\/(\w+)\//.exec(id)?.[1] ?? '') : '');

/** The nodes of one answer, wherever its query put them: `data.orders.edges[].node`, or `nodes`. */
function nodesOf(answer: Node, kind: string): Node[] {
  if (kindOf(answer['id']) === kind) return [answer];
  return Object.values(answer).flatMap((value) =>
    Array.isArray(value)
      ? value.flatMap((one: unknown) => (isNode(one) ? nodesOf(one, kind) : []))
      : isNode(value)
        ? nodesOf(value, kind)
        : [],
  );
}

/** @throws Refused where a part stands behind another thing than its own: a thing without its parts would look cut */
async function assertGrouped(path: string): Promise<void> {
  let own = new Set<unknown>();
  for await (const { row, record } of jsonRecords(path)) {
    const { __parentId: parent, id } = record;
    if (parent === undefined) own = new Set([id]);
    else if (!own.has(parent))
      throw new Refused(
        `Line ${row} is a part of ${typeof parent === 'string' ? parent : 'something'}, which does not stand ` +
          'before it. Run the bulk operation with groupObjects: true, and with the query of docs/sources.md.',
      );
    else own.add(id);
  }
}

/**
 * Every thing of a kind, with its children in it.
 * @throws Refused where a child stands apart from its parent, or a page is one of several
 */
export async function* things(path: string, kind: string): AsyncGenerator<{ row: number; node: Node }> {
  await assertGrouped(path);
  let open: { row: number; node: Node; byId: Map<unknown, Record<string, unknown>> } | undefined;
  for await (const { row, record } of jsonRecords(path)) {
    const parent = record['__parentId'];
    if (parent !== undefined) {
      const whose = open?.byId.get(parent);
      const place = places[kindOf(record['id'])];
      if (whose === undefined || place === undefined)
        throw new Refused(
          `Line ${row} is a part of ${typeof parent === 'string' ? parent : 'something'} that is not known. ` +
            'Run the bulk operation with the query of docs/sources.md.',
        );
      const child: Record<string, unknown> = { ...record };
      const siblings: unknown = whose[place];
      whose[place] = [...(Array.isArray(siblings) ? (siblings as readonly unknown[]) : []), child];
      open?.byId.set(record['id'], child);
      continue;
    }
    if (open) yield open;
    open = undefined;
    if (JSON.stringify(record).includes('"hasNextPage":true'))
      throw new Refused(
        'It is one page of an answer that has others (hasNextPage): export by a bulk operation, as ' +
          'docs/sources.md says.',
      );
    if (kindOf(record['id']) === kind) {
      const node: Record<string, unknown> = { ...record };
      open = { row, node, byId: new Map([[record['id'], node]]) };
    } else {
      for (const node of nodesOf(record, kind)) yield { row, node };
    }
  }
  if (open) yield open;
}

/** @throws Refused where a cost is in another currency than the shop's, in which the lake reads costs */
export function assertCostIn(currency: string, cost: string | null | undefined, own: string, row: number): void {
  if (own !== currency)
    throw new Refused(
      `A cost in line ${row} is ${cost ?? ''} ${own}, and the shop's currency is ${currency}, in which costs ` +
        `are read. If the shop's currency is another: sillage shop --set currency=${own}`,
    );
}
