import type { Shape } from '../shape.ts';
import { itemOrders } from './item-orders.ts';

const folded = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The state of a payment by PrestaShop's states of orders, in English and French. */
function paidStatus(status: string, isPartly: boolean): string {
  const text = folded(status);
  if (isPartly) return 'partially_refunded';
  if (/refund|rembours/.test(text)) return 'refunded';
  if (/cancel|annul|error|erreur/.test(text)) return 'voided';
  return /await|attente/.test(text) ? 'pending' : 'paid';
}

/**
 * The answer of the query of docs/sources.md in PrestaShop's SQL Manager: one line an item. The list of orders itself
 * has no items.
 */
export const prestashopOrders: Shape = itemOrders({
  shape: 'prestashop-orders-csv',
  source: 'PrestaShop',
  prefix: 'prestashop',
  pricesHoldTax: true,
  status: paidStatus,
  isCancelled: (text) => /cancel|annul|error|erreur/.test(folded(text)),
  fields: {
    number: /^id order$/,
    reference: /^reference$/,
    status: /^(?:order state|current state name)$/,
    created: /^date add$/,
    email: /^email$/,
    country: /^(?:country )?iso code$/,
    postcode: /^postcode$/,
    currency: /^currency$/,
    discount: /^total discounts tax incl$/,
    subtotal: /^total products wt$/,
    shipping: /^total shipping tax incl$/,
    refunded: /^(?:total )?refunded$/,
    total: /^total paid tax incl$/,
    taxes: /^(?:total )?tax$/,
    payment: /^payment$/,
    code: /^(?:voucher|cart rule)(?: code)?$/,
    item_sku: /^product reference$/,
    item_name: /^product name$/,
    item_quantity: /^product quantity$/,
    item_price: /^unit price tax incl$/,
  },
  again: 'In PrestaShop: Advanced parameters, Database, SQL Manager, the query of docs/sources.md, Export.',
});
