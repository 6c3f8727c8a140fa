import type { Shape } from '../shape.ts';
import { currencyHeading, inCurrency } from './currency-headings.ts';
import { readReport } from './ad-report.ts';
import { anyOf } from './report-row.ts';

/** TikTok Ads Manager's table as it is exported, CSV or XLSX: English, French and German headings. */
export const tiktokAds: Shape = {
  name: 'tiktok-ads-csv',
  source: 'TikTok Ads Manager',
  report: 'campaigns, ad groups or ads by day',
  fields: {
    day: /^(?:by day|date|day|stat time day|par jour|jour|nach tag|tag|datum)$/,
    account: /^(?:account name|advertiser name|nom du compte|nom de l annonceur|kontoname)$/,
    account_id: /^(?:account id|advertiser id|id du compte|id de l annonceur|konto id)$/,
    currency: currencyHeading,
    campaign: /^(?:campaign name|nom de la campagne|kampagnenname|name der kampagne)$/,
    campaign_id: /^(?:campaign id|id de la campagne|kampagnen id)$/,
    ad_group:
      /^(?:ad ?group name|nom du groupe d annonces|nom du groupe de publicites|anzeigengruppenname|name der anzeigengruppe)$/,
    ad_group_id: /^(?:ad ?group id|id du groupe d annonces|id du groupe de publicites|anzeigengruppen id)$/,
    ad: /^(?:ad name|nom de l annonce|nom de la publicite|anzeigenname|name der anzeige)$/,
    ad_id: /^(?:ad id|id de l annonce|id de la publicite|anzeigen id)$/,
    objective: /^(?:(?:advertising )?objective|objectif|werbeziel)$/,
    impressions: /^(?:impressions|impressionen)$/,
    clicks: /^(?:clicks destination|clics destination|destination clicks|klicks ziel(?: url| seite)?)$/,
    spend: inCurrency('cost|total cost|cout|cout total|kosten|gesamtkosten'),
    conversions:
      /^(?:(?:total )?complete payments?|purchases?(?: website)?|website purchases?|achats?(?: site web)?|paiements? (?:effectues?|finalises?)(?: site web)?)$/,
    value: inCurrency(
      '(?:total )?complete payment value|(?:total )?purchase value(?: website)?|value of (?:complete ' +
        'payments?|purchases?)|valeur (?:totale )?(?:des achats|d achat|des paiements)(?: site web)?',
    ),
  },
  needs: ['campaign', 'spend', 'impressions', 'clicks'],
  prefers: {
    spend: [/^(?:cost|cout|kosten)\b/, /./],
    conversions: [/complete payment|paiement/, /./],
    value: [/complete payment|paiement/, /./],
  },
  own: anyOf(
    'by day',
    'stat time day',
    'par jour',
    'nach tag',
    'cli(?:ck|c)s destination',
    'destination clicks',
    'klicks ziel(?: url| seite)?',
    '(?:total )?complete payments?(?: value)?',
  ),
  async convert(table, context) {
    const { rows, converted } = await readReport(table, context, {
      byDay: 'In TikTok Ads Manager: Custom report, dimension “By Day”; then export again.',
      account: 'In TikTok Ads Manager: add the dimension “Account ID”.',
      currency: 'In TikTok Ads Manager: add the dimension “Currency”.',
      isKnownByCampaigns: true,
      totalsHaveNoCampaign: true,
    });
    for (const one of rows) {
      await context.documents.reported('advertising/tiktok_ads', one.row, {
        dimensions: {
          ...(one.ad
            ? { ad_id: one.ad.id }
            : one.adGroup
              ? { adgroup_id: one.adGroup.id }
              : { campaign_id: one.campaign.id }),
          stat_time_day: `${one.day} 00:00:00`,
        },
        metrics: {
          ...(one.hasAccount && { advertiser_id: one.account.id }),
          campaign_id: one.campaign.id,
          campaign_name: one.campaign.name,
          objective_type: one.cell('objective') || undefined,
          adgroup_id: one.adGroup?.id,
          adgroup_name: one.adGroup?.name,
          ad_name: one.ad?.name,
          currency: one.currency,
          spend: one.spend || '0',
          impressions: one.impressions || '0',
          clicks: one.clicks || '0',
          complete_payment: one.conversions || undefined,
          total_complete_payment_rate: one.value || undefined,
        },
      });
    }
    return converted;
  },
};
