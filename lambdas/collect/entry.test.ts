import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unpacked } from '../land/aggregated.ts';
import { acceptedEvent, entriesOf, eventBytes, type AcceptedEvent } from './entry.ts';
import type { SentEvent } from './event.ts';

const event: SentEvent = {
  event_id: '00000000-0000-4000-8000-000000000001',
  event_name: 'page_view',
  event_time: '2026-01-05T10:00:00.000Z',
  visitor_id: 'v',
  page: { url: 'https://shop.example/' },
  consent: { analytics: true, ads: true },
};
const at = Date.parse('2026-01-05T10:00:01.000Z');
const lineOf = (over: Partial<SentEvent>, userAgent?: string): unknown => {
  const accepted = acceptedEvent({ ...event, ...over }, { at, ip: undefined, userAgent });
  return accepted === undefined ? undefined : JSON.parse(String(accepted.line));
};

/** 256 KB: of a request of 1 MB, and a quarter of what Kinesis takes. */
test('a line of 262,144 bytes is taken, one byte more is not', () => {
  const bytes = acceptedEvent({ ...event, screen: '' }, { at, ip: undefined, userAgent: undefined })?.line.length ?? 0;
  const sized = (length: number) => ({ ...event, screen: 'x'.repeat(length - bytes) });
  const reception = { at, ip: undefined, userAgent: undefined };
  expect(acceptedEvent(sized(262_144), reception)?.line).toHaveLength(262_144);
  expect(acceptedEvent(sized(262_145), reception)).toBeUndefined();
});

test('what the browser did not say is null, and what it said stays', () => {
  expect(lineOf({})).toMatchObject({ customer_id: null, screen: null, ecommerce: null, ip: null, user_agent: null });
  expect(lineOf({ page: { url: 'https://shop.example/' } })).toMatchObject({ page: { referrer: '', title: '' } });
  const ecommerce = { transaction_id: '1001', value: 10, currency: 'EUR', items: [] };
  expect(lineOf({ event_name: 'purchase', ecommerce, screen: '1x1' })).toMatchObject({ ecommerce, screen: '1x1' });
});

test('a name of a browser is cut at 1,024 characters', () => {
  expect(lineOf({}, 'x'.repeat(1024))).toMatchObject({ user_agent: 'x'.repeat(1024) });
  expect(lineOf({}, `${'x'.repeat(1024)}y`)).toMatchObject({ user_agent: 'x'.repeat(1024) });
});

test('who the visitor is decides the way, where there is consent to know', () => {
  const visitorOf = (over: Partial<SentEvent>) =>
    acceptedEvent({ ...event, ...over }, { at, ip: undefined, userAgent: undefined })?.visitorId;
  expect(visitorOf({})).toBe('v');
  expect(visitorOf({ visitor_id: null })).toBeNull();
  expect(visitorOf({ consent: { analytics: false, ads: false } })).toBeNull();
});

test('half of an emoji, or a NUL, becomes the sign for what cannot be read', () => {
  expect(lineOf({ page: { url: 'https://shop.example/', title: 'a\uD83Cb\0c🌿' } })).toMatchObject({
    page: { title: 'a\uFFFDb\uFFFDc🌿' },
  });
});

const some = (n: number, visitorId: string | null, size = 10): AcceptedEvent => ({
  line: Buffer.from(`${n} `.padEnd(size, 'x')),
  eventId: `event-${n}`,
  visitorId,
});
const told = (accepted: readonly AcceptedEvent[]) =>
  entriesOf(accepted).map(({ partitionKey, data }) => ({
    partitionKey,
    bytes: data.length,
    events: unpacked(Buffer.from(data)).map((line) => Number.parseInt(line.toString('utf8', 0, 3), 10)),
  }));

describe('a request in the stream', () => {
  test('is one record a visitor', () => {
    expect(told([some(1, 'a'), some(2, 'b'), some(3, 'a')])).toMatchObject([
      { partitionKey: 'a', events: [1, 3] },
      { partitionKey: 'b', events: [2] },
    ]);
  });

  test('is one record for all who are nobody, under the id of the first event', () => {
    expect(told([some(1, null), some(2, null), some(3, 'a')])).toMatchObject([
      { partitionKey: 'event-1', events: [1, 2] },
      { partitionKey: 'a', events: [3] },
    ]);
  });

  test('a record alone is its line, as any reader knows it', () => {
    expect(entriesOf([some(1, 'a')])).toEqual([{ partitionKey: 'a', data: some(1, 'a').line }]);
  });

  test('what is more than a record takes goes into the next, which no later event overtakes', () => {
    const half = eventBytes / 2;
    expect(
      told([some(1, 'a', half), some(2, 'a', half), some(3, 'a'), some(4, 'a', half), some(5, 'a', half)]),
    ).toMatchObject([{ events: [1, 2] }, { events: [3, 4] }, { events: [5] }]);
  });

  test('whatever its events: all are in it once, each visitor’s in their order under one key, and no record is larger than a shard takes', () => {
    const events = fc.array(
      fc.record({
        visitorId: fc.option(fc.constantFrom('a', 'b', 'é'.repeat(128))),
        size: fc.integer({ min: 3, max: eventBytes }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(events, (given) => {
        const accepted = given.map(({ visitorId, size }, n) => some(n, visitorId, size));
        const all = told(accepted);
        for (const id of new Set(accepted.map(({ visitorId }) => visitorId))) {
          const own = accepted.flatMap(({ visitorId }, n) => (visitorId === id ? [n] : []));
          const keys = id === null ? own.map((n) => `event-${n}`) : [id];
          expect(all.flatMap(({ partitionKey, events: found }) => (keys.includes(partitionKey) ? found : []))).toEqual(
            own,
          );
        }
        expect(all.flatMap(({ events: found }) => found)).toHaveLength(accepted.length);
        for (const { bytes } of all) expect(bytes).toBeLessThan(eventBytes + 1024);
      }),
    );
  });
});
