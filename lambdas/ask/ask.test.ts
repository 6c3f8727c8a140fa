import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LimitReached, WarehouseUnavailable } from '../shared/ports/warehouse.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { admissionOf, askable } from './admission.ts';
import { ask, type AskSetup } from './ask.ts';
import { describedTables } from './described-tables.ts';

const catalog = loadCatalog();
const admit = admissionOf(catalog);
const tables = describedTables(askable(catalog), { withholdsPersons: false });

/** A lake that answers each query with one row, and remembers what it was asked. */
function setupOf(stream?: AskSetup['warehouse']['stream']) {
  const asked: string[] = [];
  const setup: AskSetup = {
    admit,
    tables,
    region: 'eu-west-3',
    warehouse: {
      lastQuery: () => 'a b',
      async stream(sql, options) {
        asked.push(sql);
        if (stream) return stream(sql, options);
        return { columns: [{ name: 'n', type: 'bigint' }], rows: (async function* () { yield [[3n]]; })() }; // prettier-ignore
      },
    },
  };
  return { setup, asked };
}

function event(
  method: string,
  rawPath: string,
  { body = '', headers = {} }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): APIGatewayProxyEventV2 {
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'a',
      domainName: 'a',
      domainPrefix: 'a',
      http,
      requestId: 'a',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    isBase64Encoded: true,
    body: Buffer.from(body).toString('base64'),
  };
}
const query = (sql: string, headers: Readonly<Record<string, string>> = {}) =>
  event('POST', '/api/query', { body: JSON.stringify({ sql }), headers });

test('what the gate lets pass is asked of Athena as it was written, and the console has it', async () => {
  const { setup, asked } = setupOf();
  const answer = await ask(setup, query('SELECT count(*) AS n FROM sessions;'));
  expect(asked).toEqual(['SELECT count(*) AS n FROM sessions']);
  expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([
    200,
    {
      columns: [{ name: 'n', type: 'bigint' }],
      rows: [['3']],
      isCut: false,
      notes: [],
      console: 'https://eu-west-3.console.aws.amazon.com/athena/home?region=eu-west-3#/query-editor/history/a%20b',
    },
  ]);
});

describe('nothing is asked of Athena, and nothing paid, for', () => {
  test.each([
    ['a statement that writes', 'DROP TABLE orders', /DROP/],
    [
      'what is not portable',
      "SELECT json_query(order_id, 'lax $') FROM orders",
      /json_query .*is outside the portable subset/,
    ],
    ['a column that there is not', 'SELECT nothing FROM orders', /line 1:8: .*nothing/],
    ['a table of raw objects', 'SELECT * FROM raw_web_events', /raw_web_events/],
    ['a table with personal data as it came', 'SELECT * FROM rejects', /rejects/],
    ['a view of such a table', 'SELECT * FROM rejects_daily', /rejects/],
  ])('%s', async (_, sql, message) => {
    const { setup, asked } = setupOf();
    const answer = await ask(setup, query(sql));
    expect([answer.statusCode, asked]).toEqual([400, []]);
    expect(JSON.parse(answer.body)).toEqual(expect.objectContaining({ error: expect.stringMatching(message) }));
  });

  test.each([
    ['a form of another page', query('SELECT 1 AS n', { 'content-type': 'text/plain' }), 415],
    ['a page of another origin', query('SELECT 1 AS n', { 'sec-fetch-site': 'cross-site' }), 403],
    ['a body that is no query', event('POST', '/api/query', { body: '{"sql":' }), 400],
    ['an address that there is not', event('GET', '/api/query'), 404],
    ['the state of the pipeline, which is elsewhere', event('GET', '/api/pipeline'), 404],
  ])('%s', async (_, sent, status) => {
    const { setup, asked } = setupOf();
    expect([(await ask(setup, sent)).statusCode, asked]).toEqual([status, []]);
  });

  test('the names of the tables', async () => {
    const { setup, asked } = setupOf();
    const answer = await ask(setup, query('SHOW TABLES'));
    expect([answer.statusCode, asked]).toEqual([200, []]);
    expect(answer.body).toContain('returns_daily');
    expect(answer.body).not.toContain('"rejects"');
  });
});

test.each([
  [new LimitReached('service', 'It scans more than 10 GB.'), 422],
  [new WarehouseUnavailable('No such workgroup.'), 503],
])('%s is told, and what to do', async (error, status) => {
  const { setup } = setupOf(async () => {
    throw error;
  });
  const answer = await ask(setup, query('SELECT 1 AS n'));
  expect([answer.statusCode, answer.body.includes(error.message)]).toEqual([status, true]);
});

test('the tables that may be asked hold no personal data as it came', async () => {
  const answer = await ask(setupOf().setup, event('GET', '/api/tables'));
  const names = tables.map(({ name }) => name);
  expect(JSON.parse(answer.body)).toEqual({ tables: JSON.parse(JSON.stringify(tables)) as unknown });
  expect(names).toEqual(expect.arrayContaining(['orders', 'returns_daily', 'sessions']));
  expect(names).not.toContain('rejects');
});
