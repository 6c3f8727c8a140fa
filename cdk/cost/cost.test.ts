import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { home } from '../../lambdas/shared/home.ts';
import { templatesOf } from '../templates.ts';
import { billOf, landingOf, totalOf } from './bill.ts';
import { deployedOf, runsAMonth } from './deployed.ts';
import { costPage } from './page.ts';
import { pricesIn, readPrices } from './prices.ts';

const deployed = deployedOf(templatesOf());
const priceOf = pricesIn('eu-west-3');
const usdOf = (what: string, ...[of, prices, traffic]: Parameters<typeof billOf>) =>
  totalOf(billOf(of, prices, traffic).filter((line) => line.what === what));

test('docs/cost.md is what the script gives: npm run cost', () => {
  expect(readFileSync(new URL('docs/cost.md', home), 'utf8')).toBe(costPage());
});

test('a price that is not known says so, and another region has it', () => {
  const lines = readPrices();
  for (const { id, region, usd, note } of lines.filter((line) => line.usd === null)) {
    expect([id, region, note]).toEqual([id, 'eu-west-3', expect.stringMatching(/not known/)]);
    expect([id, lines.filter((line) => line.id === id && line.usd !== null).length, usd]).toEqual([id, 1, null]);
  }
  expect(new Set(lines.map(({ id, region }) => `${id} ${region}`)).size).toBe(lines.length);
  expect(() => priceOf('s3.gbYear')).toThrow('docs/prices.json knows no price of s3.gbYear in any region.');
});

test('a region is asked first, then whichever is known', () => {
  expect(priceOf('s3.gbMonth')).toMatchObject({ region: 'eu-west-3', usd: 0.024 });
  expect(priceOf('kinesis.shardHour')).toMatchObject({ region: 'us-east-1', usd: 0.015 });
});

/** By hand, from the published prices: 2,628,000 seconds, 730 hours. */
test.each([
  ['HTTP API', { eventsPerSecond: 100, eventsPerRequest: 20 }, 13.14],
  ['HTTP API', { eventsPerSecond: 1000, eventsPerRequest: 1 }, 300],
  ['HTTP API, beyond 300 million', { eventsPerSecond: 1000, eventsPerRequest: 1 }, 2095.2],
  ['collect: calls', { eventsPerSecond: 100, eventsPerRequest: 1 }, 52.56],
  ['1 shard', { eventsPerSecond: 1 }, 10.95],
  ['3 shards', { eventsPerSecond: 1000 }, 32.85],
  ['schedules', { eventsPerSecond: 1 }, 0.0105],
])('%s at %j', (what, traffic, usd) => {
  expect(usdOf(what, deployed, priceOf, traffic)).toBeCloseTo(usd, 3);
});

// Each part of a day reads the whole day: what has several parts may cost up to four times as much.
test('twice the events never cost less, nor more than twice where a day is one part', () => {
  for (const [eventsPerSecond, most] of [
    [0.1, 2],
    [1, 2],
    [7, 2],
    [11, 2],
    [40, 4],
    [300, 4],
    [1000, 4],
  ] as const) {
    const [one, two] = [eventsPerSecond, eventsPerSecond * 2].map((rate) =>
      totalOf(billOf(deployed, priceOf, { eventsPerSecond: rate })),
    );
    expect(two).toBeGreaterThan(one ?? 0);
    expect(two).toBeLessThan(most * (one ?? 0));
  }
});

test('what the templates say is what is priced', () => {
  const memory = deployedOf(templatesOf({ buildMemoryMb: 10_240, shards: 4, streamSchedule: 'rate(1 hour)' }));
  expect(memory.functions.get('transform')?.memoryGb).toBe(10);
  expect(memory.stream).toEqual({ isOnDemand: false, shards: 4 });
  expect(memory.runs.stream.aMonth).toBe(730);
  expect(usdOf('4 shards', memory, priceOf, { eventsPerSecond: 1 })).toBeCloseTo(43.8);
  expect(landingOf(deployed, 100, 2).batches * 60).toBeGreaterThanOrEqual(1);
});

test.each([
  ['rate(5 minutes)', 8760],
  ['rate(1 hour)', 730],
  ['rate(1 day)', 730 / 24],
  ['cron(0 6 * * ? *)', 730 / 24],
])('%s starts %d runs a month', (expression, runs) => {
  expect(runsAMonth(expression)).toBeCloseTo(runs);
});

test('a schedule that cannot be read is no guess', () => {
  expect(() => runsAMonth('cron(0/10 8-18 ? * MON-FRI *)')).toThrow('Teach runsAMonth to read it.');
});
