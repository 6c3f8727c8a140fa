import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDuckdb, prepareCopy, prepareSelect, Sandbox, shut, UnreadableTable } from './sandbox.ts';
import { Gate } from './trino/gate.ts';

const secret = 'camille.martin@example.org';

let lake: string;
let before: string;
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await mkdir(join(lake, 'raw/crm/orders'), { recursive: true });
  await mkdir(join(lake, 'curated/orders'), { recursive: true });
  await writeFile(join(lake, 'raw/crm/orders/orders.json'), JSON.stringify({ email: secret }));
  const { instance, connection } = await openDuckdb({});
  await connection.run(`COPY (SELECT 1 AS k, 2 AS c) TO '${lake}/curated/orders/orders.parquet' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  before = await state();
});
afterEach(() => rm(lake, { recursive: true }));

/** Every file of the lake with its bytes. */
async function state(): Promise<string> {
  const files = (await readdir(lake, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return (
    await Promise.all(
      files.toSorted().map(
        async (file) =>
          `${file} ${createHash('sha256')
            .update(await readFile(file))
            .digest('hex')}`,
      ),
    )
  ).join('\n');
}

/** Statements that write, delete, or change what the engine may do; none is one SELECT. */
const writes: readonly string[] = [
  "COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "COPY (SELECT 1 AS k, 2 AS c) TO '{lake}/raw/crm' (FORMAT parquet, PARTITION_BY (k), OVERWRITE)",
  "COPY (SELECT 1 AS k) TO '{lake}/curated/orders/orders.parquet' (FORMAT parquet, USE_TMP_FILE false)",
  "COPY (SELECT 1) TO '{lake}/curated/x' (FORMAT json)",
  "COPY (SELECT 1) TO '{lake}/curated/orders' (FORMAT parquet, PER_THREAD_OUTPUT, OVERWRITE_OR_IGNORE)",
  "SELECT 1; COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "SELECT 'x' AS b --\r; COPY (SELECT 1 AS k, 2 AS c) TO '{lake}/raw/crm' (FORMAT parquet, PARTITION_BY (k), " +
    'OVERWRITE)',
  "SELECT 1 /* /* */ ; COPY (SELECT 1) TO '{lake}/raw/out.csv' --*/ */",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "PREPARE p AS COPY (SELECT 1) TO '{lake}/raw/out.csv'; EXECUTE p",
  "EXPORT DATABASE '{lake}/raw/export'",
  "ATTACH '{lake}/raw/new.duckdb' AS fresh; CREATE TABLE fresh.t AS SELECT 1",
  "ATTACH '{lake}/raw/new.duckdb' (TYPE duckdb)",
  "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
  "CREATE TEMP TABLE t AS SELECT 1; COPY t TO '{lake}/raw/t.parquet'",
  'INSTALL httpfs',
  'LOAD httpfs',
  "LOAD '{lake}/raw/x.duckdb_extension'",
  "SET enable_external_access = true; COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "SET allowed_directories = ['{lake}']; COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "RESET enable_external_access; COPY (SELECT 1) TO '{lake}/raw/out.csv'",
  "SET GLOBAL temp_directory = '{lake}/raw/spill'",
  "SET log_query_path = '{lake}/raw/log'; SELECT 1",
  "PRAGMA profiling_output = '{lake}/raw/profile'; PRAGMA enable_profiling = 'no_output'; SELECT 1",
  "CALL enable_logging(level = 'debug', storage = 'file', storage_config = {'path': '{lake}/raw/logs'}); SELECT 1",
  "INSERT INTO x SELECT * FROM read_text('{lake}/raw/crm/orders/orders.json')",
  "CREATE TABLE y AS SELECT * FROM read_text('{lake}/raw/crm/orders/orders.json'); COPY y TO '{lake}/raw/y.csv'",
  "IMPORT DATABASE '{lake}/raw'",
  'VACUUM',
  'CHECKPOINT',
  'BEGIN',
  'SET threads = 1',
  '',
  ';',
  '-- nothing',
];

/** SELECTs that read what no query may, or that work as they read. */
const reads: readonly string[] = [
  "SELECT * FROM read_text('{lake}/raw/crm/orders/orders.json')",
  "SELECT * FROM '{lake}/raw/crm/orders/orders.json'",
  "SELECT * FROM read_csv('{lake}/raw/crm/orders/orders.json', columns = {'line': 'VARCHAR'}, delim = " +
    "'\\x01', header = false)",
  "SELECT 'x' AS b --\r UNION ALL SELECT content FROM read_text('{lake}/raw/crm/orders/orders.json')",
  "SELECT 'x' AS b /* /* */ */ UNION ALL SELECT content FROM read_text('{lake}/raw/crm/orders/orders.json')",
  "SELECT * FROM read_blob('{lake}/raw/crm/orders/*')",
  "SELECT * FROM glob('{lake}/raw/**')",
  "SELECT * FROM read_json('{lake}/raw/crm/orders/orders.json')",
  "SELECT * FROM read_parquet('{lake}/curated/orders/orders.parquet')",
  "SELECT * FROM parquet_schema('{lake}/curated/orders/orders.parquet')",
  "SELECT * FROM sniff_csv('{lake}/raw/crm/orders/orders.json')",
  "SELECT * FROM query('SELECT * FROM read_text(''{lake}/raw/crm/orders/orders.json'')')",
  "FROM read_text('{lake}/raw/crm/orders/orders.json')",
  "SELECT * FROM enable_logging(level = 'debug', storage = 'file', storage_config = {'path': '{lake}/raw/logs'})",
  "SELECT getenv('HOME'), (SELECT content FROM read_text('{lake}/raw/crm/orders/orders.json'))",
  "WITH x AS MATERIALIZED (SELECT content FROM read_text('{lake}/raw/crm/orders/orders.json')) SELECT * FROM x",
  'SELECT lower("a""b") FROM (SELECT 1 AS "a"" FROM read_text(\'{lake}/raw/crm/orders/orders.json\') --") AS t',
  'SELECT transform(ARRAY[1], "x"": (SELECT content FROM read_text(\'{lake}/raw/crm/orders/orders.json\')) --" -> 1)',
  "SELECT 1\u0000; COPY (SELECT 1) TO '{lake}/raw/out.csv'",
];

const inLake = (sql: string): string => sql.replaceAll('{lake}', lake);

/** What an engine answers to a text, all of its statements run as they stand; or its refusal. */
const outcome = (connection: DuckDBConnection, sql: string): Promise<string> =>
  connection.runAndReadAll(sql).then(
    (result) => JSON.stringify(result.getRowsJson()),
    (error: unknown) => `refused: ${String(error)}`,
  );

async function withEngine<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { instance, connection } = await openDuckdb({});
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('the first wall alone: what the gate lets through harms no engine that may do all', () => {
  const gate = new Gate([{ name: 'orders', kind: 'table', columns: [{ name: 'k', type: 'integer' }], keys: [] }]);

  test.each([...writes, ...reads])('%j', async (sql) => {
    let admitted: string;
    try {
      const answer = gate.admit(inLake(sql));
      admitted = 'rows' in answer ? 'SELECT 1' : answer.sql;
    } catch {
      // Refused, as most are.
      return;
    }
    expect(await withEngine((connection) => outcome(connection, admitted))).not.toContain(secret);
    expect(await state()).toBe(before);
  });
});

describe.each([
  ['by itself', ''],
  ['behind views', 'WITH v AS (\nSELECT 1 AS n\n) '],
])('the second wall alone: an engine that may do all runs nothing but one SELECT, %s', (_, seen) => {
  test.each(writes)('%j', async (sql) => {
    const prepared = withEngine(async (connection) =>
      (await prepareSelect(connection, inLake(sql), seen)).runAndReadAll(),
    );
    await expect(prepared).rejects.toThrow(/./);
    expect(await state()).toBe(before);
  });

  test.each([
    "SELECT 1) AS a; COPY (SELECT 1) TO '{lake}/raw/out.csv'; SELECT * FROM (SELECT 1",
    'SELECT 1) AS a, (SELECT 2',
    'SELECT 1 /*',
  ])('%j is no SELECT where it stands alone', async (sql) => {
    await expect(withEngine((connection) => prepareSelect(connection, inLake(sql), seen))).rejects.toThrow(/error/i);
    expect(await state()).toBe(before);
  });

  test.each(['SELECT 1', 'WITH x AS (SELECT 1) SELECT * FROM x', 'VALUES (1)', '(SELECT 1)', 'SELECT 1 -- one'])(
    '%s runs',
    async (sql) => {
      await expect(
        withEngine(
          async (connection) => (await (await prepareSelect(connection, sql, seen)).runAndReadAll()).currentRowCount,
        ),
      ).resolves.toBe(1);
    },
  );
});

describe('a COPY that the house makes of a SELECT', () => {
  const copied = (select: string) =>
    withEngine(async (connection) =>
      (
        await prepareCopy(connection, select, `COPY (${select}) TO '${lake}/curated/out.parquet' (FORMAT parquet)`)
      ).run(),
    );

  test('is refused where the SELECT ends it, to write elsewhere', async () => {
    await expect(copied(inLake("SELECT 1) TO '{lake}/raw/out.csv' --"))).rejects.toThrow(/syntax error/);
    await expect(copied(inLake("SELECT 1) TO '{lake}/raw/out.csv'; COPY (SELECT 2"))).rejects.toThrow(/syntax error/);
    expect(await state()).toBe(before);
  });

  test('is made of any other', async () => {
    await expect(copied('SELECT 1 AS k')).resolves.toMatchObject({ rowsChanged: 1 });
  });
});

describe('the third wall alone: a shut engine opens no file, whatever it is told', () => {
  // DuckDB ends the whole process where its log finds no place, so that these have a process of their own.
  const [logging, others] = [true, false].map((logs) =>
    [...writes, ...reads].filter((sql) => sql.includes('enable_logging') === logs),
  );

  test.each(logging ?? [])('%j', async (sql) => {
    const program = `const { openDuckdb, shut } = await import(${JSON.stringify(new URL('sandbox.ts', import.meta.url).href)});
      const { connection } = await openDuckdb({}); await shut(connection); await connection.run(process.argv[1]); await connection.run("SELECT 'some log'");`;
    const { status } = spawnSync(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      program,
      inLake(sql),
    ]);
    expect(status).not.toBe(0);
    expect(await state()).toBe(before);
  });

  test.each(others ?? [])('%j', async (sql) => {
    const answer = await withEngine(async (connection) => {
      await shut(connection);
      return outcome(connection, inLake(sql));
    });
    expect(answer).not.toContain(secret);
    expect(await state()).toBe(before);
  });

  test('and in pieces, one statement after the other', async () => {
    await withEngine(async (connection) => {
      await shut(connection);
      for (const sql of (others ?? []).flatMap((all) => all.split(';'))) await outcome(connection, inLake(sql));
    });
    expect(await state()).toBe(before);
  });

  test('such an attack does harm where nothing is shut, so these tests can fail', async () => {
    const [read = ''] = reads;
    expect(await withEngine((connection) => outcome(connection, inLake(read)))).toContain(secret);
    const [, attack = ''] = writes;
    await withEngine((connection) => outcome(connection, inLake(attack)));
    expect(await state()).not.toBe(before);
  });
});

test('a sandbox answers from its relations alone', async () => {
  const relation = {
    name: 'orders',
    select: `SELECT k FROM read_parquet('${lake}/curated/orders/orders.parquet')`,
  } as const;
  const sandbox = await Sandbox.open({}, ['SELECT k FROM orders']);
  await sandbox.load([relation]);
  expect((await (await sandbox.prepare('SELECT k FROM orders')).runAndReadAll()).getRows()).toEqual([[1]]);
  await expect(sandbox.prepare(relation.select)).rejects.toThrow(/disabled by configuration/);
  sandbox.close();
});

/** What the engine says while it reads a table's files, and whether it speaks of what is in them. */
test.each([
  ['Invalid Input Error: No magic bytes found at end of file', true],
  ['IO Error: Could not write file "/tmp/spill/1": No space left on device', false],
  ['IO Error: Could not write file "/tmp/spill/1": Disk quota exceeded', false],
  ['IO Error: Could not write file "/tmp/spill/1": File too large', false],
  ['IO Error: ENOSPC', false],
  ['IO Error: Cannot open file "a.parquet": Permission denied', false],
])('a table that cannot be made for “%s” is unreadable: %s', async (message, isUnreadable) => {
  const sandbox = await Sandbox.open({}, []);
  try {
    const select = `SELECT error('${message}') AS n`;
    const found: unknown = await sandbox.load([{ name: 'one', select }]).catch((error: unknown) => error);
    expect([String(found).includes(message), found instanceof UnreadableTable]).toEqual([true, isUnreadable]);
  } finally {
    sandbox.close();
  }
});
