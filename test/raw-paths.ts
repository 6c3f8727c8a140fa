/** The paths to the conversions of a lake without dirt, from its raw events and orders in plain TypeScript. */
import {
  barePath,
  networkOf,
  parisDay,
  utcDay,
  type Ad,
  type Conversion,
  type Deal,
  type Event,
  type Placed,
} from './raw-world.ts';

/** Where a page says that its visitor came from. */
interface Origin {
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  readonly id: string;
  readonly content: string;
}

interface Session {
  readonly visitor: string;
  readonly customer: string | null;
  readonly at: number;
  readonly end: number;
  readonly channel: string;
  readonly deal: Deal | undefined;
  /** The reported campaign, as `platform id`. */
  readonly campaign: string | undefined;
  /** Whether it is not known where it came from: consent came after its first page. */
  readonly isUnplaced: boolean;
}

export interface Touch {
  readonly at: number;
  readonly channel: string;
  readonly deal: string | null;
  readonly campaign?: string | undefined;
  /** Whether it is not known where it came from. */
  readonly isUnknown?: boolean;
}

const networks: Readonly<Record<string, 'search' | 'social' | 'video' | 'ai'>> = {
  google: 'search',
  bing: 'search',
  ecosia: 'search',
  duckduckgo: 'search',
  qwant: 'search',
  facebook: 'social',
  instagram: 'social',
  tiktok: 'social',
  pinterest: 'social',
  youtube: 'video',
  chatgpt: 'ai',
  perplexity: 'ai',
  'gemini.google': 'ai',
};

/** `https://l.instagram.com/` → `instagram`; a host that is none of the networks stays as it is. */
function siteOf(host: string): string {
  const bare = host.replace(/^(?:www|l|m)\./, '').replace(/\.(?:com|fr|org|ai)$/, '');
  return bare in networks ? bare : host;
}

/**
 * Advertising platforms by the click ids of their ads: an id beats a medium that is missing. Those of free links say
 * nothing.
 */
const clickIds: Readonly<Record<string, readonly [source: string, medium: string]>> = {
  gclid: ['google', 'cpc'],
  gbraid: ['google', 'cpc'],
  wbraid: ['google', 'cpc'],
  ttclid: ['tiktok', 'paid_social'],
};

/** Hosts that buyers come back from in this market, and the shop's own. */
const isBack = (host: string): boolean =>
  /(?:^|\.)(?:sillage-cosmetics\.example|paypal\.com|stripe\.com|wlp-acs\.com|getalma\.eu|klarna\.com|shop\.app)$/.test(
    host,
  ) || ['3ds-acs.banque-du-midi.example', 'accounts.google.com', 'appleid.apple.com'].includes(host);

/** As names are compared: one form of Unicode, lower case, single spaces. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll(/ +/g, ' ').trim();

function originOf(url: string, referrer: string): Origin | undefined {
  const page = new URL(url, 'https://www.sillage-cosmetics.example');
  const from = referrer === '' ? undefined : new URL(referrer).host;
  const outside = from === undefined || isBack(from) ? undefined : from;
  const parameter = (name: string): string => folded(page.searchParams.get(name) ?? '');
  const click = Object.keys(clickIds).find((name) => page.searchParams.has(name));
  const [clickSource, clickMedium] = clickIds[click ?? ''] ?? [undefined, undefined];
  const source = siteOf(
    networkOf(parameter('utm_source')) || (clickSource ?? (outside === undefined ? '' : siteOf(outside))),
  );
  if (source === '') return undefined;
  const kind = networks[source];
  const natural = kind === 'search' ? 'organic' : kind === 'ai' ? 'ai-assistant' : 'referral';
  const medium = parameter('utm_medium') || (clickMedium ?? (parameter('utm_source') === '' ? natural : '(not set)'));
  return {
    source,
    medium,
    campaign: parameter('utm_campaign'),
    id: parameter('gad_campaignid') || parameter('utm_id'),
    content: parameter('utm_content'),
  };
}

const platforms: Readonly<Record<string, Ad['platform']>> = {
  google: 'google_ads',
  youtube: 'google_ads',
  facebook: 'meta_ads',
  instagram: 'meta_ads',
  tiktok: 'tiktok_ads',
};

/**
 * The campaign that a link names, by its number or by its name within the platform of its source, as last reported from
 * 30 days before to the day after.
 */
function campaignOf(origin: Origin | undefined, ads: readonly Ad[], day: string): Ad | undefined {
  if (origin === undefined || !/cp|paid|display/.test(origin.medium)) return undefined;
  const [from, to] = [utcDay(Date.parse(day) - 30 * 86_400_000), utcDay(Date.parse(day) + 86_400_000)];
  const known = ads
    .filter((ad) => ad.platform === platforms[origin.source] && ad.day >= from && ad.day <= to)
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  return (
    known.findLast((ad) => ad.campaign === origin.id) ?? known.findLast((ad) => folded(ad.name) === origin.campaign)
  );
}

