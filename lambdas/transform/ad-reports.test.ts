import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { dayOfKey } from '../shared/days.ts';
import { withSmallLake, type Row } from '../../test/small-lake.ts';
import {
  day,
  googleAd,
  googleCampaign,
  googlePage,
  metaAd,
  metaPage,
  tiktokAd,
  tiktokPage,
} from './ad-reports.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-ad-reports-test') });
});
afterAll(() => engine.close());

type Platform = 'google_ads' | 'meta_ads' | 'tiktok_ads';

interface Case {
  readonly id: string;
  readonly platform: Platform;
  /** By name, in one folder: an answer, or the text itself. */
  readonly files: Readonly<Record<string, unknown>>;
  /** Each campaign's spend, in cents. */
  readonly spend: Readonly<Record<string, number>>;
  readonly rejects?: readonly (readonly [file: string, line: number, reason: string])[];
  readonly duplicates?: number;
  /** Some columns of every row, sorted. */
  readonly rows?: readonly Row[];
}

const google = (id: string, files: Case['files'], spend: Case['spend'], more: Partial<Case> = {}): Case => ({
  id: `Google: ${id}`,
  platform: 'google_ads',
  files,
  spend,
  ...more,
});
const meta = (id: string, files: Case['files'], spend: Case['spend'], more: Partial<Case> = {}): Case => ({
  id: `Meta: ${id}`,
  platform: 'meta_ads',
  files,
  spend,
  ...more,
});
const tiktok = (id: string, files: Case['files'], spend: Case['spend'], more: Partial<Case> = {}): Case => ({
  id: `TikTok: ${id}`,
  platform: 'tiktok_ads',
  files,
  spend,
  ...more,
});

const segmented = (...segments: Record<string, unknown>[]) => [
  googlePage(segments.map((one) => googleAd('1', 'a', 1.5, { segments: one }))),
];
const brokenDown = (...breakdowns: Record<string, unknown>[]) =>
  metaPage(breakdowns.map((one) => metaAd('1', 'a', 1.5, one)));
const dimensioned = (...dimensions: Record<string, unknown>[]) =>
  tiktokPage(dimensions.map((one) => tiktokAd('1', 'a', 1.5, { dimensions: one })));
const refused = (reason: string): Partial<Case> => ({
  rejects: [
    ['a', 1, reason],
    ['a', 2, reason],
  ],
});
const pmax = { campaign: { id: '9', name: 'Best sellers', advertisingChannelType: 'PERFORMANCE_MAX' } };
const view = (name: string, n: number) => ({ [name]: { resourceName: `customers/77/${name}s/5~${n}` } });

