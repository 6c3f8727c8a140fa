import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { toldIn, withNoted } from './event-address.ts';
import { jsonRecords } from './json-lines.ts';
import { toldUserAgent } from '../shared/user-agents.ts';
import { eventNames } from '../shared/event-names.ts';
import { utcMoment, WebEvents, type WebEvent } from './web-event.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish();
const number = z
  .union([z.string(), z.number()])
  .transform(Number)
  .nullish()
  .catch(undefined)
  .transform((value) => (value == null || Number.isNaN(value) ? undefined : value));
const own = text.catch(undefined);
/** A product, by the names of Segment or of GA4. */
const product = z.object({
  sku: own,
  product_id: own,
  item_id: own,
  name: own,
  item_name: own,
  category: own,
  item_category: own,
  price: number,
  quantity: number,
});
const products = z.array(product).nullish().catch(undefined);
const properties = product.extend({
  $current_url: text,
  $referrer: text,
  $session_id: own,
  $session_entry_url: own,
  $session_entry_referrer: own,
  $title: text,
  title: text,
  $raw_user_agent: text,
  $user_agent: text,
  $device_type: own,
  $browser: own,
  $os: own,
  $browser_language: text,
  $user_id: text,
  $device_id: own,
  order_id: text,
  transaction_id: text,
  revenue: text,
  total: text,
  value: text,
  currency: text,
  coupon: own,
  products,
  items: products,
});
type Properties = z.output<typeof properties>;
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

/** Events of PostHog, Segment and GA4 by the names that they are read as. */
const names: ReadonlyMap<string, string> = new Map([
  ...eventNames.filter((name) => name !== 'page_view').map((name) => [name, name] as const),
  ['$pageview', 'page_view'],
  ['order completed', 'purchase'],
  ['product list viewed', 'view_item_list'],
  ['product viewed', 'view_item'],
  ['products searched', 'search'],
  ['product added', 'add_to_cart'],
  ['product removed', 'remove_from_cart'],
  ['checkout started', 'begin_checkout'],
  ['payment info entered', 'add_payment_info'],
  ['signed up', 'sign_up'],
  ['signed in', 'login'],
]);

/** The products of an event: a list, or the one that stands among its own properties. */
function itemsOf(all: Properties): WebEvent['items'] {
  const listed = all.products ?? all.items ?? [all];
  const items = listed.flatMap((one) => {
    const id = one.sku ?? one.product_id ?? one.item_id;
    return id == null
      ? []
      : [
          {
            item_id: id,
            item_name: one.name ?? one.item_name ?? undefined,
            item_category: one.category ?? one.item_category ?? undefined,
            price: one.price,
            quantity: one.quantity,
          },
        ];
  });
  return items.length === 0 ? undefined : items;
}

type Read = ReturnType<typeof eventSchema.safeParse>;
type PosthogEvent = z.output<typeof eventSchema>;

/** The records of a file, pages of them or one by one. */
async function* readEvents(path: string): AsyncGenerator<{ readonly row: number; readonly read: Read }> {
  for await (const { row, record } of jsonRecords(path)) {
    const results: readonly unknown[] = Array.isArray(record['results'])
      ? (record['results'] as readonly unknown[])
      : [record];
    for (const one of results) yield { row, read: eventSchema.safeParse(one) };
  }
}

const momentOf = ({ timestamp }: PosthogEvent) => utcMoment(timestamp);
const nameOf = ({ event }: PosthogEvent) => names.get(event.toLowerCase());

/**
 * PostHog sends the referrer of a session's first page with all its events. It is of the first event that has it; the
 * pages after it came from the shop.
 */
class Arrivals {
  /** By session, and by session and referrer, the time of the first event. */
  readonly #firsts = new Map<string, number>();

  look(event: PosthogEvent): void {
    if (nameOf(event) === undefined || event.properties.$current_url == null) return;
    const at = momentOf(event).getTime();
    for (const key of this.#keys(event)) if (!(at >= (this.#firsts.get(key) ?? Infinity))) this.#firsts.set(key, at);
  }

  /** The page of an event, and its referrer. */
  of(event: PosthogEvent): Pick<WebEvent, 'url' | 'referrer'> {
    const { $current_url: url, $referrer, ...entry } = event.properties;
    const [session, referred] = this.#keys(event);
    if (url == null || session === undefined || referred === undefined)
      return { url: url ?? undefined, referrer: plain($referrer) };
    const isFirst = this.#take(session, event);
    const isReferred = this.#take(referred, event);
    // A tab that stays open has the referrer of the session before, too: newer libraries tell each session's own.
    if (isFirst)
      return {
        url: withNoted(url, toldIn(entry.$session_entry_url ?? '')),
        referrer: plain(entry.$session_entry_referrer ?? $referrer),
      };
    return { url, referrer: isReferred ? plain($referrer) : '' };
  }

  #keys({ properties: { $session_id: session, $referrer } }: PosthogEvent): readonly string[] {
    return session ? [session, `${session} ${$referrer ?? ''}`] : [];
  }

  #take(key: string, event: PosthogEvent): boolean {
    return this.#firsts.get(key) === momentOf(event).getTime() && this.#firsts.delete(key);
  }
}
const plain = (referrer: string | null | undefined) => (referrer === '$direct' ? '' : (referrer ?? undefined));

/** Events of PostHog: the API's answer (`results`), or one event a line of a batch export. */
export const posthog: JsonShape = {
  name: 'posthog-json',
  source: 'PostHog',
  report: 'events',
  marks: [/"distinct_id"/, /"event"\s*:/, /\$current_url|\$pageview|\$lib/],
  async convert(path, documents) {
    const arrivals = new Arrivals();
    for await (const { read } of readEvents(path)) if (read.success) arrivals.look(read.data);
    const events = new WebEvents(documents);
    for await (const { row, read } of readEvents(path)) {
      events.rows++;
      if (!read.success) {
        events.leftOut.add(`not an event as PostHog exports one (${read.error.issues[0]?.path.join('.') ?? ''})`, row);
        continue;
      }
      const { data } = read;
      const name = nameOf(data);
      if (name === undefined) {
        events.leftOut.add(`${data.event}: an event that Sillage does not need`, row);
        continue;
      }
      const all = data.properties;
      const [order, value] = [all.order_id ?? all.transaction_id, all.revenue ?? all.value ?? all.total];
      const items = itemsOf(all);
      await events.write(row, {
        id: data.uuid ?? data.id ?? [data.distinct_id, data.timestamp, data.event, all.$current_url, order, items],
        name,
        at: momentOf(data),
        // Who logs in has another distinct_id from then on, in the same browser.
        visitor: all.$device_id || (data.distinct_id ?? undefined),
        customer: all.$user_id ?? undefined,
        ...arrivals.of(data),
        title: all.$title ?? all.title ?? undefined,
        userAgent: all.$raw_user_agent ?? all.$user_agent ?? toldUserAgent(all.$device_type, all.$browser, all.$os),
        language: all.$browser_language ?? undefined,
        items,
        ...((order != null || value != null || all.currency != null) && {
          order: {
            id: order ?? undefined,
            value: value ?? undefined,
            currency: all.currency ?? undefined,
            coupon: all.coupon ?? undefined,
          },
        }),
      });
    }
    return events.converted();
  },
};
