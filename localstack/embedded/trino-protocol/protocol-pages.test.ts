import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { QueryFailed, type StreamedAnswer } from '../../../lambdas/shared/ports/warehouse.ts';
import { ask, TrinoFailed } from '../../trino/client.ts';
import { type LocalServer, localServer } from '../http/local-server.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../warehouse/duckdb-warehouse.ts';
import { protocolPages, type ProtocolPages } from './protocol-pages.ts';
import type { Answering } from './served-query.ts';

let served: LocalServer | undefined;
let pages: ProtocolPages | undefined;
let warehouse: DuckdbWarehouse | undefined;
const problems: unknown[] = [];
afterEach(async () => {
  pages?.close();
  await served?.close();
  await warehouse?.close();
});

async function serve(answering: Parameters<typeof protocolPages>[0]['answering']): Promise<string> {
  problems.length = 0;
  pages = protocolPages({ answering, release: '435', onProblem: (error) => problems.push(error) });
  served = await localServer({ bodyBytes: 300_000, answer: pages.answer });
  return served.url;
}

/** Over a warehouse of one view. */
async function serveView(): Promise<string> {
  const opened = await duckdbWarehouse({
    relations: [{ name: 'spend', kind: 'view', sql: "SELECT 'ads' AS channel, DECIMAL '1.50' AS cost" }],
    resolve: () => Promise.reject(new Error('there are no files')),
  });
  warehouse = opened;
  return serve((sql, views) => async (signal, read) => read(await opened.stream(sql, { signal, views })));
}

