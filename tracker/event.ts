import type { SentEvent } from '../lambdas/collect/event.ts';

export type EventName = SentEvent['event_name'];
export type Ecommerce = NonNullable<SentEvent['ecommerce']>;
export type Consent = SentEvent['consent'];

/** A UUID of version 4; `crypto.randomUUID` is missing from pages without TLS. */
export function uuid(): string {
  return (
    crypto.randomUUID?.() ??
    '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
      (+digit ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (+digit / 4)))).toString(16),
    )
  );
}

/** The visitor's own time: ISO 8601 with ms and offset. */
export function localTime(now: Date): string {
  const minutes = -now.getTimezoneOffset();
  const two = (part: number) => String(Math.floor(Math.abs(part))).padStart(2, '0');
  return `${new Date(+now + minutes * 60_000).toISOString().slice(0, -1)}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** An event that happens now on this page, nobody's as yet. */
export function happening(
  name: EventName,
  ecommerce: Ecommerce | undefined,
  referrer: string,
  consent: Consent,
): SentEvent {
  return {
    event_id: uuid(),
    event_name: name,
    event_time: localTime(new Date()),
    visitor_id: null,
    customer_id: null,
    page: { url: location.href, referrer, title: document.title },
    screen: `${screen.width}x${screen.height}`,
    language: navigator.language,
    consent,
    ecommerce: ecommerce ?? null,
  };
}
