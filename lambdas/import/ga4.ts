import { createHash } from 'node:crypto';
import * as z from 'zod';
import { eventNames } from '../shared/event-names.ts';
import type { Documents } from './documents.ts';
import type { Numbered } from './json-lines.ts';
import { DaySpan, LeftOuts, type Converted } from './shape.ts';
import { micros } from './amounts.ts';
import { CurrencySums } from './currency-sums.ts';
import { hasOneOf, withNoted, type Noted } from './event-address.ts';
import { KeptItems, whyNotKept } from './kept-events.ts';

/** BigQuery writes whole numbers as text, and leaves out what is null. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();
const value = z
  .object({ string_value: text, int_value: text, float_value: text, double_value: text })
  .partial()
  .nullish();
/** A field of a purchase or a product that the shop did not send is no empty one. */
const sent = text.transform((one) => (one === '(not set)' || one === '' ? undefined : one));
const item = z
  .looseObject({ item_id: sent, item_name: sent, item_category: sent, price: text, quantity: text })
  .partial();

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
      dclid: text,
      srsltid: text,
    })
    .partial()
    .nullish(),
  session_traffic_source_last_click: z
    .object({
      google_ads_campaign: z.object({ campaign_id: text, campaign_name: text }).partial().nullish(),
    })
    .partial()
    .nullish()
    .catch(undefined),
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

/** What a shop sends of a product: the rest is added by GA4, and may differ between two exports of a day. */
const ofItem = (
  'item_id item_name item_brand item_variant item_category item_category2 item_category3 item_category4 ' +
  'item_category5 price quantity coupon affiliation location_id item_list_id item_list_name item_list_index ' +
  'promotion_id promotion_name creative_name creative_slot'
).split(' ');
/** Parameters that GA4 adds, which may differ between two exports of a day. */
const added =
  /^(?:ga_.*|batch_.*|.*engage.*|entrances|source|medium|campaign|term|content|campaign_id|.*clid|srsltid|debug_.*)$/;

type Params = ReadonlyMap<string, string | undefined>;
const paramsOf = (event: Ga4Event): Params =>
  new Map(
    event.event_params.map(({ key, value: one }) => [
      key,
      one?.string_value ?? one?.int_value ?? one?.double_value ?? one?.float_value ?? undefined,
    ]),
  );

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

/** GA4 writes in brackets that it knows nothing: (not set), (direct), (none). */
const said = (one: string | null | undefined) => (one == null || /^\(.*\)$/.test(one) || one === '' ? undefined : one);

/** Click ids that GA4 may note beside an address. */
const clicks = ['gclid', 'dclid', 'gbraid', 'wbraid', 'srsltid'];
const campaignNumbers = ['utm_id', 'gad_campaignid', 'campaignid', 'campaign_id', 'hsa_cam'];
const googleClicks = ['gclid', 'gbraid', 'wbraid', 'gad_source', 'gad_campaignid'];

/** The campaign of Google Ads to which GA4 attributes the session, perhaps by an earlier session's click. */
function attributed({ session_traffic_source_last_click: last }: Ga4Event): Noted {
  const ads = last?.google_ads_campaign;
  return { utm_campaign: said(ads?.campaign_name), utm_id: said(ads?.campaign_id) };
}
const isNoted = (noted: Noted) => Object.values(noted).some((one) => one !== undefined);

/** Mediums by which GA4 names what it found by the referrer alone. */
const found = /^(?:organic|referral)$/i;

/** Where an event came from, as GA4 noted it: by its link, or by its referrer alone. */
interface Origin {
  readonly campaign: Noted;
  readonly isFound: boolean;
}

/** What GA4 noted with an event. `traffic_source` is of the visitor's first visit, and not read. */
function originOf({ collected_traffic_source: source }: Ga4Event, params: Params): Origin {
  const collected: Noted = {
    utm_source: said(source?.manual_source),
    utm_medium: said(source?.manual_medium),
    utm_campaign: said(source?.manual_campaign_name),
    utm_id: said(source?.manual_campaign_id),
    utm_term: said(source?.manual_term),
    utm_content: said(source?.manual_content),
  };
  // Older exports have it among the parameters, where a shop may have one of its own called `source`.
  const [from, medium] = [said(params.get('source')), said(params.get('medium'))];
  const older: Noted =
    from === undefined || medium === undefined
      ? {}
      : {
          utm_source: from,
          utm_medium: medium,
          utm_campaign: said(params.get('campaign')),
          utm_id: said(params.get('campaign_id')),
          utm_term: said(params.get('term')),
          utm_content: said(params.get('content')),
        };
  const campaign = isNoted(collected) ? collected : older;
  const isNamed = campaign['utm_campaign'] !== undefined || campaign['utm_id'] !== undefined;
  return { campaign, isFound: !isNamed && found.test(campaign['utm_medium'] ?? '') };
}

/** A page's address with what GA4 noted beside it, its referrer, and whether somebody clicked on one of Google's ads. */
interface Page {
  readonly url: string | undefined;
  readonly referrer: string;
  readonly isAdClick: boolean;
}