const additive: readonly Case[] = [
  ...[
    [{ device: 'MOBILE' }, { device: 'TABLET' }],
    [{ device: 'OTHER' }, { device: 'CONNECTED_TV' }],
    [{ device: 'UNKNOWN' }, { device: 'UNSPECIFIED' }],
    [{ adNetworkType: 'SEARCH' }, { adNetworkType: 'SEARCH_PARTNERS' }],
    [{ hour: 0 }, { hour: 23 }],
    [
      { dayOfWeek: 'MONDAY', hour: 1 },
      { dayOfWeek: 'MONDAY', hour: 2 },
    ],
    [{ slot: 'SEARCH_TOP' }, { slot: 'SEARCH_OTHER' }],
    [{ productItemId: 'x' }, { productItemId: 'y' }],
    [{ geoTargetRegion: 'geoTargetConstants/1' }, { geoTargetRegion: 'geoTargetConstants/2' }],
    [{ keyword: { info: { text: 'crème' } } }, { keyword: { info: { text: 'savon' } } }],
  ].map((segments) =>
    google(
      `${Object.keys(segments[0] ?? {}).join(' and ')} ${JSON.stringify(segments[0])} is added up`,
      { a: segmented(...segments) },
      { 1: 300 },
    ),
  ),
  ...[
    [{ publisher_platform: 'facebook' }, { publisher_platform: 'instagram' }],
    [{ device_platform: 'mobile_app' }, { device_platform: 'mobile_web' }],
    [
      { age: '18-24', gender: 'female' },
      { age: '18-24', gender: 'male' },
    ],
    [{ country: 'FR' }, { country: 'BE' }],
    [{ region: 'Bretagne' }, { region: 'Corse' }],
    [{ platform_position: 'feed' }, { platform_position: 'story' }],
    [{ impression_device: 'iphone' }, { impression_device: 'ipad' }],
    [
      { hourly_stats_aggregated_by_advertiser_time_zone: '00:00:00 - 00:59:59' },
      { hourly_stats_aggregated_by_advertiser_time_zone: '01:00:00 - 01:59:59' },
    ],
  ].map((rows) =>
    meta(
      `${Object.keys(rows[0] ?? {}).join(' and ')} ${JSON.stringify(rows[1])} is added up`,
      { a: brokenDown(...rows) },
      { 1: 300 },
    ),
  ),
  ...['age', 'gender', 'country_code', 'province_id', 'platform', 'placement', 'ac', 'language'].map((name) =>
    tiktok(`${name} is added up`, { a: dimensioned({ [name]: 'x' }, { [name]: 'y' }) }, { 1: 300 }),
  ),
  ...[
    'keywordView',
    'ageRangeView',
    'genderView',
    'geographicView',
    'searchTermView',
    'shoppingPerformanceView',
    'assetGroup',
  ].map((name) =>
    google(
      `the rows of ${name} are added up`,
      { a: [googlePage([1, 2].map((n) => googleAd('1', '', 1.5, { adGroupAd: undefined, ...view(name, n) })))] },
      { 1: 300 },
    ),
  ),
  google(
    'a dimension that the answer does not show is added up',
    { a: [googlePage([googleAd('1', 'a', 1), googleAd('1', 'a', 1), googleAd('1', 'a', 2)])] },
    { 1: 400 },
  ),
  meta(
    'a breakdown that nobody knows is added up',
    { a: brokenDown({ weather: 'rain' }, { weather: 'rain' }) },
    { 1: 300 },
  ),
];

const notAdditive: readonly Case[] = [
  ...[
    'clickType',
    'conversionAction',
    'conversionActionName',
    'externalConversionSource',
    'newVersusReturningCustomers',
    'somethingNew',
  ].map((name) =>
    google(
      `${name} is refused by its name`,
      { a: segmented({ [name]: 'x' }, { [name]: 'y' }) },
      {},
      refused(`dimension:segments.${name}`),
    ),
  ),
  ...['adGroupAdAssetView', 'assetFieldTypeView', 'campaignAsset', 'adGroupAudienceView'].map((name) =>
    google(
      `${name} is refused by its name`,
      { a: [googlePage([1, 2].map((n) => googleAd('1', 'a', 1.5, view(name, n))))] },
      {},
      refused(`dimension:${name}`),
    ),
  ),
  ...['product_id', 'frequency_value', 'image_asset', 'body_asset'].map((name) =>
    meta(
      `${name} is refused by its name`,
      { a: brokenDown({ [name]: 'x' }, { [name]: 'y' }) },
      {},
      refused(`dimension:${name}`),
    ),
  ),
  ...['interest_category', 'contextual_tag', 'something_new'].map((name) =>
    tiktok(
      `${name} is refused by its name`,
      { a: dimensioned({ [name]: 'x' }, { [name]: 'y' }) },
      {},
      refused(`dimension:dimensions.${name}`),
    ),
  ),
  tiktok(
    'hours without their day are refused by their name',
    {
      a: dimensioned(
        { stat_time_day: undefined, stat_time_hour: `${day} 10:00:00` },
        { stat_time_day: undefined, stat_time_hour: `${day} 11:00:00` },
      ),
    },
    {},
    refused('dimension:dimensions.stat_time_hour'),
  ),
];

