import * as z from 'zod';
import { attributionModels } from '../attribution-models.ts';
import { addDays, isDay } from '../days.ts';
import { visible } from '../visible.ts';

/** Key of the log of experiments in the lake; on AWS the same object stands in the bucket. */
export const experimentsKey = 'experiments.json';

/**
 * Days after a channel is back on which buyers are still missing that it would have brought: most decide within three
 * weeks of what they saw.
 */
export const coolDownDays = 21;

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

/** What an experiment found, as `sillage experiment read --record` writes it. */
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
    /** What was withheld when it was read, as `whatWasWithheld` says it; a result that a person wrote has none. */
    of: text(2000).optional(),
  })
  .refine(({ low, incrementality, high }) => low <= incrementality && incrementality <= high, {
    message: 'low, incrementality and high are not in this order',
    path: ['incrementality'],
  });

const percent = 'is in percent: half of the people is 50';
const whole = 'is no count; write a whole number';

const groupSchema = z.strictObject({
  /** Who could have been shown the ads while the study ran. */
  people: z.number(whole).int(whole).min(1, whole),
  /** Orders of theirs, as the platform counts them. */
  orders: z.number(whole).int(whole).min(0, whole),
});

/** The last day of which orders are counted: the end of the study, where it says no later one. */
const until = day.optional();

/** What a platform counts in a lift study: in its two groups, those who could be shown the ads and those who could not. */
const countsSchema = z.strictObject({ shown: groupSchema, withheld: groupSchema, until });

/** What a platform reckons itself, where it shows no groups. */
const estimateSchema = z
  .strictObject({
    /** Orders that its ads caused, with the ends of its interval. */
    incremental: z.number(),
    low: z.number(),
    high: z.number(),
    /** Of how many percent the interval is. */
    confidence: z.union([z.literal(80), z.literal(90), z.literal(95)], { error: 'must be 80, 90 or 95' }),
    until,
  })
  .refine(({ low, incremental, high }) => low <= incremental && incremental <= high && low < high, {
    message: 'low, incremental and high are not in this order',
    path: ['incremental'],
  });

/** What is wrong in a study, told of the form that it begins: of both forms at once nobody sees which part it is. */
function wrongInStudy(study: unknown): string {
  const form = z
    .looseObject({ shown: z.unknown().optional(), incremental: z.unknown().optional() })
    .safeParse(study).data;
  const schema =
    form?.incremental !== undefined ? estimateSchema : form?.shown === undefined ? undefined : countsSchema;
  const issues = schema?.safeParse(study).error?.issues ?? [];
  return issues.length === 0
    ? 'is neither {"shown": {"people": …, "orders": …}, "withheld": {"people": …, "orders": …}} nor ' +
        '{"incremental": …, "low": …, "high": …, "confidence": 90}'
    : issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join(', ');
}

export type Counts = z.infer<typeof countsSchema>;
/** What a platform says of a lift study by people. */
export type Study = Counts | z.infer<typeof estimateSchema>;

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
                    `${JSON.stringify(input)} is no region: write the département in France (13, 2A, 974), ` +
                    'the country elsewhere (BE), as in orders.shipping_area',
                }),
            )
            .min(1)
            .max(200),
        }),
        z.strictObject({ everywhere: z.literal(true) }),
        /** Percent of the people, drawn by lot by the platform. */
        z.strictObject({ people: z.number().min(1, percent).max(99, percent) }),
      ],
      {
        error:
          'is none of {"regions": ["13", "2A", "BE"]} (orders.shipping_area), {"everywhere": true}, ' +
          '{"people": 50} (percent, drawn by lot by the platform)',
      },
    ),
    study: z.union([countsSchema, estimateSchema], { error: ({ input }) => wrongInStudy(input) }).optional(),
    note: text(1000).optional(),
    /** Why it is never going to have a result: what it withheld counts, and nobody asks for its reading any more. */
    no_result: text(1000).optional(),
    result: resultSchema.optional(),
  })
  .refine(({ from, to }) => from <= to, { message: 'is after to', path: ['from'] })
  .refine(({ study, held_out: where }) => study === undefined || 'people' in where, {
    message: 'has the counts of a lift study, and held_out is not {"people": 50}',
    path: ['study'],
  })
  .refine(({ study, to }) => (study?.until ?? to) >= to, { message: 'is before to', path: ['study', 'until'] });

export type Experiment = z.infer<typeof experimentSchema>;

/** The regions in which a channel was withheld; undefined where it was everywhere, from all or from some people. */
export const regionsOf = ({ held_out: where }: Pick<Experiment, 'held_out'>): readonly string[] | undefined =>
  'regions' in where ? where.regions : undefined;

/** The part of the people from whom the platform withheld a channel by lot, in percent; undefined of other experiments. */
export const peopleOf = ({ held_out: where }: Pick<Experiment, 'held_out'>): number | undefined =>
  'people' in where ? where.people : undefined;

/** The last day of which a lift study counts orders. */
export const countedUntil = ({ to, study }: Pick<Experiment, 'to' | 'study'>): string => study?.until ?? to;

const inOrder = (study: Study): string =>
  'shown' in study
    ? `${study.shown.orders} orders of ${study.shown.people} and ${study.withheld.orders} of ${study.withheld.people}`
    : `${study.incremental} orders, ${study.confidence} %: ${study.low} to ${study.high}`;

/** Where, or from whom, an experiment withholds. */
function whereOf(one: Pick<Experiment, 'held_out' | 'study' | 'to'>): string {
  const people = peopleOf(one);
  if (people === undefined) return [...new Set(regionsOf(one) ?? [])].toSorted().join(' ') || 'everywhere';
  const said = one.study === undefined ? '' : `, ${inOrder(one.study)} until ${countedUntil(one)}`;
  return `${people} % of the people${said}`;
}

/** What an experiment withholds, where and when, and what a study of it counts: a result is of this alone. */
export function whatWasWithheld(
  one: Pick<Experiment, 'channel' | 'campaign' | 'from' | 'to' | 'held_out' | 'study'>,
): string {
  const { channel, campaign, from, to } = one;
  return `${campaign == null ? channel : `${channel}, ${campaign}`}, ${from} to ${to}, ${whereOf(one)}`;
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
