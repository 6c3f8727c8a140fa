/**
 * Answers of Shopify's GraphQL Admin API, single or bulk (JSONL), as the REST API gives the same things: with the same
 * ids.
 */
import * as z from 'zod';
import type { Documents } from './documents.ts';
import { assertCostIn, firstGid, gid, things, type Node } from './graphql-things.ts';
import type { JsonShape } from './json-shape.ts';
import { micros } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { instantOf } from './dates.ts';
import { Refused } from './refused.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext } from './shape.ts';
import { IncompleteOrders } from './shapes/incomplete-orders.ts';
import { isWhole, OrdersNotTaken } from './shapes/json-orders.ts';
import { fromCents } from './shapes/shopify-cells.ts';
import { OffsetsSeen } from './time-zones.ts';
import { orderFields, UnaskedFields } from './unasked-fields.ts';

const text = z.string().nullish();
const money = z
  .object({ shopMoney: z.object({ amount: z.string() }) })
  .nullish()
  .transform((set) => set?.shopMoney.amount);
const ref = z
  .object({ id: gid })
  .nullish()
  .transform((one) => one?.id ?? null);
const tags = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((all) => (Array.isArray(all) ? all.join(', ') : (all ?? '')));
/** A connection, by its edges or its nodes, or a list. */
const many = <T>(item: z.ZodType<T>) =>
  z
    .union([
      z.array(item),
      z.object({ nodes: z.array(item) }).transform(({ nodes }) => nodes),
      z.object({ edges: z.array(z.object({ node: item })) }).transform(({ edges }) => edges.map(({ node }) => node)),
    ])
    .nullish()
    .transform((all) => all ?? []);
/** As REST writes it. */
const inShopMoney = (amount: string | undefined) => (amount === undefined ? undefined : { shop_money: { amount } });
const cents = (amount: string | undefined) => Math.round(Number(amount ?? 0) * 100);
const lower = text.transform((value) => value?.toLowerCase());
const taxes = many(z.object({ priceSet: money }).transform(({ priceSet }) => ({ price: priceSet })));
const allocations = many(
  z.object({ allocatedAmountSet: money }).transform((one) => ({ amount: one.allocatedAmountSet })),
);

const line = z
  .object({
    id: gid,
    title: text,
    name: text,
    sku: text,
    quantity: z.number(),
    currentQuantity: z.number().nullish(),
    originalUnitPriceSet: money,
    discountAllocations: allocations,
    product: ref,
    variant: ref,
    isGiftCard: z.boolean().nullish(),
    requiresShipping: z.boolean().nullish(),
    taxable: z.boolean().nullish(),
    taxLines: taxes,
  })
  .transform((one) => ({
    id: one.id,
    title: one.title ?? one.name,
    sku: one.sku ?? null,
    quantity: one.quantity,
    current_quantity: one.currentQuantity ?? undefined,
    price: one.originalUnitPriceSet,
    discount_allocations: one.discountAllocations,
    product_id: one.product,
    variant_id: one.variant,
    gift_card: one.isGiftCard ?? false,
    requires_shipping: one.requiresShipping ?? true,
    taxable: one.taxable ?? true,
    tax_lines: one.taxLines,
  }));
const shipping = z
  .object({ title: text, originalPriceSet: money, discountedPriceSet: money, taxLines: taxes })
  .transform((one) => ({
    title: one.title,
    price: one.originalPriceSet,
    discounted_price: one.discountedPriceSet,
    tax_lines: one.taxLines,
  }));
