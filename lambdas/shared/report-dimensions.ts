/** What the answers of advertising platforms are broken down by: the one list for the import and for the SQL of ad_spend. */

const whole = (names: readonly string[]) => `^(${names.join('|')})$`;

const patterns = {
  /**
   * Google's segments over which impressions, clicks and cost add up. A week or a month says no more than the date
   * beside it. The others: clickType counts an impression several times, one with conversionAction in its name has no
   * cost, and so on.
   */
  is_additive_segment: whole([
    'device|adNetworkType|adSubNetworkType|adFormatType|hour|dayOfWeek|week|month|quarter|year|slot|keyword',
    'searchTerm|searchTermMatchType|searchSubcategory|searchEngineResultsPageType|webpage|geoTarget[A-Z]\\w*',
    'hotel[A-Z]\\w*|partnerHotelId|product[A-Z]\\w*|travelDestination[A-Z]\\w*',
  ]),
  /** Google's views see a part of an account (keywords, products, places). */
  is_view: '(View|Asset)$|^assetGroup$|^adGroupCriterion$',
  /** Over these the cost adds up; over assets it does not: an ad's cost stands at each of its assets. */
  is_additive_view: whole([
    'keywordView|adGroupCriterion|searchTermView|dynamicSearchAdsSearchTermView|ageRangeView|genderView',
    'incomeRangeView|parentalStatusView|geographicView|userLocationView|locationView|adScheduleView',
    'shoppingPerformanceView|assetGroup|landingPageView|expandedLandingPageView|hotelPerformanceView',
    'displayKeywordView|topicView|managedPlacementView|groupPlacementView|detailPlacementView',
  ]),
  /** Meta's breakdowns stand among the figures, so both kinds are known by their names. */
  is_additive_breakdown: whole([
    'age|gender|country|region|dma|comscore_market|publisher_platform|platform_position|device_platform',
    'impression_device|hourly_stats_aggregated_by_(advertiser|audience)_time_zone|user_segment_key|place_page_id',
  ]),
  /** A product or an asset is one of several that an impression shows. */
  is_other_breakdown: whole([
    'product_id|frequency_value|conversion_destination|is_conversion_id_modeled|skan_\\w+',
    '(body|call_to_action|description|image|link_url|title|video|ad_format|media)_asset',
  ]),
  /** TikTok's: a person has several interests, and an hour says nothing of the rest of its day. */
  is_additive_dimension: whole([
    'age|gender|country_code|province_id|dma_id|platform|placement|ac|language|device_brand_id',
  ]),
  /** Of TikTok's dimensions, what a record is of. */
  is_identity_dimension: whole(['advertiser_id|campaign_id|adgroup_id|ad_id|stat_time_day']),
} as const;

/** The same for SQL: macros of the SELECTs of the transform. */
export const dimensionMacros = Object.entries(patterns)
  .map(([name, pattern]) => `CREATE OR REPLACE TEMP MACRO ${name}(name) AS regexp_matches(name, '${pattern}');\n`)
  .join('');

const matching = (name: keyof typeof patterns) => {
  const pattern = new RegExp(patterns[name]);
  return (text: string) => pattern.test(text);
};
const isAdditiveSegment = matching('is_additive_segment');
/** Whether a name of a record of Google's is of a view. */
export const isView = matching('is_view');
const isAdditiveView = matching('is_additive_view');
const isOtherBreakdown = matching('is_other_breakdown');
const isAdditiveDimension = matching('is_additive_dimension');
const isIdentityDimension = matching('is_identity_dimension');

const namesIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).toSorted() : [];

/** What a record of a platform's answer is broken down by for which ad_spend refuses it, as it names that. */
export function unknownDimension(feed: string, record: Readonly<Record<string, unknown>>): string | undefined {
  if (feed === 'advertising/meta_ads') return namesIn(record).find(isOtherBreakdown);
  if (feed === 'advertising/tiktok_ads') {
    const name = namesIn(record['dimensions']).find((one) => !isIdentityDimension(one) && !isAdditiveDimension(one));
    return name === undefined ? undefined : `dimensions.${name}`;
  }
  if (feed !== 'advertising/google_ads') return undefined;
  const segment = namesIn(record['segments']).find((one) => one !== 'date' && !isAdditiveSegment(one));
  return segment === undefined
    ? namesIn(record).find((one) => isView(one) && !isAdditiveView(one))
    : `segments.${segment}`;
}
