import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { warehouseContract } from '../../../lambdas/shared/ports/warehouse.contract.ts';
import type { Relation } from '../../../lambdas/shared/ports/warehouse.ts';
import { type DuckdbWarehouse, duckdbWarehouse } from './duckdb-warehouse.ts';
import { copyTo } from '../../../test/copy-to.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warehouse-'));
});
afterAll(() => rm(folder, { recursive: true }));

const within = (key: string): string => join(folder, key);
const open = (relations: readonly Relation[], threads = 1): Promise<DuckdbWarehouse> =>
  duckdbWarehouse({ relations, resolve: within, threads });

warehouseContract('embedded warehouse', async (tables, views) => {
  const writer = await open([]);
  for (const { name, rows } of tables)
    if (rows !== undefined) await copyTo(writer, rows, within(`${name}.parquet`), { orderBy: ['dt'] });
  await writer.close();
  return open([
    ...tables.map(
      ({ name, columns, rows }) =>
        ({ name, kind: 'table', columns, keys: rows === undefined ? [] : [`${name}.parquet`] }) as const,
    ),
    ...views.map((view) => ({ ...view, kind: 'view' }) as const),
  ]);
});

test('DESCRIBE tells what each column means, where the opener knows it', async () => {
  const columns = [
    { name: 'cost', type: 'decimal(10,2)' },
    { name: 'dt', type: 'date' },
  ];
  const relations: readonly Relation[] = [
    { name: 'spend', kind: 'table', columns, keys: [] },
    { name: 'spent', kind: 'view', sql: 'SELECT cost FROM spend' },
  ];
  const warehouse = await duckdbWarehouse({
    relations,
    resolve: within,
    comment: (relation, column) => (column === 'cost' ? `Cost of ${relation}` : undefined),
  });
  try {
    for (const sql of ['DESCRIBE Spend', 'SHOW COLUMNS FROM spend']) {
      expect((await warehouse.query(sql)).rows).toEqual([
        ['cost', 'decimal(10,2)', '', 'Cost of spend'],
        ['dt', 'date', '', ''],
      ]);
    }
    expect((await warehouse.query('DESCRIBE spent')).rows).toEqual([['cost', 'decimal(10,2)', '', 'Cost of spent']]);
    expect((await warehouse.query('SHOW TABLES')).rows).toEqual([['spend'], ['spent']]);
  } finally {
    await warehouse.close();
  }
});

