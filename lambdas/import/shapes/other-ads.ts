/** Tables of advertising pages whose interfaces have no feed of their own: they have records of one form. */
import type { Converted, ImportContext, Shape } from '../shape.ts';
import type { Fields, Table } from '../table.ts';
import { inCurrency, readReport, type Platform } from './ad-report.ts';
import { keywordFields } from './keywords.ts';
import { deviceOf, typeOf } from './google-ads.ts';

interface Other {
  readonly shape: string;
  readonly source: string;
  readonly report: string;
  /** As `ad_spend.platform` has it. */
  readonly platform: string;
  readonly fields: Fields;
  readonly needs: readonly string[];
  /** Whether the type of a campaign tells its channel. */
  readonly hasTypes?: boolean;
  readonly page: Platform;
}

/** Writes the rows of a report as records of the feed `advertising/reports`. */
export async function convertReport(
  table: Table,
  context: ImportContext,
  { platform, page, hasTypes = false }: Pick<Other, 'platform' | 'page' | 'hasTypes'>,
): Promise<Converted> {
  const { rows, converted } = await readReport(table, context, page);
  const unknown = new Set<string>();
  for (const one of rows) {
    const type = one.cell('type');
    const known = hasTypes ? typeOf(type) : type;
    if (known === undefined) unknown.add(type === '' ? '(none)' : type);
    const device = one.cell('device');
    await context.documents.reported('advertising/reports', one.row, {
      platform,
      account_id: one.account.id,
      currency: one.currency,
      campaign_id: one.campaign.id,
      campaign_name: one.campaign.name,
      campaign_type: known?.toLowerCase() || undefined,
      ad_group_id: one.adGroup?.id,
      ad_group_name: one.adGroup?.name,
      ad_id: one.ad?.id,
      ad_name: one.ad?.name,
      keyword: one.keyword?.text,
      match_type: one.keyword?.matchType,
      is_view: one.isView ? 'true' : undefined,
      device: device === '' ? undefined : (deviceOf(device) ?? 'OTHER'),
      date: one.day,
      sends: one.sends || undefined,
      impressions: one.impressions || '0',
      clicks: one.clicks || '0',
      spend: one.spend || '0',
      conversions: one.conversions || undefined,
      conversion_value: one.value || undefined,
    });
  }
  return unknown.size === 0
    ? converted
    : {
        ...converted,
        notes: [
          ...converted.notes,
          `The campaign types ${[...unknown].join(', ')} are not known: their spend stands under Paid Other. Add the column “Campaign type”.`,
        ],
      };
}

const other = ({ shape, source, report, fields, needs, ...rest }: Other): Shape => ({
  name: shape,
  source,
  report,
  fields,
  needs,
  convert: (table, context) => convertReport(table, context, rest),
});

