import { expect, test } from '@jest/globals';
import { entryOf } from './entry.ts';
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
  const entry = entryOf({ ...event, ...over }, { at, ip: undefined, userAgent });
  return entry === undefined ? undefined : JSON.parse(String(entry.data));
};

/** 256 KB: of a request of 1 MB, and a quarter of what Kinesis takes. */
test('a line of 262,144 bytes is an entry, one byte more is none', () => {
  const bytes = entryOf({ ...event, screen: '' }, { at, ip: undefined, userAgent: undefined })?.data.length ?? 0;
  const sized = (length: number) => ({ ...event, screen: 'x'.repeat(length - bytes) });
  const reception = { at, ip: undefined, userAgent: undefined };
  expect(entryOf(sized(262_144), reception)?.data).toHaveLength(262_144);
  expect(entryOf(sized(262_145), reception)).toBeUndefined();
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

test('one visitor’s events go one way; without a visitor each goes its own', () => {
  const keyOf = (over: Partial<SentEvent>) =>
    entryOf({ ...event, ...over }, { at, ip: undefined, userAgent: undefined })?.partitionKey;
  expect(keyOf({})).toBe('v');
  expect(keyOf({ visitor_id: null })).toBe(event.event_id);
  expect(keyOf({ consent: { analytics: false, ads: false } })).toBe(event.event_id);
});

test('half of an emoji, or a NUL, becomes the sign for what cannot be read', () => {
  expect(lineOf({ page: { url: 'https://shop.example/', title: 'a\uD83Cb\0c🌿' } })).toMatchObject({
    page: { title: 'a\uFFFDb\uFFFDc🌿' },
  });
});
