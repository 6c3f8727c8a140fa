import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { catalog, openWorkshop, type Row, type Workshop } from '../../athena/fixture.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { addDays, type Day, type DayRange } from '../shared/days.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import type { Ledger as LedgerType } from '../shared/slices/ledger.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { throughJson } from '../../test/through-json.ts';
import { Listings } from '../shared/slices/listings.ts';
import { ModelStep } from './model.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import { runTableStep } from '../../localstack/embedded/run/table-steps.ts';
import { defaultProfile } from '../shared/shop/profile.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';

const day = '2026-03-10';
let workshop: Workshop;
let engine: Engine;
let folder: string;
let lake: Lake;
let warehouse: DuckdbWarehouse;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
  lake = filesLake(join(folder, 'lake'));
  engine = await openEngine({ threads: 1, memoryMb: 512, spill: folder });
  workshop = await openWorkshop();
  warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => lake.localPath(key, folder) });
});
afterAll(async () => {
  await workshop.close();
  await warehouse.close();
  engine.close();
  await rm(folder, { recursive: true });
});

async function openLedger(): Promise<LedgerType> {
  return Ledger.open(lake, catalog, await engine.connect(), folder);
}

/** Puts a slice in place as the step before would have done. */
async function stands(ledger: LedgerType, name: string, of: Day, rows: readonly Row[], bytes = 0): Promise<void> {
  const table = tableNamed(catalog, name);
  const path = join(folder, `${String(files++)}.parquet`);
  await workshop.write(
    table,
    rows.map((row) => ({ dt: of, ...row })),
    path,
  );
  const { etag } = await lake.putFile(sliceKey(table, of), path);
  await ledger.add({
    step: 'transform',
    table_name: name,
    slice: of,
    action: 'built',
    reason: 'a test',
    code: '',
    inputs: etag,
    input_keys: [],
    rows_in: null,
    rows_out: rows.length,
    rejected: null,
    duplicates: null,
    bytes_out: bytes,
    output_etag: etag,
    started_at: new Date(),
    finished_at: new Date(),
  });
}

/** Brings a model up to date and tells the days that it built. */
async function build(
  ledger: LedgerType,
  name: string,
  change: (table: Table) => Table = (table) => table,
  days?: DayRange,
): Promise<Day[]> {
  const context = {
    profile: defaultProfile,
    lake,
    catalog,
    ledger,
    inputs: new Inputs(lake, profileInputs(defaultProfile)),
    listings: new Listings(lake),
    engineVersion: '1',
    workers: 2,
    days,
    materialise: materialiseIn(join(folder, 'scratch'), warehouse),
  };
  const { built } = await runTableStep(context, throughJson(new ModelStep(context, change(tableNamed(catalog, name)))));
  await ledger.flush();
  return built.map(({ day: of }) => of).toSorted();
}

const etag = async (name: string, of: Day): Promise<string | undefined> =>
  (await lake.head(sliceKey(tableNamed(catalog, name), of)))?.etag;

const event = (of: Day, time: string, more: Row = {}): Row => ({
  event_id: `${of}${time}`,
  event_name: 'page_view',
  visitor_id: 'v',
  customer_id: 'A',
  is_bot: false,
  page_path: '/i/lea',
  device: 'mobile',
  event_at: `${of} ${time}`,
  ...more,
});
const deal = (of: Day): Row => ({
  deal_id: `D${of}`,
  influencer_id: 'I',
  contract_date: of,
  link_path: '/i/lea',
  promo_code: 'LEA',
});
const order: Row = {
  order_id: 'O',
  order_number: '1',
  customer_id: 'A',
  created_at: `${day} 12:00:00.000`,
  updated_at: `${day} 12:00:00.000`,
  local_date: day,
  is_conversion: true,
  promo_code: 'LEA',
  promo_codes: ['LEA'],
};
const session = (of: Day): Row => ({
  session_id: of,
  visitor_id: 'v',
  customer_id: 'A',
  started_at: `${of} 12:00:00.000`,
  channel: 'Direct',
});

interface Case {
  readonly model: string;
  /** What stands at first: the day's own input. */
  readonly own: readonly [table: string, row: Row];
  readonly other: string;
  readonly row: (of: Day) => Row;
}

const cases: readonly Case[] = [
  {
    model: 'sessions',
    own: ['web_events', event(day, '00:05:00.000')],
    other: 'web_events',
    row: (of) => event(of, of < day ? '23:50:00.000' : '00:10:00.000'),
  },
  { model: 'deal_landings', own: ['web_events', event(day, '12:00:00.000')], other: 'influencer_deals', row: deal },
  { model: 'touchpoints', own: ['orders', order], other: 'sessions', row: session },
  { model: 'touchpoints', own: ['orders', order], other: 'influencer_deals', row: deal },
];

