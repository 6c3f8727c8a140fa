/**
 * Answers of Shopify's GraphQL Admin API, single or bulk (JSONL), as the REST API gives the same things: with the same
 * ids.
 */
import type * as z from 'zod';
import type { Documents } from './documents.ts';
import { fullPageNotes, shopifyAnswers } from './full-pages.ts';
import { customer } from './graphql-customer.ts';
import { order } from './graphql-order.ts';
import { assertCostsIn, product } from './graphql-product.ts';
import { firstGid, things, type Node } from './graphql-things.ts';
import type { JsonShape } from './json-shape.ts';
import { micros } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { instantOf } from './dates.ts';
import { Refused } from './refused.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext } from './shape.ts';
import { IncompleteOrders } from './shapes/incomplete-orders.ts';
import { isWhole, OrdersNotTaken } from './shapes/json-orders.ts';
import { OffsetsSeen } from './time-zones.ts';
import { orderFields, UnaskedFields } from './unasked-fields.ts';

/** When an order was placed: one that was moved from another shop, before it was created here. */
const placedAt = (record: Node & { readonly created_at: string }) =>
  typeof record['processed_at'] === 'string' ? record['processed_at'] : record.created_at;

/** The UTC day of a moment. @throws Refused where it is none */
function instantDay(moment: string, what: string): string {
  const instant = instantOf(moment);
  if (instant === undefined)
    throw new Refused(`${what} is of “${moment}”, which is no moment. Was the file changed? Ask Shopify again.`);
  return instant.toISOString().slice(0, 10);
}

interface Kind {
  readonly name: string;
  readonly report: string;
  readonly gid: string;
  readonly feed: 'crm/orders' | 'crm/products' | 'crm/customers';
  readonly schema: z.ZodType<Node & { readonly created_at: string; readonly updated_at: string }>;
}

async function convertThings(
  path: string,
  documents: Documents,
  { gid: kind, feed, schema, report }: Kind,
  { options, shop }: Pick<ImportContext, 'options' | 'shop'>,
): Promise<Converted> {
  const [days, offsets, leftOut] = [new DaySpan(), new OffsetsSeen(), new LeftOuts()];
  const incomplete = new IncompleteOrders(options.acceptIncomplete === true, leftOut);
  const notTaken = new OrdersNotTaken();
  const unasked = new UnaskedFields(orderFields.graphql, 'Ask for all fields of the query of docs/sources.md.');
  const sums = new CurrencySums();
  let [rows, imported, isUnsaid] = [0, 0, false];
  const unsaid = () => {
    isUnsaid = true;
  };
  for await (const { row, node } of things(path, kind, unsaid)) {
    rows++;
    const read = schema.safeParse(node);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new Refused(
        `${kind} in line ${row} lacks ${issue?.path.join('.') ?? 'a field'} (${issue?.message ?? ''}). Ask ` +
          'for all fields of the query of docs/sources.md.',
      );
    }
    if (feed === 'crm/orders' && incomplete.read([{ row }], () => isWhole(read.data, row)) === undefined) continue;
    if (feed === 'crm/products') assertCostsIn(shop.currency, read.data, row);
    imported++;
    const day = instantDay(placedAt(read.data), `${kind} in line ${row}`);
    days.add(day);
    const { currency, total_price: total } = read.data;
    if (feed === 'crm/orders' && typeof currency === 'string') {
      if (typeof total !== 'string')
        throw new Refused(
          `${kind} in line ${row} lacks totalPriceSet. Ask for all fields of the query of docs/sources.md.`,
        );
      sums.add('total', micros(total) ?? 0n, currency);
      offsets.add(read.data.created_at);
    }
    if (feed === 'crm/orders') {
      notTaken.look(read.data);
      // A store of years asked for its one code.
      unasked.look('discountCode' in node ? { ...node, discountCodes: [] } : node);
    }
    if (feed === 'crm/orders') await documents.line(feed, day, row, read.data);
    // A product or a customer is of the day on which it came, and its cost of the one on which it changed.
    else await documents.anyDay(feed, row, read.data);
  }
  return {
    currencies: sums.currencies,
    ...(feed === 'crm/orders' && { days: days.range, offsets: offsets.all }),
    rows,
    leftOut: leftOut.all,
    totals: [{ what: report, imported: String(imported) }, ...sums.totals],
    notes: [
      ...incomplete.notes,
      ...notTaken.notes,
      ...(isUnsaid ? fullPageNotes(rows, shopifyAnswers) : []),
      ...(feed === 'crm/orders' && imported > 0 ? unasked.notes : []),
    ],
  };
}

const kinds: readonly Kind[] = [
  { name: 'shopify-orders-graphql', report: 'orders', gid: 'Order', feed: 'crm/orders', schema: order },
  { name: 'shopify-products-graphql', report: 'products', gid: 'Product', feed: 'crm/products', schema: product },
  { name: 'shopify-customers-graphql', report: 'customers', gid: 'Customer', feed: 'crm/customers', schema: customer },
];

/** Orders, products with their inventory costs, and customers: known by the id that stands first. */
export const shopifyGraphql: readonly JsonShape[] = kinds.map((kind) => ({
  name: kind.name,
  source: 'Shopify',
  report: `${kind.report} (GraphQL Admin API)`,
  // An answer of REST names such an id, too, but as another field.
  marks: [firstGid(kind.gid)],
  isNative: true,
  convert: (path, documents, context) => convertThings(path, documents, kind, context),
}));
