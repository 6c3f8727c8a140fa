import type { StreamEntry } from '../shared/ports/stream.ts';
import { asConsented } from './consent.ts';
import type { Reception, SentEvent, StoredEvent } from './event.ts';

/** A browser's name is about 150 characters; a header that goes on and on must not multiply by 500 events. */
const userAgentLength = 1024;
/** Bytes of one event's line. */
export const eventBytes = 256 * 1024;

/** A text that was cut in the middle of an emoji would be no JSON to strict readers. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}|\0/gu, '\uFFFD') : value;
}

function lineOf(event: StoredEvent): string {
  const line = JSON.stringify(event);
  return line.includes('\\ud') || line.includes('\\u0000') ? JSON.stringify(event, wellFormed) : line;
}

/**
 * An accepted event as a record of the stream: one JSON line without its end, in the shape of `raw_web_events`. One visitor's events
 * share a partition key, so they keep their order; undefined where the line is larger than `EVENT_BYTES`.
 */
export function entryOf(event: SentEvent, { at, ip, userAgent }: Reception): StreamEntry | undefined {
  const stored = asConsented({
    event_id: event.event_id,
    event_name: event.event_name,
    event_time: event.event_time,
    received_at: new Date(at).toISOString(),
    visitor_id: event.visitor_id ?? null,
    customer_id: event.customer_id ?? null,
    page: { url: event.page.url, referrer: event.page.referrer ?? '', title: event.page.title ?? '' },
    user_agent: userAgent?.slice(0, userAgentLength) ?? null,
    ip: ip ?? null,
    screen: event.screen ?? null,
    language: event.language ?? null,
    consent: event.consent,
    ecommerce: event.ecommerce ?? null,
  });
  const data = Buffer.from(lineOf(stored));
  return data.length > eventBytes ? undefined : { data, partitionKey: stored.visitor_id ?? stored.event_id };
}
