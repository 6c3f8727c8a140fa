import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { catalog, openWorkshop, type Workshop } from '../../athena/fixture.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { materialiseIn } from '../../localstack/embedded/warehouse/materialise.ts';
import { openEngine, parquetFiles, targetLiteral, type Engine, type Session } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { TableMaker, TableRequest } from '../shared/ports/warehouse.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { materialiseApart } from './materialise-apart.ts';
import { type Materialised, sliceRelation, sliceStatement, type SliceQuery } from './model.ts';
import { athenaSql, relationOf } from './relations.ts';

const day = '2026-03-10';
const table = tableNamed(catalog, 'sessions');
const events = tableNamed(catalog, 'web_events');

let folder: string;
let workshop: Workshop;
let engine: Engine;
let session: Session;
let warehouse: DuckdbWarehouse;
let sorting: DuckdbWarehouse;
let lake: Lake;
let scratch: Lake;
/** What the distributed engine was asked, and the tables that its catalogue has. */
let asked: string[];
let tables: Set<string>;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apart-'));
  workshop = await openWorkshop();
  engine = await openEngine({ threads: 1, memoryMb: 256, spill: folder });
  session = await engine.connect();
  lake = filesLake(join(folder, 'lake'));
  const path = join(folder, 'events.parquet');
  const rows = Array.from({ length: 9 }, (_, i) => ({
    dt: day,
    event_id: `e${i}`,
    event_name: 'page_view',
    visitor_id: `v${i % 4}`,
    is_bot: false,
    page_path: '/',
    device: 'mobile',
    event_at: `${day} 1${i}:00:00.000`,
  }));
  await workshop.write(events, rows, path);
  await lake.putFile(sliceKey(events, day), path);
  warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => lake.localPath(key, folder) });
  sorting = await duckdbWarehouse({ relations: [], resolve: (key) => scratch.localPath(key, folder) });
});
beforeEach(() => {
  scratch = filesLake(join(folder, `scratch-${runs++}`));
  asked = [];
  tables = new Set();
});
afterAll(async () => {
  session.close();
  engine.close();
  await Promise.all([workshop.close(), warehouse.close(), sorting.close()]);
  await rm(folder, { recursive: true });
});

const query = (keys: readonly string[]): SliceQuery => ({
  table,
  select: sliceStatement(table, athenaSql('sessions')),
  slices: [
    {
      day,
      relations: [
        sliceRelation(day),
        ...table.reads.map(
          (input) =>
          relationOf(tableNamed(catalog, input.table), keys.filter((key) => key.startsWith(`curated/${input.table}/`))), // prettier-ignore
        ),
      ],
    },
  ],
});
const full = query([sliceKey(events, day)]);

/** The one of a list that has one. */
async function only<T>(all: AsyncIterable<T>): Promise<T> {
  const found: T[] = [];
  for await (const one of all) found.push(one);
  const [one] = found;
  if (one === undefined || found.length > 1) throw new Error(`There are ${found.length}.`);
  return one;
}

/** The slice as this machine computes it. */
const local = (asks: SliceQuery) => only(materialiseIn(join(folder, 'here'), warehouse)(asks));

/** As a distributed engine does: several objects, in no order, by workers that know nothing of each other. */
async function spread({ select, relations, location }: TableRequest): Promise<number> {
  const path = join(folder, `made-${runs++}.parquet`);
  const { rows } = await only(warehouse.copyEach(select, [{ path, relations }], { orderBy: [] }));
  for (const worker of [0, 1, 2].slice(0, rows)) {
    const part = `${path}.${worker}`;
    await session.run(
      (
        `COPY (SELECT * FROM ${parquetFiles([path])} WHERE file_row_number % 3 = ${worker} ORDER BY session_id ` +
        `DESC) TO ${targetLiteral(part)} (FORMAT parquet)`
      ).replace('hive_partitioning = false', 'hive_partitioning = false, file_row_number = true'),
    );
    await scratch.put(`${location}${worker}-${Math.random()}`, await readFile(part));
  }
  return rows;
}