const refund = z
  .object({
    id: gid,
    createdAt: text,
    processedAt: text,
    note: text,
    totalRefundedSet: money,
    return: z
      .object({
        returnLineItems: many(
          z.object({ returnReason: lower, fulfillmentLineItem: z.object({ lineItem: ref }).nullish() }),
        ),
      })
      .nullish(),
    refundLineItems: many(
      z
        .object({
          id: gid.nullish(),
          quantity: z.number(),
          restockType: lower,
          subtotalSet: money,
          totalTaxSet: money,
          lineItem: ref,
        })
        .transform((one) => ({
          id: one.id,
          quantity: one.quantity,
          restock_type: one.restockType,
          subtotal: one.subtotalSet,
          total_tax: one.totalTaxSet,
          line_item_id: one.lineItem,
        })),
    ),
    duties: many(z.object({ amountSet: money }).transform(({ amountSet }) => ({ amount_set: inShopMoney(amountSet) }))),
    transactions: many(
      z
        .object({ kind: lower, status: lower, amountSet: money })
        .transform((one) => ({ kind: one.kind, status: one.status, amount: one.amountSet })),
    ),
  })
  .transform((one) => ({
    id: one.id,
    created_at: one.createdAt,
    processed_at: one.processedAt ?? one.createdAt,
    note: one.note,
    // A query may ask for a refund's lines without their ids, which each row of a refund needs.
    refund_line_items: one.refundLineItems.map((item, at) => ({
      ...item,
      id: item.id ?? `${one.id}-${at + 1}`,
      return_reason: one.return?.returnLineItems.find(
        ({ fulfillmentLineItem: sent }) => item.line_item_id !== null && sent?.lineItem === item.line_item_id,
      )?.returnReason,
    })),
    ...(one.duties.length > 0 && { duties: one.duties }),
    transactions:
      // An edit stands among the refunds, too, and gives nothing back.
      one.transactions.length > 0 || cents(one.totalRefundedSet) === 0
        ? one.transactions
        : [{ kind: 'refund', status: 'success', amount: one.totalRefundedSet }],
  }));
type Refund = z.output<typeof refund>;
const payment = z
  .object({ kind: lower, status: lower, gateway: text, amountSet: money })
  .transform((one) => ({ kind: one.kind, status: one.status, gateway: one.gateway, amount: one.amountSet }));

/** As REST calls what was sent of an order; of one of which nothing was, nothing. */
const fulfilments: ReadonlyMap<string, string | null> = new Map([
  ['unfulfilled', null],
  ['partially_fulfilled', 'partial'],
]);
const fulfilment = text.transform((status) => {
  const name = status?.toLowerCase() ?? null;
  return name === null ? null : fulfilments.has(name) ? (fulfilments.get(name) ?? null) : name;
});

/**
 * Whether a refund gave money back for units that it does not name: a line's units that are left are then fewer for an
 * edit or for the refund, and what was refunded must not be taken off the order, too.
 */
const isWithoutLines = ({ refund_line_items: lines, transactions }: Refund) =>
  lines.length === 0 && transactions.length > 0;

/**
 * A refund without its lines, which a bulk operation cannot ask for: with its part of the tax that went off the order,
 * as far as the order tells that, else of all its tax.
 */
function withTax(
  one: Refund,
  order: {
    readonly totalPriceSet: string | undefined;
    readonly totalTaxSet: string | undefined;
    readonly currentTotalPriceSet: string | undefined;
    readonly currentTotalTaxSet: string | undefined;
  },
): Refund & { readonly order_adjustments: readonly object[] } {
  if (one.refund_line_items.length > 0) return { ...one, order_adjustments: [] };
  const [total, tax] = [cents(order.totalPriceSet), cents(order.totalTaxSet)];
  const isTold = order.currentTotalPriceSet !== undefined && order.currentTotalTaxSet !== undefined;
  const off = isTold ? total - cents(order.currentTotalPriceSet) : total;
  const taxOff = isTold ? tax - cents(order.currentTotalTaxSet) : tax;
  const refunded = one.transactions.reduce(
    (sum, { kind, status, amount }) => (kind === 'refund' && status === 'success' ? sum + cents(amount) : sum),
    0,
  );
  const duties = (one.duties ?? []).reduce((sum, { amount_set: set }) => sum + cents(set?.shop_money.amount), 0);
  const part = off <= 0 ? 0 : Math.round((Math.max(0, refunded - duties) * taxOff) / off);
  return {
    ...one,
    order_adjustments:
      part === 0
        ? []
        : [{ kind: 'refund_discrepancy', amount: fromCents(part - refunded + duties), tax_amount: fromCents(-part) }],
  };
}

