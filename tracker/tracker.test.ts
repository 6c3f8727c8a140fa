import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { SentEvent } from '../lambdas/collect/event.ts';
import { buildTracker } from './build.ts';
import { localTime, uuid } from './event.ts';
import { browser, value } from './fake-browser.ts';
import { enqueue, nextBatch } from './queue.ts';

test('the tracker weighs less than 2.8 kB on the wire', async () => {
  const script = await buildTracker();
  expect(gzipSync(script, { level: 9 }).length).toBeLessThan(2800);
});

/** A date whose zone is the given one, in minutes behind UTC as browsers say it. */
function dateAt(ms: number, minutesBehind: number): Date {
  return Object.assign(new Date(ms), { getTimezoneOffset: () => minutesBehind });
}

test.each([
  ['Paris in winter', -60, '2026-01-05T11:00:00.120+01:00'],
  ['UTC', 0, '2026-01-05T10:00:00.120+00:00'],
  ['New York', 300, '2026-01-05T05:00:00.120-05:00'],
  ['India', -330, '2026-01-05T15:30:00.120+05:30'],
  ['Newfoundland', 210, '2026-01-05T06:30:00.120-03:30'],
  ['the Line Islands', -840, '2026-01-06T00:00:00.120+14:00'],
])('tells the time of %s', (_, minutesBehind, expected) => {
  const time = localTime(dateAt(Date.parse('2026-01-05T10:00:00.120Z'), minutesBehind));
  expect(time).toBe(expected);
  expect(Date.parse(time)).toBe(Date.parse('2026-01-05T10:00:00.120Z'));
  expect(SentEvent.shape.event_time.safeParse(time).success).toBe(true);
});

test('makes UUIDs of version 4, also where the browser has no maker of them', () => {
  const made = Array.from({ length: 200 }, uuid);
  const own = Object.getOwnPropertyDescriptor(crypto, 'randomUUID');
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  made.push(...Array.from({ length: 200 }, uuid));
  // It stands on the prototype, unless somebody put it on the object itself.
  if (own) Object.defineProperty(crypto, 'randomUUID', own);
  else Reflect.deleteProperty(crypto, 'randomUUID');
  expect('randomUUID' in crypto).toBe(true);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(400);
});

test('a request and a beacon stay together below the 64 KiB of bytes that a closing page may send, whatever the script', () => {
  const sent = Array.from({ length: 60 }, () =>
    SentEvent.parse({
      event_id: uuid(),
      event_name: 'page_view',
      event_time: '2026-01-05T10:00:00.120+00:00',
      page: { url: 'https://shop.example/', title: '香水'.repeat(200) },
      consent: { analytics: false, ads: false },
    }),
  );
  sent.forEach(enqueue);
  const done = new Set<string>();
  const bodies: string[] = [];
  for (let batch = nextBatch(done); batch; batch = nextBatch(done)) {
    bodies.push(batch.body);
    batch.keys.forEach((key) => done.add(key));
  }
  expect(bodies.flatMap((body): unknown => JSON.parse(body))).toEqual(sent);
  expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThan(32_768);
  expect(bodies.length).toBeLessThan(10);
});

test('a page that is rendered ahead counts when it is shown, and never where nobody opens it', async () => {
  const listeners: (() => void)[] = [];
  const document = {
    referrer: '',
    title: 'Accueil',
    visibilityState: 'hidden',
    prerendering: true,
    addEventListener: (name: string, listener: () => void) => name === 'prerenderingchange' && listeners.push(listener),
  };
  const ahead = browser({ document: value(document) });
  ahead.page("sillage('init', { endpoint: 'https://c.example/collect' })");
  ahead.load();
  ahead.page("sillage('consent', { analytics: true, ads: true }); sillage('view_item', { value: 10 })");
  await ahead.wait(60_000);
  ahead.fire('pagehide');
  expect(ahead.told()).toEqual([]);
  document.prerendering = false;
  for (const show of listeners) show();
  await ahead.wait(60_000);
  expect(ahead.sent().map(({ event_name: name }) => name)).toEqual(['page_view', 'view_item']);
});