describe('a materialisation', () => {
  const select =
    "SELECT DATE '2024-01-05' AS dt, x AS n, CAST(x AS double) / 3 AS share, TIMESTAMP '2024-01-05 " +
    "10:00:00.123' AS at, ARRAY['a'] AS tags FROM UNNEST(sequence(1, 5000)) AS t(x)";
  let warehouse: DuckdbWarehouse;
  beforeAll(async () => {
    warehouse = await open([]);
  });
  afterAll(() => warehouse.close());

  test('tells how many rows it wrote, and they read back', async () => {
    const path = within('rows.parquet');
    expect(await copyTo(warehouse, select, path, { orderBy: ['n'] })).toEqual({ path, rows: 5000 });
    const columns = [
      { name: 'dt', type: 'date' },
      { name: 'n', type: 'bigint' },
    ];
    const reader = await open([{ name: 'rows_of_it', kind: 'table', columns, keys: ['rows.parquet'] }]);
    expect((await reader.query('SELECT count(*), max(n) FROM rows_of_it')).rows).toEqual([[5000, 5000]]);
    await reader.close();
  });

  test('has milliseconds, ZSTD, statistics and row groups', async () => {
    const path = within('shape.parquet');
    await copyTo(warehouse, select, path, { orderBy: ['n'], rowGroupSize: 2048 });
    const connection = await (await DuckDBInstance.create()).connect();
    const schema = await connection.runAndReadAll(`SELECT name, logical_type FROM parquet_schema('${path}')`);
    expect(String(schema.getRowObjects().find((row) => row['name'] === 'at')?.['logical_type'])).toContain('MILLIS');
    const chunks = await connection.runAndReadAll(
      `SELECT DISTINCT compression, row_group_id, stats_min IS NOT NULL FROM parquet_metadata('${path}') ` +
        `WHERE path_in_schema = 'n' ORDER BY 2`,
    );
    expect(chunks.getRows()).toEqual([0n, 1n, 2n].map((group) => ['ZSTD', group, true]));
    connection.disconnectSync();
  });

  test('gives the same bytes for the same input', async () => {
    const [a, b] = [within('a.parquet'), within('b.parquet')];
    const sums =
      'SELECT x % 7 AS k, sum(1E0 / (x * y)) AS s FROM UNNEST(sequence(1, 10000)) AS t(x) CROSS JOIN ' +
      'UNNEST(sequence(1, 5)) AS u(y) GROUP BY x % 7';
    await copyTo(warehouse, sums, a, { orderBy: ['k'] });
    await copyTo(warehouse, sums, b, { orderBy: ['k'] });
    expect(await readFile(a)).toEqual(await readFile(b));
  });

  test.each([1, 3])(
    'of several SELECTs, %i side by side, gives the files that each alone gives, whichever columns of a shared view they name',
    async (threads) => {
      const views: readonly Relation[] = [
      { name: 'numbers', kind: 'view', sql: 'SELECT x AS n, x % 3 AS k, 1E0 / x AS part FROM UNNEST(sequence(1, 100)) AS t(x)' },
      { name: 'counted', kind: 'view', sql: 'SELECT k, count(*) AS rows_of_it FROM numbers GROUP BY k' },
    ]; // prettier-ignore
      const copies = [
        {
          select: 'SELECT k, sum(part) AS parts FROM numbers GROUP BY k',
          path: within('parts.parquet'),
          orderBy: ['k'],
        },
        { select: 'SELECT * FROM counted', path: within('counted.parquet'), orderBy: ['k'] },
        { select: 'SELECT count(*) AS all_of_it FROM numbers', path: within('all.parquet'), orderBy: [] },
      ];
      const over = await open(views, threads);
      const made: unknown[] = [];
      for await (const { path, rows } of over.answerAll([], copies).copied) {
        made.push(rows);
        const alone = within('alone.parquet');
        const { select: one, orderBy } = copies.find((copy) => copy.path === path) ?? { select: '', orderBy: [] };
        await copyTo(over, one, alone, { orderBy });
        expect(await readFile(path)).toEqual(await readFile(alone));
      }
      expect(made).toEqual([3, 3, 1]);
      await over.close();
    },
  );

  test('beside SELECTs that are answered, over one view, leave the same rows, and a failure is told to both', async () => {
    const over = await open(
      [{ name: 'numbers', kind: 'view', sql: 'SELECT x, x * 2 AS twice FROM UNNEST(sequence(1, 9)) AS t(x)' }],
      2,
    );
    const beside = async (selects: readonly string[]) => {
      const { answers, copied } = over.answerAll(selects, [
        { select: 'SELECT x FROM numbers', path: within('beside.parquet'), orderBy: ['x'] },
      ]);
      const rows: number[] = [];
      const read = async () => {
        for await (const made of copied) rows.push(made.rows);
      };
      const [found, written] = await Promise.allSettled([answers, read()]);
      return { rows, found, written };
    };
    const sum = 'SELECT sum(twice) AS s FROM numbers';
    const [whole, none, wrong] = [
      await beside([sum]),
      await beside([]),
      await beside(['SELECT 1 / (x - 5) FROM numbers']),
    ];
    expect(whole.found).toEqual({ status: 'fulfilled', value: await over.queryAll([sum]) });
    expect([whole.rows, none.rows]).toEqual([[9], [9]]);
    expect([wrong.found.status, wrong.written.status, wrong.rows]).toEqual(['rejected', 'rejected', []]);
    await over.close();
  });

  test('that fails ends the others, and leaves nothing that the next would meet', async () => {
    const over = await open(
      [{ name: 'numbers', kind: 'view', sql: 'SELECT x FROM UNNEST(sequence(1, 9)) AS t(x)' }],
      2,
    );
    const all = async (selects: readonly string[]) => {
      const rows: number[] = [];
      for await (const made of over.answerAll(
        [],
        selects.map((one, n) => ({ select: one, path: within(`side-${n}`), orderBy: [] })),
      ).copied)
        rows.push(made.rows);
      return rows;
    };
    const long =
      'SELECT count(DISTINCT a.x * b.y) AS n FROM UNNEST(sequence(1, 100000)) AS a(x) CROSS JOIN ' +
      'UNNEST(sequence(1, 100000)) AS b(y)';
    await expect(all(['SELECT 1 / (x - 5) AS n FROM numbers', 'SELECT x FROM numbers', long])).rejects.toThrow(/Division by zero/); // prettier-ignore
    expect(await all(['SELECT x FROM numbers', 'SELECT x + 1 AS y FROM numbers'])).toEqual([9, 9]);
    await over.close();
  });

  test('is refused outside the subset', async () => {
    await expect(
      copyTo(warehouse, 'SELECT 1::integer AS x', within('no.parquet'), { orderBy: [] }),
    ).rejects.toMatchObject({ name: 'UnportableSql' });
    await expect(copyTo(warehouse, 'SHOW TABLES', within('no.parquet'), { orderBy: [] })).rejects.toMatchObject({
      name: 'UnportableSql',
    });
  });
});

