import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { engineOfTests } from '../../../test/engine-of-tests.ts';
import fc from 'fast-check';
import { literal, type Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { sliceKey } from '../schema/slice-key.ts';
import type { PipelineRunsRow } from '../schema/rows.generated.ts';
import { ledgerRow } from './ledger.samples.ts';
import { newRunId } from './ledger-writer.ts';
import { Ledger } from './ledger.ts';
import { parquetRows } from '../parquet-rows.ts';

const catalog = loadCatalog();
let session: Session;
let folder: string;
engineOfTests('ledger', (made) => ({ session, folder } = made));

const open = (lake: Lake, startedAt?: Date) =>
  Ledger.open(lake, catalog, session, folder, startedAt && { runId: newRunId(startedAt) });
async function objects(lake: Lake): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of lake.list('ops/pipeline_runs/')) keys.push(key);
  return keys;
}
const days = (count: number) =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10));

test('what is added is known at once, and by the next run', async () => {
  const lake = memoryLake();
  const first = await open(lake, new Date('2025-03-01T09:59:00Z'));
  expect(first.entry('orders', '2025-01-05')).toBeUndefined();
  await first.add(ledgerRow('2025-01-05', { input_keys: [], rows_in: null, rejected: null, duplicates: null }));
  const known = {
    inputs: 'i',
    code: 'c',
    outputEtag: 'e',
    rowsIn: null,
    rowsOut: 1,
    rejected: null,
    duplicates: null,
    bytesOut: 10,
    finishedAt: '2025-03-01T10:00:01.500Z',
    runId: first.runId,
    reason: 'never built',
  };
  expect(first.entry('orders', '2025-01-05')).toEqual(known);
  await first.flush();
  await first.flush();
  expect(await objects(lake)).toEqual([`ops/pipeline_runs/dt=2025-03-01/${first.runId}-00000.parquet`]);
  expect(first.runId).toMatch(/^20250301T095900Z-[0-9a-f]{6}$/);
  expect((await open(lake)).entry('orders', '2025-01-05')).toEqual(known);
});

test('of several entries of a slice the newest counts, whatever the names of the objects', async () => {
  const lake = memoryLake();
  const at = (time: string, over: Partial<PipelineRunsRow> = {}) =>
    ledgerRow('2025-01-05', { finished_at: new Date(time), ...over });
  // Side by side: none has seen what the others write.
  const sideBySide = await Promise.all(
    (
      [
        ['2025-03-03T00:00:00Z', at('2025-03-03T10:00:00Z', { output_etag: 'newest' })],
        ['2025-03-09T00:00:00Z', at('2025-03-02T10:00:00Z', { output_etag: 'older' })],
        ['2025-03-01T00:00:00Z', at('2025-03-01T10:00:00Z', { output_etag: 'oldest' })],
      ] as const
    ).map(async ([startedAt, entry]) => ({ ledger: await open(lake, new Date(startedAt)), entry })),
  );
  for (const { ledger, entry } of sideBySide) {
    await ledger.add(entry);
    await ledger.flush();
  }
  expect((await open(lake)).entry('orders', '2025-01-05')?.outputEtag).toBe('newest');
});

test('what was built while the clock was ahead gives way to what is built once it is right', async () => {
  const lake = memoryLake();
  const ahead = await open(lake, new Date('2099-01-01T00:00:00Z'));
  const inFuture = { finished_at: new Date('2099-01-01T00:00:05Z') };
  await ahead.add(ledgerRow('2025-01-05', { ...inFuture, output_etag: 'ahead' }));
  await ahead.add(ledgerRow('2025-01-06', { ...inFuture, action: 'removed', output_etag: null }));
  await ahead.flush();
  const runs = [ahead.runId];
  for (const etag of ['first', 'second', 'third']) {
    const ledger = await open(lake);
    runs.push(ledger.runId);
    for (const day of ['2025-01-05', '2025-01-06']) {
      await ledger.add(ledgerRow(day, { finished_at: new Date(), output_etag: `never read ${etag}` }));
      await ledger.add(ledgerRow(day, { finished_at: new Date(), output_etag: etag }));
    }
    await ledger.flush();
    const after = await open(lake);
    expect(['2025-01-05', '2025-01-06'].map((day) => after.entry('orders', day)?.outputEtag)).toEqual([etag, etag]);
  }
  // The checks of the last run are found by its name.
  expect(runs.toSorted()).toEqual(runs);
});

