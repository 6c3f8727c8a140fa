import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Narrowed, Relation } from '../../../lambdas/shared/ports/warehouse.ts';
import { type Copy, shared } from './copy-each.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from './duckdb-warehouse.ts';
import { copyTo } from '../../../test/copy-to.ts';

let folder = '';
let warehouse: DuckdbWarehouse;
const keys = ['dt=01.parquet', 'dt=02.parquet', 'dt=03.parquet', 'dt=04.parquet'];
const columns = [
  { name: 'n', type: 'bigint' },
  { name: 'part', type: 'double' },
  { name: 'words', type: 'varchar' },
];

const tableOf = (seen: readonly string[], name = 'days'): Relation => ({ name, kind: 'table', columns, keys: seen });
const sliceOf = (n: number): Relation => ({ name: 'slice', kind: 'view', sql: `SELECT CAST(${n} AS bigint) AS own` });
const copyOf = (name: string, ...relations: Relation[]): Copy => ({ path: join(folder, name), relations });
const select = `SELECT own, n % 5 AS k, count(*) AS rows_of_it, sum(part) AS parts
  FROM days CROSS JOIN slice WHERE words IS NOT NULL GROUP BY own, n % 5`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copy-each-'));
  warehouse = await duckdbWarehouse({ relations: [], resolve: (key) => join(folder, key) });
  for (const [i, key] of keys.entries())
    await copyTo(
      warehouse,
      `SELECT n, 1E0 / n AS part, 'w' AS words FROM UNNEST(sequence(1, ${1000 + i})) AS t(n)`,
      join(folder, key),
      { orderBy: ['n'] },
    );
});
afterAll(async () => {
  await warehouse.close();
  await rm(folder, { recursive: true });
});

const written = async (copies: readonly Copy[], text = select, narrowed?: Narrowed): Promise<number[]> => {
  const rows: number[] = [];
  for await (const one of warehouse.copyEach(text, copies, { orderBy: ['k'], narrowed })) rows.push(one.rows);
  return rows;
};

describe('several files of one statement', () => {
  const windows = [keys.slice(0, 2), keys.slice(1, 4), keys.slice(3), []];

  test('each see their own window, and have the bytes that each has alone', async () => {
    const together = windows.map((seen, n) => copyOf(`together-${n}`, tableOf(seen), sliceOf(n)));
    expect(await written(together)).toEqual([5, 5, 5, 0]);
    for (const [n, seen] of windows.entries()) {
      await written([copyOf(`alone-${n}`, tableOf(seen), sliceOf(n))]);
      expect(await readFile(join(folder, `together-${n}`))).toEqual(await readFile(join(folder, `alone-${n}`)));
    }
    const reader = await duckdbWarehouse({
      relations: [{ name: 'made', kind: 'table', columns: [{ name: 'own', type: 'bigint' }, { name: 'rows_of_it', type: 'bigint' }], keys: ['together-1'] }], // prettier-ignore
      resolve: (key) => join(folder, key),
    });
    const { rows } = await reader.query('SELECT own, sum(rows_of_it) FROM made GROUP BY own');
    await reader.close();
    expect(rows).toEqual([[1, 1001 + 1002 + 1003]]);
  });

  test('are written as they are asked for, and no part of one is left where nobody asks on', async () => {
    const copies = windows.map((seen, n) => copyOf(`asked-${n}`, tableOf(seen), sliceOf(n)));
    for await (const { path } of warehouse.copyEach(select, copies, { orderBy: ['k'] }))
      if (path.endsWith('asked-1')) break;
    expect((await readdir(folder)).filter((name) => name.startsWith('asked'))).toEqual(['asked-0', 'asked-1']);
  });

  test('hold of a narrowed relation only the rows with its values, also over windows', async () => {
    const copies = windows.map((seen, n) => copyOf(`narrowed-${n}`, tableOf(seen), sliceOf(n)));
    const narrowed = { relation: 'days', values: "SELECT n FROM days WHERE n <= 3 AND words = 'w'" };
    expect(await written(copies, select, narrowed)).toEqual([3, 3, 3, 0]);
    const two = { ...narrowed, values: 'SELECT n, part FROM days' };
    await expect(written(copies, select, two)).rejects.toThrow('Not one column');
  });

  test('are none where nothing is asked for', async () => {
    expect(await written([])).toEqual([]);
  });

  test('are refused as one is', async () => {
    const copies = [0, 1].map((n) => copyOf(`refused-${n}`, tableOf(keys), sliceOf(n)));
    await expect(written(copies, 'SELECT n::integer AS k FROM days')).rejects.toMatchObject({ name: 'UnportableSql' });
    await expect(written(copies, 'SELECT n AS k FROM elsewhere')).rejects.toThrow(/elsewhere/);
  });
});

describe('what several files see', () => {
  test('is read once, in the order of its objects', () => {
    const found = shared([
      copyOf('a', tableOf(['c', 'b'])),
      copyOf('b', tableOf(['a', 'b'])),
      copyOf('c', tableOf([])),
    ]);
    expect(found).toEqual([
      {
        relation: tableOf(['a', 'b', 'c']),
        views: [],
        bounds: [
          { first: 1, last: 2 },
          { first: 0, last: 1 },
          { first: 0, last: -1 },
        ],
      },
    ]);
  });

  test.each<readonly [string, readonly Copy[], RegExp]>([
    ['days are left out of', [copyOf('a', tableOf(['a', 'c'])), copyOf('b', tableOf(['b']))], /days left out/],
    ['one has no', [copyOf('a', tableOf(['a'])), copyOf('b', tableOf(['a'], 'others'))], /Not every copy sees days/],
  ])('is refused where %s the window', (_, copies, message) => {
    expect(() => shared(copies)).toThrow(message);
  });
});
