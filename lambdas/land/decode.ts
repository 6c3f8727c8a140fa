import { lastOfNames } from '../shared/json-texts.ts';
import { streamLimits } from '../shared/ports/stream.ts';
import { eventDay, type EventDay } from './event-day.ts';

/** An event as a line of its raw object, or why there is none. */
export type Decoded =
  | { readonly line: string; readonly partition: EventDay }
  | { readonly reason: 'too_long:record' | 'not_utf8:record' | 'malformed:record' | 'too_deep:record' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads one record of the stream. Its text is kept as it was sent, on one line: in JSON a line end can only stand
 * between tokens, so a space takes its place, and no number loses a digit.
 */
export function decode(data: Buffer, arrivedAt: Date): Decoded {
  if (data.length > streamLimits.recordBytes) return { reason: 'too_long:record' };
  const text = attempt(() => utf8.decode(data));
  if (text === undefined) return { reason: 'not_utf8:record' };
  const event = attempt((): unknown => JSON.parse(text));
  if (!isObject(event)) return { reason: 'malformed:record' };
  // Text that says all there is holds no two fields of one name.
  const isWhole = attempt(() => JSON.stringify(event)) === text;
  const line = isWhole ? text : lastOfNames(text, event);
  if (line === undefined) return { reason: 'too_deep:record' };
  const { day, isCertain } = eventDay(event, arrivedAt);
  return { line: line.replaceAll(/[\r\n]+/g, ' ').trim(), partition: { day, isCertain: isCertain && isWhole } };
}