test('several SELECTs together are answered as each is alone, and fail as it does', async () => {
  const over = await open([{ name: 'numbers', kind: 'view', sql: 'SELECT x, x / 7E0 AS part FROM UNNEST(sequence(1, 2000)) AS t(x)' }], 2); // prettier-ignore
  const selects = ['SELECT x, part FROM numbers ORDER BY x', 'SELECT sum(part), DATE \'2024-01-05\' FROM numbers', 'SELECT x FROM numbers WHERE x < 0']; // prettier-ignore
  const alone = [];
  for (const one of selects) alone.push(await over.query(one));
  expect(await over.queryAll(selects)).toEqual(alone);
  expect(await over.queryAll([])).toEqual([]);
  await expect(over.queryAll(['SELECT x FROM numbers', 'SELECT 1 / (x - 5) FROM numbers'])).rejects.toMatchObject({ name: 'QueryFailed', message: 'Division by zero' }); // prettier-ignore
  await expect(over.queryAll(['SELECT x FROM elsewhere'])).rejects.toThrow(/elsewhere/);
  await over.close();
});

test.each([
  'SELECT (SELECT count(*) FROM t) AS n, (SELECT max(x) FROM t) AS most',
  'SELECT count(*) AS n, max(a.x) AS most FROM doubled AS a JOIN doubled AS b ON a.y = b.y',
  'SELECT count(*) AS n, max(x) AS most FROM doubled WHERE y IN (SELECT max(y) FROM doubled)',
  'SELECT count(*) AS n, max(x) AS most FROM twice AS a WHERE EXISTS (SELECT 1 FROM twice AS b WHERE b.x = a.x)',
  'WITH q AS (SELECT x FROM twice) SELECT count(*) AS n, max(x) AS most FROM (SELECT x FROM q EXCEPT SELECT x ' +
    '+ 1 FROM q)',
])(
  'SELECTs that name a relation twice read its files alone, though their path is a pattern of others: %s',
  async (twice) => {
    for (const [path, x] of [['p[1]', 1], ['p1', 2]] as const) {
    await mkdir(within(path), { recursive: true });
    await copyTo(await open([]), `SELECT ${x} AS x`, within(`${path}/t.parquet`), { orderBy: [] });
  } // prettier-ignore
    const columns = [{ name: 'x', type: 'integer' }];
    const over = await open([
      { name: 't', kind: 'table', columns, keys: ['p[1]/t.parquet'] },
      { name: 'doubled', kind: 'view', sql: 'SELECT x, 2 * x AS y FROM t' },
      { name: 'twice', kind: 'view', sql: 'SELECT a.x FROM doubled AS a JOIN doubled AS b ON a.x = b.x' },
    ]);
    expect((await over.queryAll([twice])).map(({ rows }) => rows)).toEqual([[[1, 1]]]);
    expect((await over.queryAll([twice, twice])).map(({ rows }) => rows)).toEqual([[[1, 1]], [[1, 1]]]);
    await over.close();
  },
);

