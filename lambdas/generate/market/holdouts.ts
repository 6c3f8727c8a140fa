/** Experiments of the world: a channel's advertisements are kept from the people of some regions for some days. */
import type { Ad } from '../advertising/campaigns.ts';
import { regionOf } from '../people/home.ts';
import type { Person } from '../people/population.ts';
import { dayOf } from './calendar.ts';
import type { DayIndex } from './calendar.ts';
import { draw } from './dice.ts';
import { personSalts } from './salts.ts';
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
  readonly people: number | undefined;
}

/** The holdouts of one world. */
export class Holdouts {
  readonly all: readonly Holdout[];
  readonly #rules: readonly Rule[];

  constructor(all: readonly Holdout[]) {
    this.all = all;
    this.#rules = all.map(({ channel, from, to, regions: where, people }) => ({
      channel,
      from: dayOf(from),
      to: dayOf(to),
      regions: where && new Set(where),
      people,
    }));
  }

  /**
   * What is withheld from a person; undefined where nothing is.
   *
   * @param except the number of an experiment that is not made: to know what it costs
   */
  heldFrom(person: Person, except?: number): Held | undefined {
    if (this.#rules.length === 0) return undefined;
    const rules = this.concerning(person).flatMap((at) => (at === except ? [] : (this.#rules[at] ?? [])));
    if (rules.length === 0) return undefined;
    return ({ ad, day }) =>
      ad !== undefined &&
      rules.some(({ channel, from, to }) => ad.campaign.channel === channel && from <= day && day <= to);
  }

  /** The experiments, by number, that withhold something from a person. */
  concerning(person: Person): number[] {
    if (this.#rules.length === 0) return [];
    const home = regionOf(person);
    return this.#rules.flatMap(({ regions: where, people }, at) =>
      (where === undefined || where.has(home)) &&
      (people === undefined || 100 * draw(person.key, personSalts.holdout + at) < people)
        ? [at]
        : [],
    );
  }
}
