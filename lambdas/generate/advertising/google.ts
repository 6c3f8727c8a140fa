/** GoogleAdsService.SearchStream: an array of batches, int64 as strings, money in micros of the account's EUR. */
import { isoDay } from '../market/calendar.ts';
import type { Day } from '../market/calendar.ts';
import { pullId } from './report.ts';
import type { Figures } from './report.ts';

const CUSTOMER = 'customers/4839201756';
const FIELDS =
  'customer.id,customer.currencyCode,customer.timeZone,campaign.id,campaign.name,campaign.advertisingChannelType,campaign.status,adGroup.id,adGroup.name,adGroupAd.ad.id,adGroupAd.ad.name,segments.date,segments.device,metrics.impressions,metrics.clicks,metrics.costMicros,metrics.conversions,metrics.conversionsValue';
const BATCH = 20;

function result({ ad, device, ...figures }: Figures, day: Day): object {
  const { campaign, group } = ad;
  return {
    customer: { resourceName: CUSTOMER, id: '4839201756', currencyCode: 'EUR', timeZone: 'Europe/Paris' },
    campaign: { resourceName: `${CUSTOMER}/campaigns/${campaign.id}`, id: campaign.id, name: campaign.name, status: 'ENABLED', advertisingChannelType: campaign.kind },
    ...(group && { adGroup: { resourceName: `${CUSTOMER}/adGroups/${group.id}`, id: group.id, name: group.name } }),
    ...(group && ad.ad && { adGroupAd: { resourceName: `${CUSTOMER}/adGroupAds/${group.id}~${ad.ad.id}`, ad: { resourceName: `${CUSTOMER}/ads/${ad.ad.id}`, id: ad.ad.id, name: ad.ad.name } } }),
    segments: { date: isoDay(day), device: device.toUpperCase() },
    metrics: {
      impressions: String(figures.impressions),
      clicks: String(figures.clicks),
      // Accounts bill whole cents.
      costMicros: String(Math.round(figures.spend * 100) * 10_000),
      conversions: figures.orders,
      conversionsValue: Math.round(figures.value * 100) / 100,
    },
  };
}

export function searchStream(rows: readonly Figures[], day: Day, pulled: Day): string {
  const batches = [];
  for (let from = 0; from < Math.max(rows.length, 1); from += BATCH) {
    batches.push({ results: rows.slice(from, from + BATCH).map((row) => result(row, day)), fieldMask: FIELDS, requestId: pullId(pulled, from) });
  }
  return `${JSON.stringify(batches, null, 1)}\n`;
}