const maker = (make: (request: TableRequest) => Promise<number> = spread): TableMaker => ({
  async make(request) {
    asked.push(`make ${request.name}`);
    if (tables.has(request.name)) throw new Error(`Table ${request.name} already exists`);
    tables.add(request.name);
    return make(request);
  },
  async drop(name) {
    asked.push(`drop ${name}`);
    tables.delete(name);
  },
});

const apart =
  (made: TableMaker = maker()) =>
  (asks: SliceQuery) =>
    only(
      materialiseApart({
        maker: made,
        scratch,
        locationOf: (one) => one,
        here: materialiseIn(join(folder, 'here'), sorting),
      })(asks),
    );

const left = async (): Promise<string[]> => {
  const found: string[] = [];
  for await (const key of scratch.keys('')) found.push(key);
  return found;
};
const etagOf = async (held: Materialised, key: string) => (await held.putAs(lake, key)).etag;

describe('a slice that another engine computes', () => {
  test('has the bytes that it has here, and leaves nothing', async () => {
    const here = await local(full);
    const there = await apart()(full);
    expect(there.rows).toBe(here.rows);
    expect(here.rows).toBeGreaterThan(3);
    expect(await etagOf(there, 'there')).toBe(await etagOf(here, 'here'));
    expect([await left(), [...tables]]).toEqual([[], []]);
    expect(asked.map((one) => one.split(' ')[0])).toEqual(['drop', 'make', 'drop']);
  });

  test('is not read from the empty objects that mark folders', async () => {
    const marked = maker(async (request) => {
      await scratch.put(`${request.location}_mark`, '');
      return spread(request);
    });
    expect((await apart(marked)(full)).rows).toBe((await local(full)).rows);
  });

  test('may have no rows', async () => {
    const here = await local(query([]));
    const there = await apart()(query([]));
    expect([here.rows, there.rows]).toEqual([0, 0]);
    expect(await etagOf(there, 'none-there')).toBe(await etagOf(here, 'none-here'));
  });

  test('is named after itself: what a crash left is cleared by who tries again', async () => {
    const name = 'scratch_sessions_20260310';
    const crashed = apart(
      maker(async (request) => {
        await spread(request);
        // The process ends here: nothing is cleared.
        return new Promise<number>(() => undefined);
      }),
    )(full);
    void crashed;
    while ((await left()).length < 3) await new Promise((next) => setTimeout(next, 5));
    expect([...tables]).toEqual([name]);
    const there = await apart()(full);
    expect(there.rows).toBe((await local(full)).rows);
    expect([await left(), [...tables]]).toEqual([[], []]);
  });

  test('has a place of its own: what a query that was given up still writes is not taken for its rows', async () => {
    const late = maker(async (request) => {
      const rows = await spread(request);
      await spread({ ...request, location: `sessions/dt=${day}/of-a-try-before/` });
      return rows;
    });
    const here = await local(full);
    expect((await apart(late)(full)).rows).toBe(here.rows);
  });

  test.each([
    ['fewer', -1],
    ['more', 1],
  ])('is refused where its parts have %s rows than the engine told', async (_, difference) => {
    const wrong = maker(async (request) => (await spread(request)) - difference);
    const { rows } = await local(full);
    await expect(apart(wrong)(full)).rejects.toThrow(
      ` has ${rows - difference} rows, but its 3 parts have ${rows}. Nothing was written for sessions of 2026-03-10.`,
    );
    expect([await left(), [...tables]]).toEqual([[], []]);
  });

  test('tells why the engine failed, also where it cannot be cleared then', async () => {
    const broken = maker(() => Promise.reject(new Error('no slots')));
    let drops = 0;
    const drop = (name: string) => (drops++ === 0 ? broken.drop(name) : Promise.reject(new Error('cannot drop')));
    await expect(apart({ ...broken, drop })(full)).rejects.toThrow('no slots');
  });
});
