/** The demo shop's orders: priced by its own catalogue, written into the lake as Shopify exports them. */
import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { money } from '../../lambdas/generate/crm/money.ts';
import { parisSeconds } from '../../lambdas/generate/market/calendar.ts';
import { PRODUCTS } from '../../lambdas/generate/market/catalogue.ts';
import type { Product } from '../../lambdas/generate/market/catalogue.ts';
import { PreconditionFailed } from '../../lambdas/shared/ports/lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';

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
  code: z.string().trim().toUpperCase().regex(/^[A-Z0-9]{3,24}$/, 'A promotion code has 3 to 24 letters and digits.').nullish(),
  /** Where the visit began, path and query, and what referred to it: a shop's server notes both, whatever the consent to analytics. */
  landing_site: z.string().max(4096).nullish(),
  referring_site: z.string().max(4096).nullish(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().min(1).max(20) })).min(1).max(30),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

/** What the shop's page needs to know of an order that was placed. */
export interface PlacedOrder {
  /** The order's number: the `transaction_id` of its purchase event. */
  readonly transaction_id: string;
  /** Shopify's customer id, for `sillage('identify', …)`: it joins the buyer's visits to the order. */
  readonly customer_id: string;
  /** What was paid, EUR, VAT and shipping included. */
  readonly value: number;
}

const VAT = 0.2;
const FREE_SHIPPING_FROM = 4500;
const SHIPPING = 490;
/** What any promotion code takes off: the shop knows no deal. */
const PERCENT_OFF = 10;

interface PricedLine {
  readonly product: Product;
  readonly quantity: number;
  /** Cents. */
  readonly discount: number;
  readonly tax: number;
}

const containedTax = (cents: number) => Math.round((cents * VAT) / (1 + VAT));
const taxLines = (cents: number) => (cents === 0 ? [] : [{ title: 'FR TVA', rate: VAT, price: money(cents) }]);

