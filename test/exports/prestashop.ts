/** PrestaShop: what the query of docs/sources.md answers in its SQL Manager. */
import fc from 'fast-check';
import { csv, drawn, rowsOf, type Cells } from './clothes.ts';
import { localTime } from './local-time.ts';
import { refundedOf, euros, shippingOf, sum, cents, type Order } from './shop.ts';
import type { ExportedFile } from './trip.ts';

const states = {
  en: {
    paid: 'Payment accepted',
    sent: 'Shipped',
    pending: 'Awaiting bank wire payment',
    refunded: 'Refunded',
    cancelled: 'Canceled',
  },
  fr: {
    paid: 'Paiement accepté',
    sent: 'Expédié',
    pending: 'En attente de virement bancaire',
    refunded: 'Remboursé',
    cancelled: 'Annulé',
  },
};

function stateOf(order: Order, names: (typeof states)['en']): string {
  if (order.cancelled_at !== null) return names.cancelled;
  if (order.financial_status === 'refunded') return names.refunded;
  if (order.financial_status === 'pending') return names.pending;
  return order.fulfillment_status === 'fulfilled' ? names.sent : names.paid;
}

function lines(order: Order, names: (typeof states)['en']): Cells[] {
  return order.line_items.map((item) => ({
    id_order: String(order.order_number),
    reference: `REF${String(order.order_number).padStart(6, '0')}`,
    order_state: stateOf(order, names),
    date_add: localTime(order.processed_at),
    email: order.email,
    iso_code: order.shipping_address?.country_code ?? '',
    postcode: order.shipping_address?.zip ?? '',
    currency: order.currency,
    total_discounts_tax_incl: `${order.total_discounts}0000`,
    total_products_wt: `${euros(sum(order.line_items.map(({ price, quantity }) => cents(price) * quantity)))}0000`,
    total_shipping_tax_incl: `${euros(shippingOf(order))}0000`,
    total_paid_tax_incl: `${order.total_price}0000`,
    total_tax: `${order.total_tax}0000`,
    refunded: `${euros(refundedOf(order))}0000`,
    payment: order.payment_gateway_names.join(', '),
    voucher_code: order.discount_codes[0]?.code ?? '',
    product_reference: item.sku,
    product_name: item.name,
    product_quantity: String(item.quantity),
    unit_price_tax_incl: `${item.price}0000`,
  }));
}

/** Amounts have six decimals, as the data base keeps them; the manager parts cells by semicolons. */
export function prestashop(orders: readonly Order[]): ExportedFile[] {
  const language = drawn(fc.constantFrom('en', 'fr'), 'prestashop');
  const groups = orders.map((order) => lines(order, states[language]));
  return [{ name: 'request_sql_1.csv', bytes: csv(rowsOf(groups, 'prestashop'), 'prestashop', ';') }];
}
