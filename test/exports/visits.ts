/** The events of a generated shop's pages, as its own tracker sent them, for the tools that count them in its place. */
import * as z from 'zod';
import { linesUnder } from '../../lambdas/generate/generated.ts';
import type { SmallLake } from '../small-lake.ts';

const eventSchema = z.looseObject({
  event_id: z.string(),
  event_name: z.string(),
  event_time: z.string(),
  received_at: z.string(),
  visitor_id: z.string().nullable(),
  customer_id: z.string().nullable(),
  page: z.object({ url: z.string(), referrer: z.string(), title: z.string() }),
  user_agent: z.string(),
  ip: z.string(),
  language: z.string(),
  consent: z.object({ analytics: z.boolean(), ads: z.boolean() }),
  ecommerce: z
    .looseObject({
      transaction_id: z.string().optional(),
      value: z.number().optional(),
      currency: z.string(),
      coupon: z.string().optional(),
      items: z
        .array(
          z.object({
            item_id: z.string(),
            item_name: z.string(),
            item_category: z.string(),
            price: z.number(),
            quantity: z.int().optional(),
          }),
        )
        .optional(),
    })
    .nullable(),
});
const deviceSchema = z.object({ event_id: z.string(), device: z.string(), os: z.string().nullable() });

export interface Visit extends z.infer<typeof eventSchema> {
  /** As those tools tell it, that do not keep the browser's own words. */
  readonly device: z.infer<typeof deviceSchema>;
}

/** The events of people, each once; robots are none of these tools' visitors. */
export async function visitsOf(original: Pick<SmallLake, 'lake' | 'ask'>): Promise<Visit[]> {
  const kept = await original.ask('SELECT event_id, device, os FROM web_events WHERE NOT is_bot');
  const devices = new Map(kept.map((row) => deviceSchema.parse(row)).map((one) => [one.event_id, one]));
  const events = new Map<string, Visit>();
  for (const line of await linesUnder(original.lake, 'raw/web/events/')) {
    const event = eventSchema.parse(JSON.parse(line));
    const device = devices.get(event.event_id);
    const known = events.get(event.event_id);
    // Who agrees on the second page sends the events of the first again.
    if (device && (known === undefined || (!known.consent.analytics && event.consent.analytics)))
      events.set(event.event_id, { ...event, device });
  }
  return [...events.values()];
}

/** Most tools have no event of who does not agree to be counted. */
export const agreed = (visits: readonly Visit[]): Visit[] => visits.filter(({ consent }) => consent.analytics);