const restated: readonly Case[] = [
  meta(
    'an ad that a newer pull no longer has is gone',
    {
      'pulled-11': metaPage([metaAd('1', 'a', 5), metaAd('1', 'b', 2), metaAd('2', 'c', 1)]),
      'pulled-12': metaPage([metaAd('1', 'a', 6)]),
    },
    { 1: 600 },
    { duplicates: 3 },
  ),
  meta(
    'a newer pull by another breakdown replaces the older',
    {
      1: brokenDown({ country: 'FR' }, { country: 'BE' }),
      2: brokenDown({ age: '18-24' }, { age: '25-34' }, { age: '35-44' }),
    },
    { 1: 450 },
    { duplicates: 2 },
  ),
  meta(
    'another account is another report',
    { 1: metaPage([metaAd('1', 'a', 5)]), 2: metaPage([metaAd('2', 'b', 3, { account_id: '78' })]) },
    { 1: 500, 2: 300 },
  ),
  meta(
    'a newer answer that is an error replaces nothing',
    { 1: metaPage([metaAd('1', 'a', 5)]), 2: { error: { code: 17, message: 'User request limit\nreached' } } },
    { 1: 500 },
    { rejects: [['2', 1, 'platform_error:17 User request limit reached']] },
  ),
  meta(
    'a newer report that is refused replaces nothing',
    { 1: metaPage([metaAd('1', 'a', 5)]), 2: metaPage([metaAd('1', 'a', 6, { product_id: '1' })]) },
    { 1: 500 },
    { rejects: [['2', 1, 'dimension:product_id']] },
  ),
  tiktok(
    'a withdrawn campaign is gone, although the account is not named',
    { 1: tiktokPage([tiktokAd('1', 'a', 5), tiktokAd('2', 'b', 2)]), 2: tiktokPage([tiktokAd('1', 'a', 6)]) },
    { 1: 600 },
  ),
  tiktok(
    'two accounts that are not named are no restatement',
    { 1: tiktokPage([tiktokAd('1', 'a', 5)]), 2: tiktokPage([tiktokAd('2', 'b', 2)]) },
    { 1: 500, 2: 200 },
  ),
  ...[
    { id: 'an account that only the older answer names is restated whole', older: { advertiser_id: '8' }, newer: {} },
    { id: 'an account that only the newer answer names is restated whole', older: {}, newer: { advertiser_id: '8' } },
    {
      id: 'an account that one answer names among its dimensions is restated whole',
      older: { dimensions: { advertiser_id: '8' } },
      newer: {},
    },
  ].map(({ id, older, newer }) =>
    tiktok(
      id,
      {
        1: tiktokPage([tiktokAd('1', 'a', 11, older), tiktokAd('2', 'b', 2, older)]),
        2: tiktokPage([tiktokAd('1', 'a', 5, newer), tiktokAd('3', 'c', 1, newer)]),
      },
      { 1: 500, 3: 100 },
      { rows: [{ account_id: '8' }, { account_id: '8' }] },
    ),
  ),
  tiktok(
    'an answer that shares a campaign with one of a named account’s only by another',
    {
      1: tiktokPage([tiktokAd('1', 'a', 11, { advertiser_id: '8' })]),
      2: tiktokPage([tiktokAd('1', 'a', 5), tiktokAd('2', 'b', 4)]),
      3: tiktokPage([tiktokAd('2', 'b', 3)]),
    },
    { 2: 300 },
  ),
  tiktok(
    'answers of two accounts, one named: the other is no restatement',
    {
      1: tiktokPage([tiktokAd('1', 'a', 11, { advertiser_id: '8' })]),
      2: tiktokPage([tiktokAd('2', 'b', 5)]),
    },
    { 1: 1100, 2: 500 },
    { rows: [{ account_id: '8' }, { account_id: 'tiktok' }] },
  ),
  tiktok(
    'an account that is named is restated whole',
    {
      1: tiktokPage([tiktokAd('1', 'a', 5, { advertiser_id: '8' })]),
      2: tiktokPage([tiktokAd('2', 'b', 2, { advertiser_id: '8' })]),
    },
    { 2: 200 },
  ),
  google(
    'ads and campaigns side by side',
    {
      ads: [googlePage([googleAd('1', 'a', 3), googleAd('1', 'b', 2)])],
      campaigns: [googlePage([googleCampaign('1', 5), googleCampaign('9', 7, pmax)])],
    },
    { 1: 500, 9: 700 },
    { duplicates: 1 },
  ),
  google(
    'ads and campaigns in one file',
    { a: [googlePage([googleAd('1', 'a', 3), googleCampaign('1', 5)]), googlePage([googleCampaign('9', 7, pmax)])] },
    { 1: 300, 9: 700 },
  ),
  google(
    'Performance Max beside the ads, and once more among the campaigns',
    {
      ads: [googlePage([googleAd('1', 'a', 3), googleCampaign('9', 7, pmax)])],
      campaigns: [googlePage([googleCampaign('1', 3), googleCampaign('9', 8, pmax)])],
    },
    { 1: 300, 9: 800 },
  ),
  google(
    'a campaign that the newer pull of its level lacks is not taken from an older one',
    {
      1: [googlePage([googleCampaign('1', 5), googleCampaign('2', 4)])],
      2: [googlePage([googleCampaign('1', 6)])],
      ads: [googlePage([googleAd('1', 'a', 5.5)])],
    },
    { 1: 550 },
  ),
  google(
    'keywords see a part of the account, and fill what nothing else tells',
    {
      ads: [googlePage([googleAd('1', 'a', 5)])],
      keywords: [
        googlePage([
          googleAd('1', '', 4, { adGroupAd: undefined, ...view('keywordView', 1) }),
          googleAd('2', '', 1, { adGroupAd: undefined, ...view('keywordView', 2) }),
        ]),
      ],
    },
    { 1: 500, 2: 100 },
  ),
];

