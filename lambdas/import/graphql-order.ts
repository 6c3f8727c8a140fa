/** An order of Shopify's GraphQL Admin API, as REST has it. */
import * as z from 'zod';
import { isWithoutLines, refund, withTax } from './graphql-refund.ts';
import { gid } from './graphql-things.ts';
import { allocations, inShopMoney, lower, many, money, ref, tags, taxes, text } from './graphql-values.ts';

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

export const order = z
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
