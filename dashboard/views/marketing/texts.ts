import type { Occasion } from '../../figures/calendar.ts';
import type { FilterName } from '../../app/state.ts';
import type { InEach } from '../../language/language.ts';
import { inEnglish } from './texts-en.ts';
import { inFrench } from './texts-fr.ts';

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
  readonly open: (name: string) => string;
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

export const marketingTexts: InEach<MarketingTexts> = { en: inEnglish, fr: inFrench };

/** The names of the filters that are set among those that a figure does not follow. */
export const setAmong = (
  names: readonly FilterName[],
  filters: Readonly<Record<FilterName, string | undefined>>,
  labels: Readonly<Record<FilterName, string>>,
): string[] => names.filter((name) => filters[name] !== undefined).map((name) => labels[name]);