const paged: readonly Case[] = [
  meta('a list of pages', { a: [metaPage([metaAd('1', 'a', 5)]), metaPage([metaAd('1', 'b', 2)])] }, { 1: 700 }),
  meta(
    'a page a line',
    {
      a: `${JSON.stringify(metaPage([metaAd('1', 'a', 5)], { next: 'https://graph.example' }))}\n${JSON.stringify(metaPage([metaAd('1', 'b', 2)], { previous: 'p' }))}\n`,
    },
    { 1: 700 },
  ),
  tiktok(
    'pages one after the other, as an editor lays them out',
    {
      a: `${JSON.stringify(tiktokPage([tiktokAd('1', 'a', 5)], 1, 2), null, 2)}\n${JSON.stringify(tiktokPage([tiktokAd('1', 'b', 2)], 2, 2), null, 2)}`,
    },
    { 1: 700 },
  ),
  meta(
    'pages in files of their own are one report',
    {
      'a-1': metaPage([metaAd('1', 'a', 5)], { next: 'n' }),
      'a-2': metaPage([metaAd('1', 'b', 2)], { next: 'n', previous: 'p' }),
      'a-3': metaPage([metaAd('1', 'c', 1)], { previous: 'p' }),
    },
    { 1: 800 },
    { duplicates: 0 },
  ),
  tiktok(
    'two pulls of two pages each',
    {
      'a-1': tiktokPage([tiktokAd('1', 'a', 5)], 1, 2),
      'a-2': tiktokPage([tiktokAd('1', 'b', 2)], 2, 2),
      'b-1': tiktokPage([tiktokAd('1', 'a', 4)], 1, 2),
      'b-2': tiktokPage([tiktokAd('1', 'b', 1)], 2, 2),
    },
    { 1: 500 },
    { duplicates: 2 },
  ),
  google(
    'pages by token in files of their own',
    { 'a-1': googlePage([googleAd('1', 'a', 5)], { nextPageToken: 't' }), 'a-2': googlePage([googleAd('1', 'b', 2)]) },
    { 1: 700 },
  ),
  google(
    'a newer pull after one that lacks its second page',
    {
      a: googlePage([googleAd('1', 'a', 5)], { nextPageToken: 't' }),
      b: googlePage([googleAd('1', 'a', 6), googleAd('1', 'b', 2)]),
    },
    { 1: 800 },
  ),
  meta(
    'the first of two pages',
    { a: metaPage([metaAd('1', 'a', 5)], { next: 'https://graph.example?access_token=SECRET' }) },
    { 1: 500 },
    { rejects: [['a', 2, 'missing_page:object']] },
  ),
  meta(
    'the second of two pages',
    { a: metaPage([metaAd('1', 'a', 5)], { previous: 'p' }) },
    { 1: 500 },
    { rejects: [['a', 2, 'missing_page:object']] },
  ),
  meta(
    'a page is missing, and the next file is another report',
    { a: metaPage([metaAd('1', 'a', 5)], { next: 'n' }), b: metaPage([metaAd('2', 'b', 1, { account_id: '78' })]) },
    { 1: 500, 2: 100 },
    { rejects: [['a', 2, 'missing_page:object']] },
  ),
  tiktok(
    'page 1 of 2',
    { a: tiktokPage([tiktokAd('1', 'a', 5)], 1, 2) },
    { 1: 500 },
    { rejects: [['a', 2, 'missing_page:object']] },
  ),
  tiktok(
    'pages 1 and 3 of 3',
    { a: [tiktokPage([tiktokAd('1', 'a', 5)], 1, 3), tiktokPage([tiktokAd('1', 'b', 1)], 3, 3)] },
    { 1: 600 },
    { rejects: [['a', 3, 'missing_page:object']] },
  ),
  tiktok(
    'pages 1 and 3 of 3 in files of their own',
    { 'a-1': tiktokPage([tiktokAd('1', 'a', 5)], 1, 3), 'a-3': tiktokPage([tiktokAd('1', 'b', 1)], 3, 3) },
    { 1: 600 },
    { rejects: [['a-3', 2, 'missing_page:object']] },
  ),
  google(
    'a token of a next page',
    { a: [googlePage([googleAd('1', 'a', 5)], { nextPageToken: 't' })] },
    { 1: 500 },
    { rejects: [['a', 2, 'missing_page:object']] },
  ),
  meta(
    'a page that was saved twice',
    { a: [metaPage([metaAd('1', 'a', 5)]), metaPage([metaAd('1', 'a', 5)])] },
    { 1: 500 },
    { rejects: [['a', 2, 'repeated_page:document']] },
  ),
  meta(
    'a second page that is cut',
    { a: `${JSON.stringify(metaPage([metaAd('1', 'a', 5)]))}\n{"data": [{"ad_id"` },
    { 1: 500 },
    { rejects: [['a', 2, 'malformed:document']] },
  ),
];

