/** One web event: as the tracker sends it, and as it is stored. */
import * as z from 'zod';
import { eventNames } from '../shared/event-names.ts';
import { eventTimeFault } from '../shared/event-time.ts';

/** The same that the curated table asks for: what is accepted here is not rejected there. */
const uuid = /^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;
/** An absolute address with a host, which is where the curated table takes the host from. */
const addressPattern = /^https?:\/\/(?:[^/?#@\s]*@)?(?:[^/?#@:\s]+|\[[\da-f:.]+\])(?::\d*)?(?:[/?#]|$)/i;
/** Clocks of this world are between UTC-12 and UTC+14. */
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Half of an emoji has no UTF-8, and so no partition key. */
const wellFormed = /^\P{Surrogate}*$/u;
/** Items of one event: more than any basket has. */
const items = 500;
/** A sender is told what is wrong, not how often. */
const reasons = 10;

/**
 * Control characters, marks that turn the direction of writing, Unicode's line ends: none is in an id, and a terminal
 * obeys some.
 */
const control = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
/**
 * What people write goes over lines, has tabs, and is isolated where its direction changes; but no honest text
 * overrides that of others.
 */
const controlInProse = /[^\P{Cc}\t\n\r]|[\u202A-\u202E]/u;

const plain = z.string().refine((value) => !control.test(value));
/** An address, in which `%1B` is as good as the character itself: it is read as that. */
const address = plain.refine((value) => !controlInProse.test(unescaped(value)));
const token = plain.nullish();
const prose = z
  .string()
  .refine((value) => !controlInProse.test(value))
  .nullish();

/** What the percent signs of an address stand for. */
function unescaped(value: string): string {
  return value.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

const amount = z.number().min(0).max(1e12);

const Item = z.object({
  item_id: token,
  item_name: prose,
  item_category: prose,
  /**
   * In the event's currency, VAT included. Without its numbers an item says nothing, and the transform would reject the
   * event.
   */
  price: amount,
  quantity: z.int().min(0).max(1_000_000),
});

const Ecommerce = z.object({
  /** The order number; on `purchase` only. */
  transaction_id: token,
  value: amount.nullish(),
  /** ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .nullish(),
  coupon: token,
  // Counted before any is looked at: a megabyte of empty items has a million faults.
  items: z.array(z.unknown()).max(items).pipe(z.array(Item)).nullish(),
});

/**
 * An event as the tracker sends it. Fields that it does not name are left out; `received_at`, `ip` and `user_agent` are
 * the collector's own knowledge, and never taken from here.
 */
export const SentEvent = z.object({
  /** A UUID in any case, stored in lower case: one id is one text. */
  event_id: z.string().regex(uuid).toLowerCase(),
  event_name: z.enum(eventNames),
  /** By the client's clock: ISO 8601 with offset, `2026-01-05T10:00:00.123+01:00`. */
  event_time: z.iso.datetime({ offset: true }).regex(moment),
  /** The browser's first-party id: 1 to 128 characters, or null. */
  visitor_id: plain.min(1).max(128).regex(wellFormed).nullish(),
  /** Shopify's customer id, once known. */
  customer_id: plain.min(1).max(64).nullish(),
  page: z.object({ url: address.regex(addressPattern), referrer: address.nullish(), title: prose }),
  screen: token,
  language: token,
  consent: z.object({ analytics: z.boolean(), ads: z.boolean() }),
  ecommerce: Ecommerce.nullish(),
});

export type SentEvent = z.infer<typeof SentEvent>;

/** What the collector knows of a request by itself. */
export interface Reception {
  /** ms since 1970. */
  readonly at: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** A stored line is `raw_web_events`: its fields, in its order. */
export type StoredEvent = Omit<SentEvent, 'page' | 'visitor_id' | 'customer_id'> & {
  readonly received_at: string;
  readonly visitor_id: string | null;
  readonly customer_id: string | null;
  readonly page: { readonly url: string; readonly referrer: string; readonly title: string };
  readonly user_agent: string | null;
  readonly ip: string | null;
};

const kinds: Readonly<Record<string, string>> = {
  invalid_type: 'type',
  invalid_value: 'accepted',
  invalid_format: 'pattern',
  too_small: 'min',
  too_big: 'max',
  custom: 'control_character',
};

/** A reason in the words of the transform's rejects: `required:page.url`, `pattern:event_id`. */
function reasonOf({ code, path, input }: z.core.$ZodIssue): string {
  if (path.length === 0) return 'malformed:record';
  const kind = input === undefined || input === null ? 'required' : (kinds[code] ?? 'type');
  return `${kind}:${path.join('.')}`;
}

export type Judged = { readonly event: SentEvent } | { readonly reasons: readonly string[] };

/** Whether something that came in is an event that can be stored; if not, why. */
export function judge(input: unknown, receivedAt: number): Judged {
  const parsed = SentEvent.safeParse(input, { reportInput: true });
  if (!parsed.success) return { reasons: [...new Set(parsed.error.issues.map(reasonOf))].slice(0, reasons) };
  const fault = eventTimeFault(Date.parse(parsed.data.event_time), receivedAt);
  return fault === undefined ? { event: parsed.data } : { reasons: [`${fault}:event_time`] };
}

/** The id of what came in, where it has one, so that its sender knows which event is meant. */
export function idOf(input: unknown): string | null {
  const found = z.object({ event_id: z.string().max(128) }).safeParse(input);
  return found.success ? found.data.event_id : null;
}