const columns = [{ name: 'n', type: 'bigint' }];
async function* numbers(count: number, batch = 1000) {
  for (let n = 0; n < count; n += batch) yield Array.from({ length: Math.min(batch, count - n) }, (_, i) => [n + i]);
}
const answered = (rows: StreamedAnswer['rows']) => (): Answering => (_, read) => read({ columns, rows });
const asked = (url: string, sql: string) => ask(url, 'sillage', sql, { catalog: 'awsdatacatalog' });
const page = z.looseObject({
  nextUri: z.string().optional(),
  updateType: z.string().optional(),
  data: z.array(z.unknown()).optional(),
  error: z.looseObject({ errorName: z.string() }).optional(),
});
async function post(url: string, sql: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${url}/v1/statement`, { method: 'POST', body: sql, headers });
  return { headers: response.headers, body: page.parse(await response.json()) };
}

/** The first page that has rows: on a busy machine some come before that have none. */
async function pageWithRows(uri: string | undefined) {
  for (let next = uri; next !== undefined;) {
    const read = page.parse(await (await fetch(next)).json());
    expect(read.error).toBeUndefined();
    if (read.data !== undefined) return read;
    next = read.nextUri;
  }
  throw new Error('The answer has no rows.');
}

describe("Trino's protocol over the gate", () => {
  test('answers with types and values', async () => {
    expect(await asked(await serveView(), 'SELECT channel, cost, ARRAY[1E0] AS a FROM sillage.spend')).toEqual({
      columns: [
        { name: 'channel', type: 'varchar' },
        { name: 'cost', type: 'decimal(3,2)' },
        { name: 'a', type: 'array(double)' },
      ],
      rows: [['ads', '1.50', [1]]],
    });
  });

  test('what is to be known of an answer is a warning, as Trino has them', async () => {
    const { body } = await post(await serveView(), 'SELECT approx_distinct(channel) FROM spend');
    expect(await pageWithRows(body.nextUri)).toMatchObject({
      data: [[1]],
      warnings: [{ warningCode: { name: 'APPROXIMATE' }, message: expect.stringContaining('approx_distinct') }],
    });
  });

  test('a long answer comes whole, page by page, in its order', async () => {
    const { rows } = await asked(await serve(answered(numbers(200_000))), 'SELECT n');
    expect(rows.length).toBe(200_000);
    expect(rows.every(([n], i) => n === i)).toBe(true);
  });

  test('no more of an answer is computed than two pages ahead', async () => {
    let given = 0;
    async function* watched() {
      for await (const batch of numbers(10_000_000)) {
        given += batch.length;
        yield batch;
      }
    }
    const url = await serve(answered(watched()));
    const { body } = await post(url, 'SELECT n');
    const first = await pageWithRows(body.nextUri);
    expect(first.data?.length).toBeGreaterThan(1000);
    // A row is some ten characters.
    expect(given).toBeLessThan(1_000_000);
  });

  test('a page is given again to a client that did not get it, and never a third one', async () => {
    const url = await serve(answered(numbers(200_000)));
    const { body } = await post(url, 'SELECT n');
    const uri = body.nextUri ?? '';
    const [first, again] = [await (await fetch(uri)).text(), await (await fetch(uri)).text()];
    const rowsOf = (text: string) => page.parse(JSON.parse(text)).data;
    expect(rowsOf(again)).toEqual(rowsOf(first));
    await fetch(page.parse(JSON.parse(first)).nextUri ?? '');
    expect((await fetch(uri)).status).toBe(410);
    expect((await fetch(uri.replace(/\/\w+\/\d+$/, '/0000/0'))).status).toBe(404);
  });

  test('DELETE ends the work, and the client hears so', async () => {
    let ended: unknown;
    const url = await serve(() => (signal, read) => {
      signal.addEventListener('abort', () => {
        ended = signal.reason;
      });
      return read({ columns, rows: numbers(100_000_000) });
    });
    const { body } = await post(url, 'SELECT n');
    const uri = page.parse(await (await fetch(body.nextUri ?? '')).json()).nextUri ?? '';
    expect((await fetch(uri, { method: 'DELETE' })).status).toBe(204);
    expect(page.parse(await (await fetch(uri)).json()).error?.errorName).toBe('USER_CANCELED');
    expect(ended).toBeInstanceOf(Error);
  });

  test.each([
    ['SELECT nope FROM spend', 'COLUMN_NOT_FOUND'],
    ['SELECT * FROM nope', 'TABLE_NOT_FOUND'],
    ['SELECT * FROM nope.spend', 'SCHEMA_NOT_FOUND'],
    ['SELCT 1', 'SYNTAX_ERROR'],
    ['SELECT 1 / 0', 'DIVISION_BY_ZERO'],
    ['CREATE TABLE x (a integer)', 'NOT_SUPPORTED'],
    ['DELETE FROM spend', 'NOT_SUPPORTED'],
    ['EXECUTE p', 'NOT_FOUND'],
  ])('%s fails as in Trino, and is no fault of the server', async (sql, code) => {
    const url = await serveView();
    const failing = await asked(url, sql).catch((error: unknown) => error);
    expect(failing).toBeInstanceOf(TrinoFailed);
    expect(failing).toMatchObject({ code, type: 'USER_ERROR' });
    expect(problems).toEqual([]);
  });

  test('what fails behind the first rows fails the query', async () => {
    async function* failing() {
      yield [[1]];
      throw new QueryFailed('Division by zero');
    }
    await expect(asked(await serve(answered(failing())), 'SELECT n')).rejects.toMatchObject({
      code: 'DIVISION_BY_ZERO',
    });
  });

  test('a fault of the server is not told to the client, but where it was started', async () => {
    const url = await serve(() => () => Promise.reject(new Error('secret path')));
    const failing = await asked(url, 'SELECT 1').catch((error: unknown) => error);
    expect(failing).toMatchObject({ code: 'GENERIC_INTERNAL_ERROR' });
    expect(String(failing)).not.toContain('secret');
    expect(problems).toHaveLength(1);
  });

  test('the session is the client’s: PREPARE, EXECUTE, DEALLOCATE, USE', async () => {
    const url = await serveView();
    const { headers, body } = await post(url, 'PREPARE p FROM SELECT cost + ? FROM spend');
    expect(body).toMatchObject({ updateType: 'PREPARE' });
    const kept = headers.get('x-trino-added-prepare') ?? '';
    expect(kept).toBe('p=SELECT+cost+%2B+%3F+FROM+spend');
    const executed = await post(url, "EXECUTE p USING DECIMAL '0.25'", { 'X-Trino-Prepared-Statement': kept });
    expect((await pageWithRows(executed.body.nextUri)).data).toEqual([['1.75']]);
    const gone = await post(url, 'DEALLOCATE PREPARE p', { 'X-Trino-Prepared-Statement': kept });
    expect(gone.headers.get('x-trino-deallocated-prepare')).toBe('p');
    const used = await post(url, 'USE awsdatacatalog.sillage');
    expect([used.headers.get('x-trino-set-catalog'), used.headers.get('x-trino-set-schema')]).toEqual(['awsdatacatalog', 'sillage']); // prettier-ignore
  });

  test('a view of the session goes with the client, once it was found to answer', async () => {
    const url = await serveView();
    const end = async (uri: string | undefined) => {
      for (let next = uri; ;) {
        const response = await fetch(next ?? '');
        const body = page.parse(await response.json());
        if (body.nextUri === undefined) return { headers: response.headers, body };
        next = body.nextUri;
      }
    };
    const made = await end((await post(url, 'CREATE VIEW twice AS SELECT cost * 2 AS c FROM spend')).body.nextUri);
    expect(made.body).toMatchObject({ updateType: 'CREATE VIEW' });
    const kept = made.headers.get('x-trino-added-prepare') ?? '';
    const read = await post(url, 'SELECT c FROM twice', { 'X-Trino-Prepared-Statement': kept });
    expect((await pageWithRows(read.body.nextUri)).data).toEqual([['3.00']]);
    const wrong = await end((await post(url, 'CREATE VIEW wrong AS SELECT price FROM spend')).body.nextUri);
    expect([wrong.body.error?.errorName, wrong.headers.get('x-trino-added-prepare')]).toEqual([
      'COLUMN_NOT_FOUND',
      null,
    ]);
    const gone = await post(url, 'DROP VIEW twice', { 'X-Trino-Prepared-Statement': kept });
    expect(gone.headers.get('x-trino-deallocated-prepare')).toBe('view+twice');
  });

  test('a page of another origin, and a name that was made to point here, are turned away', async () => {
    const url = await serveView();
    const foreign = { method: 'POST', body: 'SELECT 1', headers: { origin: 'http://evil.example' } };
    expect((await fetch(`${url}/v1/statement`, foreign)).status).toBe(403);
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${url}/v1/statement`, { method: 'POST', headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      )
        .on('error', reject)
        .end('SELECT 1');
    });
    expect(status).toBe(421);
  });

  test.each([
    [
      'SELECT table_name, column_name, type_name FROM system.jdbc.columns ORDER BY ordinal_position',
      [
        ['spend', 'channel', 'varchar'],
        ['spend', 'cost', 'decimal(3,2)'],
      ],
    ],
    [
      'SELECT table_cat, table_schem, table_name, table_type FROM system.jdbc.tables',
      [['awsdatacatalog', 'sillage', 'spend', 'VIEW']],
    ],
    ['SELECT table_cat FROM system.jdbc.catalogs', [['awsdatacatalog']]],
    ['SELECT count(*) FROM system.jdbc.procedures', [[0]]],
    ['SELECT view_definition FROM "information_schema"."views"', [["SELECT 'ads' AS channel, DECIMAL '1.50' AS cost"]]],
    ['SELECT comment FROM system.metadata.table_comments', [[null]]],
    ['SHOW CATALOGS', [['awsdatacatalog'], ['system']]],
    ['SELECT CAST(NULL AS smallint) AS key_seq WHERE false', []],
    ['SELECT version()', [['435']]],
  ])('what drivers ask of the lake itself: %s', async (sql, rows) => {
    expect((await asked(await serveView(), sql)).rows).toEqual(rows);
  });
});
