import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { athenaSql, relationOf } from '../model/relations.ts';
import type { QueriesTogether, Relation } from '../shared/ports/warehouse.ts';
import { literal, openEngine, type Engine, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { loadCatalog, type Catalog } from '../shared/schema/catalog.ts';
import { parseTable } from '../shared/schema/table-document.ts';
import { checkedDaysKey } from '../shared/schema/ops-keys.ts';
import { duckdbType } from '../shared/schema/types.ts';
import type { NamedSlice } from '../shared/slices/ledger-rows.ts';
import { checksOf } from './checks.ts';
import { check } from './check.ts';

const house = loadCatalog();

const column = (Name: string, Type: string, Parameters: Readonly<Record<string, string>> = {}) => ({
  Name,
  Type,
  Comment: '',
  Parameters,
});
const tableOf = (Name: string, primaryKey: string, Columns: readonly object[]) =>
  parseTable(
    'curated',
    JSON.stringify({
      Name,
      Description: '',
      TableType: 'EXTERNAL_TABLE',
      Parameters: { 'sillage.primary_key': primaryKey },
      PartitionKeys: [{ Name: 'dt', Type: 'date', Comment: 'day' }],
      StorageDescriptor: { Columns },
    }),
  );
const catalog: Catalog = new Map([
  ...[...house].filter(([, table]) => table.zone === 'ops'),
  [
    'things',
    tableOf('things', 'thing_id', [
      column('thing_id', 'string', { required: 'true', unique: 'true', pattern: '^[a-z]{1,2}[0-9]$' }),
      column('kind', 'string', { accepted: '["a","it\'s"]' }),
      column('size', 'int', { accepted: '["1","2"]' }),
      column('price', 'decimal(18,2)', { min: '0', max: '10' }),
      column('owner', 'string', { references: 'owners.owner_id' }),
    ]),
  ],
  ['owners', tableOf('owners', 'owner_id', [column('owner_id', 'string', { required: 'true', unique: 'true' })])],
  ['guests', tableOf('guests', 'guest_id', [column('guest_id', 'string', {})])],
  ['stays', tableOf('stays', 'stay_id', [column('stay_id', 'string', { references: 'guests.guest_id' })])],
  ['daily', tableOf('daily', 'name', [column('name', 'string', { required: 'true' })])],
]);

/** Rows of each table, and how many of them break each promise. */
const content: Readonly<Record<string, string>> = {
  things: `VALUES ('a1', 'a', 1, 0.00, 'o1', DATE '2025-01-05'), ('b2', 'it''s', 2, 10.00, NULL, DATE '2025-01-05'), (NULL, 'b', 3, -0.01, 'o9', DATE '2025-01-06'),
    ('a1', NULL, NULL, 10.01, 'o2', DATE '2025-01-06'), ('a1', 'A', 1, NULL, 'o8', DATE '2025-01-07'), ('NOT', 'a', 1, 1.00, 'o1', DATE '2025-01-07')`,
  owners: "VALUES ('o1', DATE '2025-01-05'), ('o2', DATE '2025-01-05')",
  guests: "SELECT 'g', DATE '2025-01-05' WHERE false",
  stays: "VALUES ('s', DATE '2025-01-05')",
  daily:
    "VALUES ('x', DATE '2025-01-05'), ('x', DATE '2025-01-06'), ('y', DATE '2025-01-06'), ('y', DATE '2025-01-06')",
};
const planted: Readonly<Record<string, readonly [failures: number, checked: number]>> = {
  'things.thing_id:required': [1, 6],
  'things.thing_id:pattern': [1, 6],
  'things.thing_id:unique': [2, 5],
  'things.kind:accepted': [2, 6],
  'things.size:accepted': [1, 6],
  'things.price:min': [1, 6],
  'things.price:max': [1, 6],
  'things.owner:references': [2, 5],
  'owners.owner_id:required': [0, 2],
  'owners.owner_id:unique': [0, 2],
  'guests.guest_id+dt:unique': [0, 0],
  'stays.stay_id+dt:unique': [0, 1],
  // Nobody sends guests: no stay can be held against them.
  'stays.stay_id:references': [0, 0],
  'daily.name:required': [0, 4],
  'daily.name+dt:unique': [1, 4],
};

let engine: Engine;
let session: Session;
let folder: string;
let warehouse: DuckdbWarehouse;
let empty: DuckdbWarehouse;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(folder, 'spill') });
  session = await engine.connect();
  for (const [name, rows] of Object.entries(content)) {
    const columns = [
      ...(catalog.get(name)?.columns ?? []).map((one) => `CAST(${one.name} AS ${duckdbType(one.type)}) AS ${one.name}`),
      'dt',
    ].join(', ');
    await session.run(
      `COPY (SELECT ${columns} FROM (${rows}) AS ` +
        `t(${[...(catalog.get(name)?.columns ?? []).map((one) => one.name), 'dt'].join(', ')})) TO ` +
        `${literal(join(folder, `${name}.parquet`))} (FORMAT parquet)`,
    );
  }
  const relations = (full: boolean, of: Catalog) =>
    [...of.values()]
      .filter((table) => table.zone !== 'raw')
      .map((table): Relation =>
        table.isView
          ? { name: table.name, kind: 'view', sql: athenaSql(table.name) }
          : relationOf(table, full && table.name in content ? [`${table.name}.parquet`] : []),
      );
  warehouse = await duckdbWarehouse({
    relations: relations(true, catalog),
    resolve: (key) => join(folder, key),
    threads: 1,
  });
  empty = await duckdbWarehouse({
    relations: relations(false, house),
    resolve: (key) => join(folder, key),
    threads: 1,
  });
});
afterAll(async () => {
  await warehouse.close();
  await empty.close();
  session.close();
  engine.close();
  await rm(folder, { recursive: true });
});

