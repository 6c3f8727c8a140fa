/** Experiments of the world: a channel's advertisements are kept from the people of some regions for some days. */
import * as z from 'zod';
import type { Exposure } from '../people/arrival.ts';
import { regionOf, regions } from '../people/home.ts';
import type { Person } from '../people/population.ts';
import { campaigns } from '../advertising/campaigns.ts';
import { dayOf, isoDaySchema } from './calendar.ts';
import type { DayIndex } from './calendar.ts';

/** The channels that platforms sell, which can be withheld by place. */
export const paidChannels: readonly string[] = [...new Set(campaigns.map(({ channel }) => channel))].toSorted();

export const holdoutSchema = z
  .strictObject({
    channel: z.enum(paidChannels, {
      error: (issue) => `${JSON.stringify(issue.input)} cannot be held out: choose among ${paidChannels.join(', ')}`,
    }),
    /** Days, both included. */
    from: isoDaySchema,
    to: isoDaySchema,
    /**
     * Of those whose home is there: the first two characters of a French postcode, or a country; absent: of everybody.
     */
    regions: z
      .array(
        z.string().refine((text) => regions.has(text), {
          error: (issue) =>
            `${JSON.stringify(issue.input)} is no region: write the first two characters of a French postcode (13, 69), or BE, LU, CH, GB, US`,
        }),
      )
      .min(1, 'name at least one region, or none for a holdout everywhere')
      .optional(),
  })
  .refine(({ from, to }) => from <= to, { error: 'the holdout ends before it begins' });

export type Holdout = z.infer<typeof holdoutSchema>;

type Held = (exposure: Exposure) => boolean;

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
