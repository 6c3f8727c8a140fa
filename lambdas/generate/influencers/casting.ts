/** The influencers that the shop works with, their deals and posts: pure functions of the world and a day. */
import { faker } from '@faker-js/faker/locale/fr';
import { dayOf, isoDay, seasonality } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { Dice, Weighted, keyOf } from '../market/dice.ts';
import type { World } from '../market/world.ts';

export type Tier = 'nano' | 'micro' | 'macro' | 'top';
export type SocialNetwork = 'instagram' | 'tiktok' | 'youtube';

export interface Influencer {
  readonly index: number;
  readonly handle: string;
  readonly name: string;
  readonly network: SocialNetwork;
  readonly tier: Tier;
  readonly followers: number;
  readonly signedOn: DayIndex;
  /** Times the usual lift of an influencer; 0 for one in six, whose audience was going to buy anyway or not at all. */
  readonly persuasion: number;
}

export interface Deal {
  readonly id: string;
  readonly influencer: Influencer;
  readonly contractedOn: DayIndex;
  readonly endsOn: DayIndex;
  /** In hundredths of `currency`. */
  readonly feeCents: number;
  readonly currency: 'EUR' | 'USD' | 'GBP';
  /** Cost of the products given, EUR cents. */
  readonly productCostCents: number;
  readonly commissionRate: number;
  /** Whether the commission is paid on what was refunded too. */
  readonly isOnGross: boolean;
  readonly code: string;
  /** The discount that the code gives: 0.10 to 0.15. */
  readonly discount: number;
  readonly slug: string;
  readonly campaign: string;
  /**
   * The link: to the influencer's own page under a name of their own, or to a page of the shop, where deals of a
   * campaign differ by utm_content alone.
   */
  readonly link: { readonly path: string; readonly query: string };
}

export interface Post {
  readonly id: string;
  readonly deal: Deal;
  readonly day: DayIndex;
  readonly format: string;
  /** Views in the end; a post has most of them within a week. */
  readonly views: number;
  readonly engagement: number;
}

interface TierFigures {
  readonly followers: readonly [number, number];
  readonly fee: readonly [number, number];
  /** Likes, comments, shares and saves per view. */
  readonly engagement: number;
}

const tiers: Readonly<Record<Tier, TierFigures>> = {
  nano: { followers: [1500, 10_000], fee: [0, 120], engagement: 0.05 },
  micro: { followers: [10_000, 100_000], fee: [120, 1500], engagement: 0.03 },
  macro: { followers: [100_000, 500_000], fee: [1500, 4000], engagement: 0.018 },
  top: { followers: [500_000, 2_500_000], fee: [4000, 20_000], engagement: 0.012 },
};

const networks = new Weighted<SocialNetwork>([
  ['instagram', 0.62],
  ['tiktok', 0.28],
  ['youtube', 0.1],
]);
const formats: Readonly<Record<SocialNetwork, readonly [string, ...string[]]>> = {
  instagram: ['Reel', 'Story', 'Carrousel', 'Photo'],
  tiktok: ['Vidéo'],
  youtube: ['Vidéo', 'Short'],
};
const currencies = new Weighted<Deal['currency']>([
  ['EUR', 0.86],
  ['USD', 0.08],
  ['GBP', 0.06],
]);
/** As people write networks into links. */
const shortNames: Readonly<Record<SocialNetwork, string>> = { instagram: 'ig', tiktok: 'tiktok', youtube: 'youtube' };
const liveDays = 10;

/** The casting of one world. */
export class Casting {
  readonly #world: World;
  readonly #opens: DayIndex;
  readonly #atOpening: number;
  readonly #tiers: Weighted<Tier>;
  readonly #influencers: Influencer[] = [];
  readonly #dealsOf = new Map<Influencer, Deal[]>();
  readonly #live = new Map<
    DayIndex,
    { readonly posts: readonly Post[]; readonly choice: Weighted<Post> | undefined }
  >();