describe.each(cases)('the slice of $model and $other', ({ model, own, other, row }) => {
  const window = tableNamed(catalog, model).reads.find((input) => input.table === other) ?? { from: 0, to: 0 };

  test('what stands outside the declared window neither changes nor rebuilds it; what stands at its edges rebuilds it', async () => {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    const ledger = await openLedger();
    await stands(ledger, own[0], day, [own[1]]);
    expect(await build(ledger, model)).toEqual([day]);
    const first = await etag(model, day);
    for (const outside of [window.from - 1, window.to + 1, window.from - 30]) {
      await stands(ledger, other, addDays(day, outside), [row(addDays(day, outside))]);
    }
    expect(await build(ledger, model)).not.toContain(day);
    expect(await etag(model, day)).toBe(first);
    // The ledger as it stands in the lake says the same.
    expect(await build(await openLedger(), model)).toEqual([]);
    for (const edge of new Set([window.from, window.to])) {
      if (edge === 0 && other === own[0]) continue;
      await stands(ledger, other, addDays(day, edge), [row(addDays(day, edge))]);
      expect(await build(ledger, model)).toContain(day);
    }
  });
});

test('a slice built again has the same bytes; a changed row does not', async () => {
  const bytes: (string | undefined)[] = [];
  for (const at of ['12:00:00.000', '12:00:00.000', '12:00:00.001']) {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    const ledger = await openLedger();
    await stands(ledger, 'web_events', day, [event(day, '11:50:00.000'), event(day, at, { event_id: 'e' })]);
    await build(ledger, 'sessions');
    bytes.push(await etag('sessions', day));
  }
  expect(bytes[1]).toBe(bytes[0]);
  expect(bytes[2]).not.toBe(bytes[0]);
});

test('a model of two inputs has slices on the days of either', async () => {
  lake = filesLake(join(folder, `lake-${String(files++)}`));
  const ledger = await openLedger();
  await stands(ledger, 'web_events', day, [event(day, '11:50:00.000')]);
  await stands(ledger, 'orders', addDays(day, 1), [{ ...order, landing_path: '/i/lea', landing_source: '(direct)' }]);
  await stands(ledger, 'influencer_deals', day, [deal(day)]);
  expect(await build(ledger, 'deal_landings')).toEqual([day, addDays(day, 1)]);
  await ledger.remove(lake, 'transform', tableNamed(catalog, 'orders'), addDays(day, 1), 'a test');
  expect(await build(ledger, 'deal_landings')).toEqual([]);
  expect([await etag('deal_landings', day), await etag('deal_landings', addDays(day, 1))]).toEqual([
    expect.any(String),
    undefined,
  ]);
});

test('a slice goes when the day’s first input has gone', async () => {
  lake = filesLake(join(folder, `lake-${String(files++)}`));
  const ledger = await openLedger();
  await stands(ledger, 'web_events', day, [event(day, '11:50:00.000')]);
  await build(ledger, 'sessions');
  await ledger.remove(lake, 'transform', tableNamed(catalog, 'web_events'), day, 'a test');
  expect(await build(ledger, 'sessions')).toEqual([]);
  expect(await etag('sessions', day)).toBeUndefined();
});

test('only the days that are asked for are looked at: what else is stale, or has lost its input, stays as it is', async () => {
  lake = filesLake(join(folder, `lake-${String(files++)}`));
  const ledger = await openLedger();
  const days = [day, addDays(day, 5), addDays(day, 10)];
  for (const of of days) await stands(ledger, 'web_events', of, [event(of, '11:50:00.000')]);
  const asked = { from: addDays(day, 4), to: addDays(day, 6) };
  expect(await build(ledger, 'sessions', undefined, asked)).toEqual([addDays(day, 5)]);
  expect(await build(ledger, 'sessions')).toEqual([day, addDays(day, 10)]);
  const before = await Promise.all(days.map((of) => etag('sessions', of)));
  for (const of of days) await ledger.remove(lake, 'transform', tableNamed(catalog, 'web_events'), of, 'a test');
  expect(await build(ledger, 'sessions', undefined, asked)).toEqual([]);
  expect(await Promise.all(days.map((of) => etag('sessions', of)))).toEqual([before[0], undefined, before[2]]);
  await build(ledger, 'sessions');
  expect(await Promise.all(days.map((of) => etag('sessions', of)))).toEqual([undefined, undefined, undefined]);
});

