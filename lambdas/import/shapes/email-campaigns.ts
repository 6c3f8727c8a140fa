/** Campaigns of tools that send e-mail: a channel with its cost, and with how often it was sent, opened and clicked. */
import type { Shape } from '../shape.ts';
import type { Fields } from '../heading.ts';
import { currencyHeading, inCurrency } from './currency-headings.ts';
import { anyOf } from './report-row.ts';
import { convertReport } from './other-ads.ts';

interface Tool {
  readonly shape: string;
  readonly source: string;
  readonly platform: string;
  readonly fields: Fields;
  /** Headings that no other tool has: all count what was sent, opened and clicked. */
  readonly own: RegExp;
  readonly ownTogether?: readonly RegExp[];
}

/** Who was sent it before who got it; persons before how often each opened, clicked or ordered. */
const prefers: Shape['prefers'] = {
  sends: [/^(?:total )?recipients$|^destinataires$/, /sent|envoyes/, /deliver|delivres/],
  impressions: [/uniques?\b|^openers$|^ouvreurs$/, /./],
  clicks: [/uniques?\b|^clickers$|^cliqueurs$/, /./],
  conversions: [/^unique /, /./],
  campaign_id: [/campaign|campagne/, /./],
  variation: [/^(?:variation|variant)/, /./],
};

const tool = ({ shape, source, platform, fields, own, ownTogether }: Tool): Shape => ({
  name: shape,
  source,
  report: 'campaigns (sent, opened, clicked)',
  fields: { ...fields, spend: inCurrency('cost|spend|campaign cost|cout|depense') },
  prefers,
  needs: ['campaign', 'day', 'sends', 'impressions', 'clicks'],
  own,
  ...(ownTogether && { ownTogether }),
  foreign: /^(?:amount spent|total spent|displays|pin clicks|outbound clicks|impr)$/,
  convert: (table, context) =>
    // Who has one account does not write it into every file.
    convertReport(
      table,
      { ...context, options: { ...context.options, account: context.options.account ?? platform } },
      {
        platform,
        page: {
          byDay: `In ${source}: export with the day on which each campaign was sent.`,
          isOfMoments: true,
          account: '',
          currency: '',
          totalsHaveNoCampaign: true,
          withoutSpend:
            `It does not tell what a campaign cost: enter what ${source} costs, by month, in marketing_costs of ` +
            'shop.json (channel Email), or add a column “Cost”.',
        },
      },
    ),
});

/** Klaviyo: Campaigns, Export (or Analytics, Custom reports, campaign performance). */
export const klaviyo = tool({
  shape: 'klaviyo-campaigns-csv',
  source: 'Klaviyo',
  platform: 'klaviyo',
  fields: {
    day: /^send (?:time|date)$/,
    campaign: /^campaign name$/,
    campaign_id: /^campaign id$/,
    variation: /^(?:(?:variation|variant)(?: name)?|winning (?:variation|variant))$/,
    type: /^(?:campaign|send|message) (?:channel|type)$/,
    currency: currencyHeading,
    sends: /^(?:total recipients|recipients|successful deliveries|delivered)$/,
    impressions: /^(?:unique opens|opens unique|total opens|opens)$/,
    clicks: /^(?:unique clicks|clicks unique|total clicks|clicks)$/,
    conversions: /^(?:unique )?placed orders?$/,
    value: inCurrency('revenue|placed order value'),
  },
  own: anyOf(
    '(?:unique )?placed orders?',
    'placed order value',
    'campaign channel',
    'send (?:time|weekday)',
    'opens unique',
    'clicks unique',
    'winning (?:variation|variant)',
    'successful deliveries',
  ),
});

/** Brevo: Campaigns, Export: English and French headings. */
export const brevo = tool({
  shape: 'brevo-campaigns-csv',
  source: 'Brevo',
  platform: 'brevo',
  fields: {
    day: /^(?:sent date|send date|date sent|sent on|date d envoi|envoye le)$/,
    campaign: /^(?:campaign name|campaign|nom de la campagne|campagne)$/,
    campaign_id: /^(?:campaign id|id(?: de la)? campagne|id)$/,
    type: /^(?:type|campaign type)$/,
    currency: currencyHeading,
    sends: /^(?:sent|total sent|(?:total )?recipients|delivered|destinataires|envoyes|delivres)$/,
    impressions: /^(?:unique opens|openers|opens|total opens|ouvreurs|ouvertures(?: uniques)?)$/,
    clicks: /^(?:unique clicks|clickers|clicks|total clicks|cliqueurs|clics(?: uniques)?)$/,
    conversions: /^(?:orders|commandes)$/,
    value: inCurrency('revenue|revenu|chiffre d affaires'),
  },
  // When it was sent all tools say; that the id of a campaign is just called so, Brevo alone.
  ownTogether: [/^id$/, /^(?:sent date|date d envoi)$/],
  own: anyOf(
    'openers',
    'clickers',
    'ouvreurs',
    'cliqueurs',
    '(?:trackable|estimated) open(?:s|ers| rate)?',
    '(?:ouvertures|ouvreurs) (?:tracables|estime(?:e?s)?)',
  ),
});

/** The kinds of which each row is a campaign on the day on which it was sent, once. */
export const sentOnce: ReadonlySet<string> = new Set([klaviyo, brevo].map(({ name }) => name));
