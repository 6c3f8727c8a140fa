/** What a world says of an experiment: whose advertisements are kept from which people, and when. */
import * as z from 'zod';
import { campaigns } from '../advertising/campaigns.ts';
import { isoDaySchema } from './calendar.ts';
import { regions } from './departments.ts';

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
            `${JSON.stringify(issue.input)} is no region: write the first two characters of a French postcode ` +
            '(13, 69), or BE, LU, CH, GB, US',
        }),
      )
      .min(1, 'name at least one region, or none for a holdout everywhere')
      .optional(),
    /** Percent of the people, drawn by lot, as a platform does in a lift study. */
    people: z.number().min(1).max(99).optional(),
  })
  .refine(({ regions: where, people }) => where === undefined || people === undefined, {
    error: 'hold out regions or a part of the people, not both',
  })
  .refine(({ from, to }) => from <= to, { error: 'the holdout ends before it begins' });

export type Holdout = z.infer<typeof holdoutSchema>;
