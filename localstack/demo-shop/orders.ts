/** The demo shop's orders: priced by its own catalogue, in the shape in which Shopify exports them. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { money } from '../../lambdas/generate/crm/money.ts';
import { parisSeconds } from '../../lambdas/generate/market/calendar.ts';
import { allProducts } from '../../lambdas/generate/market/catalogue.ts';
import type { Product } from '../../lambdas/generate/market/catalogue.ts';
import type { PromotionCode } from './codes.ts';

const line = z.string().trim().min(1).max(120);

/** What the checkout sends. Prices are the shop's own, and not taken from a browser. */
export const OrderRequest = z.object({
  email: z.email().max(200),
  first_name: line,
  last_name: line,
  address1: line,
  city: line,
  zip: line,
  newsletter: z.boolean().default(false),
  code: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9]{3,24}$/, 'A promotion code has 3 to 24 letters and digits.')
    .nullish(),
  /**
   * Where the visit began, path and query, and what referred to it: a shop's server notes both, whatever the consent to
   * analytics.
   */
  landing_site: z.string().max(4096).nullish(),
  referring_site: z.string().max(4096).nullish(),
  lines: z
    .array(z.object({ sku: z.string(), quantity: z.int().min(1).max(20) }))
    .min(1)
    .max(30),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

const vat = 0.2;
/** Cents. */
export const freeShippingFrom = 4500;
export const shippingFeeCents = 490;

export interface PricedLine {
  readonly product: Product;
  readonly quantity: number;
  /** Cents. */
  readonly discount: number;
  readonly tax: number;
}

const containedTax = (cents: number) => Math.round((cents * vat) / (1 + vat));
const taxLines = (cents: number) => (cents === 0 ? [] : [{ title: 'FR TVA', rate: vat, price: money(cents) }]);

/** @throws UnknownProduct */
export function priced({ lines }: OrderRequest, percentOff: number): PricedLine[] {
  return lines.map(({ sku, quantity }) => {
    const product = allProducts.find((each) => each.sku === sku);
    if (product === undefined) throw new UnknownProduct(sku);
    const whole = product.listPriceCents * quantity;
    const discount = Math.round((whole * percentOff) / 100);
    return { product, quantity, discount, tax: containedTax(whole - discount) };
  });
}

/** The order names a product that the catalogue does not have. */
export class UnknownProduct extends Error {
  override readonly name = 'UnknownProduct';
  constructor(sku: string) {
    super(`There is no product ${JSON.stringify(sku)} in the catalogue.`);
  }
}

/**
 * Beyond those of the simulated shop, the same for the same e-mail address, so that who buys again is known again. By a
 * secret of the shop: an id that anyone could compute from an address would tell who it is.
 */
export function customerIdOf(email: string, secret: string): number {
  return (
    7_500_000_000_000 +
    (Number.parseInt(createHmac('sha256', secret).update(email.trim().toLowerCase()).digest('hex').slice(0, 10), 16) %
      400_000_000_000)
  );
}

function addressOf(request: OrderRequest) {
  const { first_name, last_name, address1, city, zip } = request;
  return {
    first_name,
    last_name,
    address1,
    address2: null,
    city,
    zip,
    province: null,
    country: 'France',
    country_code: 'FR',
    phone: null,
  };
}

