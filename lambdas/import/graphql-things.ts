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
  FulfillmentOrder: 'fulfillmentOrders',
};
const pageInfo = z.object({ hasNextPage: z.boolean().optional(), hasPreviousPage: z.boolean().optional() });
type Side = keyof z.infer<typeof pageInfo>;
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

/** Whether a page stands beside an answer, as the connection around its nodes says; undefined where it does not say. */
function hasPage(answer: Node, kind: string, side: Side): boolean | undefined {
  if (kindOf(answer['id']) === kind) return undefined;
  const own = pageInfo.safeParse(answer['pageInfo']).data?.[side];
  return Object.values(answer)
    .flat()
    .reduce<boolean | undefined>(
      (found, value) => found ?? (isNode(value) ? hasPage(value, kind, side) : undefined),
      own,
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

/** @throws Refused where not all parts of a thing are in its answer: their other pages are asked for one by one */
function assertWholeNode(node: Node): void {
  if (JSON.stringify(node).includes('"hasNextPage":true'))
    throw new Refused(
      `Of ${kindOf(node['id'])} ${gid.safeParse(node['id']).data} not all parts are here (hasNextPage in it). Ask for more of them at once ` +
        '(lineItems(first: 250)), or export by a bulk operation, as docs/sources.md says.',
    );
}

/**
 * Every thing of a kind, with its children in it.
 * @param unsaid is called where answers hold it, and none says whether a page follows
 * @throws Refused where a child stands apart from its parent, or a page is one of several
 */
export async function* things(
  path: string,
  kind: string,
  unsaid?: () => void,
): AsyncGenerator<{ row: number; node: Node }> {
  await assertGrouped(path);
  // Pages may stand one after the other: the first says that none is before it, the last that none follows.
  let [isBegun, isOpen]: (boolean | undefined)[] = [];
  let isAnswer = false;
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
    isBegun ??= hasPage(record, kind, 'hasPreviousPage');
    isOpen = hasPage(record, kind, 'hasNextPage') ?? isOpen;
    if (kindOf(record['id']) === kind) {
      assertWholeNode(record);
      const node: Record<string, unknown> = { ...record };
      open = { row, node, byId: new Map([[record['id'], node]]) };
    } else {
      isAnswer = true;
      for (const node of nodesOf(record, kind)) {
        assertWholeNode(node);
        yield { row, node };
      }
    }
  }
  if (isOpen === true || isBegun === true)
    throw new Refused(
      `It is one page of an answer that has others (${isOpen === true ? 'hasNextPage' : 'hasPreviousPage'}). Put all of ` +
        'them into one file, in their order (cat page1.json page2.json > all.json), or export by a bulk operation, as ' +
        'docs/sources.md says.',
    );
  if (isAnswer && isOpen === undefined) unsaid?.();
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
