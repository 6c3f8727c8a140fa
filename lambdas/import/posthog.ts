import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { jsonRecords } from './json-lines.ts';
import { WebEvents } from './web-event.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish();
const properties = z.looseObject({
  $current_url: text,
  $referrer: text,
  $title: text,
  title: text,
  $raw_user_agent: text,
  $user_agent: text,
  $browser_language: text,
  $user_id: text,
  order_id: text,
  transaction_id: text,
  revenue: text,
  total: text,
  value: text,
  currency: text,
});
const eventSchema = z.object({
  uuid: text,
  id: text,
  event: z.string(),
  distinct_id: text,
  timestamp: z.string(),
  properties: z.union([
    properties,
    z.string().transform((json, context) => {
      const read = properties.safeParse(safely(json));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'is no JSON' });
      return z.NEVER;
    }),
  ]),
});

function safely(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Events of PostHog and Segment by the names that they are read as. */
const names: ReadonlyMap<string, string> = new Map([
  ['$pageview', 'page_view'],
  ['purchase', 'purchase'],
  ['order completed', 'purchase'],
  ['product viewed', 'view_item'],
  ['view_item', 'view_item'],
  ['product added', 'add_to_cart'],
  ['add_to_cart', 'add_to_cart'],
  ['product removed', 'remove_from_cart'],
  ['remove_from_cart', 'remove_from_cart'],
  ['checkout started', 'begin_checkout'],
  ['begin_checkout', 'begin_checkout'],
  ['sign_up', 'sign_up'],
  ['login', 'login'],
  ['search', 'search'],
]);

/** Events of PostHog: the API's answer (`results`), or one event a line of a batch export. */
export const posthog: JsonShape = {
  name: 'posthog-json',
  source: 'PostHog',
  report: 'events',
  marks: [/"distinct_id"/, /"event"\s*:/, /\$current_url|\$pageview|\$lib/],
  async convert(path, documents) {
    const events = new WebEvents(documents);
    for await (const { row, record } of jsonRecords(path)) {
      const results: readonly unknown[] = Array.isArray(record['results'])
        ? (record['results'] as readonly unknown[])
        : [record];
      for (const one of results) {
        events.rows++;
        const read = eventSchema.safeParse(one);
        if (!read.success) {
          events.leftOut.add(
            `not an event as PostHog exports one (${read.error.issues[0]?.path.join('.') ?? ''})`,
            row,
          );
          continue;
        }
        const { data } = read;
        const name = names.get(data.event.toLowerCase());
        if (name === undefined) {
          events.leftOut.add(`${data.event}: an event that Sillage does not need`, row);
          continue;
        }
        const own = data.properties;
        const [order, value] = [own.order_id ?? own.transaction_id, own.revenue ?? own.value ?? own.total];
        await events.write(row, {
          id: data.uuid ?? data.id ?? [data.distinct_id, data.timestamp, data.event, own.$current_url],
          name,
          at: new Date(
            /Z$|[+-]\d{2}:?\d{2}$/.test(data.timestamp) ? data.timestamp : `${data.timestamp.replace(' ', 'T')}Z`,
          ),
          visitor: data.distinct_id ?? undefined,
          customer: own.$user_id ?? undefined,
          url: own.$current_url ?? undefined,
          referrer: own.$referrer === '$direct' ? '' : (own.$referrer ?? undefined),
          title: own.$title ?? own.title ?? undefined,
          userAgent: own.$raw_user_agent ?? own.$user_agent ?? undefined,
          language: own.$browser_language ?? undefined,
          ...((order != null || value != null) && {
            order: { id: order ?? undefined, value: value ?? undefined, currency: own.currency ?? undefined },
          }),
        });
      }
    }
    return events.converted();
  },
};
