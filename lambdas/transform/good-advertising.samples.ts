/** Good records of advertising platforms. */
import type { GoodCase } from './good-case.samples.ts';

export const google = {
  customer: { id: '123', currencyCode: 'EUR' },
  campaign: { id: '900', name: ' FR_Brand ', advertisingChannelType: 'SEARCH' },
  adGroup: { id: '800', name: 'Exact' },
  adGroupAd: { ad: { id: '700', name: 'Ad A' } },
  segments: { date: '2025-01-05', device: 'MOBILE' },
  metrics: { impressions: '1000', clicks: '40', costMicros: '12345678', conversions: 1.5, conversionsValue: 80.25 },
};
const googleRow = {
  platform: 'google_ads',
  account_id: '123',
  campaign_id: '900',
  campaign_name: ' FR_Brand ',
  campaign_folded: 'fr_brand',
  campaign_type: 'search',
  ad_group_id: '800',
  ad_group_name: 'Exact',
  ad_id: '700',
  ad_name: 'Ad A',
  device: 'mobile',
  segments: 'device=MOBILE',
  level: 'ad',
  part: 1,
  pulled_on: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
  channel: 'Paid Search',
  sends: null,
  impressions: '1000',
  clicks: '40',
  currency: 'EUR',
  spend: '12.345678',
  spend_eur: '12.345678',
  claimed_conversions: 1.5,
  claimed_value: 80.25,
  claimed_value_eur: 80.25,
  dt: '2025-01-05',
};

/** What `keyword_spend` leaves to `ad_spend`. */
const notOfKeywords = new Set(['campaign_folded', 'campaign_type', 'ad_name', 'channel', 'sends']);

export const meta = {
  account_id: '55',
  account_currency: 'EUR',
  campaign_id: '66',
  campaign_name: 'Prospecting',
  objective: 'OUTCOME_SALES',
  adset_id: '67',
  adset_name: 'LAL',
  ad_id: '68',
  ad_name: 'Video 1',
  date_start: '2025-01-05',
  date_stop: '2025-01-05',
  device_platform: 'mobile_app',
  impressions: '5000',
  clicks: '90',
  inline_link_clicks: '60',
  spend: '41.20',
  actions: [
    { action_type: 'purchase', value: '3' },
    { action_type: 'omni_purchase', value: '2' },
  ],
  action_values: [
    { action_type: 'omni_purchase', value: '104.5' },
    { action_type: 'purchase', value: '9' },
  ],
};
const metaRow = {
  platform: 'meta_ads',
  account_id: '55',
  campaign_id: '66',
  campaign_name: 'Prospecting',
  campaign_folded: 'prospecting',
  campaign_type: 'outcome_sales',
  ad_group_id: '67',
  ad_group_name: 'LAL',
  ad_id: '68',
  ad_name: 'Video 1',
  device: 'mobile',
  segments: 'device_platform=mobile_app',
  level: 'ad',
  part: 1,
  pulled_on: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
  channel: 'Paid Social',
  sends: null,
  impressions: '5000',
  clicks: '60',
  currency: 'EUR',
  spend: '41.200000',
  spend_eur: '41.200000',
  claimed_conversions: 2,
  claimed_value: 104.5,
  claimed_value_eur: 104.5,
  dt: '2025-01-05',
};

export const goodAdvertising: readonly GoodCase[] = [
  {
    table: 'ad_spend',
    id: 'Google: an ad, and Performance Max without one',
    key: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify([
      { results: [google] },
      {
        results: [
          {
            ...google,
            campaign: { id: '901', name: 'PMax', advertisingChannelType: 'PERFORMANCE_MAX' },
            adGroup: undefined,
            adGroupAd: undefined,
            segments: { date: '2025-01-05', device: 'CONNECTED_TV' },
          },
        ],
      },
    ]),
    rows: [
      googleRow,
      {
        ...googleRow,
        campaign_id: '901',
        campaign_name: 'PMax',
        campaign_folded: 'pmax',
        campaign_type: 'performance_max',
        ad_group_id: null,
        ad_group_name: null,
        ad_id: null,
        ad_name: null,
        device: 'other',
        segments: 'device=CONNECTED_TV',
        level: 'campaign',
        channel: 'Cross-network',
      },
    ],
  },
  {
    table: 'keyword_spend',
    id: 'a keyword of Google, and a row of ads that has none',
    key: 'raw/advertising/google_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify([
      {
        results: [
          google,
          {
            ...google,
            adGroupAd: undefined,
            adGroupCriterion: { keyword: { text: '[Crème Bio]', matchType: 'PHRASE' } },
            keywordView: { resourceName: 'k/1' },
          },
        ],
      },
    ]),
    rows: [
      {
        ...Object.fromEntries(Object.entries(googleRow).filter(([name]) => !notOfKeywords.has(name))),
        ad_id: null,
        keyword: '[Crème Bio]',
        keyword_folded: 'crème bio',
        match_type: 'phrase',
        segments:
          'adGroupCriterion={"keyword":{"text":"[Crème Bio]","matchType":"PHRASE"}} keywordView=k/1 ' +
          googleRow.segments,
        level: 'view',
      },
    ],
  },
  {
    table: 'ad_spend',
    id: 'Meta: the purchases of the pixel, where no total was asked for',
    key: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({
      data: [
        {
          ...meta,
          actions: [
            { action_type: 'link_click', value: '9' },
            { action_type: 'offsite_conversion.fb_pixel_purchase', value: '4' },
          ],
          action_values: [{ action_type: 'purchase', value: '7.5' }],
        },
      ],
    }),
    rows: [{ ...metaRow, claimed_conversions: 4, claimed_value: 7.5, claimed_value_eur: 7.5 }],
  },
  {
    table: 'ad_spend',
    id: 'Meta: strings for numbers, purchases under one name',
    key: 'raw/advertising/meta_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({ data: [meta], paging: {} }),
    rows: [metaRow],
  },
  {
    table: 'ad_spend',
    id: 'TikTok: dashes for nothing, dollars',
    key: 'raw/advertising/tiktok_ads/dt=2025-01-05/pull.json',
    content: JSON.stringify({
      code: 0,
      data: {
        list: [
          {
            dimensions: { ad_id: '71', stat_time_day: '2025-01-05 00:00:00' },
            metrics: {
              campaign_id: '72',
              campaign_name: 'Awareness',
              objective_type: 'REACH',
              adgroup_id: '73',
              adgroup_name: 'FR',
              ad_name: 'Spark',
              currency: 'USD',
              spend: '10.299',
              impressions: '900',
              clicks: '7',
              complete_payment: '-',
              total_complete_payment_rate: '-',
            },
          },
        ],
      },
    }),
    rows: [
      {
        platform: 'tiktok_ads',
        account_id: 'tiktok',
        campaign_id: '72',
        campaign_name: 'Awareness',
        campaign_folded: 'awareness',
        campaign_type: 'reach',
        ad_group_id: '73',
        ad_group_name: 'FR',
        ad_id: '71',
        ad_name: 'Spark',
        device: null,
        segments: null,
        level: 'ad',
        part: 1,
        pulled_on: 'raw/advertising/tiktok_ads/dt=2025-01-05/pull.json',
        channel: 'Paid Social',
        sends: null,
        impressions: '900',
        clicks: '7',
        currency: 'USD',
        spend: '10.299000',
        spend_eur: '10.000000',
        claimed_conversions: null,
        claimed_value: null,
        claimed_value_eur: null,
        dt: '2025-01-05',
      },
    ],
  },
];