function channelOf(origin: Origin | undefined): string {
  if (origin === undefined) return 'Direct';
  const { source, medium, campaign } = origin;
  const kind = networks[source];
  const paid = /^(?:.*cp.*|ppc|retargeting|paid.*)$/.test(medium);
  if (campaign.includes('cross-network')) return 'Cross-network';
  if (paid && campaign.includes('shopping')) return 'Paid Shopping';
  if (paid && kind === 'search') return 'Paid Search';
  if (paid && kind === 'social') return 'Paid Social';
  if (paid && kind === 'video') return 'Paid Video';
  if (medium === 'display') return 'Display';
  if (kind === 'social') return 'Organic Social';
  if (kind === 'video') return 'Organic Video';
  if (kind === 'search') return 'Organic Search';
  if (kind === 'ai') return 'AI Assistant';
  if (medium === 'referral') return 'Referral';
  return medium === 'email' ? 'Email' : 'Unassigned';
}

function latest(deals: readonly Deal[]): Deal | undefined {
  return deals.toSorted((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from > b.from ? -1 : 1))[0];
}

/** The deal whose link brought somebody on a day: the one with the most of its link in the landing. */
function dealOf(deals: readonly Deal[], day: string, url: string, origin: Origin | undefined): Deal | undefined {
  const path = barePath(new URL(url, 'https://www.sillage-cosmetics.example').pathname);
  const own = (of: string, here: string | undefined): boolean => of === '' || of === here;
  const tagged = deals.filter(
    (deal) =>
      (deal.linkCampaign !== '' || deal.source !== '') &&
      own(deal.source, origin?.source) &&
      own(deal.medium, origin?.medium) &&
      own(deal.linkCampaign, origin?.campaign),
  );
  const same = tagged.filter((deal) => deal.content !== '' && deal.content === origin?.content);
  const open = tagged.filter((deal) => deal.content === '' || (tagged.length === 1 && deal.linkCampaign !== ''));
  const here = deals.filter((deal) => deal.path === path);
  const classes = [
    same.filter((deal) => here.includes(deal)),
    open.filter((deal) => here.includes(deal)),
    same,
    open,
    here,
  ];
  return classes
    .map((some) => latest(some.filter((deal) => deal.from <= day && day <= deal.to)))
    .find((deal) => deal !== undefined);
}

/** The channel of a visit, and its reported campaign. */
function visitOf(
  origin: Origin | undefined,
  deal: Deal | undefined,
  ads: readonly Ad[],
  day: string,
): { channel: string; campaign: string | undefined } {
  const campaign = deal ? undefined : campaignOf(origin, ads, day);
  return {
    channel: deal ? 'Influencer' : (campaign?.channel ?? channelOf(origin)),
    campaign: campaign && `${campaign.platform} ${campaign.campaign}`,
  };
}

/** One walk through each visitor's events. */
export function sessionsOf(events: readonly Event[], deals: readonly Deal[], ads: readonly Ad[]): Session[] {
  const found: { events: Event[]; first: { event: Event; origin: Origin } | undefined; before: Event | undefined }[] =
    [];
  let before: Event | undefined;
  let open: (typeof found)[number] | undefined;
  for (const event of events.toSorted((a, b) =>
    a.visitor === b.visitor ? a.at - b.at || (a.id < b.id ? -1 : 1) : a.visitor < b.visitor ? -1 : 1,
  )) {
    const origin = originOf(event.url, event.referrer);
    const goesOn =
      open !== undefined &&
      before?.visitor === event.visitor &&
      event.at - before.at <= 1_800_000 &&
      !(
        origin &&
        open.first &&
        JSON.stringify({ ...origin, content: '' }) !== JSON.stringify({ ...open.first.origin, content: '' })
      );
    if (!open || !goesOn) {
      open = { events: [], first: undefined, before: before?.visitor === event.visitor ? before : undefined };
      found.push(open);
    }
    open.events.push(event);
    open.first ??= origin && { event, origin };
    before = event;
  }
  return found.flatMap(({ events: of, first, before: last }) => {
    const [start] = of;
    if (!start) return [];
    const teller = first?.event ?? start;
    const deal = dealOf(deals, parisDay(teller.at), teller.url, first?.origin);
    // Nobody was here on that day or the day before, and yet the visit goes on from a page of the shop.
    const yesterday = start.at - (start.at % 86_400_000) - 86_400_000;
    const isUnplaced = !deal && !first && start.referrer !== '' && (last === undefined || last.at < yesterday);
    return [
      {
        visitor: start.visitor,
        customer: of.findLast(({ customer }) => customer !== null)?.customer ?? null,
        at: start.at,
        end: of.at(-1)?.at ?? start.at,
        deal,
        isUnplaced,
        ...visitOf(first?.origin, deal, ads, utcDay(start.at)),
        ...(isUnplaced && { channel: 'Unassigned' }),
      },
    ];
  });
}

