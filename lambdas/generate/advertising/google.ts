/**
 * GoogleAdsService.SearchStream: arrays of batches, int64 as strings, money in micros of the account's EUR, and no
 * figure of nothing. Three reports a pull, as shops have them: the ads by device and network, the campaigns, since
 * Performance Max has no ads, and the keywords, which see a part of the search campaigns.
 */
import { isoDay } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { criterionId, keywordsOf, type Keyword } from './keywords.ts';
import { adId, pullId, shared, summed } from './report.ts';
import type { Figures } from './report.ts';

const customerKey = 'customers/4839201756';
const campaignFields =
  'customer.id,customer.currencyCode,customer.timeZone,campaign.id,campaign.name,campaign.advertisingChannelType,campaign.status';
const metrics = 'metrics.impressions,metrics.clicks,metrics.costMicros,metrics.conversions,metrics.conversionsValue';
const batchLimit = 20;

interface Row {
  readonly figures: Figures;
  readonly segments: Readonly<Record<string, string>>;
}

/** Google's own word for where ads of a kind are shown. */
const networks: Readonly<Record<string, string>> = {
  SEARCH: 'SEARCH',
  SHOPPING: 'SEARCH',
  VIDEO: 'YOUTUBE',
  DISPLAY: 'CONTENT',
};
/** Share of Google's own pages in a search campaign; the rest is its partners'. */
const ownSearch = 0.9;
/** Share of a video's desktop views that are on a screen of the living room. */
const televisionShare = 0.4;

function byNetwork(figures: Figures): Row[] {
  const [device, kind] = [figures.device.toUpperCase(), figures.ad.campaign.kind];
  const adNetworkType = networks[kind] ?? 'MIXED';
  if (kind === 'SEARCH') {
    const [own, partners] = shared(figures, ownSearch);
    return [
      { figures: own, segments: { adNetworkType, device } },
      { figures: partners, segments: { adNetworkType: 'SEARCH_PARTNERS', device } },
    ];
  }
  if (kind === 'VIDEO' && figures.device === 'desktop') {
    const [desk, television] = shared(figures, 1 - televisionShare);
    return [
      { figures: desk, segments: { adNetworkType, device } },
      { figures: television, segments: { adNetworkType, device: 'CONNECTED_TV' } },
    ];
  }
  return [{ figures, segments: { adNetworkType, device } }];
}

/** A figure, unless it is nothing: that is left out. */
const some = (name: string, value: string | number): Readonly<Record<string, string | number>> =>
  Number(value) === 0 ? {} : { [name]: value };

const inCents = (eur: number) => Math.round(eur * 100) / 100;

/** A search ad group's figures by keyword, from which those without one are left out. */
function byKeyword(figures: Figures): (Row & { readonly keyword: Keyword })[] {
  let [rest, left] = [figures, 1];
  return keywordsOf(figures.ad.group?.name ?? '').map((keyword) => {
    const [own, others] = shared(rest, keyword.share / left);
    const spend = inCents(own.spend);
    [rest, left] = [{ ...others, spend: rest.spend - spend }, left - keyword.share];
    return { figures: { ...own, spend }, segments: { device: figures.device.toUpperCase() }, keyword };
  });
}

function result(
  { figures, segments, keyword }: Row & { readonly keyword?: Keyword },
  day: DayIndex,
  level: 'ad' | 'campaign' | 'keyword',
): object {
  const { campaign, group, ad } = figures.ad;
  const id = adId(figures);
  return {
    customer: { resourceName: customerKey, id: '4839201756', currencyCode: 'EUR', timeZone: 'Europe/Paris' },
    campaign: {
      resourceName: `${customerKey}/campaigns/${campaign.id}`,
      id: campaign.id,
      name: campaign.name,
      status: 'ENABLED',
      advertisingChannelType: campaign.kind,
    },
    ...(level !== 'campaign' &&
      group && {
        adGroup: { resourceName: `${customerKey}/adGroups/${group.id}`, id: group.id, name: group.name },
      }),
    ...(keyword && {
      adGroupCriterion: { keyword: { text: keyword.text, matchType: keyword.matchType } },
      keywordView: { resourceName: `${customerKey}/keywordViews/${group?.id}~${criterionId(keyword)}` },
    }),
    ...(level === 'ad' &&
      group &&
      ad && {
        adGroupAd: {
          resourceName: `${customerKey}/adGroupAds/${group.id}~${id}`,
          ad: { resourceName: `${customerKey}/ads/${id}`, id, name: ad.name },
        },
      }),
    segments: { date: isoDay(day), ...segments },
    metrics: {
      ...some('impressions', String(figures.impressions)),
      ...some('clicks', String(figures.clicks)),
      // Accounts bill whole cents.
      ...some('costMicros', String(Math.round(figures.spend * 100) * 10_000)),
      ...some('conversions', figures.orders),
      ...some('conversionsValue', Math.round(figures.value * 100) / 100),
    },
  };
}

/** A report of one level. */
export interface Stream {
  readonly level: '' | 'campaigns-' | 'keywords-';
  readonly text: string;
  readonly rows: number;
}

function stream(level: Stream['level'], rows: readonly object[], fieldMask: string, pulled: DayIndex): Stream {
  const batches = [];
  for (let from = 0; from < Math.max(rows.length, 1); from += batchLimit)
    batches.push({ results: rows.slice(from, from + batchLimit), fieldMask, requestId: pullId(pulled, from) });
  return { level, text: `${JSON.stringify(batches, null, 1)}\n`, rows: rows.length };
}

/** The three reports of a pull. */
export function searchStreams(figures: readonly Figures[], day: DayIndex, pulled: DayIndex): Stream[] {
  const ads = figures.filter(({ ad }) => ad.ad !== undefined).flatMap(byNetwork);
  const campaigns = summed(
    figures.filter(({ isWithdrawn }) => !isWithdrawn),
    ({ ad, device }) => `${ad.campaign.id} ${device}`,
  ).map((sum): Row => ({ figures: sum, segments: { device: sum.device.toUpperCase() } }));
  const keywords = summed(
    ads
      .filter(({ figures: { isWithdrawn } }) => !isWithdrawn)
      .map(({ figures: one }) => ({ ...one, spend: inCents(one.spend) })),
    ({ ad, device }) => `${ad.group?.id} ${device}`,
  ).flatMap(byKeyword);
  return [
    stream(
      '',
      ads.map((row) => result(row, day, 'ad')),
      `${campaignFields},adGroup.id,adGroup.name,adGroupAd.ad.id,adGroupAd.ad.name,segments.date,segments.adNetworkType,segments.device,${metrics}`,
      pulled,
    ),
    stream(
      'campaigns-',
      campaigns.map((row) => result(row, day, 'campaign')),
      `${campaignFields},segments.date,segments.device,${metrics}`,
      pulled,
    ),
    stream(
      'keywords-',
      keywords.map((row) => result(row, day, 'keyword')),
      `${campaignFields},adGroup.id,adGroup.name,adGroupCriterion.keyword.text,adGroupCriterion.keyword.matchType,segments.date,segments.device,${metrics}`,
      pulled,
    ),
  ];
}