/** Ways of Shopify by which nothing is sent: the buyer fetches it, or takes it along from the till. */
const unsent: ReadonlySet<string | undefined> = new Set(['pick_up', 'retail', 'none']);
/** Whether nothing of an order is sent, as its ways tell; of one that was moved to another the former is cancelled. */
function isTakenAlong(
  all: readonly {
    readonly status?: string | undefined;
    readonly deliveryMethod?: { methodType?: string | undefined } | null | undefined;
  }[],
): boolean {
  const ways = all.filter(({ status }) => status !== 'cancelled');
  return ways.length > 0 && ways.every(({ deliveryMethod: way }) => unsent.has(way?.methodType));
}

const visit = z.object({ landingPage: text, referrerUrl: text }).nullish();

const order = z
  .object({
    id: gid,
    name: z.string(),
    email: text,
    phone: text,
    createdAt: z.string(),
    processedAt: text,
    updatedAt: z.string(),
    cancelledAt: text,
    test: z.boolean().nullish(),
    currencyCode: z.string(),
    taxesIncluded: z.boolean().nullish(),
    subtotalPriceSet: money,
    totalPriceSet: money,
    currentTotalPriceSet: money,
    totalTaxSet: money,
    currentTotalTaxSet: money,
    totalDiscountsSet: money,
    totalTipReceivedSet: money,
    originalTotalDutiesSet: money,
    currentTotalDutiesSet: money,
    displayFinancialStatus: lower,
    displayFulfillmentStatus: fulfilment,
    sourceName: text,
    tags,
    discountCodes: z.array(z.string()).nullish(),
    discountCode: text,
    paymentGatewayNames: z.array(z.string()).nullish(),
    landingPageUrl: text,
    referrerUrl: text,
    customerJourneySummary: z.object({ firstVisit: visit, lastVisit: visit }).nullish(),
    customer: z.object({ id: gid, email: text, numberOfOrders: z.union([z.string(), z.number()]).nullish() }).nullish(),
    shippingAddress: z.object({ countryCodeV2: text, zip: text }).nullish(),
    lineItems: many(line),
    shippingLines: many(shipping),
    shippingLine: shipping.nullish(),
    refunds: many(refund).optional(),
    transactions: many(payment),
    fulfillmentOrders: many(z.object({ status: lower, deliveryMethod: z.object({ methodType: lower }).nullish() })),
  })
  .transform((one) => ({
    id: one.id,
    told_by: 'graphql',
    name: one.name,
    order_number: /(\d+)\D*$/.exec(one.name)?.[1] ?? one.name,
    email: one.email,
    phone: one.phone,
    created_at: one.createdAt,
    processed_at: one.processedAt ?? one.createdAt,
    updated_at: one.updatedAt,
    cancelled_at: one.cancelledAt,
    test: one.test ?? false,
    currency: one.currencyCode,
    taxes_included: one.taxesIncluded ?? true,
    subtotal_price: one.subtotalPriceSet,
    total_price: one.totalPriceSet,
    current_total_price: one.currentTotalPriceSet,
    total_tax: one.totalTaxSet,
    current_total_tax: one.currentTotalTaxSet,
    total_discounts: one.totalDiscountsSet,
    total_tip_received: one.totalTipReceivedSet,
    original_total_duties_set: inShopMoney(one.originalTotalDutiesSet),
    current_total_duties_set: inShopMoney(one.currentTotalDutiesSet),
    financial_status: one.displayFinancialStatus,
    fulfillment_status: one.displayFulfillmentStatus,
    source_name: one.sourceName,
    tags: one.tags,
    discount_codes: (one.discountCodes ?? (one.discountCode == null ? [] : [one.discountCode])).map((code) => ({
      code,
      amount: one.totalDiscountsSet ?? '0',
    })),
    payment_gateway_names: one.paymentGatewayNames ?? [],
    landing_site:
      one.customerJourneySummary?.lastVisit?.landingPage ??
      one.customerJourneySummary?.firstVisit?.landingPage ??
      one.landingPageUrl,
    referring_site:
      one.customerJourneySummary?.lastVisit?.referrerUrl ??
      one.customerJourneySummary?.firstVisit?.referrerUrl ??
      one.referrerUrl,
    customer:
      one.customer == null
        ? undefined
        : { id: one.customer.id, email: one.customer.email, orders_count: one.customer.numberOfOrders },
    shipping_address:
      one.shippingAddress == null
        ? undefined
        : { country_code: one.shippingAddress.countryCodeV2, zip: one.shippingAddress.zip },
    line_items: one.lineItems.map((item) => ({
      ...item,
      ...(one.refunds?.some(isWithoutLines) && { current_quantity: undefined }),
      ...(isTakenAlong(one.fulfillmentOrders) && { requires_shipping: false }),
    })),
    shipping_lines: one.shippingLines.length > 0 || one.shippingLine == null ? one.shippingLines : [one.shippingLine],
    // A query that does not ask for refunds says nothing of them.
    ...(one.refunds !== undefined && { refunds: one.refunds.map((each) => withTax(each, one)) }),
    ...(one.transactions.length > 0 && { transactions: one.transactions }),
  }));

