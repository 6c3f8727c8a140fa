import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { fullPageNotes, wooRest } from './full-pages.ts';
import { jsonRecords } from './json-lines.ts';
import { microsOfCents } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { instantOf } from './dates.ts';
import { Refused } from './refused.ts';
import { DaySpan, LeftOuts } from './shape.ts';
import { OrderStates, financialStatus, isPaidInPart, refundedOf, type PaidState } from './shapes/order-states.ts';
import { giftCard, giftCardNotes, paymentsOf, refundOf, tip, virtualNotes } from './shapes/order-lines.ts';
import { fromCents, variantId } from './shapes/shopify-cells.ts';
import { creditFields, creditOf, CreditsPaid, isSoldCard, wooNotes, type Credit } from './woo-credit.ts';
import { orderFields, UnaskedFields } from './unasked-fields.ts';
import { landingOf } from './woo-landing.ts';
import { partsIn } from './woo-parts.ts';
import { wooAmount, wooCents, wooText } from './woo-values.ts';

const line = z.object({
  id: wooText,
  name: z.string(),
  product_id: wooText,
  variation_id: wooText,
  quantity: z.number(),
  subtotal: wooCents,
  total: wooAmount,
  total_tax: wooCents,
  sku: wooText,
  meta_data: wooNotes,
});
/** An order of the REST API, version 2 or 3. */
export const wooOrderSchema = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  number: wooText,
  parent_id: wooText,
  status: z.string(),
  currency: z.string(),
  date_created_gmt: z.string(),
  date_modified_gmt: wooText,
  date_paid_gmt: wooText,
  discount_total: wooCents,
  shipping_total: wooCents,
  shipping_tax: wooCents,
  total: wooAmount,
  total_tax: wooAmount,
  payment_method_title: wooText,
  created_via: wooText,
  /** Of a subscription alone. */
  billing_interval: wooText,
  /** 0 for a guest. */
  customer_id: wooText,
  billing: z.looseObject({ email: wooText, phone: wooText, country: wooText, postcode: wooText }).nullish(),
  shipping: z.looseObject({ country: wooText, postcode: wooText }).nullish(),
  line_items: z.array(line),
  shipping_lines: z.array(z.looseObject({ method_id: wooText })).nullish(),
  refunds: z.array(z.looseObject({ total: wooAmount, reason: wooText })).nullish(),
  ...creditFields,
});
type WooOrder = z.infer<typeof wooOrderSchema>;

/** Whether a line is a gift card: by the notes of a plugin, else by its name, and of its sale there is no tax. */
const isGift = ({ name, total_tax: tax, meta_data: notes }: WooOrder['line_items'][number]) =>
  isSoldCard(notes) || (giftCard.test(name) && tax === 0);

/**
 * A line of so many units: its price in whole cents, and as a discount what its total is less. Amounts are without tax.
 */
function lineRecord(
  one: WooOrder['line_items'][number],
  at: number,
  id: string,
  { credit, isSent }: { readonly credit: Credit; readonly isSent: boolean },
): Record<string, unknown> {
  const { off, tax } = credit.lines[at] ?? { off: 0, tax: 0 };
  const total = one.total + off;
  const price = one.quantity === 0 ? 0 : Math.ceil(Math.max(one.subtotal, total) / one.quantity);
  const sku = one.sku ?? '';
  const isGiftCard = isGift(one);
  return {
    // As in the plugin's table: of one order by both, the lines are the same ones.
    id: `${id}-${at + 1}`,
    product_id: one.product_id == null ? null : `woo:${one.product_id}`,
    variant_id: variantId(sku, one.name),
    sku,
    title: one.name,
    quantity: one.quantity,
    price: fromCents(price),
    discount_allocations: [{ amount: fromCents(price * one.quantity - total) }],
    taxable: one.total_tax + tax > 0,
    requires_shipping: isSent && !isGiftCard,
    gift_card: isGiftCard,
    tax_lines: [{ price: fromCents(one.total_tax + tax) }],
  };
}

