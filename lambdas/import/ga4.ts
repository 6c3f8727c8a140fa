import { createHash } from 'node:crypto';
import * as z from 'zod';
import { eventNames } from '../shared/event-names.ts';
import type { Documents } from './documents.ts';
import type { Numbered } from './json-lines.ts';
import { DaySpan, LeftOuts, type Converted } from './shape.ts';
import { micros } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';

/** BigQuery writes whole numbers as text, and leaves out what is null. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();
const value = z
  .object({ string_value: text, int_value: text, float_value: text, double_value: text })
  .partial()
  .nullish();
/** A field of a purchase or a product that the shop did not send is no empty one. */
const sent = text.transform((one) => (one === '(not set)' ? undefined : one));
const item = z.object({ item_id: sent, item_name: sent, item_category: sent, price: text, quantity: text }).partial();

const eventSchema = z.object({
  event_name: z.string(),
  event_timestamp: z.union([z.string(), z.number()]).transform(String),
  event_server_timestamp_offset: text,
  event_bundle_sequence_id: text,
  batch_event_index: text,
  event_params: z.array(z.object({ key: z.string(), value })).default([]),
  user_pseudo_id: text,
  user_id: text,
  privacy_info: z.object({ analytics_storage: text, ads_storage: text }).partial().nullish(),
  device: z
    .object({
      category: text,
      operating_system: text,
      language: text,
      web_info: z.object({ browser: text, hostname: text }).partial().nullish(),
    })
    .partial()
    .nullish(),
  collected_traffic_source: z
    .object({
      manual_source: text,
      manual_medium: text,
      manual_campaign_name: text,
      manual_campaign_id: text,
      manual_term: text,
      manual_content: text,
      gclid: text,
    })
    .partial()
    .nullish(),
  ecommerce: z.object({ transaction_id: sent, purchase_revenue: text }).partial().nullish(),
  items: z.array(item).nullish(),
});
type Ga4Event = z.infer<typeof eventSchema>;

/** GA4's names that Sillage reads; the others are GA4's own bookkeeping (session_start, user_engagement, scroll…). */
const read = new Set<string>([...eventNames, 'view_search_results']);

