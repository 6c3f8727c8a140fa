import { adviceOf, type Advice, type Asked } from './advice.ts';
import type { KnownResponse } from './known-response.ts';
import { refusalInWords } from './refusal-in-words.ts';

/**
 * What is advised, for whoever reads a refusal in English.
 * @throws RangeError in words where nothing is known of any channel, or where what is asked does not fit
 */
export function adviceOrRefusal(known: KnownResponse, asked: Asked = {}): Advice {
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
  if (known.refusal === undefined) return adviceOf(known, asked);
  const words = refusalInWords(known.refusal);
  throw new RangeError(`${words[0]?.toUpperCase() ?? ''}${words.slice(1)}.`);
}