/** Why a record is no order: nobody placed it, or it is a subscription, whose renewals are orders of their own. */
export function whyNone({ status, billing_interval: interval }: WooOrder): string | undefined {
  if (/^(?:checkout-draft|auto-draft)$/.test(status)) return `${status}: no order`;
  return interval == null ? undefined : 'a subscription: no order';
}

/** Why an order that comes alone is a part of another, which comes, too: Dokan makes one for each vendor. */
export function whyPart({ parent_id: parent, meta_data: notes }: WooOrder): string | undefined {
  const isVendors = (notes ?? []).some(({ key }) => key === '_dokan_vendor_id');
  return isVendors && parent != null && !/^0?$/.test(parent)
    ? `a part of order ${parent}, for one of its vendors: that one counts whole`
    : undefined;
}

/** WooCommerce's own states; plugins and shops make others. */
const ownStates: ReadonlyMap<string, PaidState> = new Map([
  ['completed', 'paid'],
  ['processing', 'paid'],
  ['refunded', 'refunded'],
  ['cancelled', 'voided'],
  ['failed', 'voided'],
  // Thrown away: it may have counted before.
  ['trash', 'voided'],
  ['on-hold', 'pending'],
  ['pending', 'pending'],
]);

/** Whether an order is paid: by its state where that is one of WooCommerce's own, else by when it was paid. */
function stateOf({ status, date_paid_gmt: paidAt }: WooOrder, states: OrderStates): PaidState {
  const own = ownStates.get(status.replace(/^wc-/, ''));
  const isPaid = Boolean(paidAt) && !isPaidInPart(status);
  return states.read(status, own ?? (paidAt === undefined ? undefined : isPaid ? 'paid' : 'pending'));
}

/** What the buyer gave to the staff: plugins write it as a fee without tax. In cents. */
const tipsOf = ({ fee_lines: fees }: WooOrder) =>
  (fees ?? []).reduce(
    (sum, { name, total, total_tax: tax }) =>
      tip.test((name ?? '').trim()) && tax === 0 && total > 0 ? sum + total : sum,
    0,
  );

/** Whether a subscription renewed it, and no visit led to it. */
const isRenewal = ({ created_via: via, meta_data: meta }: WooOrder) =>
  via === 'subscription' || (meta ?? []).some(({ key, value }) => key === '_subscription_renewal' && Boolean(value));

/** Whether it was placed at a till: of WooCommerce's own (`pos-rest-api`), or of a plugin (`woocommerce-pos`, `yith_pos`). */
const isFromTill = ({ created_via: via }: WooOrder) => /(?:^|[-_ ])(?:open)?pos(?:$|[-_ ])/i.test(via ?? '');

/** Whether the buyer fetches it: by WooCommerce's own ways, of either checkout, or by a plugin's (`local_pickup_plus`). */
const isFetched = ({ shipping_lines: ways }: WooOrder) =>
  (ways ?? []).length > 0 &&
  (ways ?? []).every(({ method_id: way }) => /(?:^|_)local_pickup(?:$|_)|^pickup_location$/.test(way ?? ''));

/**
 * Whether nothing of it is sent (downloads, services, vouchers): a checkout asks for a way of sending where there is
 * something to send, be it free, and renewals take theirs over. Orders that the staff enter may have none.
 */
const isVirtual = ({ created_via: via, shipping_lines: ways, shipping_total: charged }: WooOrder) =>
  ways?.length === 0 && charged === 0 && /^(?:checkout|store-api|subscription)$/.test(via ?? '');

/** Ways of an order into the shop that say nothing of where it was sold. */
const own = /^(?:checkout|store-api|rest-api|admin|bookings|)$/;
/** Where it was placed, as Shopify calls it; nothing where it is the shop's own pages. */
const placedWhere = (order: WooOrder) => {
  const via = order.created_via ?? '';
  if (isRenewal(order)) return 'subscription_contract';
  return isFromTill(order) ? 'pos' : own.test(via) ? undefined : via;
};

/**
 * The order in the shape of Shopify's, which the lake knows. `exportedAt` stands for the time of a change that is not
 * told.
 */
