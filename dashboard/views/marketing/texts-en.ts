import {
  fewestDays,
  fewestSpendDays,
  leastCovered,
  leastLearnt,
  type Refusal,
} from '../../../lambdas/attribute/response/known-response.ts';
import type { Occasion } from '../../../lambdas/shared/shop/occasions.ts';
import type { Formats } from '../../language/format.ts';

export interface MarketingTexts {
  readonly title: string;
  readonly kpis: string;
  readonly before: string;
  readonly perDay: (metric: string) => string;
  readonly spendUnknown: string;
  readonly spendFrom: (day: string) => string;
  readonly unknownSpend: (channels: string) => string;
  readonly noOrders: string;
  readonly sessionsUnknown: string;
  /** Where no visit of the days was measured. */
  readonly noVisits: string;
  readonly attributed: (model: string) => string;
  readonly intervals: string;
  readonly reached: (isAttributed: boolean) => string;
  readonly over: (days: number) => string;
  /** Before and after what a euro earned. */
  readonly earned: readonly [string, string];
  readonly channels: string;
  readonly noCampaign: string;
  readonly noAd: string;
  readonly level: string;
  readonly levels: Readonly<Record<'channel' | 'campaign' | 'ad', string>>;
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
  readonly incremental: string;
  readonly incrementalNote: (models: string) => string;
  readonly causedOrders: string;
  readonly attributedRoi: string;
  readonly knownBy: string;
  /** How the incrementality is known: by the experiments of those names, or by what is believed of such channels. */
  readonly measured: (experiments: string) => string;
  readonly believed: string;
  readonly budget: string;
  readonly learntFrom: (days: number, period: string) => string;
  readonly sliders: string;
  readonly interval90: string;
  readonly today: string;
  readonly aDay: (amount: string) => string;
  readonly spendOf: (channel: string) => string;
  readonly brings: string;
  readonly nextEuro: string;
  readonly advised: string;
  readonly asItIs: string;
  readonly nothingAdvised: string;
  /** What the division of today's money as advised brings; the figure follows. */
  readonly planned: (total: string) => string;
  readonly mayBeChance: string;
  readonly best: (total: string) => string;
  readonly inAll: string;
  readonly moveOne: string;
  readonly gain: string;
  readonly asToday: string;
  /** Sliders were moved of channels of which the days say nothing. */
  readonly guessed: (channels: string) => string;
  readonly noSpend: string;
  /** Why nothing can be said, as a sentence. */
  readonly refusal: (refusal: Refusal, formats: Formats, nameOf: (channel: string) => string) => string;
}

export const inEnglish: MarketingTexts = {
  title: 'Marketing',
  kpis: 'Key figures',
  before: 'Before',
  perDay: (metric) => `${metric} per day`,
  spendUnknown: 'Spend is not shown by country or device.',
  noOrders: 'There are no orders in the data: what marketing brought back is not known.',
  unknownSpend: (channels) =>
    `Nothing is known of what ${channels} cost: no report of theirs was imported, and spend is too low without it.`,
  spendFrom: (day) => `Spend is not known before ${day}, when reports of ads begin.`,
  sessionsUnknown: 'Sessions are not known by country.',
  noVisits: 'Nothing is known of the visits of these days: none was measured.',
  attributed: (model) => `Attributed by “${model}”: shares of orders.`,
  intervals: 'Small figures: 95 % interval.',
  reached: (isAttributed) => (isAttributed ? 'Attributed revenue reached ' : 'Revenue reached '),
  over: (days) => (days === 1 ? ' on one day' : ` over ${days} days`),
  earned: [', with ', ' of revenue per euro of marketing'],
  channels: 'Channels and campaigns',
  noCampaign: 'No known campaign',
  noAd: 'Not reported by ad',
  level: 'Level',
  levels: { channel: 'Channel', campaign: 'Campaign', ad: 'Ad' },
  open: (name) => `Details of ${name}`,
  unmatched: (amount, share) =>
    `${amount} of the attributed revenue of paid channels (${share}) belongs to no campaign that a platform ` +
    'reported. Add the names to campaign_names of shop.json.',
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
    'Net revenue per customer, added up over the months. * A month that is not over: it still grows. All ' +
    'days, no filters.',
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
  incremental: 'Credited and caused',
  incrementalNote: (models) =>
    `Credit is not cause: some buyers would have come anyway. Credited by “${models}”; caused by experiments ` +
    'and by what is believed of such channels, each by its precision, with its 95 % interval. Channels ' +
    'without a credited order are left out.',
  causedOrders: 'Caused orders',
  attributedRoi: 'Attributed ROI',
  knownBy: 'Known by',
  measured: (experiments) => `Experiment ${experiments} and belief`,
  believed: 'Belief, no experiment',
  budget: 'Budget: what if?',
  learntFrom: (days, period) =>
    `Learnt from all ${days} days (${period}), whatever the period: contribution margin, with its 90 % ` +
    'interval. Effects after some weeks are not in it.',
  sliders: 'Sliders go from 50 to 150 % of today: nothing beyond was ever seen.',
  interval90: '90 % interval',
  today: 'Spend a day',
  aDay: (amount) => `${amount} a day`,
  spendOf: (channel) => `Spend of ${channel}, per cent of today`,
  brings: 'Today’s spend brings, a day',
  nextEuro: 'The next euro brings',
  advised: 'Advised a day',
  asItIs: 'as it is',
  nothingAdvised:
    'Nothing is advised: fewer than two channels can be told apart. Change the spend of one for some weeks, ' +
    'or make an experiment.',
  planned: (total) => `Divided as advised, ${total} a day leaves in four weeks, after spend, more than today:`,
  mayBeChance: 'That may be chance: 0 is within the interval.',
  best: (total) => `Within the limits the most is left at ${total} a day:`,
  inAll: 'All channels',
  moveOne: 'Move a slider: what it leaves stands here.',
  gain: 'More than today in four weeks, after spend',
  asToday: 'As today',
  guessed: (channels) =>
    `Of ${channels} the days say too little: this is mostly what is believed of such channels, and no advice.`,
  noSpend: 'No advertising channel has spend yet.',
  refusal(refusal, formats, nameOf) {
    const { kind, value } = refusal;
    switch (kind) {
      case 'short_history':
        return value === 0
          ? 'There is no day of which both orders and advertising spend are known.'
          : `${value} days are too few: ${fewestDays} at least are needed to tell a trend from an effect.`;
      case 'few_costs':
        return (
          `The cost of goods is known of ${formats.whole(Math.floor(100 * value))} % of the revenue, and of ` +
          `${formats.whole(100 * leastCovered)} % it must be, to say what margin a channel brings.`
        );
      case 'contradictory':
        return 'These days can be explained in ways that contradict each other: nothing can be advised from them.';
      case 'few_days':
        return `Spend on ${value} days only, of ${fewestSpendDays} at least.`;
      case 'alike':
        return (
          `Its spend rose and fell with that of ${nameOf(refusal.channel)} (correlation ` +
          `${formats.figure('ratio', value)}): which of the two worked cannot be told.`
        );
      case 'little_learnt':
        return (
          'Its spend changed too little, or too much like demand: the days have taken ' +
          `${formats.whole(100 * value)} % of the doubt, of ${formats.whole(100 * leastLearnt)} % at least.`
        );
      case 'little_tested':
        return (
          `Its experiment was too small, and its spend changed too little: ${formats.whole(100 * value)} % of ` +
          `the doubt taken, of ${formats.whole(100 * leastLearnt)} % at least.`
        );
    }
  },
};
