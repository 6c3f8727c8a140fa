/** How a visit comes about: the channel, and the advertisement, post or letter that was followed. */
import { adsOf, campaigns } from '../advertising/campaigns.ts';
import type { Ad, Campaign } from '../advertising/campaigns.ts';
import type { Post } from '../influencers/casting.ts';
import { isoDay, seasonOf, weekday } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { emailAnyway, emailLift, influencerAnyway, influencerLift, seenOnly } from '../market/channels.ts';
import type { Channel } from '../market/channels.ts';
import { Dice } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { salt, visitSalt } from '../market/salts.ts';
import type { Person } from './population.ts';
import { haloShare, harvest } from './ways.ts';
import type { Way } from './ways.ts';

/** Something that may persuade: what was clicked to come, or seen shortly before. */
export interface Exposure {
  readonly channel: Channel;
  readonly day: DayIndex;
  /** Probability of buying that it adds on its day. */
  readonly lift: number;
  /** Probability that the visit would be made without it, by another way. */
  readonly anyway: number;
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

/** What an exposure that was only seen leaves of its campaign's share of visits that are made anyway. */
const anywaySeen = (anyway: number): number => 1 - haloShare * (1 - anyway);

// Written out without spreads and helpers: this is made for every visit of everybody who is looked at.
function expose(market: Market, way: Way, day: DayIndex, visit: number, clicked: boolean, dice: Dice): Exposure {
  const { hasEffect } = market.media.kind;
  const share = clicked ? 1 : seenOnly;
  if ('campaign' in way) {
    const campaign = inSeason(way.campaign, day, dice.next());
    const { channel } = campaign;
    const ads = adsOf[campaign.index] ?? [];
    // The first ad of a campaign gets most of its budget.
    const ad = ads[Math.floor(dice.next() ** 1.6 * ads.length)];
    const lift = hasEffect ? campaign.lift * share : 0;
    const anyway = hasEffect ? (clicked ? campaign.anyway : anywaySeen(campaign.anyway)) : 1;
    return ad === undefined ? { channel, day, clicked, lift, anyway } : { channel, day, clicked, lift, anyway, ad };
  }
  const { channel } = way;
  if (channel === 'Influencer') {
    const post = market.casting.postSeenOn(day, dice.next());
    if (post === undefined) return { channel: 'Direct', day, clicked, lift: 0, anyway: 1 };
    const { persuasion } = post.deal.influencer;
    const lift = hasEffect ? influencerLift * persuasion * share : 0;
    const came = influencerAnyway ** persuasion;
    return { channel, day, clicked, lift, anyway: hasEffect ? (clicked ? came : anywaySeen(came)) : 1, post };
  }
  if (channel === 'Email') {
    const letter = letterOf(day, visit, dice);
    return { channel, day, clicked, lift: hasEffect ? emailLift : 0, anyway: hasEffect ? emailAnyway : 1, letter };
  }
  return { channel, day, clicked, lift: 0, anyway: 1 };
}

/** @param visit the visit's number, 0 being the person's first */
export function arrivalOf(market: Market, person: Person, visit: number, day: DayIndex): Arrival {
  const dice = scratch.seed(person.key, visitSalt(salt.arrival, visit));
  const ways = market.ways.on(day);
  const table = visit === 0 ? ways.discovery : person.habit === 'browser' ? ways.secondLook : ways.habitual;
  const clicked = expose(market, table.at(dice.next()), day, visit, true, dice);
  if (!harvest.has(clicked.channel) || (clicked.ad && clicked.ad.campaign.lift > 0.001) || !dice.chance(ways.seenShare))
    return { clicked };
  const seenOn = Math.max(market.population.opens, day - ways.seenAgo.at(dice.next()));
  const seen = expose(market, market.ways.on(seenOn).seen.at(dice.next()), seenOn, visit, false, dice);
  return seen.channel === 'Direct' ? { clicked } : { clicked, seen };
}
