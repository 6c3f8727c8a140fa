import { isPartial } from '../../shared/cost-coverage.ts';
import { adviceOf, leastPart, mostPart, spendOf, type Advice, type Asked } from './advice.ts';
import type { KnownResponse } from './known-response.ts';
import { refusalInWords } from './refusal-in-words.ts';

/** What is advised, and how far it can be believed. */
export interface ToldAdvice extends Advice {
  /** Channels that are asked or advised beyond `leastPart` and `mostPart` of today: what is said of them is a guess. */
  readonly guessed: readonly string[];
  /** Channels that are asked to change and of which the days and experiments say too little. */
  readonly believed: readonly string[];
}

const isBeyond = (spend: number, today: number) =>
  spend < leastPart * today * (1 - 1e-9) || spend > mostPart * today * (1 + 1e-9);

/** That the margin of some orders is a guess, in English; nothing where the cost of goods is known of all revenue. */
export const coveredInWords = (covered: number): readonly string[] =>
  isPartial(covered)
    ? [
        `The cost of goods is known of ${Math.floor(100 * covered)} % of the revenue: the margin of the rest ` +
          'is taken for that of these.',
      ]
    : [];

/** Of what is told beyond what was seen or learnt, in English; undefined where nothing is. */
export function guessInWords({ guessed, believed }: Pick<ToldAdvice, 'guessed' | 'believed'>): string | undefined {
  const words = [
    ...(guessed.length === 0
      ? []
      : [
          `${guessed.join(', ')}: so far from today's spend (${100 * leastPart} to ${100 * mostPart} % of it) ` +
            'little or nothing was ever seen. There the curve is a guess, and its interval is too narrow.',
        ]),
    ...(believed.length === 0
      ? []
      : [
          `${believed.join(', ')}: what a change brings is mostly what is believed of such channels, not what ` +
            `this shop's days or experiments say.`,
        ]),
  ];
  return words.length === 0 ? undefined : words.join(' ');
}

/**
 * What is advised, for whoever reads a refusal in English.
 * @throws RangeError in words where nothing is known of any channel, or where what is asked does not fit
 */
export function adviceOrRefusal(known: KnownResponse, asked: Asked = {}): ToldAdvice {
  const names = known.channels.map(({ channel }) => channel);
  for (const { channel } of [...(asked.change ?? []), ...(asked.limit ?? [])])
    if (!names.includes(channel))
      throw new RangeError(
        `No advertising channel “${channel}” has spend in the lake: ${names.join(', ') || 'none has any'}. ` +
          `Influencers' fees are contracts, and no budget of a day.`,
      );
  for (const [what, of] of [
    ['change', asked.change ?? []],
    ['limit', asked.limit ?? []],
  ] as const) {
    const given = of.map(({ channel }) => channel);
    const twice = given.find((channel, at) => given.indexOf(channel) < at);
    if (twice !== undefined) throw new RangeError(`There is more than one ${what} of ${twice}: give one.`);
  }
  for (const { channel } of asked.change ?? [])
    if (known.channels.some((one) => one.channel === channel && one.today === 0))
      throw new RangeError(
        `${channel} had no spend in the last four weeks: so many per cent more or less of nothing is nothing.`,
      );
  for (const { channel, min, max } of asked.limit ?? [])
    if (min > max)
      throw new RangeError(
        `The limits of ${channel} are crossed: its least, ${min} EUR, is above its most, ${max} EUR.`,
      );
  if (known.refusal === undefined) {
    const advice = adviceOf(known, asked);
    const wanted = spendOf(known, asked.change ?? []);
    const guessed = advice.channels.flatMap(({ channel, today, advised }) =>
      [wanted.get(channel) ?? today, advised ?? today].some((spend) => isBeyond(spend, today)) ? [channel] : [],
    );
    const believed = advice.channels.flatMap(({ channel, refusal }) =>
      refusal !== undefined && wanted.has(channel) ? [channel] : [],
    );
    return { ...advice, guessed, believed };
  }
  const words = refusalInWords(known.refusal);
  throw new RangeError(`${words[0]?.toUpperCase() ?? ''}${words.slice(1)}.`);
}
