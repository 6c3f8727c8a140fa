import { guarded } from './guard.ts';
import { batchLimit, nextBatch, waiting } from './queue.ts';
import type { Batch } from './queue.ts';
import { forget, isLasting } from './storage.ts';

/**
 * Events of this time go together, ms: what people do on a page comes in bursts, and each request costs. With 5 s a
 * visit's 6 events are 3.7 requests instead of 5.9; with more there are hardly fewer, since a page that closes sends
 * what waits, and events go twice instead.
 */
const gatherMs = 5000;
/** So many events go at once: about what one request takes. */
const fullRequest = 20;
const settleMs = 200;
const patienceMs = 15_000;
const longestWaitMs = 60_000;
/** An hour: a longer `Retry-After` is no sensible one, and a timer of more than 24 days ends at once. */
const longestRetryS = 3600;

/**
 * What the collector says when it has judged every event. Anything else, such as a hotel's login page, has stored
 * nothing.
 */
const isJudgement = (answer: unknown): answer is { readonly refused: readonly unknown[] } =>
  typeof answer === 'object' && answer !== null && 'refused' in answer && Array.isArray(answer.refused);

let endpoint = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let isSending = false;
/** Somebody wanted to send meanwhile: the page may be hidden by now. */
let isAsked = false;
/** The page is closing, or asleep in the browser's history. */
let isGone = false;
let failures = 0;
/** Events since the last sending. */
let gathered = 0;
/** The collector asked not to be bothered until then, ms since 1970. */
let notBefore = 0;
const inFlight = new Set<string>();

/** Sends soon; sooner is a time that was set before. */
export function sendSoon(wait = gatherMs): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    void send();
  }, wait);
}

/** One more event waits. */
export function sendAlong(): void {
  gathered += 1;
  // Where the collector does not answer, its timer decides.
  if (gathered >= fullRequest && failures === 0) void send();
  else sendSoon();
}

/** @returns whether the collector has judged every event; those are done with */
async function post({ keys, body }: Batch): Promise<boolean> {
  keys.forEach((key) => inFlight.add(key));
  try {
    // Plain text needs no preflight; `keepalive` lets a click end in peace while its page closes.
    const response = await fetch(endpoint, {
      method: 'POST',
      body,
      keepalive: body.length <= batchLimit + 2,
      credentials: 'omit',
      signal: AbortSignal.timeout?.(patienceMs) ?? null,
    });
    notBefore = Date.now() + Math.min(Number(response.headers.get('retry-after')) || 0, longestRetryS) * 1000;
    const answer: unknown = await response.json();
    // One event alone that is too large will never be smaller.
    if (!isJudgement(answer) && (response.status !== 413 || keys.length > 1)) return false;
    if (!isJudgement(answer) || answer.refused.length > 0) console.warn('sillage: refused', answer);
    keys.forEach(forget);
    return true;
  } catch {
    return false;
  } finally {
    keys.forEach((key) => inFlight.delete(key));
  }
}

/** @returns whether anything was removed from the queue */
async function sendAll(): Promise<boolean> {
  for (let hasSent = false; ; hasSent = true) {
    const batch = isGone ? undefined : nextBatch(inFlight);
    if (batch === undefined) return hasSent;
    const isDue = Date.now() >= notBefore;
    if (isDue && (await post(batch))) {
      failures = 0;
      continue;
    }
    if (isDue) failures += 1;
    sendSoon(Math.max(notBefore - Date.now(), Math.min(longestWaitMs, 500 * 2 ** failures) * (1 + Math.random())));
    return hasSent;
  }
}

/**
 * For one tab at a time. What it removed must have come through to the others before they look: browsers take a moment
 * for that.
 */
async function sendAlone(): Promise<void> {
  if (await sendAll()) await new Promise((resolve) => setTimeout(resolve, settleMs));
}

/** Sends what waits, one tab at a time: the others find it gone. */
async function send(): Promise<void> {
  if (isGone || endpoint === '') return;
  if (isSending) {
    isAsked = true;
    return;
  }
  gathered = 0;
  clearTimeout(timer);
  timer = undefined;
  isSending = true;
  try {
    await navigator.locks.request('sillage', sendAlone);
  } catch {
    // A browser without locks, or one that forbids them with its storage: two tabs may send the same event, known by
    // its event_id.
    await sendAll();
  }
  isSending = false;
  if (isAsked) {
    isAsked = false;
    void send();
  } else if (waiting().length > 0) sendSoon();
}

/**
 * A closing page gets no answer any more: what goes by a beacon stays in the queue where it can, and is known by its
 * event_id if the next page sends it again. Where the collector did not answer last, only what is nowhere else goes.
 */
function leave(): void {
  isGone = true;
  for (const leftOut = new Set([...inFlight, ...(failures > 0 ? waiting().filter(isLasting) : [])]); ;) {
    const batch = nextBatch(leftOut);
    if (batch === undefined || !navigator.sendBeacon(endpoint, batch.body)) return;
    batch.keys.forEach((key) => leftOut.add(key));
  }
}

/** Begins to send to the collector's address. */
export function startSending(to: string): void {
  endpoint = to;
  addEventListener('pagehide', guarded(leave));
  addEventListener('pageshow', () => {
    isGone = false;
    sendSoon();
  });
  addEventListener('online', () => void send());
  document.addEventListener('visibilitychange', () => {
    // A telephone may end a hidden page without a word.
    if (document.visibilityState === 'hidden') void send();
  });
  sendSoon();
}