test('a table of the shop’s profile is looked at whatever days are asked for', async () => {
  lake = filesLake(join(folder, `lake-${String(files++)}`));
  const ledger = await openLedger();
  const asked = { from: addDays(day, 4), to: addDays(day, 6) };
  const built = await build(ledger, 'shop_costs', undefined, asked);
  expect(built.length).toBeGreaterThan(0);
  expect(built.filter((of) => of >= asked.from && of <= asked.to)).toEqual([]);
  // A slice that the profile no longer has goes, though its day was not asked for.
  await stands(ledger, 'shop_costs', '2020-01-01', []);
  await build(ledger, 'shop_costs', undefined, asked);
  expect(await etag('shop_costs', '2020-01-01')).toBeUndefined();
});

/** What of a table may change, and whether the bytes of its slices may then be others. */
const changes: readonly (readonly [what: string, rebuilds: boolean, change: (table: Table) => Table])[] = [
  ['its description', false, (table) => ({ ...table, description: 'Other words.' })],
  [
    'what is said or promised of its columns',
    false,
    (table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, comment: 'other', unique: 'error', required: true })),
    }),
  ],
  ['its columns', true, (table) => ({ ...table, columns: table.columns.filter(({ name }) => name !== 'os') })],
  [
    'the type of a column',
    true,
    (table) => ({
      ...table,
      columns: table.columns.map((column) => (column.name === 'os' ? { ...column, glueType: 'varchar(9)' } : column)),
    }),
  ],
  ['the order of its rows', true, (table) => ({ ...table, sort: ['started_at'] })],
  [
    'the days that it reads',
    true,
    (table) => ({
      ...table,
      reads: table.reads.map((input) => (input.table === 'web_events' ? { ...input, from: input.from - 1 } : input)),
    }),
  ],
];

describe('slices of a table that is declared otherwise now', () => {
  let ledger: LedgerType;
  beforeAll(async () => {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    ledger = await openLedger();
    await stands(ledger, 'web_events', day, [event(day, '12:00:00.000')]);
  });

  test.each(changes)('%s: they are built again: %s', async (_, rebuilds, change) => {
    await build(ledger, 'sessions');
    expect(await build(ledger, 'sessions', change)).toEqual(rebuilds ? [day] : []);
  });
});

/** Plans a model, where the distributed engine gets the slices of tables that read too much. */
async function planned(
  ledger: LedgerType,
  name: string,
  days?: DayRange,
  outgrown?: (bytes: number) => boolean,
  workers = 1,
) {
  const asked: number[] = [];
  const context = {
    profile: defaultProfile,
    lake,
    catalog,
    inputs: new Inputs(lake, profileInputs(defaultProfile)),
    engineVersion: '1',
    materialise: materialiseIn(join(folder, 'scratch'), warehouse),
    ...(outgrown && { outgrows: (_: string, bytes: number) => asked.push(bytes) > 0 && outgrown(bytes) }),
  };
  const step = new ModelStep(context, tableNamed(catalog, name));
  return { asked, step, plan: await step.plan({ ledger, listings: new Listings(lake), workers, days }) };
}

describe('a plan of a model', () => {
  let ledger: LedgerType;
  const days = [day, addDays(day, 1), addDays(day, 5)];
  beforeAll(async () => {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    ledger = await openLedger();
    for (const of of days) await stands(ledger, 'web_events', of, [event(of, '12:00:00.000')], 100);
  });

  test('tells of each slice what it is made from, and how many slices were looked at', async () => {
    const { plan } = await planned(ledger, 'sessions');
    expect(plan).toMatchObject({ step: 'model', table: 'sessions', slices: 3, orphans: [] });
    expect(plan.batches.map(({ slices }) => slices.map((one) => [one.day, one.reason]))).toEqual([
      days.map((of) => [of, 'never built']),
    ]);
    expect(plan.batches.map((batch) => [batch.step, batch.table, 'isOutgrown' in batch])).toEqual([
      ['model', 'sessions', false],
    ]);
    const ofEvents = plan.batches[0]?.slices[0]?.inputs.map(({ key }) => key).filter((key) => /web_events/u.test(key));
    expect(ofEvents).toEqual(days.slice(0, 2).map((of) => sliceKey(tableNamed(catalog, 'web_events'), of)));
  });

  test('counts the slices of the days that are asked for; one of the shop’s profile counts beside them while it is stale', async () => {
    const asked = { from: addDays(day, 1), to: addDays(day, 4) };
    expect((await planned(ledger, 'sessions', asked)).plan.slices).toBe(1);
    expect((await planned(ledger, 'shop', asked)).plan.slices).toBe(1);
    await build(ledger, 'shop');
    expect((await planned(ledger, 'shop', asked)).plan).toMatchObject({ slices: 0, batches: [] });
  });

  test('gives the distributed engine what reads too many bytes, over all of its windows', async () => {
    const { asked, plan, step } = await planned(ledger, 'sessions', undefined, (bytes) => bytes > 100);
    expect(asked).toEqual([200, 200, 100]);
    expect(plan.batches.map(({ isOutgrown }) => isOutgrown)).toEqual([true, true, undefined]);
    const [first] = plan.batches;
    if (first === undefined) throw new Error('Nothing was planned.');
    await expect(step.build(first)).rejects.toThrow('sessions was planned for a distributed engine, and there is none');
    // What the profile alone makes is small, whatever stands.
    expect((await planned(ledger, 'shop_costs', undefined, () => true)).asked).toEqual([]);
  });

  test('is refused where the schema does not say on whose days there are slices', async () => {
    const table = { ...tableNamed(catalog, 'sessions'), days: [] };
    const context = { profile: defaultProfile, lake, catalog, inputs: new Inputs(lake, profileInputs(defaultProfile)), engineVersion: '1', materialise: materialiseIn(folder, warehouse) }; // prettier-ignore
    await expect(
      new ModelStep(context, table).plan({ ledger, listings: new Listings(lake), workers: 1 }),
    ).rejects.toThrow('The schema of sessions does not say what it reads (sillage.reads).');
  });
});

