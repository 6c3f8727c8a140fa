import { expect, test } from '@jest/globals';
import { packed } from '../../../lambdas/land/aggregated.ts';
import type { PutOutcome, Stream } from '../../../lambdas/shared/ports/stream.ts';
import type { SeenEvent } from '../dashboard/live-feed.ts';
import { watchedStream } from './seen-events.ts';

const line = (name: string, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      event_id: 'e',
      event_name: name,
      received_at: '2026-01-01T10:00:00.000Z',
      visitor_id: 'v-1234567890',
      customer_id: '7100000000388',
      ip: '203.0.113.7',
      page: { url: 'https://shop.example/panier?email=camille@example.org#x', referrer: '', title: '' },
      ...more,
    }),
  );

/** A stream whose first entry of a put is refused. */
function refusingFirst(): Stream {
  const refused: PutOutcome = { errorCode: 'InternalFailure', errorMessage: 'no' };
  return {
    location: 'here',
    put: (entries) =>
      Promise.resolve(entries.map((_, i) => (i === 0 ? refused : { shardId: 's', sequenceNumber: String(i) }))),
    shards: () => Promise.resolve([]),
    read: () => Promise.reject(new Error('nobody reads')),
  };
}

test('what was taken for good is told, without anything of a person', async () => {
  const told: SeenEvent[] = [];
  const stream = watchedStream(refusingFirst(), (event) => told.push(event));
  const outcomes = await stream.put([
    { partitionKey: 'a', data: line('refused') },
    {
      partitionKey: 'b',
      data: packed('b', [line('page_view'), line('purchase', { ecommerce: { transaction_id: '1001' } })]),
    },
    { partitionKey: 'c', data: Buffer.from('{"no": "event"}') },
  ]);
  expect(outcomes.length).toBe(3);
  expect(told).toEqual([
    { name: 'page_view', at: '2026-01-01T10:00:00.000Z', path: '/panier' },
    { name: 'purchase', at: '2026-01-01T10:00:00.000Z', path: '/panier', order: '1001' },
  ]);
});

test('of thousands a few are looked at, and all are taken', async () => {
  const told: SeenEvent[] = [];
  const stream = watchedStream(refusingFirst(), (event) => told.push(event));
  const entries = Array.from({ length: 500 }, () => ({ partitionKey: 'k', data: line('page_view') }));
  expect((await stream.put(entries)).length).toBe(500);
  expect(told.length).toBe(20);
});
