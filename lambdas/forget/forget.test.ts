import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { catalog, order, webEvent, withSmallLake, type Row, type SmallLake } from '../../test/small-lake.ts';
import { noteExpired } from '../shared/slices/expirations.ts';
import { forget } from './forget.ts';
import { gather } from './gather.ts';
import type { Seeds } from './person.ts';
import type { Request } from './plan.ts';

const nobody: Seeds = { emails: [], customers: [], visitors: [] };
const request = (over: Partial<Request>): Request => ({ ...nobody, orders: 'keep', ...over });
const customer = (n: number) => String(7_000_000_000_000 + n);

describe('who is found', () => {
  const event = (n: number, visitor: string, who?: string, transaction?: string) =>
    webEvent(n, {
      visitor_id: visitor,
      customer_id: who ?? null,
      ecommerce: transaction === undefined ? null : { transaction_id: transaction },
    });
  /**
   * Customer 1 has two addresses, two devices of their own, one on which customer 2 logs in too, and customer 2's
   * telephone number.
   */
  const records: Readonly<Record<string, readonly object[]>> = {
    'raw/crm/customers/dt=2025-01-05/a.jsonl': [
      { id: 7_000_000_000_001, email: 'one@x.fr', phone: '06 12 34 56 78' },
      { id: 7_000_000_000_002, email: 'two@x.fr', phone: '+33612345678' },
    ],
    'raw/crm/orders/dt=2025-01-05/a.jsonl': [
      order(1, { email: 'Other.One@x.fr', phone: '0700000001', customer: { id: 7_000_000_000_001 } }),
      order(2, { email: 'two@x.fr', customer: { id: 7_000_000_000_002 } }),
    ],
    'raw/web/events/dt=2025-01-05/a.jsonl': [
      event(1, 'phone-of-one', customer(1)),
      event(2, 'phone-of-one'),
      event(3, 'till-of-one', undefined, '1001'),
      event(4, 'tablet', customer(1)),
      event(5, 'tablet', customer(2)),
      event(6, 'phone-of-two', customer(2)),
      event(7, 'undefined', customer(1)),
    ],
  };
  const found = async (seeds: Partial<Seeds>) => {
    const lake = memoryLake();
    for (const [key, lines] of Object.entries(records))
      await lake.put(key, lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const { person } = await gather(lake, catalog, { ...nobody, ...seeds });
    return Object.fromEntries(
      Object.entries(person).map(([name, set]: [string, ReadonlySet<string>]) => [name, [...set].toSorted()]),
    );
  };
  const one = {
    emails: ['one@x.fr', 'other.one@x.fr'],
    phones: ['33700000001'],
    sharedPhones: ['33612345678'],
    customers: [customer(1)],
    visitors: ['phone-of-one', 'till-of-one'],
    sharedVisitors: ['tablet'],
    orders: ['1001', '5000000000001'],
  };

  test.each([
    ['an address', { emails: ['one@x.fr'] }],
    ['another address', { emails: ['other.one@x.fr'] }],
    ["the customer's id", { customers: [customer(1)] }],
    ['a device', { visitors: ['phone-of-one'] }],
  ])('by %s', async (_, seeds) => expect(await found(seeds)).toEqual(one));

  test('by a device that two share: what nobody has logged in for', async () => {
    expect(await found({ visitors: ['tablet'] })).toMatchObject({
      customers: [],
      visitors: [],
      sharedVisitors: ['tablet'],
    });
  });

  test('nobody: nothing', async () => {
    expect(await found({ emails: ['no@x.fr'] })).toMatchObject({
      emails: ['no@x.fr'],
      customers: [],
      visitors: [],
      orders: [],
    });
  });
});

describe('in a small lake', () => {
  let engine: Engine;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'forget-'));
    engine = await openEngine({ threads: 2, memoryMb: 600, spill: home });
  });
  afterAll(async () => {
    engine.close();
    await rm(home, { recursive: true });
  });

  const days = ['2025-01-05', '2025-01-06', '2025-01-07', '2025-01-08', '2025-01-09'];
  const keyOf = (day: string) => `raw/crm/orders/dt=${day}/orders.jsonl.gz`;
  async function withOrders(small: SmallLake): Promise<void> {
    for (const [n, day] of days.entries()) {
      const time = { created_at: `${day}T10:00:00+01:00`, updated_at: `${day}T11:00:00+01:00` };
      await small.drop(keyOf(day), [order(n, { ...time, ...(n > 0 && { customer: { id: 7 }, email: 'bob@x.fr' }) })]);
    }
    await small.transform('orders');
  }

  test('slices that the erasure emptied go without a word; those of objects that are gone do not', () =>
    withSmallLake(engine, async (small) => {
      await withOrders(small);
      const { left } = await forget(
        { lake: small.lake, catalog, rebuild: () => small.transform('orders') },
        request({ emails: ['bob@x.fr'], orders: 'erase' }),
      );
      // A key is nobody's text to search: the certificate says so.
      expect(left.join()).toContain('names of files');
      expect((await small.rows('orders')).map(({ order_id }) => order_id)).toEqual(['5000000000000']);
      expect(await small.rejects('orders')).toEqual([]);
      expect(await small.keys('raw/')).toEqual(days.map(keyOf));
    }));

  test('objects that are gone are missed as before, whatever was erased', () =>
    withSmallLake(engine, async (small) => {
      await withOrders(small);
      const ports = { lake: small.lake, catalog, rebuild: async () => undefined };
      await forget(ports, request({ emails: ['bob@x.fr'], orders: 'erase' }));
      for (const day of days.slice(1)) await small.lake.delete(keyOf(day));
      await expect(small.transform('orders')).rejects.toThrow('Nothing of orders was removed');
    }));

  test('kept orders are rows without the person', () =>
    withSmallLake(engine, async (small) => {
      await withOrders(small);
      const amounts = async () => (await small.rows('orders')).map((row) => [row['order_id'], row['net_revenue']]);
      const before = await amounts();
      const ports = { lake: small.lake, catalog, rebuild: () => small.transform('orders') };
      const certificate = await forget(ports, request({ customers: ['7'] }));
      expect(certificate.records).toEqual({ removed: 0, masked: 0, stripped: 4 });
      expect(await amounts()).toEqual(before);
      const buyers = (await small.rows('orders'))
        .slice(1)
        .map(({ customer_id, email_hash }) => [String(customer_id), email_hash]);
      expect(new Set(buyers.map(String)).size).toBe(1);
      expect(buyers[0]).toEqual([expect.stringMatching(/^99\d{12}$/), null]);
    }));

  test('a person goes from slices whose raw has expired, too, by devices that only these know; all sums stay right', () =>
    withSmallLake(engine, async (small) => {
      const on = (n: number, d: string, over: object) =>
        webEvent(n, { event_time: `${d}T10:00:00.000Z`, received_at: `${d}T10:00:01.000Z`, ...over });
      const [past = '', late = ''] = days;
      const eventsOf = (d: string) => `raw/web/events/dt=${d}/a.jsonl.gz`;
      await small.drop('raw/crm/customers/dt=2025-01-05/a.jsonl.gz', [{ id: 7_000_000_000_007, email: 'bob@x.fr' }]);
      await small.drop(eventsOf(past), [
        on(1, past, { visitor_id: 'device-of-bob', customer_id: '7000000000007' }),
        on(2, past, { visitor_id: 'device-of-bob' }),
        on(3, past, { visitor_id: 'another' }),
        on(4, past, { visitor_id: 'another', page: { url: 'https://shop.example/?id=7000000000007', title: 'Client 7000000000007' } }), // prettier-ignore
      ]);
      await small.drop(eventsOf(late), [on(5, late, { visitor_id: 'device-of-bob' }), on(6, late, { visitor_id: 'another' })]); // prettier-ignore
      await small.transform('web_events');
      const others = (rows: readonly Row[]) => rows.filter(({ visitor_id }) => visitor_id === 'another');
      const before = others(await small.rows('web_events'));
      expect(before.length).toBe(3);
      await noteExpired(small.lake, new Map([['raw_web_events', late]]));
      await small.lake.delete(eventsOf(past));
      const expired = new Map([['raw_web_events', late]]);
      const rebuild = () => small.transform('web_events', { expired });
      const certificate = await forget({ lake: small.lake, catalog, rebuild }, request({ emails: ['bob@x.fr'] }));
      expect(certificate.found).toMatchObject({ visitor_ids: 1, customer_ids: 1 });
      expect(certificate.objects.find(({ key }) => key.startsWith('curated/'))).toMatchObject({ removed: 2 });
      const after = await small.rows('web_events');
      const titles = (rows: readonly Row[]) => rows.map((row) => ({ ...row, page_title: '', page_query: '' }));
      expect(titles(after)).toEqual(titles(before));
      expect(JSON.stringify(after)).not.toMatch(/7000000000007|device-of-bob/);
      const entry = await small.entry('web_events', past);
      expect(entry).toMatchObject({ rowsIn: 2, rowsOut: 2, rejected: 0, duplicates: 0 });
      expect(await rebuild()).toMatchObject({ built: [], removed: [], warnings: [] });
    }));
});