describe('check', () => {
  test('counts the rows that break each promise, and keeps what it found', async () => {
    const lake = memoryLake();
    const results = await check(lake, catalog, warehouse, 'run-1');
    expect(Object.fromEntries(results.map((one) => [one.check_name, [one.failures, one.checked]]))).toEqual(planted);
    expect(results.filter((one) => one.severity === 'warning').map((one) => one.check_name)).toEqual([
      'things.owner:references',
      'stays.stay_id:references',
    ]);
    const keys: string[] = [];
    for await (const { key } of lake.list('')) keys.push(key);
    expect(keys).toEqual([expect.stringMatching(/^ops\/check_results\/dt=\d{4}-\d\d-\d\d\/run-1\.parquet$/)]);
    const kept = await session.rows(
      `SELECT check_name, failures, checked FROM read_parquet(${literal(await lake.localPath(keys[0] ?? '', folder))}, hive_partitioning = false)`,
    );
    expect(
      Object.fromEntries(kept.map((row) => [row['check_name'], [Number(row['failures']), Number(row['checked'])]])),
    ).toEqual(planted);
  });

  test('each check says alone what all of a table say together', async () => {
    for (const one of checksOf(catalog)) {
      const answer = await warehouse.query(one.sql);
      expect({
        name: one.name,
        columns: answer.columns.map(({ name }) => name),
        rows: answer.rows.map((row) => row.map(Number)),
      }).toEqual({ name: one.name, columns: ['failures', 'checked'], rows: [planted[one.name]] });
    }
  });
});

