/** Where an order that came by a webhook stands in the raw zone. */
import type { Day } from '../shared/days.ts';

/** Shop platforms that can send orders by webhook. */
export const platformNames = ['shopify', 'woocommerce'] as const;
export type PlatformName = (typeof platformNames)[number];

/** The feed that the orders are of. */
export const orderFeed = 'raw_crm_orders';

/** What the name of an order's object begins with; how an order is read depends on its platform. */
export const doorName = (platform: PlatformName): string => `webhook-${platform}-`;

/** Key of an order that changed on a day. @param id names its bytes */
export const orderKey = (platform: PlatformName, changed: Day, id: string): string =>
  `raw/crm/orders/dt=${changed}/${doorName(platform)}${id}.jsonl`;