  constructor(world: World) {
    this.#world = world;
    this.#opens = dayOf(world.opens);
    const size = world.eventsPerDay / 5000;
    this.#atOpening = Math.min(160, Math.max(5, Math.round(12 * Math.sqrt(size))));
    // Big names cost more than a small shop sells.
    const big = Math.min(1, Math.log10(1 + size) / 2);
    this.#tiers = new Weighted<Tier>([
      ['nano', 0.62 - 0.35 * big],
      ['micro', 0.36],
      ['macro', 0.02 + 0.24 * big],
      ['top', 0.1 * big ** 2],
    ]);
  }

  /** Everyone signed up to a day, this one included. */
  influencers(day: DayIndex): readonly Influencer[] {
    const joinEvery = Math.max(1, Math.round(108 / this.#atOpening));
    const count = day < this.#opens ? 0 : this.#atOpening + Math.floor((day - this.#opens) / joinEvery);
    for (let index = this.#influencers.length; index < count; index += 1)
      this.#influencers.push(this.#cast(index, joinEvery));
    return count === this.#influencers.length ? this.#influencers : this.#influencers.slice(0, count);
  }

  /** The deals contracted on a day. */
  dealsSignedOn(day: DayIndex): Deal[] {
    return this.influencers(day).flatMap((influencer) =>
      this.#deals(influencer, day).filter((deal) => deal.contractedOn === day),
    );
  }

  /** The posts published on a day. */
  postsOf(day: DayIndex): Post[] {
    return this.influencers(day).flatMap((influencer) =>
      this.#deals(influencer, day)
        .filter((deal) => deal.contractedOn <= day && deal.endsOn >= day)
        .flatMap((deal) => this.#posts(deal).filter((post) => post.day === day)),
    );
  }

  /** The post that somebody comes from on a day: a recent and widely seen one is likelier. */
  postSeenOn(day: DayIndex, unit: number): Post | undefined {
    let live = this.#live.get(day);
    if (live === undefined) {
      const posts: Post[] = [];
      for (let past = Math.max(this.#opens, day - liveDays); past <= day; past += 1) posts.push(...this.postsOf(past));
      const weights = posts.map((post): [Post, number] => [post, post.views * 2 ** (-(day - post.day) / 2)]);
      live = { posts, choice: weights.length === 0 ? undefined : new Weighted(weights) };
      this.#live.set(day, live);
    }
    return live.choice?.at(unit);
  }

  #cast(index: number, joinEvery: number): Influencer {
    const key = keyOf(this.#world.seed ^ 0x1f1, index, 17);
    const dice = new Dice(key, 1);
    faker.seed(key.high);
    const tier = this.#tiers.at(dice.next());
    const [low, high] = tiers[tier].followers;
    const first = faker.person.firstName();
    const plain = first
      .normalize('NFD')
      .replaceAll(/[^A-Za-z]/g, '')
      .toLowerCase();
    const suffix = dice.pick(['beaute', 'naturelle', 'green', 'skincare', 'slow', 'bio', 'routine', 'makeup']);
    return {
      index,
      handle: `${plain}.${suffix}${index + 1}`,
      name: `${first} ${faker.person.lastName()}`,
      network: networks.at(dice.next()),
      tier,
      followers: Math.round(low * (high / low) ** dice.next()),
      signedOn: index < this.#atOpening ? this.#opens : this.#opens + (index - this.#atOpening + 1) * joinEvery,
      persuasion: dice.chance(1 / 6) ? 0 : Math.min(3, dice.lognormal(1, 0.5)),
    };
  }

  #deals(influencer: Influencer, upTo: DayIndex): readonly Deal[] {
    let deals = this.#dealsOf.get(influencer);
    if (deals === undefined) {
      deals = [];
      this.#dealsOf.set(influencer, deals);
    }
    const every = 75 + ((influencer.index * 13) % 40);
    while (influencer.signedOn + deals.length * every <= upTo)
      deals.push(this.#deal(influencer, deals.length, influencer.signedOn + deals.length * every));
    return deals;
  }

  #deal(influencer: Influencer, number: number, contractedOn: DayIndex): Deal {
    const dice = new Dice(keyOf(this.#world.seed ^ 0x0dea, influencer.index, number), 2);
    const { fee, followers } = tiers[influencer.tier];
    const reach = (influencer.followers - followers[0]) / (followers[1] - followers[0]);
    const feeCents = Math.round((fee[0] + (fee[1] - fee[0]) * Math.min(1, reach * dice.between(0.7, 1.3))) / 5) * 500;
    const discount = dice.pick([0.1, 0.1, 0.12, 0.15]);
    const iso = isoDay(contractedOn);
    const name = influencer.handle.split('.')[0] ?? influencer.handle;
    const slug = influencer.handle.replaceAll('.', '-');
    const campaign = `influence_${iso.slice(0, 4)}-t${Math.ceil(Number(iso.slice(5, 7)) / 3)}`;
    const terms = new Dice(keyOf(this.#world.seed ^ 0x7e45, influencer.index, number), 4);
    const isOnGross = terms.chance(0.65);
    const link = terms.chance(0.7)
      ? { path: `/i/${slug}`, query: `?utm_source=${influencer.handle}&utm_medium=influencer&utm_campaign=${campaign}` }
      : {
          path: terms.pick(['/', '/fr/', '/produits', '/fr/collections/serums']),
          query: `?utm_source=${shortNames[influencer.network]}&utm_medium=influencer&utm_campaign=${campaign}&utm_content=${slug}`,
        };
    return {
      id: `INF-${iso.slice(2, 4)}${iso.slice(5, 7)}-${String(influencer.index + 1).padStart(3, '0')}-${number + 1}`,
      influencer,
      contractedOn,
      endsOn: contractedOn + 45 + dice.int(21),
      feeCents,
      currency: currencies.at(dice.next()),
      productCostCents: 800 + dice.int(60) * 50,
      commissionRate: 0.1,
      isOnGross,
      code: `${name.toUpperCase()}${influencer.index + 1}X${Math.round(discount * 100)}`,
      discount,
      slug,
      campaign,
      link,
    };
  }

  #posts(deal: Deal): Post[] {
    const dice = new Dice(keyOf(this.#world.seed ^ 0x0905, deal.influencer.index, deal.contractedOn), 3);
    const { network, followers, tier } = deal.influencer;
    return Array.from({ length: 3 + dice.int(4) }, (_, number) => {
      const day = deal.contractedOn + (number === 0 ? 1 : 2 + dice.int(38));
      const views = Math.round(dice.lognormal(followers * 0.25, 0.5) * Math.sqrt(seasonality(day))) + 50;
      return {
        id: `${deal.id}-P${number + 1}`,
        deal,
        day,
        format: dice.pick(formats[network]),
        views,
        engagement: tiers[tier].engagement * dice.between(0.7, 1.3),
      };
    });
  }
}
