/** For the tests of this folder: a small generated lake, and its content read back. */
import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { generate } from './generate.ts';
import type { GenerateRequest } from './generate.ts';

export async function generated(...requests: readonly GenerateRequest[]): Promise<Lake> {
  const lake = memoryLake('the test lake');
  for (const request of requests) await generate(lake, request);
  return lake;
}

/** Key and hash of every object: equal for equal lakes. */
export async function contentOf(lake: Lake, prefix = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of lake.list(prefix)) found[key] = hash('sha256', await lake.get(key));
  return found;
}

export async function textsUnder(lake: Lake, prefix: string): Promise<{ key: string; text: string }[]> {
  const texts = [];
  for await (const { key } of lake.list(prefix)) {
    const body = await lake.get(key);
    texts.push({ key, text: (key.endsWith('.gz') ? gunzipSync(body) : body).toString('utf8') });
  }
  return texts;
}

export async function linesUnder(lake: Lake, prefix: string): Promise<string[]> {
  return (await textsUnder(lake, prefix)).flatMap(({ text }) => text.trimEnd().split('\n'));
}

const eventSchema = z.object({
  event_id: z.uuid(),
  event_name: z.string(),
  event_time: z.string(),
  received_at: z.string(),
  visitor_id: z.union([z.uuid(), z.enum(['undefined', 'null', '[object Object]'])]).nullable(),
  customer_id: z.string().nullable(),
  page: z.object({ url: z.url(), referrer: z.string(), title: z.string() }),
  user_agent: z.string(),
  consent: z.object({ analytics: z.boolean(), ads: z.boolean() }),
  ecommerce: z
    .object({
      transaction_id: z.string().optional(),
      value: z.number().optional(),
      currency: z.string(),
      coupon: z.string().optional(),
    })
    .nullable(),
});

export type WebEvent = z.infer<typeof eventSchema>;

/** The well-formed web events of a lake, each once. */
export async function webEvents(lake: Lake): Promise<WebEvent[]> {
  const events = new Map<string, WebEvent>();
  for (const line of await linesUnder(lake, 'raw/web/events/')) {
    const event = parsed(line);
    if (event) events.set(event.event_id, event);
  }
  return [...events.values()];
}

export function parsed(line: string): WebEvent | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const moneySchema = z
  .string()
  .regex(/^\d+\.\d\d$/)
  .transform((text) => Math.round(Number(text) * 100));
const signedSchema = z
  .string()
  .regex(/^-?\d+\.\d\d$/)
  .transform((text) => Math.round(Number(text) * 100));
const taxLinesSchema = z.array(z.object({ price: moneySchema }));
const orderSchema = z.object({
  id: z.int(),
  order_number: z.int(),
  updated_at: z.string(),
  created_at: z.string(),
  test: z.boolean(),
  currency: z.enum(['EUR', 'CHF', 'GBP', 'USD']),
  total_line_items_price: moneySchema,
  total_discounts: moneySchema,
  subtotal_price: moneySchema,
  total_tax: moneySchema,
  total_price: moneySchema,
  financial_status: z.enum(['paid', 'partially_refunded', 'refunded']),
  fulfillment_status: z.literal('fulfilled').nullable(),
  landing_site: z.string(),
  customer: z.object({ id: z.int() }).nullable(),
  email: z.string(),
  processed_at: z.string(),
  total_tip_received: moneySchema,
  current_total_price: moneySchema,
  payment_gateway_names: z.array(z.string()),
  transactions: z.array(z.object({ amount: moneySchema })).optional(),
  discount_codes: z.array(z.object({ code: z.string(), amount: moneySchema })),
  line_items: z
    .array(
      z.object({
        id: z.int(),
        quantity: z.int(),
        price: moneySchema,
        total_discount: moneySchema,
        gift_card: z.boolean(),
        tax_lines: taxLinesSchema,
      }),
    )
    .min(1),
  shipping_lines: z.array(z.object({ price: moneySchema, tax_lines: taxLinesSchema })),
  refunds: z.array(
    z.object({
      refund_line_items: z.array(
        z.object({ line_item_id: z.int(), quantity: z.int(), restock_type: z.string(), subtotal: z.number() }),
      ),
      transactions: z.array(z.object({ status: z.string(), amount: moneySchema })),
      order_adjustments: z.array(z.object({ kind: z.string(), amount: signedSchema, tax_amount: signedSchema })),
      refund_shipping_lines: z.array(
        z.object({ subtotal_amount_set: z.object({ shop_money: z.object({ amount: moneySchema }) }) }),
      ),
    }),
  ),
});

export type RawOrder = z.infer<typeof orderSchema>;

/** Every version of every order that was sent. */
export async function orderVersions(lake: Lake): Promise<RawOrder[]> {
  return (await linesUnder(lake, 'raw/crm/orders/')).map((line) => orderSchema.parse(JSON.parse(line)));
}
