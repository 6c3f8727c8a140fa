/** How a visit comes about: the channel, and the advertisement, post or letter that was followed. */
import { adsOf, campaigns, campaignNamed } from '../advertising/campaigns.ts';
import type { Ad, Campaign } from '../advertising/campaigns.ts';
import type { Post } from '../influencers/casting.ts';
import { isoDay, seasonOf, weekday } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { emailLift, influencerLift, seenOnly } from '../market/channels.ts';
import type { Channel } from '../market/channels.ts';
import { Dice, Weighted } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { salt, visitSalt } from '../market/salts.ts';
import type { Person } from './population.ts';

/** Something that may persuade: what was clicked to come, or seen shortly before. */
export interface Exposure {
  readonly channel: Channel;
  readonly day: DayIndex;
  /** Probability of buying that it adds on its day. */
  readonly lift: number;
  readonly clicked: boolean;
  readonly ad?: Ad;
  readonly post?: Post;
  /** The e-mail campaign. */
  readonly letter?: string;
}

export interface Arrival {
  readonly clicked: Exposure;
  /** Seen in the days before, and not clicked: no session shows it. */
  readonly seen?: Exposure;
}

type Way = { readonly channel: Channel } | { readonly campaign: Campaign };

const paid = (name: string): Way => ({ campaign: campaignNamed(name) });
const free = (channel: Channel): Way => ({ channel });

/** First visits. */
const discovery = new Weighted<Way>([
  [free('Organic Search'), 0.2],
  [free('Direct'), 0.11],
  [free('Organic Social'), 0.045],
  [free('Referral'), 0.025],
  [free('AI Assistant'), 0.015],
  [free('Influencer'), 0.07],
  [paid('fr_search_marque'), 0.04],
  [paid('fr_search_soins-bio'), 0.06],
  [paid('fr_shopping_catalogue'), 0.075],
  [paid('FR Meilleures ventes'), 0.06],
  [paid('fr_video_rituel-du-soir'), 0.025],
  [paid('FR Été bio · similaires'), 0.12],
  [paid('fr_prospection_reels'), 0.09],
  [paid('fr_spark_peau-nette'), 0.04],
  [paid('fr_prospection_gen-z'), 0.025],
]);

/** Later visits of people who only look around. */
const secondLook = new Weighted<Way>([
  [free('Direct'), 0.28],
  [free('Organic Search'), 0.17],
  [free('Organic Social'), 0.05],
  [free('Referral'), 0.02],
  [free('AI Assistant'), 0.01],
  [free('Influencer'), 0.05],
  [free('Email'), 0.06],
  [paid('fr_search_marque'), 0.11],
  [paid('fr_shopping_catalogue'), 0.04],
  [paid('fr_display_remarketing'), 0.06],
  [paid('fr_reciblage_panier'), 0.15],
]);

/** Later visits of regulars and clients. */
const habitual = new Weighted<Way>([
  [free('Direct'), 0.34],
  [free('Organic Search'), 0.13],
  [free('Organic Social'), 0.04],
  [free('Influencer'), 0.04],
  [free('Email'), 0.25],
  [paid('fr_search_marque'), 0.11],
  [paid('fr_display_remarketing'), 0.03],
  [paid('fr_reciblage_panier'), 0.06],
]);

/** What is seen without a click, and remembered later as "I know that shop". */
const seenWays = new Weighted<Way>([
  [free('Influencer'), 0.3],
  [paid('fr_video_rituel-du-soir'), 0.2],
  [paid('FR Été bio · similaires'), 0.22],
  [paid('fr_prospection_reels'), 0.16],
  [paid('fr_spark_peau-nette'), 0.12],
]);

/** These channels harvest what others have sown: a quarter of their visits follows something seen. */
const harvest: ReadonlySet<Channel> = new Set<Channel>(['Direct', 'Organic Search', 'Paid Search']);
const seenShare = 0.25;

const seasonalCampaigns = campaigns.filter((campaign) => campaign.season !== undefined);

/** In its season, a campaign takes half of what the platform's ordinary prospecting would have brought. */
function inSeason(campaign: Campaign, day: DayIndex, unit: number): Campaign {
  if (campaign.platform !== 'meta') return campaign;
  const season = seasonOf(day);
  return (unit < 0.5 ? seasonalCampaigns.find((seasonal) => seasonal.season === season) : undefined) ?? campaign;
}

function letterOf(day: DayIndex, visit: number, dice: Dice): string {
  if (visit === 1 && dice.chance(0.4)) return 'bienvenue';
  if (dice.chance(0.2)) return 'panier-abandonne';
  // The newsletter leaves on Thursdays.
  return `newsletter_${isoDay(day - ((weekday(day) + 3) % 7))}`;
}

const scratch = new Dice({ high: 0, low: 0 }, 0);

function expose(market: Market, way: Way, day: DayIndex, visit: number, clicked: boolean, dice: Dice): Exposure {
  const share = clicked ? 1 : seenOnly;
  if ('campaign' in way) {
    const campaign = inSeason(way.campaign, day, dice.next());
    const ads = adsOf[campaign.index] ?? [];
    // The first ad of a campaign gets most of its budget.
    const ad = ads[Math.floor(dice.next() ** 1.6 * ads.length)];
    return { channel: campaign.channel, day, clicked, lift: campaign.lift * share, ...(ad && { ad }) };
  }
  if (way.channel === 'Influencer') {
    const post = market.casting.postSeenOn(day, dice.next());
    if (post === undefined) return { channel: 'Direct', day, clicked, lift: 0 };
    return {
      channel: 'Influencer',
      day,
      clicked,
      post,
      lift: influencerLift * post.deal.influencer.persuasion * share,
    };
  }
  if (way.channel === 'Email')
    return { channel: 'Email', day, clicked, lift: emailLift, letter: letterOf(day, visit, dice) };
  return { channel: way.channel, day, clicked, lift: 0 };
}

/** @param visit the visit's number, 0 being the person's first */
export function arrivalOf(market: Market, person: Person, visit: number, day: DayIndex): Arrival {
  const dice = scratch.seed(person.key, visitSalt(salt.arrival, visit));
  const ways = visit === 0 ? discovery : person.habit === 'browser' ? secondLook : habitual;
  const clicked = expose(market, ways.at(dice.next()), day, visit, true, dice);
  if (!harvest.has(clicked.channel) || (clicked.ad && clicked.lift > 0.001) || !dice.chance(seenShare))
    return { clicked };
  const seenOn = Math.max(market.population.opens, day - dice.int(4));
  const seen = expose(market, seenWays.at(dice.next()), seenOn, visit, false, dice);
  return seen.channel === 'Direct' ? { clicked } : { clicked, seen };
}
