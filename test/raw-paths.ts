/** The paths to the conversions of a lake without dirt, from its raw events and orders in plain TypeScript. */
import { parisDay, type Conversion, type Deal, type Event } from './raw-world.ts';

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
}

export interface Touch {
  readonly at: number;
  readonly channel: string;
  readonly deal: string | null;
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

/** Advertising platforms by their click ids, which say where a visit came from: an id beats a medium that is missing. */
const clickIds: Readonly<Record<string, readonly [source: string, medium: string]>> = {
  gclid: ['google', 'cpc'], gbraid: ['google', 'cpc'], wbraid: ['google', 'cpc'], fbclid: ['facebook', 'paid_social'], ttclid: ['tiktok', 'paid_social'], epik: ['pinterest', 'paid_social'],
};

function originOf(url: string, referrer: string): Origin | undefined {
  const page = new URL(url, 'https://www.sillage-cosmetics.example');
  const from = referrer === '' ? undefined : new URL(referrer).host;
  const outside = from === page.host ? undefined : from;
  const parameter = (name: string): string => (page.searchParams.get(name) ?? '').toLowerCase();
  const click = Object.keys(clickIds).find((name) => page.searchParams.has(name));
  const [clickSource, clickMedium] = clickIds[click ?? ''] ?? [undefined, undefined];
  const source = siteOf(parameter('utm_source') || (clickSource ?? (outside === undefined ? '' : siteOf(outside))));
  if (source === '') return undefined;
  const kind = networks[source];
  const natural = kind === 'search' ? 'organic' : kind === 'ai' ? 'ai-assistant' : 'referral';
  const medium = parameter('utm_medium') || (clickMedium ?? (parameter('utm_source') === '' ? natural : '(not set)'));
  return { source, medium, campaign: parameter('utm_campaign'), id: parameter('utm_id') };
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

/** One walk through each visitor's events. */
export function sessionsOf(events: readonly Event[], deals: readonly Deal[]): Session[] {
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
    return [{ visitor: start.visitor, customer: of.findLast(({ customer }) => customer !== null)?.customer ?? null, at: start.at, channel: deal ? 'Influencer' : channelOf(first?.origin), deal }];
  });
}

/** The path of each conversion, oldest touch first. */
export function pathsOf(conversions: readonly Conversion[], sessions: readonly Session[], deals: readonly Deal[]): Map<string, Touch[]> {
  const byVisitor = new Map<string, Session[]>();
  for (const session of sessions) byVisitor.set(session.visitor, [...(byVisitor.get(session.visitor) ?? []), session]);
  return new Map(conversions.map((order) => {
    const path: Touch[] = [];
    for (const all of byVisitor.values()) {
      const browser = all.filter(({ at }) => at < order.at + 1000 && at >= order.at - 90 * 86_400_000).toSorted((a, b) => a.at - b.at);
      if (order.customer === null || !browser.some(({ customer }) => customer === order.customer)) continue;
      const last = browser.findLast(({ customer }) => customer !== null)?.customer;
      for (const { at, channel, deal, customer } of browser) if ((customer ?? last) === order.customer) path.push({ at: Math.min(at, order.at), channel, deal: deal?.id ?? null });
    }
    path.sort((a, b) => a.at - b.at);
    if (path.length === 0) {
      const origin = originOf(order.landing, order.referrer);
      const deal = dealOf(deals, order.day, order.landing, origin);
      path.push({ at: order.at, channel: deal ? 'Influencer' : channelOf(origin), deal: deal?.id ?? null });
    }
    const code = latest(deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to));
    if (code && !path.some(({ deal, at }) => deal === code.id && at >= order.at - 7 * 86_400_000)) path.push({ at: order.at, channel: 'Influencer', deal: code.id });
    return [order.id, path];
  }));
}

/** The channel that the last touch within 30 days has which is not Direct. */
export function lastNonDirect(path: readonly Touch[], at: number): string {
  const within = path.filter((touch, n) => touch.at >= at - 30 * 86_400_000 || n === path.length - 1);
  return within.findLast(({ channel }) => channel !== 'Direct')?.channel ?? 'Direct';
}

/** The deal that brought an order: its code's, or else that of the last link of 30 days. */
export function broughtBy(order: Conversion, path: readonly Touch[], deals: readonly Deal[]): { deal: Deal; by: 'promo_code' | 'link' } | undefined {
  const code = latest(deals.filter((deal) => order.codes.includes(deal.code) && deal.from <= order.day && order.day <= deal.to));
  if (code) return { deal: code, by: 'promo_code' };
  const link = path.findLast((touch) => touch.deal !== null && touch.at >= order.at - 30 * 86_400_000)?.deal;
  const deal = deals.find(({ id }) => id === link);
  return deal && { deal, by: 'link' };
}
