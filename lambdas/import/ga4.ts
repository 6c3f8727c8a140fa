import { createHash } from 'node:crypto';
import { eventNames } from '../shared/event-names.ts';
import type { Documents } from './documents.ts';
import type { Numbered } from './json-lines.ts';
import { DaySpan, LeftOuts, type Converted } from './shape.ts';
import { micros } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { eventSchema, isInternal, orderOf, paramsOf, text, type Ga4Event, type Params } from './ga4-event.ts';
import { hostOf } from './event-address.ts';
import { attributed, isNoted, pageOf } from './ga4-page.ts';
import { KeptAmounts, KeptItems, whyNotKept } from './kept-events.ts';
import { Sites } from './sites.ts';

/** GA4's names that Sillage reads; the others are GA4's own bookkeeping (session_start, user_engagement, scroll…). */
const read = new Set<string>([...eventNames, 'view_search_results']);

/** A browser of the kind that GA4 tells: it keeps the kind of device, not what the browser sent. */
const agents: readonly (readonly [RegExp, string])[] = [
  [
    /^mobile ios/,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/18.0 Mobile/15E148 Safari/604.1',
  ],
  [
    /^mobile/,
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  ],
  [
    /^tablet ios/,
    'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 ' +
      'Mobile/15E148 Safari/604.1',
  ],
  [
    /^tablet/,
    'Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  [
    /^desktop macintosh|^desktop mac/,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 ' +
      'Safari/605.1.15',
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

/** What a shop sends of a product: the rest is added by GA4, and may differ between two exports of a day. */
const ofItem = (
  'item_id item_name item_brand item_variant item_category item_category2 item_category3 item_category4 ' +
  'item_category5 price quantity coupon affiliation location_id item_list_id item_list_name item_list_index ' +
  'promotion_id promotion_name creative_name creative_slot'
).split(' ');
/** Parameters that GA4 adds, which may differ between two exports of a day. */
const added =
  /^(?:ga_.*|batch_.*|.*engage.*|entrances|source|medium|campaign|term|content|campaign_id|.*clid|srsltid|debug_.*)$/;

/** What an event tells: the events of a batch have one moment, and older exports do not number them. */
const toldBy = (event: Ga4Event, params: Params) => [
  event.items?.map((one) => ofItem.map((name) => text.safeParse(one[name]).data ?? null)) ?? [],
  [...params].filter(([key]) => !added.test(key)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
];

/** A UUID of what makes an event of GA4 one: BigQuery gives it no id. */
function eventId(event: Ga4Event, params: Params): string {
  const {
    user_pseudo_id: visitor,
    event_timestamp: at,
    event_name: name,
    event_bundle_sequence_id: bundle,
    batch_event_index: index,
  } = event;
  const page = params.get('page_location');
  const hex = createHash('sha256')
    .update(JSON.stringify([visitor, at, name, bundle, index, page, ...(index == null ? toldBy(event, params) : [])]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

const moment = (microseconds: bigint) => new Date(Number(microseconds / 1000n)).toISOString();

interface EventRecord {
  readonly day: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Why the lake would not keep it. */
  readonly why: string | undefined;
  readonly isAdClick: boolean;
}

function eventRecord(event: Ga4Event, params: Params, kept: KeptItems, amounts: KeptAmounts): EventRecord | undefined {
  if (!/^\d{12,17}$/.test(event.event_timestamp)) return undefined;
  const at = BigInt(event.event_timestamp);
  const time = moment(at);
  const name = event.event_name === 'view_search_results' ? 'search' : event.event_name;
  const { url, referrer, isAdClick } = pageOf(event, params);
  const offset = /^\d+$/.test(event.event_server_timestamp_offset ?? '')
    ? BigInt(event.event_server_timestamp_offset ?? 0)
    : 0n;
  const order = orderOf(event, params);
  const revenue = event.ecommerce?.purchase_revenue ?? params.get('value');
  const hasShop = order !== undefined || revenue !== undefined || (event.items?.length ?? 0) > 0;
  const amount = amounts.of(revenue);
  return {
    day: time.slice(0, 10),
    why: whyNotKept({ name, url, value: amount, currency: hasShop ? params.get('currency') : undefined }),
    isAdClick,
    record: {
      event_id: eventId(event, params),
      event_name: name,
      event_time: time,
      received_at: moment(at + offset),
      visitor_id: event.user_pseudo_id ?? null,
      customer_id: event.user_id ?? null,
      page: {
        url,
        referrer,
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
          value: amount,
          currency: params.get('currency'),
          coupon: params.get('coupon'),
          items: kept.of(
            event.items?.map((one) => ({
              item_id: one.item_id,
              item_name: one.item_name,
              item_category: one.item_category,
              price: one.price == null ? undefined : Number(one.price),
              quantity: one.quantity == null ? undefined : Number(one.quantity),
            })),
          ),
        },
      }),
    },
  };
}

/** Sessions that GA4 attributes to Google Ads, and those of them in which an ad was clicked. */
class AttributedSessions {
  readonly #all = new Set<string>();
  readonly #clicked = new Set<string>();

  look(event: Ga4Event, params: Params, isAdClick: boolean): void {
    if (!isNoted(attributed(event))) return;
    const session = `${event.user_pseudo_id ?? ''} ${params.get('ga_session_id') ?? ''}`;
    this.#all.add(session);
    if (isAdClick) this.#clicked.add(session);
  }

  get notes(): string[] {
    const without = this.#all.size - this.#clicked.size;
    return without === 0
      ? []
      : [
          `${without} ${without === 1 ? 'session' : 'sessions'} that GA4 attributes to Google Ads without a ` +
            `click id: the click may be an earlier session's. Their address and referrer say here where they ` +
            'came from.',
        ];
  }
}

/** Writes the events of GA4's export to BigQuery, of JSON or of Parquet, as the shop's own tracker sends them. */
export async function convertGa4(records: AsyncIterable<Numbered>, documents: Documents): Promise<Converted> {
  const leftOut = new LeftOuts();
  const days = new DaySpan();
  const revenue = new CurrencySums();
  const [sessions, items, amounts, sites] = [new AttributedSessions(), new KeptItems(), new KeptAmounts(), new Sites()];
  let [rows, purchases, nobodys, unnumbered] = [0, 0, 0, false];
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
    const params = paramsOf(event.data);
    if (isInternal(params)) {
      leftOut.add('an event of the shop’s own people, as a filter of GA4 marks it (traffic_type: internal)', row);
      continue;
    }
    const one = eventRecord(event.data, params, items, amounts);
    if (!one) {
      leftOut.add('no event_timestamp in microseconds', row);
      continue;
    }
    if (one.why !== undefined) {
      leftOut.add(one.why, row);
      continue;
    }
    sessions.look(event.data, params, one.isAdClick);
    const { stream_id: stream } = event.data;
    if (stream != null) sites.add(stream, `${hostOf(params.get('page_location') ?? '')} (stream ${stream})`);
    unnumbered ||= event.data.batch_event_index == null;
    days.add(one.day);
    if (!event.data.user_pseudo_id) nobodys++;
    if (event.data.event_name === 'purchase') {
      purchases++;
      const currency = event.data.event_params.find(({ key }) => key === 'currency')?.value?.string_value;
      const order = orderOf(event.data, params);
      if (order !== undefined) orders.add(order);
      revenue.add(
        'purchase_revenue',
        micros(event.data.ecommerce?.purchase_revenue ?? params.get('value') ?? '') ?? 0n,
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
      ...(nobodys > 0
        ? [
            `${nobodys} of ${documents.records} events name no visitor (user_pseudo_id), as where consent is ` +
              'refused: they are in no session, and orders of such visitors are found by a code or by the page ' +
              'that the shop noted alone.',
          ]
        : []),
      ...amounts.notes,
      ...items.notes,
      ...sites.notes,
      ...sessions.notes,
      ...(unnumbered
        ? ['Events without batch_event_index, as older exports have them: of two that tell the same, one is counted.']
        : []),
      'GA4 keeps the kind of device, not what the browser sent: the browser is that of its kind.',
    ],
  };
}
