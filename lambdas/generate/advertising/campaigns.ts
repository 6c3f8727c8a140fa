/**
 * The shop's advertising accounts, as data: campaigns, ad groups (ad sets) and ads.
 *
 * Most names are `<country>_<kind>_<subject>`; some tell nothing of their kind and have accents and spaces. The ads'
 * links repeat it as `utm_campaign`, spelled as people spell.
 */
import type { Season } from '../market/calendar.ts';
import type { Channel } from '../market/channels.ts';

export type Platform = 'google' | 'meta' | 'tiktok';

export interface Campaign {
  readonly index: number;
  readonly platform: Platform;
  readonly id: string;
  readonly name: string;
  /** The platform's own word for its kind: Google's channel type, Meta's objective, TikTok's objective. */
  readonly kind: string;
  readonly channel: Channel;
  readonly source: string;
  readonly medium: string;
  /** Probability of buying that a click adds to a visit, before fading. */
  readonly lift: number;
  /** Share of its visits that would be made without it, by another way. */
  readonly anyway: number;
  /** Spend, times the ordinary one, at which half of all who can be reached are reached: below 1 more brings little. */
  readonly half: number;
  /** Clicks per impression. */
  readonly ctr: number;
  /** EUR a click, at an ordinary time of the year; Meta's and TikTok's follow from their CPM. */
  readonly cpc: number;
  /** Runs in this season only. */
  readonly season?: Season;
}

export interface Ad {
  /** Position in `ADS`. */
  readonly index: number;
  readonly campaign: Campaign;
  /** Absent for Performance Max, which has neither ad groups nor ads. */
  readonly group?: { readonly id: string; readonly name: string };
  readonly ad?: { readonly id: string; readonly name: string };
}

type Row = Omit<Campaign, 'index' | 'id'> & { readonly groups: Readonly<Record<string, readonly string[]>> };

const google = { platform: 'google', source: 'google', medium: 'cpc' } as const;
const meta = {
  platform: 'meta',
  channel: 'Paid Social',
  source: 'facebook',
  medium: 'paid_social',
  ctr: 0.012,
} as const;
const tiktok = {
  platform: 'tiktok',
  channel: 'Paid Social',
  source: 'tiktok',
  medium: 'paid_social',
  ctr: 0.008,
} as const;