test('a slice that is removed is gone, with its object, and may come back', async () => {
  const lake = memoryLake();
  const orders = tableNamed(catalog, 'orders');
  const ledger = await open(lake);
  await lake.put(sliceKey(orders, '2025-01-05'), 'x');
  await ledger.add(ledgerRow('2025-01-05'));
  await ledger.add(ledgerRow('2025-01-06'));
  await ledger.remove(lake, 'transform', orders, '2025-01-05', 'no input');
  await ledger.flush();
  expect(await lake.head(sliceKey(orders, '2025-01-05'))).toBeUndefined();
  for (const one of [ledger, await open(lake)])
    expect([one.entry('orders', '2025-01-05'), one.days('orders')]).toEqual([undefined, ['2025-01-06']]);
  const next = await open(lake);
  await next.add(ledgerRow('2025-01-05', { finished_at: new Date(Date.now() + 60_000) }));
  await next.flush();
  expect((await open(lake)).days('orders')).toEqual(['2025-01-05', '2025-01-06']);
});

test("a table whose name begins another's has its own days", async () => {
  const ledger = await open(memoryLake());
  await ledger.add(ledgerRow('2025-01-05'));
  await ledger.add(ledgerRow('2025-01-06', { table_name: 'orders_of_others' }));
  expect(ledger.days('orders')).toEqual(['2025-01-05']);
});

test('of a run that crashes 64 slices at most are built again', async () => {
  const lake = memoryLake();
  const ledger = await open(lake);
  for (const [n, day] of days(130).entries()) {
    await ledger.add(ledgerRow(day));
    const written = [1, 5, 21, 85].filter((rows) => rows <= n + 1).length;
    expect([n, (await objects(lake)).length]).toEqual([n, written]);
  }
});

test('rows are written in batches, each once, by workers side by side', async () => {
  const lake = memoryLake();
  const ledger = await open(lake, new Date('2025-03-01T00:00:00Z'));
  await Promise.all(days(150).map((day) => ledger.add(ledgerRow(day))));
  await ledger.flush();
  const paths = await Promise.all((await objects(lake)).map((key) => lake.localPath(key, folder)));
  const found = await session.rows(
    `SELECT CAST(slice AS VARCHAR) AS slice FROM read_parquet([${paths.map(literal).join(', ')}]) ORDER BY slice`,
  );
  expect(found.map((one) => one['slice'])).toEqual(days(150));
});

test('a run that is killed again and again gets on each time, and its first rows are not an object each', async () => {
  const lake = memoryLake();
  const todo = days(200);
  const missing = async () => {
    const ledger = await open(lake);
    return todo.filter((day) => ledger.entry('orders', day) === undefined);
  };
  // Killed after three slices: nothing flushes.
  for (let kills = 0; kills < 5; kills++) {
    const left = await missing();
    const killed = await open(lake, new Date(Date.UTC(2025, 2, 1, kills)));
    for (const day of left.slice(0, 3)) await killed.add(ledgerRow(day));
    expect((await missing()).length).toBeLessThan(left.length);
  }
  const before = (await objects(lake)).length;
  const last = await open(lake, new Date('2025-03-02T00:00:00Z'));
  for (const day of await missing()) await last.add(ledgerRow(day));
  await last.flush();
  expect(await missing()).toEqual([]);
  expect((await objects(lake)).length - before).toBeLessThanOrEqual(3 + Math.ceil(200 / 64));
});

test('a run that works past midnight keeps all its rows in the partition of its day', async () => {
  const lake = memoryLake();
  const ledger = await open(lake, new Date('2025-03-01T23:59:00Z'));
  await ledger.add(ledgerRow('2025-01-05', { finished_at: new Date('2025-03-02T00:01:00Z') }));
  await ledger.flush();
  const [key = ''] = await objects(lake);
  expect(key).toContain('/dt=2025-03-01/');
  expect(
    await session.rows(
      `SELECT CAST(dt AS VARCHAR) AS dt FROM read_parquet(${literal(await lake.localPath(key, folder))}, ` +
        'hive_partitioning = false)',
    ),
  ).toEqual([{ dt: '2025-03-01' }]);
});

test('days and their parts are told as they come and go, and by the next run', async () => {
  const lake = memoryLake();
  const ledger = await open(lake);
  const told = (of: Ledger) =>
    of.days('orders').map((day) => {
      const parts = of.entries('orders', day).map(({ part = 'whole' }) => part);
      return [day, parts.toSorted().join(' '), of.whole('orders', day).length];
    });
  expect(told(ledger)).toEqual([]);
  await ledger.add(ledgerRow('2025-01-06', { part: '0-of-2' }));
  expect(told(ledger)).toEqual([['2025-01-06', '0-of-2', 0]]);
  await ledger.add(ledgerRow('2025-01-06', { part: '1-of-2' }));
  await ledger.add(ledgerRow('2025-01-05'));
  const both = [
    ['2025-01-05', 'whole', 1],
    ['2025-01-06', '0-of-2 1-of-2', 2],
  ];
  expect(told(ledger)).toEqual(both);
  await ledger.flush();
  const next = await open(lake);
  expect(told(next)).toEqual(both);
  await next.add(ledgerRow('2025-01-05', { action: 'removed', output_etag: null }));
  expect(told(next)).toEqual(both.slice(1));
});

