/** Matomo's log of visits, `Live.getLastVisitsDetails`. */
import { json } from './clothes.ts';
import type { ExportedFile } from './trip.ts';
import type { Visit } from './visits.ts';

const kinds: Readonly<Record<string, string>> = { page_view: 'action', purchase: 'ecommerceOrder', search: 'search' };
/** The events of which Matomo knows by itself. */
export const matomoNames = Object.keys(kinds);

/** After so long a visit is another one. */
const pause = 30 * 60_000;
const ownHost = /^https?:\/\/(?:[^/]*\.)?sillage-cosmetics\.example(?:\/|$)/;

/**
 * The events of one visitor as visits: another one after a pause, whenever somebody comes from elsewhere, and in another
 * browser, for a visit has one; likewise for each order, whose currency is that of the visit's site.
 */
function visits(events: readonly Visit[]): Visit[][] {
  const all: Visit[][] = [];
  for (const event of events.toSorted((a, b) => Date.parse(a.event_time) - Date.parse(b.event_time))) {
    const open = all.at(-1);
    const last = open?.at(-1);
    const isFromElsewhere = event.page.referrer !== '' && !ownHost.test(event.page.referrer);
    const isSameBrowser = event.user_agent === last?.user_agent && event.language === last?.language;
    const isSoon = last !== undefined && Date.parse(event.event_time) - Date.parse(last.event_time) < pause;
    const isOrdered = last?.event_name === 'purchase';
    if (open && isSoon && isSameBrowser && !isFromElsewhere && !isOrdered) open.push(event);
    else all.push([event]);
  }
  return all;
}

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
      referrerType: visit[0]?.page.referrer === '' ? 'direct' : 'website',
      referrerUrl: visit[0]?.page.referrer ?? '',
      languageCode: visit[0]?.language.toLowerCase() ?? '',
      siteCurrency: visit.at(-1)?.ecommerce?.currency ?? 'EUR',
      userAgent: visit[0]?.user_agent,
      actionDetails: visit.flatMap((event) => {
        const action = {
          type: kinds[event.event_name],
          url: event.page.url,
          pageTitle: event.page.title,
          timestamp: Math.floor(Date.parse(event.event_time) / 1000),
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
