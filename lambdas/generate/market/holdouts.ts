/** Experiments of the world: a channel's advertisements are kept from the people of some regions for some days. */
import type { Ad } from '../advertising/campaigns.ts';
import { regionOf } from '../people/home.ts';
import type { Person } from '../people/population.ts';
import { dayOf } from './calendar.ts';
import type { DayIndex } from './calendar.ts';
import type { Holdout } from './holdout.ts';

/** Of an exposure, what decides whether it is withheld. */
interface Shown {
  readonly ad?: Ad;
  readonly day: DayIndex;
}

type Held = (exposure: Shown) => boolean;

interface Rule {
  readonly channel: string;
  readonly from: DayIndex;
  readonly to: DayIndex;
  readonly regions: ReadonlySet<string> | undefined;
}

/** The holdouts of one world. */
export class Holdouts {
  readonly all: readonly Holdout[];
  readonly #rules: readonly Rule[];

  constructor(all: readonly Holdout[]) {
    this.all = all;
    this.#rules = all.map(({ channel, from, to, regions: where }) => ({
      channel,
      from: dayOf(from),
      to: dayOf(to),
      regions: where && new Set(where),
    }));
  }

  /**
   * What is withheld from a person; undefined where nothing is.
   *
   * @param except the number of an experiment that is not made: to know what it costs
   */
  heldFrom(person: Person, except?: number): Held | undefined {
    if (this.#rules.length === 0) return undefined;
    const home = regionOf(person);
    const rules = this.#rules.filter(
      ({ regions: where }, at) => at !== except && (where === undefined || where.has(home)),
    );
    if (rules.length === 0) return undefined;
    return ({ ad, day }) =>
      ad !== undefined &&
      rules.some(({ channel, from, to }) => ad.campaign.channel === channel && from <= day && day <= to);
  }

  /** The experiments, by number, that withhold something from a person. */
  concerning(person: Person): number[] {
    const home = this.#rules.length === 0 ? '' : regionOf(person);
    return this.#rules.flatMap(({ regions: where }, at) => (where === undefined || where.has(home) ? [at] : []));
  }
}