const answered: readonly Case[] = [
  google(
    'nothing was spent',
    { a: [], b: [{}], c: [{ fieldMask: 'x', requestId: 'r' }], d: {}, e: [googlePage([])] },
    {},
  ),
  meta('nothing was spent', { a: metaPage([]), b: [] }, {}),
  tiktok('nothing was spent', { a: tiktokPage([]), b: { code: 0, data: { list: null } } }, {}),
  google(
    'a row of totals is no row',
    {
      a: [
        googlePage([googleAd('1', 'a', 5)], { fieldMask: 'x' }),
        { summaryRow: { metrics: { costMicros: '5000000' } } },
        googlePage([googleAd('1', 'b', 2)], { summaryRow: { metrics: { costMicros: '7000000' } } }),
      ],
    },
    { 1: 700 },
  ),
  meta('a summary is no row', { a: { ...metaPage([metaAd('1', 'a', 5)]), summary: { spend: '5.00' } } }, { 1: 500 }),
  tiktok(
    'totals are no row',
    { a: { code: 0, data: { list: [tiktokAd('1', 'a', 5)], total_metrics: { spend: '5.00' } } } },
    { 1: 500 },
  ),
  google(
    'an error in a stream',
    {
      a: [
        googlePage([googleAd('1', 'a', 5)]),
        { error: { code: 503, message: 'The service is currently unavailable.', status: 'UNAVAILABLE' } },
      ],
    },
    { 1: 500 },
    { rejects: [['a', 2, 'platform_error:503 The service is currently unavailable.']] },
  ),
  google(
    'an error instead of a report',
    { a: { error: { code: 401, status: 'UNAUTHENTICATED' } } },
    {},
    { rejects: [['a', 1, 'platform_error:401 UNAUTHENTICATED']] },
  ),
  tiktok(
    'an error instead of a report',
    { a: { code: 40001, message: 'No permission', data: {} } },
    {},
    { rejects: [['a', 1, 'platform_error:40001 No permission']] },
  ),
  tiktok('an answer of another shape', { a: { data: { rows: [] } } }, {}, { rejects: [['a', 1, 'shape:document']] }),
  google(
    'rows that are in no page',
    { a: [googleAd('1', 'a', 5), googleAd('1', 'b', 5)] },
    {},
    { rejects: [['a', 1, 'shape:document']] },
  ),
];

