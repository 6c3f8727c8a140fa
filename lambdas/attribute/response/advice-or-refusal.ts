import { adviceOf, leastPart, mostPart, spendOf, type Advice, type Asked } from './advice.ts';
import type { KnownResponse } from './known-response.ts';
import { refusalInWords } from './refusal-in-words.ts';

/** What is advised, and how far it can be believed. */
export interface ToldAdvice extends Advice {
  /** Channels that are asked or advised beyond `leastPart` and `mostPart` of today: what is said of them is a guess. */
  readonly guessed: readonly string[];
}

const isBeyond = (spend: number, today: number) =>
  spend < leastPart * today * (1 - 1e-9) || spend > mostPart * today * (1 + 1e-9);

/** Of what is told beyond what was seen, in English; undefined where nothing is. */
export function guessInWords({ guessed }: ToldAdvice): string | undefined {
  return guessed.length === 0
    ? undefined
    : `${guessed.join(', ')}: so far from today's spend (${100 * leastPart} to ${100 * mostPart} % of it) little or nothing was ever seen. There the curve is a guess, and its interval is too narrow.`;
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
        `No advertising channel “${channel}” has spend in the lake: ${names.join(', ') || 'none has any'}.`,
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
    return { ...advice, guessed };
  }
  const words = refusalInWords(known.refusal);
  throw new RangeError(`${words[0]?.toUpperCase() ?? ''}${words.slice(1)}.`);
}
