/** The pages of advertising platforms and e-mail tools: their headings, and how each writes its tables. */
import fc from 'fast-check';
import { drawn } from './clothes.ts';

export type Language = 'en' | 'fr' | 'de';

/** What a page may tell of a campaign, or an ad of it, on a day. */
export type Field =
  | 'account_id'
  | 'account_name'
  | 'campaign_id'
  | 'campaign_name'
  | 'campaign_type'
  | 'ad_group_id'
  | 'ad_group_name'
  | 'ad_id'
  | 'ad_name'
  | 'device'
  | 'dt'
  | 'currency'
  | 'sends'
  | 'impressions'
  | 'clicks'
  | 'spend'
  | 'conversions'
  | 'value';

/** How finely a page is broken down. */
export const dimensions = {
  campaign: ['campaign_id', 'campaign_name'],
  ad: ['campaign_id', 'campaign_name', 'ad_group_id', 'ad_group_name', 'ad_id', 'ad_name'],
} as const;

export interface Page {
  /** As the importer names it, and `ad_spend.platform` has it. */
  readonly platform: string;
  /** Whose campaigns it tells in the generated world: a platform that is not in it tells another's. */
  readonly of: string;
  readonly level: keyof typeof dimensions;
  readonly language: Language;
  readonly delimiter?: string;
  /** Whether the page gives a workbook, too. */
  readonly hasWorkbook?: boolean;
  readonly headings: Readonly<Partial<Record<Field, string>>>;
  readonly day: (day: string) => string;
  readonly above: readonly (readonly string[])[];
  /** What a row of totals begins with; none has one where there is none. */
  readonly total?: string;
  readonly below: readonly (readonly string[])[];
  /** What stands where there is nothing. */
  readonly nothing: string;
  readonly types: Readonly<Record<string, string>>;
  readonly account: (id: string) => string;
}

