import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { unpacked } from '../land/aggregated.ts';
import { openEngine } from '../shared/duckdb.ts';
import { eventNames } from '../shared/event-names.ts';
import type { Engine } from '../shared/duckdb.ts';
import { smallLake } from '../../test/small-lake.ts';
import { collect } from './collect.ts';
import { post, uuid } from './samples.ts';
import { scriptedStream } from './scripted-stream.ts';

const Answer = z.object({ accepted: z.number() });

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-collect-test') });
});
afterAll(() => engine.close());

const at = Date.parse('2026-01-05T10:00:00.000Z');
const two = (n: number) => String(n).padStart(2, '0');

/** A local time with its offset, within the days that are believed. */
const time = fc
  .record({
    ms: fc.integer({ min: at - 34 * 86_400_000, max: at + 86_000_000 }),
    minutes: fc.integer({ min: -720, max: 840 }),
    digits: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ ms, minutes, digits }) => {
    const local = new Date(ms + minutes * 60_000).toISOString();
    const fraction = digits === 0 ? '' : `.${`${local.slice(20, 23)}987`.slice(0, digits)}`;
    const size = Math.abs(minutes);
    const offset = minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
    return `${local.slice(0, 19)}${fraction}${offset}`;
  });

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 5, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('\u0000', '\uD800', '"\\ud8', '\u2028', "'", '\t\n') },
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constantFrom(null, undefined));
const money = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.integer({ min: 0, max: 20_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, 1e-7, 5e-324, 1e12),
);
const item = fc.record({
  item_id: maybe(text),
  item_name: maybe(text),
  item_category: maybe(text),
  price: money,
  quantity: fc.integer({ min: 0, max: 1e6 }),
});
const flag = fc.boolean();

const event = fc.record({
  event_name: fc.constantFrom(...eventNames),
  event_time: time,
  visitor_id: maybe(fc.string({ minLength: 1, maxLength: 128 })),
  customer_id: maybe(fc.integer({ min: 1, max: 9e12 }).map(String)),
  page: fc.record({
    url: fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.webUrl({ authoritySettings: { withUserInfo: true, withPort: true, withIPv6: true } }),
      fc.string().map((tail) => `https://shop.example/${tail}`),
      fc.string().map((host) => `http://${host}`),
    ),
    referrer: maybe(fc.oneof(fc.webUrl(), text)),
    title: maybe(text),
  }),
  screen: maybe(text),
  language: maybe(text),
  consent: fc.record({ analytics: flag, ads: flag }),
  ecommerce: maybe(
    fc.record({
      transaction_id: maybe(text),
      value: maybe(money),
      currency: fc.constantFrom('EUR', 'eur', null),
      coupon: maybe(text),
      items: maybe(fc.array(item, { maxLength: 3 })),
    }),
  ),
});

const agent = fc.oneof(
  fc.constantFrom(
    undefined,
    '',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36',
  ),
  fc.string(),
);

test('what is accepted here is not rejected by the transform', async () => {
  const stream = scriptedStream();
  const given = fc.sample(event, 3000);
  let accepted = 0;
  for (let from = 0; from < given.length; from += 100) {
    const batch = given.slice(from, from + 100).map((fields, n) => ({ event_id: uuid(from + n + 1), ...fields }));
    const [userAgent] = fc.sample(agent, 1);
    const { body } = await collect(
      { stream, clock: () => at, origins: ['https://shop.example'], log: () => undefined },
      post(batch, { headers: { 'user-agent': userAgent } }),
    );
    accepted += Answer.parse(JSON.parse(body)).accepted;
  }
  const lines = stream.stored.flatMap(({ data }) => unpacked(Buffer.from(data))).map(String);
  expect(lines).toHaveLength(accepted);
  expect(accepted).toBeGreaterThan(given.length * 0.7);

  const lake = await smallLake(engine);
  try {
    await lake.drop('raw/web/events/dt=2026-01-05/collected.jsonl.gz', lines, { rows: String(accepted) });
    await lake.transform('web_events');
    expect((await lake.rejects('web_events')).slice(0, 5)).toEqual([]);
    const rows = await lake.rows('web_events');
    expect(rows).toHaveLength(accepted);
    const refused = rows.filter((row) => row['consent_analytics'] !== true);
    expect(refused.length).toBeGreaterThan(0);
    for (const row of refused)
      expect(row).toMatchObject({
        visitor_id: null,
        customer_id: null,
        click_id: null,
        page_query: null,
        ip_hash: null,
      });
  } finally {
    await lake.dispose();
  }
});