test.each([
  ['names a part of its own as the view that it is made of', 'WITH numbers AS (SELECT x + 100 AS x FROM numbers) SELECT x FROM numbers ORDER BY x DESC LIMIT 2'], // prettier-ignore
  ['has two columns of one name', 'SELECT x, x FROM numbers ORDER BY 1 LIMIT 2'],
  ['reads a view alone, through another', 'SELECT y FROM doubled ORDER BY y DESC LIMIT 2'],
  ['reads a relation twice', 'SELECT a.x, b.y FROM numbers AS a JOIN doubled AS b ON a.x = b.y ORDER BY 1'],
  ['reads one whose columns are withheld in part', 'SELECT * FROM people ORDER BY 1'],
  ['reads a view of one', 'SELECT n, (SELECT count(*) FROM people) AS m FROM counted'],
])('a SELECT that %s is answered among others as it is alone', async (_, select) => {
  const relations: readonly Relation[] = [
    { name: 'numbers', kind: 'view', sql: 'SELECT x FROM UNNEST(sequence(1, 9)) AS t(x)' },
    { name: 'doubled', kind: 'view', sql: 'SELECT 2 * x AS y FROM numbers' },
    { name: 'people', kind: 'view', sql: "SELECT x AS id, CAST(x AS varchar) AS name FROM UNNEST(sequence(1, 3)) AS t(x)" },
    { name: 'counted', kind: 'view', sql: 'SELECT count(DISTINCT name) AS n FROM people' },
  ]; // prettier-ignore
  const over = await duckdbWarehouse({
    relations,
    resolve: within,
    threads: 1,
    isWithheld: (_relation, column) => column === 'name',
  });
  const alone = await over.query(select);
  expect(alone.rows.length).toBeGreaterThan(0);
  expect(await over.queryAll([select])).toEqual([alone]);
  expect((await over.queryAll([select, 'SELECT x FROM numbers', 'SELECT y FROM doubled', select]))[3]).toEqual(alone);
  await over.close();
});

test.each([
  ['WITH numbers AS (SELECT 99 AS x) SELECT max(y) AS m FROM doubled', 18],
  ['WITH doubled AS (SELECT 99 AS y) SELECT (SELECT max(y) FROM doubled) + max(x) AS m FROM numbers', 108],
  [
    'SELECT (WITH numbers AS (SELECT 99 AS x) SELECT max(y) FROM doubled WHERE y > (SELECT min(x) FROM ' +
      'numbers) - 90) AS m',
    18,
  ],
])('what a query calls as a view is, changes nothing of what views read: %s', async (select, most) => {
  const over = await open([
    { name: 'numbers', kind: 'view', sql: 'SELECT x FROM UNNEST(sequence(1, 9)) AS t(x)' },
    { name: 'doubled', kind: 'view', sql: 'SELECT 2 * x AS y FROM numbers' },
  ]);
  expect((await over.query(select)).rows).toEqual([[most]]);
  expect((await over.queryAll([select, select])).map(({ rows }) => rows)).toEqual([[[most]], [[most]]]);
  await over.close();
});

describe('the files of a table', () => {
  test('are read by days, whatever folder they lie in', async () => {
    const writer = await open([]);
    for (const day of ['05', '06']) {
      await mkdir(within(`days/dt=2024-01-${day}`), { recursive: true });
      await copyTo(
        writer,
        `SELECT DATE '2024-01-${day}' AS dt, 1 AS n`,
        within(`days/dt=2024-01-${day}/part.parquet`),
        {
          orderBy: [],
        },
      );
    }
    await writer.close();
    const columns = [
      { name: 'dt', type: 'date' },
      { name: 'n', type: 'bigint' },
    ];
    const keys = ['05', '06'].map((day) => `days/dt=2024-01-${day}/part.parquet`);
    const warehouse = await open([{ name: 'days', kind: 'table', columns, keys }]);
    expect((await warehouse.query('SELECT dt, n FROM days ORDER BY dt')).rows).toEqual([
      ['2024-01-05', 1],
      ['2024-01-06', 1],
    ]);
    await warehouse.close();
  });

  test('of an older version have null where a column came later, whichever is read first', async () => {
    const writer = await open([]);
    await copyTo(writer, 'SELECT 1 AS k', within('old.parquet'), { orderBy: ['k'] });
    await copyTo(writer, "SELECT 2 AS k, 'new' AS words", within('young.parquet'), { orderBy: ['k'] });
    await writer.close();
    for (const [keys, rows] of [
      [
        ['old.parquet', 'young.parquet'],
        [
          [1, null],
          [2, 'new'],
        ],
      ],
      [
        ['young.parquet', 'old.parquet'],
        [
          [1, null],
          [2, 'new'],
        ],
      ],
      [['old.parquet'], [[1, null]]],
    ] as const) {
      const warehouse = await open([
        {
          name: 'grown',
          kind: 'table',
          columns: [
            { name: 'k', type: 'integer' },
            { name: 'words', type: 'varchar' },
          ],
          keys,
          mayLack: true,
        },
      ]);
      expect((await warehouse.query('SELECT k, words FROM grown ORDER BY k')).rows).toEqual(rows);
      await warehouse.close();
    }
  });

  test('that are no Parquet give an error of one line', async () => {
    await writeFile(within('bad.parquet'), 'nothing of the kind');
    const warehouse = await open([
      { name: 'bad', kind: 'table', columns: [{ name: 'x', type: 'bigint' }], keys: ['bad.parquet'] },
    ]);
    await expect(warehouse.query('SELECT x FROM bad')).rejects.toMatchObject({
      name: 'QueryFailed',
      message: expect.stringMatching(/^[^\n]+$/),
    });
    await warehouse.close();
  });
});