/** A browser of the kind that GA4 tells: it keeps the kind of device, not what the browser sent. */
const agents: readonly (readonly [RegExp, string])[] = [
  [
    /^mobile ios/,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  ],
  [
    /^mobile/,
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  ],
  [
    /^tablet ios/,
    'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  ],
  [
    /^tablet/,
    'Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  [
    /^desktop macintosh|^desktop mac/,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  ],
  [
    /^desktop/,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
];

function userAgent(device: Ga4Event['device']): string | undefined {
  const kind = `${device?.category ?? ''} ${device?.operating_system ?? ''}`.trim().toLowerCase();
  return agents.find(([pattern]) => pattern.test(kind))?.[1];
}

/** A UUID of what makes an event of GA4 one: BigQuery gives it no id. */
function eventId(event: Ga4Event, page: string | undefined): string {
  const {
    user_pseudo_id: visitor,
    event_timestamp: at,
    event_name: name,
    event_bundle_sequence_id: bundle,
    batch_event_index: index,
  } = event;
  const hex = createHash('sha256')
    .update(JSON.stringify([visitor, at, name, bundle, index, page]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

const moment = (microseconds: bigint) => new Date(Number(microseconds / 1000n)).toISOString();

/** The page's address with the campaign that GA4 noted beside it, where the address does not name one. */
function pageUrl(location: string, source: Ga4Event['collected_traffic_source']): string {
  if (source?.manual_source == null || !URL.canParse(location)) return location;
  const url = new URL(location);
  if ([...url.searchParams.keys()].some((name) => name.startsWith('utm_') || name === 'gclid')) return location;
  const noted = {
    utm_source: source.manual_source,
    utm_medium: source.manual_medium,
    utm_campaign: source.manual_campaign_name,
    utm_id: source.manual_campaign_id,
    utm_term: source.manual_term,
    utm_content: source.manual_content,
    gclid: source.gclid,
  };
  for (const [name, one] of Object.entries(noted)) if (one != null) url.searchParams.set(name, one);
  return url.toString();
}

function eventRecord(
  event: Ga4Event,
): { readonly day: string; readonly record: Readonly<Record<string, unknown>> } | undefined {
  if (!/^\d{12,17}$/.test(event.event_timestamp)) return undefined;
  const at = BigInt(event.event_timestamp);
  const params = new Map(
    event.event_params.map(({ key, value: one }) => [
      key,
      one?.string_value ?? one?.int_value ?? one?.double_value ?? one?.float_value ?? undefined,
    ]),
  );
  const time = moment(at);
  const name = event.event_name === 'view_search_results' ? 'search' : event.event_name;
  const location = params.get('page_location');
  const offset = /^\d+$/.test(event.event_server_timestamp_offset ?? '')
    ? BigInt(event.event_server_timestamp_offset ?? 0)
    : 0n;
  const order = event.ecommerce?.transaction_id ?? params.get('transaction_id');
  const revenue = event.ecommerce?.purchase_revenue ?? params.get('value');
  const hasShop = order !== undefined || revenue !== undefined || (event.items?.length ?? 0) > 0;
  return {
    day: time.slice(0, 10),
    record: {
      event_id: eventId(event, location),
      event_name: name,
      event_time: time,
      received_at: moment(at + offset),
      visitor_id: event.user_pseudo_id ?? null,
      customer_id: event.user_id ?? null,
      page: {
        url: location === undefined ? undefined : pageUrl(location, event.collected_traffic_source),
        referrer: params.get('page_referrer') ?? '',
        title: params.get('page_title') ?? '',
      },
      user_agent: userAgent(event.device),
      language: event.device?.language ?? undefined,
      consent: {
        analytics: event.privacy_info?.analytics_storage !== 'No',
        ads: event.privacy_info?.ads_storage === 'Yes',
      },
      ...(hasShop && {
        ecommerce: {
          transaction_id: name === 'purchase' ? order : undefined,
          value: revenue === undefined ? undefined : Number(revenue),
          currency: params.get('currency'),
          coupon: params.get('coupon'),
          items: event.items?.map((one) => ({
            item_id: one.item_id,
            item_name: one.item_name,
            item_category: one.item_category,
            price: one.price == null ? undefined : Number(one.price),
            quantity: one.quantity == null ? undefined : Number(one.quantity),
          })),
        },
      }),
    },
  };
}

/** Writes the events of GA4's export to BigQuery, of JSON or of Parquet, as the shop's own tracker sends them. */
export async function convertGa4(records: AsyncIterable<Numbered>, documents: Documents): Promise<Converted> {
  const leftOut = new LeftOuts();
  const days = new DaySpan();
  const revenue = new CurrencySums();
  let [rows, purchases] = [0, 0];
  const orders = new Set<string>();
  for await (const { row, record: raw } of records) {
    rows++;
    const event = eventSchema.safeParse(raw);
    if (!event.success) {
      leftOut.add(`not an event as GA4 exports one (${event.error.issues[0]?.path.join('.') ?? ''})`, row);
      continue;
    }
    if (!read.has(event.data.event_name)) {
      leftOut.add(`${event.data.event_name}: an event that Sillage does not need`, row);
      continue;
    }
    const one = eventRecord(event.data);
    if (!one) {
      leftOut.add('no event_timestamp in microseconds', row);
      continue;
    }
    days.add(one.day);
    if (event.data.event_name === 'purchase') {
      purchases++;
      const currency = event.data.event_params.find(({ key }) => key === 'currency')?.value?.string_value;
      const order = event.data.ecommerce?.transaction_id;
      if (order != null) orders.add(order);
      revenue.add(
        'purchase_revenue',
        micros(event.data.ecommerce?.purchase_revenue ?? '') ?? 0n,
        currency ?? undefined,
      );
    }
    await documents.line('web/events', one.day, row, one.record);
  }
  return {
    currencies: revenue.currencies,
    timeZone: 'UTC',
    days: days.range,
    rows,
    leftOut: leftOut.all,
    totals: [
      { what: 'events', imported: String(documents.records) },
      { what: 'purchases', imported: String(purchases) },
      ...revenue.totals,
    ],
    notes: [
      ...(purchases > 0 && orders.size === 0
        ? ['No purchase has a transaction_id, so none can be joined to its order.']
        : []),
      'GA4 keeps the kind of device, not what the browser sent: the browser is that of its kind.',
    ],
  };
}