const dotted = (day: string) => day.split('-').toReversed().join('.');
const slashed = (day: string) => day.split('-').toReversed().join('/');
/** Month first, without its zeros. */
const american = (day: string) => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(month)}/${Number(date)}/${year}`;
};
const iso = (day: string) => day;

const plain = { above: [], below: [], nothing: '', types: {}, account: (id: string) => id };

const google = {
  en: {
    headings: {
      dt: 'Day',
      campaign_name: 'Campaign',
      campaign_id: 'Campaign ID',
      campaign_type: 'Campaign type',
      ad_group_name: 'Ad group',
      ad_group_id: 'Ad group ID',
      ad_id: 'Ad ID',
      device: 'Device',
      account_id: 'Customer ID',
      currency: 'Currency code',
      impressions: 'Impr.',
      clicks: 'Clicks',
      spend: 'Cost',
      conversions: 'Conversions',
      value: 'Conv. value',
    },
    types: {
      performance_max: 'Performance Max',
      search: 'Search',
      shopping: 'Shopping',
      display: 'Display',
      video: 'Video',
      mobile: 'Mobile phones',
      desktop: 'Computers',
      tablet: 'Tablets',
    },
    title: 'Campaign report',
    day: iso,
  },
  fr: {
    headings: {
      dt: 'Jour',
      campaign_name: 'Campagne',
      campaign_id: 'ID de la campagne',
      campaign_type: 'Type de campagne',
      ad_group_name: "Groupe d'annonces",
      ad_group_id: "ID du groupe d'annonces",
      ad_id: "ID de l'annonce",
      device: 'Appareil',
      account_id: 'Numéro de client',
      currency: 'Code de devise',
      impressions: 'Impr.',
      clicks: 'Clics',
      spend: 'Coût',
      conversions: 'Conversions',
      value: 'Valeur de conv.',
    },
    types: {
      performance_max: 'Performance Max',
      search: 'Réseau de Recherche',
      shopping: 'Shopping',
      display: 'Réseau Display',
      video: 'Vidéo',
      mobile: 'Téléphones mobiles',
      desktop: 'Ordinateurs',
      tablet: 'Tablettes',
    },
    title: 'Rapport sur les campagnes',
    day: slashed,
  },
  de: {
    headings: {
      dt: 'Tag',
      campaign_name: 'Kampagne',
      campaign_id: 'Kampagnen-ID',
      campaign_type: 'Kampagnentyp',
      ad_group_name: 'Anzeigengruppe',
      ad_group_id: 'Anzeigengruppen-ID',
      ad_id: 'Anzeigen-ID',
      device: 'Gerät',
      account_id: 'Kundennummer',
      currency: 'Währungscode',
      impressions: 'Impr.',
      clicks: 'Klicks',
      spend: 'Kosten',
      conversions: 'Conversions',
      value: 'Conv.-Wert',
    },
    types: {
      performance_max: 'Performance Max',
      search: 'Suchnetzwerk',
      shopping: 'Shopping',
      display: 'Displaynetzwerk',
      video: 'Video',
      mobile: 'Mobiltelefone',
      desktop: 'Computer',
      tablet: 'Tablets',
    },
    title: 'Kampagnenbericht',
    day: dotted,
  },
} as const;

const meta = {
  en: {
    dt: 'Day',
    campaign_name: 'Campaign name',
    campaign_id: 'Campaign ID',
    campaign_type: 'Objective',
    ad_group_name: 'Ad set name',
    ad_group_id: 'Ad set ID',
    ad_name: 'Ad name',
    ad_id: 'Ad ID',
    account_name: 'Account name',
    account_id: 'Account ID',
    impressions: 'Impressions',
    clicks: 'Link clicks',
    spend: 'Amount spent (EUR)',
    conversions: 'Purchases',
    value: 'Purchases conversion value',
  },
  fr: {
    dt: 'Jour',
    campaign_name: 'Nom de la campagne',
    campaign_id: 'ID de la campagne',
    campaign_type: 'Objectif',
    ad_group_name: "Nom de l'ensemble de publicités",
    ad_group_id: "ID de l'ensemble de publicités",
    ad_name: 'Nom de la publicité',
    ad_id: 'ID de la publicité',
    account_name: 'Nom du compte',
    account_id: 'ID du compte',
    impressions: 'Impressions',
    clicks: 'Clics sur un lien',
    spend: 'Montant dépensé (EUR)',
    conversions: 'Achats',
    value: 'Valeur de conversion des achats',
  },
  de: {
    dt: 'Tag',
    campaign_name: 'Name der Kampagne',
    campaign_id: 'Kampagnen-ID',
    campaign_type: 'Ziel',
    ad_group_name: 'Anzeigengruppenname',
    ad_group_id: 'Anzeigengruppen-ID',
    ad_name: 'Anzeigenname',
    ad_id: 'Anzeigen-ID',
    account_name: 'Kontoname',
    account_id: 'Konto-ID',
    impressions: 'Impressionen',
    clicks: 'Link-Klicks',
    spend: 'Ausgegebener Betrag (EUR)',
    conversions: 'Käufe',
    value: 'Conversion-Wert von Käufen',
  },
} as const;

const tiktok = {
  en: {
    dt: 'By Day',
    campaign_name: 'Campaign name',
    campaign_id: 'Campaign ID',
    campaign_type: 'Objective',
    ad_group_name: 'Ad Group Name',
    ad_group_id: 'Ad Group ID',
    ad_name: 'Ad Name',
    ad_id: 'Ad ID',
    account_id: 'Account ID',
    currency: 'Currency',
    impressions: 'Impressions',
    clicks: 'Clicks (destination)',
    spend: 'Cost',
    conversions: 'Complete payment',
    value: 'Total complete payment value',
  },
  fr: {
    dt: 'Par jour',
    campaign_name: 'Nom de la campagne',
    campaign_id: 'ID de la campagne',
    campaign_type: 'Objectif',
    ad_group_name: "Nom du groupe d'annonces",
    ad_group_id: "ID du groupe d'annonces",
    ad_name: "Nom de l'annonce",
    ad_id: "ID de l'annonce",
    account_id: 'ID du compte',
    currency: 'Devise',
    impressions: 'Impressions',
    clicks: 'Clics (destination)',
    spend: 'Coût',
    conversions: 'Paiements effectués',
    value: 'Valeur totale des paiements',
  },
} as const;

const choices = fc.record({
  google: fc.constantFrom('en', 'fr', 'de'),
  meta: fc.constantFrom('en', 'fr', 'de'),
  tiktok: fc.constantFrom('en', 'fr'),
  brevo: fc.constantFrom('en', 'fr'),
  level: fc.constantFrom('campaign', 'ad'),
  isUnicode: fc.boolean(),
});

const lines = (...texts: readonly string[]) => texts.map((text) => [text]);

/** The three that the world has, in a language and to a depth that are drawn. */
export function ownPages(): Page[] {
  const drawing = drawn(choices, 'own pages');
  const own = google[drawing.google];
  return [
    {
      ...plain,
      ...own,
      platform: 'google_ads',
      of: 'google_ads',
      // Performance Max has no ads.
      level: 'campaign',
      language: drawing.google,
      above: lines(own.title, '11 January 2025 - 14 January 2025'),
      total: 'Total: Account',
      nothing: ' --',
      account: (id) => id.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3'),
    },
    {
      ...plain,
      platform: 'meta_ads',
      of: 'meta_ads',
      hasWorkbook: true,
      level: drawing.level,
      language: drawing.meta,
      headings: meta[drawing.meta],
      day: iso,
    },
    {
      ...plain,
      platform: 'tiktok_ads',
      of: 'tiktok_ads',
      hasWorkbook: true,
      level: drawing.level,
      language: drawing.tiktok,
      headings: tiktok[drawing.tiktok],
      day: iso,
      total: 'Total',
      nothing: '-',
    },
  ];
}

/** Those that the world has not: as if they had sold what another did. */
export function otherPages(): Page[] {
  const { brevo } = drawn(choices, 'other pages');
  const email = { sends: 'Recipients', impressions: 'Unique Opens', clicks: 'Unique Clicks' };
  return [
    {
      ...plain,
      platform: 'pinterest_ads',
      of: 'meta_ads',
      level: 'ad',
      language: 'en',
      day: iso,
      headings: {
        dt: 'Date',
        account_id: 'Ad account ID',
        campaign_name: 'Campaign name',
        campaign_id: 'Campaign ID',
        campaign_type: 'Campaign objective',
        ad_group_name: 'Ad group name',
        ad_group_id: 'Ad group ID',
        ad_name: 'Ad name',
        ad_id: 'Ad ID',
        currency: 'Currency',
        impressions: 'Impressions',
        clicks: 'Outbound clicks',
        spend: 'Spend in account currency',
        conversions: 'Total conversions (Checkout)',
        value: 'Total order value (Checkout)',
      },
    },
    {
      ...plain,
      platform: 'microsoft_ads',
      of: 'google_ads',
      level: 'campaign',
      language: 'en',
      delimiter: ',',
      day: american,
      above: [
        ...lines(
          'Report Name: Campaign performance',
          'Report Time: 1/11/2025,1/14/2025',
          'Time Zone: (GMT+01:00) Paris',
        ),
        [],
      ],
      total: 'Total',
      below: [[], ['©2025 Microsoft Corporation. All rights reserved. ']],
      types: { ...google.en.types, search: 'Search & content', performance_max: 'Performance max' },
      headings: {
        dt: 'Time period',
        account_name: 'Account name',
        account_id: 'Account ID',
        currency: 'Currency code',
        campaign_name: 'Campaign',
        campaign_id: 'Campaign ID',
        campaign_type: 'Campaign type',
        impressions: 'Impr.',
        clicks: 'Clicks',
        spend: 'Spend',
        conversions: 'Conversions',
        value: 'Revenue',
      },
    },
    {
      ...plain,
      platform: 'linkedin_ads',
      of: 'meta_ads',
      level: 'campaign',
      language: 'en',
      delimiter: '\t',
      day: (day) => american(day).replaceAll(/\b\d\b/g, '0$&'),
      above: [
        ...lines(
          'Campaign Performance Report (in UTC)',
          'Report Start: January 11, 2025, 12:00 AM',
          'Report End: January 14, 2025, 11:59 PM',
          'Date Generated: March 1, 2025, 8:00 AM',
        ),
        [],
      ],
      headings: {
        dt: 'Start Date (in UTC)',
        account_name: 'Account Name',
        account_id: 'Account ID',
        currency: 'Currency',
        campaign_name: 'Campaign Name',
        campaign_id: 'Campaign ID',
        campaign_type: 'Campaign Objective',
        impressions: 'Impressions',
        clicks: 'Clicks',
        spend: 'Total Spent',
        conversions: 'Conversions',
        value: 'Total Conversion Value',
      },
    },
    {
      ...plain,
      platform: 'criteo',
      of: 'google_ads',
      level: 'campaign',
      language: 'en',
      day: (day) => day.replaceAll('-', '/'),
      headings: {
        dt: 'Day',
        account_id: 'Advertiser ID',
        campaign_name: 'Campaign',
        campaign_id: 'Campaign ID',
        currency: 'Currency',
        impressions: 'Displays',
        clicks: 'Clicks',
        spend: 'Cost',
        conversions: 'Sales',
        value: 'Revenue',
      },
    },
    {
      ...plain,
      platform: 'klaviyo',
      of: 'meta_ads',
      level: 'campaign',
      language: 'en',
      day: (day) => `${day} 09:00:00`,
      types: { outcome_sales: 'Email' },
      headings: {
        ...email,
        dt: 'Send Time',
        campaign_name: 'Campaign Name',
        campaign_id: 'Campaign ID',
        currency: 'Currency',
        conversions: 'Unique Placed Order',
        value: 'Revenue',
        spend: 'Cost',
      },
    },
    {
      ...plain,
      platform: 'brevo',
      of: 'tiktok_ads',
      level: 'campaign',
      language: brevo,
      day: (day) => `${brevo === 'fr' ? slashed(day) : day} 09:00`,
      headings:
        brevo === 'fr'
          ? {
              dt: "Date d'envoi",
              campaign_name: 'Nom de la campagne',
              campaign_id: 'ID',
              currency: 'Devise',
              sends: 'Destinataires',
              impressions: 'Ouvertures uniques',
              clicks: 'Clics uniques',
              conversions: 'Commandes',
              value: "Chiffre d'affaires",
            }
          : {
              dt: 'Sent date',
              campaign_name: 'Campaign name',
              campaign_id: 'ID',
              currency: 'Currency',
              sends: 'Recipients',
              impressions: 'Unique opens',
              clicks: 'Unique clicks',
              conversions: 'Orders',
              value: 'Revenue',
            },
    },
  ];
}