const product = z
  .object({
    id: gid,
    title: z.string(),
    handle: text,
    vendor: text,
    productType: text,
    status: lower,
    tags,
    createdAt: z.string(),
    updatedAt: z.string(),
    variants: many(
      z
        .object({
          id: gid,
          sku: text,
          title: text,
          price: text,
          inventoryItem: z
            .object({
              id: gid.nullish(),
              unitCost: z.object({ amount: z.string(), currencyCode: text }).nullish(),
            })
            .nullish(),
        })
        .transform((one) => ({
          id: one.id,
          sku: one.sku,
          title: one.title,
          price: one.price,
          ...(one.inventoryItem?.id != null && { inventory_item_id: one.inventoryItem.id }),
          inventory_item: {
            cost: one.inventoryItem?.unitCost?.amount,
            ...(one.inventoryItem?.unitCost?.currencyCode != null && {
              cost_currency: one.inventoryItem.unitCost.currencyCode,
            }),
          },
        })),
    ),
  })
  .transform((one) => ({
    id: one.id,
    title: one.title,
    handle: one.handle,
    vendor: one.vendor,
    product_type: one.productType,
    status: one.status ?? 'active',
    tags: one.tags,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    variants: one.variants,
  }));

const customer = z
  .object({
    id: gid,
    email: text,
    defaultEmailAddress: z.object({ emailAddress: text, marketingState: lower }).nullish(),
    phone: text,
    createdAt: z.string(),
    updatedAt: z.string(),
    numberOfOrders: z.union([z.string(), z.number()]).nullish(),
    amountSpent: z.object({ amount: z.string() }).nullish(),
    tags,
    emailMarketingConsent: z.object({ marketingState: lower }).nullish(),
    defaultAddress: z.object({ countryCodeV2: text }).nullish(),
  })
  .transform((one) => ({
    id: one.id,
    email: one.email ?? one.defaultEmailAddress?.emailAddress,
    phone: one.phone,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    orders_count: one.numberOfOrders,
    total_spent: one.amountSpent?.amount,
    tags: one.tags,
    email_marketing_consent: {
      state: one.emailMarketingConsent?.marketingState ?? one.defaultEmailAddress?.marketingState ?? 'not_subscribed',
    },
    default_address: { country_code: one.defaultAddress?.countryCodeV2 },
  }));

const costed = z.object({
  variants: z.array(z.object({ inventory_item: z.object({ cost: text, cost_currency: z.string().optional() }) })),
});

/** @throws Refused where a product's costs are in another currency than the one in which the lake reads them */
function assertCostsIn(currency: string, node: Node, row: number): void {
  const read = costed.safeParse(node);
  for (const { inventory_item: item } of read.data?.variants ?? [])
    assertCostIn(currency, item.cost, item.cost_currency ?? currency, row);
}

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
  let [rows, imported] = [0, 0];
  for await (const { row, node } of things(path, kind)) {
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
    notes: [...incomplete.notes, ...notTaken.notes, ...(feed === 'crm/orders' && imported > 0 ? unasked.notes : [])],
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