const fields: readonly Case[] = [
  google(
    'what is left out is nothing, and claims that no row has are not told',
    {
      a: [
        googlePage([
          googleAd('1', 'a', 5, { metrics: { costMicros: '5000000' } }),
          googleAd('2', 'b', 0, { metrics: {} }),
        ]),
      ],
    },
    { 1: 500, 2: 0 },
    {
      rows: [
        { campaign_id: '1', impressions: '0', clicks: '0', claimed_conversions: null, claimed_value: null },
        { campaign_id: '2', impressions: '0', clicks: '0', claimed_conversions: null, claimed_value: null },
      ],
    },
  ),
  google(
    'claims that some rows have are nothing in the others',
    {
      a: [
        googlePage([
          googleAd('1', 'a', 5, { metrics: { costMicros: '5000000', conversions: 2 } }),
          googleAd('2', 'b', 3, { metrics: { costMicros: '3000000' } }),
        ]),
      ],
    },
    { 1: 500, 2: 300 },
    {
      rows: [
        { campaign_id: '1', claimed_conversions: 2, claimed_value: null },
        { campaign_id: '2', claimed_conversions: 0, claimed_value: null },
      ],
    },
  ),
  google(
    'a query without figures',
    { a: [googlePage([googleAd('1', 'a', 5, { metrics: undefined })])] },
    {},
    { rejects: [['a', 1, 'required:metrics']] },
  ),
  google(
    'a query without the type',
    { a: [googlePage([googleCampaign('1', 5, { campaign: { id: '1', name: 'x' } })])] },
    {},
    { rejects: [['a', 1, 'required:campaign.advertisingChannelType']] },
  ),
  google(
    'what Google places over several networks is Cross-network',
    {
      a: [
        googlePage(
          ['PERFORMANCE_MAX', 'SMART', 'LOCAL', 'MULTI_CHANNEL', 'DISCOVERY', 'DEMAND_GEN'].map((type, n) =>
            googleCampaign(String(n), 1, { campaign: { id: String(n), name: 'x', advertisingChannelType: type } }),
          ),
        ),
      ],
    },
    { 0: 100, 1: 100, 2: 100, 3: 100, 4: 100, 5: 100 },
    { rows: Array.from({ length: 6 }, (_, n) => ({ campaign_id: String(n), channel: 'Cross-network' })) },
  ),
  google(
    'other types are their channels',
    {
      a: [
        googlePage(
          ['SEARCH', 'SHOPPING', 'VIDEO', 'DISPLAY', 'HOTEL'].map((type, n) =>
            googleCampaign(String(n), 1, { campaign: { id: String(n), name: 'x', advertisingChannelType: type } }),
          ),
        ),
      ],
    },
    { 0: 100, 1: 100, 2: 100, 3: 100, 4: 100 },
    {
      rows: ['Paid Search', 'Paid Shopping', 'Paid Video', 'Display', 'Paid Other'].map((channel, n) => ({
        campaign_id: String(n),
        channel,
      })),
    },
  ),
  google(
    'devices that we have no category for',
    { a: segmented({ device: 'CONNECTED_TV' }, { device: 'MOBILE' }) },
    { 1: 300 },
    {
      rows: [
        { segments: 'device=MOBILE', device: 'mobile' },
        { segments: 'device=CONNECTED_TV', device: 'other' },
      ],
    },
  ),
  meta(
    'devices by their own names',
    {
      a: brokenDown(
        { device_platform: 'mobile_web' },
        { device_platform: 'desktop' },
        { impression_device: 'ipad' },
        { impression_device: 'android_smartphone' },
      ),
    },
    { 1: 600 },
    {
      rows: [
        ['device_platform=desktop', 'desktop'],
        ['device_platform=mobile_web', 'mobile'],
        ['impression_device=android_smartphone', 'mobile'],
        ['impression_device=ipad', 'tablet'],
      ].map(([segments, device]) => ({ segments, device })),
    },
  ),
  meta(
    'purchases that are broken down are added up',
    {
      a: metaPage([
        metaAd('1', 'a', 5, {
          actions: [
            { action_type: 'omni_purchase', action_device: 'desktop', value: '2' },
            { action_type: 'omni_purchase', action_device: 'iphone', value: '3' },
            { action_type: 'purchase', value: '9' },
          ],
        }),
      ]),
    },
    { 1: 500 },
    { rows: [{ claimed_conversions: 5 }] },
  ),
  meta(
    'an id that is a number keeps every digit',
    {
      a: `{"data":[${JSON.stringify(metaAd('1', 'a', 5))
        .replace('"campaign_id":"1"', '"campaign_id":120208412330000613')
        .replace('"ad_id":"a"', '"ad_id": 9007199254740993')}]}`,
    },
    { '120208412330000613': 500 },
    { rows: [{ campaign_id: '120208412330000613', ad_id: '9007199254740993' }] },
  ),
  meta(
    'a name is kept as it was written, and folded beside',
    { a: metaPage([metaAd('1', 'a', 5, { campaign_name: ' E\u0301te\u0301\u00A0 2025 "x" 12345678901234567890' })]) },
    { 1: 500 },
    {
      rows: [
        {
          campaign_name: ' E\u0301te\u0301\u00A0 2025 "x" 12345678901234567890',
          campaign_folded: 'été 2025 "x" 12345678901234567890',
        },
      ],
    },
  ),
  tiktok(
    'a report of campaigns',
    {
      a: tiktokPage([
        {
          dimensions: { campaign_id: '1784000000000001', stat_time_day: day },
          metrics: { campaign_name: 'x', currency: 'EUR', spend: '5.00', impressions: '1', clicks: '0' },
        },
      ]),
    },
    { '1784000000000001': 500 },
    { rows: [{ level: 'campaign', ad_group_id: null, ad_id: null, campaign_id: '1784000000000001' }] },
  ),
  tiktok(
    'a report without its currency',
    { a: tiktokPage([tiktokAd('1', 'a', 5, { currency: undefined })]) },
    {},
    { rejects: [['a', 1, 'required:currency']] },
  ),
  meta(
    'a report of a week',
    { a: metaPage([metaAd('1', 'a', 5, { date_stop: '2025-03-16' })]) },
    {},
    { rejects: [['a', 1, 'range:date_stop']] },
  ),
];

