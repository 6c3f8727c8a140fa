/** Tables of advertising pages whose interfaces have no feed of their own: they have records of one form. */
import type { Converted, ImportContext, Shape } from '../shape.ts';
import type { Fields } from '../heading.ts';
import type { Table } from '../table.ts';
import { currencyHeading, inCurrency } from './currency-headings.ts';
import { readReport } from './ad-report.ts';
import type { Platform } from './report-platform.ts';
import { anyOf } from './report-row.ts';
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
  readonly own: RegExp;
  readonly prefers?: NonNullable<Shape['prefers']>;
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
          `The campaign types ${[...unknown].join(', ')} are not known: their spend stands under Paid Other. ` +
            'Add the column “Campaign type”.',
        ],
      };
}

const other = ({ shape, source, report, fields, needs, own, prefers, ...rest }: Other): Shape => ({
  name: shape,
  source,
  report,
  fields,
  needs,
  own,
  ...(prefers && { prefers }),
  convert: (table, context) => convertReport(table, context, rest),
});

/** Pinterest Ads, Reporting, Export: one row a day; English and French headings. */
export const pinterestAds = other({
  shape: 'pinterest-ads-csv',
  source: 'Pinterest Ads',
  report: 'campaigns, ad groups or ads by day',
  platform: 'pinterest_ads',
  fields: {
    day: /^(?:date|day|jour)$/,
    account: /^(?:(?:ad )?account name|nom du compte(?: publicitaire)?)$/,
    account_id: /^(?:(?:(?:ad )?account|advertiser) id|(?:id|identifiant) du compte(?: publicitaire)?)$/,
    currency: currencyHeading,
    campaign: /^(?:campaign name|nom de (?:la )?campagne)$/,
    campaign_id: /^(?:campaign id|(?:id|identifiant) de (?:la )?campagne)$/,
    type: /^(?:(?:campaign )?objective(?: type)?|objectif(?: de (?:la )?campagne)?)$/,
    ad_group: /^(?:ad group name|nom du groupe d annonces(?: publicitaires)?)$/,
    ad_group_id: /^(?:ad group id|(?:id|identifiant) du groupe d annonces(?: publicitaires)?)$/,
    ad: /^(?:(?:ad|promoted pin|pin promotion) name|nom de l annonce)$/,
    ad_id: /^(?:(?:ad|promoted pin|pin promotion) id|(?:id|identifiant) de l annonce)$/,
    device: /^(?:app type|device)$/,
    impressions: /^(?:(?:paid )?impressions?|impressions payees)$/,
    clicks: /^(?:(?:paid )?outbound clicks?|clics sortants(?: payes)?)$/,
    spend: inCurrency('spend in account currency|spend|depenses? dans la devise du compte|depenses?'),
    conversions: /^(?:total )?conversions checkout$/,
    value: inCurrency('total order value checkout|total conversions value checkout'),
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  own: anyOf(
    'ad account id',
    'spend in account currency',
    'depenses? dans la devise du compte',
    '(?:paid )?(?:outbound|pin) clicks?',
    'clics (?:sortants|sur l epingle)(?: payes)?',
    'promoted pin (?:id|name)',
  ),
  page: {
    byDay: 'In Pinterest Ads: Reporting, Custom report, breakdown “Day”; then export again.',
    account: 'In Pinterest Ads: add the column “Ad account ID”.',
    currency: 'In Pinterest Ads: add the column “Currency”.',
    totalsHaveNoCampaign: true,
  },
  // What was paid for: others came by themselves.
  prefers: {
    spend: [/account currency|devise du compte/, /./],
    impressions: [/paid|payees/, /./],
    clicks: [/paid|payes/, /./],
  },
});

/** Microsoft Advertising, Reports: a heading of lines above, a line of copyright below; English, French, German. */
export const microsoftAds = other({
  shape: 'microsoft-ads-csv',
  source: 'Microsoft Advertising',
  report: 'campaigns, ad groups, ads or keywords by day',
  platform: 'microsoft_ads',
  hasTypes: true,
  fields: {
    day: /^(?:time ?period|periode(?: de temps)?|zeitraum|gregorian ?date|date|day|jour|tag|datum)$/,
    account: /^(?:account ?name|nom du compte|kontoname)$/,
    account_id: /^(?:account ?id|id (?:de|du) compte|konto id)$/,
    account_number: /^(?:account ?number|numero (?:de|du) compte|kontonummer)$/,
    currency: currencyHeading,
    campaign: /^(?:campaign(?: ?name)?|(?:nom de (?:la )?)?campagne|kampagne(?:nname)?)$/,
    campaign_id: /^(?:campaign ?id|id de (?:la )?campagne|kampagnen id)$/,
    type: /^(?:campaign ?type|type de (?:la )?campagne|kampagnentyp)$/,
    ad_group: /^(?:ad ?group(?: ?name)?|(?:nom du )?groupe d annonces|anzeigengruppe(?:nname)?)$/,
    ad_group_id: /^(?:ad ?group ?id|id du groupe d annonces|anzeigengruppen id)$/,
    ad_id: /^(?:ad ?id|id (?:de l )?annonce|anzeigen id)$/,
    ...keywordFields,
    device: /^(?:device ?type|type d appareil|geratetyp)$/,
    impressions: /^(?:impressions|impr|impressionen)$/,
    clicks: /^(?:clicks|clics|klicks)$/,
    spend: inCurrency('spend|depenses?|ausgaben'),
    conversions: /^conversions$/,
    value: /^(?:revenue?|revenus|chiffre d affaires|umsatz)$/,
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  own: anyOf(
    'impr',
    // In two words connectors have it, too.
    'currencycode',
    'code (?:de )?devise',
    'wahrungscode',
    'timeperiod',
    'gregorian ?date',
    '(?:account ?number|numero de compte|kontonummer)',
    'delivered match type',
    String.raw`(?:report name|nom du rapport|berichtsname|report aggregation)\b.*`,
    String.raw`.*\bmicrosoft corporation\b.*`,
  ),
  page: {
    byDay: 'In Microsoft Advertising: Reports, Campaign, “Show (unit of time)”: Day; then download again.',
    account: 'In Microsoft Advertising: add the column “Account ID”.',
    currency: 'In Microsoft Advertising: add the column “Currency code”.',
    totalsHaveNoCampaign: true,
  },
});

/** LinkedIn Campaign Manager, Export: UTF-16 with tabs, and lines above that tell the period; English, French, German. */
export const linkedinAds = other({
  shape: 'linkedin-ads-csv',
  source: 'LinkedIn Campaign Manager',
  report: 'campaigns or ads by day',
  platform: 'linkedin_ads',
  fields: {
    day: /^(?:(?:start date|date de debut|startdatum)(?: (?:in|en) utc| utc)?|date(?: day)?|day|jour|datum|tag)$/,
    account: /^(?:account name|nom du compte(?: publicitaire)?|kontoname|name des (?:anzeigen|werbe)?kontos)$/,
    account_id:
      /^(?:account id|(?:id|identifiant|n ?o?) (?:du|de) compte(?: publicitaire)?|(?:anzeigen|werbe)?konto id)$/,
    currency: currencyHeading,
    campaign: /^(?:campaign name|nom de (?:la )?campagne|kampagnenname|name der kampagne)$/,
    campaign_id: /^(?:campaign id|(?:id|identifiant|n ?o?) de (?:la )?campagne|kampagnen id)$/,
    type: /^(?:(?:campaign )?objective|objectif(?: de (?:la )?campagne)?|(?:kampagnen)?ziel)$/,
    ad: /^(?:(?:creative|ad) name|nom (?:de la (?:creation|publicite)|de l annonce|du contenu)|(?:anzeigen|creative )name|name der anzeige)$/,
    ad_id:
      /^(?:(?:creative|ad) id|(?:id|identifiant) (?:de la (?:creation|publicite)|de l annonce|du contenu)|(?:anzeigen|creative) id)$/,
    impressions: /^(?:impressions|impressionen)$/,
    clicks:
      /^(?:clicks(?: to landing page)?|clics(?: vers la page de destination)?|klicks(?: (?:auf|zur) (?:die )?landing ?page)?)$/,
    // A connector's table calls it as the interface does.
    spend: inCurrency(
      'total spent|cost(?: in local currency)?|(?:total|montant(?: total)?) depense|depenses? ' +
        'totales?|gesamtausgaben|ausgaben insgesamt|insgesamt ausgegeben|gesamtbetrag ausgegeben',
    ),
    conversions: /^(?:conversions|konversionen)$/,
    value: inCurrency(
      'total conversion value|valeur (?:totale )?(?:de|des) conversions?|gesamtwert der conversions|(?:gesamter )?conversion wert',
    ),
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  own: anyOf(
    'total spent(?: [a-z]{3})?',
    '(?:start date|startdatum) in utc',
    'date de debut en utc',
    'clicks to landing page',
    'clics vers la page de destination',
    'campaign group (?:id|name)',
    '(?:nom|id|identifiant) du groupe de campagnes',
    'kampagnengruppen? ?(?:name|id)',
    'name der kampagnengruppe',
    'campaign performance report.*',
    'rapport (?:de|sur les) performances? (?:de la|des) campagnes?.*',
    '(?:kampagnen ?performance ?bericht|bericht zur kampagnen ?(?:performance|leistung)).*',
  ),
  page: {
    byDay: 'In Campaign Manager: Export, “Campaign performance”, time breakdown “Daily”; then export again.',
    account: 'In Campaign Manager: export with the column “Account ID”, or “Account Name”.',
    currency: 'In Campaign Manager: export with the column “Currency”.',
    totalsHaveNoCampaign: true,
  },
  // As it is paid for.
  prefers: { clicks: [/^(?:clicks|clics|klicks)$/, /./] },
});

/** Criteo, Analytics: the headings of the page, in English, French and German, and of the API's CSV. */
export const criteo = other({
  shape: 'criteo-csv',
  source: 'Criteo',
  report: 'campaigns or ad sets by day',
  platform: 'criteo',
  fields: {
    day: /^(?:day|date|jour|tag|datum)$/,
    account: /^(?:advertiser(?: ?name)?|(?:nom de l )?annonceur|(?:name des )?(?:werbetreibende[rn]?|advertisers?))$/,
    account_id:
      /^(?:advertiser ?id|id (?:de l )?annonceur|(?:werbetreibenden?|advertiser) id|id des (?:werbetreibenden|advertisers))$/,
    currency: currencyHeading,
    campaign: /^(?:campaign(?: ?name)?|(?:nom de (?:la )?)?campagne|kampagne(?:nname)?|name der kampagne)$/,
    campaign_id: /^(?:campaign ?id|id de (?:la )?campagne|kampagnen id|id der kampagne)$/,
    ad_group: /^(?:ad ?set(?: ?name)?|name des ad ?sets?|anzeigengruppe(?:nname)?)$/,
    ad_group_id: /^(?:ad ?set ?id|anzeigengruppen id)$/,
    device: /^(?:device|appareil|gerat(?:etyp)?)$/,
    impressions: /^(?:displays|exposed displays|affichages|ausspielungen|einblendungen|impressionen)$/,
    clicks: /^(?:clicks|clics|klicks)$/,
    spend: inCurrency('advertiser ?cost|cost|spend|cout(?: annonceur)?|(?:werbe)?kosten|ausgaben'),
    conversions:
      /^(?:sales|attributed sales|sales all client attribution|salesallclientattribution|ventes(?: attribuees)?|(?:zugeordnete )?(?:verkaufe|sales))$/,
    value: inCurrency(
      'revenue|revenue generated|revenue all client attribution|revenuegeneratedallclientattribution|chiffre d affaires(?: genere)?|(?:generierter )?umsatz|einnahmen',
    ),
  },
  needs: ['spend', 'impressions', 'clicks'],
  own: anyOf(
    '(?:exposed )?displays',
    'affichages',
    'advertiser ?cost',
    'ausspielungen',
    '(?:werbetreibenden?|advertiser) ?id',
    'id des (?:werbetreibenden|advertisers)',
  ),
  page: {
    byDay: 'In Criteo: Analytics, dimension “Day”; then export again.',
    account: 'In Criteo: add the dimension “Advertiser ID”.',
    currency: 'In Criteo: add “Currency”.',
    totalsHaveNoCampaign: false,
  },
  prefers: {
    spend: [/advertiser|annonceur/, /./],
    impressions: [/^(?:displays|affichages|ausspielungen)$/, /./],
    conversions: [/^(?:sales|ventes|verkaufe)$/, /./],
    value: [/^(?:revenue|chiffre d affaires|umsatz|einnahmen)$/, /./],
  },
});
