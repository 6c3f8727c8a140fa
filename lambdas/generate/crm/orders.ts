/** Shopify's Order resource, sent again whole at each change. */
import { dayMs, parisSeconds } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { Dice } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import { isPaidBack, refundCents } from '../people/aftermath.ts';
import type { Refund } from '../people/aftermath.ts';
import { handledAt } from '../people/order.ts';
import type { Line } from '../people/line.ts';
import type { Order } from '../people/order.ts';
import { landingOf } from '../web/landing.ts';
import { customerId } from '../web/session.ts';
import { contactOf, emailAsTyped, postalAddress } from './contact.ts';
import { orderId } from './customers.ts';
import { money } from './money.ts';

const tax = 'FR TVA';

function taxLines(cents: number): object[] {
  return cents === 0 ? [] : [{ title: tax, rate: 0.2, price: money(cents) }];
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

/** The card bought beside the goods: no tax, nothing to send. */
function giftCardLine(order: Order): object[] {
  if (order.giftCardCents === 0) return [];
  return [
    {
      id: lineId(order, order.lines.length),
      product_id: 8_214_600_000_001,
      variant_id: 45_120_880_000_001,
      sku: '',
      title: 'Carte cadeau',
      variant_title: null,
      name: 'Carte cadeau',
      vendor: 'Sillage',
      quantity: 1,
      grams: 0,
      price: money(order.giftCardCents),
      total_discount: money(0),
      taxable: false,
      requires_shipping: false,
      gift_card: true,
      fulfillment_status: null,
      tax_lines: [],
    },
  ];
}

function adjustment(
  order: Order,
  kind: 'shipping_refund' | 'refund_discrepancy',
  cents: number,
  taxCents: number,
): object {
  return {
    id: 8_800_000_000_000 + order.number * 2 + (kind === 'shipping_refund' ? 0 : 1),
    order_id: orderId(order.number),
    refund_id: 920_000_000_000 + order.number,
    amount: money(taxCents - cents),
    tax_amount: money(-taxCents),
    kind,
    reason: kind === 'shipping_refund' ? 'Shipping refund' : 'Refund discrepancy',
  };
}

const restock = { cancelled: 'cancel', edited: 'no_restock', returned: 'return', goodwill: 'return' } as const;
const notes = {
  cancelled: ['Commande annulée'],
  edited: ['Rupture de stock'],
  // As staff write them, the commonest several times.
  returned: [
    'Retour client',
    'Réaction de la peau',
    'Flacon cassé à l’arrivée',
    'Retour client',
    'Mauvais article envoyé',
    'Ne correspond pas à la description',
    'Rougeurs',
    'Voir mail',
    '',
  ],
  goodwill: ['Geste commercial'],
} as const;
const noteOf = ({ number }: Order, why: Refund['why']) => notes[why][number % notes[why].length] ?? '';

function refundResource(order: Order, refund: Refund): object {
  const at = parisSeconds(handledAt(order, refund.day));
  const { shippingCents, shippingTaxCents, differenceCents } = refund;
  // Half of the shop's exports are of a version that has the shipping in lines of its own.
  const inLines = order.person.ordinal % 2 === 0;
  return {
    id: 920_000_000_000 + order.number,
    order_id: orderId(order.number),
    created_at: at,
    processed_at: at,
    note: noteOf(order, refund.why),
    restock: refund.why === 'cancelled' || refund.why === 'returned',
    refund_line_items: refund.parts.map(({ index, quantity, cents, taxCents }) => ({
      id: 510_000_000_000 + order.number * 8 + index,
      line_item_id: lineId(order, index),
      quantity,
      // What was paid for is taken off the shelf when it is taken off the order; what was on account never left it.
      restock_type: refund.why === 'edited' && refund.payments.length > 0 ? 'cancel' : restock[refund.why],
      subtotal: cents / 100,
      total_tax: taxCents / 100,
    })),
    refund_shipping_lines:
      inLines && shippingCents > 0
        ? [
            {
              id: 5_900_000_000_000 + order.number,
              subtotal_amount_set: shopMoney(order, shippingCents),
              tax_amount_set: shopMoney(order, shippingTaxCents),
            },
          ]
        : [],
    order_adjustments: [
      ...(inLines || shippingCents === 0
        ? []
        : [adjustment(order, 'shipping_refund', shippingCents, shippingTaxCents)]),
      ...(differenceCents === 0 ? [] : [adjustment(order, 'refund_discrepancy', differenceCents, 0)]),
    ],
    transactions: refund.payments.map((status, index) => ({
      id: 7_700_000_000_000 + order.number * 2 + index,
      order_id: orderId(order.number),
      kind: 'refund',
      status,
      gateway: 'shopify_payments',
      amount: money(refundCents(refund)),
      currency: order.currency,
      created_at: at,
    })),
  };
}

function shopMoney(order: Order, cents: number): object {
  return { shop_money: { amount: money(cents), currency_code: order.currency } };
}

/** Who took the money, and how much: told where a gift card paid a part. */
function payments(order: Order): object {
  const { paidByGiftCardCents: byCard, totalCents } = order;
  const rest = totalCents - byCard;
  const sale = (gateway: string, cents: number): object => ({
    id: 7_600_000_000_000 + order.number * 2 + (gateway === 'gift_card' ? 0 : 1),
    kind: 'sale',
    status: 'success',
    gateway,
    amount: money(cents),
    currency: order.currency,
  });
  return {
    payment_gateway_names: [...(byCard > 0 ? ['gift_card'] : []), ...(rest > 0 ? ['shopify_payments'] : [])],
    ...(byCard > 0 && rest > 0 && { transactions: [sale('gift_card', byCard), sale('shopify_payments', rest)] }),
  };
}

/** The address of a visit as the shop's server saw it: kept whatever the consent to analytics. */
function landingSite(market: Market, order: Order): { landing: string; referrer: string | null } {
  const { page, query, referrer } = landingOf(order.person.key, order.visit, market.world.dirt);
  return { landing: `${page.path}${query}`, referrer: referrer === '' ? null : referrer };
}

/** What had become of an order by the end of a day. */
function stateOn(order: Order, day: DayIndex) {
  const past = (step: DayIndex | undefined): boolean => step !== undefined && step <= day;
  const steps = [order.fulfilledOn, order.cancelledOn, order.refund?.day].filter(
    (step) => step !== undefined && step <= day,
  );
  const lastStep = steps.length === 0 ? undefined : Math.max(...steps.map((step) => step ?? 0));
  const refund = past(order.refund?.day) ? order.refund : undefined;
  return {
    refund,
    fulfilled: past(order.fulfilledOn),
    cancelledAt:
      past(order.cancelledOn) && order.cancelledOn !== undefined ? handledAt(order, order.cancelledOn) : undefined,
    updatedAt: Math.max(order.enteredAt, lastStep === undefined ? 0 : handledAt(order, lastStep)),
    payment:
      refund === undefined || !isPaidBack(refund)
        ? 'paid'
        : refundCents(refund) === order.totalCents
          ? 'refunded'
          : 'partially_refunded',
  };
}

/** @returns the resource as it stood at the end of the day, and the time of its last change, ms */
export function orderResource(market: Market, order: Order, day: DayIndex): { updatedAt: number; line: string } {
  const contact = contactOf(order.person);
  const dice = new Dice(order.person.key, visitSalt(salt.order, order.visit.number) + personSalts.contact);
  const email = emailAsTyped(contact, dice, market.world.dirt);
  const state = stateOn(order, day);
  const { landing, referrer } = landingSite(market, order);
  const address = postalAddress(contact);
  const { code } = order;
  const line = JSON.stringify({
    id: orderId(order.number),
    admin_graphql_api_id: `gid://shopify/Order/${orderId(order.number)}`,
    name: `#${order.number}`,
    order_number: order.number,
    created_at: parisSeconds(order.enteredAt),
    processed_at: parisSeconds(order.placedAt),
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
    total_line_items_price: money(order.subtotalCents + order.discountCents + order.giftCardCents),
    total_discounts: money(order.discountCents),
    subtotal_price: money(order.subtotalCents + order.giftCardCents),
    total_tip_received: money(order.tipCents),
    total_tax: money(order.taxCents),
    total_price: money(order.totalCents),
    current_total_price: money(order.totalCents - (state.refund ? refundCents(state.refund) : 0)),
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
    ...payments(order),
    discount_codes: code ? [{ code: code.text, amount: money(order.discountCents), type: 'percentage' }] : [],
    discount_applications: code
      ? [
          {
            type: 'discount_code',
            code: code.text,
            value: `${code.percent}.0`,
            value_type: 'percentage',
            allocation_method: 'across',
            target_type: 'line_item',
            target_selection: 'all',
          },
        ]
      : [],
    tax_lines: taxLines(order.taxCents),
    customer: order.guest
      ? null
      : { id: customerId(order.person), email, first_name: contact.firstName, last_name: contact.lastName },
    billing_address: address,
    shipping_address: address,
    line_items: [
      ...order.lines.map((item, index) => lineItem(order, item, index, state.fulfilled)),
      ...giftCardLine(order),
    ],
    shipping_lines: [
      {
        id: 5_000_000_000_000 + order.number,
        title: contact.country === 'FR' ? 'Colissimo' : 'International',
        code: 'standard',
        price: money(order.shippingCents),
        discounted_price: money(order.shippingCents),
        tax_lines: taxLines(order.shippingTaxCents),
      },
    ],
    fulfillments: state.fulfilled
      ? [
          {
            id: 5_500_000_000_000 + order.number,
            order_id: orderId(order.number),
            status: 'success',
            created_at: parisSeconds(handledAt(order, order.fulfilledOn ?? day)),
            tracking_company: 'Colissimo',
            tracking_number: `6A${String(order.number * 7 + dayMs)
              .slice(-11)
              .padStart(11, '0')}`,
          },
        ]
      : [],
    refunds: state.refund ? [refundResource(order, state.refund)] : [],
  });
  return { updatedAt: state.updatedAt, line };
}
