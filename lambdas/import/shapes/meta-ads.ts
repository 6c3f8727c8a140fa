import type { Shape } from '../shape.ts';
import { folded } from '../folded.ts';
import { currencyHeading, inCurrency } from './currency-headings.ts';
import { readReport } from './ad-report.ts';
import { anyOf } from './report-row.ts';

/** Purchases of one attribution window, of one place or of one kind of buyer; no cost or return of them. */
const partOfPurchases = /^(?!(?:cost|cout|kosten)\b).*\b(?:purchases|achats|kaufe)\b/;

/** Meta Ads Manager's table as it is exported, CSV or XLSX: English, French and German headings. */
export const metaAds: Shape = {
  name: 'meta-ads-csv',
  source: 'Meta Ads Manager',
  report: 'campaigns, ad sets or ads by day',
  fields: {
    day: /^(?:day|jour|tag)$/,
    start:
      /^(?:reporting starts|debut (?:des rapports|du rapport)|berichtsbeginn|date de debut (?:des rapports|du rapport))$/,
    end: /^(?:reporting ends|fin (?:des rapports|du rapport)|berichtsende|date de fin (?:des rapports|du rapport))$/,
    account: /^(?:account name|nom du compte(?: publicitaire)?|name des werbekontos|kontoname)$/,
    account_id: /^(?:account id|(?:id|identifiant|n ?o?) (?:du|de) compte(?: publicitaire)?|werbekonto id|konto id)$/,
    currency: currencyHeading,
    campaign: /^(?:campaign name|nom de la campagne|(?:name der kampagne|kampagnenname))$/,
    campaign_id: /^(?:campaign id|(?:id|identifiant) de (?:la )?campagne|kampagnen id)$/,
    ad_group: /^(?:ad set name|nom de l ensemble de publicites|(?:name der anzeigengruppe|anzeigengruppenname))$/,
    ad_group_id: /^(?:ad set id|(?:id|identifiant) de l ensemble de publicites|anzeigengruppen id)$/,
    ad: /^(?:ad name|nom de la publicite|(?:name der (?:werbe)?anzeige|anzeigenname))$/,
    ad_id: /^(?:ad id|(?:id|identifiant) de la publicite|anzeigen id)$/,
    objective: /^(?:objective|objectif|ziel)$/,
    device: /^(?:impression device|appareil d impression|device platform|plateforme d appareil)$/,
    // Facebook, Instagram… No device is told by it.
    publisher: /^(?:platform|plateforme|plattform)$/,
    impressions: /^(?:impressions|impressionen)$/,
    clicks: /^(?:link clicks|clics sur (?:un|le) lien|link klicks)$/,
    spend: inCurrency('amount spent|montant depense|ausgegebener betrag'),
    conversions: /^(?:purchases|achats|kaufe)$/,
    value: inCurrency(
      'purchases conversion value|valeur de conversion des achats|conversion wert von kaufen|kauf conversion wert',
    ),
    results: /^(?:results|resultats|ergebnisse)$/,
    repeats_whole: /^(?:product id|id (?:du |de )?produit|image(?:,? video and slideshow)? asset|headline|body text)$/,
  },
  needs: ['campaign', 'spend', 'impressions'],
  own: anyOf(
    '(?:amount spent|montant depense|ausgegebener betrag) [a-z]{3}',
    '(?:reporting|berichts) ?(?:starts|beginn)',
    '(?:date de )?debut d(?:es|u) rapports?',
    'link clicks',
    'clics sur (?:un|le) lien',
    'link klicks',
    'ad set (?:name|id)',
    'nom de l ensemble de publicites',
    'purchases conversion value',
    'valeur de conversion des achats',
    'attribution setting',
    'campaign delivery',
  ),
  // Snapchat's and Reddit's; Meta says of clicks which they are, and writes what a click costs of all or of links.
  foreign: /^(?:swipe ups?|paid (?:impressions|reach)|ad squad (?:id|name)|clicks|(?:e ?)?cp[cm](?: [a-z]{3})?|ctr)$/,
  certain: anyOf(
    '(?:reporting|berichts) ?(?:starts|beginn)',
    '(?:date de )?debut d(?:es|u) rapports?',
    '(?:inline )?link clicks',
    'clics sur (?:un|le) lien',
    'link klicks',
    'attribution setting',
    'purchases conversion value(?: [a-z]{3})?',
  ),
  async convert(table, context) {
    const { rows, converted } = await readReport(table, context, {
      byDay: 'In Ads Manager: Breakdown, By time, Day; then export again.',
      account: 'In Ads Manager: Columns, Customise, “Account ID”.',
      currency:
        'Ads Manager writes it into the heading, as “Amount spent (EUR)”: import the file as it was ' +
        'downloaded, with its heading.',
      totalsHaveNoCampaign: true,
    });
    for (const one of rows) {
      const claimed = (field: 'conversions' | 'value') =>
        one[field] === '' ? undefined : [{ action_type: 'purchase', value: one[field] }];
      await context.documents.reported('advertising/meta_ads', one.row, {
        account_id: one.account.id,
        account_name: one.account.name,
        account_currency: one.currency,
        campaign_id: one.campaign.id,
        campaign_name: one.campaign.name,
        objective: one.cell('objective') || undefined,
        adset_id: one.adGroup?.id,
        adset_name: one.adGroup?.name,
        ad_id: one.ad?.id,
        ad_name: one.ad?.name,
        impression_device: one.cell('device') || undefined,
        publisher_platform: one.cell('publisher').toLowerCase() || undefined,
        date_start: one.day,
        date_stop: one.day,
        impressions: one.impressions || '0',
        inline_link_clicks: one.clicks || '0',
        spend: one.spend || '0',
        actions: claimed('conversions'),
        action_values: claimed('value'),
      });
    }
    const notes = [...converted.notes];
    if (!table.has('clicks'))
      notes.push('It has no “Link clicks”, so clicks are 0. In Ads Manager: Columns, Customise, “Link clicks”.');
    else if (!/\b(?:link|lien)\b/.test(folded(table.headingOf('clicks'))))
      notes.push(
        `“${table.headingOf('clicks')}” may be of all clicks, also of those that lead nowhere. What counts ` +
          'are link clicks: export “Link clicks” in their place.',
      );
    const part = table.ignored.find((one) => partOfPurchases.test(folded(one)));
    if (!table.has('conversions') && part !== undefined)
      notes.push(
        `“${part}” is a part of the purchases, or counts them by a window of its own, and is not read: ` +
          'nothing is known of what Meta claims. Add “Purchases” and “Purchases conversion value” (in French, ' +
          '“Achats” and “Valeur de conversion des achats”), without a comparison of attribution settings.',
      );
    else if (!table.has('conversions') && table.has('results'))
      notes.push(
        '“Results” is another thing for each campaign and is not read: add “Purchases” and “Purchases ' +
          'conversion value” for what Meta claims.',
      );
    return { ...converted, notes };
  },
};
