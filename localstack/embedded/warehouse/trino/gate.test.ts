import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { array, assert, asyncProperty, boolean, constantFrom, nat, string, tuple } from 'fast-check';
import { QueryFailed, type Relation, UnportableSql } from '../../../../lambdas/shared/ports/warehouse.ts';
import { type DuckdbWarehouse, duckdbWarehouse } from '../duckdb-warehouse.ts';
import { macrosText, openDuckdb, prepareSelect } from '../sandbox.ts';
import { functionNames, signaturesOf } from './functions/register.ts';
import { assertPortable, Gate } from './gate.ts';
import { reserved } from './parser/cursor.ts';
import { expressions, statements } from './traps.ts';

const relations: readonly Relation[] = [
  { name: 'spend', kind: 'table', columns: [{ name: 'dt', type: 'date' }, { name: 'platform', type: 'varchar' }, { name: 'clicks', type: 'bigint' }, { name: 'cost', type: 'decimal(18,2)' }], keys: [] }, // prettier-ignore
];

let folder: string;
let warehouse: DuckdbWarehouse;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
  await writeFile(join(folder, 'secret.csv'), 'secret\n42\n');
  warehouse = await duckdbWarehouse({ relations: relations, resolve: (key) => join(folder, key), threads: 1 });
});
afterAll(async () => {
  await warehouse.close();
  await rm(folder, { recursive: true });
});

const refusal = (error: unknown): boolean => error instanceof UnportableSql || error instanceof QueryFailed;

describe('a query reads nothing but the tables', () => {
  test.each([
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'secret.csv'",
    'SELECT * FROM "/etc/passwd"',
    'SELECT * FROM "secret.csv"',
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd') AS t",
    "SELECT content FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('x.parquet')",
    "SELECT * FROM parquet_metadata('x.parquet')",
    "SELECT * FROM read_json('x.json')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('spend')",
    "SELECT * FROM main.read_text('/etc/passwd')",
    "SELECT getenv('HOME')",
    "SELECT read_text('/etc/passwd')",
    "SELECT main.getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT error('x')",
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_secrets()',
    'SELECT * FROM information_schema.key_column_usage',
    'SELECT * FROM sqlite_master',
    "COPY spend TO '/tmp/out.csv'",
    "COPY (SELECT 1) TO '/tmp/out.csv'",
    "ATTACH '/tmp/x.db'",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'PRAGMA version',
    'CALL pragma_version()',
    'SET enable_external_access = true',
    'CREATE TABLE x (a integer)',
    'CREATE MACRO f() AS 1',
    'CHECKPOINT',
    'VACUUM',
    "SELECT 1; COPY spend TO '/tmp/out.csv'",
    'SELECT 1 /* */; DROP VIEW spend',
    "WITH x AS (COPY spend TO '/tmp/out.csv') SELECT 1",
    'SELECT "read_text"(\'/etc/passwd\')',
    'SELECT "main"."getenv"(\'HOME\')',
    'SELECT * FROM main.sqlite_master',
    'SELECT * FROM "main"."read_text"(\'/etc/passwd\')',
    "SELECT * FROM (FROM read_text('/etc/passwd'))",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT transform(ARRAY['/etc/passwd'], x -> read_text(x))",
    "SELECT 'x' FROM spend WHERE platform IN (SELECT content FROM read_text('/etc/passwd'))",
    'SELECT $$x$$',
    "SELECT E'\\x41'",
    'SUMMARIZE spend',
    "DESCRIBE 'secret.csv'",
    'SHOW ALL TABLES',
    'USE memory',
  ])('%s', async (sql) => {
    await expect(warehouse.query(sql).then(() => 'answered', refusal)).resolves.toBe(true);
  });
});

/** The query is answered, or refused in one line. */
async function survives(sql: string): Promise<boolean> {
  const outcome: unknown = await warehouse.query(sql).catch((error: unknown) => error);
  return !types.isNativeError(outcome) || (refusal(outcome) && !outcome.message.includes('\n'));
}

