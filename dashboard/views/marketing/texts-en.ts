import type { Occasion } from '../../figures/calendar.ts';

export interface MarketingTexts {
  readonly title: string;
  readonly kpis: string;
  readonly before: string;
  readonly perDay: (metric: string) => string;
  readonly spendUnknown: string;
  readonly sessionsUnknown: string;
  readonly attributed: (model: string) => string;
  readonly intervals: string;
  /** The filters that are set and that a figure does not follow. */
  readonly notFollowed: (filters: readonly string[]) => string;
  readonly reached: (isAttributed: boolean) => string;
  readonly over: (days: number) => string;
  /** Before and after what a euro earned. */
  readonly earned: readonly [string, string];
  readonly channels: string;
  readonly noCampaign: string;
  readonly noAd: string;
  readonly open: (name: string) => string;
  /** Attributed revenue of paid channels that belongs to no reported campaign. */
  readonly unmatched: (amount: string, share: string) => string;
  readonly change: string;
  readonly models: string;
  readonly modelsNote: string;
  readonly claims: string;
  readonly claimsNote: string;
  readonly platform: string;
  readonly claimedOrders: string;
  readonly attributedOrders: string;
  readonly claimedValue: string;
  readonly overClaim: string;
  readonly funnel: string;
  readonly funnelNote: string;
  readonly steps: Readonly<
    Record<'sessions' | 'item_view_sessions' | 'cart_sessions' | 'checkout_sessions' | 'purchase_sessions', string>
  >;
  readonly countries: string;
  readonly devices: string;
  readonly devicesNote: string;
  readonly noDevice: string;
  readonly noCountry: string;
  readonly cohorts: string;
  readonly cohortsNote: string;
  readonly cohort: string;
  readonly customers: string;
  readonly monthsLater: (months: number) => string;
  readonly stillGrowing: string;
  readonly influencers: string;
  readonly influencersNote: string;
  readonly influencer: string;
  readonly posts: string;
  readonly seen: string;
  readonly cost: string;
  readonly occasions: Readonly<Record<Occasion, string>>;
}

export const inEnglish: MarketingTexts = {
  title: 'Marketing',
  kpis: 'Key figures',
  before: 'Before',
  perDay: (metric) => `${metric} per day`,
  spendUnknown: 'Spend is not reported by country or device.',
  sessionsUnknown: 'Sessions are not known by country.',
  attributed: (model) => `Attributed by “${model}”: shares of orders.`,
  intervals: 'Small figures: 95 % interval.',
  notFollowed: (filters) => `Does not follow: ${filters.join(', ')}.`,
  reached: (isAttributed) => (isAttributed ? 'Attributed revenue reached ' : 'Revenue reached '),
  over: (days) => ` over ${days} days`,
  earned: [', with ', ' earned per euro of marketing'],
  channels: 'Channels and campaigns',
  noCampaign: 'No known campaign',
  noAd: 'Not reported by ad',
  open: (name) => `Details of ${name}`,
  unmatched: (amount, share) =>
    `${amount} of the attributed revenue of paid channels (${share}) belongs to no campaign that a platform reported. Add the names to campaign_names of shop.json.`,
  change: 'Δ revenue',
  models: 'Attribution models side by side',
  modelsNote:
    'Attributed revenue of each channel by each model. Where models differ much, the channel takes part in long paths.',
  claims: 'What platforms claim',
  claimsNote: 'Every platform claims the same orders: claims are never added up. Attributed is by the model above.',
  platform: 'Platform',
  claimedOrders: 'Claimed orders',
  attributedOrders: 'Attributed orders',
  claimedValue: 'Claimed value',
  overClaim: 'Claimed ÷ attributed',
  funnel: 'Path to purchase',
  funnelNote: 'Per cent of the step before.',
  steps: {
    sessions: 'Sessions',
    item_view_sessions: 'Saw a product',
    cart_sessions: 'Added to basket',
    checkout_sessions: 'Began checkout',
    purchase_sessions: 'Bought',
  },
  countries: 'Countries',
  devices: 'Devices',
  devicesNote: 'Device of the visit that is credited.',
  noDevice: 'No visit known',
  noCountry: 'Nothing to send',
  cohorts: 'Customers by month of their first order',
  cohortsNote:
    'Net revenue per customer, added up over the months. * A month that is not over: it still grows. All days, all filters.',
  cohort: 'First order',
  customers: 'Customers',
  monthsLater: (months) => (months === 0 ? 'Same month' : `M+${months}`),
  stillGrowing: 'still growing',
  influencers: 'Influencers',
  influencersNote: 'Orders by their codes and links, each once, whatever the attribution model.',
  influencer: 'Influencer',
  posts: 'Posts',
  seen: 'Views',
  cost: 'Cost',
  occasions: {
    newYear: 'New Year',
    valentine: 'Valentine’s Day',
    easterMonday: 'Easter Monday',
    labourDay: 'Labour Day',
    victory: 'Victory Day',
    ascension: 'Ascension',
    whitMonday: 'Whit Monday',
    mothersDay: 'Mother’s Day',
    bastille: 'Bastille Day',
    assumption: 'Assumption',
    allSaints: 'All Saints',
    armistice: 'Armistice',
    blackFriday: 'Black Friday',
    christmas: 'Christmas',
  },
};
