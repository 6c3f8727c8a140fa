/** What the shop spends, and what it gets for it. Spend is a cause: exposures follow it with a falling yield. */
import type { Campaign } from '../advertising/campaigns.ts';
import { channelNames } from './channels.ts';
import type { Channel } from './channels.ts';
import { seasonality } from './calendar.ts';
import type { DayIndex } from './calendar.ts';
import { draw, keyOf } from './dice.ts';
import { marketKinds } from './kinds.ts';
import type { MarketKind } from './kinds.ts';
import type { World } from './world.ts';

const planSalt = 0x5b3d;
const flightSalt = 0xf117;
const moodSalt = 0x300d;

/**
 * A channel's budget comes in flights of two weeks, times its ordinary one: in six weeks each once, in an order of the
 * channel's own. Without such swings nobody could learn what spend does.
 */
const flights = { days: 14, levels: [0.4, 1, 1.6] } as const;
/** The six orders of three flights. */
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
/** Within it each campaign's week is between these. */
const weekly = { low: 0.8, high: 1.2 } as const;
/** Days differ from their week's budget by as much up or down. */
const daily = 0.12;
/** Standard deviations of what moves the demand of a week and a day besides: weather, news, rivals. */
const mood = { week: 0.08, day: 0.1 } as const;

/**
 * Exposures for a pressure (spend, 1 being the ordinary), 1 at 1. Half of what any spend could reach is reached at
 * `half`.
 */
export function reachOf(pressure: number, half: number): number {
  return (pressure * (1 + half)) / (pressure + half);
}

/** A draw of about the standard normal law: the sum of four uniforms, scaled. */
function bell(seed: number, a: number, b: number): number {
  const key = keyOf(seed, a, b);
  return (draw(key, 1) + draw(key, 2) + draw(key, 3) + draw(key, 4) - 2) * Math.sqrt(3);
}

/** @returns the week of a day, from Monday on */
const weekOf = (day: DayIndex): number => Math.floor((day + 3) / 7);

/** A channel's level of spend on a day, 1 being the ordinary. */
function flightOf(seed: number, channel: Channel, day: DayIndex): number {
  const { days, levels } = flights;
  const flight = Math.floor((day + 3) / days);
  const [round, place] = [Math.floor(flight / levels.length), flight % levels.length];
  const order = orders[Math.floor(draw(keyOf(seed ^ flightSalt, channelNames.indexOf(channel), round), 1) * 6)];
  return levels[order?.[place] ?? 1] ?? 1;
}

export class Media {
  readonly kind: MarketKind;
  readonly #seed: number;
  readonly #scale: (campaign: Campaign) => number;
  readonly #demand: number[] = [];

  /** @param scale spend on a campaign, times what the world's plan says: to try another budget in the same world */
  constructor(world: World, scale: (campaign: Campaign) => number = () => 1) {
    this.kind = marketKinds[world.market];
    this.#seed = world.seed;
    this.#scale = scale;
  }

  /**
   * What is spent on a campaign on a day, times what it costs to reach as many as in an ordinary week of the default
   * market.
   */
  pressure(campaign: Campaign, day: DayIndex): number {
    const { low, high } = weekly;
    const level = low + (high - low) * draw(keyOf(this.#seed ^ planSalt, campaign.index, weekOf(day)), 1);
    const swing = 1 + daily * (2 * draw(keyOf(this.#seed ^ planSalt, campaign.index, day), 2) - 1);
    const flight = flightOf(this.#seed, campaign.channel, day);
    return this.#scale(campaign) * this.kind.spend * flight * level * swing * seasonality(day) ** this.kind.spendSeason;
  }

  /** How many are reached, times an ordinary week's. */
  reach(campaign: Campaign, day: DayIndex): number {
    return reachOf(this.pressure(campaign, day), campaign.half);
  }

  /** What an exposure costs, times its ordinary price: who spends more pays more for each. */
  price(campaign: Campaign, day: DayIndex): number {
    return (this.pressure(campaign, day) + campaign.half) / (1 + campaign.half);
  }

  /** How inclined people are to buy on a day, 1 being the ordinary. */
  demand(day: DayIndex): number {
    let demand = this.#demand[day];
    if (demand === undefined) {
      const noise =
        mood.week * bell(this.#seed ^ moodSalt, weekOf(day), 1) + mood.day * bell(this.#seed ^ moodSalt, day, 2);
      demand = Math.exp(noise) * seasonality(day) ** this.kind.demandSeason;
      this.#demand[day] = demand;
    }
    return demand;
  }
}