/** What the browsers told of the orders: the first that told a number, near the time of its order. */
function tellersOf(placed: readonly Placed[], events: readonly Event[]): Map<string, Event> {
  const told = events.filter(({ order }) => order !== null).toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return new Map(
    placed.flatMap((order): [string, Event][] => {
      const event = told.find((one) => one.order === order.number && Math.abs(one.at - order.at) <= 86_400_000);
      return event ? [[order.id, event]] : [];
    }),
  );
}

/** The path of each conversion, oldest touch first. */
export function pathsOf(
  conversions: readonly Conversion[],
  placed: readonly Placed[],
  events: readonly Event[],
  sessions: readonly Session[],
  deals: readonly Deal[],
  ads: readonly Ad[],
): Map<string, Touch[]> {
  const byVisitor = new Map<string, Session[]>();
  for (const session of sessions) byVisitor.set(session.visitor, [...(byVisitor.get(session.visitor) ?? []), session]);
  const tellers = tellersOf(placed, events);
  return new Map(
    conversions.map((order) => {
      const kin = placed.filter(
        (one) =>
          one.at <= order.at &&
          one.at >= order.at - 90 * 86_400_000 &&
          (one.id === order.id ||
            (one.customer !== null && one.customer === order.customer) ||
            (one.email !== '' && one.email === order.email)),
      );
      const names = new Set(kin.flatMap(({ customer }) => customer ?? []));
      let path: (Touch & { isUnplaced: boolean })[] = [];
      for (const [visitor, all] of byVisitor) {
        const browser = all
          .filter(({ at }) => at < order.at + 1000 && at >= order.at - 90 * 86_400_000)
          .toSorted((a, b) => a.at - b.at);
        const told = kin.flatMap(({ id }) => tellers.get(id) ?? []).filter((event) => event.visitor === visitor);
        const last = browser.findLast(({ customer }) => customer !== null)?.customer;
        for (const { at, end, channel, deal, customer, isUnplaced, campaign } of browser) {
          const name = customer ?? last;
          const isNamed = name !== null && name !== undefined && names.has(name);
          const isTold =
            told.length > 0 &&
            (customer === null ||
              told.some((event) => event.customer === customer || (event.at >= at && event.at <= end)));
          if (isNamed || isTold)
            path.push({
              at: Math.min(at, order.at),
              channel,
              deal: deal?.id ?? null,
              campaign,
              isUnknown: isUnplaced,
              isUnplaced: isUnplaced && at >= order.at - 86_400_000,
            });
        }
      }
      path.sort((a, b) => a.at - b.at);
      const unplaced = path.find((touch) => touch.isUnplaced);
      if (path.length === 0 || unplaced) {
        const origin = originOf(order.landing, order.referrer);
        const deal = dealOf(deals, order.day, order.landing, origin);
        const landed = {
          at: unplaced?.at ?? order.at,
          deal: deal?.id ?? null,
          isUnplaced: false,
          ...visitOf(origin, deal, ads, utcDay(order.at)),
        };
        path = [
          ...path.filter((touch) => !touch.isUnplaced && touch.at <= landed.at),
          landed,
          ...path.filter((touch) => !touch.isUnplaced && touch.at > landed.at),
        ];
      }
      const code = latest(
        deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to),
      );
      if (code && !path.some(({ deal, at }) => deal === code.id && at >= order.at - 7 * 86_400_000))
        path.push({ at: order.at, channel: 'Influencer', deal: code.id, isUnplaced: false });
      return [order.id, path];
    }),
  );
}

/** The last touch within 30 days that is neither Direct nor from nobody knows where. */
export function lastTouch(path: readonly Touch[], at: number): Touch | undefined {
  const within = path.filter((touch) => touch.at >= at - 30 * 86_400_000);
  return within.findLast(({ channel, isUnknown }) => channel !== 'Direct' && isUnknown !== true) ?? within.at(-1);
}

/** Its channel. */
export const lastNonDirect = (path: readonly Touch[], at: number): string =>
  lastTouch(path, at)?.channel ?? 'Unassigned';

/** The deal that brought an order: its code's, or else that of the last link of 30 days. */
export function broughtBy(
  order: Conversion,
  path: readonly Touch[],
  deals: readonly Deal[],
): { deal: Deal; by: 'promo_code' | 'link' } | undefined {
  const code = latest(
    deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to),
  );
  if (code) return { deal: code, by: 'promo_code' };
  const link = path.findLast((touch) => touch.deal !== null && touch.at >= order.at - 30 * 86_400_000)?.deal;
  const deal = deals.find(({ id }) => id === link);
  return deal && { deal, by: 'link' };
}
