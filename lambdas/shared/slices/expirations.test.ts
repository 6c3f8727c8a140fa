import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '../days.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { expirations, firstKept, hasExpired, noteExpired, removedBefore } from './expirations.ts';

const catalog = loadCatalog();
const events = tableNamed(catalog, 'raw_web_events');
const now = '2027-03-01';
/** 760 days before. */
const before = '2025-01-30';
const key = (day: string) => `raw/web/events/dt=${day}/a.jsonl`;

describe('what may have expired', () => {
  test('is nothing in a lake from which nothing was taken, however old it is', async () => {
    expect(await expirations(memoryLake(), catalog, now)).toEqual(new Map());
  });

  test('is what sillage expire says that it takes; a later word never takes back an earlier one', async () => {
    const lake = memoryLake();
    await noteExpired(lake, new Map([['raw_web_events', '2024-02-01']]));
    await noteExpired(lake, new Map([['rejects', '2023-01-01'], ['raw_web_events', '2024-01-01']])); // prettier-ignore
    const said = new Map([['raw_web_events', '2024-02-01'], ['rejects', '2023-01-01']]); // prettier-ignore
    expect([await removedBefore(lake), await expirations(lake, catalog, now)]).toEqual([said, said]);
  });

  test('is all that is past its retention where a lifecycle takes it, without a word', async () => {
    const bucket = { ...memoryLake(), hasLifecycle: true };
    expect(await expirations(bucket, catalog, now)).toEqual(
      new Map([['raw_web_events', before], ['rejects', before]]), // prettier-ignore
    );
    await noteExpired(bucket, new Map([['raw_web_events', '2026-01-01']]));
    expect((await expirations(bucket, catalog, now)).get('raw_web_events')).toBe('2026-01-01');
  });

  test('is told of whole days, of the table alone', () => {
    const expired = new Map([['raw_web_events', before]]);
    expect(hasExpired(expired, events, key(addDays(before, -1)))).toBe(true);
    expect(hasExpired(expired, events, key(before))).toBe(false);
    expect(hasExpired(expired, events, 'raw/web/events/a.jsonl')).toBe(false);
    expect(hasExpired(expired, events, 'raw/crm/orders/dt=2020-01-01/a.jsonl')).toBe(false);
    expect(hasExpired(new Map(), events, key('2020-01-01'))).toBe(false);
  });

  test('a day that is kept today was kept before', () => {
    fc.assert(
      fc.property(fc.nat(4000), fc.nat(400), (start, later) => {
        const day = addDays('2020-01-01', start);
        expect((firstKept(events, addDays(day, later)) ?? '') >= (firstKept(events, day) ?? '')).toBe(true);
        expect(firstKept(events, day)).toBe(addDays(day, -760));
      }),
    );
  });
});

test('raw that expires feeds no table in which the day of a record may change: a record would be lost between two days', () => {
  const tables = [...catalog.values()].filter(({ dayMayChange }) => dayMayChange);
  const expires = (name: string) => tableNamed(catalog, name).retentionDays !== undefined;
  expect(tables.length).toBeGreaterThan(5);
  expect(tables.filter(({ reads }) => reads.some(({ table }) => expires(table)))).toEqual([]);
});