/** Pinterest Ads, Reporting, Export: one row a day. */
export const pinterestAds = other({
  shape: 'pinterest-ads-csv',
  source: 'Pinterest Ads',
  report: 'campaigns, ad groups or ads by day',
  platform: 'pinterest_ads',
  fields: {
    day: /^(?:date|day|jour)$/,
    account: /^(?:ad )?account name$/,
    account_id: /^(?:(?:ad )?account|advertiser) id$/,
    currency: /^(?:(?:ad )?account )?currency$/,
    campaign: /^(?:campaign name|nom de (?:la )?campagne)$/,
    campaign_id: /^(?:campaign id|id de (?:la )?campagne)$/,
    type: /^(?:campaign )?objective(?: type)?$/,
    ad_group: /^ad group name$/,
    ad_group_id: /^ad group id$/,
    ad: /^(?:ad|promoted pin|pin promotion) name$/,
    ad_id: /^(?:ad|promoted pin|pin promotion) id$/,
    device: /^(?:app type|device)$/,
    impressions: /^(?:paid )?impressions?$/,
    clicks: /^(?:paid )?outbound clicks?$/,
    spend: inCurrency('spend in account currency|spend|depense'),
    conversions: /^(?:total )?conversions checkout$/,
    value: inCurrency('total order value checkout|total conversions value checkout'),
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  page: {
    byDay: 'In Pinterest Ads: Reporting, Custom report, breakdown “Day”; then export again.',
    account: 'In Pinterest Ads: add the column “Ad account ID”.',
    currency: 'In Pinterest Ads: add the column “Currency”.',
    totalsHaveNoCampaign: true,
  },
});

/** Microsoft Advertising, Reports: a heading of lines above, a line of copyright below. */
export const microsoftAds = other({
  shape: 'microsoft-ads-csv',
  source: 'Microsoft Advertising',
  report: 'campaigns, ad groups, ads or keywords by day',
  platform: 'microsoft_ads',
  hasTypes: true,
  fields: {
    day: /^(?:time period|timeperiod|gregorian date|date|day|jour)$/,
    account: /^account ?name$/,
    account_id: /^account (?:id|number)$|^accountid$|^accountnumber$/,
    currency: /^currency ?code$/,
    campaign: /^campaign(?: ?name)?$/,
    campaign_id: /^campaign ?id$/,
    type: /^campaign ?type$/,
    ad_group: /^ad ?group(?: ?name)?$/,
    ad_group_id: /^ad ?group ?id$/,
    ad_id: /^ad ?id$/,
    ...keywordFields,
    device: /^device ?type$/,
    impressions: /^(?:impressions|impr)$/,
    clicks: /^clicks$/,
    spend: inCurrency('spend'),
    conversions: /^conversions$/,
    value: /^revenue$/,
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  page: {
    byDay: 'In Microsoft Advertising: Reports, Campaign, “Show (unit of time)”: Day; then download again.',
    account: 'In Microsoft Advertising: add the column “Account ID”.',
    currency: 'In Microsoft Advertising: add the column “Currency code”.',
    totalsHaveNoCampaign: true,
  },
});

/** LinkedIn Campaign Manager, Export: UTF-16 with tabs, and lines above that tell the period. */
export const linkedinAds = other({
  shape: 'linkedin-ads-csv',
  source: 'LinkedIn Campaign Manager',
  report: 'campaigns or ads by day',
  platform: 'linkedin_ads',
  fields: {
    day: /^(?:start date(?: in utc)?|date|day)$/,
    account: /^account name$/,
    account_id: /^account id$/,
    currency: /^currency$/,
    campaign: /^campaign name$/,
    campaign_id: /^campaign id$/,
    type: /^(?:campaign objective|objective)$/,
    ad: /^(?:creative name|ad name)$/,
    ad_id: /^(?:creative id|ad id)$/,
    impressions: /^impressions$/,
    clicks: /^clicks(?: to landing page)?$/,
    spend: inCurrency('total spent'),
    conversions: /^conversions$/,
    value: /^total conversion value$/,
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  page: {
    byDay: 'In Campaign Manager: Export, “Campaign performance”, time breakdown “Daily”; then export again.',
    account: 'In Campaign Manager: export with the column “Account ID”, or “Account Name”.',
    currency: 'In Campaign Manager: export with the column “Currency”.',
    totalsHaveNoCampaign: true,
  },
});

/** Criteo, Analytics: the headings of the page, and of the API's CSV. */
export const criteo = other({
  shape: 'criteo-csv',
  source: 'Criteo',
  report: 'campaigns or ad sets by day',
  platform: 'criteo',
  fields: {
    day: /^(?:day|date|jour)$/,
    account: /^advertiser(?: ?name)?$/,
    account_id: /^advertiser ?id$/,
    currency: /^currency$/,
    campaign: /^campaign(?: ?name)?$/,
    campaign_id: /^campaign ?id$/,
    ad_group: /^ad ?set(?: ?name)?$/,
    ad_group_id: /^ad ?set ?id$/,
    device: /^device$/,
    impressions: /^(?:displays|exposed displays)$/,
    clicks: /^clicks$/,
    spend: inCurrency('advertiser ?cost|cost|spend'),
    conversions: /^(?:sales|attributed sales|sales all client attribution|salesallclientattribution)$/,
    value: inCurrency('revenue|revenue generated|revenue all client attribution|revenuegeneratedallclientattribution'),
  },
  needs: ['spend', 'impressions', 'clicks'],
  page: {
    byDay: 'In Criteo: Analytics, dimension “Day”; then export again.',
    account: 'In Criteo: add the dimension “Advertiser ID”.',
    currency: 'In Criteo: add “Currency”.',
    totalsHaveNoCampaign: false,
  },
});
