import { setTimeout as wait } from 'node:timers/promises';
import type { Stream } from '../shared/ports/stream.ts';
import { visibleJson } from '../shared/visible.ts';
import { RefusedRequest, eventsOf } from './body.ts';
import { deliver } from './delivery.ts';
import { acceptedEvent, entriesOf, eventBytes, type AcceptedEvent } from './entry.ts';
import { idOf, judge } from './event.ts';

export interface Collector {
  readonly stream: Stream;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Origins of the shop's pages, `https://www.shop.example`: no other page may send. */
  readonly origins: readonly string[];
  /** From 0 up to, not including, 1. */
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Where a line about trouble goes; it never holds anything personal. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

export interface CollectRequest {
  readonly method: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly ip: string | undefined;
}

export interface CollectResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or nothing. */
  readonly body: string;
}

/** An event that will never be accepted as it is: sending it again is of no use. */
export interface Refusal {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly event_id: string | null;
  /** In the words of the transform's rejects: `required:page.url`. */
  readonly reasons: readonly string[];
}

const methods = 'POST, OPTIONS';
const contentTypes = ['application/json', 'text/plain'];
/** How long a browser may remember that it may send, s. */
const preflightSeconds = 86_400;
/** Senders that were turned away come back after 2 to 10 s, not all at once. */
const retrySeconds = [2, 10] as const;

function answer(
  status: number,
  body: object | undefined,
  headers: Readonly<Record<string, string>> = {},
): CollectResponse {
  if (body === undefined) return { status, headers, body: '' };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function checkContentType(header: string | undefined): void {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (contentTypes.includes(type)) return;
  throw new RefusedRequest(
    415,
    `The content type ${JSON.stringify(type)} is not known here: send ${contentTypes.join(' or ')}.`,
  );
}

/** Splits what came in into events to store and refusals. */
function judged(
  events: readonly unknown[],
  request: CollectRequest,
  at: number,
): { accepted: AcceptedEvent[]; refused: Refusal[] } {
  const accepted: AcceptedEvent[] = [];
  const refused: Refusal[] = [];
  const reception = { at, ip: request.ip, userAgent: request.headers['user-agent'] };
  for (const [index, input] of events.entries()) {
    const verdict = judge(input, at);
    const event = 'event' in verdict ? acceptedEvent(verdict.event, reception) : undefined;
    if (event) accepted.push(event);
    else
      refused.push({
        index,
        event_id: idOf(input),
        reasons: 'event' in verdict ? [`max:event (${eventBytes} bytes)`] : verdict.reasons,
      });
  }
  return { accepted, refused };
}

/** How often each reason was given. Reasons are rules and names of fields: nothing personal. */
function counted(refused: readonly Refusal[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of refused.flatMap(({ reasons }) => reasons)) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

async function take(collector: Collector, request: CollectRequest): Promise<CollectResponse> {
  const {
    stream,
    clock,
    random = Math.random,
    sleep = wait,
    log = (line) => console.error(visibleJson(line)),
  } = collector;
  checkContentType(request.headers['content-type']);
  const { accepted, refused } = judged(eventsOf(request.body, request.headers['content-encoding']), request, clock());
  if (refused.length > 0)
    log({
      level: 'WARN',
      message: 'Events were refused for good.',
      accepted: accepted.length,
      refused: counted(refused),
    });
  if (accepted.length === 0) return answer(400, { accepted: 0, refused });
  const undelivered = await deliver(stream, entriesOf(accepted), { clock, random, sleep });
  if (undelivered === undefined) return answer(200, { accepted: accepted.length, refused });
  log({
    level: 'ERROR',
    message: 'Events could not be put into the stream; their senders keep them.',
    stream: stream.location,
    ...undelivered,
  });
  const [soonest, latest] = retrySeconds;
  const seconds = soonest + Math.floor(random() * (latest - soonest + 1));
  return answer(
    503,
    { error: 'The events could not be stored: send them all again later.' },
    { 'retry-after': String(seconds) },
  );
}

/**
 * Takes the events of one request into the stream.
 *
 * - 200 `{ accepted, refused: [{ index, event_id, reasons }] }`: each event is durable or refused for good; 400 with
 * the same body where all are refused
 * - 400 `{ error }`: nothing of the body can be read; 403, 405, 413, 415 likewise: nothing was stored
 * - 503 with `Retry-After`: not every event is durable. The sender keeps them all; those that are will come twice,
 * known by their event_id.
 */
export async function collect(collector: Collector, request: CollectRequest): Promise<CollectResponse> {
  const { origin } = request.headers;
  const vary = { vary: 'Origin' };
  if (origin !== undefined && !collector.origins.includes(origin)) {
    return answer(
      403,
      {
        error:
          `Pages of ${JSON.stringify(origin)} may not send here: it is not among the shop's origins ` +
          '(SHOP_ORIGINS, or --origin of sillage up).',
      },
      vary,
    );
  }
  const cors =
    origin === undefined
      ? vary
      : { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' };
  const within = ({ status, headers, body }: CollectResponse): CollectResponse => ({
    status,
    headers: { ...cors, ...headers },
    body,
  });
  if (request.method === 'OPTIONS') {
    return within(
      answer(204, undefined, {
        'access-control-allow-methods': methods,
        'access-control-allow-headers': 'content-type, content-encoding',
        'access-control-max-age': String(preflightSeconds),
      }),
    );
  }
  if (request.method !== 'POST')
    return within(answer(405, { error: `Events are sent by POST, not by ${request.method}.` }, { allow: methods }));
  try {
    return within(await take(collector, request));
  } catch (error) {
    if (error instanceof RefusedRequest) return within(answer(error.status, { error: error.message }));
    throw error;
  }
}