/** @throws UnknownProduct */
function priced({ lines, code }: OrderRequest): PricedLine[] {
  return lines.map(({ sku, quantity }) => {
    const product = PRODUCTS.find((each) => each.sku === sku);
    if (product === undefined) throw new UnknownProduct(sku);
    const whole = product.listPriceCents * quantity;
    const discount = code ? Math.round((whole * PERCENT_OFF) / 100) : 0;
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

/** Beyond those of the simulated shop, the same for the same e-mail address, so that who buys again is known again. */
function customerIdOf(email: string): number {
  return 7_500_000_000_000 + (Number.parseInt(hash('sha256', email.trim().toLowerCase()).slice(0, 10), 16) % 400_000_000_000);
}

function addressOf(request: OrderRequest) {
  const { first_name, last_name, address1, city, zip } = request;
  return { first_name, last_name, address1, address2: null, city, zip, province: null, country: 'France', country_code: 'FR', phone: null };
}

/** Shopify's Order, paid a moment ago. */
function orderResource(request: OrderRequest, number: number, lines: readonly PricedLine[], now: number): { readonly resource: object; readonly totalCents: number } {
  const id = 6_200_000_000_000 + number;
  const at = parisSeconds(now);
  const { email, first_name, last_name, code } = request;
  const whole = lines.reduce((sum, { product, quantity }) => sum + product.listPriceCents * quantity, 0);
  const discount = lines.reduce((sum, each) => sum + each.discount, 0);
  const subtotal = whole - discount;
  const shipping = subtotal >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
  const tax = lines.reduce((sum, each) => sum + each.tax, containedTax(shipping));
  const totalCents = subtotal + shipping;
  const address = addressOf(request);
  const resource = {
    id, admin_graphql_api_id: `gid://shopify/Order/${id}`, name: `#${number}`, order_number: number,
    created_at: at, processed_at: at, updated_at: at, cancelled_at: null, cancel_reason: null, closed_at: null, test: false,
    email, contact_email: email, phone: null, currency: 'EUR', presentment_currency: 'EUR', taxes_included: true,
    total_line_items_price: money(whole), total_discounts: money(discount), subtotal_price: money(subtotal), total_tax: money(tax), total_price: money(totalCents),
    financial_status: 'paid', fulfillment_status: null, source_name: 'web',
    landing_site: request.landing_site ?? null, referring_site: request.referring_site || null, browser_ip: null, customer_locale: 'fr', buyer_accepts_marketing: request.newsletter,
    note: null, note_attributes: [], tags: '', payment_gateway_names: ['shopify_payments'],
    discount_codes: code ? [{ code, amount: money(discount), type: 'percentage' }] : [],
    discount_applications: code ? [{ type: 'discount_code', code, value: `${PERCENT_OFF}.0`, value_type: 'percentage', allocation_method: 'across', target_type: 'line_item', target_selection: 'all' }] : [],
    tax_lines: taxLines(tax),
    customer: { id: customerIdOf(email), email, first_name, last_name },
    billing_address: address, shipping_address: address,
    line_items: lines.map(({ product, quantity, discount: off, tax: taxed }, index) => ({
      id: 15_400_000_000_000 + number * 32 + index, product_id: product.productId, variant_id: product.variantId, sku: product.sku,
      title: product.title, variant_title: product.size, name: `${product.title} - ${product.size}`, vendor: 'Sillage', quantity, grams: product.weight,
      price: money(product.listPriceCents), total_discount: money(off), taxable: true, requires_shipping: true, gift_card: false, fulfillment_status: null, tax_lines: taxLines(taxed),
    })),
    shipping_lines: [{ id: 5_000_000_000_000 + number, title: 'Colissimo', code: 'standard', price: money(shipping), discounted_price: money(shipping), tax_lines: taxLines(containedTax(shipping)) }],
    fulfillments: [], refunds: [],
  };
  return { resource, totalCents };
}

/** What the shop's books, its own exports, say of a customer. */
interface Known {
  readonly since: string;
  readonly orders: number;
}

const Since = z.object({ created_at: z.string() });

async function known(lake: Lake, id: number, now: number): Promise<Known> {
  let since: string | undefined;
  let orders = 0;
  for await (const { key } of lake.list('raw/crm/customers/')) {
    if (!key.endsWith(`-of-${id}.jsonl.gz`)) continue;
    orders += 1;
    since ??= Since.parse(JSON.parse(gunzipSync(await lake.get(key)).toString())).created_at;
  }
  return { since: since ?? parisSeconds(now), orders };
}

/** Shopify's Customer, sent again with each order. */
function customerResource(request: OrderRequest, number: number, { since, orders }: Known, now: number): object {
  const id = customerIdOf(request.email);
  const at = parisSeconds(now);
  const address = { id: id + 1_000_000_000_000, customer_id: id, ...addressOf(request), default: true };
  return {
    id, email: request.email, created_at: since, updated_at: at, first_name: request.first_name, last_name: request.last_name, phone: null, currency: 'EUR', orders_count: orders + 1,
    last_order_id: 6_200_000_000_000 + number, last_order_name: `#${number}`, state: 'enabled', verified_email: true, tax_exempt: false,
    tags: request.newsletter ? 'newsletter' : '', note: null,
    email_marketing_consent: { state: request.newsletter ? 'subscribed' : 'not_subscribed', opt_in_level: request.newsletter ? 'single_opt_in' : null, consent_updated_at: request.newsletter ? at : null },
    default_address: address, addresses: [address],
  };
}

async function putLine(lake: Lake, key: string, resource: object): Promise<void> {
  await lake.put(key, gzipSync(`${JSON.stringify(resource)}\n`), { contentType: 'application/gzip', metadata: { rows: '1', producer: 'demo-shop' }, ifAbsent: true });
}

/**
 * Places an order: one JSON line each for itself, `raw/crm/orders/dt=<UTC day>/demo-<number>.jsonl.gz`, and for its customer,
 * `raw/crm/customers/dt=<UTC day>/demo-<number>-of-<customer id>.jsonl.gz`.
 *
 * `orders_count` is as good as what has been written: orders of one customer that are placed at the same moment may carry the same
 * count, and a customer's line whose order could not be written is counted as an order.
 * @throws z.ZodError @throws UnknownProduct @throws LakeUnavailable
 */
export async function placeOrder(lake: Lake, input: unknown, now: number): Promise<PlacedOrder> {
  const request = OrderRequest.parse(input);
  const lines = priced(request);
  const customer = customerIdOf(request.email);
  const books = await known(lake, customer, now);
  const day = `dt=${new Date(now).toISOString().slice(0, 10)}`;
  // Seconds since 1970: far beyond the simulated shop's numbers. Who is second within a second takes the next one.
  for (let number = Math.floor(now / 1000); ; number += 1) {
    const { resource, totalCents } = orderResource(request, number, lines, now);
    const customerKey = `raw/crm/customers/${day}/demo-${number}-of-${customer}.jsonl.gz`;
    try {
      // The customer first: one without an order is nothing, an order without its customer would have no visits.
      await putLine(lake, customerKey, customerResource(request, number, books, now));
      await putLine(lake, `raw/crm/orders/${day}/demo-${number}.jsonl.gz`, resource);
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      if (error.key !== customerKey) await lake.delete(customerKey);
      continue;
    }
    return { transaction_id: String(number), customer_id: String(customer), value: totalCents / 100 };
  }
}
