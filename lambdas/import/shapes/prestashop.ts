import type { Shape } from '../shape.ts';
import { itemOrders } from './item-orders.ts';

/**
 * The answer of the query of docs/sources.md in PrestaShop's SQL Manager: one line an item. The list of orders itself
 * has no items.
 */
export const prestashopOrders: Shape = itemOrders({
  shape: 'prestashop-orders-csv',
  source: 'PrestaShop',
  prefix: 'prestashop',
  pricesHoldTax: true,
  // Of a credit slip: its id, the customer's and the order's.
  creditCode: /^V\d+C\d+O\d+$/,
  fields: {
    number: /^id order$/,
    reference: /^reference$/,
    status: /^(?:order state|current state name)$/,
    created: /^date add$/,
    email: /^email$/,
    country: /^(?:country )?iso code$/,
    postcode: /^postcode$/,
    currency: /^currency$/,
    currency_rate: /^conversion rate$/,
    currency_number: /^id currency$/,
    discount: /^total discounts tax incl$/,
    subtotal: /^total products wt$/,
    shipping: /^total shipping tax incl$/,
    method: /^carrier$/,
    free_shipping: /^free shipping$/,
    credit: /^paid by credit$/,
    credit_tax: /^tax of credit$/,
    refunded: /^(?:total )?refunded$/,
    total: /^total paid tax incl$/,
    taxes: /^(?:total )?tax$/,
    payment: /^payment$/,
    code: /^(?:voucher|cart rule)(?: code)?$/,
    item_virtual: /^is virtual$/,
    item_sku: /^product reference$/,
    item_name: /^product name$/,
    item_quantity: /^product quantity$/,
    item_price: /^unit price tax incl$/,
  },
  again: 'In PrestaShop: Advanced parameters, Database, SQL Manager, the query of docs/sources.md, Export.',
});
