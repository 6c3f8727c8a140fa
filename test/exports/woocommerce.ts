/** WooCommerce: its REST API, and the table of the plugin “Advanced Order Export” with its default columns. */
import fc from 'fast-check';
import { csv, drawn, json, rowsOf, type Cells } from './clothes.ts';
import {
  cents,
  euros,
  lineTotal,
  refundedOf,
  refundedUnits,
  shippingOf,
  shippingTaxOf,
  sum,
  taxOf,
  type Order,
} from './shop.ts';
import { localTime } from './local-time.ts';
import type { ExportedFile } from './trip.ts';

/** What an order came to without its tax, line by line. */
function netOf(order: Order) {
  const lines = order.line_items.map((item) => {
    const [total, tax] = [lineTotal(item), taxOf(item.tax_lines)];
    const gross = cents(item.price) * item.quantity;
    const net = total - tax;
    return { item, net, tax, before: total === 0 ? net : Math.round((gross * net) / total) };
  });
  return {
    lines,
    discount: sum(lines.map(({ before, net }) => before - net)),
    shipping: shippingOf(order) - shippingTaxOf(order),
  };
}

const states: Readonly<Record<string, string>> = {
  paid: 'completed',
  pending: 'pending',
  refunded: 'refunded',
  voided: 'failed',
};

/** WooCommerce knows no order that is paid back in part: its state stays. */
const stateOf = (order: Order) =>
  order.cancelled_at === null ? (states[order.financial_status] ?? 'completed') : 'cancelled';

function attribution({ landing_site: site, referring_site: referrer }: Order) {
  if (site === null) return [];
  const entry = new URL(site, 'https://www.sillage-cosmetics.example');
  const utm = [...entry.searchParams].filter(([name]) => name.startsWith('utm_'));
  return Object.entries({
    source_type: utm.length > 0 ? 'utm' : referrer === null ? 'typein' : 'referral',
    session_entry: entry.href,
    ...(referrer !== null && { referrer }),
    ...Object.fromEntries(utm),
  }).map(([name, value], at) => ({ id: at + 1, key: `_wc_order_attribution_${name}`, value }));
}

const utc = (moment: string) => new Date(moment).toISOString().slice(0, 19);

function restOrder(order: Order) {
  const { lines, discount, shipping } = netOf(order);
  const place = { country: order.shipping_address?.country_code ?? '', postcode: order.shipping_address?.zip ?? '' };
  return {
    id: order.order_number,
    number: String(order.order_number),
    status: stateOf(order),
    currency: order.currency,
    prices_include_tax: true,
    date_created_gmt: utc(order.processed_at),
    date_modified_gmt: utc(order.updated_at),
    discount_total: euros(discount),
    shipping_total: euros(shipping),
    shipping_tax: euros(shippingTaxOf(order)),
    total: order.total_price,
    total_tax: order.total_tax,
    payment_method_title: order.payment_gateway_names.join(', '),
    billing: { ...place, email: order.email, phone: order.phone ?? '' },
    shipping: place,
    line_items: lines.map(({ item, net, tax, before }) => ({
      id: item.id,
      name: item.name,
      product_id: item.product_id,
      variation_id: item.variant_id,
      quantity: item.quantity,
      subtotal: euros(before),
      total: euros(net),
      total_tax: euros(tax),
      sku: item.sku,
    })),
    coupon_lines: order.discount_codes.map(({ code }, at) => ({ id: at + 1, code: code.toLowerCase() })),
    refunds: order.refunds.map(({ id }, at) => ({
      id,
      reason: '',
      total: euros(-refundedOf({ ...order, refunds: order.refunds.slice(at, at + 1) })),
    })),
    meta_data: attribution(order),
  };
}

/** `GET /wp-json/wc/v3/orders`: all pages in one file. */
export const wooRest = (orders: readonly Order[]): ExportedFile[] => [
  { name: 'orders.json', bytes: json(orders.map(restOrder), 'woo', { forms: ['list', 'pages', 'lines'] }) },
];

/** The plugin writes states as the shop's language has them. */
const labels = {
  en: { completed: 'Completed', pending: 'Pending payment', refunded: 'Refunded', failed: 'Failed', cancelled: 'Cancelled' },
  fr: { completed: 'Terminée', pending: 'Attente paiement', refunded: 'Remboursée', failed: 'Échouée', cancelled: 'Annulée' },
  de: { completed: 'Fertiggestellt', pending: 'Zahlung ausstehend', refunded: 'Rückerstattet', failed: 'Fehlgeschlagen', cancelled: 'Storniert' },
}; // prettier-ignore
type Labels = Readonly<Record<string, string>>;

function csvLines(order: Order, names: Labels): Cells[] {
  const { lines, discount, shipping } = netOf(order);
  return lines.map(({ item, before }) => ({
    'Order Number': String(order.order_number),
    'Order Status': names[stateOf(order)] ?? '',
    'Order Date': localTime(order.processed_at).slice(0, 16),
    'Customer Note': '',
    'Email (Billing)': order.email,
    'Country Code (Billing)': order.shipping_address?.country_code ?? '',
    'Postcode (Billing)': order.shipping_address?.zip ?? '',
    'Payment Method Title': order.payment_gateway_names.join(', '),
    'Cart Discount Amount': euros(discount),
    'Order Subtotal Amount': euros(sum(lines.map((one) => one.before))),
    'Shipping Method Title': order.shipping_lines[0]?.title ?? '',
    'Order Shipping Amount': euros(shipping),
    'Order Refund Amount': euros(refundedOf(order)),
    'Order Total Amount': order.total_price,
    'Order Total Tax Amount': order.total_tax,
    'Order Currency': order.currency,
    SKU: item.sku,
    'Item #': '1',
    'Item Name': item.name,
    'Quantity (- Refund)': String(item.quantity - refundedUnits(order, item.id)),
    'Item Cost': euros(Math.round(before / item.quantity)),
    'Coupon Code': order.discount_codes.map(({ code }) => code.toLowerCase()).join(', '),
    'Discount Amount': euros(discount),
  }));
}

export function wooCsv(orders: readonly Order[]): ExportedFile[] {
  const names = labels[drawn(fc.constantFrom('en', 'fr', 'de'), 'woo language')];
  const groups = orders.map((order) => csvLines(order, names));
  return [{ name: 'orders.csv', bytes: csv(rowsOf(groups, 'woo'), 'woo') }];
}