test('where the lake fails, nothing is lost: what was held back is written with the next batch', async () => {
  const lake = memoryLake();
  let failures = 2;
  const failing: Lake = {
    ...lake,
    put: async (...given) => {
      if (failures-- > 0) throw new Error('the disk is full');
      return lake.put(...given);
    },
  };
  const ledger = await open(failing);
  await expect(ledger.add(ledgerRow('2025-01-05'))).rejects.toThrow('the disk is full');
  await expect(ledger.add(ledgerRow('2025-01-06'))).rejects.toThrow('the disk is full');
  await ledger.add(ledgerRow('2025-01-07'));
  await ledger.flush();
  expect((await open(lake)).days('orders')).toEqual(['2025-01-05', '2025-01-06', '2025-01-07']);
  expect(await objects(lake)).toHaveLength(1);
});

describe('rows that TypeScript writes', () => {
  const table = tableNamed(catalog, 'pipeline_runs');
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const count = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
  const moment = fc.date({
    min: new Date('1969-12-30T00:00:00Z'),
    max: new Date('2099-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const any = fc.record({
    reason: text,
    input_keys: fc.array(text, { maxLength: 4 }),
    rows_in: count,
    output_etag: fc.oneof(fc.constant(null), text),
    started_at: moment,
    slice: moment.map((date) => date.toISOString().slice(0, 10)),
  });

  test('are what DuckDB reads', async () => {
    const lake = memoryLake();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 60 }), async (rows) => {
        const key = `ops/pipeline_runs/dt=2025-01-01/${n++}.parquet`;
        await lake.put(
          key,
          await parquetRows(
            table,
            rows.map((one) => ({
              ...ledgerRow(one.slice),
              ...one,
              run_id: 'r',
              slice: new Date(one.slice),
              dt: new Date('2025-01-01'),
            })),
          ),
        );
        const read = await session.rows(
          'SELECT reason, input_keys, rows_in, output_etag, epoch_ms(started_at) AS started_at, CAST(slice ' +
            `AS VARCHAR) AS slice FROM read_parquet(${literal(await lake.localPath(key, folder))})`,
        );
        expect(read).toEqual(
          rows.map((one) => ({
            ...one,
            rows_in: one.rows_in === null ? null : String(one.rows_in),
            started_at: String(one.started_at.getTime()),
          })),
        );
      }),
      { numRuns: 40, seed: 20250110 },
    );
  });

  test('also beyond the rows of one group', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      ...ledgerRow('2025-01-05'),
      run_id: `r${i}`,
      rows_in: i,
      input_keys: Array.from({ length: i % 4 }, (__, j) => `${i}@${j}`),
      slice: new Date('2025-01-05'),
      dt: new Date('2025-01-01'),
    }));
    const lake = memoryLake();
    await lake.put('a.parquet', await parquetRows(table, rows));
    const read = await session.rows(
      `SELECT run_id, rows_in, input_keys FROM read_parquet(${literal(await lake.localPath('a.parquet', folder))})`,
    );
    expect(read).toEqual(
      rows.map(({ run_id, rows_in, input_keys }) => ({ run_id, rows_in: String(rows_in), input_keys })),
    );
  });

  test('are refused where parquetjs would round them', async () => {
    await expect(parquetRows(tableNamed(catalog, 'fx_rates'), [])).rejects.toThrow(
      'parquetjs does not write decimal correctly',
    );
  });
});

