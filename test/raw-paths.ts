/** The paths to the conversions of a lake without dirt, from its raw events and orders in plain TypeScript. */
import { parisDay, utcDay, type Ad, type Conversion, type Deal, type Event } from './raw-world.ts';

/** Where a page says that its visitor came from. */
interface Origin {
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  readonly id: string;
}

interface Session {
  readonly visitor: string;
  readonly customer: string | null;
  readonly at: number;
  readonly channel: string;
  readonly deal: Deal | undefined;
  /** The reported campaign, as `platform id`. */
  readonly campaign: string | undefined;
}

export interface Touch {
  readonly at: number;
  readonly channel: string;
  readonly deal: string | null;
  readonly campaign?: string | undefined;
}

const networks: Readonly<Record<string, 'search' | 'social' | 'video' | 'ai'>> = {
  google: 'search', bing: 'search', ecosia: 'search', duckduckgo: 'search', qwant: 'search', facebook: 'social', instagram: 'social', tiktok: 'social', pinterest: 'social', youtube: 'video',
  chatgpt: 'ai', perplexity: 'ai', 'gemini.google': 'ai',
};

/** `https://l.instagram.com/` → `instagram`; a host that is none of the networks stays as it is. */
function siteOf(host: string): string {
  const bare = host.replace(/^(?:www|l|m)\./, '').replace(/\.(?:com|fr|org|ai)$/, '');
  return bare in networks ? bare : host;
}

/** Advertising platforms by the click ids of their ads: an id beats a medium that is missing. Those of free links say nothing. */
const clickIds: Readonly<Record<string, readonly [source: string, medium: string]>> = {
  gclid: ['google', 'cpc'], gbraid: ['google', 'cpc'], wbraid: ['google', 'cpc'], ttclid: ['tiktok', 'paid_social'],
};

/** Hosts that buyers come back from in this market, and the shop's own. */
const isBack = (host: string): boolean => /(?:^|\.)(?:sillage-cosmetics\.example|paypal\.com|stripe\.com|wlp-acs\.com|getalma\.eu|klarna\.com|shop\.app)$/.test(host)
  || ['3ds-acs.banque-du-midi.example', 'accounts.google.com', 'appleid.apple.com'].includes(host);

