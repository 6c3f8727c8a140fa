import { createHmac } from 'node:crypto';
import type { GatewayRequest } from '../collect/gateway.ts';
import type { PlatformName } from './names.ts';

/** The door's clock in the tests. */
export const nowMs = Date.parse('2026-01-05T10:00:00.000Z');
/** Text of the tests, and nobody's secret. */
export const testSecret = 'a text of the tests, long enough';

export const shopifyOrder = (over: Readonly<Record<string, unknown>> = {}) => ({
  id: 6_200_000_001_042,
  name: '#1042',
  order_number: 1042,
  created_at: '2026-01-05T10:58:00+01:00',
  processed_at: '2026-01-05T10:58:00+01:00',
  updated_at: '2026-01-05T10:59:58+01:00',
  currency: 'EUR',
  taxes_included: true,
  total_price: '65.80',
  total_tax: '10.97',
  financial_status: 'paid',
  email: 'lea@example.org',
  landing_site: '/?utm_source=instagram&utm_campaign=été',
  line_items: [{ id: 1, sku: 'SIL-CRE-001', title: 'Crème', quantity: 2, price: '32.90' }],
  ...over,
});

export const wooOrder = (over: Readonly<Record<string, unknown>> = {}) => ({
  id: 318,
  number: '318',
  status: 'processing',
  currency: 'EUR',
  date_created_gmt: '2026-01-05T09:58:00',
  date_modified_gmt: '2026-01-05T09:59:58',
  discount_total: '0.00',
  shipping_total: '4.90',
  shipping_tax: '0.98',
  total: '45.88',
  total_tax: '7.65',
  payment_method_title: 'Carte',
  billing: { email: 'lea@example.org', country: 'FR' },
  line_items: [
    {
      id: 9,
      name: 'Crème',
      product_id: 4,
      quantity: 1,
      subtotal: '33.33',
      total: '33.33',
      total_tax: '6.67',
      sku: 'C',
    },
  ],
  meta_data: [
    { id: 1, key: '_wc_order_attribution_session_entry', value: 'https://shop.example/?utm_source=instagram' },
    { id: 2, key: '_wc_order_attribution_utm_source', value: 'instagram' },
  ],
  ...over,
});

/** The signature of a body, as both platforms make it. */
export const signatureOf = (body: string | Uint8Array, secret = testSecret): string =>
  createHmac('sha256', secret).update(body).digest('base64');

const headerOf = { shopify: 'x-shopify-hmac-sha256', woocommerce: 'x-wc-webhook-signature' } as const;

/** A webhook as the platform sends it, signed; `over` is laid upon it. */
export function sent(
  platform: PlatformName,
  order: unknown,
  { headers, ...over }: Partial<GatewayRequest> = {},
): GatewayRequest {
  const body = Buffer.from(typeof order === 'string' ? order : JSON.stringify(order));
  return {
    path: `/webhooks/${platform}`,
    method: 'POST',
    body,
    ip: '192.0.2.7',
    ...over,
    headers: { 'content-type': 'application/json', [headerOf[platform]]: signatureOf(over.body ?? body), ...headers },
  };
}
