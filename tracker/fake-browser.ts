/**
 * A browser for tests of the tracker's script, whole: its time is the test's, and any part of it may refuse, lie or
 * break.
 */
import { webcrypto } from 'node:crypto';
import { Script, createContext } from 'node:vm';
import * as z from 'zod';
import { buildTracker } from './build.ts';

const tracker = new Script(await buildTracker(), { filename: 'tracker.js' });

const Sent = z.array(
  z.looseObject({
    event_id: z.string(),
    event_name: z.string().nullish(),
    visitor_id: z.string().nullable(),
    customer_id: z.string().nullable(),
    ecommerce: z.looseObject({ value: z.number() }).nullable(),
  }),
);

export const refuse = (what: string) => (): never => {
  throw Object.assign(new Error(`${what} is forbidden.`), { name: 'SecurityError' });
};

/** A browser's storage, and how often it was asked. */
export function storage(kept: Record<string, string> = {}): {
  readonly store: object;
  readonly kept: Record<string, string>;
  readonly asked: () => number;
  readonly listed: () => number;
} {
  let [asked, listed] = [0, 0];
  const store = new Proxy(kept, {
    get(_, name) {
      asked += 1;
      if (name === 'getItem') return (key: string) => kept[key] ?? null;
      if (name === 'setItem') return (key: string, value: string) => (kept[key] = value);
      if (name === 'removeItem') return (key: string) => delete kept[key];
      return undefined;
    },
    ownKeys() {
      listed += 1;
      return Object.keys(kept);
    },
  });
  return { store, kept, asked: () => asked, listed: () => listed };
}

/** A page in a browser in which some things are as given, getters among them. */
export function browser(over: PropertyDescriptorMap = {}) {
  const requests: string[] = [];
  const beacons: string[] = [];
  const warnings: string[] = [];
  const timers: { readonly id: number; readonly due: number; readonly work: () => void }[] = [];
  const listeners = new Map<string, ((event: object) => void)[]>();
  let [now, ids] = [0, 0];
  const listen = (name: string, listener: (event: object) => void) =>
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  const location = new URL('https://shop.example/?utm_source=a');
  const globals = {
    location,
    screen: { width: 390, height: 844 },
    crypto: webcrypto,
    AbortSignal,
    localStorage: storage().store,
    document: { referrer: '', title: 'Accueil', visibilityState: 'visible', addEventListener: listen },
    navigator: {
      language: 'fr',
      sendBeacon: (_: string, body: string) => beacons.push(body) > 0,
      locks: { request: async (_: string, work: () => Promise<void>) => work() },
    },
    history: {
      pushState(_: unknown, __: string, to: string) {
        location.href = new URL(to, location.href).href;
      },
      replaceState(_: unknown, __: string, to: string) {
        location.href = new URL(to, location.href).href;
      },
    },
    addEventListener: listen,
    console: { warn: (...words: unknown[]) => warnings.push(words.map(String).join(' ')) },
    fetch: async (_: string, { body }: { body: string }) => {
      requests.push(body);
      return { status: 200, headers: new Map(), json: async () => ({ accepted: 1, refused: [] }) };
    },
    setTimeout(work: () => void, wait = 0) {
      ids += 1;
      timers.push({ id: ids, due: now + wait, work });
      return ids;
    },
    clearTimeout(id: number) {
      const at = timers.findIndex((timer) => timer.id === id);
      if (at >= 0) timers.splice(at, 1);
    },
  };
  const window = createContext(Object.defineProperties(globals, over));
  new Script(
    'var window = globalThis; window.sillage = function () { (window.sillage.q = window.sillage.q || ' +
      '[]).push(arguments); }',
  ).runInContext(window);
  const turn = () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  return {
    requests,
    beacons,
    warnings,
    /** What the page itself does: what the tracker throws into it is thrown here. */
    page: (script: string): unknown => new Script(script).runInContext(window),
    load: () => void tracker.runInContext(window),
    fire: (name: string) => listeners.get(name)?.forEach((listener) => listener({})),
    /** Lets time pass, as many timers as end. */
    pass: async (most = 50): Promise<void> => {
      for (let n = 0; n < most; n += 1) {
        await turn();
        const next = timers.toSorted((a, b) => a.due - b.due)[0];
        if (next === undefined) return;
        timers.splice(timers.indexOf(next), 1);
        now = next.due;
        next.work();
      }
    },
    /** Lets so much time pass, ms. */
    wait: async (ms: number): Promise<void> => {
      for (const end = now + ms; ;) {
        await turn();
        const next = timers.toSorted((a, b) => a.due - b.due)[0];
        if (next === undefined || next.due > end) {
          now = end;
          return;
        }
        timers.splice(timers.indexOf(next), 1);
        now = next.due;
        next.work();
      }
    },
    sent: () => Sent.parse(requests.flatMap((body): unknown => JSON.parse(body))),
    /** With what went by beacons when the page was left. */
    told: () => Sent.parse([...requests, ...beacons].flatMap((body): unknown => JSON.parse(body))),
  };
}

/** A thing of the browser that is replaced. */
export const value = (given: unknown): PropertyDescriptor => ({
  value: given,
  configurable: true,
  enumerable: true,
  writable: true,
});
