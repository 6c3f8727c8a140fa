import type { Campaign } from '../advertising/campaigns.ts';
import { Casting } from '../influencers/casting.ts';
import { Population } from '../people/population.ts';
import { Ways } from '../people/ways.ts';
import { Holdouts } from './holdouts.ts';
import { Media } from './media.ts';
import type { World } from './world.ts';

/**
 * A world made ready to be asked about any day: what is slow to work out is kept, and all of it can be worked out
 * again.
 */
export interface Market {
  readonly world: World;
  readonly media: Media;
  readonly holdouts: Holdouts;
  readonly ways: Ways;
  readonly population: Population;
  readonly casting: Casting;
}

/** @param scale spend on a campaign, times what the world's plan says: the same world with another budget */
export function newMarket(world: World, scale?: (campaign: Campaign) => number): Market {
  const media = new Media(world, scale);
  const ways = new Ways(media);
  const holdouts = new Holdouts(world.holdouts);
  return { world, media, holdouts, ways, population: new Population(world, ways), casting: new Casting(world) };
}

const ready = new Map<string, Market>();

export function marketOf(world: World): Market {
  const name = JSON.stringify(world);
  let market = ready.get(name);
  if (market === undefined) {
    market = newMarket(world);
    ready.set(name, market);
  }
  return market;
}