describe('a day that stands as it did', () => {
  const days = ['2025-01-05', '2025-01-06', '2025-01-07'];
  const standing = (etags: readonly string[]): NamedSlice[] =>
    etags.flatMap((etag, n) =>
      etag === '' ? [] : { table: 'things', day: days[n] ?? '', bytes: 1, etag, rejected: 0 },
    );
  const first = standing(['x', 'y', 'z']);

  /** The counts of things, and what was asked of them day by day. */
  async function checked(lake: Lake, slices: readonly NamedSlice[], of: Catalog = catalog, by = 'DuckDB') {
    const asked: string[] = [];
    const listening: QueriesTogether = {
      queryAll: (selects) => {
        asked.push(...selects.filter((sql) => /^SELECT dt, (?!count\(thing_id\))/.test(sql)));
        return warehouse.queryAll(selects);
      },
    };
    const results = await check(lake, of, listening, 'run-1', { slices, remembering: { worth: 0, engine: by } });
    const counts = results.map((one): [string, number[]] => [one.check_name, [one.failures, one.checked]]);
    return { asked, counts: Object.fromEntries(counts) };
  }
  /** A lake in which the checks were made once. */
  async function after(slices: readonly NamedSlice[]): Promise<Lake> {
    const lake = memoryLake();
    await checked(lake, slices);
    return lake;
  }

  test('is not read again, and counts as before', async () => {
    const lake = memoryLake();
    expect(await checked(lake, first)).toEqual({ asked: [expect.not.stringContaining('WHERE')], counts: planted });
    const before = await lake.head(checkedDaysKey);
    expect(await checked(lake, first)).toEqual({ asked: [], counts: planted });
    expect(await lake.head(checkedDaysKey)).toEqual(before);
  });

  test('and the others are: of the days that have changed, or are new, alone', async () => {
    const lake = await after(standing(['old', 'y', 'z']));
    const { asked, counts } = await checked(lake, standing(['new', 'y', 'other']));
    expect(asked).toEqual([expect.stringContaining("WHERE dt IN (DATE '2025-01-05', DATE '2025-01-07') GROUP BY dt")]);
    expect(counts).toEqual(planted);
  });

  test('and one that is gone counts no more', async () => {
    const { counts } = await checked(await after(first), standing(['x', '', 'z']));
    // Rows of the sixth: one without an id, of another kind and size and below 0; one above 10.
    expect(counts).toMatchObject({
      'things.thing_id:required': [0, 4],
      'things.thing_id:pattern': [1, 4],
      'things.kind:accepted': [1, 4],
      'things.size:accepted': [0, 4],
      'things.price:min': [0, 4],
      'things.price:max': [0, 4],
    });
  });

  test('is read again where more is promised, or what is remembered is not as it was written', async () => {
    const lake = await after(first);
    const more = tableOf('things', 'thing_id', [
      ...['thing_id', 'kind', 'owner'].map((name) => column(name, 'string', { required: 'true' })),
      column('size', 'int'),
      column('price', 'decimal(18,2)'),
    ]);
    const { asked, counts } = await checked(lake, first, new Map([...catalog, ['things', more]]));
    expect(asked).toHaveLength(2);
    expect(counts).toMatchObject({
      'things.kind:required': [1, 6],
      'things.owner:required': [1, 6],
      'things.thing_id+dt:unique': [0, 6],
    });
    const text = (await lake.get(checkedDaysKey)).toString('utf8');
    for (const broken of [text.replace(/"checked":\[2/, '"checked":[7'), 'nothing', '{"tables":{}}']) {
      expect(broken).not.toBe(text);
      await lake.put(checkedDaysKey, Buffer.from(broken));
      expect(await checked(lake, first)).toEqual({ asked: [expect.anything()], counts: planted });
    }
  });

  test('is read again by another engine: what is promised may mean something else there', async () => {
    const lake = await after(first);
    expect(await checked(lake, first, catalog, 'DuckDB of another release')).toEqual({
      asked: [expect.not.stringContaining('WHERE')],
      counts: planted,
    });
  });

  test('is remembered of large tables alone', async () => {
    const lake = memoryLake();
    await check(lake, catalog, warehouse, 'run-1', { slices: first });
    expect(await lake.head(checkedDaysKey)).toBeUndefined();
  });
});

describe('the checks of the house', () => {
  const checks = checksOf(house);

  test('are portable SQL, and find nothing in a lake where there is nothing', async () => {
    const results = await check(memoryLake(), house, empty, 'run-2');
    expect(results).toHaveLength(checks.length);
    expect(results.filter((one) => one.failures !== 0 || one.checked !== 0)).toEqual([]);
    for (const one of checks) expect((await empty.query(one.sql)).rows.map((row) => row.map(Number))).toEqual([[0, 0]]);
  });

  test('have names of their own, and every table that is made has its key checked', () => {
    expect(new Set(checks.map((one) => one.name)).size).toBe(checks.length);
    const made = [...house.values()].filter((table) => !table.isView && ['curated', 'marts'].includes(table.zone));
    expect(
      made
        .map((table) => table.name)
        .filter((name) => !checks.some((one) => one.table === name && one.name.endsWith(':unique'))),
    ).toEqual([]);
    const promised = made.flatMap((table) =>
      table.columns.flatMap((one) => [
        ...(one.required ? [`${table.name}.${one.name}:required`] : []),
        ...(one.accepted ? [`${table.name}.${one.name}:accepted`] : []),
        ...(one.min === undefined ? [] : [`${table.name}.${one.name}:min`]),
        ...(one.max === undefined ? [] : [`${table.name}.${one.name}:max`]),
        ...(one.pattern === undefined ? [] : [`${table.name}.${one.name}:pattern`]),
        ...(one.unique ? [`${table.name}.${one.name}:unique`] : []),
        ...(one.references ? [`${table.name}.${one.name}:references`] : []),
      ]),
    );
    expect(promised.filter((name) => !checks.some((one) => one.name === name))).toEqual([]);
  });
});
