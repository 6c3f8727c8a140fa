import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { jsonRecords } from './json-lines.ts';
import { toldUserAgent } from '../shared/user-agents.ts';
import { namesCampaign, withNoted, type Noted } from './event-address.ts';
import { localMoment } from './time-zones.ts';
import { WebEvents } from './web-event.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
const seconds = z.coerce.number().positive().optional().catch(undefined);
const action = z.object({
  type: z.string(),
  url: text,
  pageTitle: text,
  timestamp: z.number(),
  pageId: text,
  idpageview: text,
  orderId: text,
  revenue: text,
  itemDetails: z
    .array(z.object({ itemSKU: text, itemName: text, itemCategory: text, price: text, quantity: text }))
    .nullish()
    .catch(undefined),
});
const visitSchema = z.object({
  idSite: text,
  idVisit: text,
  visitorId: z.string(),
  userId: text,
  referrerType: text,
  referrerName: text,
  referrerKeyword: text,
  referrerUrl: text,
  // Of the plugin Marketing Campaigns Reporting.
  campaignSource: text,
  campaignMedium: text,
  campaignName: text,
  campaignKeyword: text,
  campaignContent: text,
  campaignId: text,
  // Of the plugin Advertising Conversion Export.
  adClickId: text,
  adProviderId: text,
  adProviderName: text,
  deviceType: text,
  deviceTypeIcon: text,
  browserName: text,
  operatingSystemName: text,
  languageCode: text,
  userAgent: text,
  siteCurrency: text,
  firstActionTimestamp: seconds,
  lastActionTimestamp: seconds,
  actionDetails: z.array(z.unknown()),
});

/** What kinds of actions are read as; a visit has others, as downloads. */
const names: ReadonlyMap<string, string> = new Map([
  ['action', 'page_view'],
  ['ecommerceOrder', 'purchase'],
  ['search', 'search'],
]);

type Visit = z.output<typeof visitSchema>;

/** Actions whose address is none of the shop's pages. */
const elsewhere = new Set(['outlink', 'download']);

/** Mediums of what Matomo knows a referrer as, where it does not keep its address. */
const mediums: ReadonlyMap<string, string> = new Map([
  ['search', 'organic'],
  ['social', 'social'],
  ['ai_assistant', 'ai-assistant'],
]);

/** The click id that Matomo keeps beside the visit, by the advertiser who gave it. */
function clickOf({ adClickId: id, adProviderId, adProviderName }: Visit): Noted {
  const provider = `${adProviderId ?? ''} ${adProviderName ?? ''}`;
  return {
    gclid: /google/i.test(provider) ? id : undefined,
    msclkid: /bing|microsoft/i.test(provider) ? id : undefined,
  };
}

/** Where a visit came from: Matomo takes the parameters that say it out of the addresses of pages. */
function originOf(visit: Visit): { readonly noted: Noted; readonly referrer: string; readonly isUnknown: boolean } {
  const { referrerType: type, campaignSource: source, campaignMedium: medium } = visit;
  const [isCampaign, click] = [type === 'campaign', clickOf(visit)];
  // Of a link without utm_campaign Matomo gives its source as the name: what the plugin tells is the link itself.
  const isByName = isCampaign && !source && !medium && !visit.campaignName;
  const noted: Noted = {
    utm_source: source,
    utm_medium: medium,
    utm_campaign: isByName ? visit.referrerName : visit.campaignName,
    utm_term: isByName ? visit.referrerKeyword : visit.campaignKeyword,
    utm_content: visit.campaignContent,
    utm_id: visit.campaignId,
  };
  const told = visit.referrerUrl || (type === 'website' && visit.referrerName ? `https://${visit.referrerName}/` : '');
  // The shop may have told Matomo whose links count as none: what it calls direct has no referrer.
  const referrer = type === 'direct' ? '' : told;
  if (isCampaign || Object.values(noted).some(Boolean)) {
    const isUnknown = !source && !medium && !Object.values(click).some(Boolean);
    // Without a source and a medium the referrer would say them, and it is only the site on which the ad stood; without
    // a name, too, it would be direct.
    const name = noted['utm_campaign'] || (noted['utm_id'] ? undefined : '(unnamed)');
    return isUnknown
      ? { noted: { ...noted, utm_campaign: name }, referrer: '', isUnknown }
      : { noted: { ...noted, ...click }, referrer, isUnknown };
  }
  const found = referrer === '' && visit.referrerName ? mediums.get(type ?? '') : undefined;
  const named: Noted = found === undefined ? {} : { utm_source: visit.referrerName, utm_medium: found };
  return { noted: { ...named, ...click }, referrer, isUnknown: false };
}

/** The kind of device by its icon, for its name is in the language of whoever asks. */
function userAgentOf({ userAgent, deviceTypeIcon, deviceType, browserName, operatingSystemName }: Visit) {
  const icon = /([a-z_]+)\.\w+$/.exec(deviceTypeIcon ?? '')?.[1];
  return userAgent || toldUserAgent(icon ?? deviceType, browserName, operatingSystemName);
}

const quarterHour = 900;

/**
 * Seconds by which the moments of a visit's actions are ahead of UTC: Matomo writes them as the clock of the site shows
 * them, and those of the visit itself in UTC (https://github.com/matomo-org/matomo/issues/22720). Undefined where the
 * visit does not tell them.
 */