export function wooOrderRecord(
  order: WooOrder,
  exportedAt: Date,
  states = new OrderStates(undefined),
): {
  readonly created: string;
  readonly total: number;
  readonly refunded: number;
  readonly credit: Credit;
  readonly record: Record<string, unknown>;
} {
  const id = `woo:${order.id}`;
  const created = `${order.date_created_gmt.replace(/Z$/, '')}Z`;
  const modified = order.date_modified_gmt == null ? undefined : `${order.date_modified_gmt.replace(/Z$/, '')}Z`;
  const state = stateOf(order, states);
  const told = Math.abs((order.refunds ?? []).reduce((sum, { total }) => sum + total, 0));
  const credit = creditOf(order);
  const [total, tax] = [order.total + credit.off, order.total_tax + credit.offTax];
  // Of an order that is given back whole, WooCommerce tells what was paid by other means than credit.
  const refunded = refundedOf(state, told > 0 && told === order.total ? total : told, total);
  const codes = (order.coupon_lines ?? []).filter(({ code }) => !credit.codes.has(code));
  const address = order.shipping?.country ? order.shipping : order.billing;
  const meta = new Map(
    (order.meta_data ?? []).flatMap(({ key, value }) => (typeof value === 'string' ? [[key, value] as const] : [])),
  );
  return {
    created,
    total,
    refunded,
    credit,
    record: {
      id,
      name: `#${order.number ?? order.id}`,
      order_number: order.number ?? order.id,
      created_at: created,
      processed_at: created,
      updated_at: modified ?? exportedAt.toISOString(),
      cancelled_at: state === 'voided' ? (modified ?? created) : undefined,
      test: false,
      source_name: placedWhere(order),
      email: order.billing?.email || undefined,
      phone: order.billing?.phone || undefined,
      ...(!['', '0'].includes(order.customer_id ?? '') && { customer: { id: `woo:${order.customer_id}` } }),
      currency: order.currency.toUpperCase(),
      taxes_included: false,
      subtotal_price: fromCents(order.line_items.reduce((sum, one) => sum + one.total, credit.offLines)),
      total_discounts: fromCents(order.discount_total - credit.offLines),
      total_tax: fromCents(tax),
      total_price: fromCents(total),
      ...(tipsOf(order) > 0 && { total_tip_received: fromCents(tipsOf(order)) }),
      financial_status: financialStatus(state, refunded, total),
      landing_site: landingOf((name) => meta.get(`_wc_order_attribution_${name}`)),
      referring_site: meta.get('_wc_order_attribution_referrer') || undefined,
      payment_gateway_names: order.payment_method_title ? [order.payment_method_title] : [],
      ...(credit.paid > 0 && {
        transactions: paymentsOf(credit.paid, order.payment_method_title ?? '', total - credit.paid),
      }),
      discount_codes: codes.map(({ code }) => ({ code, amount: fromCents(order.discount_total) })),
      ...(address?.country && {
        shipping_address: { country_code: address.country, zip: address.postcode || undefined },
      }),
      line_items: order.line_items.map((one, at) =>
        lineRecord(one, at, id, { credit, isSent: !isFetched(order) && !isVirtual(order) }),
      ),
      shipping_lines:
        order.shipping_total === 0 && (order.shipping_lines ?? []).length === 0
          ? []
          : [
              {
                title: '',
                price: fromCents(order.shipping_total),
                tax_lines: [{ price: fromCents(order.shipping_tax) }],
              },
            ],
      ...((refunded > 0 || order.refunds != null) && {
        refunds:
          refunded === 0
            ? []
            : [
                {
                  ...refundOf(id, created, order.currency.toUpperCase(), {
                    subtotal: 0,
                    shipping: 0,
                    taxes: tax,
                    total,
                    refunded,
                  }),
                  note: (order.refunds ?? []).map(({ reason }) => reason ?? '').join(' '),
                },
              ],
      }),
    },
  };
}