describe('whatever is written, the gate answers or refuses', () => {
  const corpus = [...expressions.map(([, sql]) => `SELECT ${sql}`), ...statements.map(([, sql]) => sql)];
  const lexemes = [...new Set(corpus.flatMap((sql) => sql.match(/'[^']*'|\w+|\S/g) ?? []))];

  test('token soups', async () => {
    const soups = asyncProperty(array(constantFrom(...lexemes), { maxLength: 25 }), (soup) =>
      survives(`SELECT ${soup.join(' ')}`),
    );
    await expect(assert(soups, { numRuns: 1500 })).resolves.toBeUndefined();
  });

  test('any characters', async () => {
    await expect(
      assert(asyncProperty(string({ unit: 'binary' }), survives), { numRuns: 500 }),
    ).resolves.toBeUndefined();
  });

  test('mutations of good queries', async () => {
    const mutation = tuple(constantFrom(...corpus), nat(), constantFrom(...lexemes), boolean());
    const mutations = asyncProperty(mutation, ([sql, at, lexeme, replaces]) => {
      const parts = sql.match(/'[^']*'|\w+|\s+|\S/g) ?? [''];
      const i = at % parts.length;
      return survives([...parts.slice(0, i), ` ${lexeme} `, ...parts.slice(replaces ? i + 1 : i)].join(''));
    });
    await expect(assert(mutations, { numRuns: 1500 })).resolves.toBeUndefined();
  });

  test('nothing was written', async () => {
    expect(await readdir(folder)).toEqual(['secret.csv']);
  });
});

describe('a refusal', () => {
  test.each([
    [
      'SELECT CAST(cost AS float) FROM spend',
      'line 1:21: the type float is outside the portable subset; write real, double or decimal(18,2)',
    ],
    [
      'SELECT clicks,\n  platform::varchar\nFROM spend',
      'line 2:11: `::` is outside the portable subset; write CAST(x AS type)',
    ],
    ['SELECT clicks, FROM spend', 'line 1:14: a comma stands before FROM, and nothing behind it'],
    [
      'SELECT platform sum(cost) FROM spend',
      "line 1:17: unexpected 'sum(': a comma or an operator is missing before it",
    ],
    ['SELECT TOP 10 * FROM spend', 'line 1:8: TOP is outside the portable subset; write LIMIT at the end'],
    [
      'SELECT dt FROM spend LIMIT 10, 20',
      'line 1:30: LIMIT n, m is outside the portable subset; write OFFSET n LIMIT m',
    ],
    [
      'SELECT 1 FROM spend WHERE dt > 2025-12-28',
      "line 1:32: '>' needs one type: date and integer are apart; write DATE '2025-01-31'",
    ],
    [
      'SELECT date_trunc(month, dt) FROM spend',
      'line 1:19: date_trunc with a unit that is not a literal is outside the portable subset; write ' +
        "date_trunc('month', …)",
    ],
    [
      'SELECT date_diff(dt, dt) FROM spend',
      'line 1:18: date_diff with a unit that is not a literal is outside the portable subset; write ' +
        "date_diff('day', …)",
    ],
    ['SELECT dt + 7 FROM spend', "line 1:8: Cannot apply operator: date + integer; write x + INTERVAL '7' DAY"],
    [
      'SELECT platform || clicks FROM spend',
      'line 1:8: Cannot apply operator: varchar || bigint; write CAST(x AS varchar)',
    ],
    [
      'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY cost) FROM spend',
      'line 1:8: the function percentile_cont is outside the portable subset; write approx_percentile(x, 0.5)',
    ],
    [
      'SELECT CAST(dt AS datetime) FROM spend',
      'line 1:19: the type datetime is outside the portable subset; write timestamp(3), or from_iso8601_timestamp(x)',
    ],
    [
      'SELECT a.x FROM (SELECT ARRAY[CAST(ROW(1) AS row(x integer))] AS a)',
      "line 1:8: an array has no field 'x': write a[1].x, or CROSS JOIN UNNEST(a)",
    ],
    [
      'SELECT sum(clicks) OVER (ORDER BY dt ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM spend',
      'line 1:38: Window frame starting from CURRENT ROW cannot end with PRECEDING',
    ],
    [
      "SELECT json_query('{}', 'lax $.a')",
      "line 1:8: the function json_query is outside the portable subset; write json_value(x, 'lax $.path'), " +
        "or CAST(json_extract(x, '$.path') AS array(json))",
    ],
    [
      "SELECT json_value('{}', '$.a')",
      "line 1:25: the JSON path '$.a' is outside the portable subset; write 'lax $.a.b[0]', of members and indices",
    ],
    [
      "SELECT DATE '2025-02-01' > '2025-01-31'",
      "'>' needs one type: date and varchar are apart; write DATE '2025-01-31'",
    ],
    [
      'SELECT 1 FROM spend WHERE platform = "Meta"',
      "line 1:38: Column 'meta' cannot be resolved; a text takes single quotes",
    ],
    ["SELECT 'a", 'line 1:8: a text has no closing quote'],
    ['SELECT sum(clik) FROM spend', "line 1:12: Column 'clik' cannot be resolved; did you mean clicks?"],
    ['SELECT a FROM (SELECT 1 AS spend_eur, 2 AS a_of_b) AS s', "Column 'a' cannot be resolved; did you mean a_of_b?"],
    ['SELECT spend FROM (SELECT 1 AS spend_eur) AS s', "Column 'spend' cannot be resolved; did you mean spend_eur?"],
  ])('of %s tells where, what, and what to write', (sql, message) => {
    expect(() => assertPortable(sql, relations)).toThrow(message);
  });
});

test('every function of the list is known to DuckDB under its spelling', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const known = new Set(
    (await connection.runAndReadAll('SELECT DISTINCT function_name FROM duckdb_functions()'))
      .getRows()
      .map(([name]) => String(name)),
  );
  for (const [, name = ''] of (await readFile(new URL('macros.sql', import.meta.url), 'utf8')).matchAll(
    /CREATE MACRO (\w+)/g,
  ))
    known.add(name);
  const units = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
  const spellings = functionNames().flatMap((name) =>
    (signaturesOf(name) ?? []).flatMap((signature) =>
      (signature.spelling ?? name)
        .split(' < ')
        .map((spelling) => spelling.replace(/\(.*/, '').replace(/^system\.main\./, ''))
        .flatMap((spelling) => units.map((unit) => spelling.replace('*', unit))),
    ),
  );
  // A keyword, and functions that are written in other forms (`aggregates.ts`, `lambda-forms.ts`).
  const inGrammar = new Set([
    'NOT',
    'multimap_agg',
    'approx_most_frequent',
    'approx_percentile',
    'zip_with',
    'map_filter',
    'transform_values',
    'transform_keys',
  ]);
  expect([...new Set(spellings)].filter((name) => !known.has(name) && !inGrammar.has(name))).toEqual([]);
  connection.disconnectSync();
  instance.closeSync();
});

describe('what is to be known of an answer', () => {
  const told = new Gate([
    { name: 'spend', kind: 'table', columns: [{ name: 'cost', type: 'double' }], keys: [] },
    { name: 'middle', kind: 'view', sql: 'SELECT approx_percentile(cost, 0.5) AS x FROM spend' },
    { name: 'above', kind: 'view', sql: 'SELECT x + 1 AS y FROM middle' },
  ]);

  test.each([
    ['SELECT approx_percentile(cost, 0.5) FROM spend', ['approx_percentile']],
    [
      'SELECT approx_percentile(CAST(cost AS decimal(10,2)), 0.5), approx_distinct(cost) FROM spend',
      ['approx_percentile', 'approx_distinct'],
    ],
    ['SELECT y FROM above', ['approx_percentile']],
    ['SELECT sum(cost) FROM spend', []],
  ])('%s', (sql, functions) => {
    expect(told.admitQuery(sql).notes.map((note) => note.split(' ', 1)[0])).toEqual(functions);
  });
});

describe('a mistake is told with what was meant', () => {
  const lake = new Gate([
    ...relations,
    { name: 'roi', kind: 'view', sql: 'SELECT platform, sum(cost) AS cost FROM spend GROUP BY 1' },
    { name: 'roi_daily', kind: 'view', sql: 'SELECT dt AS day, platform, cost FROM spend' },
  ]);

  test.each([
    ['SELCT cost FROM spend', "line 1:1: unexpected 'selct'; did you mean select?"],
    ['SELECT cost FORM spend', "line 1:18: unexpected 'spend'; did you mean FROM?"],
    ['SELECT cost FROM spend GRUOP BY cost', "line 1:30: unexpected 'by'; did you mean GROUP?"],
    ['SELECT sum(cost FROM spend', "line 1:17: unexpected 'from', expected ')' or a comma"],
    [
      "SELECT date_trunc('month', dt) AS m, sum(cost) FROM spend GROUP BY m",
      "line 1:68: Column 'm' cannot be resolved: GROUP BY takes no alias; write GROUP BY 1",
    ],
    [
      'SELECT cost AS c FROM spend WHERE c > 1',
      "line 1:35: Column 'c' cannot be resolved, for an alias is not seen here; write its expression",
    ],
    [
      "SELECT cost FROM roi WHERE dt = DATE '2025-01-31'",
      "line 1:28: Column 'dt' cannot be resolved; roi_daily has a row for each day, by its column day",
    ],
    ['SELECT x FROM spend', "line 1:8: Column 'x' cannot be resolved"],
    ["SELECT DATE '2023-02-29'", "line 1:8: '2023-02-29' is not a valid DATE literal"],
    ['SELECT dt FROM spend LIMIT 99999999999999999999', 'line 1:28: Invalid numeric literal: 99999999999999999999'],
    ['SELECT dt FROM spend OFFSET 9223372036854775808', 'line 1:29: Invalid numeric literal: 9223372036854775808'],
    [
      'SELECT dt FROM spend FETCH FIRST 99999999999999999999 ROWS ONLY',
      'line 1:34: Invalid numeric literal: 99999999999999999999',
    ],
  ])('%s', (sql, message) => {
    expect(() => lake.admit(sql)).toThrow(new QueryFailed(message));
  });
});

test.each([
  ["trim(BOTH 'x' FROM platform)", "trim(platform, 'x')"],
  ["trim(LEADING 'x' FROM platform)", "ltrim(platform, 'x')"],
  ['trim(TRAILING FROM platform)', 'rtrim(platform)'],
])('%s, which a release from 2022 has not, is another spelling', (said, plain) => {
  const gate = new Gate(relations);
  const sqlOf = (call: string): string => gate.admitQuery(`SELECT ${call} AS x FROM spend`).sql;
  expect(sqlOf(said)).toBe(sqlOf(plain));
});

describe('what multiplies or distorts a sum is told, and only where it does', () => {
  const credits = ['attribution_model', 'channel'].map((name) => ({ name, type: 'varchar' }));
  const numbers = ['orders', 'spend_eur', 'roas'].map((name) => ({ name, type: 'double' }));
  const models = new Gate([
    { name: 'roi', kind: 'table', columns: [...credits, ...numbers], keys: [] },
    { name: 'shop', kind: 'table', columns: credits, keys: [] },
    { name: 'bare', kind: 'view', sql: 'SELECT channel, sum(spend_eur) AS spend_eur FROM roi GROUP BY channel' },
    {
      name: 'attribution',
      kind: 'table',
      columns: [...credits, { name: 'lookback_days', type: 'integer' }, { name: 'credit', type: 'double' }],
      keys: [],
    },
  ]);
  test.each([
    ['SELECT sum(spend_eur) FROM roi', [/^roi has a row for each attribution_model: .* keep one: WHERE/u]],
    ["SELECT sum(spend_eur) FROM roi WHERE attribution_model = 'linear'", []],
    ['SELECT attribution_model, sum(spend_eur) FROM roi GROUP BY 1', []],
    ['SELECT r.spend_eur FROM roi AS r JOIN shop AS s ON s.attribution_model = r.attribution_model', []],
    ['SELECT * FROM roi', []],
    ['SELECT count(channel) FROM shop', []],
    // A view of the house is its own affair.
    ['SELECT channel, spend_eur FROM bare', []],
    [
      "SELECT sum(credit) FROM attribution WHERE attribution_model = 'last'",
      [/^attribution has a row for each lookback_days/u],
    ],
    ["SELECT avg(roas) FROM roi WHERE attribution_model = 'last'", [/^avg\(roas\) is of ratios/u]],
    [
      "SELECT sum(CAST(r.roas AS double)) FROM roi AS r WHERE attribution_model = 'last'",
      [/^sum\(roas\) is of ratios/u],
    ],
    ["SELECT max(roas), avg(orders), 'avg(roas)' AS roas FROM roi WHERE attribution_model = 'last'", []],
    ...[
      "attribution_model <> 'linear'",
      "attribution_model IN ('linear', 'last')",
      "NOT attribution_model = 'linear'",
      "attribution_model = 'linear' OR attribution_model = 'last'",
      "attribution_model LIKE 'l%'",
      'attribution_model IS NOT NULL',
    ].map((where): [string, RegExp[]] => [
      `SELECT sum(orders) FROM roi WHERE ${where}`,
      [/^roi has a row for each attribution_model/u],
    ]),
    ...[
      "'linear' = attribution_model",
      "attribution_model IN ('linear')",
      'attribution_model IN (SELECT attribution_model FROM shop)',
      "(channel = 'a' AND attribution_model = 'last') OR (attribution_model = 'last' AND orders > 1)",
    ].map((where): [string, RegExp[]] => [`SELECT sum(orders) FROM roi WHERE ${where}`, []]),
    ["SELECT sum(CASE WHEN attribution_model = 'last' THEN orders END) AS last FROM roi", []],
    ["SELECT sum(orders) FILTER (WHERE attribution_model = 'last') AS last FROM roi", []],
    ['SELECT count(DISTINCT attribution_model) FROM roi', []],
    ['SELECT attribution_model AS m, sum(orders) FROM roi GROUP BY attribution_model', []],
    ['SELECT attribution_model, sum(orders) OVER (PARTITION BY attribution_model) FROM roi', []],
    [
      'SELECT sum(a.orders) FROM roi AS a JOIN roi AS b ON a.attribution_model = b.attribution_model',
      [/^roi has a row for each attribution_model/u],
    ],
    ["SELECT avg(spend_eur / orders) FROM roi WHERE attribution_model = 'last'", [/^avg\(a \/ b\) is of ratios/u]],
    [
      "SELECT avg(100 * CAST(spend_eur AS double) / NULLIF(orders, 0)) FROM roi WHERE attribution_model = 'last'",
      [/^avg/u],
    ],
    ["SELECT avg(spend_eur / 100), avg(orders) / avg(spend_eur) FROM roi WHERE attribution_model = 'last'", []],
  ])('%s', (sql, told) => {
    const { notes } = models.admitQuery(sql);
    expect(notes).toEqual(told.map((words) => expect.stringMatching(words)));
  });
});

test.each([
  ["SELECT CAST(v AS double), count(*) FROM rows_of_it GROUP BY v ORDER BY 1", [[2, 2], [3, 1]]],
  ["SELECT CAST(v AS double), count(*) FROM rows_of_it GROUP BY GROUPING SETS ((v)) ORDER BY 1", [[2, 2], [3, 1]]],
  ["SELECT v, CAST(v AS decimal(3,1)), count(*) FROM rows_of_it GROUP BY 1 ORDER BY 1", [['2', '2.0', 2], ['3', '3.0', 1]]],
  ["SELECT v, count(*) FROM rows_of_it GROUP BY v ORDER BY CAST(v AS double) DESC", [['3', 1], ['2', 2]]],
  ["SELECT v FROM rows_of_it GROUP BY v HAVING CAST(v AS double) > 2", [['3']]],
])('a number of JSON that rows are grouped by is spelled alike wherever it stands: %s', async (sql, rows) => {
  const written = sql
    .replaceAll(/\bv\b/g, "json_extract_scalar(j, '$.a')")
    .replace('rows_of_it', `(VALUES '{"a": 2}', '{"a": 2}', '{"a": 3}') AS t(j)`);
  expect((await warehouse.query(written)).rows).toEqual(rows);
}); // prettier-ignore

test('a name is a name, also where DuckDB keeps the word for itself', async () => {
  const { instance, connection, define } = await openDuckdb({ threads: 1 });
  await define([macrosText]);
  const keywords = await connection.runAndReadAll('SELECT keyword_name FROM duckdb_keywords() ORDER BY 1');
  const names = keywords.getRows().map(([word]) => String(word)).filter((word) => !reserved.has(word)); // prettier-ignore
  expect(names).toEqual(expect.arrayContaining(['at', 'check', 'desc', 'limit', 'primary']));
  const failed: string[] = [];
  for (const name of names) {
    const sql =
      `WITH ${name} AS (SELECT 1 AS ${name}) SELECT sum(${name}) OVER (PARTITION BY t.${name} ORDER BY ${name}) ` +
      `AS ${name}, transform(ARRAY[1], ${name} -> ${name} + 1) AS x, CAST(ROW(1) AS row(${name} ` +
      `bigint)).${name} AS y FROM ${name} AS t ORDER BY ${name}`;
    try {
      await (await prepareSelect(connection, new Gate([]).admitQuery(sql).sql)).run();
    } catch (error) {
      // What is refused by name is so with a place and an advice.
      if (!(error instanceof UnportableSql)) failed.push(`${name}: ${String(error)}`);
    }
  }
  connection.closeSync();
  instance.closeSync();
  // Trino's own grammar reads LATERAL as the beginning of a subquery.
  expect(failed.filter((text) => !text.startsWith('lateral:'))).toEqual([]);
});