const rowsQuery: readonly Row[] = [
  {
    ...google,
    channel: 'Paid Search',
    name: 'fr_search_marque',
    kind: 'SEARCH',
    lift: 0.0008,
    anyway: 0.96,
    half: 0.3,
    ctr: 0.14,
    cpc: 0.25,
    groups: { marque_exact: ['rsa_marque-a', 'rsa_marque-b'], marque_produits: ['rsa_marque-produits'] },
  },
  {
    ...google,
    channel: 'Paid Search',
    name: 'fr_search_soins-bio',
    kind: 'SEARCH',
    lift: 0.045,
    anyway: 0.55,
    half: 3,
    ctr: 0.045,
    cpc: 0.8,
    groups: {
      'creme-visage-bio': ['rsa_creme-a', 'rsa_creme-b'],
      'serum-naturel': ['rsa_serum-a'],
      'savon-artisanal': ['rsa_savon-a'],
    },
  },
  {
    ...google,
    channel: 'Paid Shopping',
    name: 'fr_shopping_catalogue',
    kind: 'SHOPPING',
    lift: 0.016,
    anyway: 0.6,
    half: 2,
    ctr: 0.011,
    cpc: 0.4,
    groups: { visage: ['fiche_visage'], 'corps-cheveux': ['fiche_corps-cheveux'] },
  },
  {
    ...google,
    channel: 'Cross-network',
    name: 'FR Meilleures ventes',
    kind: 'PERFORMANCE_MAX',
    lift: 0.012,
    anyway: 0.65,
    half: 1,
    ctr: 0.016,
    cpc: 0.48,
    groups: {},
  },
  {
    ...google,
    channel: 'Paid Video',
    source: 'youtube',
    name: 'fr_video_rituel-du-soir',
    kind: 'VIDEO',
    lift: 0.006,
    anyway: 0.3,
    half: 2,
    ctr: 0.006,
    cpc: 0.55,
    groups: { 'affinite-beaute': ['video_rituel-15s', 'video_rituel-30s'] },
  },
  {
    ...google,
    channel: 'Display',
    medium: 'display',
    name: 'fr_display_remarketing',
    kind: 'DISPLAY',
    lift: 0.0004,
    anyway: 0.95,
    half: 0.5,
    ctr: 0.004,
    cpc: 0.3,
    groups: { 'visiteurs-30j': ['banniere_rose', 'banniere_gamme'] },
  },
  {
    ...meta,
    name: 'FR Été bio · similaires',
    kind: 'OUTCOME_SALES',
    lift: 0.036,
    anyway: 0.3,
    half: 3,
    cpc: 0.67,
    groups: { 'similaires-1pct': ['img_rose-de-damas', 'carrousel_gamme'], 'similaires-3pct': ['img_serum-eclat'] },
  },
  {
    ...meta,
    name: 'fr_prospection_reels',
    kind: 'OUTCOME_TRAFFIC',
    source: 'instagram',
    lift: 0.016,
    anyway: 0.4,
    half: 1.2,
    cpc: 0.67,
    groups: { 'interets-bio': ['reel_routine-matin', 'reel_atelier'], large: ['reel_avant-apres'] },
  },
  {
    ...meta,
    name: 'fr_reciblage_panier',
    kind: 'OUTCOME_SALES',
    lift: 0.002,
    anyway: 0.92,
    half: 0.4,
    cpc: 0.67,
    groups: { 'paniers-14j': ['dpa_panier'], 'vues-30j': ['dpa_vues'] },
  },
  {
    ...meta,
    name: 'fr_temps-fort_fete-des-meres',
    kind: 'OUTCOME_SALES',
    source: 'instagram',
    lift: 0.036,
    anyway: 0.3,
    half: 3,
    cpc: 0.67,
    season: 'mothers-day',
    groups: { cadeaux: ['img_coffret-maman', 'reel_maman'] },
  },
  {
    ...meta,
    name: 'fr_temps-fort_black-friday',
    kind: 'OUTCOME_SALES',
    lift: 0.03,
    anyway: 0.5,
    half: 3,
    cpc: 0.67,
    season: 'black-friday',
    groups: { large: ['img_moins-25'], clients: ['img_avant-premiere'] },
  },
  {
    ...tiktok,
    name: 'fr_spark_peau-nette',
    kind: 'WEB_CONVERSIONS',
    lift: 0.006,
    anyway: 0.4,
    half: 1.2,
    cpc: 1,
    groups: { '18-24': ['spark_routine', 'spark_unboxing'], '25-34': ['spark_avis'] },
  },
  {
    ...tiktok,
    name: 'fr_prospection_gen-z',
    kind: 'TRAFFIC',
    lift: 0.002,
    anyway: 0.5,
    half: 0.8,
    cpc: 0.9,
    groups: { large: ['ugc_shampooing-solide', 'ugc_deodorant'] },
  },
];

/** Ids as long as each platform's own. */
const idBase: Readonly<Record<Platform, bigint>> = {
  google: 20_481_930_000n,
  meta: 120_208_412_330_000_000n,
  tiktok: 1_781_204_915_330_000n,
};

function idOf(platform: Platform, campaign: number, group: number, ad: number): string {
  return String(idBase[platform] + BigInt((campaign + 1) * 613 + group * 61 + ad * 7));
}

export const campaigns: readonly Campaign[] = rowsQuery.map((row, index) =>
  Object.assign({ index, id: idOf(row.platform, index, 0, 0) }, row),
);

/** Every ad of every campaign; a Performance Max campaign stands as one entry. */
export const allAds: readonly Ad[] = campaigns
  .flatMap((campaign): Omit<Ad, 'index'>[] => {
    const groups = Object.entries(rowsQuery[campaign.index]?.groups ?? {});
    if (groups.length === 0) return [{ campaign }];
    return groups.flatMap(([name, ads], g) =>
      ads.map((ad, a) => ({
        campaign,
        group: { id: idOf(campaign.platform, campaign.index, g + 1, 0), name },
        ad: { id: idOf(campaign.platform, campaign.index, g + 1, a + 1), name: ad },
      })),
    );
  })
  .map((ad, index) => Object.assign({ index }, ad));

/** The ads of each campaign, by the campaign's index. */
export const adsOf: readonly (readonly Ad[])[] = campaigns.map((campaign) =>
  allAds.filter((ad) => ad.campaign === campaign),
);

/** The campaign of this name. */
export function campaignNamed(name: string): Campaign {
  const found = campaigns.find((campaign) => campaign.name === name);
  if (found === undefined) throw new Error(`No campaign is named ${name}.`);
  return found;
}
