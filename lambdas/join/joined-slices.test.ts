/** What a join means for the slices that are made from the objects: nothing, but where a reject names its source. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { catalog, order, smallLake, webEvent, type SmallLake } from '../../test/small-lake.ts';
import { orderKey } from '../webhook/names.ts';
import { joinSettled } from './join.ts';
import { folderOf, keysOf, landedKey, putLanded, putOrder, watchedLake } from './samples.ts';

let engine: Engine;
let small: SmallLake;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-join-test') });
  small = await smallLake(engine);
});
afterAll(async () => {
  await small.dispose();
  engine.close();
});

const later = new Date('2100-01-01T00:00:00Z');
const [day, other] = ['2025-01-05', '2025-01-06'];
const event = (n: number, over = {}) => JSON.stringify(webEvent(n, over));

test('a slice is built once more, to the same bytes; its rejects name the large object and the line there; late events come in as ever', async () => {
  const { lake } = small;
  // Twelve objects of three lines: a good one, a repeated one, one that breaks a rule; and one object that may hold
  // other days.
  for (let i = 0; i < 12; i++)
    await putLanded(lake, landedKey(day, i), [
      event(2 * i),
      event(2 * i + (i % 2)),
      event(100 + i, { event_name: 'unknown' }),
    ]);
  await putLanded(
    lake,
    landedKey(day, 50),
    [event(50, { event_time: '2025-01-06 10:00:00', received_at: '2025-01-06T10:00:01Z' })],
    {
      isSingleDay: false,
    },
  );
  expect((await small.transform('web_events')).built.map((one) => one.day).toSorted()).toEqual([day, other]);
  const before = await small.etags('web_events');
  const rejects = await small.rejects('web_events');
  const counts = await small.entry('web_events', day);
  expect(counts).toMatchObject({ rowsIn: 36, rowsOut: 18, rejected: 12, duplicates: 6 });
  expect(rejects).toHaveLength(12);

  expect(await joinSettled({ lake, catalog }, later)).toMatchObject({
    objects: 1,
    parts: 12,
    rows: 36,
    problems: [],
  });
  const again = await small.transform('web_events');
  expect(again.built.map((one) => one.day)).toEqual([day]);
  expect((await small.entry('web_events', day))?.reason).toMatch(
    /\/joined-[0-9a-f]+\.jsonl\.gz added \(and 12 more\)$/,
  );
  expect(await small.etags('web_events')).toEqual(before);
  expect(await small.entry('web_events', day)).toMatchObject({ rowsIn: 36, rowsOut: 18, rejected: 12, duplicates: 6 });
  const [object = ''] = await keysOf(lake, `${folderOf(day)}joined-`);
  expect(await small.rejects('web_events')).toEqual(
    rejects.map((reject, i) => ({ ...reject, object, line: 3 * i + 3 })),
  );

  expect((await small.transform('web_events')).built).toEqual([]);
  await putLanded(lake, landedKey(day, 99), [event(400)]);
  expect((await small.transform('web_events')).built).toMatchObject([
    { day, rowsIn: 37, rowsOut: 19, rejected: 12, duplicates: 6 },
  ]);
});

test('between the large object and the last of its parts, a slice is made from the one or the others', async () => {
  const { lake } = small;
  const third = '2025-01-07';
  const lines = (i: number) => [
    event(500 + i, { event_time: `${third}T10:00:00Z`, received_at: `${third}T10:00:01Z` }),
  ];
  for (let i = 0; i < 10; i++) await putLanded(lake, landedKey(third, i), lines(i));
  await small.transform('web_events');
  const before = (await small.etags('web_events')).get(third);
  for (const changesUntilDeath of [1, 2, 5, 12, 13]) {
    let left = changesUntilDeath;
    const mortal = watchedLake(lake, async (apply) => {
      if (left-- <= 0) throw new Error('killed');
      return apply();
    });
    await joinSettled({ lake: mortal, catalog }, later).catch(() => undefined);
    await small.transform('web_events');
    expect(await small.entry('web_events', third)).toMatchObject({
      rowsIn: 10,
      rowsOut: 10,
      rejected: 0,
      duplicates: 0,
    });
    expect((await small.etags('web_events')).get(third)).toBe(before);
  }
  expect(await keysOf(lake, 'ops/joins/')).toEqual([]);
  expect(await keysOf(lake, folderOf(third))).toEqual([expect.stringContaining('/joined-')]);
});

test('orders that came by webhook are the same orders when they are joined, and one that comes once more counts once', async () => {
  const { lake } = small;
  const [made, changed] = ['2025-02-01', '2025-02-03'];
  const state = (n: number, updated: string) =>
    order(n, {
      id: 8000 + n,
      order_number: 8000 + n,
      created_at: `${made}T10:00:00Z`,
      processed_at: `${made}T10:00:00Z`,
      updated_at: `${updated}T11:00:00Z`,
    });
  for (let n = 0; n < 11; n++) await putOrder(lake, orderKey('shopify', made, `${n}`), state(n, made));
  for (let n = 0; n < 10; n++) await putOrder(lake, orderKey('shopify', changed, `${n}`), state(n, changed));
  // A state that no rule takes.
  await putOrder(lake, orderKey('shopify', changed, 'late'), { ...state(10, changed), processed_at: 'never' });
  await small.transform('orders');
  const before = await small.etags('orders');
  const counts = { rowsIn: 22, rowsOut: 11, rejected: 1, duplicates: 10 };
  expect(await small.entry('orders', made)).toMatchObject(counts);
  const rejects = await small.rejects('orders');
  expect(rejects).toHaveLength(1);

  expect(await joinSettled({ lake, catalog }, later)).toMatchObject({ objects: 2, parts: 22, rows: 22, problems: [] });
  await small.transform('orders');
  expect(await small.etags('orders')).toEqual(before);
  expect(await small.entry('orders', made)).toMatchObject(counts);
  expect(await small.rejects('orders')).toMatchObject([
    {
      object: expect.stringMatching(`dt=${changed}/webhook-shopify-joined-`),
      line: 11,
      record: rejects[0]?.['record'],
    },
  ]);

  await putOrder(lake, orderKey('shopify', changed, '3'), state(3, changed));
  await small.transform('orders');
  expect(await small.entry('orders', made)).toMatchObject({ ...counts, rowsIn: 23, duplicates: 11 });
  expect(await small.etags('orders')).toEqual(before);
});
