/** The tracker's only name on a page: `sillage(command, argument)`. See README.md beside. */
import type { SentEvent } from '../lambdas/collect/event.ts';
import { happening, uuid } from './event.ts';
import type { Consent, Ecommerce, EventName } from './event.ts';
import { guarded } from './guard.ts';
import { watchNavigation } from './navigation.ts';
import { slackLimit, enqueue, eventIn, revise, youngest } from './queue.ts';
import { sendAlong, sendSoon, startSending } from './sender.ts';
import { forget, recall, remember, tabKeeps } from './storage.ts';

export interface Options {
  /** The collector's address, e.g. `https://collect.shop.example/collect`. */
  readonly endpoint: string;
  /**
   * `memory` keeps nothing in the tab's storage before the choice is made: a yes on a later page is then none to the
   * pages before it.
   */
  readonly before_choice?: 'tab' | 'memory';
}

/** What a page may say: an event by its name, with its e-commerce fields; page views are counted by themselves. */
export type Call =
  | readonly [command: 'init', options: Options]
  | readonly [command: 'consent', consent: Consent]
  /** The customer's id at login, sign-up or purchase; null at logout. */
  | readonly [command: 'identify', customer: string | number | null]
  | readonly [event: Exclude<EventName, 'page_view'>, ecommerce?: Ecommerce];

export interface Sillage {
  (...call: Call): void;
  /** Calls from before the script was loaded. */
  readonly q?: readonly Call[];
}

declare global {
  interface Window {
    sillage?: Sillage;
  }
  interface Document {
    /** Of browsers that render pages ahead. */
    readonly prerendering?: boolean;
  }
}

const visitorKey = 'sillage.visitor';
const customerKey = 'sillage.customer';
/** Events of this tab's earlier pages, on which no choice was made, one a line: a later yes is a yes to them too. */
const undecidedKey = 'sillage.undecided';

/** The visitor's choice; undefined until it is made. */
let choice: Consent | undefined;
let customer: string | null = null;
/**
 * What happened before the choice was made, as JSON: in memory alone. What cannot be sent, or is changed by the page
 * later, is not in it.
 */
let undecided: string[] = [];
let { referrer } = document;
let page = '';

/** An id that was kept; one that somebody spoilt would have every event refused. */
const keptId = (key: string) => /^[^\uD800-\uDFFF]{1,64}$/.exec(recall(key) ?? '')?.[0];

function visitor(): string {
  const id = keptId(visitorKey) ?? uuid();
  remember(visitorKey, id, true);
  return id;
}

/** The event as the choice allows it to be sent. */
function decided(event: SentEvent, consent: Consent): SentEvent {
  if (!consent.analytics) return { ...event, consent, visitor_id: null, customer_id: null };
  return { ...event, consent, visitor_id: visitor(), customer_id: event.customer_id ?? keptId(customerKey) ?? null };
}

function happens(name: EventName, ecommerce?: Ecommerce): void {
  const event = { ...happening(name, ecommerce, referrer, { analytics: false, ads: false }), customer_id: customer };
  if (choice) {
    enqueue(decided(event, choice));
    sendAlong();
  } else {
    undecided.push(JSON.stringify(event));
    undecided = youngest(undecided, slackLimit);
  }
}

const address = () => location.href.split('#', 1)[0] ?? '';

/** Counts this page, unless it was counted. */
function viewed(): void {
  if (address() === page) return;
  referrer = page || referrer;
  page = address();
  happens('page_view');
}

function identify(id: string | number | null): void {
  customer = (id ?? '') === '' ? null : String(id);
  if (customer === null) forget(customerKey);
  else if (choice?.analytics) remember(customerKey, customer, true);
}

/** What waited for the choice goes on its way. */
function release(consent: Consent): void {
  for (const text of undecided.splice(0)) {
    const event = eventIn(text);
    if (event) enqueue(decided(event, consent));
  }
  sendSoon();
}

function decide({ analytics, ads }: { readonly [Purpose in keyof Consent]: unknown }): void {
  // Only a plain yes is one: another tool's words for a no, such as 'denied', are no consent.
  const made: Consent = { analytics: analytics === true, ads: ads === true };
  choice = made;
  if (!made.analytics) {
    forget(visitorKey);
    forget(customerKey);
    revise((event) => decided(event, made));
  } else if (customer !== null) identify(customer);
  const held = tabKeeps(undecidedKey, null).split('\n');
  if (made.analytics) undecided.unshift(...held);
  release(made);
}

function init({ endpoint, before_choice: kept }: Options): void {
  // Who leaves without a choice has not consented, and may do so on the next page: then these events come again, under
  // their ids. Before the sender's own listener, which sends a last time.
  addEventListener(
    'pagehide',
    guarded(() => {
      if (choice || undecided.length === 0) return;
      if (kept !== 'memory') tabKeeps(undecidedKey, [tabKeeps(undecidedKey), ...undecided].join('\n'));
      release({ analytics: false, ads: false });
    }),
  );
  // The choice was withdrawn in another tab; its ids went with it.
  addEventListener(
    'storage',
    guarded(({ key, newValue }: StorageEvent) => {
      if (key === visitorKey && newValue === null && choice?.analytics) decide({ analytics: false, ads: false });
    }),
  );
  startSending(endpoint);
  viewed();
  watchNavigation(viewed, () => {
    page = address();
  });
}

function sillage(...call: Call): void {
  if (call[0] === 'init') init(call[1]);
  else if (call[0] === 'consent') decide(call[1]);
  else if (call[0] === 'identify') identify(call[1]);
  else {
    // A page that was just opened is counted before what happens on it.
    viewed();
    happens(...call);
  }
}

const before = [...(window.sillage?.q ?? [])];
const safely: Sillage = guarded(sillage);
const begin = () => {
  window.sillage = safely;
  for (const call of before) safely(...call);
};
// A page that the browser renders ahead may never be opened: what is called there happens once it is shown.
if (document.prerendering) {
  window.sillage = (...call) => before.push(call);
  document.addEventListener('prerenderingchange', begin);
} else begin();
