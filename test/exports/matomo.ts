/** Matomo's log of visits, `Live.getLastVisitsDetails`. */
import { json } from './clothes.ts';
import { localTime } from './local-time.ts';
import type { ExportedFile } from './trip.ts';
import type { Visit } from './visits.ts';

const kinds: Readonly<Record<string, string>> = { page_view: 'action', purchase: 'ecommerceOrder', search: 'search' };
/** The events of which Matomo knows by itself. */
export const matomoNames = Object.keys(kinds);

/** After so long a visit is another one. */
const pause = 30 * 60_000;
const ownHost = /^https?:\/\/(?:[^/]*\.)?sillage-cosmetics\.example(?:\/|$)/;

/** Parameters of links that Matomo takes out of the addresses of pages: `Common::getCampaignParameters` and its INI. */
const campaignNames = ['source', 'medium', 'campaign', 'term', 'content', 'id'].map((name) => `utm_${name}`);
const adClicks = ['gclid', 'gbraid', 'wbraid', 'msclkid'];
const removed = new Set([...campaignNames, ...adClicks, 'fbclid', 'twclid', 'yclid']);

/** An address without them, and what they said. */
function parted(url: string): { readonly url: string; readonly said: URLSearchParams } {
  const [address = '', query] = url.split('?');
  const pairs = (query ?? '').split('&').filter((pair) => pair !== '');
  const isRemoved = (pair: string) => removed.has(pair.split('=')[0] ?? '');
  const kept = pairs.filter((pair) => !isRemoved(pair));
  return {
    url: kept.length === 0 ? address : `${address}?${kept.join('&')}`,
    said: new URLSearchParams(pairs.filter((pair) => isRemoved(pair)).join('&')),
  };
}

/** What Matomo keeps of them with the visit, with its plugins for campaigns and for advertisers. */
function campaignOf({ said }: ReturnType<typeof parted>) {
  const [source, medium, campaign, term, content, id] = campaignNames.map((name) => said.get(name) ?? undefined);
  const click = adClicks.find((name) => said.has(name));
  return {
    ...((source ?? medium ?? campaign) !== undefined && {
      referrerType: 'campaign',
      referrerName: campaign ?? source ?? medium,
      referrerKeyword: term,
      campaignSource: source,
      campaignMedium: medium,
      campaignName: campaign,
      campaignKeyword: term,
      campaignContent: content,
      campaignId: id,
    }),
    ...(click !== undefined && {
      adClickId: said.get(click),
      adProviderId: click === 'msclkid' ? 'bing' : 'google',
    }),
  };
}

/**
 * The events of one visitor as visits: another one after a pause, whenever somebody comes from elsewhere or by a campaign,
 * and in another browser, for a visit has one; likewise for each order, whose currency is that of the visit's site.
 */
function visits(events: readonly Visit[]): Visit[][] {
  const all: Visit[][] = [];
  for (const event of events.toSorted((a, b) => Date.parse(a.event_time) - Date.parse(b.event_time))) {
    const open = all.at(-1);
    const last = open?.at(-1);
    const isFromElsewhere = event.page.referrer !== '' && !ownHost.test(event.page.referrer);
    const isCampaign = parted(event.page.url).said.size > 0;
    const isSameBrowser = event.user_agent === last?.user_agent && event.language === last?.language;
    const isSoon = last !== undefined && Date.parse(event.event_time) - Date.parse(last.event_time) < pause;
    const isOrdered = last?.event_name === 'purchase';
    if (open && isSoon && isSameBrowser && !isFromElsewhere && !isCampaign && !isOrdered) open.push(event);
    else all.push([event]);
  }
  return all;
}

const secondsOf = (event: Visit | undefined) => Math.floor(Date.parse(event?.event_time ?? '') / 1000);

/** With the browsers' own words, which the API gives where it is asked for them. */
export function matomo(events: readonly Visit[]): ExportedFile[] {
  const byBrowser = new Map<string, Visit[]>();
  for (const event of events) {
    const browser = event.visitor_id ?? '';
    byBrowser.set(browser, [...(byBrowser.get(browser) ?? []), event]);
  }
  const records = [...byBrowser].flatMap(([visitorId, own]) =>
    visits(own.filter(({ event_name: name }) => kinds[name] !== undefined)).map((visit, at) => ({
      idVisit: `${visitorId}-${at}`,
      visitorId,
      userId: visit.find(({ customer_id: id }) => id !== null)?.customer_id ?? null,
      referrerType: ownHost.test(visit[0]?.page.referrer || 'https://sillage-cosmetics.example') ? 'direct' : 'website',
      ...campaignOf(parted(visit[0]?.page.url ?? '')),
      referrerUrl: visit[0]?.page.referrer ?? '',
      languageCode: visit[0]?.language.toLowerCase() ?? '',
      siteCurrency: visit.at(-1)?.ecommerce?.currency ?? 'EUR',
      userAgent: visit[0]?.user_agent,
      firstActionTimestamp: secondsOf(visit[0]),
      lastActionTimestamp: secondsOf(visit.at(-1)),
      actionDetails: visit.flatMap((event) => {
        const action = {
          type: kinds[event.event_name],
          url: parted(event.page.url).url,
          pageTitle: event.page.title,
          // By the clock of the site, where the visit's own moments are in UTC.
          timestamp: Date.parse(`${localTime(event.event_time).replace(' ', 'T')}Z`) / 1000,
          idpageview: event.event_id.slice(0, 6),
          ...(event.event_name === 'purchase' && {
            orderId: event.ecommerce?.transaction_id,
            revenue: event.ecommerce?.value,
            itemDetails: event.ecommerce?.items?.map((item) => ({
              itemSKU: item.item_id,
              itemName: item.item_name,
              itemCategory: item.item_category,
              price: item.price,
              quantity: item.quantity,
            })),
          }),
        };
        return event.event_name === 'purchase' ? [action, { ...action, type: 'goal', orderId: undefined }] : [action];
      }),
    })),
  );
  return [{ name: 'visits.json', bytes: json(records, 'matomo', { forms: ['list', 'pages'] }) }];
}
