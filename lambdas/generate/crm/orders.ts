/** Shopify's Order resource, sent again whole at each change. */
import { DAY_MS, parisSeconds } from '../market/calendar.ts';
import type { Day } from '../market/calendar.ts';
import { Dice } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { PERSON, SALT, visitSalt } from '../market/salts.ts';
import { handledAt } from '../people/order.ts';
import type { Line, Order, Refund } from '../people/order.ts';
import { landingOf } from '../web/landing.ts';
import { customerId } from '../web/session.ts';
import { contactOf, emailAsTyped, postalAddress } from './contact.ts';
import { orderId } from './customers.ts';
import { money } from './money.ts';

const TAX = 'FR TVA';

function taxLines(cents: number): object[] {
  return cents === 0 ? [] : [{ title: TAX, rate: 0.2, price: money(cents) }];
}

function lineId(order: Order, index: number): number {
  return 15_400_000_000_000 + order.number * 8 + index;
}

function lineItem(order: Order, line: Line, index: number, fulfilled: boolean): object {
  const { product } = line;
  return {
    id: lineId(order, index),
    product_id: product.productId,
    variant_id: product.variantId,
    sku: product.sku,
    title: product.title,
    variant_title: product.size,
    name: `${product.title} - ${product.size}`,
    vendor: 'Sillage',
    quantity: line.quantity,
    grams: product.weight,
    price: money(line.priceCents),
    total_discount: money(line.discountCents),
    taxable: true,
    requires_shipping: true,
    gift_card: false,
    fulfillment_status: fulfilled ? 'fulfilled' : null,
    tax_lines: taxLines(line.taxCents),
  };
}

function refundResource(order: Order, refund: Refund): object {
  const at = parisSeconds(handledAt(order, refund.day));
  return {
    id: 920_000_000_000 + order.number,
    order_id: orderId(order.number),
    created_at: at,
    processed_at: at,
    note: order.cancelledOn === undefined ? 'Retour client' : 'Commande annulée',
    restock: true,
    refund_line_items: refund.lines.map((index) => {
      const line = order.lines[index];
      return {
        id: 510_000_000_000 + order.number * 8 + index,
        line_item_id: lineId(order, index),
        quantity: line?.quantity ?? 0,
        restock_type: order.cancelledOn === undefined ? 'return' : 'cancel',
        subtotal: line ? (line.priceCents * line.quantity - line.discountCents) / 100 : 0,
        total_tax: (line?.taxCents ?? 0) / 100,
      };
    }),
    transactions: [{ id: 7_700_000_000_000 + order.number, order_id: orderId(order.number), kind: 'refund', status: 'success', gateway: 'shopify_payments', amount: money(refund.amountCents), currency: order.currency, created_at: at }],
  };
}

/** The address of a visit as the shop's server saw it: kept whatever the consent to analytics. */
function landingSite(market: Market, order: Order): { landing: string; referrer: string | null } {
  const { page, query, referrer } = landingOf(order.person.key, order.visit, market.world.dirt);
  return { landing: `${page.path}${query}`, referrer: referrer === '' ? null : referrer };
}

/** What had become of an order by the end of a day. */
function stateOn(order: Order, day: Day) {
  const past = (step: Day | undefined): boolean => step !== undefined && step <= day;
  const steps = [order.fulfilledOn, order.cancelledOn, order.refund?.day].filter((step) => step !== undefined && step <= day);
  const lastStep = steps.length === 0 ? undefined : Math.max(...steps.map((step) => step ?? 0));
  const refund = past(order.refund?.day) ? order.refund : undefined;
  return {
    refund,
    fulfilled: past(order.fulfilledOn),
    cancelledAt: past(order.cancelledOn) && order.cancelledOn !== undefined ? handledAt(order, order.cancelledOn) : undefined,
    updatedAt: lastStep === undefined ? order.placedAt : handledAt(order, lastStep),
    payment: refund === undefined ? 'paid' : refund.amountCents === order.totalCents ? 'refunded' : 'partially_refunded',
  };
}

/** @returns the resource as it stood at the end of the day, and the time of its last change, ms */
export function orderResource(market: Market, order: Order, day: Day): { updatedAt: number; line: string } {
  const contact = contactOf(order.person);
  const dice = new Dice(order.person.key, visitSalt(SALT.order, order.visit.number) + PERSON.contact);
  const email = emailAsTyped(contact, dice, market.world.dirt);
  const state = stateOn(order, day);
  const { landing, referrer } = landingSite(market, order);
  const created = parisSeconds(order.placedAt);
  const address = postalAddress(contact);
  const { code } = order;
  const line = JSON.stringify({
    id: orderId(order.number),
    admin_graphql_api_id: `gid://shopify/Order/${orderId(order.number)}`,
    name: `#${order.number}`,
    order_number: order.number,
    created_at: created,
    processed_at: created,
    updated_at: parisSeconds(state.updatedAt),
    cancelled_at: state.cancelledAt === undefined ? null : parisSeconds(state.cancelledAt),
    cancel_reason: state.cancelledAt === undefined ? null : 'customer',
    closed_at: state.fulfilled ? parisSeconds(handledAt(order, order.fulfilledOn ?? day)) : null,
    test: order.test,
    email,
    contact_email: email,
    phone: contact.phone,
    currency: order.currency,
    presentment_currency: order.currency,
    taxes_included: true,
    total_line_items_price: money(order.subtotalCents + order.discountCents),
    total_discounts: money(order.discountCents),
    subtotal_price: money(order.subtotalCents),
    total_tax: money(order.taxCents),
    total_price: money(order.totalCents),
    financial_status: state.payment,
    fulfillment_status: state.fulfilled ? 'fulfilled' : null,
    source_name: 'web',
    landing_site: landing,
    referring_site: referrer,
    browser_ip: null,
    customer_locale: contact.country === 'GB' || contact.country === 'US' ? 'en' : 'fr',
    buyer_accepts_marketing: contact.newsletter,
    note: null,
    note_attributes: dice.chance(0.06) ? [{ name: 'emballage_cadeau', value: 'oui' }] : [],
    tags: '',
    payment_gateway_names: ['shopify_payments'],
    discount_codes: code ? [{ code: code.text, amount: money(order.discountCents), type: 'percentage' }] : [],
    discount_applications: code ? [{ type: 'discount_code', code: code.text, value: `${code.percent}.0`, value_type: 'percentage', allocation_method: 'across', target_type: 'line_item', target_selection: 'all' }] : [],
    tax_lines: taxLines(order.taxCents),
    customer: { id: customerId(order.person), email, first_name: contact.firstName, last_name: contact.lastName },
    billing_address: address,
    shipping_address: address,
    line_items: order.lines.map((item, index) => lineItem(order, item, index, state.fulfilled)),
    shipping_lines: [
      { id: 5_000_000_000_000 + order.number, title: contact.country === 'FR' ? 'Colissimo' : 'International', code: 'standard', price: money(order.shippingCents), discounted_price: money(order.shippingCents), tax_lines: taxLines(order.shippingTaxCents) },
    ],
    fulfillments: state.fulfilled
      ? [{ id: 5_500_000_000_000 + order.number, order_id: orderId(order.number), status: 'success', created_at: parisSeconds(handledAt(order, order.fulfilledOn ?? day)), tracking_company: 'Colissimo', tracking_number: `6A${String(order.number * 7 + DAY_MS).slice(-11).padStart(11, '0')}` }]
      : [],
    refunds: state.refund ? [refundResource(order, state.refund)] : [],
  });
  return { updatedAt: state.updatedAt, line };
}
