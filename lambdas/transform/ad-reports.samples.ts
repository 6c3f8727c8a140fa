/** Rows of the platforms' reports, and answers that hold them, for the tests of the reports. Amounts are EUR. */
export type Fields = Readonly<Record<string, unknown>>;

export const day = '2025-03-10';

/** A row of Google's `FROM ad_group_ad`; `over` is laid upon it, and what is undefined in it is left out. */
export const googleAd = (
  campaign: string,
  ad: string,
  eur: number,
  { segments = {}, ...over }: Fields & { readonly segments?: Fields } = {},
): Fields => ({
  customer: { id: '77', currencyCode: 'EUR' },
  campaign: { id: campaign, name: `Campaign ${campaign}`, advertisingChannelType: 'SEARCH' },
  adGroup: { id: '5', name: 'Group' },
  adGroupAd: { ad: { id: ad } },
  segments: { date: day, ...segments },
  metrics: { impressions: '10', clicks: '1', costMicros: String(Math.round(eur * 1e6)) },
  ...over,
});
/** A row of Google's `FROM campaign`. */
export const googleCampaign = (
  campaign: string,
  eur: number,
  over: Fields & { readonly segments?: Fields } = {},
): Fields => googleAd(campaign, '', eur, { adGroup: undefined, adGroupAd: undefined, ...over });

export const metaAd = (campaign: string, ad: string, eur: number, over: Fields = {}): Fields => ({
  account_id: '77',
  account_currency: 'EUR',
  campaign_id: campaign,
  campaign_name: `Campaign ${campaign}`,
  objective: 'OUTCOME_SALES',
  adset_id: '5',
  ad_id: ad,
  date_start: day,
  date_stop: day,
  impressions: '10',
  inline_link_clicks: '1',
  spend: eur.toFixed(2),
  ...over,
});

export const tiktokAd = (
  campaign: string,
  ad: string,
  eur: number,
  { dimensions = {}, ...metrics }: Fields & { readonly dimensions?: Fields } = {},
): Fields => ({
  dimensions: { ad_id: ad, stat_time_day: `${day} 00:00:00`, ...dimensions },
  metrics: {
    campaign_id: campaign,
    campaign_name: `Campaign ${campaign}`,
    adgroup_id: '5',
    currency: 'EUR',
    spend: eur.toFixed(2),
    impressions: '10',
    clicks: '1',
    ...metrics,
  },
});

export const googlePage = (rows: readonly Fields[], more: Fields = {}): Fields => ({ results: rows, ...more });
export const metaPage = (rows: readonly Fields[], paging: Fields = {}): Fields => ({ data: rows, paging });
export const tiktokPage = (rows: readonly Fields[], page = 1, of = 1): Fields => ({
  code: 0,
  message: 'OK',
  data: { list: rows, page_info: { page, page_size: 1000, total_page: of } },
});
