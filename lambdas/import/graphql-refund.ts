/** A refund of Shopify's GraphQL Admin API, as REST has it. */
import * as z from 'zod';
import { gid } from './graphql-things.ts';
import { cents, inShopMoney, lower, many, money, ref, text } from './graphql-values.ts';
import { fromCents } from './shapes/shopify-cells.ts';

export const refund = z
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

/**
 * Whether a refund gave money back for units that it does not name: a line's units that are left are then fewer for an
 * edit or for the refund, and what was refunded must not be taken off the order, too.
 */
export const isWithoutLines = ({ refund_line_items: lines, transactions }: Refund) =>
  lines.length === 0 && transactions.length > 0;

/**
 * A refund without its lines, which a bulk operation cannot ask for: with its part of the tax that went off the order,
 * as far as the order tells that, else of all its tax.
 */
export function withTax(
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