function pageOf(event: Ga4Event, params: Params): Page {
  const location = params.get('page_location');
  // The shop told GA4 whose links count as none.
  const isIgnored = ['true', '1'].includes(params.get('ignore_referrer') ?? '');
  const referrer = isIgnored ? '' : (params.get('page_referrer') ?? '');
  if (location === undefined) return { url: undefined, referrer, isAdClick: false };
  const source: Noted = { ...event.collected_traffic_source };
  const clicked = withNoted(location, Object.fromEntries(clicks.map((id) => [id, said(source[id] ?? params.get(id))])));
  const isAdClick = hasOneOf(clicked, googleClicks);
  const { campaign, isFound } = originOf(event, params);
  // A referrer is judged as one: a page of payment, or of the shop itself, brings nobody.
  if (isFound && !isAdClick) {
    const host = campaign['utm_source'] ?? '';
    if (referrer !== '' || isIgnored) return { url: clicked, referrer, isAdClick };
    return host.includes('.')
      ? { url: clicked, referrer: `https://${host}/`, isAdClick }
      : { url: withNoted(clicked, campaign), referrer, isAdClick };
  }
  if (!isAdClick) return { url: withNoted(clicked, campaign), referrer, isAdClick };
  // With a click in this event the campaign is this click's; without one it may be an earlier session's.
  const ads = attributed(event);
  const url = withNoted(clicked, isNoted(campaign) && !isFound ? campaign : ads);
  // Where the link calls the campaign otherwise than Google Ads does, the two meet by its number. It is taken where the
  // address itself has the click: then all events of the page have it, and none of them seems to be of another campaign.
  const isToNumber = hasOneOf(location, googleClicks) && !hasOneOf(url, campaignNumbers);
  return { url: isToNumber ? withNoted(url, { gad_campaignid: ads['utm_id'] }) : url, referrer, isAdClick };
}

interface EventRecord {
  readonly day: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Why the lake would not keep it. */
  readonly why: string | undefined;
  readonly isAdClick: boolean;
}

/** The number of an order: older exports have it among the parameters alone. */
const orderOf = ({ ecommerce }: Ga4Event, params: Params) =>
  ecommerce?.transaction_id ?? sent.parse(params.get('transaction_id')) ?? undefined;

function eventRecord(event: Ga4Event, kept: KeptItems): EventRecord | undefined {
  if (!/^\d{12,17}$/.test(event.event_timestamp)) return undefined;
  const at = BigInt(event.event_timestamp);
  const params = paramsOf(event);
  const time = moment(at);
  const name = event.event_name === 'view_search_results' ? 'search' : event.event_name;
  const { url, referrer, isAdClick } = pageOf(event, params);
  const offset = /^\d+$/.test(event.event_server_timestamp_offset ?? '')
    ? BigInt(event.event_server_timestamp_offset ?? 0)
    : 0n;
  const order = orderOf(event, params);
  const revenue = event.ecommerce?.purchase_revenue ?? params.get('value');
  const hasShop = order !== undefined || revenue !== undefined || (event.items?.length ?? 0) > 0;
  const amount = revenue === undefined ? undefined : Number(revenue);
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

/** A filter of internal traffic that is being tested, not yet in force, marks events and lets them through. */
const isInternal = (event: Ga4Event) => paramsOf(event).get('traffic_type') === 'internal';

/** Sessions that GA4 attributes to Google Ads, and those of them in which an ad was clicked. */
class AttributedSessions {
  readonly #all = new Set<string>();
  readonly #clicked = new Set<string>();

  look(event: Ga4Event, isAdClick: boolean): void {
    if (!isNoted(attributed(event))) return;
    const session = `${event.user_pseudo_id ?? ''} ${paramsOf(event).get('ga_session_id') ?? ''}`;
    this.#all.add(session);
    if (isAdClick) this.#clicked.add(session);
  }

  get notes(): string[] {
    const without = this.#all.size - this.#clicked.size;
    return without === 0
      ? []
      : [
          `${without} ${without === 1 ? 'session' : 'sessions'} that GA4 attributes to Google Ads without a click id: the click may be an earlier session's. Their address and referrer say here where they came from.`,
        ];
  }
}

/** Writes the events of GA4's export to BigQuery, of JSON or of Parquet, as the shop's own tracker sends them. */
export async function convertGa4(records: AsyncIterable<Numbered>, documents: Documents): Promise<Converted> {
  const leftOut = new LeftOuts();
  const days = new DaySpan();
  const revenue = new CurrencySums();
  const [sessions, items] = [new AttributedSessions(), new KeptItems()];
  let [rows, purchases, unnumbered] = [0, 0, false];
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
    if (isInternal(event.data)) {
      leftOut.add('an event of the shop’s own people, as a filter of GA4 marks it (traffic_type: internal)', row);
      continue;
    }
    const one = eventRecord(event.data, items);
    if (!one) {
      leftOut.add('no event_timestamp in microseconds', row);
      continue;
    }
    if (one.why !== undefined) {
      leftOut.add(one.why, row);
      continue;
    }
    sessions.look(event.data, one.isAdClick);
    unnumbered ||= event.data.batch_event_index == null;
    days.add(one.day);
    if (event.data.event_name === 'purchase') {
      purchases++;
      const currency = event.data.event_params.find(({ key }) => key === 'currency')?.value?.string_value;
      const order = orderOf(event.data, paramsOf(event.data));
      if (order !== undefined) orders.add(order);
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
      ...items.notes,
      ...sessions.notes,
      ...(unnumbered
        ? ['Events without batch_event_index, as older exports have them: of two that tell the same, one is counted.']
        : []),
      'GA4 keeps the kind of device, not what the browser sent: the browser is that of its kind.',
    ],
  };
}