test('two slices are two batches where they read too much for one, or enough for two workers, and else share one', async () => {
  const batchesOf = async (bytes: number, workers = 1) => {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    const ledger = await openLedger();
    const apart = [day, addDays(day, 5)];
    for (const of of apart) await stands(ledger, 'web_events', of, [event(of, '12:00:00.000')], bytes);
    return (await planned(ledger, 'sessions', undefined, undefined, workers)).plan.batches.length;
  };
  expect([await batchesOf(9 * 2 ** 20), await batchesOf(8 * 2 ** 20)]).toEqual([2, 1]);
  expect([await batchesOf(2 ** 18, 2), await batchesOf(2 ** 16, 2)]).toEqual([2, 1]);
});

describe('slices that are built together', () => {
  const [first, last] = [day, addDays(day, 2)];
  const days = [first, addDays(day, 1), last];
  let ledger: LedgerType;
  beforeEach(async () => {
    lake = filesLake(join(folder, `lake-${String(files++)}`));
    ledger = await openLedger();
    for (const of of days) {
      const times = Array.from({ length: 40 }, (_, i) => `${String(6 + (i % 12)).padStart(2, '0')}:${10 + i}:00.000`);
      const events = times.map((time, i) => event(of, time, { visitor_id: `v${i % 7}`, source: i % 3 ? 'a' : null }));
      await stands(ledger, 'web_events', of, events);
    }
  });

  test('have the bytes that each has alone', async () => {
    expect(await build(ledger, 'sessions')).toEqual(days);
    const together = await Promise.all(days.map((of) => etag('sessions', of)));
    for (const of of days) {
      await lake.delete(sliceKey(tableNamed(catalog, 'sessions'), of));
      expect(await build(ledger, 'sessions')).toEqual([of]);
    }
    expect(await Promise.all(days.map((of) => etag('sessions', of)))).toEqual(together);
    expect(new Set(together).size).toBe(days.length);
  });

  test('are whole or not there, where the batch ends in the middle; the next run builds what is missing', async () => {
    const whole = lake;
    const full = sliceKey(tableNamed(catalog, 'sessions'), days[1] ?? '');
    lake = {
      ...whole,
      putFile: (key, ...more) => (key === full ? Promise.reject(new Error('disk full')) : whole.putFile(key, ...more)),
    };
    await expect(build(ledger, 'sessions')).rejects.toThrow('disk full');
    const standing = await Promise.all(days.map((of) => etag('sessions', of)));
    expect(standing.map((one) => one !== undefined)).toEqual([true, false, false]);
    expect(days.map((of) => ledger.entry('sessions', of))).toEqual([undefined, undefined, undefined]);
    lake = whole;
    expect(await build(ledger, 'sessions')).toEqual(days);
    expect(await etag('sessions', first)).toBe(standing[0]);
    expect(await build(ledger, 'sessions')).toEqual([]);
  });
});

test('a model reads no records: what the ledger counts of them is unknown, not none', async () => {
  lake = filesLake(join(folder, `lake-${String(files++)}`));
  const ledger = await openLedger();
  await stands(ledger, 'web_events', day, [event(day, '12:00:00.000')]);
  await build(ledger, 'sessions');
  const entry = ledger.entry('sessions', day);
  expect(entry).toMatchObject({ rowsIn: null, rejected: null, duplicates: null, rowsOut: 1, outputEtag: await etag('sessions', day) }); // prettier-ignore
  expect(entry?.bytesOut).toBeGreaterThan(0);
});