function aheadOfUtc({ firstActionTimestamp, lastActionTimestamp }: Visit, moments: readonly number[]) {
  const differences = [
    Math.min(...moments) - (firstActionTimestamp ?? Number.NaN),
    Math.max(...moments) - (lastActionTimestamp ?? Number.NaN),
  ].filter((one) => Number.isFinite(one));
  // One of the two may be of an action that is not in the list.
  const offBy = (one: number) => Math.abs(one - Math.round(one / quarterHour) * quarterHour);
  const [nearest] = differences.toSorted((one, other) => offBy(one) - offBy(other));
  return nearest === undefined ? undefined : Math.round(nearest / quarterHour) * quarterHour;
}

/** A moment that the clock of a site in this time zone shows. */
function bySiteClock(moment: number, timeZone: string): Date {
  const [day = '', time = ''] = new Date(moment * 1000).toISOString().slice(0, 19).split('T');
  return new Date(localMoment(day, time, timeZone));
}

/** Matomo's log of visits (`Live.getLastVisitsDetails`), as JSON. */
export const matomo: JsonShape = {
  name: 'matomo-json',
  source: 'Matomo',
  report: 'log of visits',
  marks: [/"actionDetails"/, /"visitorId"/],
  async convert(path, documents, { shop }) {
    const events = new WebEvents(documents);
    let [visits, withoutDevice, unknown, withoutUtc] = [0, 0, 0, 0];
    for await (const { row, record } of jsonRecords(path)) {
      const visit = visitSchema.safeParse(record);
      if (!visit.success) {
        events.rows++;
        events.leftOut.add(`not a visit as Matomo exports one (${visit.error.issues[0]?.path.join('.') ?? ''})`, row);
        continue;
      }
      const { idSite, visitorId, userId, idVisit, actionDetails, languageCode, siteCurrency } = visit.data;
      const [origin, userAgent] = [originOf(visit.data), userAgentOf(visit.data)];
      visits++;
      if (userAgent === undefined) withoutDevice++;
      const actions = actionDetails.map((one) => action.safeParse(one));
      const ahead = aheadOfUtc(
        visit.data,
        actions.flatMap(({ data }) => data?.timestamp ?? []),
      );
      if (ahead === undefined && actions.length > 0) withoutUtc++;
      let [isFirst, page]: [boolean, string | undefined] = [true, undefined];
      for (const [at, read] of actions.entries()) {
        events.rows++;
        // An order has no page of its own: it was on the last one.
        if (read.success && !elsewhere.has(read.data.type)) page = read.data.url || page;
        const name = read.success ? names.get(read.data.type) : undefined;
        if (!read.success || name === undefined) {
          events.leftOut.add(
            read.success ? `${read.data.type}: an action that Sillage does not need` : 'an action that cannot be read',
            row,
          );
          continue;
        }
        const { data } = read;
        const isTold = isFirst && page !== undefined && !namesCampaign(page);
        const isWritten = await events.write(row, {
          id: [idVisit, visitorId, data.timestamp, data.type, data.idpageview ?? data.pageId ?? at, data.orderId],
          name,
          at:
            ahead === undefined
              ? bySiteClock(data.timestamp, shop.timeZone)
              : new Date((data.timestamp - ahead) * 1000),
          visitor: visitorId,
          site: idSite ?? undefined,
          customer: userId ?? undefined,
          url: isFirst && page !== undefined ? withNoted(page, origin.noted) : page,
          referrer: isFirst ? origin.referrer : '',
          title: data.pageTitle ?? undefined,
          userAgent,
          language: languageCode ?? undefined,
          ...(name === 'purchase' && {
            order: {
              id: data.orderId ?? undefined,
              value: data.revenue ?? undefined,
              currency: siteCurrency ?? undefined,
            },
            items: data.itemDetails?.map((item) => ({
              item_id: item.itemSKU ?? undefined,
              item_name: item.itemName ?? undefined,
              item_category: item.itemCategory || undefined,
              price: item.price == null ? undefined : Number(item.price),
              quantity: item.quantity == null ? undefined : Number(item.quantity),
            })),
          }),
        });
        if (isWritten && isTold && origin.isUnknown) unknown++;
        if (isWritten) isFirst = false;
      }
    }
    return events.converted([
      ...(unknown > 0
        ? [
            `${unknown} ${unknown === 1 ? 'visit' : 'visits'} of campaigns of which Matomo tells the name ` +
              'alone: source and medium are not known, so their channel is Unassigned, unless the name tells it ' +
              '(Shopping, cross-network). The plugin Marketing Campaigns Reporting keeps both.',
          ]
        : []),
      'Matomo takes click ids (gclid…) out of addresses: an ad whose link has no utm_ parameters counts as ' +
        'its referrer.',
      ...(visits === 10 || (visits > 0 && visits % 100 === 0)
        ? [
            `There are ${visits} visits, as many as a page of Matomo’s answer holds: is it all? Ask it with ` +
              'filter_limit=-1.',
          ]
        : []),
      ...(withoutUtc > 0
        ? [
            `${withoutUtc} of ${visits} visits do not tell firstActionTimestamp: Matomo writes moments of ` +
              `actions by the clock of the site, so they are read in the shop's time zone, ${shop.timeZone}. If ` +
              'Matomo has another, export all columns.',
          ]
        : []),
      ...(withoutDevice > 0
        ? [
            `${withoutDevice} of ${visits} visits tell neither the browser’s words nor a kind of device: ` +
              'theirs is unknown.',
          ]
        : []),
    ]);
  },
};
