import type { Shape } from '../shape.ts';
import { itemOrders } from './item-orders.ts';

/** Where a visit came from, as WooCommerce notes it with an order: by the names of its notes. */
export function landingOf(note: (name: string) => string | undefined): string | undefined {
  const entry = note('session_entry');
  if (entry !== undefined && /[?&](?:utm_|gclid|gad_|fbclid|msclkid|ttclid)/.test(entry)) return entry;
  const utm = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'utm_id'].flatMap(
    (name): [string, string][] => {
      const value = note(name);
      return value === undefined || value === '' || value.startsWith('(') ? [] : [[name, value]];
    },
  );
  return utm.length > 0 && note('source_type') === 'utm'
    ? `/?${new URLSearchParams(utm).toString()}`
    : entry || undefined;
}

/** Orders as “Advanced Order Export for WooCommerce” writes them with its own headings: one line an item. */
export const wooOrdersCsv: Shape = itemOrders({
  shape: 'woocommerce-orders-csv',
  source: 'WooCommerce',
  prefix: 'woo',
  pricesHoldTax: false,
  fields: {
    number: /^order (?:number|id)$/,
    status: /^order status$/,
    created: /^order date$/,
    email: /^email billing$/,
    country: /^country code shipping$/,
    postcode: /^postcode shipping$/,
    billing_country: /^country code billing$/,
    billing_postcode: /^postcode billing$/,
    currency: /^(?:order )?currency$/,
    discount: /^cart discount amount$/,
    subtotal: /^order subtotal amount$/,
    shipping: /^order shipping amount$/,
    refunded: /^order refund amount$/,
    total: /^order total amount$/,
    taxes: /^order total tax amount$/,
    payment: /^payment method title$/,
    code: /^coupon code$/,
    item_sku: /^sku$/,
    item_name: /^item name$/,
    item_quantity: /^quantity(?: refund)?$/,
    item_price: /^item cost$/,
  },
  again:
    'In WooCommerce: Export orders (plugin “Advanced Order Export”), all default columns, “Order currency” added, CSV.',
});
