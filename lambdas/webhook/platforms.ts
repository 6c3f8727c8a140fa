/** What each shop platform sends to a webhook, and how it becomes a line of `raw_crm_orders`. */
import * as z from 'zod';
import { RefusedRequest } from '../collect/body.ts';
import { whyNoOrders } from '../import/no-orders.ts';
import { whyNone, whyPart, wooOrderRecord, wooOrderSchema } from '../import/woo-json.ts';
import { platformNames, type PlatformName } from './names.ts';

/** An order as it is to be landed; `left` says why it is none to be landed. */
export type ReadOrder =
  | { readonly line: string; readonly changedAt: string; readonly isTest: boolean }
  | { readonly left: string };

/** The event that a platform names beside a body: Shopify's `orders/delete` and WooCommerce's `order.deleted`. */
const isDeletion = (topic: string | undefined): boolean => /^orders?[./]deleted?$/.test(topic ?? '');

/** A body that tells of a customer and of no order. */
const isOfCustomer = (topic: string | undefined): boolean => /^customers?[./]/.test(topic ?? '');

/**
 * A deletion, of which the platform tells the id alone, and not when it was: what is made of the id, and the moment at
 * which it was told. The id is taken as it is written, since a number beyond 2^53 would not survive being read.
 */
function deletionRead(text: string, idOf: (id: string) => string, now: Date): ReadOrder {
  const [, id] = /^\s*\{\s*"id"\s*:\s*(\d+)\s*\}\s*$/.exec(text) ?? [];
  if (id === undefined) throw new RefusedRequest(400, 'The body says of no order that it was deleted.');
  const deletedAt = now.toISOString();
  return { line: `{"id":${idOf(id)},"deleted_at":"${deletedAt}"}`, changedAt: deletedAt, isTest: false };
}

/** What a platform sends beside the body. */
export interface Sent {
  readonly topic: string | undefined;
  /** When it came. */
  readonly now: Date;
}

export interface Platform {
  /** As people know it. */
  readonly name: string;
  /** The header with the signature, in lower case. */
  readonly signature: string;
  /** The header that names the event, in lower case. */
  readonly topic: string;
  /** Which event of the platform is to be chosen. */
  readonly event: string;
  /** What it sends, unsigned, to try an address; it tells nothing of orders. */
  readonly ping?: RegExp;
  /** Reads a signed body. `json` is what `text` says. @throws z.ZodError, RefusedRequest where it is no order */
  readonly read: (json: unknown, text: string) => ReadOrder;
  /** The JSON of an order's id, of the id that the platform gives it. */
  readonly idOf: (id: string) => string;
}

/** Reads what a platform sent: an order, or that it deleted one. @throws z.ZodError, RefusedRequest */
export function readSent(platform: Platform, json: unknown, text: string, sent: Sent): ReadOrder {
  if (isOfCustomer(sent.topic))
    throw new RefusedRequest(
      400,
      'It is of a customer, and orders alone are taken here. To erase a person: sillage forget.',
    );
  return isDeletion(sent.topic) ? deletionRead(text, platform.idOf, sent.now) : platform.read(json, text);
}

const moment = z.iso.datetime({ offset: true });

const ShopifyOrder = z.object({
  id: z.union([z.number().positive(), z.string().min(1)]),
  created_at: moment,
  updated_at: moment,
  currency: z.string().regex(/^[A-Z]{3}$/),
  total_price: z.string(),
  line_items: z.array(z.unknown()),
  test: z.boolean().nullish(),
});

export const platforms: Readonly<Record<PlatformName, Platform>> = {
  shopify: {
    name: 'Shopify',
    signature: 'x-shopify-hmac-sha256',
    topic: 'x-shopify-topic',
    event: '“Order update” (orders/updated)',
    idOf: (id) => id,
    read(json, text) {
      const none = whyNoOrders(text);
      if (none !== undefined) throw new RefusedRequest(400, none);
      const { updated_at: changedAt, test } = ShopifyOrder.parse(json);
      // Its own text, since numbers beyond 2^53 would not survive being read; a line end stands between the parts of
      // JSON alone.
      return { line: text.trim().replaceAll(/[\r\n]+/g, ' '), changedAt, isTest: test === true };
    },
  },
  woocommerce: {
    name: 'WooCommerce',
    signature: 'x-wc-webhook-signature',
    topic: 'x-wc-webhook-topic',
    event: '“Order updated”, with the API version “WP REST API Integration v3”',
    ping: /^webhook_id=\d+$/,
    idOf: (id) => `"woo:${id}"`,
    read(json) {
      const order = wooOrderSchema.extend({ date_modified_gmt: z.string().min(1) }).parse(json);
      const left = whyNone(order) ?? whyPart(order);
      if (left !== undefined) return { left };
      const changedAt = moment.parse(`${order.date_modified_gmt.replace(/Z$/, '')}Z`);
      return { line: JSON.stringify(wooOrderRecord(order, new Date(changedAt)).record), changedAt, isTest: false };
    },
  },
};

/** The platform of a path such as `/webhooks/shopify`. */
export const platformAt = (path: string): PlatformName | undefined =>
  platformNames.find((name) => path === `/webhooks/${name}`);

/** Names of platforms, with commas between them; none where nothing is said. */
export const PlatformNames = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.enum(platformNames)));
