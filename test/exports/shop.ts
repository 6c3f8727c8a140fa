/** What a generated shop knows of its orders, products and customers: each as it was sent last. */
import * as z from 'zod';
import { linesUnder } from '../../lambdas/generate/generated.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';

const amount = z.string();
const taxLines = z.array(z.looseObject({ price: amount }));
const shopMoney = z.looseObject({ shop_money: z.looseObject({ amount }) });
const lineSchema = z.looseObject({
  id: z.int(),
  product_id: z.int().nullable(),
  variant_id: z.int().nullable(),
  sku: z.string(),
  title: z.string(),
  name: z.string(),
  quantity: z.int(),
  price: amount,
  total_discount: amount,
  taxable: z.boolean(),
  requires_shipping: z.boolean(),
  gift_card: z.boolean(),
  tax_lines: taxLines,
});
const refundSchema = z.looseObject({
  id: z.int(),
  created_at: z.string(),
  processed_at: z.string(),
  refund_line_items: z.array(
    z.looseObject({
      line_item_id: z.int(),
      quantity: z.int(),
      restock_type: z.string(),
      subtotal: z.number(),
      total_tax: z.number(),
    }),
  ),
  refund_shipping_lines: z.array(z.looseObject({ tax_amount_set: shopMoney })),
  order_adjustments: z.array(z.looseObject({ tax_amount: amount })),
  transactions: z.array(z.looseObject({ status: z.string(), amount })),
});
const orderSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  order_number: z.int(),
  email: z.string(),
  phone: z.string().nullable(),
  created_at: z.string(),
  processed_at: z.string(),
  updated_at: z.string(),
  cancelled_at: z.string().nullable(),
  test: z.boolean(),
  financial_status: z.string(),
  fulfillment_status: z.string().nullable(),
  currency: z.string(),
  taxes_included: z.boolean(),
  subtotal_price: amount,
  total_tax: amount,
  total_price: amount,
  current_total_price: amount,
  total_discounts: amount,
  total_tip_received: amount,
  source_name: z.string(),
  tags: z.string(),
  landing_site: z.string().nullable(),
  referring_site: z.string().nullable(),
  discount_codes: z.array(z.looseObject({ code: z.string() })),
  payment_gateway_names: z.array(z.string()),
  transactions: z
    .array(z.looseObject({ kind: z.string(), status: z.string(), gateway: z.string(), amount }))
    .optional(),
  customer: z.looseObject({ id: z.int(), email: z.string() }).nullable(),
  shipping_address: z.looseObject({ country_code: z.string(), zip: z.string() }).nullish(),
  line_items: z.array(lineSchema),
  shipping_lines: z.array(
    z.looseObject({ title: z.string(), price: amount, discounted_price: amount.optional(), tax_lines: taxLines }),
  ),
  refunds: z.array(refundSchema),
});
export type Order = z.infer<typeof orderSchema>;

const productSchema = z.looseObject({
  id: z.int(),
  title: z.string(),
  handle: z.string(),
  vendor: z.string(),
  product_type: z.string(),
  status: z.string(),
  tags: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  variants: z.array(
    z.looseObject({
      id: z.int(),
      title: z.string(),
      sku: z.string(),
      price: amount,
      inventory_item_id: z.int(),
      inventory_item: z.looseObject({ cost: amount.nullish() }),
    }),
  ),
});
export type Product = z.infer<typeof productSchema>;

const customerSchema = z.looseObject({
  id: z.int(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  orders_count: z.int(),
  total_spent: amount,
  tags: z.string(),
  email_marketing_consent: z.looseObject({ state: z.string() }).nullish(),
  default_address: z.looseObject({ country_code: z.string() }).nullish(),
});
export type Customer = z.infer<typeof customerSchema>;

export interface Shop {
  readonly orders: readonly Order[];
  readonly products: readonly Product[];
  readonly customers: readonly Customer[];
}

/** The last version of each record of a feed. */
async function lastOf<T extends { readonly id: number; readonly updated_at: string }>(
  lake: Lake,
  feed: string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const last = new Map<number, T>();
  for (const line of await linesUnder(lake, `raw/crm/${feed}/`)) {
    const one = schema.parse(JSON.parse(line));
    if (Date.parse(one.updated_at) >= Date.parse(last.get(one.id)?.updated_at ?? '1970-01-01')) last.set(one.id, one);
  }
  return [...last.values()];
}

export const shopOf = async (lake: Lake): Promise<Shop> => ({
  orders: await lastOf(lake, 'orders', orderSchema),
  products: await lastOf(lake, 'products', productSchema),
  customers: await lastOf(lake, 'customers', customerSchema),
});

export const cents = (text: string): number => Math.round(Number(text) * 100);
export const euros = (hundredths: number): string => (hundredths / 100).toFixed(2);
export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

export const taxOf = (lines: Order['line_items'][number]['tax_lines']): number =>
  sum(lines.map(({ price }) => cents(price)));
/** What a line came to, with its tax, after its discount. */
export const lineTotal = ({ price, quantity, total_discount: off }: Order['line_items'][number]): number =>
  cents(price) * quantity - cents(off);
export const shippingOf = ({ shipping_lines: lines }: Order): number =>
  sum(lines.map((line) => cents(line.discounted_price ?? line.price)));
export const shippingTaxOf = ({ shipping_lines: lines }: Order): number =>
  sum(lines.map(({ tax_lines: taxes }) => taxOf(taxes)));
/** What went back of an order. */
export const refundedOf = ({ refunds }: Order): number =>
  sum(
    refunds.flatMap(({ transactions }) =>
      transactions.map(({ status, amount: back }) => (status === 'success' ? cents(back) : 0)),
    ),
  );
/** What an edit took off an order is no refund. */
export const isEdited = ({ refunds, ...order }: Order): boolean =>
  refunds.length === 0
    ? order.total_price !== order.current_total_price
    : refunds.some(({ transactions }) => transactions.length === 0);
/** A refund whose payment waits or failed. */
export const isOpen = ({ refunds }: Order): boolean =>
  refunds.some(({ transactions }) => transactions.some(({ status }) => status !== 'success'));
/** Units of a line that an edit or a refund took off. */
export const refundedUnits = ({ refunds }: Order, id: number): number =>
  sum(
    refunds.flatMap(({ refund_line_items: lines }) => lines.map((one) => (one.line_item_id === id ? one.quantity : 0))),
  );
/** An order that other shop systems and the admin can tell whole. */
export const isPlain = (order: Order): boolean =>
  !order.test &&
  !isOpen(order) &&
  // None has what an order was before it was edited, nor the day of one that was entered later.
  !isEdited(order) &&
  order.processed_at === order.created_at;
/** Gift cards and tips are other plugins' in other shop systems. */
export const isOfGoods = (order: Order): boolean =>
  order.total_tip_received === '0.00' &&
  order.line_items.every(({ gift_card: isGiftCard }) => !isGiftCard) &&
  !order.payment_gateway_names.includes('gift_card');
