/** Takes orders that a shop's server sends: signed, or not at all. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RefusedRequest, bodyBytes, parsed, textOf } from '../collect/body.ts';
import type { CollectResponse } from '../collect/collect.ts';
import type { GatewayRequest } from '../collect/gateway.ts';
import { LakeUnavailable, PreconditionFailed, type Lake } from '../shared/ports/lake.ts';
import { visibleJson } from '../shared/visible.ts';
import { orderKey, type PlatformName } from './names.ts';
import { platformAt, platforms, readSent, type Platform, type ReadOrder, type Sent } from './platforms.ts';
import { isSecret, isSigned } from './signature.ts';

export interface OrderDoor {
  readonly lake: Lake;
  /** ms since 1970. */
  readonly clock: () => number;
  /** What the platform signs with; undefined where its door is closed. */
  readonly secretOf: (platform: PlatformName) => Promise<string | undefined>;
  /** Where a line about trouble goes; it never holds anything personal. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
  /**
   * Hears of each order that did not come in, 400, 401 or 503: the platform gives up after some tries, and tells nobody
   * here.
   */
  readonly onRefused?: () => void;
}

const inVain: ReadonlySet<number> = new Set([400, 401, 503]);

const day = 86_400_000;
/** Platforms send again for two days. What is older is somebody's copy: it might bring back a person who was erased. */
const oldestDays = 7;

const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): CollectResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const refused = (status: number, error: string) => answer(status, { error });

/** What a signed body says; a text where it is no order. */
function readOrder(platform: Platform, body: Uint8Array, sent: Sent): ReadOrder | string {
  const { name, event } = platform;
  try {
    const text = textOf(body);
    return readSent(platform, parsed(text), text, sent);
  } catch (error) {
    const advice = `Choose the event ${event} in ${name}.`;
    if (error instanceof z.ZodError) {
      const where = [...new Set(error.issues.map(({ path }) => path.join('.') || 'the whole'))].slice(0, 5).join(', ');
      return `The body is no order of ${name}: look at ${where}. ${advice}`;
    }
    if (error instanceof RefusedRequest) return `${error.message} ${advice}`;
    throw error;
  }
}

/** Writes the order, unless just this state was taken before. @returns whether it is new */
async function landed(lake: Lake, platform: PlatformName, body: Uint8Array, line: string, changed: string) {
  // Of what is written, too: the body of a second deletion, after the order was taken back, is that of the first.
  const name = createHash('sha256').update(body).update(line).digest('hex').slice(0, 32);
  try {
    await lake.put(orderKey(platform, changed.slice(0, 10), name), `${line}\n`, {
      contentType: 'application/x-ndjson',
      metadata: { rows: '1', producer: 'webhook' },
      ifAbsent: true,
    });
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}

/**
 * Takes one order, or that one was deleted, into the raw zone. The signature is looked at before anything of the body is
 * read. The object is named after the body, so that the same order lands once, however often it comes; of several
 * states of one order the newest `updated_at` counts.
 *
 * - 200 `{ landed }`: the order is durable; `landed` is false where it was there before, is a draft, or
 * Shopify's example
 * - 400 no order, or one that is too old; 401 no signature of this secret over these bytes; 404 no such door, or no
 * secret for it;
 *   405, 413, 415: nothing was read
 * - 503 with `Retry-After`: the lake did not take it; the platform sends it again
 */
export async function takeOrder(door: OrderDoor, request: GatewayRequest): Promise<CollectResponse> {
  const response = await judged(door, request);
  if (inVain.has(response.status)) door.onRefused?.();
  return response;
}

async function judged(door: OrderDoor, request: GatewayRequest): Promise<CollectResponse> {
  const { lake, clock, secretOf, log = (line) => console.error(visibleJson(line)) } = door;
  const { path, method, headers, body } = request;
  const platformName = platformAt(path);
  const secret = platformName === undefined ? undefined : (await secretOf(platformName))?.trim();
  if (platformName === undefined || secret === undefined || secret === '')
    return refused(404, 'No webhook is open at this address: give it the secret of the shop first (docs/recipes.md).');
  if (!isSecret(secret)) {
    log({ level: 'ERROR', message: 'The secret of a webhook is too short: its door stays closed.', platformName });
    return refused(404, 'No webhook is open at this address: its secret is shorter than 16 characters.');
  }
  const platform = platforms[platformName];
  if (method !== 'POST') return answer(405, { error: `Orders are sent by POST, not by ${method}.` }, { allow: 'POST' });
  if (body.length > bodyBytes) return refused(413, `The body is larger than ${bodyBytes} bytes: no order is.`);
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return refused(415, 'Send the body as it was signed, without a content encoding.');
  // What it tells is nothing, and nothing is done: the platform only wants to hear that somebody is there.
  if (headers[platform.signature] === undefined && platform.ping?.test(Buffer.from(body).toString('latin1')))
    return answer(200, { landed: false });
  if (!isSigned(body, headers[platform.signature], secret)) {
    log({ level: 'WARN', message: 'An order was refused: its signature is not by the secret.', platformName });
    return refused(401, `${platform.signature} is no signature of this body by the secret that is set here.`);
  }
  const order = readOrder(platform, body, { topic: headers[platform.topic], now: new Date(clock()) });
  if (typeof order === 'string') {
    log({ level: 'WARN', message: 'A signed body is no order.', platformName });
    return refused(400, order);
  }
  if ('left' in order) return answer(200, { landed: false });
  const changedAt = Date.parse(order.changedAt);
  if (changedAt < clock() - oldestDays * day || changedAt > clock() + day) {
    // What a shop sends to try an address is an order of years ago.
    if (order.isTest) return answer(200, { landed: false });
    return refused(
      400,
      `The order was changed at ${order.changedAt}: only orders of the last ${oldestDays} days are taken ` +
        'here. Import older ones: sillage import.',
    );
  }
  try {
    return answer(200, {
      landed: await landed(lake, platformName, body, order.line, new Date(changedAt).toISOString()),
    });
  } catch (error) {
    if (!(error instanceof LakeUnavailable)) throw error;
    log({ level: 'ERROR', message: 'An order could not be stored; its sender keeps it.', platformName });
    return answer(503, { error: 'The order could not be stored: send it again later.' }, { 'retry-after': '10' });
  }
}
