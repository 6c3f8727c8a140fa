import { packed } from '../land/aggregated.ts';
import type { StreamEntry } from '../shared/ports/stream.ts';
import { asConsented } from './consent.ts';
import type { Reception, SentEvent, StoredEvent } from './event.ts';

/** A browser's name is about 150 characters; a header that goes on and on must not multiply by 500 events. */
const userAgentLength = 1024;
/** Bytes of one event's line, and of the lines of one record: a shard takes four such records a second. */
export const eventBytes = 256 * 1024;

/** A text that was cut in the middle of an emoji would be no JSON to strict readers. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}|\0/gu, '\uFFFD') : value;
}

function lineOf(event: StoredEvent): string {
  const line = JSON.stringify(event);
  return line.includes('\\ud') || line.includes('\\u0000') ? JSON.stringify(event, wellFormed) : line;
}

/** An accepted event as it is stored. */
export interface AcceptedEvent {
  /** JSON without a line end, in the shape of `raw_web_events`. */
  readonly line: Uint8Array;
  readonly eventId: string;
  readonly visitorId: string | null;
}

/** An accepted event, as its visitor allows it to be kept; undefined where the line is larger than `eventBytes`. */
export function acceptedEvent(event: SentEvent, { at, ip, userAgent }: Reception): AcceptedEvent | undefined {
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
  const line = Buffer.from(lineOf(stored));
  if (line.length > eventBytes) return undefined;
  return { line, eventId: stored.event_id, visitorId: stored.visitor_id };
}

interface Group {
  readonly partitionKey: string;
  readonly lines: [Uint8Array, ...Uint8Array[]];
  bytes: number;
}

/**
 * The events of a request as records of the stream: those of one visitor in one record, in their order, since Kinesis
 * counts and charges records; in several where their lines exceed `eventBytes` together. One visitor's records share a
 * partition key, so they keep their order. Events without a visitor share one record too: the request is all that they
 * have in common.
 */
export function entriesOf(events: readonly AcceptedEvent[]): StreamEntry[] {
  const groups: Group[] = [];
  const open = new Map<string | null, Group>();
  for (const { line, eventId, visitorId } of events) {
    const group = open.get(visitorId);
    if (group !== undefined && group.bytes + line.length <= eventBytes) {
      group.lines.push(line);
      group.bytes += line.length;
    } else {
      const opened: Group = { partitionKey: visitorId ?? eventId, lines: [line], bytes: line.length };
      open.set(visitorId, opened);
      groups.push(opened);
    }
  }
  return groups.map(({ partitionKey, lines }) => ({ partitionKey, data: packed(partitionKey, lines) }));
}
