/**
 * By which ways people come on a day: channels have their shares, and campaigns as much more as they reach that day.
 */
import { campaignNamed } from '../advertising/campaigns.ts';
import type { Campaign } from '../advertising/campaigns.ts';
import type { DayIndex } from '../market/calendar.ts';
import type { Channel } from '../market/channels.ts';
import { Weighted } from '../market/dice.ts';
import type { Media } from '../market/media.ts';

export type Way = { readonly channel: Channel } | { readonly campaign: Campaign };
type Shares = readonly (readonly [way: Way, share: number])[];

const paid = (name: string): Way => ({ campaign: campaignNamed(name) });
const free = (channel: Channel): Way => ({ channel });

/** First visits. */
const discovery: Shares = [
  [free('Organic Search'), 0.28],
  [free('Direct'), 0.18],
  [free('Organic Social'), 0.06],
  [free('Referral'), 0.03],
  [free('AI Assistant'), 0.02],
  [free('Influencer'), 0.06],
  [paid('fr_search_marque'), 0.05],
  [paid('fr_search_soins-bio'), 0.05],
  [paid('fr_shopping_catalogue'), 0.055],
  [paid('FR Meilleures ventes'), 0.035],
  [paid('fr_video_rituel-du-soir'), 0.022],
  [paid('FR Été bio · similaires'), 0.085],
  [paid('fr_prospection_reels'), 0.038],
  [paid('fr_spark_peau-nette'), 0.015],
  [paid('fr_prospection_gen-z'), 0.012],
];

/** Later visits of people who only look around. */
const secondLook: Shares = [
  [free('Direct'), 0.17],
  [free('Organic Search'), 0.11],
  [free('Organic Social'), 0.03],
  [free('Referral'), 0.02],
  [free('AI Assistant'), 0.01],
  [free('Influencer'), 0.03],
  [free('Email'), 0.06],
  [paid('fr_search_marque'), 0.26],
  [paid('fr_shopping_catalogue'), 0.03],
  [paid('fr_display_remarketing'), 0.18],
  [paid('fr_reciblage_panier'), 0.1],
];

/** Later visits of regulars and clients. */
const habitual: Shares = [
  [free('Direct'), 0.18],
  [free('Organic Search'), 0.09],
  [free('Organic Social'), 0.03],
  [free('Influencer'), 0.03],
  [free('Email'), 0.18],
  [paid('fr_search_marque'), 0.27],
  [paid('fr_display_remarketing'), 0.16],
  [paid('fr_reciblage_panier'), 0.06],
];

/** What is seen without a click, and remembered later as "I know that shop". */
const seen: Shares = [
  [free('Influencer'), 0.3],
  [paid('fr_video_rituel-du-soir'), 0.2],
  [paid('FR Été bio · similaires'), 0.22],
  [paid('fr_prospection_reels'), 0.16],
  [paid('fr_spark_peau-nette'), 0.12],
];

/** These channels harvest what others have sown: three in ten of their visits follow something seen. */
export const harvest: ReadonlySet<Channel> = new Set<Channel>(['Direct', 'Organic Search', 'Paid Search']);
const seenShare = 0.3;
/** Of the visits that follow something seen, so many would not be made without it: the halo over other channels. */
export const haloShare = 0.7;
/** What is seen is remembered less each day, and two weeks at most. */
const rememberedDaily = 0.72;
const rememberedDays = 14;

const sumOf = (shares: Shares): number => shares.reduce((sum, [, share]) => sum + share, 0);

interface DayOfWays {
  readonly discovery: Weighted<Way>;
  readonly secondLook: Weighted<Way>;
  readonly habitual: Weighted<Way>;
  readonly seen: Weighted<Way>;
  /** How many days ago something seen was seen. */
  readonly seenAgo: Weighted<number>;
  /** Share of the harvesting visits that follow something seen. */
  readonly seenShare: number;
  /** First visits, 1 being as many as an ordinary day's spend brings. */
  readonly crowd: number;
}

export class Ways {
  readonly #media: Media;
  /** By day: an array is looked up faster than a map. */
  readonly #days: DayOfWays[] = [];
  readonly #seenReach = new Map<DayIndex, number>();
  /** First visits at the market's ordinary spend, on the scale of `discovery`. */
  readonly #ordinary: number;

  constructor(media: Media) {
    this.#media = media;
    const { spend } = media.kind;
    this.#ordinary = discovery.reduce(
      (sum, [way, share]) =>
        sum + share * ('campaign' in way ? (spend * (1 + way.campaign.half)) / (spend + way.campaign.half) : 1),
      0,
    );
  }

  on(day: DayIndex): DayOfWays {
    let ways = this.#days[day];
    if (ways === undefined) {
      ways = this.#make(day);
      this.#days[day] = ways;
    }
    return ways;
  }

  #weighted(shares: Shares, day: DayIndex): (readonly [Way, number])[] {
    return shares.map(([way, share]) => [
      way,
      'campaign' in way ? share * this.#media.reach(way.campaign, day) : share,
    ]);
  }

  /** How much is seen on a day, 1 being the ordinary. */
  #seenOn(day: DayIndex): number {
    let reach = this.#seenReach.get(day);
    if (reach === undefined) {
      reach = sumOf(this.#weighted(seen, day)) / sumOf(seen);
      this.#seenReach.set(day, reach);
    }
    return reach;
  }

  #make(day: DayIndex): DayOfWays {
    const ago = Array.from({ length: rememberedDays }, (_, age): readonly [number, number] => [
      age,
      rememberedDaily ** age * this.#seenOn(day - age),
    ]);
    const remembered =
      ago.reduce((sum, [, weight]) => sum + weight, 0) / ago.reduce((sum, [age]) => sum + rememberedDaily ** age, 0);
    // What is seen brings visits by the ways that harvest, beside those that its clicks are.
    const halo = this.#media.kind.hasEffect ? 1 + seenShare * haloShare * (remembered - 1) : 1;
    const first = this.#weighted(discovery, day).map(([way, share]): readonly [Way, number] => [
      way,
      'channel' in way && harvest.has(way.channel) ? share * halo : share,
    ]);
    return {
      discovery: new Weighted(first),
      secondLook: new Weighted(this.#weighted(secondLook, day)),
      habitual: new Weighted(this.#weighted(habitual, day)),
      seen: new Weighted(this.#weighted(seen, day)),
      seenAgo: new Weighted(ago),
      seenShare: Math.min(0.6, seenShare * remembered),
      crowd: sumOf(first) / this.#ordinary,
    };
  }
}