test('a query that needs more memory than it may is ended in words, and the next one is answered', async () => {
  const warehouse = await duckdbWarehouse({
    relations: [],
    resolve: within,
    threads: 1,
    memoryLimitMb: 100,
    tempDirectory: within('spill'),
  });
  try {
    const pairs = 'UNNEST(sequence(1, 9000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 2000)) AS b(y)';
    await expect(warehouse.query(`SELECT array_agg(x * y) AS all_of_them FROM ${pairs}`)).rejects.toMatchObject({
      name: 'LimitReached',
      limit: 'memory',
      message: 'The query was ended: it needs more memory than 100 MB.',
    });
    expect((await warehouse.query(`SELECT count(*) FROM ${pairs}`)).rows).toEqual([[18_000_000]]);
  } finally {
    await warehouse.close();
  }
});

test.each([
  ["SELECT 'éé€', n FROM numbers GROUP BY 1", 'line 1:15'],
  ["SELECT 'éé€' AS w, sum(n) AS s,\n  e FROM numbers", 'line 2:3'],
])('%j: what the engine finds wrong has its place in the query, whatever views stand before it', async (sql, place) => {
  const over = await open([{ name: 'numbers', kind: 'view', sql: "SELECT x AS n, 'é' AS e FROM UNNEST(sequence(1, 3)) AS t(x)" }]); // prettier-ignore
  await expect(over.query(sql)).rejects.toThrow(`${place}: `);
  await over.close();
});

test('a view that reads itself is an error', async () => {
  const warehouse = await open([{ name: 'snake', kind: 'view', sql: 'SELECT * FROM snake' }]);
  await expect(warehouse.query('SELECT 1 FROM snake')).rejects.toMatchObject({
    name: 'QueryFailed',
    message: expect.stringContaining('reads itself'),
  });
  await warehouse.close();
});

test('EXPLAIN tells the plan of the embedded engine line by line, and says whose it is', async () => {
  const warehouse = await open([{ name: 'spend', kind: 'view', sql: 'SELECT n FROM (VALUES 3, 1, 2) AS t(n)' }]);
  try {
    const { columns, rows, notes } = await warehouse.query('EXPLAIN SELECT n FROM spend WHERE n > 1 ORDER BY n;');
    expect(columns).toEqual([{ name: 'Query Plan', type: 'varchar' }]);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(([line]) => (typeof line === 'string' ? line : '')).join('\n')).toMatch(
      /ORDER_BY[^]*FILTER[^]*COLUMN_DATA_SCAN/,
    );
    expect(notes).toEqual([expect.stringContaining('the plan of the embedded engine')]);
    await expect(warehouse.query('EXPLAIN\n  SELECT m FROM spend')).rejects.toThrow("line 2:10: Column 'm'");
    expect((await warehouse.query('EXPLAIN (TYPE VALIDATE) SELECT 1 / 0')).rows).toEqual([[true]]);
  } finally {
    await warehouse.close();
  }
});