/** Orders of WooCommerce's REST API, version 2 or 3. */
export const wooOrders: JsonShape = {
  name: 'woocommerce-orders-json',
  source: 'WooCommerce',
  report: 'orders (REST API)',
  marks: [/"line_items"\s*:/, /"date_created_gmt"/],
  async convert(path, documents, { exportedAt, options }) {
    const [days, leftOut, sums] = [new DaySpan(), new LeftOuts(), new CurrencySums()];
    const [states, credits] = [new OrderStates(options.states), new CreditsPaid()];
    const unasked = new UnaskedFields(orderFields.woo, 'Ask for /wp-json/wc/v3/orders without _fields.');
    const parts = await partsIn(path);
    let [rows, refunds, landings, giftCards, refundedParts, virtual, sent] = [0, 0, 0, 0, 0, 0, 0];
    for await (const { row, record } of jsonRecords(path)) {
      rows++;
      const read = wooOrderSchema.safeParse(record);
      if (!read.success) {
        const [issue] = read.error.issues;
        if ('refunded_by' in record)
          throw new Refused(
            'They are refunds alone (/refunds): orders hold theirs. Ask for /wp-json/wc/v3/orders, and import that.',
          );
        throw new Refused(
          `Record ${row} is no order as WooCommerce answers one: ${issue?.path.join('.') ?? ''} ` +
            `${issue?.message ?? ''}. Ask for /wp-json/wc/v3/orders without _fields.`,
        );
      }
      const none = whyNone(read.data);
      if (none !== undefined) {
        leftOut.add(none, row);
        continue;
      }
      if (parts.has(read.data.id)) {
        leftOut.add('a part of another order of this file, for one of its vendors: that one counts whole', row);
        if ((read.data.refunds ?? []).length > 0) refundedParts++;
        continue;
      }
      unasked.look(record);
      if (instantOf(`${read.data.date_created_gmt.replace(/Z$/, '')}Z`) === undefined)
        throw new Refused(
          `Order ${read.data.number ?? read.data.id} (record ${row}) has date_created_gmt ` +
            `“${read.data.date_created_gmt}”, which is no moment. Was the file changed? Ask for ` +
            '/wp-json/wc/v3/orders again.',
        );
      const { created, total, refunded, credit, record: made } = wooOrderRecord(read.data, exportedAt, states);
      const currency = read.data.currency.toUpperCase();
      sums.add('total', microsOfCents(total), currency);
      credits.add(`#${read.data.number ?? read.data.id}`, currency, credit);
      if (refunded > 0) {
        refunds++;
        sums.add('refunded', microsOfCents(refunded), currency);
      }
      if (read.data.line_items.some((one) => isGift(one))) giftCards++;
      if (isVirtual(read.data)) virtual++;
      if ((read.data.shipping_lines ?? []).length > 0) sent++;
      if (made['landing_site'] !== undefined) landings++;
      days.add(created.slice(0, 10));
      await documents.line('crm/orders', created.slice(0, 10), row, made);
    }
    if (states.question !== undefined) throw new Refused(states.question);
    return {
      currencies: sums.currencies,
      days: days.range,
      rows,
      leftOut: leftOut.all,
      totals: [{ what: 'orders', imported: String(documents.records) }, ...sums.totals],
      notes: [
        ...states.notes,
        ...giftCardNotes(giftCards),
        ...credits.notes,
        ...fullPageNotes(rows, wooRest),
        ...virtualNotes(virtual, sent),
        ...(documents.records > 0 ? unasked.notes : []),
        ...(refundedParts > 0
          ? [
              `${refundedParts} ${refundedParts === 1 ? 'order of a vendor has' : 'orders of vendors have'} ` +
                'refunds, and ' +
                `${refundedParts === 1 ? 'it is left out, as a part' : 'they are left out, as parts'} of ` +
                'another order: what that one does not tell of them is not taken off.',
            ]
          : []),
        ...(refunds > 0
          ? [
              `Refunds of ${refunds} ${refunds === 1 ? 'order' : 'orders'}: the answer tells neither their ` +
                'day nor their lines. They count on the day of the order, and the goods as sent.',
            ]
          : []),
        ...(landings === 0 && rows > 0
          ? [
              'No order tells where its visit came from: switch on WooCommerce, Settings, Advanced, Features, ' +
                '“Order attribution”.',
            ]
          : []),
      ],
    };
  },
};
