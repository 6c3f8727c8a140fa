/**
 * Events on their way. Each has a key of its own in the storage that all tabs of the shop share: adding one never
 * rewrites another, so two tabs cannot lose each other's.
 */
import type { SentEvent } from '../lambdas/collect/event.ts';
import { allKeys, forget, recall, remember } from './storage.ts';

const prefix = 'sillage.event.';
/** Events that wait at most; then the oldest ones go. */
const limit = 1000;
/**
 * Looked at after so many new ones, and before any is sent: a look at each would make many events cost the square of
 * their number.
 */
export const slackLimit = 100;
/**
 * Characters of one request, three bytes each at most: together with a beacon it stays below the 64 KiB that a browser
 * sends for a page that closes.
 */
export const batchLimit = 10_000;

let count = 0;

/** The youngest of a list, the oldest of which stand first: as many as may wait. */
export function youngest<Waiting>(list: Waiting[], slack = 0): Waiting[] {
  const surplus = list.length - limit;
  if (surplus <= slack) return list;
  console.warn(`sillage: more than ${limit} events wait; ${surplus} of the oldest are lost.`);
  return list.slice(surplus);
}

/**
 * The keys of all waiting events, the oldest first: they begin with a time of 13 digits. Those that are too many go.
 */
export function waiting(): string[] {
  const keys = allKeys()
    .filter((key) => key.startsWith(prefix))
    .sort();
  const kept = youngest(keys);
  keys.slice(0, -kept.length).forEach(forget);
  return kept;
}

/** Without consent nothing is left on the visitor's machine. */
function keep(key: string, event: SentEvent): void {
  remember(key, JSON.stringify(event), event.consent.analytics);
}

export function enqueue(event: SentEvent): void {
  count += 1;
  keep(`${prefix}${Date.now()}.${String(count).padStart(6, '0')}.${event.event_id}`, event);
  if (count % slackLimit === 0) waiting();
}

export interface Batch {
  readonly keys: readonly string[];
  /** A JSON list. */
  readonly body: string;
}

const isEvent = (value: unknown): value is SentEvent =>
  typeof value === 'object' && value !== null && 'event_id' in value;

/** The event that a text holds, if it does. */
export function eventIn(text: string): SentEvent | undefined {
  try {
    const event: unknown = JSON.parse(text);
    if (isEvent(event)) return event;
  } catch {
    // Somebody else wrote it.
  }
}

/**
 * A waiting event; undefined where another tab has sent it meanwhile. What is no event any more would spoil its whole
 * batch, and goes.
 */
function eventAt(key: string): SentEvent | undefined {
  const event = eventIn(recall(key) ?? '');
  if (!event) forget(key);
  return event;
}

/** The oldest events that are not left out, as many as one request takes, one at least; undefined where none waits. */
export function nextBatch(leftOut: ReadonlySet<string>): Batch | undefined {
  const keys: string[] = [];
  let body = '';
  for (const key of waiting()) {
    const event = leftOut.has(key) ? undefined : eventAt(key);
    if (!event) continue;
    const text = JSON.stringify(event);
    if (body !== '' && body.length + text.length > batchLimit) break;
    keys.push(key);
    body += `,${text}`;
  }
  return body === '' ? undefined : { keys, body: `[${body.slice(1)}]` };
}

/** Changes every waiting event, and where it is kept. */
export function revise(change: (event: SentEvent) => SentEvent): void {
  for (const key of waiting()) {
    const event = eventAt(key);
    forget(key);
    if (event) keep(key, change(event));
  }
}