/** As names are compared: one form of Unicode, lower case, single spaces. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll(/ +/g, ' ').trim();

function originOf(url: string, referrer: string): Origin | undefined {
  const page = new URL(url, 'https://www.sillage-cosmetics.example');
  const from = referrer === '' ? undefined : new URL(referrer).host;
  const outside = from === undefined || isBack(from) ? undefined : from;
  const parameter = (name: string): string => folded(page.searchParams.get(name) ?? '');
  const click = Object.keys(clickIds).find((name) => page.searchParams.has(name));
  const [clickSource, clickMedium] = clickIds[click ?? ''] ?? [undefined, undefined];
  const source = siteOf(parameter('utm_source') || (clickSource ?? (outside === undefined ? '' : siteOf(outside))));
  if (source === '') return undefined;
  const kind = networks[source];
  const natural = kind === 'search' ? 'organic' : kind === 'ai' ? 'ai-assistant' : 'referral';
  const medium = parameter('utm_medium') || (clickMedium ?? (parameter('utm_source') === '' ? natural : '(not set)'));
  return { source, medium, campaign: parameter('utm_campaign'), id: parameter('gad_campaignid') || parameter('utm_id') };
}

const platforms: Readonly<Record<string, Ad['platform']>> = { google: 'google_ads', youtube: 'google_ads', facebook: 'meta_ads', instagram: 'meta_ads', tiktok: 'tiktok_ads' };

/** The campaign that a link names, by its number or by its name within the platform of its source, as last reported from 30 days before to the day after. */
function campaignOf(origin: Origin | undefined, ads: readonly Ad[], day: string): Ad | undefined {
  if (origin === undefined || !/cp|paid|display/.test(origin.medium)) return undefined;
  const [from, to] = [utcDay(Date.parse(day) - 30 * 86_400_000), utcDay(Date.parse(day) + 86_400_000)];
  const known = ads.filter((ad) => ad.platform === platforms[origin.source] && ad.day >= from && ad.day <= to).toSorted((a, b) => (a.day < b.day ? -1 : 1));
  return known.findLast((ad) => ad.campaign === origin.id) ?? known.findLast((ad) => folded(ad.name) === origin.campaign);
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

const pathOf = (url: string): string => new URL(url, 'https://www.sillage-cosmetics.example').pathname.toLowerCase();

function latest(deals: readonly Deal[]): Deal | undefined {
  return deals.toSorted((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from > b.from ? -1 : 1))[0];
}

/** The deal whose own landing page, or whose UTM parameters, brought somebody on a day. */
function dealOf(deals: readonly Deal[], day: string, url: string, origin: Origin | undefined): Deal | undefined {
  return latest(deals.filter((deal) => deal.from <= day && day <= deal.to && (deal.path === pathOf(url) || (origin?.source === deal.source && origin.campaign === deal.campaign))));
}

/** The channel of a visit, and its reported campaign. */
function told(origin: Origin | undefined, deal: Deal | undefined, ads: readonly Ad[], day: string): { channel: string; campaign: string | undefined } {
  const campaign = deal ? undefined : campaignOf(origin, ads, day);
  return { channel: deal ? 'Influencer' : campaign?.channel ?? channelOf(origin), campaign: campaign && `${campaign.platform} ${campaign.campaign}` };
}

/** One walk through each visitor's events. */
export function sessionsOf(events: readonly Event[], deals: readonly Deal[], ads: readonly Ad[]): Session[] {
  const found: { events: Event[]; first: { event: Event; origin: Origin } | undefined }[] = [];
  let before: Event | undefined;
  let open: (typeof found)[number] | undefined;
  for (const event of events.toSorted((a, b) => (a.visitor === b.visitor ? a.at - b.at || (a.id < b.id ? -1 : 1) : a.visitor < b.visitor ? -1 : 1))) {
    const origin = originOf(event.url, event.referrer);
    const goesOn = open !== undefined && before?.visitor === event.visitor && event.at - before.at <= 1_800_000
      && !(origin && open.first && JSON.stringify(origin) !== JSON.stringify(open.first.origin));
    if (!open || !goesOn) {
      open = { events: [], first: undefined };
      found.push(open);
    }
    open.events.push(event);
    open.first ??= origin && { event, origin };
    before = event;
  }
  return found.flatMap(({ events: of, first }) => {
    const [start] = of;
    if (!start) return [];
    const deal = dealOf(deals, parisDay(start.at), first?.event.url ?? start.url, first?.origin);
    return [{ visitor: start.visitor, customer: of.findLast(({ customer }) => customer !== null)?.customer ?? null, at: start.at, deal, ...told(first?.origin, deal, ads, utcDay(start.at)) }];
  });
}

/** The path of each conversion, oldest touch first. */
export function pathsOf(conversions: readonly Conversion[], sessions: readonly Session[], deals: readonly Deal[], ads: readonly Ad[]): Map<string, Touch[]> {
  const byVisitor = new Map<string, Session[]>();
  for (const session of sessions) byVisitor.set(session.visitor, [...(byVisitor.get(session.visitor) ?? []), session]);
  return new Map(conversions.map((order) => {
    const path: Touch[] = [];
    for (const all of byVisitor.values()) {
      const browser = all.filter(({ at }) => at < order.at + 1000 && at >= order.at - 90 * 86_400_000).toSorted((a, b) => a.at - b.at);
      if (order.customer === null || !browser.some(({ customer }) => customer === order.customer)) continue;
      const last = browser.findLast(({ customer }) => customer !== null)?.customer;
      for (const { at, channel, deal, customer, campaign } of browser) if ((customer ?? last) === order.customer) path.push({ at: Math.min(at, order.at), channel, deal: deal?.id ?? null, campaign });
    }
    path.sort((a, b) => a.at - b.at);
    if (path.length === 0) {
      const origin = originOf(order.landing, order.referrer);
      const deal = dealOf(deals, order.day, order.landing, origin);
      path.push({ at: order.at, deal: deal?.id ?? null, ...told(origin, deal, ads, utcDay(order.at)) });
    }
    const code = latest(deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to));
    if (code && !path.some(({ deal, at }) => deal === code.id && at >= order.at - 7 * 86_400_000)) path.push({ at: order.at, channel: 'Influencer', deal: code.id });
    return [order.id, path];
  }));
}

/** The last touch within 30 days that is not Direct. */
export function lastTouch(path: readonly Touch[], at: number): Touch | undefined {
  const within = path.filter((touch, n) => touch.at >= at - 30 * 86_400_000 || n === path.length - 1);
  return within.findLast(({ channel }) => channel !== 'Direct') ?? path.at(-1);
}

/** Its channel. */
export const lastNonDirect = (path: readonly Touch[], at: number): string => lastTouch(path, at)?.channel ?? 'Direct';

/** The deal that brought an order: its code's, or else that of the last link of 30 days. */
export function broughtBy(order: Conversion, path: readonly Touch[], deals: readonly Deal[]): { deal: Deal; by: 'promo_code' | 'link' } | undefined {
  const code = latest(deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to));
  if (code) return { deal: code, by: 'promo_code' };
  const link = path.findLast((touch) => touch.deal !== null && touch.at >= order.at - 30 * 86_400_000)?.deal;
  const deal = deals.find(({ id }) => id === link);
  return deal && { deal, by: 'link' };
}
