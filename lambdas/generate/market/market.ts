import { Casting } from '../influencers/casting.ts';
import { Population } from '../people/population.ts';
import type { World } from './world.ts';

/** A world made ready to be asked about any day: what is slow to work out is kept, and all of it can be worked out again. */
export interface Market {
  readonly world: World;
  readonly population: Population;
  readonly casting: Casting;
}

const ready = new Map<string, Market>();

export function marketOf(world: World): Market {
  const name = JSON.stringify([world.seed, world.opens, world.eventsPerDay, world.initialCustomers, world.dirt]);
  let market = ready.get(name);
  if (market === undefined) {
    market = { world, population: new Population(world), casting: new Casting(world) };
    ready.set(name, market);
  }
  return market;
}