describe('the snapshot', () => {
  const runs = 24;
  /** A lake in which each run built the same slices again, and removed one of them in the end. */
  async function long(compacting: boolean): Promise<Lake> {
    const lake = memoryLake();
    for (let n = 0; n < runs; n++) {
      const startedAt = new Date(Date.UTC(2025, 0, 1 + n));
      const ledger = await open(lake, startedAt);
      for (const [i, day] of days(5).entries())
        await ledger.add(
          ledgerRow(day, { output_etag: `${n}-${i}`, finished_at: new Date(startedAt.getTime() + 1000 + i) }),
        );
      if (n === runs - 1)
        await ledger.add(
          ledgerRow('2024-01-02', {
            action: 'removed',
            output_etag: null,
            finished_at: new Date(startedAt.getTime() + 9000),
          }),
        );
      await ledger.flush();
      if (compacting) await ledger.compact(session, folder);
    }
    return lake;
  }
  /** Each is made once; a test has a copy of its own. */
  const made = new Map<boolean, Promise<Lake>>();
  async function copyOf(compacting: boolean): Promise<Lake> {
    const lake = await (made.get(compacting) ?? made.set(compacting, long(compacting)).get(compacting));
    const copy = memoryLake();
    for await (const key of lake?.keys('') ?? [])
      await copy.put(key, (await lake?.get(key)) ?? '', { metadata: (await lake?.head(key))?.metadata ?? {} });
    return copy;
  }
  const known = async (lake: Lake) => {
    const ledger = await open(lake);
    return {
      days: ledger.days('orders'),
      etags: days(5).map((day) => ledger.entry('orders', day)?.outputEtag),
      keys: ledger.standings().keys,
      damaged: ledger.damaged,
    };
  };
  /** A lake that counts which objects are read. */
  const counted = (lake: Lake): { lake: Lake; read: Set<string> } => {
    const read = new Set<string>();
    const noted =
      <T>(work: (key: string) => T) =>
      (key: string): T => {
        read.add(key);
        return work(key);
      };
    return {
      read,
      lake: {
        ...lake,
        head: noted((key) => lake.head(key)),
        get: noted((key) => lake.get(key)),
        localPath: (key, scratch) => noted((one) => lake.localPath(one, scratch))(key),
      },
    };
  };

  test('is made anew by the seventeenth object that it does not cover', async () => {
    const lake = memoryLake();
    const isThere = async () => (await lake.head('ops/ledger/snapshot.parquet')) !== undefined;
    for (let n = 1; n <= 17; n++) {
      const ledger = await open(lake, new Date(Date.UTC(2025, 0, n)));
      await ledger.add(
        ledgerRow('2024-01-01', { output_etag: String(n), finished_at: new Date(Date.UTC(2025, 0, n)) }),
      );
      await ledger.flush();
      await ledger.compact(session, folder);
      expect([n, await isThere()]).toEqual([n, n === 17]);
    }
    expect(await readdir(folder)).not.toContain('ledger-snapshot.parquet');
    await lake.delete('ops/ledger/snapshot.parquet');
    await (await open(lake)).compact(session, folder);
    expect(await isThere()).toBe(true);
  });

  test('says what all the objects say, and only a few are read beside it', async () => {
    const [plain, compacted] = [await copyOf(false), await copyOf(true)];
    const [expected, found] = [await known(plain), await known(compacted)];
    expect(found).toEqual({ ...expected, keys: expect.arrayContaining([expect.any(String)]) });
    expect(found.keys.length).toBeGreaterThanOrEqual(runs);
    expect(found.etags).toEqual(['23-0', undefined, '23-2', '23-3', '23-4']);
    const watched = counted(compacted);
    await open(watched.lake);
    expect(watched.read.size).toBeLessThanOrEqual(18);
    expect(watched.read).toContain('ops/ledger/snapshot.parquet');
  });

  async function putOfAnotherRelease(lake: Lake): Promise<void> {
    const path = join(folder, 'other.parquet');
    const covered = JSON.stringify(await objects(lake));
    await session.run(
      `COPY (SELECT 'orders' AS table_name, 5 AS novelty) TO ${literal(path)} (FORMAT parquet, KV_METADATA { ` +
        `covered: ${literal(covered)} })`,
    );
    await lake.putFile('ops/ledger/snapshot.parquet', path);
  }

  test.each<readonly [string, (lake: Lake) => Promise<unknown>]>([
    ['gone', (lake) => lake.delete('ops/ledger/snapshot.parquet')],
    [
      'of other bytes',
      async (lake) =>
        lake.put('ops/ledger/snapshot.parquet', 'no Parquet', {
          metadata: (await lake.head('ops/ledger/snapshot.parquet'))?.metadata ?? {},
        }),
    ],
    ['something else', (lake) => lake.put('ops/ledger/snapshot.parquet', 'no Parquet')],
    ['of another release', putOfAnotherRelease],
  ])('that is %s is done without', async (_, harm) => {
    const [plain, lake] = [await copyOf(false), await copyOf(true)];
    const expected = await known(plain);
    await harm(lake);
    expect(await known(lake)).toEqual({ ...expected, keys: expect.arrayContaining([expect.any(String)]) });
  });

  test('that is of another release hides none of the objects that it covers', async () => {
    const lake = memoryLake();
    for (const day of days(3)) {
      const ledger = await open(lake);
      await ledger.add(ledgerRow(day));
      await ledger.flush();
    }
    await putOfAnotherRelease(lake);
    const read = await open(lake);
    expect(read.days('orders')).toEqual(days(3));
    expect(read.standings().keys).toEqual(await objects(lake));
  });

  test('knows the slices of an object that is taken away after it, and does not name that object', async () => {
    const lake = await copyOf(true);
    const before = await known(lake);
    const [gone = ''] = await objects(lake);
    await lake.delete(gone);
    expect(await known(lake)).toEqual({ ...before, keys: before.keys.filter((key) => key !== gone) });
  });
});
