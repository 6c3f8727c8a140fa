import * as z from 'zod';
import { attributionModels } from '../attribution-models.ts';
import { addDays, isDay } from '../days.ts';
import { visible } from '../visible.ts';

/** Key of the log of experiments in the lake; on AWS the same object stands in the bucket. */
export const experimentsKey = 'experiments.json';

/** Channels that money or work is put into, and that can so be withheld. */
export const testable = [
  'Affiliates',
  'Audio',
  'Cross-network',
  'Display',
  'Email',
  'Influencer',
  'Mobile Push Notifications',
  'Paid Other',
  'Paid Search',
  'Paid Shopping',
  'Paid Social',
  'Paid Video',
  'SMS',
] as const;

const day = z.string().refine(isDay, 'is not a day; write it as 2026-09-01');
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((one) => !/\p{Cc}/u.test(one), 'holds a control character');

/** What an experiment found, as `sillage experiment read --record` writes it, or as a lift study of a platform says. */
const resultSchema = z
  .strictObject({
    /** Incremental ÷ attributed orders, with the ends of its 95 % interval. */
    incrementality: z.number().min(-10).max(10),
    low: z.number().min(-100).max(100),
    high: z.number().min(-100).max(100),
    /** The attribution that it is measured against: of another the share would be another. */
    attribution_model: z.enum(attributionModels),
    lookback_days: z.union([z.literal(7), z.literal(30), z.literal(90)]),
    method: text(100),
    read_on: day,
    /** The last day that was counted, where days after it are still to come: the lake may have ended before it was read. */
    until: day.optional(),
    /** What was withheld when it was read, as `whatWasWithheld` says it; a lift study of a platform has none. */
    of: text(2000).optional(),
  })
  .refine(({ low, incrementality, high }) => low <= incrementality && incrementality <= high, {
    message: 'low, incrementality and high are not in this order',
    path: ['incrementality'],
  });

export const experimentSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is no name; write small letters, digits and hyphens'),
    channel: z.enum(testable, { error: `is no channel that can be withheld; there are: ${testable.join(', ')}` }),
    /** Where only one campaign was withheld: then nothing is learnt of the channel. */
    campaign: text(200).nullish(),
    from: day,
    to: day,
    held_out: z.union(
      [
        z.strictObject({
          regions: z
            .array(
              z
                .string()
                .trim()
                .toUpperCase()
                .regex(/^[0-9A-Z]{2,3}$/, {
                  error: ({ input }) =>
                    `${JSON.stringify(input)} is no region: write the département in France (13, 2A, 974), the country elsewhere (BE), as in orders.shipping_area`,
                }),
            )
            .min(1)
            .max(200),
        }),
        z.strictObject({ everywhere: z.literal(true) }),
      ],
      { error: 'is neither {"regions": ["13", "2A", "BE"]} (orders.shipping_area) nor {"everywhere": true}' },
    ),
    note: text(1000).optional(),
    /** Why it is never going to have a result: what it withheld counts, and nobody asks for its reading any more. */
    no_result: text(1000).optional(),
    result: resultSchema.optional(),
  })
  .refine(({ from, to }) => from <= to, { message: 'is after to', path: ['from'] });

export type Experiment = z.infer<typeof experimentSchema>;

/** The regions in which a channel was withheld; undefined where it was everywhere. */
export const regionsOf = ({ held_out: where }: Pick<Experiment, 'held_out'>): readonly string[] | undefined =>
  'regions' in where ? where.regions : undefined;

/** What an experiment withholds, where and when: a result is of this alone. */
export function whatWasWithheld(one: Pick<Experiment, 'channel' | 'campaign' | 'from' | 'to' | 'held_out'>): string {
  const { channel, campaign, from, to } = one;
  const regions = [...new Set(regionsOf(one) ?? [])].toSorted();
  return `${campaign == null ? channel : `${channel}, ${campaign}`}, ${from} to ${to}, ${regions.join(' ') || 'everywhere'}`;
}

/** Whether its result is of what was withheld otherwise: somebody has corrected the experiment since it was read. */
export const isChangedSince = (one: Experiment): boolean =>
  one.result?.of !== undefined && one.result.of !== whatWasWithheld(one);

/** Whether it ended more than a year ago: what a channel causes changes with its ads, its audiences and the shop. */
export const isOld = ({ to }: Pick<Experiment, 'to'>, now: Date): boolean =>
  addDays(to, 365) < now.toISOString().slice(0, 10);

/** The id of an earlier experiment of the list that withheld the same channel on a day of this one. */
function overlapped(one: Experiment, before: readonly Experiment[]): string | undefined {
  return before.find((other) => other.channel === one.channel && other.from <= one.to && one.from <= other.to)?.id;
}

/**
 * The log of experiments, `experiments.json`: what was withheld, where, from which day to which (both included, the
 * shop's days).
 */
export const experimentsSchema = z.strictObject({
  experiments: z
    .array(experimentSchema)
    .max(1000)
    .superRefine((list, context) => {
      list.forEach((one, at) => {
        const say = (message: string) => context.addIssue({ code: 'custom', message, path: [at] });
        if (list.findIndex(({ id }) => id === one.id) < at) say(`there are two experiments ${one.id}`);
        const other = overlapped(one, list.slice(0, at));
        if (other !== undefined)
          say(
            `${one.id} and ${other} withhold ${one.channel} on the same days: what either did could not be told apart`,
          );
      });
    }),
});

/** The text is no log of experiments; the message names each part that is wrong. */
export class InvalidExperiments extends Error {
  override readonly name = 'InvalidExperiments';
}

/** Reads a log of experiments. @throws InvalidExperiments that lists all that is wrong */
export function parseExperiments(source: string): readonly Experiment[] {
  let json: unknown;
  try {
    json = JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new InvalidExperiments(`it is no JSON (${visible(error instanceof Error ? error.message : String(error))})`, {
      cause: error,
    });
  }
  const parsed = experimentsSchema.safeParse(json);
  if (parsed.success) return parsed.data.experiments;
  throw new InvalidExperiments(
    parsed.error.issues
      .map(({ path, message }) => visible(path.length === 0 ? message : `${path.join('.')}: ${message}`))
      .join('; '),
  );
}