const groups = [
  ['added up', additive],
  ['refused by name', notAdditive],
  ['restated', restated],
  ['in pages', paged],
  ['answers', answered],
  ['fields', fields],
] as const;

/** Each case has a day to itself in one lake: days are independent, and to plan a transform takes longer than to run it. */
const days = new Map(
  groups
    .flatMap(([, cases]) => cases)
    .map((one, i) => [one, new Date(Date.parse(day) - i * 86_400_000).toISOString().slice(0, 10)]),
);
const dayOf = (one: Case) => days.get(one) ?? '';
const keyIn = (one: Case, name: string) => `raw/advertising/${one.platform}/dt=${dayOf(one)}/${name}.json`;

describe('of a lake with a day for each case', () => {
  const found = new Map<string, { rows: Row[]; rejects: Row[]; duplicates: number }>();
  const of = (one: Case) => found.get(dayOf(one)) ?? { rows: [], rejects: [], duplicates: 0 };

  beforeAll(async () => {
    await withSmallLake(engine, async (small) => {
      for (const [one, own] of days) {
        found.set(own, { rows: [], rejects: [], duplicates: 0 });
        for (const [name, content] of Object.entries(one.files)) {
          const text = typeof content === 'string' ? content : JSON.stringify(content);
          await small.drop(keyIn(one, name), text.replaceAll(day, own));
        }
      }
      const { built } = await small.transform('ad_spend');
      for (const { day: own, duplicates } of built) {
        const there = found.get(own);
        if (there === undefined) throw new Error(`No case is of ${own}, which was built.`);
        there.duplicates = duplicates;
      }
      for (const row of await small.rows('ad_spend')) found.get(String(row['dt']))?.rows.push(row);
      for (const reject of await small.rejects('ad_spend'))
        found.get(dayOfKey(String(reject.object)) ?? '')?.rejects.push(reject);
    });
  });

  describe.each(groups)('%s', (_, cases) => {
    test.each(cases)('$id', (one) => {
      const { rows, rejects, duplicates } = of(one);
      const sums = new Map<string, number>();
      for (const row of rows)
        sums.set(
          String(row['campaign_id']),
          (sums.get(String(row['campaign_id'])) ?? 0) + Math.round(Number(row['spend_eur']) * 100),
        );
      expect(Object.fromEntries(sums)).toEqual(one.spend);
      expect(rejects.map(({ object, line, reasons }) => ({ object, line, reasons }))).toEqual(
        (one.rejects ?? []).map(([name, line, reason]) => ({ object: keyIn(one, name), line, reasons: [reason] })),
      );
      expect(JSON.stringify(rejects)).not.toContain('SECRET');
      expect(duplicates).toBe(one.duplicates ?? duplicates);
      const names = Object.keys(one.rows?.[0] ?? {});
      expect(one.rows && rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))).toEqual(
        one.rows,
      );
    });
  });
});
