/** What of the ledger cannot be believed is named, with its reason, and done without; the rest of it stands. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { engineOfTests } from '../../../test/engine-of-tests.ts';
import { literal, type Session } from '../duckdb.ts';
import type { Lake } from '../ports/lake.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { readStandings, setAside } from './ledger-rows.ts';
import { ledgerRow } from './ledger.samples.ts';
import { Ledger } from './ledger.ts';

const catalog = loadCatalog();
let session: Session;
let folder: string;
engineOfTests('ledger-damage', (made) => ({ session, folder } = made));

const open = (lake: Lake) => Ledger.open(lake, catalog, session, folder);

/** A lake with one run a day, and the object of each. */
async function runs(days: readonly string[]): Promise<{ lake: Lake; keys: string[] }> {
  const lake = memoryLake();
  const keys: string[] = [];
  for (const slice of days) {
    const ledger = await open(lake);
    await ledger.add(ledgerRow(slice));
    await ledger.flush();
    for await (const { key } of lake.list('ops/pipeline_runs/')) if (!keys.includes(key)) keys.push(key);
  }
  return { lake, keys };
}

const days = ['2025-03-01', '2025-03-02', '2025-03-03'];

/** Rewrites an object with other values in it, as no run would. */
const rewritten = (change: string) => async (lake: Lake, key: string) => {
  const [from, to] = [await lake.localPath(key, folder), join(folder, 'rewritten.parquet')];
  await session.run(
    `COPY (SELECT * REPLACE (${change}) FROM read_parquet(${literal(from)}, hive_partitioning = false)) TO ` +
      `${literal(to)} (FORMAT parquet)`,
  );
  await lake.putFile(key, to);
};

test.each<readonly [what: string, harm: (lake: Lake, key: string) => Promise<unknown>, problem: unknown]>([
  [
    'an action that is none',
    rewritten("'sold' AS action"),
    'it has a row whose action is sold: damaged, or of another release',
  ],
  [
    'a row of no table',
    rewritten('CAST(NULL AS VARCHAR) AS table_name'),
    expect.stringMatching(/^it has a row whose table_name is .*: damaged, or of another release$/u),
  ],
  ["another run's row", rewritten("'another' AS run_id"), 'it has a row of another run, another'],
  ['a moment that is none', rewritten("'later' AS finished_at"), 'it has a row whose finished_at is later'],
  ['a day that is none', rewritten("'2025-02-30' AS slice"), 'it has a row whose slice is 2025-02-30'],
  ['a part that is none', rewritten("'4-of-4' AS part"), 'it has a row whose part is 4-of-4'],
  [
    'a slice that was built, and has no etag',
    rewritten('CAST(NULL AS VARCHAR) AS output_etag'),
    'it has a slice without the etag of its object',
  ],
  [
    'something else',
    (lake, key) => lake.put(key, 'no Parquet'),
    expect.stringMatching(/^it cannot be read \([^\n]{20,}\)$/u),
  ],
  [
    'other bytes than were written',
    async (lake, key) => lake.put(key, 'no Parquet', { metadata: (await lake.head(key))?.metadata ?? {} }),
    'its bytes are not those that were written',
  ],
])('an object that holds %s is damaged', async (_, harm, problem) => {
  const { lake, keys } = await runs(days);
  const [, second = ''] = keys;
  await harm(lake, second);
  const ledger = await open(lake);
  expect(ledger.damaged).toEqual([{ key: second, problem }]);
  expect(ledger.damaged[0]?.problem).not.toContain(folder);
  expect(ledger.days('orders')).toEqual(['2025-03-01', '2025-03-03']);
  expect(ledger.standings().keys).toEqual(keys.filter((key) => key !== second).toSorted());
});

test('a slice that was removed needs no etag', async () => {
  const { lake, keys } = await runs(days);
  await rewritten("'removed' AS action, CAST(NULL AS VARCHAR) AS output_etag")(lake, keys[1] ?? '');
  const ledger = await open(lake);
  expect(ledger.damaged).toEqual([]);
  expect(ledger.days('orders')).toEqual(['2025-03-01', '2025-03-03']);
});

test('several damaged objects are all named', async () => {
  const { lake, keys } = await runs(days);
  await lake.put(keys[0] ?? '', 'no Parquet');
  await rewritten("'sold' AS action")(lake, keys[2] ?? '');
  const ledger = await open(lake);
  expect(new Set(ledger.damaged.map(({ key }) => key))).toEqual(new Set([keys[0], keys[2]]));
  expect(ledger.days('orders')).toEqual(['2025-03-02']);
});

test('where each object can be read alone, the fault is none of theirs', async () => {
  const { lake } = await runs(days);
  let reads = 0;
  const failingOnce: Session = {
    ...session,
    rows: (sql, parameters) =>
      sql.includes('QUALIFY') && reads++ === 0
        ? Promise.reject(new Error('the engine has no memory left'))
        : session.rows(sql, parameters),
  };
  await expect(Ledger.open(lake, catalog, failingOnce, folder)).rejects.toThrow('the engine has no memory left');
});

test('a damaged object that is set aside keeps its bytes under a name of its own, and is in nobody’s way', async () => {
  const { lake, keys } = await runs(days);
  const [key = ''] = keys;
  await lake.put(key, 'no Parquet');
  await setAside(lake, { key, problem: 'it cannot be read' });
  const all: string[] = [];
  for await (const one of lake.keys('')) all.push(one);
  const aside = `ops/damaged/pipeline_runs/${key.slice('ops/pipeline_runs/'.length)}`;
  expect(all.toSorted()).toEqual([aside, ...keys.slice(1)].toSorted());
  expect(Buffer.from(await lake.get(aside)).toString()).toBe('no Parquet');
  expect((await open(lake)).damaged).toEqual([]);
});

test('who only reads is told of each slice that stands what the ledger knows', async () => {
  const lake = memoryLake();
  const ledger = await open(lake);
  await ledger.add(ledgerRow('2025-03-01', { bytes_out: 70, rejected: 3, output_etag: 'x' }));
  await ledger.add(ledgerRow('2025-03-02', { table_name: 'sessions', bytes_out: 0, rejected: null, output_etag: 'y' }));
  await ledger.add(ledgerRow('2025-03-03', { action: 'removed', output_etag: null }));
  await ledger.flush();
  const read = await readStandings(lake, tableNamed(catalog, 'pipeline_runs'), session, folder);
  const slices = [
    { table: 'orders', day: '2025-03-01', bytes: 70, etag: 'x', rejected: 3 },
    { table: 'sessions', day: '2025-03-02', bytes: 0, etag: 'y', rejected: 0 },
  ];
  const written: string[] = [];
  for await (const key of lake.keys('ops/pipeline_runs/')) written.push(key);
  for (const one of [read, ledger.standings(), (await open(lake)).standings()])
    expect({ ...one, slices: one.slices.toSorted((a, b) => (a.day < b.day ? -1 : 1)) }).toEqual({
      slices,
      keys: written,
      damaged: [],
    });
});
