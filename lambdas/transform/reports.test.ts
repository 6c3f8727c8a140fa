/**
 * What an advertising report is broken down by: the names of reports.sql, each of the lists that the platforms
 * document.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Macros, openMacros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

const lists: readonly (readonly [macro: string, names: string, others: string])[] = [
  [
    'is_additive_segment',
    'device adNetworkType adSubNetworkType adFormatType hour dayOfWeek week month quarter year slot keyword ' +
      'searchTerm ' +
      'searchTermMatchType searchSubcategory searchEngineResultsPageType webpage geoTargetCity geoTargetPostalCode ' +
      'hotelCity hotelCheckInDate partnerHotelId productBrand productTypeL1 travelDestinationCity',
    'clickType conversionAction conversionActionCategory conversionAttributionEventType externalConversionSource ' +
      'devices mydevice geoTarget geoTargetcity hotel product date',
  ],
  [
    'is_view',
    'keywordView campaignAssetView campaignAsset assetGroup adGroupCriterion adGroupAdAssetView',
    'campaign adGroup adGroupAd assetGroupAssets assetGroups adGroupCriterionX xassetGroup xadGroupCriterion Viewer',
  ],
  [
    'is_additive_view',
    'keywordView adGroupCriterion searchTermView dynamicSearchAdsSearchTermView ageRangeView genderView ' +
      'incomeRangeView parentalStatusView geographicView userLocationView locationView adScheduleView ' +
      'shoppingPerformanceView assetGroup landingPageView expandedLandingPageView hotelPerformanceView ' +
      'displayKeywordView topicView managedPlacementView groupPlacementView detailPlacementView',
    'adGroupAdAssetView campaignAsset assetGroupAsset clickView',
  ],
  [
    'is_additive_breakdown',
    'age gender country region dma comscore_market publisher_platform platform_position device_platform ' +
      'impression_device hourly_stats_aggregated_by_advertiser_time_zone ' +
      'hourly_stats_aggregated_by_audience_time_zone user_segment_key place_page_id',
    'ages average product_id image_asset hourly_stats_aggregated_by_nobody_time_zone date_start',
  ],
  [
    'is_other_breakdown',
    'product_id frequency_value conversion_destination is_conversion_id_modeled skan_campaign_id ' +
      'skan_conversion_id body_asset call_to_action_asset description_asset image_asset link_url_asset title_asset ' +
      'video_asset ad_format_asset media_asset',
    'age product_ids skan_ asset my_body_asset body_assets other_asset',
  ],
  [
    'is_additive_dimension',
    'age gender country_code province_id dma_id platform placement ac language device_brand_id',
    'interest_category stat_time_hour ages',
  ],
];

test.each(lists)('%s, of each name on its list and of no other', async (macro, names, others) => {
  const [known, strange] = [names.split(' '), others.split(' ')];
  const found = await macros.evaluate(`${macro}(x)`, [...known, ...strange]);
  expect([...known, ...strange].filter((_, i) => found[i] === true)).toEqual(known);
});

test.each([
  ['the sorted names of an object', { a: { c: 1, b: 2 } }, ['b', 'c']],
  ['none of an empty one', { a: {} }, []],
  ['none where it is not there', { b: {} }, []],
])('fields_of tells %s', async (_, record, names) => {
  expect(await macros.evaluate("array_to_string(fields_of(x, '$.a'), ',')", [JSON.stringify(record)])).toEqual([
    names.join(','),
  ]);
});

test.each([
  [{ a: { device: 'MOBILE', hour: 7 } }, 'device hour', 'device=MOBILE hour=7'],
  [{ a: { place: { resourceName: 'customers/1', id: 2 } } }, 'place', 'place=customers/1'],
  [{ a: { device: 'MOBILE' } }, 'device none', 'device=MOBILE none='],
  [{ a: {} }, '', null],
])('the dimensions of %j by %p are %p', async (record, names, told) => {
  const list = "list_filter(string_split(y, ' '), lambda n: n <> '')";
  expect(await macros.evaluate(`dimensions(x, '$.a', ${list})`, [[JSON.stringify(record), names]])).toEqual([told]);
});

test.each([
  [null, null],
  ['mobile', 'mobile'],
  ['mobile_app', 'mobile'],
  ['iphone', 'mobile'],
  ['ipod', 'mobile'],
  ['android_smartphone', 'mobile'],
  ['tablet', 'tablet'],
  ['ipad', 'tablet'],
  ['android_tablet', 'tablet'],
  ['desktop', 'desktop'],
  ['connected_tv', 'other'],
  ['immobile', 'other'],
  ['', 'other'],
])('%p is a device of the category %p', async (name, category) => {
  expect(await macros.evaluate('device_category(x)', [[name]])).toEqual([category]);
});

const channels: readonly (readonly [platform: string, type: string | null, subtype: string | null, channel: string])[] =
  [
    ['klaviyo', 'sms', null, 'SMS'],
    ['brevo', 'sms', null, 'SMS'],
    ['klaviyo', 'push', null, 'Mobile Push Notifications'],
    ['brevo', 'mobile_push', null, 'Mobile Push Notifications'],
    ['brevo', 'pushed', null, 'Mobile Push Notifications'],
    ['klaviyo', 'email', null, 'Email'],
    ['brevo', null, null, 'Email'],
    ['criteo', 'search', null, 'Display'],
    ['meta', 'search', null, 'Paid Social'],
    ['tiktok', null, 'shopping_smart_ads', 'Paid Social'],
    ...['performance_max', 'smart', 'local', 'multi_channel', 'discovery', 'demand_gen'].map(
      (type) => ['google_ads', type, null, 'Cross-network'] as const,
    ),
    ['microsoft_ads', 'performance_max', null, 'Cross-network'],
    ['google_ads', 'shopping', 'shopping_smart_ads', 'Cross-network'],
    ['google_ads', 'shopping', null, 'Paid Shopping'],
    ['microsoft_ads', 'shopping', 'other', 'Paid Shopping'],
    ['google_ads', 'video', null, 'Paid Video'],
    ['google_ads', 'display', null, 'Display'],
    ['google_ads', 'search', null, 'Paid Search'],
    ['microsoft_ads', 'search', null, 'Paid Search'],
    ['google_ads', 'hotel', null, 'Paid Other'],
    ['microsoft_ads', null, null, 'Paid Other'],
  ];

test.each(channels)('a campaign of %s, %p (%p), buys %s', async (platform, type, subtype, channel) => {
  expect(await macros.evaluate('bought_channel(x, y, z)', [[platform, type, subtype]])).toEqual([channel]);
});

test('a keyword is the same with and without the signs of its match type', async () => {
  const keywords = ['Soin  Bio', '+soin +bio', '"soin bio"', '[Soin bio]', '+soin "bio"'];
  expect(await macros.evaluate('keyword_folded(x)', [...keywords, '+', null])).toEqual([
    ...keywords.map(() => 'soin bio'),
    null,
    null,
  ]);
});

const action = (type: string, value: string) => ({ action_type: type, value });
const pixel = 'offsite_conversion.fb_pixel_purchase';
test.each([
  [
    'the omnichannel total, though it is told last',
    [action(pixel, '1'), action('purchase', '2'), action('omni_purchase', '3')],
    '3',
  ],
  ['purchases before those of the pixel', [action(pixel, '1'), action('purchase', '2')], '2'],
  ['those of the pixel where there are no others', [action(pixel, '1'), action('add_to_cart', '9')], '1'],
  ['nothing of other actions', [action('add_to_cart', '9'), action('', '8')], null],
  ['nothing of none', [], null],
  ['the sum of parts', [action('purchase', '1.10'), action('purchase', '2.25')], '3.350000'],
  ['a part as it is told where it is the only one', [action('purchase', '1.10')], '1.10'],
  ['what is no number, as it is told', [action('purchase', '1'), action('purchase', 'many')], 'many'],
])('Meta claims %s', async (_, actions, told) => {
  const list = `from_json(x, '[{"action_type": "VARCHAR", "value": "VARCHAR"}]')`;
  expect(await macros.evaluate(`meta_purchases(${list})`, [JSON.stringify(actions)])).toEqual([told]);
});
