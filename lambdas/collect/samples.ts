import * as z from 'zod';
import { unpacked } from '../land/aggregated.ts';
import type { StreamEntry } from '../shared/ports/stream.ts';
import { collect } from './collect.ts';
import type { CollectRequest, CollectResponse } from './collect.ts';
import { eventBytes } from './entry.ts';
import { scriptedStream } from './scripted-stream.ts';
import type { Act, ScriptedStream } from './scripted-stream.ts';

/** The collector's clock in the tests. */
export const nowMs = Date.parse('2026-01-05T10:00:00.000Z');

export const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** An event that breaks no rule; `over` is laid upon it. */
export function sentEvent(n: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    event_id: uuid(n),
    event_name: 'page_view',
    event_time: '2026-01-05T10:59:58.250+01:00',
    visitor_id: `visitor-${n}`,
    customer_id: null,
    page: {
      url: 'https://shop.example/produits/creme?utm_source=instagram&gclid=abc',
      referrer: 'https://l.instagram.com/?u=1',
      title: 'Crème',
    },
    screen: '390x844',
    language: 'fr-FR',
    consent: { analytics: true, ads: true },
    ecommerce: null,
    ...over,
  };
}

/** A POST of a JSON body by a page of the shop; `over` is laid upon it. */
export function post(body: unknown, over: Partial<CollectRequest> = {}): CollectRequest {
  const { headers, ...rest } = over;
  return {
    method: 'POST',
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ip: '192.0.2.44',
    ...rest,
    headers: {
      'content-type': 'application/json',
      origin: 'https://shop.example',
      'user-agent': 'Mozilla/5.0 (Test)',
      ...headers,
    },
  };
}

const day = 86_400_000;
const at = (ms: number) => new Date(nowMs + ms).toISOString();

/** Events that are refused, and why. */
export const spoiltEvents: readonly { name: string; event: unknown; reasons: readonly string[] }[] = [
  { name: 'no object', event: 'page_view', reasons: ['malformed:record'] },
  { name: 'a list within the list', event: [], reasons: ['malformed:record'] },
  {
    name: 'nothing in it',
    event: {},
    reasons: ['required:event_id', 'required:event_name', 'required:event_time', 'required:page', 'required:consent'],
  },
  { name: 'an id that is no UUID', event: sentEvent(1, { event_id: '1-2-3' }), reasons: ['pattern:event_id'] },
  { name: 'an unknown name', event: sentEvent(1, { event_name: 'hover' }), reasons: ['accepted:event_name'] },
  {
    name: 'a time without offset',
    event: sentEvent(1, { event_time: '2026-01-05T10:00:00' }),
    reasons: ['pattern:event_time'],
  },
  {
    name: 'a day that does not exist',
    event: sentEvent(1, { event_time: '2026-02-30T10:00:00Z' }),
    reasons: ['pattern:event_time'],
  },
  { name: 'too old', event: sentEvent(1, { event_time: at(-35 * day - 1) }), reasons: ['too_old:event_time'] },
  { name: 'of the future', event: sentEvent(1, { event_time: at(day + 1) }), reasons: ['future:event_time'] },
  { name: 'an address without host', event: sentEvent(1, { page: { url: '/panier' } }), reasons: ['pattern:page.url'] },
  { name: 'no consent', event: sentEvent(1, { consent: undefined }), reasons: ['required:consent'] },
  {
    name: 'consent as text',
    event: sentEvent(1, { consent: { analytics: 'yes', ads: true } }),
    reasons: ['type:consent.analytics'],
  },
  {
    name: 'a price as text',
    event: sentEvent(1, { ecommerce: { items: [{ price: '32.90', quantity: 1 }] } }),
    reasons: ['type:ecommerce.items.0.price'],
  },
  {
    name: 'an item without its numbers',
    event: sentEvent(1, { ecommerce: { items: [{ item_id: 'SIL-CRE-001' }] } }),
    reasons: ['required:ecommerce.items.0.price', 'required:ecommerce.items.0.quantity'],
  },
  { name: 'a negative value', event: sentEvent(1, { ecommerce: { value: -1 } }), reasons: ['min:ecommerce.value'] },
  {
    name: 'no currency of three letters',
    event: sentEvent(1, { ecommerce: { currency: '€' } }),
    reasons: ['pattern:ecommerce.currency'],
  },
  {
    name: 'an event as large as a book',
    event: sentEvent(1, { screen: 'x'.repeat(eventBytes) }),
    reasons: ['max:event (262144 bytes)'],
  },
];

export interface Answered {
  readonly response: CollectResponse;
  readonly stream: ScriptedStream;
  readonly waits: readonly number[];
  readonly log: readonly object[];
}

/** One request to a collector whose time passes by sleeping alone. */
export async function ask(
  request: CollectRequest,
  script: readonly Act[] = [],
  random: () => number = () => 0.999,
): Promise<Answered> {
  const stream = scriptedStream(script);
  const waits: number[] = [];
  const log: object[] = [];
  let now = nowMs;
  const sleep = async (ms: number) => {
    waits.push(ms);
    now += ms;
  };
  const origins = ['https://shop.example', 'http://localhost:8080'];
  const response = await collect(
    { stream, clock: () => now, origins, random, sleep, log: (line) => log.push(line) },
    request,
  );
  return { response, stream, waits, log };
}

export const jsonOf = ({ body }: { readonly body: string }): unknown => JSON.parse(body);
/** The events of records of the stream, in their order, as `land` unpacks them. */
export const eventsIn = (entries: readonly StreamEntry[]) =>
  entries.flatMap(({ data }) =>
    unpacked(Buffer.from(data)).map((line) => z.looseObject({ event_id: z.string() }).parse(JSON.parse(String(line)))),
  );
