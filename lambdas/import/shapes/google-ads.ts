import type { Shape } from '../shape.ts';
import { folded } from '../folded.ts';
import { micros } from '../amounts.ts';
import { currencyHeading, inCurrency } from './currency-headings.ts';
import { readReport } from './ad-report.ts';
import { anyOf } from './report-row.ts';
import { keywordFields } from './keywords.ts';

/** What the page calls a type of campaign, in English, French and German, and the API. */
const types: readonly (readonly [RegExp, string])[] = [
  [/^(?:performance max|max de performances)/, 'PERFORMANCE_MAX'],
  [/^(?:search|recherche|reseau de recherche|suche|suchnetzwerk)/, 'SEARCH'],
  [/^(?:shopping|standard shopping)/, 'SHOPPING'],
  [/^(?:display|reseau display|displaynetzwerk|audience)/, 'DISPLAY'],
  [/^(?:video|youtube)/, 'VIDEO'],
  [/^(?:demand gen|generation de la demande|discovery|decouverte)/, 'DEMAND_GEN'],
  [/^(?:app|application)/, 'MULTI_CHANNEL'],
  [/^(?:smart|intelligente?)/, 'SMART'],
  [/^(?:local|locale)/, 'LOCAL'],
  [/^(?:hotel)/, 'HOTEL'],
];

const devices: readonly (readonly [RegExp, string])[] = [
  [/^(?:mobile|mobiltelefon|telephone|smartphone)/, 'MOBILE'],
  [/^(?:tablet|tablette)/, 'TABLET'],
  [/^(?:computer|desktop|ordinateur)/, 'DESKTOP'],
  [/^(?:tv|connected tv|ecran|fernseh)/, 'CONNECTED_TV'],
];

const found = (names: readonly (readonly [RegExp, string])[], text: string) =>
  names.find(([name]) => name.test(folded(text)))?.[1];

/** The API's name of a type of campaign, or of a device; undefined where it is not known. */
export const typeOf = (text: string): string | undefined => found(types, text);
export const deviceOf = (text: string): string | undefined => found(devices, text);

/**
 * The table of a page of Google Ads as it is downloaded: title and dates above the heading, totals below; “.csv” or
 * “Excel .csv” (UTF-16, tabs).
 */
export const googleAds: Shape = {
  name: 'google-ads-csv',
  source: 'Google Ads',
  report: 'campaigns, ad groups, ads or keywords by day',
  fields: {
    day: /^(?:day|jour|tag|date|datum)$/,
    account: /^(?:account(?: name)?|compte|nom du compte|konto(?:name)?)$/,
    account_id: /^(?:(?:external )?customer id|(?:numero|id) (?:de )?client|kunden(?:nummer| id))$/,
    currency: currencyHeading,
    campaign: /^(?:campaign|campagne|kampagne)$/,
    campaign_id: /^(?:campaign id|(?:id|identifiant) de (?:la )?campagne|kampagnen id)$/,
    type: /^(?:campaign type|type de (?:la )?campagne|kampagnentyp)$/,
    ad_group: /^(?:ad group|groupe d annonces|anzeigengruppe)$/,
    ad_group_id: /^(?:ad group id|(?:id|identifiant) du groupe d annonces|anzeigengruppen id)$/,
    ad_id: /^(?:ad id|id (?:de l )?annonce|anzeigen id)$/,
    ...keywordFields,
    device: /^(?:device|appareil|gerat)$/,
    impressions: /^(?:impr|impressions|impressionen)$/,
    clicks: /^(?:clicks|clics|klicks)$/,
    spend: inCurrency('cost|cout|kosten'),
    conversions: /^(?:conversions|conv)$/,
    value: /^(?:conv(?:ersion)? value|val(?:eur)?(?: de)? conv(?:ersions?)?|conv wert|conversion wert|conversionwert)$/,
    repeats_whole:
      /^(?:conversion action(?: name)?|action de conversion|conversion aktion|click type|type de clic|klicktyp|asset(?: type| name)?|(?:type de )?composant|asset ?typ)$/,
  },
  needs: ['campaign', 'spend', 'clicks'],
  own: anyOf(
    'impr',
    'code (?:de )?(?:la )?devise',
    'wahrungscode',
    '(?:external )?customer id',
    'numero client',
    'kundennummer',
    'avg cpc',
    'cpc moy',
    'durchschn cpc',
    'conv value',
    'val(?:eur)? conv',
    'conv wert',
    '(?:campaign|ad group|ad|search keyword) report',
    'rapport sur les .*',
    '(?:kampagnen|anzeigengruppen|anzeigen)bericht',
  ),
  async convert(table, context) {
    const { rows, converted } = await readReport(table, context, {
      byDay: 'In Google Ads: Segment, Time, Day; then download again.',
      account: 'In Google Ads: Columns, Modify columns, Attributes, “Customer ID”.',
      currency: 'In Google Ads: Columns, Modify columns, Attributes, “Currency code”.',
      totalsHaveNoCampaign: false,
    });
    const unknown = new Set<string>();
    for (const one of rows) {
      const type = one.cell('type');
      const known = typeOf(type);
      if (known === undefined) unknown.add(type === '' ? '(none)' : type);
      const spend = micros(one.spend || '0');
      const device = one.cell('device');
      await context.documents.reported('advertising/google_ads', one.row, {
        customer: {
          id: one.account.id,
          descriptiveName: one.account.name,
          currencyCode: one.currency,
        },
        campaign: { id: one.campaign.id, name: one.campaign.name, advertisingChannelType: known ?? 'UNKNOWN' },
        ...(one.adGroup && { adGroup: one.adGroup }),
        ...(one.ad && { adGroupAd: { ad: { id: one.ad.id } } }),
        ...(one.isView && (one.keyword ? { adGroupCriterion: { keyword: one.keyword } } : { searchTermView: {} })),
        segments: { date: one.day, ...(device !== '' && { device: deviceOf(device) ?? 'OTHER' }) },
        metrics: {
          impressions: one.impressions || '0',
          clicks: one.clicks || '0',
          // In millionths, as the API gives it; what is no amount stands as it is, and is refused by its row.
          costMicros: spend === undefined ? one.spend : String(spend),
          // What the page was not asked for is not 0: the platform may claim some.
          ...(table.has('conversions') && { conversions: one.conversions || '0' }),
          ...(table.has('value') && { conversionsValue: one.value || '0' }),
        },
      });
    }
    const notes = [...converted.notes];
    if (unknown.size > 0)
      notes.push(
        table.has('type')
          ? `The campaign types ${[...unknown].join(', ')} are not known: their spend stands under Paid Other.`
          : 'It does not tell the type of a campaign, so its spend stands under Paid Other. In Google Ads: ' +
              'Columns, Modify columns, Attributes, “Campaign type”.',
      );
    if (!table.has('impressions')) notes.push('It has no column “Impr.”, so impressions are 0.');
    return { ...converted, notes };
  },
};