/** Shopify's Order, paid a moment ago. */
export function orderResource(
  request: OrderRequest,
  customer: number,
  number: number,
  { lines, promotion }: { readonly lines: readonly PricedLine[]; readonly promotion: PromotionCode | undefined },
  now: number,
): { readonly resource: object; readonly totalCents: number } {
  const id = 6_200_000_000_000 + number;
  const at = parisSeconds(now);
  const { email, first_name, last_name } = request;
  const whole = lines.reduce((sum, { product, quantity }) => sum + product.listPriceCents * quantity, 0);
  const discount = lines.reduce((sum, each) => sum + each.discount, 0);
  const subtotal = whole - discount;
  const shipping = subtotal >= freeShippingFrom ? 0 : shippingFeeCents;
  const tax = lines.reduce((sum, each) => sum + each.tax, containedTax(shipping));
  const totalCents = subtotal + shipping;
  const address = addressOf(request);
  const resource = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    order_number: number,
    created_at: at,
    processed_at: at,
    updated_at: at,
    cancelled_at: null,
    cancel_reason: null,
    closed_at: null,
    test: false,
    email,
    contact_email: email,
    phone: null,
    currency: 'EUR',
    presentment_currency: 'EUR',
    taxes_included: true,
    total_line_items_price: money(whole),
    total_discounts: money(discount),
    subtotal_price: money(subtotal),
    total_tax: money(tax),
    total_price: money(totalCents),
    financial_status: 'paid',
    fulfillment_status: null,
    source_name: 'web',
    landing_site: request.landing_site ?? null,
    referring_site: request.referring_site || null,
    browser_ip: null,
    customer_locale: 'fr',
    buyer_accepts_marketing: request.newsletter,
    note: null,
    note_attributes: [],
    tags: '',
    payment_gateway_names: ['shopify_payments'],
    discount_codes: promotion ? [{ code: promotion.code, amount: money(discount), type: 'percentage' }] : [],
    discount_applications: promotion
      ? [
          {
            type: 'discount_code',
            code: promotion.code,
            value: `${promotion.percentOff}.0`,
            value_type: 'percentage',
            allocation_method: 'across',
            target_type: 'line_item',
            target_selection: 'all',
          },
        ]
      : [],
    tax_lines: taxLines(tax),
    customer: { id: customer, email, first_name, last_name },
    billing_address: address,
    shipping_address: address,
    line_items: lines.map(({ product, quantity, discount: off, tax: taxed }, index) => ({
      id: 15_400_000_000_000 + number * 32 + index,
      product_id: product.productId,
      variant_id: product.variantId,
      sku: product.sku,
      title: product.title,
      variant_title: product.size,
      name: `${product.title} - ${product.size}`,
      vendor: 'Sillage',
      quantity,
      grams: product.weight,
      price: money(product.listPriceCents),
      total_discount: money(off),
      taxable: true,
      requires_shipping: true,
      gift_card: false,
      fulfillment_status: null,
      tax_lines: taxLines(taxed),
    })),
    shipping_lines: [
      {
        id: 5_000_000_000_000 + number,
        title: 'Colissimo',
        code: 'standard',
        price: money(shipping),
        discounted_price: money(shipping),
        tax_lines: taxLines(containedTax(shipping)),
      },
    ],
    fulfillments: [],
    refunds: [],
  };
  return { resource, totalCents };
}

/** Shopify's Customer, sent again with each order: `orders` with this one, the first of them at `since`. */
export function customerResource(
  request: OrderRequest,
  id: number,
  number: number,
  { since, orders }: { readonly since: string; readonly orders: number },
  now: number,
): object {
  const at = parisSeconds(now);
  const address = { id: id + 1_000_000_000_000, customer_id: id, ...addressOf(request), default: true };
  return {
    id,
    email: request.email,
    created_at: since,
    updated_at: at,
    first_name: request.first_name,
    last_name: request.last_name,
    phone: null,
    currency: 'EUR',
    orders_count: orders,
    last_order_id: 6_200_000_000_000 + number,
    last_order_name: `#${number}`,
    state: 'enabled',
    verified_email: true,
    tax_exempt: false,
    tags: request.newsletter ? 'newsletter' : '',
    note: null,
    email_marketing_consent: {
      state: request.newsletter ? 'subscribed' : 'not_subscribed',
      opt_in_level: request.newsletter ? 'single_opt_in' : null,
      consent_updated_at: request.newsletter ? at : null,
    },
    default_address: address,
    addresses: [address],
  };
}
